/**
 * The words that planner, workers and engine share about a scan: what is asked (ScanRequest), by which filter
 * (Predicate), how it is answered (AccessPath) and the work itself (ScanTask). All plain data that structured-clones.
 */
import type { Batch } from '../arrow/index.ts';
import type { SqlType } from '../types/index.ts';
import type { ScanSettings } from './scan-settings.ts';

/** A kind of table: one table function each, `redis_` before the name. */
export type SourceName =
  | 'hash'
  | 'json'
  | 'string'
  | 'set'
  | 'list'
  | 'zset'
  | 'stream'
  | 'timeseries'
  | 'search'
  | 'keys'
  | 'indexes'
  | 'info';

/**
 * What a column of a table function holds: the key's name, its time to live, one field (of a hash or a stream's entry, a path
 * of a document, a label of a series, an attribute of an index), all fields as a MAP, what a template captures of the key,
 * or what the source itself says of the row (`part`).
 */
export type ColumnRole = 'key' | 'ttl' | 'field' | 'fields' | 'capture' | 'part';

/** What a source says of a row beside fields. `json`: a whole document; `rank`, `position`, `seq`: BIGINT; `ts`: TIMESTAMPTZ. */
export type ColumnPart =
  | 'value'
  | 'member'
  | 'element'
  | 'position'
  | 'rank'
  | 'score'
  | 'id'
  | 'ts'
  | 'seq'
  | 'json'
  | 'highlight'
  | 'distance'
  | 'type'
  | 'memory'
  | 'encoding'
  | 'idle';

export interface TableColumn {
  /** The name SQL sees. */
  readonly name: string;
  readonly type: SqlType;
  readonly role: ColumnRole;
  /** role 'field': the field's name in Redis, as bytes; the label of a series; the attribute of an index. */
  readonly field?: Uint8Array;
  /** role 'field' of a document: its JSONPath, `$.address.city`. */
  readonly path?: string;
  /** role 'part'. */
  readonly part?: ColumnPart;
  /** part 'value' of a time bucket: which of its aggregators, from 0. */
  readonly aggregate?: number;
  /** role 'capture': which of the template's captures, from 0. */
  readonly capture?: number;
  /** The type is a sample's word: values must print back to the same bytes under it, else they do not parse. */
  readonly isInferred?: true;
}

export type OnError = 'error' | 'null' | 'skip';

/**
 * A constant of the optimised plan. Integers up to 64 bits are bigint, DOUBLE number; dates and times are DuckDB's physical
 * integer. Arguments of a 'call' only: BLOB (its bytes as hex digits), `DOUBLE[]`, `FLOAT[]`, … (a JSON array of numbers).
 */
export interface Constant {
  /** DuckDB's type id as the plan prints it, for example 'VARCHAR', 'BIGINT', 'TIMESTAMP WITH TIME ZONE'. */
  readonly type: string;
  readonly value: string | number | bigint | boolean | null;
}

/** A filter over one table's columns; `column` is the position among the columns the bind added. */
export type Predicate =
  | {
      readonly kind: 'comparison';
      readonly op: '=' | '<>' | '<' | '<=' | '>' | '>=';
      readonly column: number;
      readonly value: Constant;
    }
  | { readonly kind: 'in'; readonly column: number; readonly values: readonly Constant[] }
  | { readonly kind: 'prefix'; readonly column: number; readonly prefix: string }
  | { readonly kind: 'isNull'; readonly column: number }
  | { readonly kind: 'isNotNull'; readonly column: number }
  | { readonly kind: 'and' | 'or'; readonly children: readonly Predicate[] }
  | { readonly kind: 'not'; readonly child: Predicate }
  /** A search function of ours over a column: match(column, text), geo_within(column, lon, lat, radius, unit), vector_distance(…). */
  | {
      readonly kind: 'call';
      readonly name: 'match' | 'geo_within' | 'vector_distance';
      readonly column: number;
      /** The constants behind the column. */
      readonly args: readonly Constant[];
      /** 'vector_distance': what it is compared with. */
      readonly bound?: { readonly op: '<' | '<='; readonly value: number };
    }
  /** Anything else: always answered 'unsupported'. `text` and `why` (why only DuckDB can tell, in a few words) are for EXPLAIN only. */
  | { readonly kind: 'opaque'; readonly text: string; readonly why?: string };

/** How well a source answers a filter: exactly, with too many rows (DuckDB re-checks), or not at all. Never with too few. */
export type FilterAnswer = 'exact' | 'inexact' | 'unsupported';

/** The best rows by some columns: a top-N with nothing but projections between it and the scan. */
export interface TopN {
  readonly keys: readonly OrderKey[];
  /** LIMIT + OFFSET. */
  readonly rowCount: number;
}

export interface OrderKey {
  /** Position among the columns that the bind added. */
  readonly column: number;
  readonly isDescending: boolean;
  readonly isNullsFirst: boolean;
}

/** What a key template says beside its glob pattern: `user:{id}:order:{order_id}` is the pattern `user:*:order:*`. */
export interface KeyTemplate {
  /** Literals and captures in turn. */
  readonly pieces: readonly TemplatePiece[];
  /** Names of the captures in order. */
  readonly captures: readonly string[];
}

/** `{id}` takes one or more bytes other than ':' up to the next literal; `{id*}` (isGreedy) any. A literal is glob text. */
export type TemplatePiece =
  | { readonly kind: 'glob'; readonly text: string }
  | { readonly kind: 'capture'; readonly name: string; readonly isGreedy: boolean };

/** One scan as the planner asks for it. */
export interface ScanRequest {
  readonly source: SourceName;
  /** Name of a configured server; 'default' is the session's own. */
  readonly server: string;
  /** Redis glob pattern of keys, a template's braces replaced by `*`; the index's name for 'search'; '' where there are no keys. */
  readonly pattern: string;
  readonly template: KeyTemplate | null;
  /** Checked arguments of the call that only its source understands: 'search' has its query and options here. */
  readonly options: Readonly<Record<string, string | number | boolean | null>>;
  /** `index => 'auto' | 'none' | name`. */
  readonly index: string;
  /** `access => 'auto' | 'scan' | 'index'`. */
  readonly accessChoice: 'auto' | 'scan' | 'index';
  /** All columns of the table, in bind order. */
  readonly columns: readonly TableColumn[];
  /** Positions in `columns` that the statement reads, in the order in which batches carry them. */
  readonly projection: readonly number[];
  /** The OR of the filters of all scans with these arguments; null where one of them has none. */
  readonly filter: Predicate | null;
  /** So many rows that pass the filter are enough; null where all are needed. */
  readonly rowLimit: number | null;
  /** The statement needs only the first rows of this order; null where it needs all. */
  readonly topN: TopN | null;
  readonly onError: OnError;
  /** Most rows a batch carries. */
  readonly batchRows: number;
  readonly settings: ScanSettings;
  /** The call as it was written, for people: `redis_hash('user:{id}')`. */
  readonly title?: string;
}

/** How a scan reads: nothing at all, named keys, a walk over the keyspace, keys out of an index, series by label, or one answer. */
export type AccessPath =
  | { readonly kind: 'empty' }
  | { readonly kind: 'keys'; readonly keys: readonly Uint8Array[] }
  | { readonly kind: 'scan'; readonly pattern: Uint8Array }
  | SearchAccess
  | QueryAccess
  /** Keys that TS.QUERYINDEX gives for these FILTER terms and that match the pattern. */
  | { readonly kind: 'series'; readonly filters: readonly string[]; readonly pattern: Uint8Array }
  /** No keys: the source's own command (FT._LIST, INFO, FT.SEARCH) gives the rows. */
  | { readonly kind: 'command' };

/** Keys out of a search index, then their fields by HMGET or JSON.GET. */
export interface SearchAccess {
  readonly kind: 'search';
  readonly index: string;
  /** RediSearch query, dialect 2; values stand in `params` or are escaped. */
  readonly query: string;
  readonly params: readonly (readonly [name: string, value: string | Uint8Array])[];
  readonly sortBy: { readonly attribute: string; readonly isDescending: boolean } | null;
  /** Documents that are enough; null for all. */
  readonly limit: number | null;
  /**
   * 'blocking': one FT.SEARCH NOCONTENT; 'pages': as many as stop Redis for a moment each; 'cursor': FT.AGGREGATE LOAD @__key
   * WITHCURSOR, the slowest, which stops nobody for long however many there are, and keeps an order.
   */
  readonly form: 'blocking' | 'pages' | 'cursor';
  /** Keys of a page at most; the reader's own measure where it is missing. */
  readonly pageKeys?: number;
  /** What a count said just before. */
  readonly expectedKeys: number;
  /** Keys that do not match this are left out; it is also what is scanned should the index fail before it gave a key. */
  readonly pattern: Uint8Array;
  /** The query holds what nothing else can check (match): where it fails, the statement does. */
  readonly isOnlyWay?: true;
}

/** A search in the user's own words (redis_search): its documents are the rows, and no scan can stand in for it. */
export interface QueryAccess {
  readonly kind: 'query';
  readonly index: string;
  /** RediSearch's own language, dialect 2; values stand in `params`. */
  readonly query: string;
  readonly params: readonly (readonly [name: string, value: string | Uint8Array])[];
  readonly sortBy: SearchAccess['sortBy'];
  readonly language: string | null;
  readonly isVerbatim: boolean;
  /** Documents at most, as the user says; null for all. */
  readonly limit: number | null;
  /** Documents that may be enough: more are asked for when their rows were taken. */
  readonly firstRows: number;
  /** The part 'score' is read. */
  readonly hasScores: boolean;
  /** The name by which the search gives distances; null where nobody reads the part 'distance'. */
  readonly distance: string | null;
  /** Attributes whose matches are marked for the part 'highlight'; empty where nobody reads it. */
  readonly highlighted: readonly string[];
}

/** Which rows of each key are read; null stands for all. Bounds are as Redis takes them. */
export type ElementRange =
  /** Only these: SMISMEMBER, ZMSCORE. */
  | { readonly kind: 'members'; readonly members: readonly Uint8Array[] }
  /** 0-based positions of a list, ranks of a sorted set; `last` −1 is the end. */
  | { readonly kind: 'positions'; readonly first: number; readonly last: number; readonly isReversed: boolean }
  /** ZRANGE BYSCORE: '-inf', '(1.5', … */
  | { readonly kind: 'scores'; readonly min: string; readonly max: string; readonly isReversed: boolean }
  /** XRANGE, XREVRANGE: '-', '5-0', '+'. */
  | { readonly kind: 'ids'; readonly from: string; readonly to: string; readonly isReversed: boolean }
  /** TS.RANGE, TS.REVRANGE: ms since 1970, '-', '+'. */
  | {
      readonly kind: 'times';
      readonly from: string;
      readonly to: string;
      readonly isReversed: boolean;
      readonly bucket: TimeBucket | null;
    };

/** AGGREGATION of TS.RANGE: one row a bucket; the column of part 'value' and `aggregate` i is aggregator i. */
export interface TimeBucket {
  readonly aggregators: readonly ('avg' | 'min' | 'max' | 'sum' | 'count' | 'first' | 'last')[];
  readonly widthMs: number;
  /** Where buckets begin, in ms since 1970. */
  readonly alignMs: number;
}

/** One piece of work for a worker. Names its server; credentials are given to workers once, at start. */
export interface ScanTask {
  readonly source: SourceName;
  readonly server: string;
  readonly access: AccessPath;
  readonly template: KeyTemplate | null;
  readonly options: ScanRequest['options'];
  /** The columns of each batch, in order. */
  readonly columns: readonly TableColumn[];
  /** Columns that must parse although no batch carries them (on_error => 'skip' checks all declared ones). */
  readonly checkedColumns: readonly TableColumn[];
  readonly onError: OnError;
  readonly batchRows: number;
  /** The scan ends after so many rows. Set only where no row may be lost by that. */
  readonly rowLimit: number | null;
  readonly range: ElementRange | null;
  /** Most rows of each key; null for all. Set with `range` where a limit or a top-N reaches down to it. */
  readonly rowsPerKey: number | null;
  readonly budget: ScanBudget;
  /** Globs of the keys that whoever asks may read: others are left out before anything is asked of them. Absent: all. */
  readonly allowedKeys?: readonly string[];
}

/** What a scan may cost before it is an error, and how fast it may go. Null: without a limit. */
export interface ScanBudget {
  readonly maxKeys: number | null;
  readonly maxBytes: number | null;
  readonly keysPerSecond: number | null;
}

/** What becomes of one term of a filter (the terms of the outermost AND, `termsOf`). */
export interface ConjunctNote {
  readonly predicate: Predicate;
  /** 'keys', 'index idx:user', 'ZRANGE', 'DuckDB', … */
  readonly where: string;
  readonly answer: FilterAnswer;
  /** In a few words, for 'inexact' and 'unsupported': `tag ignores case`, `a function of the column`. */
  readonly why: string | null;
}

/** What EXPLAIN says of one scan, before it ran. */
export interface ScanPlan {
  readonly request: ScanRequest;
  readonly access: AccessPath;
  /** The pattern or keys in a printable form. */
  readonly accessText: string;
  /** Of the filter as a whole. */
  readonly filterAnswer: FilterAnswer;
  readonly tasks: readonly ScanTask[];
  readonly conjuncts: readonly ConjunctNote[];
  /** The literal commands, `…` for what comes out of others: `SCAN … MATCH user:* COUNT 1000`, `HMGET … age city`. */
  readonly commands: readonly string[];
  /** Why this way, one sentence a fact; empty where it goes without saying. */
  readonly remarks: readonly string[];
  /** The FT.CREATE that would make it faster, and by how much about; null where nothing is to be gained. */
  readonly advice: { readonly command: string; readonly saving: string } | null;
  readonly estimatedRows: number | null;
}

/**
 * What the server was asked about a request before it is planned (storage/search/resolve.ts). Plain data: it travels from
 * the thread that holds the connection to the engine's.
 */
export interface AccessAnswer {
  /** The way by an index; null: without one. */
  readonly access: SearchAccess | null;
  /** One a term of the filter; empty where no index was looked at. */
  readonly conjuncts: readonly ConjunctNote[];
  /** The answer of the index to the filter as a whole. */
  readonly filterAnswer: FilterAnswer;
  readonly remarks: readonly string[];
  readonly advice: ScanPlan['advice'];
  readonly estimatedRows: number | null;
}

/** A column by whose values rows are grouped; `bucket`: by the start of the time bucket that it falls into. */
export interface AggregateGroup {
  readonly column: number;
  readonly bucket: { readonly widthMs: number; readonly originMs: number } | null;
  /** The type that DuckDB gives the group's column. */
  readonly type: SqlType;
}

/** One aggregate over a column; `column` is null for count(*). `type` is the type that DuckDB gives it. */
export interface AggregateCall {
  readonly name: 'count_star' | 'count' | 'count_distinct' | 'sum' | 'avg' | 'min' | 'max' | 'first' | 'last';
  readonly column: number | null;
  readonly type: SqlType;
}

/** A query block that is one scan, grouped. `scan.projection` is empty; its filter stands for the block's WHERE as a whole. */
export interface AggregateRequest {
  readonly scan: ScanRequest;
  /** None: one group of all rows, there even where no row is. */
  readonly groups: readonly AggregateGroup[];
  readonly aggregates: readonly AggregateCall[];
}

/** The block's rows: its groups, then its aggregates. They come at once, by a scan of their own, or not from Redis. */
export type AggregateAnswer =
  | {
      readonly kind: 'rows';
      readonly batch: Batch;
      /** The command was not sent, and the batch is empty: what EXPLAIN asks for. */
      readonly isDry?: boolean;
      /** The literal command. */
      readonly command: string;
      /** Those that are sent with it and tell what it does not. */
      readonly moreCommands?: readonly string[];
      readonly remarks: readonly string[];
    }
  /** The plan's request has one column a group and one an aggregate. */
  | { readonly kind: 'scan'; readonly plan: ScanPlan }
  /** `advice`: the index by which Redis would group the block. */
  | { readonly kind: 'refused'; readonly why: string; readonly advice?: ScanPlan['advice'] };
