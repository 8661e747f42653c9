/**
 * The words that planner, workers and engine share about a scan: what is asked (ScanRequest), by which filter
 * (Predicate), how it is answered (AccessPath) and the work itself (ScanTask). All plain data that structured-clones.
 */
import type { SqlType } from '../types/index.ts';

/** What a column of a table function holds: the key's name, its time to live, one field, all fields as a MAP. */
export type ColumnRole = 'key' | 'ttl' | 'field' | 'fields';

export interface TableColumn {
  /** The name SQL sees. */
  readonly name: string;
  readonly type: SqlType;
  readonly role: ColumnRole;
  /** role 'field': the field's name in Redis, as bytes. */
  readonly field?: Uint8Array;
  /** The type is a sample's word: values must print back to the same bytes under it, else they do not parse. */
  readonly isInferred?: true;
}

export type OnError = 'error' | 'null' | 'skip';

/** A constant of the optimised plan. Integers up to 64 bits are bigint, DOUBLE number; dates and times are DuckDB's physical integer. */
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
  /** Anything else: always answered 'unsupported'. `text` is for EXPLAIN only. */
  | { readonly kind: 'opaque'; readonly text: string };

/** How well a source answers a filter: exactly, with too many rows (DuckDB re-checks), or not at all. Never with too few. */
export type FilterAnswer = 'exact' | 'inexact' | 'unsupported';

/** One scan as the planner asks for it. */
export interface ScanRequest {
  readonly source: 'hash';
  /** Name of a configured server; 'default' is the session's own. */
  readonly server: string;
  /** Redis glob pattern, as the user wrote it. */
  readonly pattern: string;
  /** All columns of the table, in bind order. */
  readonly columns: readonly TableColumn[];
  /** Positions in `columns` that the statement reads, in the order in which batches carry them. */
  readonly projection: readonly number[];
  /** The OR of the filters of all scans with these arguments; null where one of them has none. */
  readonly filter: Predicate | null;
  /** The scan may stop after so many rows; null where all are needed. */
  readonly rowLimit: number | null;
  readonly onError: OnError;
  /** Most rows a batch carries. */
  readonly batchRows: number;
}

/** How a scan reads: nothing at all, the named keys, or a walk over the keyspace. */
export type AccessPath =
  | { readonly kind: 'empty' }
  | { readonly kind: 'keys'; readonly keys: readonly Uint8Array[] }
  | { readonly kind: 'scan'; readonly pattern: Uint8Array };

/** One piece of work for a worker. Names its server; credentials are given to workers once, at start. */
export interface ScanTask {
  readonly source: 'hash';
  readonly server: string;
  readonly access: AccessPath;
  /** The columns of each batch, in order. */
  readonly columns: readonly TableColumn[];
  /** Columns that must parse although no batch carries them (on_error => 'skip' checks all declared ones). */
  readonly checkedColumns: readonly TableColumn[];
  readonly onError: OnError;
  readonly batchRows: number;
  readonly rowLimit: number | null;
}

/** What EXPLAIN says of one scan, before it ran. */
export interface ScanPlan {
  readonly request: ScanRequest;
  readonly access: AccessPath;
  /** The pattern or keys in a printable form. */
  readonly accessText: string;
  readonly filterAnswer: FilterAnswer;
  readonly tasks: readonly ScanTask[];
}

/**
 * A kind of table over Redis. `classify` has three rules: the rows that a filter selects are a subset of what the source
 * gives for it; 'exact' is claimed only on proof; a LIMIT goes below a filter only if that is exact.
 */
export interface TableSource {
  readonly source: ScanRequest['source'];
  classify(filter: Predicate, request: ScanRequest): FilterAnswer;
  plan(request: ScanRequest): ScanPlan;
}
