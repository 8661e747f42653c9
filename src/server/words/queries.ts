/** Statements as they are planned and run: columns, values, rows on their way, and the seam between protocol and planner. */
import type { ParsedStatement, SettingChange } from './language.ts';
import type { WireUser } from './users.ts';

/** A format code of the protocol: 0 text, 1 binary. */
export type Format = 0 | 1;

/** A column as RowDescription has it (protocol chapter 54.7). Object id and number are 0 where it is no column of a table. */
export interface PgColumn {
  readonly name: string;
  readonly tableOid: number;
  readonly columnNumber: number;
  readonly typeOid: number;
  /** pg_type.typlen: bytes, -1 for variable. */
  readonly typeSize: number;
  /** -1 where the type has none. */
  readonly typeModifier: number;
}

/** A value that Bind brought, with the type that the statement has for it. Null bytes are NULL. */
export interface BoundValue {
  readonly typeOid: number;
  readonly format: Format;
  readonly bytes: Uint8Array | null;
}

/** Some rows of a result, already in the form that goes out. */
export interface EncodedRows {
  /** DataRow messages, whole, one behind the other; for COPY, CopyData messages. */
  readonly bytes: Uint8Array;
  readonly rowCount: number;
  /** No row follows. */
  readonly isDone: boolean;
}

/** A result that is read once, from its first row to its last. */
export interface RowSource {
  /**
   * Gives up to `maxRows` further rows in these formats (none: all text; one: for all columns; else one a column). May give
   * fewer rows than asked, also none, without being done.
   */
  next(maxRows: number, formats: readonly Format[]): Promise<EncodedRows>;
  /** Frees what it holds, at any time, also while `next` is under way; may be called twice. */
  close(): Promise<void>;
  /** What Redis had to do for it so far; missing where it does not read Redis. */
  readonly work?: RedisWork;
}

/** What a statement asked of Redis. */
export interface RedisWork {
  readonly keysScanned: number;
  readonly roundTrips: number;
  readonly bytesReceived: number;
}

/** COPY … TO STDOUT. Null: the format's own default. */
export interface CopyOptions {
  readonly format: 'text' | 'csv' | 'binary';
  readonly hasHeader: boolean;
  readonly delimiter: string | null;
  readonly nullText: string | null;
  readonly quote: string | null;
  readonly escape: string | null;
  /** Columns that are quoted always; '*' all. */
  readonly forceQuote: readonly string[] | '*';
}

/** What a statement may know of the session that runs it. */
export interface SessionFacts {
  readonly processId: number;
  readonly user: WireUser;
  readonly database: string;
  /** The session's settings (lower case names) as SHOW gives them. */
  setting(name: string): string | null;
  /** Names of the settings that differ from the server's defaults. */
  readonly changedSettings: ReadonlyMap<string, string>;
  /** Start of the transaction, ms since 1970. */
  readonly transactionStartMs: number;
  /** set_config(): changes a setting and gives its new value. @throws {PgError} as SET does */
  applySetting(change: SettingChange): string;
}

/** How one execution goes. */
export interface Run {
  readonly session: SessionFacts;
  /** Aborted by a cancel request, a time-out, or a client that went away; its reason is a PgError. */
  readonly signal: AbortSignal;
  /** The formats asked for by Bind, as far as they are known. */
  readonly formats: readonly Format[];
  /** Sends a NOTICE to the client. */
  notice(notice: Notice): void;
}

export interface Notice {
  readonly severity: 'WARNING' | 'NOTICE' | 'INFO' | 'LOG' | 'DEBUG';
  readonly sqlState: string;
  readonly message: string;
  readonly detail?: string;
  readonly hint?: string;
}

/** A statement that is understood and described, not run. It may be run many times. */
export interface PlannedQuery {
  readonly parameterTypes: readonly number[];
  /** Null: it gives no rows. */
  readonly columns: readonly PgColumn[] | null;
  /** The words before the count in CommandComplete, such as 'SELECT'. */
  readonly tag: string;
  /** False where the tag stands alone (SET, SHOW). */
  readonly hasCount: boolean;
  /** Who answers, for the log: 'instant', 'catalog', 'data', 'explain'. */
  readonly route?: string;
  /**
   * Says at Bind whether the values are of their types. Missing: their types alone say it.
   * @throws {PgError} 22P02, 22P03 and their kin
   */
  check?(values: readonly BoundValue[], session: SessionFacts): void;
  /** Starts the statement; nothing is asked of anybody before the first `next`. */
  open(values: readonly BoundValue[], run: Run): RowSource;
  /** As `open`, for COPY (…) TO STDOUT; `formats` of `next` are not looked at. */
  copy(values: readonly BoundValue[], options: CopyOptions, run: Run): RowSource;
}

/** Plans what is no command of the session itself: SELECT, VALUES, TABLE, EXPLAIN, CREATE VIEW, refusals. */
export interface QueryPlanner {
  /**
   * @param parameterTypes as Parse gave them; 0 or missing: to be found.
   * @throws {PgError} what is wrong with it, with its position in `statement.text`.
   */
  plan(statement: ParsedStatement, parameterTypes: readonly number[], run: Run): Promise<PlannedQuery>;
  /** Forgets what the session has in engine and catalog (DISCARD ALL). */
  discard(): Promise<void>;
  close(): Promise<void>;
}
