/** What `startServer` takes and gives, with the checks that need nothing but the options themselves. */
import type { ConnectOptions } from '../engine/index.ts';
import { RedQueryError } from '../errors.ts';

/** Where to listen; port 0 takes a free one. */
export interface ListenAddress {
  /** A name or an address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

export interface ListenerTls {
  /** PEM files; read at the start and again by `reload`. */
  readonly certFile: string;
  readonly keyFile: string;
  /** Authorities whose client certificates are believed; null: no certificate is asked for. */
  readonly clientCaFile: string | null;
  /** Refuses sessions without TLS. */
  readonly isRequired: boolean;
}

export type LogFormat = 'json' | 'text' | 'none';

/** none: no statement; slow: those over the threshold and those that failed; all. */
export type StatementLogging = 'none' | 'slow' | 'all';

export interface LogOptions {
  readonly format: LogFormat;
  readonly statements: StatementLogging;
  /** A statement that takes longer is slow. */
  readonly slowMs: number;
  /** Shows the strings in statements, which hold keys and values, too; never those of statements about passwords. Default false. */
  readonly hasLiterals?: boolean;
  /** Takes one line, without its line break. Default: standard error. */
  readonly write?: (line: string) => void;
}

export interface ServerOptions {
  /** The Redis behind it: address, password, TLS, further servers, limits of memory. */
  readonly redis: ConnectOptions;
  readonly listen: ListenAddress;
  /** Null: nobody is asked who they are, and `listen` must be this machine's own. */
  readonly usersFile: string | null;
  /** CREATE VIEW statements that make the tables of `public`; null: none. */
  readonly viewsFile: string | null;
  /** Whether key prefixes and search indexes are looked for and shown as tables. */
  readonly isDiscovering: boolean;
  readonly tls: ListenerTls | null;
  /** Sessions at once; over it, 53300. */
  readonly maxConnections: number;
  /** Where health and metrics are told; null: nowhere. */
  readonly admin: ListenAddress | null;
  readonly log: LogOptions;
  /** For users that have none of their own; what a session sets by statement_timeout can only be less. Null: none. */
  readonly statementTimeoutMs: number | null;
  /** How long statements may go on once `stop` was called. */
  readonly drainTimeoutMs: number;
}

export interface RunningServer {
  /** Where it listens, with the port that it got. */
  readonly listen: ListenAddress;
  readonly admin: ListenAddress | null;
  /**
   * Reads TLS files and users again. What is wrong stays as it was and is told in the sentences given back; they are in the
   * log, too. Never throws.
   */
  reload(): Promise<readonly string[]>;
  /**
   * Takes no further client, lets statements end within `drainTimeoutMs` (57P01 for those that do not), then closes all. A
   * second call with `isImmediate` waits for nothing any more.
   */
  stop(options?: { readonly isImmediate?: boolean }): Promise<void>;
}

export const SERVER_DEFAULTS = {
  listen: { host: '127.0.0.1', port: 5433 },
  maxConnections: 250,
  drainTimeoutMs: 30_000,
  log: { format: 'text', statements: 'slow', slowMs: 1_000 },
} as const;

const MAX_CONNECTIONS = 10_000;
const MAX_PORT = 65_535;
const MAX_TIMER_MS = 2 ** 31 - 1;

/** @throws {RedQueryError} RQ_OPTION naming the option, its value and what is valid. */
export function checkServerOptions(options: ServerOptions): void {
  checkAddress('listen', options.listen);
  if (options.admin !== null) checkAddress('admin', options.admin);
  if (options.usersFile === null && !isLoopback(options.listen.host)) {
    const { host } = options.listen;
    throw new RedQueryError('RQ_OPTION', `without a user file only this machine may connect, so it cannot listen on ${host}`, {
      hint: 'make one with «redquery user add NAME --users FILE» and give it by --users FILE, or listen on 127.0.0.1',
    });
  }
  wholeNumber('maxConnections', options.maxConnections, 1, MAX_CONNECTIONS);
  wholeNumber('drainTimeoutMs', options.drainTimeoutMs, 0, MAX_TIMER_MS);
  wholeNumber('log.slowMs', options.log.slowMs, 0, MAX_TIMER_MS);
  if (options.statementTimeoutMs !== null) wholeNumber('statementTimeoutMs', options.statementTimeoutMs, 1, MAX_TIMER_MS);
}

/** True for addresses that only this machine reaches. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  if (name === 'localhost' || name === '::1' || name === '0:0:0:0:0:0:0:1') return true;
  // 127/8, also where IPv6 maps it; «127.0.0.1.example.org» is a name and no address.
  return /^(::ffff:)?127(\.\d{1,3}){3}$/.test(name);
}

function checkAddress(option: string, { host, port }: ListenAddress): void {
  wholeNumber(`${option}.port`, port, 0, MAX_PORT);
  if (host === '' || /[\s/]/.test(host))
    throw new RedQueryError('RQ_OPTION', `${option}: "${host}" is neither a name nor an address`);
}

function wholeNumber(option: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RedQueryError('RQ_OPTION', `${option}: ${value}; valid are whole numbers from ${least} to ${most}`);
}
