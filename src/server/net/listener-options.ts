/** What a listener is told, and what it is asked for. Types only. */

import type { PgError } from '../pg-error.ts';
import type { FrontendMessage } from '../wire/messages.ts';
import type { Activity, Authenticator, Client, ClientOutput } from '../words.ts';
import type { TlsFiles } from './tls-gate.ts';

/** What a listener needs of a session; `WireSession` is one. */
export interface ListenedSession {
  /** Sends ParameterStatus, BackendKeyData, ReadyForQuery. @throws {PgError} what the startup message had wrong. */
  greet(): void;
  receive(message: FrontendMessage): void;
  /** Messages received and not yet done. */
  readonly backlog: number;
  readonly activity: Activity;
  cancel(): void;
  clientGone(): void;
  shutdown(error: PgError): Promise<void>;
}

export interface ListenerOptions<Session extends ListenedSession> {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly authenticator: Authenticator;
  readonly openSession: (client: Client, output: ClientOutput) => Session;
  /** Databases that there are. Default `redis` alone. */
  readonly databases?: readonly string[];
  /** Without it SSLRequest is answered with 'N'. */
  readonly tls?: TlsFiles;
  /** Sessions at once. Default 200. */
  readonly maxConnections?: number;
  /** From connecting to a session. Default 60,000. */
  readonly authenticationTimeoutMs?: number;
  /** What one message may be long. Default 64 MB. */
  readonly maxMessageBytes?: number;
  /** Told of every client that came, was refused, or left; for logs and metrics. Holds no key and no password. */
  readonly report?: (event: ConnectionEvent) => void;
}

export type ConnectionEvent =
  | { readonly kind: 'connected'; readonly client: ConnectedClient }
  | { readonly kind: 'disconnected'; readonly client: ConnectedClient; readonly elapsedMs: number }
  /** Before there was a session. `user` is what the client said. */
  | { readonly kind: 'refused'; readonly remote: string; readonly user: string | null; readonly error: PgError };

/** Of a client, what may be shown: neither its key nor what its user has. */
export interface ConnectedClient {
  readonly processId: number;
  readonly user: string;
  readonly database: string;
  readonly remote: string;
  readonly isTls: boolean;
}

export interface Listener<Session extends ListenedSession> {
  readonly address: { readonly host: string; readonly port: number };
  /** Clients with a session. */
  readonly connectionCount: number;
  /** Bytes sent to clients with a session, since the start. */
  readonly sentBytes: number;
  sessions(): Iterable<Session>;
  /** Reads the certificate files again. @throws where they are wrong; the old certificate then stays in use. */
  reloadTls(): Promise<void>;
  /**
   * Stops accepting, ends idle sessions with 57P01, the others as they become idle; after `limitMs` their statements are
   * cancelled. Resolves when no client is left.
   */
  drain(limitMs: number): Promise<void>;
  /** Closes everything at once. */
  close(): Promise<void>;
}
