/** What a scan becomes: tasks for workers, bounds, and what EXPLAIN says of it. */
import type { AccessPath, ElementRange, SearchAccess } from './access.ts';
import type { OnError, SourceName, TableColumn } from './columns.ts';
import type { FilterAnswer, Predicate } from './filters.ts';
import type { KeyTemplate, ScanRequest } from './requests.ts';

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
