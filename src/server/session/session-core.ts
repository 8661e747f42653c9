/** What the parts of a session share: its state, its messages on their way out, and what it tells the server of itself. */
import type { PgError } from '../pg-error.ts';
import { type TextStyle, textStyleOf } from '../types/text-style.ts';
import { MessageWriter } from '../wire/message-writer.ts';
import type {
  Client,
  ClientOutput,
  Format,
  Notice,
  QueryPlanner,
  RedisWork,
  SessionFacts,
  SettingChange,
  StatementReport,
  WireUser,
} from '../words.ts';
import { PreparedTable } from './commands/prepared-table.ts';
import { PortalTable } from './portals/portals.ts';
import { Settings } from './settings/settings.ts';
import { StatementRun } from './statement-run.ts';
import { Transaction } from './transaction.ts';
import { Turn } from './turn.ts';

/** What a session needs of the server that it belongs to. */
export interface SessionHost {
  /** Called when a statement has ended, well or not. */
  report(report: StatementReport): void;
  /** Values that SHOW gives instead of PostgreSQL's defaults, by lower case name: `max_connections`, `ssl`. */
  readonly serverValues?: ReadonlyMap<string, string>;
  /** Called with errors that nobody expected, for the log; the client sees XX000. */
  unexpected?(error: unknown): void;
}

export interface SessionOptions {
  readonly client: Client;
  readonly output: ClientOutput;
  readonly planner: QueryPlanner;
  readonly host: SessionHost;
}

/** Bytes that are collected before they go out while rows stream. */
const FLUSH_BYTES = 16 * 1024;
const SEVERITIES = ['DEBUG', 'LOG', 'NOTICE', 'WARNING'];

export class SessionCore implements SessionFacts {
  readonly options: SessionOptions;
  readonly writer = new MessageWriter();
  readonly settings: Settings;
  readonly portals = new PortalTable();
  readonly statements = new PreparedTable();
  readonly transaction: Transaction;
  readonly turn = new Turn();
  /** The client reads slowly: wait for `drained` before more rows are asked for. */
  isHeldBack = false;

  constructor(options: SessionOptions) {
    this.options = options;
    const serverValues = new Map(options.host.serverValues);
    serverValues.set('ssl', options.client.isTls ? 'on' : (serverValues.get('ssl') ?? 'off'));
    const { name: userName, statementTimeoutMs, maxScanKeys } = options.client.user;
    this.settings = new Settings({ userName, serverValues, statementTimeoutMs, maxScanKeys });
    this.transaction = new Transaction(this.settings, this.portals);
  }

  get processId(): number {
    return this.options.client.processId;
  }

  get user(): WireUser {
    return this.options.client.user;
  }

  get database(): string {
    return this.options.client.database;
  }

  get planner(): QueryPlanner {
    return this.options.planner;
  }

  setting(name: string): string | null {
    return this.settings.get(name);
  }

  get changedSettings(): ReadonlyMap<string, string> {
    return this.settings.changed;
  }

  get transactionStartMs(): number {
    return this.transaction.startMs;
  }

  /** How values look as text, by the settings as they are now. */
  get textStyle(): TextStyle {
    return textStyleOf((name) => this.settings.get(name));
  }

  applySetting({ name, value, isLocal }: SettingChange): string {
    return this.settings.set(name, value, isLocal);
  }

  newRun(formats: readonly Format[] = []): StatementRun {
    return new StatementRun(this, formats, (notice) => this.notice(notice));
  }

  /** Sends a notice if client_min_messages lets it through. */
  notice(notice: Notice): void {
    const least = (this.settings.get('client_min_messages') ?? 'notice').toUpperCase().replace(/\d$/, '');
    const isWanted = SEVERITIES.indexOf(notice.severity) >= SEVERITIES.indexOf(least) && least !== 'ERROR';
    if (notice.severity === 'INFO' || isWanted) this.writer.notice(notice);
  }

  flush(): void {
    if (this.writer.byteLength > 0 && !this.options.output.write(this.writer.take())) this.isHeldBack = true;
  }

  /** Sends rows; short ones are collected first. */
  sendRows(bytes: Uint8Array): void {
    if (this.writer.byteLength + bytes.length < FLUSH_BYTES) {
      this.writer.raw(bytes);
      return;
    }
    this.flush();
    if (!this.options.output.write(bytes)) this.isHeldBack = true;
  }

  /** Waits until the client has read, if it reads slowly. */
  async drained(run: StatementRun): Promise<void> {
    if (!this.isHeldBack) return;
    await run.until(this.options.output.drained());
    this.isHeldBack = false;
  }

  /** ReadyForQuery, with the settings that the client must know of before it. */
  ready(): void {
    for (const [name, value] of this.settings.takeReport()) this.writer.parameterStatus(name, value);
    this.writer.readyForQuery(this.transaction.status);
    this.flush();
  }

  report(statement: ReportedStatement): void {
    const { text, route, startMs, rowCount = 0, error = null, work } = statement;
    this.options.host.report({
      processId: this.processId,
      user: this.user.name,
      database: this.database,
      applicationName: this.settings.get('application_name') ?? '',
      text,
      route,
      elapsedMs: performance.now() - startMs,
      rowCount,
      sqlState: error?.sqlState ?? null,
      keysScanned: work?.keysScanned ?? 0,
      roundTrips: work?.roundTrips ?? 0,
      bytesReceived: work?.bytesReceived ?? 0,
    });
  }
}

export interface ReportedStatement {
  readonly text: string;
  readonly route: string;
  /** By performance.now(). */
  readonly startMs: number;
  readonly rowCount?: number;
  readonly error?: PgError | null;
  readonly work?: RedisWork | undefined;
}
