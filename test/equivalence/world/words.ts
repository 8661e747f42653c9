/** What a generated world is made of: tables of keys, indexes over them and keys beside them. Plain data. */

/** A value as it stands in Redis and as SQL writes it. */
export interface Sample {
  readonly text: string;
  readonly literal: string;
}

/** What a column holds, by the trap it is made for. */
export type ColumnKind =
  | 'word'
  | 'name'
  | 'small'
  | 'wide'
  | 'int'
  | 'huge'
  | 'money'
  | 'deep'
  | 'real'
  | 'wild'
  | 'flag'
  | 'day'
  | 'at'
  | 'ms'
  | 'sec'
  | 'zoned'
  | 'place'
  | 'score'
  | 'entryId'
  | 'entryTime';

export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
  /** As it is declared. */
  readonly type: string;
  /** What its cells, and most constants beside it, are picked from. */
  readonly pool: readonly Sample[];
  /** The table has it without being told: `rank`, `_id`. */
  readonly isPart?: true;
}

export interface Row {
  readonly key: string;
  /** Texts by column; one that is missing is not there. */
  readonly cells: Readonly<Record<string, string>>;
  /** Members of a document as they are written, in place of strings: `7`, `null`. */
  readonly json?: Readonly<Record<string, string>>;
}

/** `hash` and `json` have an index and rows of a key each; the rows of the others may share keys. */
export type Source = 'hash' | 'json' | 'string' | 'set' | 'list' | 'zset' | 'stream';

/** Keys of one type and one prefix. */
export interface Table {
  /** The name of its plain twin: `t0`. */
  readonly name: string;
  readonly source: Source;
  /** `eq:0:`; its pattern is that and `*`. */
  readonly prefix: string;
  /** `eq:0:{g}:{n}`, where its keys have two parts. */
  readonly template: string | null;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly onError: 'error' | 'null' | 'skip';
}

export interface Index {
  readonly name: string;
  readonly table: string;
  /** What is odd about it: `complete`, `wrong prefix`, … */
  readonly state: IndexState;
  /** All words of FT.CREATE. */
  readonly command: readonly string[];
  /** True where only keys that are written after it are in it. */
  readonly isSkippingScan: boolean;
  /** The columns that it holds under their own field. */
  readonly columns: readonly IndexedColumn[];
  /** Options in use, for the counts: `TAG CASESENSITIVE`, … */
  readonly options: readonly string[];
}

export interface IndexedColumn {
  readonly column: Column;
  readonly type: 'TAG' | 'NUMERIC' | 'TEXT';
  /** Sortable as it was written: a number, or a text with UNF. */
  readonly isGroupable: boolean;
}

export const INDEX_STATES = [
  'complete',
  'wider prefix',
  'all keys',
  'narrower prefix',
  'wrong prefix',
  'filter',
  'half built',
  'alias',
] as const;
export type IndexState = (typeof INDEX_STATES)[number];

/** A key beside the tables, or a kind of table that holds many rows a key. */
export interface Extra {
  readonly key: string;
  readonly commands: readonly (readonly string[])[];
}

export interface World {
  readonly number: number;
  readonly tables: readonly Table[];
  readonly indexes: readonly Index[];
  readonly extras: readonly Extra[];
  /** Settings of the search module: how many documents it gives at most. */
  readonly config: Readonly<Record<string, string>>;
  /** Commands that run last: times to live, keys and fields that have ended and are still in an index. */
  readonly closing: readonly (readonly string[])[];
}
