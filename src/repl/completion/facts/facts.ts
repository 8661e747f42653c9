/** What completion knows of a database and its session, as plain data. */

export interface ColumnFact {
  readonly name: string;
  readonly type: string;
}

/** A table or view of the session. */
export interface TableFact {
  readonly name: string;
  readonly kind: 'table' | 'view';
  readonly columns: readonly ColumnFact[];
}

export interface FunctionFact {
  /** In lower case. */
  readonly name: string;
  /** `macro` is one of the session's own, or one that DuckDB has written in SQL. */
  readonly kind: 'scalar' | 'aggregate' | 'table' | 'macro';
  /** Of the form with the fewest; DuckDB names them for some functions only. */
  readonly parameters: readonly string[];
  /** True where no form takes any. */
  readonly isBare: boolean;
  /** Null where forms differ, and for tables. */
  readonly returnType: string | null;
  /** The session made it. */
  readonly isOwn: boolean;
}

/** A table function of Redis. */
export interface SourceFact {
  /** `redis_hash`. */
  readonly name: string;
  /** `['pattern']`. */
  readonly positional: readonly string[];
  readonly named: readonly string[];
}

export interface IndexFact {
  readonly name: string;
  /** HASH, JSON. */
  readonly keyType: string;
  readonly documents: number;
  readonly attributes: readonly ColumnFact[];
}

/** Keys whose names differ only where they vary. */
export interface KeyFact {
  /** `user:*`. */
  readonly pattern: string;
  /** `user:{id}`; the same where nothing varies. */
  readonly template: string;
  /** As TYPE gives it. */
  readonly type: string;
  /** How many there are, about. */
  readonly count: number;
}

export interface SettingFact {
  readonly name: string;
  /** As SHOW prints it; null: not known. */
  readonly value: string | null;
}

export interface Facts {
  readonly tables: readonly TableFact[];
  readonly functions: readonly FunctionFact[];
  readonly sources: readonly SourceFact[];
  readonly indexes: readonly IndexFact[];
  readonly keys: readonly KeyFact[];
  readonly settings: readonly SettingFact[];
}

export const NO_FACTS: Facts = { tables: [], functions: [], sources: [], indexes: [], keys: [], settings: [] };
