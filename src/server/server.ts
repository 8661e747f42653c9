/**
 * The PostgreSQL server, put together: a listener that lets clients in, one session of the protocol and one planner a
 * client, and what all of them share: the tables, the catalog, the users, the operator's view.
 */
import { type ConnectOptions, openGuardedSession, type Session } from '../engine/index.ts';
import { SCAN_SETTING_NAMES } from '../storage/index.ts';
import { createAuthenticator } from './auth/authenticator.ts';
import { createCatalog, type RunningCatalog } from './catalog/catalog.ts';
import { catalogTableOf } from './data/describer.ts';
import { EngineLink } from './data/engine-link.ts';
import { EnginePlanner } from './data/planner.ts';
import { loadParser } from './dialect/parse.ts';
import { type Listener, startListener } from './net/listener.ts';
import type { ConnectionEvent } from './net/listener-options.ts';
import type { TlsFiles } from './net/tls-gate.ts';
import { Operations } from './ops/operations.ts';
import { RedisPing } from './ops/redis-ping.ts';
import { checkServerOptions, type ListenAddress, type ListenerTls, type RunningServer, type ServerOptions } from './options.ts';
import { PgError } from './pg-error.ts';
import { type SessionHost, WireSession } from './session/wire-session.ts';
import { TableKeeper } from './tables/table-keeper.ts';
import { UserStore } from './users/user-store.ts';
import type { Activity, Client, ClientOutput, WireUser } from './words.ts';

/**
 * Starts a server. It accepts clients before engine and tables are ready; their first statements wait for those.
 * @throws {RedQueryError} RQ_OPTION, RQ_FILE: options, users or views are wrong, or it cannot listen there.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  checkServerOptions(options);
  const operations = new Operations(options.log);
  const { usersFile: path } = options;
  const report = (sentence: string): void => operations.log.event('warning', sentence);
  const users = path === null ? null : await UserStore.open({ path, report });
  const server = new Server(options, operations, users);
  try {
    await server.start();
    return server;
  } catch (error) {
    await server.stop({ isImmediate: true });
    throw error;
  }
}

class Server implements RunningServer {
  readonly #options: ServerOptions;
  readonly #operations: Operations;
  readonly #users: UserStore | null;
  readonly #catalog: RunningCatalog;
  readonly #keeper: TableKeeper;
  readonly #redis: ConnectOptions;
  #listener: Listener<WireSession> | null = null;
  #ping: RedisPing | null = null;
  #isDraining = false;
  #closing: Promise<void> | null = null;
  readonly #counts = { connections: 0, refused: 0 };
  readonly #host: SessionHost;

  constructor(options: ServerOptions, operations: Operations, users: UserStore | null) {
    this.#options = options;
    this.#operations = operations;
    this.#users = users;
    this.#redis = { ...options.redis, isLazy: true, readOnly: true };
    this.#catalog = createCatalog({
      activities: () => this.#activities(),
      terminate: (processId) => this.#terminate(processId),
      cancel: (processId) => this.#cancel(processId),
    });
    this.#host = {
      report: (report) => operations.statement(report),
      unexpected: (error) => operations.log.internalError(error),
      serverValues: new Map([
        ['max_connections', String(options.maxConnections)],
        ['ssl', options.tls === null ? 'off' : 'on'],
      ]),
    };
    this.#keeper = new TableKeeper({
      open: () => openGuardedSession(this.#redis, { keyPatterns: null, servers: null, isSandboxed: true }),
      viewsFile: options.viewsFile,
      isDiscovering: options.isDiscovering,
      hasClients: () => (this.#listener?.connectionCount ?? 0) > 0,
      warn: (sentence) => operations.log.event('warning', sentence),
    });
    // What a user may do is settled when a session begins: those of users that were changed or taken away begin again.
    users?.onChange(({ changed, removed }) => this.#endSessionsOf(new Set([...changed, ...removed])));
    this.#keeper.tables.onChange(() => this.#catalog.setTables(this.#keeper.tables.all.map((table) => catalogTableOf(table))));
  }

  get listen(): ListenAddress {
    return this.#listener?.address ?? this.#options.listen;
  }

  get admin(): ListenAddress | null {
    return this.#operations.adminAddress;
  }

  async start(): Promise<void> {
    const { listen, tls, maxConnections } = this.#options;
    await loadParser();
    this.#listener = await startListener<WireSession>({
      ...listen,
      maxConnections,
      ...(tls === null ? {} : { tls: tlsFilesFrom(tls) }),
      authenticator: createAuthenticator({
        users: this.#users,
        requiresTls: tls?.isRequired ?? false,
        statementTimeoutMs: this.#options.statementTimeoutMs,
        report: (report) => this.#operations.authentication(report),
      }),
      openSession: (client, output) => this.#openSession(client, output),
      report: (event) => this.#connectionEvent(event),
    });
    await this.#startAdmin();
    await this.#keeper.start();
  }

  #openSession(client: Client, output: ClientOutput): WireSession {
    const { tables } = this.#keeper;
    this.#keeper.clientCame();
    const link = new EngineLink({
      open: () => this.#openEngine(client.user),
      tableNamed: (name) => tables.named(name, client.user),
      scanSettingNames: SCAN_SETTING_NAMES,
    });
    const planner = new EnginePlanner({ user: client.user, catalog: this.#catalog, tables: this.#keeper, link });
    return new WireSession({ client, output, planner, host: this.#host });
  }

  #openEngine({ name, keyPatterns, servers, maxScanKeys, redis }: WireUser): Promise<Session> {
    const options = redis === null ? this.#redis : { ...this.#redis, ...redis };
    // Without users everybody is one: then each session counts for itself.
    const owner = this.#users === null ? {} : { owner: name };
    return openGuardedSession(options, { keyPatterns, servers, maxScanKeys, isSandboxed: true, ...owner });
  }

  async #startAdmin(): Promise<void> {
    const { admin: listen } = this.#options;
    if (listen === null) return;
    const ping = new RedisPing(this.#redis);
    this.#ping = ping;
    await this.#operations.startAdmin({
      listen,
      sessions: () => this.#activities(),
      counters: () => ({
        connections: this.#counts.connections,
        connectionsRefused: this.#counts.refused,
        bytesSent: this.#listener?.sentBytes ?? 0,
        catalogRestarts: Math.max(0, this.#catalog.startCount - 1),
      }),
      isDraining: () => this.#isDraining,
      pingRedis: () => ping.ping(),
    });
  }

  #connectionEvent(event: ConnectionEvent): void {
    if (event.kind === 'connected') this.#counts.connections++;
    if (event.kind !== 'refused') return;
    this.#counts.refused++;
    this.#operations.log.refusal(event);
  }

  #activities(): Activity[] {
    return this.#sessions().map((session) => session.activity);
  }

  #sessions(): WireSession[] {
    return [...(this.#listener?.sessions() ?? [])];
  }

  #sessionOf(processId: number): WireSession | undefined {
    return this.#sessions().find((session) => session.activity.processId === processId);
  }

  /** pg_cancel_backend: true where there is such a session. */
  #cancel(processId: number): boolean {
    const session = this.#sessionOf(processId);
    session?.cancel();
    return session !== undefined;
  }

  /** pg_terminate_backend: true where there is such a session. */
  #terminate(processId: number): boolean {
    const session = this.#sessionOf(processId);
    void session?.shutdown(terminated());
    return session !== undefined;
  }

  #endSessionsOf(users: ReadonlySet<string>): void {
    for (const session of this.#sessions()) {
      if (users.has(session.activity.user)) void session.shutdown(terminated());
    }
  }

  async reload(): Promise<readonly string[]> {
    const problems = [await this.#users?.reload(), await this.#reloadTls()];
    return problems.filter((problem) => typeof problem === 'string');
  }

  async #reloadTls(): Promise<string | null> {
    if (this.#options.tls === null || this.#listener === null) return null;
    try {
      await this.#listener.reloadTls();
      return null;
    } catch (error) {
      const problem = `the TLS files are wrong, and stay as they were: ${error instanceof Error ? error.message : String(error)}`;
      this.#operations.log.event('error', problem);
      return problem;
    }
  }

  async stop({ isImmediate = false }: { readonly isImmediate?: boolean } = {}): Promise<void> {
    this.#isDraining = true;
    if (isImmediate) await this.#listener?.close();
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async #close(): Promise<void> {
    await this.#listener?.drain(this.#options.drainTimeoutMs);
    await this.#listener?.close();
    await Promise.all([this.#keeper.close(), this.#catalog.close(), this.#operations.close(), this.#ping?.close()]);
    this.#users?.close();
  }
}

function terminated(): PgError {
  return new PgError('57P01', 'terminating connection due to administrator command', { severity: 'FATAL' });
}

function tlsFilesFrom({ certFile, keyFile, clientCaFile }: ListenerTls): TlsFiles {
  return { certFile, keyFile, ...(clientCaFile === null ? {} : { caFile: clientCaFile }) };
}
