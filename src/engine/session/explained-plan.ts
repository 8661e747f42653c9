/** A statement's plan as data: what EXPLAIN says in words and drawings, for programs that draw it themselves. */
import type { SqlField } from '../../types/index.ts';
import type { StatementStats } from './scan-stats.ts';

/** One operator of DuckDB's plan. */
export interface PlanNode {
  /** As DuckDB names it: `HASH_GROUP_BY`, `PROJECTION`, … */
  readonly name: string;
  /** What it says of itself beside the numbers: `Groups` → `city`. One text may have several lines. */
  readonly details: readonly (readonly [label: string, text: string])[];
  readonly estimatedRows: number | null;
  /** Null before the statement ran, as are times. */
  readonly rows: number | null;
  /** Processor time of this operator alone, as DuckDB counts it. */
  readonly elapsedMs: number | null;
  /** Its scan: an index into `scans`; null where it reads no Redis. */
  readonly scan: number | null;
  readonly children: readonly PlanNode[];
}

/** What is asked of Redis for one table of the statement, or for one block that Redis groups. */
export interface ExplainedScan {
  /** `redis_hash('user:*')`. */
  readonly title: string;
  readonly server: string;
  /** 'scan', 'keys', 'search', 'query', 'series', 'command', 'empty', or 'aggregate' where Redis groups. */
  readonly access: string;
  /** The lines of EXPLAIN for it: label and text, in order, without those that have a member of their own here. */
  readonly lines: readonly (readonly [label: string, text: string])[];
  /** The literal commands, `…` for what comes out of others. */
  readonly commands: readonly string[];
  readonly index: string | null;
  /** Rows that are expected to come, if that is known. */
  readonly estimatedRows: number | null;
  /** Keys that are expected to be looked at: all of the database for a SCAN, whatever the pattern; null: not known. */
  readonly estimatedKeys: number | null;
  /** What it took; null before it ran. */
  readonly actual: {
    readonly rows: number;
    readonly keysScanned: number;
    /** How much of the database SCAN walked over, matching or not; 0: there was no SCAN. */
    readonly walkedMillionths: number;
    readonly roundTrips: number;
    readonly bytesReceived: number;
    /** Waiting for Redis. */
    readonly redisMs: number;
    readonly elapsedMs: number;
  } | null;
  readonly advice: { readonly command: string; readonly saving: string } | null;
}

/** A plan; of a statement that has run, its columns and rows were thrown away. */
export interface ExplainedPlan {
  readonly schema: readonly SqlField[];
  /** Null where DuckDB gives no plan: SET, DROP, … */
  readonly root: PlanNode | null;
  readonly scans: readonly ExplainedScan[];
  /** From start to end; null before the statement ran. */
  readonly elapsedMs: number | null;
  readonly notes: readonly string[];
  /** What planning took, and with `analyze` running, too; null: not known. */
  readonly stats: StatementStats | null;
}

export interface ExplainOptions {
  /** Runs the statement, and says what it took. */
  readonly analyze?: boolean;
  readonly signal?: AbortSignal;
}
