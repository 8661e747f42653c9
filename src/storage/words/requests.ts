/** One scan as the planner asks for it. */
import type { ScanSettings } from '../scan-settings.ts';
import type { OnError, SourceName, TableColumn } from './columns.ts';
import type { Predicate, TopN } from './filters.ts';

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
