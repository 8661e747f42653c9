/** A connected client, and what is told of it and its statements. */
import type { WireUser } from './users.ts';

/** Who connected, and what the startup message said. */
export interface Client {
  readonly processId: number;
  readonly secret: Uint8Array;
  readonly user: WireUser;
  readonly database: string;
  /** Settings of the startup message, `options=-c …` included, lower case names. */
  readonly settings: ReadonlyMap<string, string>;
  readonly remote: string;
  readonly isTls: boolean;
}

/** Where a session writes. Messages go out in order. */
export interface ClientOutput {
  /** Takes bytes. False: the client reads slowly; wait for `drained` before more rows are asked for. */
  write(bytes: Uint8Array): boolean;
  drained(): Promise<void>;
  /** Sends what was written, then closes the connection. */
  end(): void;
}

/** What the server tells of a statement when it has ended: for logs, metrics, pg_stat_activity. */
export interface StatementReport {
  readonly processId: number;
  readonly user: string;
  readonly database: string;
  readonly applicationName: string;
  readonly text: string;
  readonly route: string;
  readonly elapsedMs: number;
  readonly rowCount: number;
  readonly sqlState: string | null;
  readonly keysScanned: number;
  readonly roundTrips: number;
  readonly bytesReceived: number;
}

/** A session as pg_stat_activity shows it. */
export interface Activity {
  readonly processId: number;
  readonly user: string;
  readonly database: string;
  readonly applicationName: string;
  readonly remote: string;
  readonly state: 'active' | 'idle' | 'idle in transaction' | 'idle in transaction (aborted)';
  readonly query: string;
  readonly startedAtMs: number;
  readonly queryStartedAtMs: number | null;
  readonly transactionStartedAtMs: number | null;
}
