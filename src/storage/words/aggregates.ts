/** Blocks of a statement that Redis groups and counts. */
import type { Batch } from '../../arrow/index.ts';
import type { SqlType } from '../../types/index.ts';
import type { ScanPlan } from './plans.ts';
import type { ScanRequest } from './requests.ts';

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

/** What questions to a server took. `redisMicros`: waiting for it. */
export interface Traffic {
  readonly roundTrips: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly redisMicros: number;
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
      /** The index that was asked; null: none. */
      readonly index?: string | null;
      /** What asking took, filled in by who sent the commands. */
      readonly traffic?: Traffic;
      readonly remarks: readonly string[];
    }
  /** The plan's request has one column a group and one an aggregate. */
  | { readonly kind: 'scan'; readonly plan: ScanPlan }
  /** `advice`: the index by which Redis would group the block. */
  | { readonly kind: 'refused'; readonly why: string; readonly advice?: ScanPlan['advice'] };
