/** Filters and orders over a table's columns, as data. */

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
