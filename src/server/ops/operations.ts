/** What an operator sees of a server, in one place: its log, its metrics, its health. Metrics cost nothing where nobody asked. */
import type { AuthenticationReport } from '../auth/authenticator.ts';
import type { ListenAddress, LogOptions } from '../options.ts';
import type { StatementReport } from '../words.ts';
import type { AdminServer } from './admin-server.ts';
import type { MetricSources, Metrics } from './metrics.ts';
import { ServerLog } from './server-log.ts';

export interface AdminOptions extends MetricSources {
  readonly listen: ListenAddress;
  isDraining(): boolean;
  /** Asks Redis for a sign of life; throws where there is none. */
  pingRedis(signal: AbortSignal): Promise<void>;
}

/** Probes come often; Redis is asked at most so often, and has so long. */
const PING_TIMEOUT_MS = 2_000;
const PING_AGE_MS = 1_000;

export class Operations {
  readonly log: ServerLog;
  #metrics: Metrics | null = null;
  #admin: AdminServer | null = null;
  #ping: { readonly atMs: number; readonly isAlive: Promise<boolean> } | null = null;

  constructor(log: LogOptions) {
    this.log = new ServerLog(log);
  }

  /** Where health and metrics are answered; null: nowhere. */
  get adminAddress(): ListenAddress | null {
    return this.#admin?.address ?? null;
  }

  /** For SessionHost: a statement has ended. */
  statement(report: StatementReport): void {
    this.#metrics?.statement(report);
    this.log.statement(report);
  }

  /** For `createAuthenticator`. */
  authentication(report: AuthenticationReport): void {
    this.#metrics?.authentication(report);
  }

  /**
   * Begins to answer probes and to count. May be called before or after clients are let in; what came before is not counted.
   * @throws {RedQueryError} RQ_OPTION: it cannot listen there.
   */
  async startAdmin(options: AdminOptions): Promise<void> {
    const [{ Metrics }, { startAdminServer }] = await Promise.all([import('./metrics.ts'), import('./admin-server.ts')]);
    const metrics = new Metrics(options);
    this.#admin = await startAdminServer(options.listen, {
      readiness: () => this.#readiness(options),
      metrics: async () => ({ contentType: metrics.contentType, text: await metrics.text() }),
    });
    this.#metrics = metrics;
  }

  async close(): Promise<void> {
    const admin = this.#admin;
    this.#admin = null;
    await admin?.close();
    this.#metrics?.close();
    this.#metrics = null;
  }

  async #readiness(options: AdminOptions): Promise<readonly string[]> {
    if (options.isDraining()) return ['draining'];
    return (await this.#isRedisAlive(options)) ? [] : ['Redis does not answer'];
  }

  #isRedisAlive(options: AdminOptions): Promise<boolean> {
    if (this.#ping === null || Date.now() - this.#ping.atMs > PING_AGE_MS) {
      const signal = AbortSignal.timeout(PING_TIMEOUT_MS);
      const late = new Promise<boolean>((resolve) => signal.addEventListener('abort', () => resolve(false), { once: true }));
      const asked = (async () => options.pingRedis(signal))().then(
        () => true,
        () => false,
      );
      this.#ping = { atMs: Date.now(), isAlive: Promise.race([asked, late]) };
    }
    return this.#ping.isAlive;
  }
}
