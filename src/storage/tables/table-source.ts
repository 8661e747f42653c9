/**
 * What a kind of table is: how a call of its function is bound to columns, and how a request becomes a plan. One object a
 * table function; all of it plain data in and out, no server is asked. The registry of all of them is sources.ts.
 */
import type { InferredSchema } from '../sampling/inferred-schema.ts';
import type {
  AccessAnswer,
  AggregateRequest,
  FilterAnswer,
  KeyTemplate,
  OnError,
  Predicate,
  ScanPlan,
  ScanRequest,
  SourceName,
  TableColumn,
} from '../scan-words.ts';

/** A named argument's value as the engine reads it. */
export type NamedArgument = string | number | boolean | null | Readonly<Record<string, string>> | ReadonlyMap<string, string>;
export type NamedArguments = Readonly<Record<string, NamedArgument>>;

/** A call of a table function. */
export interface TableCall {
  /** As they were written: the pattern of keys, or what `TableSource.positional` names. */
  readonly positional: readonly string[];
  /** Names in lower case; null counts as absent. */
  readonly named: NamedArguments;
  /** What a sample brought; null before it was taken, and where none is needed. */
  readonly inferred: InferredSchema | null;
  /** Names that the statement mentions, in lower case: virtual columns are there only for those who name them. */
  readonly mentions: ReadonlySet<string>;
}

/** What has to be looked at before a call's columns are known. Plain data: the main thread answers it. */
export interface SchemaNeed {
  readonly source: SourceName;
  readonly server: string;
  /** Glob pattern of the keys; the index's name for 'search'. */
  readonly pattern: string;
  /** Keys that it does not match are no rows of the table, and no sample. */
  readonly template?: KeyTemplate | null;
  readonly sampleSize: number;
  readonly allVarchar: boolean;
}

/** A bound call: all that a request needs of it. */
export interface BoundCall {
  readonly server: string;
  /** Glob pattern of the keys (a template's braces are `*`); the index's name for 'search'; '' without keys. */
  readonly pattern: string;
  readonly template: KeyTemplate | null;
  /** In bind order; `_key` first where the rows have keys: DuckDB asks for column 0 when it needs none. */
  readonly columns: readonly TableColumn[];
  readonly options: ScanRequest['options'];
  readonly index: string;
  readonly accessChoice: ScanRequest['accessChoice'];
  readonly onError: OnError;
  readonly batchRows: number;
}

/**
 * A kind of table over Redis. `classify` has three rules: the rows that a filter selects are a subset of what the source
 * gives for it; 'exact' is claimed only on proof; a LIMIT goes below a filter only if that is exact.
 */
export interface TableSource {
  readonly source: SourceName;
  /** 'redis_hash'. */
  readonly functionName: string;
  /** What the positional arguments are called, in order: `['pattern']`. All are VARCHAR and must be given. */
  readonly positional: readonly string[];
  /** Named arguments that it takes, of any type; `bind` says what is valid. */
  readonly argumentNames: readonly string[];
  /**
   * Says what to sample before `bind`; null where the columns are declared or fixed.
   * @throws {RedQueryError} as `bind`.
   */
  sampleFor(call: TableCall): SchemaNeed | null;
  /**
   * Checks a call and gives its columns.
   * @throws {RedQueryError} RQ_ARGUMENT, RQ_COLUMN_TYPE, RQ_UNKNOWN_ARGUMENT: the value and what is valid.
   */
  bind(call: TableCall): BoundCall;
  classify(filter: Predicate, request: ScanRequest): FilterAnswer;
  /** `answer`: what the server said about indexes; null where it was not asked. */
  plan(request: ScanRequest, answer: AccessAnswer | null): ScanPlan;
  /** Plans a grouped block as a scan that gives its groups and aggregates; where Redis cannot, exactly, a text says why. */
  planAggregate?(request: AggregateRequest): ScanPlan | string | null;
}
