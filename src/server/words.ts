/**
 * The words that the parts of the server share: columns, bound values, rows on their way to a client, and the seams between
 * the protocol (wire/, net/, session/), the language (dialect/), the catalog (catalog/) and the engine (data/). Types only.
 */
import type { Batch } from '../arrow/index.ts';
import type { SqlField } from '../types/index.ts';

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

/** One statement of a text. */
export interface ParsedStatement {
  /** The statement alone, without its semicolon; parameters are $1, $2, … */
  readonly text: string;
  /** Where it begins in the whole text, in UTF-16 code units. */
  readonly offset: number;
  /** PostgreSQL's tree as libpg-query gives it: { SelectStmt: … }. Null: only DuckDB may understand it. */
  readonly tree: Tree | null;
  /** Why PostgreSQL's parser refused it. Only where `tree` is null. */
  readonly syntaxError: Error | null;
  /** The highest $n in it. */
  readonly parameterCount: number;
}

/** A node of PostgreSQL's parse tree: one name (the node's type) with its fields. */
export type Tree = Readonly<Record<string, unknown>>;

// ---- what a client sees as tables -------------------------------------------------------------------------------------

/** A table of the schema `public`: a declared view, or one that was discovered. */
export interface ServedTable {
  readonly name: string;
  /** 'table' where a row is a key (it has a primary key), 'view' else. */
  readonly kind: 'table' | 'view';
  readonly columns: readonly SqlField[];
  /** The column that is the primary key; null: none. */
  readonly primaryKey: string | null;
  /** What it reads, such as `redis_hash('user:*')`; shown as the comment. */
  readonly comment: string;
  /** The text of the view in the engine's dialect. */
  readonly select: string;
  /** The key patterns that it reads; empty: unknown, then only users with all keys see it. */
  readonly patterns: readonly string[];
  readonly estimatedRows: number;
}

// ---- language ---------------------------------------------------------------------------------------------------------

/** What the server does with a statement that is no command of the session. */
export type Route =
  /** Answered here, from the tree alone: `select 1`, `select version()`. */
  | {
      readonly kind: 'instant';
      readonly columns: readonly PgColumn[];
      readonly values: readonly (string | null)[];
      /** What set_config() calls change; the session does it when the statement runs. */
      readonly settings?: readonly SettingChange[];
    }
  /** PostgreSQL's catalog answers. `text` is what is given to it. */
  | { readonly kind: 'catalog'; readonly text: string; readonly settings?: readonly SettingChange[] }
  /** `SELECT pg_sleep(n)`: the session waits, can be cancelled, and gives one row of one empty void column. */
  | { readonly kind: 'sleep'; readonly seconds: number; readonly columns: readonly PgColumn[] }
  | { readonly kind: 'data'; readonly statement: DataStatement }
  /** CREATE [OR REPLACE] [TEMP] VIEW: `body` in the engine's dialect. */
  | { readonly kind: 'createView'; readonly name: string; readonly isReplace: boolean; readonly body: DataStatement }
  | { readonly kind: 'dropView'; readonly names: readonly string[]; readonly ifExists: boolean }
  | { readonly kind: 'explain'; readonly statement: DataStatement; readonly analyze: boolean; readonly isJson: boolean };

/** set_config(name, value, is_local) with constant arguments. */
export interface SettingChange {
  readonly name: string;
  readonly value: string;
  readonly isLocal: boolean;
}

/** A statement that the engine runs. */
export interface DataStatement {
  /** The engine's dialect; parameters are $n. */
  readonly duckText: string;
  /**
   * PostgreSQL's dialect, in which every redis_… call is the table `shadow.NAME`; null where PostgreSQL does not parse it, so
   * that the engine alone must describe it.
   */
  readonly describeText: string | null;
  /** The calls, by the name that they have in `describeText`. */
  readonly calls: readonly { readonly shadow: string; readonly duckText: string }[];
  /** Tables of `public` (or of the session) that it names, in lower case where they were not quoted. */
  readonly tables: readonly string[];
  /** Functions of PostgreSQL that the engine lacks: names of the macros that a session must have (dialect/macros). */
  readonly macros: readonly string[];
  /**
   * `x = ANY($2)` is `x IN ($7)` in `duckText`, so that it can be pushed down: key 7, beyond the statement's own parameters,
   * stands for the elements of parameter 2, with commas between them; where there are none, for `SELECT NULL WHERE FALSE`.
   */
  readonly listParameters?: ReadonlyMap<number, number>;
  /**
   * `x LIKE $1` is `x LIKE $8` in `duckText`: key 8 stands for the text of parameter 1, with ` ESCAPE '\\'` behind it where a
   * backslash is in it (PostgreSQL's backslash escapes, DuckDB's does not; without ESCAPE the comparison can be pushed down).
   */
  readonly patternParameters?: ReadonlyMap<number, number>;
  /** Gives the offset in the statement's text of an offset in `describeText`; missing: they are the same. */
  readonly mapPosition?: (offset: number) => number;
}

// ---- catalog ----------------------------------------------------------------------------------------------------------

export interface CatalogColumn {
  readonly name: string;
  readonly typeOid: number;
  readonly typeModifier: number;
}

/** A table as the catalog mirrors it. */
export interface CatalogTable {
  readonly schema: 'public' | 'shadow';
  readonly name: string;
  readonly kind: 'table' | 'view';
  readonly columns: readonly CatalogColumn[];
  readonly primaryKey: string | null;
  readonly comment: string | null;
  readonly estimatedRows: number;
}

/** A statement's parameters and columns, found without running it. */
export interface Description {
  readonly parameterTypes: readonly number[];
  readonly columns: readonly PgColumn[] | null;
}

/** PostgreSQL's own catalog, in a process of its own that is started when it is first needed. */
export interface Catalog {
  /**
   * Describes a text over mirrored tables. `tables` are those that must exist (others may, too).
   * @throws {PgError} PostgreSQL's own words, SQLSTATE and position.
   */
  describe(text: string, parameterTypes: readonly number[], tables: readonly CatalogTable[], run: Run): Promise<Description>;
  /** Plans a catalog query. `visible`: the tables of `public` that this session's user may see. */
  plan(text: string, parameterTypes: readonly number[], visible: readonly CatalogTable[], run: Run): Promise<PlannedQuery>;
  /** The catalog's answer to a change of what there is; what is gone is dropped, what stays keeps its oid. */
  setTables(tables: readonly CatalogTable[]): void;
  close(): Promise<void>;
}

// ---- who ---------------------------------------------------------------------------------------------------------------

/** What a user may do. */
export interface WireUser {
  readonly name: string;
  /** Globs of keys that the user may read; null: all. */
  readonly keyPatterns: readonly string[] | null;
  /** Names for `server =>` that the user may use; null: all. */
  readonly servers: readonly string[] | null;
  readonly statementTimeoutMs: number | null;
  /** Keys that one scan may walk over; null: no limit. */
  readonly maxScanKeys: number | null;
  readonly maxConnections: number | null;
  readonly isReadOnly: boolean;
  /** The Redis user that the session logs in as; null: the server's own. The password is read from the file only. */
  readonly redis: { readonly username: string; readonly password: string } | null;
}

/** How a connection came in, as far as authentication looks at it. */
export interface Channel {
  readonly isTls: boolean;
  readonly isLocal: boolean;
  /** tls-server-end-point (RFC 5929): the hash of the server's certificate; null without TLS. */
  readonly certificateHash: Uint8Array | null;
  /** Common name of the client's verified certificate; null: none. */
  readonly clientCertificateName: string | null;
}

/** A message of authentication to the client, before its framing: the body behind 'R' and the length. */
export type AuthenticationStep =
  | { readonly kind: 'send'; readonly body: Uint8Array; readonly isFinished: false }
  /** Done; `body` (SASLFinal) goes out before AuthenticationOk where there is one. */
  | { readonly kind: 'done'; readonly body: Uint8Array | null; readonly user: WireUser };

/** One client's authentication. `next` is given null first, then the body of each 'p' message. */
export interface Authentication {
  /** @throws {PgError} 28P01, 28000, 08P01: FATAL, always. */
  next(message: Uint8Array | null): AuthenticationStep | Promise<AuthenticationStep>;
}

export interface Authenticator {
  begin(userName: string, channel: Channel): Authentication;
}

// ---- a connected client ------------------------------------------------------------------------------------------------

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

/** A batch with its schema, for the encoders. */
export interface TypedBatch {
  readonly schema: readonly SqlField[];
  readonly batch: Batch;
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
