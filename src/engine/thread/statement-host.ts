/** What a statement and the thread it runs in are to each other. */
import type { ScanPlan } from '../../storage/index.ts';
import type { Answer, Question } from '../protocol.ts';
import type { ScanFeed } from './functions/scan-feed.ts';
import type { Semaphore } from './semaphore.ts';
import type { Statement } from './statement/statement.ts';

/** What a statement needs of the thread it runs in. */
export interface StatementHost {
  /** Held while the instance-wide optimiser setting is not the standing one. */
  readonly planning: Semaphore;
  /** Keeps some of Node's pool free: a call that executes takes one of its threads for as long as it lasts. */
  readonly longCalls: Semaphore;
  /**
   * Calls that read scans: each blocks the thread while it waits for a batch, and look-ups want turns in between. Held for one
   * call, never while a result waits for its reader.
   */
  readonly scanCalls: Semaphore;
  restoreOptimizers(): Promise<void>;
  /** See thread-cells.ts. */
  readonly cells: Int32Array;
  nextTag(): number;
  register(statement: Statement): void;
  unregister(statement: Statement): void;
  /** Asks the main thread, which has the connections to Redis. */
  ask(statement: Statement, question: Question): Promise<Answer>;
  startScan(statement: Statement, plan: ScanPlan, title: string): ScanFeed;
}
