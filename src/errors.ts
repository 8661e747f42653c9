/**
 * The one table of error codes and the one error class. Every error that leaves redquery is a `RedQueryError`;
 * what a caller matches on is `error.code`, which never changes once published. docs/errors.md explains each code.
 */

/** What the reader can do: mend the input, do without, mend the data, retry or mend the server, give resources, nothing, report it. */
export type ErrorKind = 'input' | 'unsupported' | 'data' | 'io' | 'resource' | 'cancelled' | 'internal';

interface ErrorSpec {
  readonly kind: ErrorKind;
  /** SQLSTATE, as PostgreSQL's appendix A lists them. */
  readonly sqlState: string;
  /** True where the same call may succeed later without any change. */
  readonly retryable?: boolean;
}

export const ERRORS = {
  RQ_SYNTAX: { kind: 'input', sqlState: '42601' },
  RQ_BIND: { kind: 'input', sqlState: '42000' },
  RQ_UNKNOWN_TABLE: { kind: 'input', sqlState: '42P01' },
  RQ_UNKNOWN_COLUMN: { kind: 'input', sqlState: '42703' },
  RQ_UNKNOWN_FUNCTION: { kind: 'input', sqlState: '42883' },
  RQ_UNKNOWN_ARGUMENT: { kind: 'input', sqlState: '42P02' },
  RQ_UNKNOWN_SERVER: { kind: 'input', sqlState: '42704' },
  RQ_UNKNOWN_INDEX: { kind: 'input', sqlState: '42704' },
  RQ_ARGUMENT: { kind: 'input', sqlState: '22023' },
  RQ_COLUMN_TYPE: { kind: 'input', sqlState: '42804' },
  RQ_PARAMETER: { kind: 'input', sqlState: '07002' },
  RQ_OPTION: { kind: 'input', sqlState: '22023' },
  RQ_RESULT_STATE: { kind: 'input', sqlState: '24000' },
  RQ_UNSUPPORTED: { kind: 'unsupported', sqlState: '0A000' },
  RQ_NO_INDEX: { kind: 'unsupported', sqlState: '0A000' },
  RQ_NO_SEARCH: { kind: 'unsupported', sqlState: '0A000' },
  RQ_READ_ONLY: { kind: 'unsupported', sqlState: '25006' },
  RQ_FORBIDDEN: { kind: 'unsupported', sqlState: '42501' },
  RQ_BAD_VALUE: { kind: 'data', sqlState: '22P02' },
  RQ_BAD_UTF8: { kind: 'data', sqlState: '22021' },
  RQ_OUT_OF_RANGE: { kind: 'data', sqlState: '22003' },
  RQ_DATA: { kind: 'data', sqlState: '22000' },
  RQ_REDIS_UNREACHABLE: { kind: 'io', sqlState: '08001', retryable: true },
  RQ_REDIS_LOST: { kind: 'io', sqlState: '08006', retryable: true },
  RQ_REDIS_TIMEOUT: { kind: 'io', sqlState: '08006', retryable: true },
  RQ_REDIS_TLS: { kind: 'io', sqlState: '08001' },
  RQ_REDIS_AUTH: { kind: 'io', sqlState: '28P01' },
  RQ_REDIS_PERMISSION: { kind: 'io', sqlState: '42501' },
  RQ_REDIS_LOADING: { kind: 'io', sqlState: '57P03', retryable: true },
  RQ_REDIS_BUSY: { kind: 'io', sqlState: '57P03', retryable: true },
  RQ_REDIS_ERROR: { kind: 'io', sqlState: '58000' },
  RQ_INDEX_INCOMPLETE: { kind: 'io', sqlState: '58000', retryable: true },
  RQ_PROTOCOL: { kind: 'io', sqlState: '08P01' },
  RQ_FILE: { kind: 'io', sqlState: '58P01' },
  RQ_OUT_OF_MEMORY: { kind: 'resource', sqlState: '53200' },
  RQ_SPILL_LIMIT: { kind: 'resource', sqlState: '53100' },
  RQ_SCAN_LIMIT: { kind: 'resource', sqlState: '54000' },
  RQ_BUSY: { kind: 'resource', sqlState: '53300', retryable: true },
  RQ_CANCELLED: { kind: 'cancelled', sqlState: '57014' },
  RQ_TIMEOUT: { kind: 'cancelled', sqlState: '57014' },
  RQ_CLOSED: { kind: 'cancelled', sqlState: '08003' },
  RQ_INTERNAL: { kind: 'internal', sqlState: 'XX000' },
} as const satisfies Record<`RQ_${string}`, ErrorSpec>;

export type ErrorCode = keyof typeof ERRORS;

export interface ErrorDetails {
  readonly cause?: unknown;
  /** What the reader could do next, one sentence. */
  readonly hint?: string;
  /** Zero-based offset into the statement's text, in UTF-16 code units. */
  readonly position?: number;
}

/** An error as plain data, the form in which it crosses a thread boundary (structuredClone drops class and code). */
export interface ErrorData {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
  readonly position?: number;
}

/** The only error class: what was wrong, the value, what would be valid; match on `code`. */
export class RedQueryError extends Error {
  override readonly name = 'RedQueryError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  /** Zero-based offset into the statement's text, in UTF-16 code units. */
  readonly position: number | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
    this.position = details.position;
  }

  get kind(): ErrorKind {
    return ERRORS[this.code].kind;
  }

  get sqlState(): string {
    return ERRORS[this.code].sqlState;
  }

  get isRetryable(): boolean {
    const spec: ErrorSpec = ERRORS[this.code];
    return spec.retryable === true;
  }
}

/** Gives the plain data of any thrown value; what is not a RedQueryError becomes RQ_INTERNAL. */
export function errorDataFrom(error: unknown): ErrorData {
  if (error instanceof RedQueryError) {
    return {
      code: error.code,
      message: error.message,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      ...(error.position === undefined ? {} : { position: error.position }),
    };
  }
  return { code: 'RQ_INTERNAL', message: error instanceof Error ? error.message : String(error) };
}

/** Rebuilds the error of `errorDataFrom`. */
export function errorFromData(data: ErrorData): RedQueryError {
  return new RedQueryError(data.code, data.message, {
    ...(data.hint === undefined ? {} : { hint: data.hint }),
    ...(data.position === undefined ? {} : { position: data.position }),
  });
}
