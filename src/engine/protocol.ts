/**
 * What a session (main thread) and an engine thread say to each other. Plain data; batches, ports and shared cells go by
 * transfer. Every request carries a `requestId` that its one reply repeats.
 */
import type { MessagePort } from 'node:worker_threads';
import type { Batch } from '../arrow/index.ts';
import type { ErrorData } from '../errors.ts';
import type {
  AccessAnswer,
  AggregateAnswer,
  AggregateRequest,
  InferredSchema,
  ScanRequest,
  ScanSettings,
  ScanTask,
  SchemaNeed,
} from '../storage/index.ts';
import type { SqlField, SqlType } from '../types/index.ts';
import type { ExplainedScan } from './session/explained-plan.ts';
import type { SessionGuard } from './session/guard.ts';

/** How an engine thread sets DuckDB up. */
export interface EngineSettings {
  readonly threads: number;
  readonly memoryLimitMb: number;
  readonly spillDirectory: string;
  readonly spillLimitMb: number;
  /** Statements that may be inside a long native call at once. */
  readonly longCalls: number;
  /** Without files and network, and every statement is looked at: sandbox/sandbox.ts. */
  readonly isSandboxed: boolean;
  /** Workers that share one scan. */
  readonly workerCount: number;
  /** See thread-cells.ts. */
  readonly cells: SharedArrayBuffer;
}

/** What an engine thread, which has no connection to Redis, asks before a statement can run. */
export type Question =
  | { readonly kind: 'schema'; readonly need: SchemaNeed }
  | { readonly kind: 'access'; readonly request: ScanRequest }
  /** isDry: what would be asked of Redis, for EXPLAIN; the answer has no rows. */
  | { readonly kind: 'aggregate'; readonly request: AggregateRequest; readonly isDry: boolean };

/** The answer to a question of that kind. */
export type Answer =
  | { readonly kind: 'schema'; readonly schema: InferredSchema }
  | { readonly kind: 'access'; readonly access: AccessAnswer }
  | { readonly kind: 'aggregate'; readonly aggregate: AggregateAnswer };

/** One scan of a statement as the session sees it: what it is, and the cells in which its workers count. */
export interface ScanReport {
  readonly scanId: number;
  /** One line, for example `redis_hash('user:*')`. */
  readonly title: string;
  /** As `ScanStat` has it, with the members below. */
  readonly access: string;
  readonly accessText: string;
  readonly server: string;
  readonly commands: readonly string[];
  readonly index: string | null;
  readonly estimatedRows: number | null;
  readonly columns: readonly string[];
  readonly readFrom: ScanSettings['readFrom'];
  readonly counters: SharedArrayBuffer;
}

export type ToEngine =
  | {
      readonly kind: 'openSession';
      readonly requestId: number;
      readonly sessionId: number;
      readonly scanSettings: ScanSettings;
      readonly guard: SessionGuard | null;
    }
  | { readonly kind: 'closeSession'; readonly requestId: number; readonly sessionId: number }
  | {
      readonly kind: 'run';
      readonly requestId: number;
      readonly sessionId: number;
      readonly statementId: number;
      readonly text: string;
      readonly control: SharedArrayBuffer;
      /** Of an EXPLAIN: its last reply has `explained`, and the result no row of ours. */
      readonly isStructured?: boolean;
    }
  /** Rows as a table of the session: see `Session.keep`. */
  | {
      readonly kind: 'keep';
      readonly requestId: number;
      readonly sessionId: number;
      readonly name: string;
      readonly schema: readonly SqlField[];
      readonly batches: readonly Batch[];
    }
  | { readonly kind: 'fetch'; readonly requestId: number; readonly statementId: number }
  | { readonly kind: 'close'; readonly requestId: number; readonly statementId: number }
  | { readonly kind: 'cancel'; readonly statementId: number }
  /** The thread is to end itself: nobody waits for it any more. */
  | { readonly kind: 'leave' }
  | { readonly kind: 'answer'; readonly questionId: number; readonly answer?: Answer; readonly error?: ErrorData };

export type FromEngine =
  | { readonly kind: 'ready' }
  /** The thread ends because of an error that nobody expected. */
  | { readonly kind: 'dying'; readonly error: ErrorData }
  | { readonly kind: 'done'; readonly requestId: number; readonly reply: Reply }
  | { readonly kind: 'failed'; readonly requestId: number; readonly error: ErrorData }
  | {
      readonly kind: 'question';
      readonly questionId: number;
      readonly sessionId: number;
      readonly statementId: number;
      readonly question: Question;
    }
  | {
      readonly kind: 'startScan';
      readonly sessionId: number;
      readonly statementId: number;
      readonly report: ScanReport;
      readonly starts: readonly TaskStart[];
    };

/** A task of a scan, with the workers' ends of the ports on which the engine thread takes its batches: one a worker. */
export interface TaskStart {
  readonly task: ScanTask;
  readonly port: MessagePort;
  readonly helperPorts: readonly MessagePort[];
}

/** A column of a described table, and what a sample of the keys said of it; null where it was declared or is fixed. */
export interface DescribedColumn {
  readonly name: string;
  readonly type: SqlType;
  readonly sample: {
    /** The type that most of the sampled values have; the column's own where all have it. */
    readonly leading: SqlType;
    /** The share of them that do, 0–1. */
    readonly share: number;
    /** The share of the sampled keys that lack the column, 0–1. */
    readonly nullShare: number;
    /** Some values, printable and shortened. */
    readonly examples: readonly string[];
    /** Some of those that do not agree. */
    readonly disagreeing: readonly string[];
    readonly sampledKeys: number;
  } | null;
}

/** The reply to 'run' has all of it; to 'fetch', `batch` (null where none is left) and `isLast`; others are empty. */
export interface Reply {
  readonly schema?: readonly SqlField[];
  readonly notes?: readonly string[];
  /** Of DESCRIBE. */
  readonly inferred?: readonly DescribedColumn[] | null;
  readonly batch?: Batch | null;
  /** The statement has ended. */
  readonly isLast?: boolean;
  /** With `isLast`, of a structured EXPLAIN. */
  readonly explained?: EngineExplanation | null;
}

/** What an engine thread tells of an EXPLAINed statement beside DuckDB's plan. */
export interface EngineExplanation {
  /** The columns of the statement behind EXPLAIN. */
  readonly schema: readonly SqlField[];
  readonly scans: readonly EngineScan[];
}

/** A scan of it; keys and the place in the plan are left to the main thread. */
export interface EngineScan extends Omit<ExplainedScan, 'estimatedKeys'> {
  /** 'all': every key of the database. */
  readonly expectedKeys: number | 'all' | null;
  /** The estimated rows of its operator in DuckDB's plan, unique to its table; null: not known. */
  readonly mark: number | null;
}
