/**
 * The server's log: one line an event, to standard error. Statements stand in it with their time and what they cost Redis;
 * values of parameters, passwords, proofs and cancel keys never do, strings of a statement only where that is asked for.
 */
import type { LogOptions } from '../options.ts';
import { PgError } from '../pg-error.ts';
import type { StatementReport } from '../words.ts';
import { loggableMessage, loggableStatement, onOneLine } from './loggable-text.ts';

export type LogLevel = 'info' | 'warning' | 'error';
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** A client that came and got no session. */
export interface Refusal {
  readonly remote: string;
  /** What the client said; null: it did not come that far. */
  readonly user: string | null;
  readonly error: PgError;
}

/** Names are shown up to so many characters. */
const MAX_NAME_LENGTH = 128;
const MAX_STACK_LINES = 8;
/** What JSON leaves as it is and a terminal may obey. */
const UNSEEN = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

export class ServerLog {
  readonly #options: LogOptions;
  readonly #write: (line: string) => void;

  constructor(options: LogOptions) {
    this.#options = options;
    this.#write = options.write ?? ((line) => void process.stderr.write(`${line}\n`));
  }

  /** Writes the line of a statement that has ended, if it is one to be logged. */
  statement(report: StatementReport): void {
    if (!this.#isLogged(report)) return;
    const isSlow = report.elapsedMs >= this.#options.slowMs;
    const level = report.sqlState !== null || isSlow ? 'warning' : 'info';
    const text = loggableStatement(report.text, this.#options.hasLiterals === true);
    if (this.#options.format === 'json') this.#json(level, 'statement', { ...fieldsOf(report), isSlow, statement: text });
    else this.#text(level, `${statementText(report)}: ${text}`);
  }

  /** Writes a line about a client that was not let in: who it said it was, whence it came, and why. */
  refusal({ remote, user, error }: Refusal): void {
    this.event('warning', 'connection refused', { remote, user, sqlState: error.sqlState, reason: error.message });
  }

  /** Writes a line about the server itself. `fields` hold nothing secret. */
  event(level: LogLevel, message: string, fields: LogFields = {}): void {
    if (this.#options.format === 'none') return;
    if (this.#options.format === 'json') return this.#json(level, 'server', { message, ...fields });
    const words = Object.entries(fields).map(([name, value]) => ` ${name}=${value === null ? '-' : cut(String(value))}`);
    this.#text(level, message + words.join(''));
  }

  /** Writes what nobody expected, with where it comes from; what its message quotes is left out. */
  internalError(error: unknown, fields: LogFields = {}): void {
    const cause = error instanceof PgError && error.details.cause !== undefined ? error.details.cause : error;
    const message = cause instanceof Error ? `${cause.name}: ${loggableMessage(cause.message)}` : typeof cause;
    this.event('error', `internal error: ${message}`, { ...fields, stack: stackOf(cause) });
  }

  #isLogged({ elapsedMs, sqlState }: StatementReport): boolean {
    const { format, statements, slowMs } = this.#options;
    if (format === 'none' || statements === 'none') return false;
    return statements === 'all' || sqlState !== null || elapsedMs >= slowMs;
  }

  #json(level: LogLevel, event: string, fields: LogFields): void {
    const line = JSON.stringify({ time: new Date().toISOString(), level, event, ...fields });
    this.#write(line.replace(UNSEEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`));
  }

  #text(level: LogLevel, text: string): void {
    this.#write(`${new Date().toISOString()} ${level} ${onOneLine(text)}`);
  }
}

function fieldsOf(report: StatementReport): LogFields {
  return {
    user: cut(report.user),
    pid: report.processId,
    database: cut(report.database),
    application: cut(report.applicationName),
    route: report.route,
    elapsedMs: Math.round(report.elapsedMs * 1000) / 1000,
    rows: report.rowCount,
    keysScanned: report.keysScanned,
    roundTrips: report.roundTrips,
    redisBytes: report.bytesReceived,
    sqlState: report.sqlState,
  };
}

function statementText(report: StatementReport): string {
  const who = `${cut(report.user)}@${cut(report.database)}`;
  const application = report.applicationName === '' ? '' : ` (${cut(report.applicationName)})`;
  const work = report.roundTrips === 0 ? '' : `, ${report.keysScanned} keys, ${report.roundTrips} round trips`;
  const outcome = report.sqlState === null ? `${report.rowCount} rows` : `failed ${report.sqlState}`;
  return `[${report.processId}] ${who}${application} ${report.route} ${report.elapsedMs.toFixed(1)} ms, ${outcome}${work}`;
}

function stackOf(error: unknown): string {
  const lines = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  return lines
    .slice(0, MAX_STACK_LINES)
    .map((line) => line.trim())
    .join(' ');
}

function cut(name: string): string {
  return name.length > MAX_NAME_LENGTH ? `${name.slice(0, MAX_NAME_LENGTH)}…` : name;
}
