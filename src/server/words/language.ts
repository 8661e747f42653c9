/** What dialect/ says of a text: its statements, who answers each, and what the engine and the catalog are given. */
import type { PgColumn } from './queries.ts';

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
