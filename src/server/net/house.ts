/** Who is in: the sessions of a listener, its limits, and what connections need of it. */
import { PgError } from '../pg-error.ts';
import type { FrameLimits } from '../wire/frame-decoder.ts';
import type { Authenticator, Client, ClientOutput, WireUser } from '../words.ts';
import { CancelRegistry } from './cancel-registry.ts';
import type { ConnectedClient, ConnectionEvent, ListenedSession, ListenerOptions } from './listener-options.ts';
import type { TlsGate } from './tls-gate.ts';

/** A client with a session. */
export interface Guest<Session> {
  readonly client: Client;
  readonly session: Session;
  /** Bytes that went to it so far. */
  sentBytes(): number;
}

const DEFAULT_DATABASES: readonly string[] = ['redis'];
const DEFAULT_MAX_CONNECTIONS = 200;
const DEFAULT_AUTHENTICATION_TIMEOUT_MS = 60_000;

/** The state that all connections of a listener share. */
export class House<Session extends ListenedSession> {
  readonly registry = new CancelRegistry();
  readonly guests = new Set<Guest<Session>>();
  readonly gate: TlsGate | null;
  readonly authenticator: Authenticator;
  readonly openSession: (client: Client, output: ClientOutput) => Session;
  readonly report: (event: ConnectionEvent) => void;
  readonly maxConnections: number;
  readonly authenticationTimeoutMs: number;
  readonly frameLimits: FrameLimits;
  readonly #databases: ReadonlySet<string>;
  readonly #ofUser = new Map<string, number>();
  #isClosing = false;
  #sentBytes = 0;

  constructor(options: ListenerOptions<Session>, gate: TlsGate | null) {
    this.gate = gate;
    this.authenticator = options.authenticator;
    this.openSession = options.openSession;
    this.report = options.report ?? (() => undefined);
    this.maxConnections = options.maxConnections ?? DEFAULT_MAX_CONNECTIONS;
    this.authenticationTimeoutMs = options.authenticationTimeoutMs ?? DEFAULT_AUTHENTICATION_TIMEOUT_MS;
    this.frameLimits = options.maxMessageBytes === undefined ? {} : { largeBytes: options.maxMessageBytes };
    this.#databases = new Set(options.databases ?? DEFAULT_DATABASES);
  }

  /** From now on nobody gets in. */
  shut(): void {
    this.#isClosing = true;
  }

  /** Bytes that went to all guests, those who have left included. */
  get sentBytes(): number {
    return [...this.guests].reduce((sum, guest) => sum + guest.sentBytes(), this.#sentBytes);
  }

  /** @throws {PgError} 57P03 when closing, 53300 when full */
  assertRoom(): void {
    if (this.#isClosing) throw fatal('57P03', 'the database system is shutting down');
    if (this.guests.size >= this.maxConnections) throw fatal('53300', 'sorry, too many clients already');
  }

  /** @throws {PgError} 53300 */
  assertRoomFor({ name, maxConnections }: WireUser): void {
    if (maxConnections === null || (this.#ofUser.get(name) ?? 0) < maxConnections) return;
    throw fatal('53300', `too many connections for role "${name}"`);
  }

  /** @throws {PgError} 3D000 */
  assertServed(database: string): void {
    if (!this.#databases.has(database)) throw fatal('3D000', `database "${database}" does not exist`);
  }

  /** Counts a guest in; what it gives counts it out, and may be called once. */
  enter(guest: Guest<Session>): () => void {
    const { client } = guest;
    const startedAt = performance.now();
    this.guests.add(guest);
    this.#ofUser.set(client.user.name, (this.#ofUser.get(client.user.name) ?? 0) + 1);
    const { processId, user, database, remote, isTls } = client;
    const shown: ConnectedClient = { processId, user: user.name, database, remote, isTls };
    this.report({ kind: 'connected', client: shown });
    return () => {
      this.guests.delete(guest);
      this.#sentBytes += guest.sentBytes();
      this.registry.remove(client.processId);
      const left = (this.#ofUser.get(client.user.name) ?? 1) - 1;
      if (left === 0) this.#ofUser.delete(client.user.name);
      else this.#ofUser.set(client.user.name, left);
      this.report({ kind: 'disconnected', client: shown, elapsedMs: performance.now() - startedAt });
    };
  }
}

function fatal(sqlState: string, message: string): PgError {
  return new PgError(sqlState, message, { severity: 'FATAL' });
}
