/** An error in PostgreSQL's words: what becomes an ErrorResponse. It never leaves the server; the engine's own class does not know SQLSTATEs at will. */
import { RedQueryError } from '../errors.ts';

export interface PgErrorDetails {
  /** FATAL ends the connection. Default ERROR. */
  readonly severity?: 'ERROR' | 'FATAL' | 'PANIC';
  readonly detail?: string;
  readonly hint?: string;
  /** Zero-based offset into the statement's text, in UTF-16 code units; the wire counts characters from 1. */
  readonly position?: number;
  readonly schema?: string;
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
  readonly cause?: unknown;
}

export class PgError extends Error {
  /** SQLSTATE, PostgreSQL's appendix A. */
  readonly sqlState: string;
  readonly details: PgErrorDetails;

  constructor(sqlState: string, message: string, details: PgErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'PgError';
    this.sqlState = sqlState;
    this.details = details;
  }

  get isFatal(): boolean {
    return this.details.severity === 'FATAL' || this.details.severity === 'PANIC';
  }
}

/** What statements raise themselves, in PostgreSQL's words, where the engine would answer otherwise. */
const RAISED: ReadonlyMap<string, string> = new Map([
  ['division by zero', '22012'],
  ['null value not allowed for object key', '22004'],
  ['value out of range: overflow', '22003'],
]);

/** Gives any error as PostgreSQL would report it; what nobody expected becomes XX000 and keeps its cause for the log. */
export function pgErrorFrom(error: unknown): PgError {
  if (error instanceof PgError) return error;
  if (error instanceof RedQueryError) {
    return new PgError(RAISED.get(error.message) ?? error.sqlState, error.message, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      ...(error.position === undefined ? {} : { position: error.position }),
      cause: error,
    });
  }
  return new PgError('XX000', 'internal error; the log of the server has it', { cause: error });
}
