/**
 * One statement as the main thread holds it: the cells that it shares with its engine thread and its workers, the scans
 * it has started, and the reason it failed, if it did. Stopping it works while the engine thread is blocked.
 */
import type { MessagePort } from 'node:worker_threads';
import type { Batch } from '../../arrow/index.ts';
import { RedQueryError } from '../../errors.ts';
import { TrafficCount } from '../../storage/index.ts';
import type { SqlField } from '../../types/index.ts';
import { CONTROL, type ScanJob, STATE } from '../../workers/index.ts';
import type { Answer, DescribedColumn, EngineExplanation, Question, Reply, ScanReport, TaskStart } from '../protocol.ts';
import type { EngineThread } from '../threads.ts';
import { groupedReport } from './scan-stats.ts';

/** A result's columns, and what the user should know of how they came about. */
export interface Opened {
  readonly schema: readonly SqlField[];
  readonly notes: readonly string[];
}

/** Runs a task on the workers; one more worker for each helper's port. */
export type RunJob = (job: ScanJob, helperPorts: readonly MessagePort[]) => Promise<void>;

/** Every statement that is open in this process. */
const openStatements = new Set<RunningStatement>();

/** Wakes and stops all of them, so that no thread waits on a scan while the process exits. */
export function stopAllStatements(): void {
  for (const statement of openStatements) statement.halt();
}

/** How long a statement that was stopped may take to say so itself. */
const STOP_PATIENCE_MS = 30;

/** Gives what a promise gives; the signal's reason where it was aborted and nothing has come soon after. */
function settledOrStopped<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise<Value>((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const onAbort = (): void => {
      timer = setTimeout(() => reject(signal.reason), STOP_PATIENCE_MS);
    };
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    promise.finally(settle).then(resolve, reject);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}

function setState(cells: Int32Array, state: number): void {
  Atomics.store(cells, CONTROL.STATE, state);
  Atomics.add(cells, CONTROL.WAKE, 1);
  Atomics.notify(cells, CONTROL.WAKE);
}

export class RunningStatement {
  readonly id: number;
  readonly control = new SharedArrayBuffer(CONTROL.CELLS * Int32Array.BYTES_PER_ELEMENT);
  /** Of DESCRIBE: what samples said. */
  inferred: readonly DescribedColumn[] | null = null;
  /** Of a structured EXPLAIN that was read to its end. */
  explained: EngineExplanation | null = null;
  readonly reports: ScanReport[] = [];
  /** What its questions took, those of `reports` left out. */
  readonly planning = new TrafficCount();
  readonly #cells = new Int32Array(this.control);
  readonly #thread: EngineThread;
  #failure: RedQueryError | null = null;
  readonly #abort = new AbortController();
  #first: Reply | null = null;
  #hasEnded = false;
  #isClosed = false;

  constructor(id: number, thread: EngineThread) {
    this.id = id;
    this.#thread = thread;
    openStatements.add(this);
  }

  /** Aborted when the statement is stopped or closed. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Starts the statement; gives its columns and what was noticed on the way. */
  async open(sessionId: number, text: string, isStructured = false): Promise<Opened> {
    const { id: statementId, control } = this;
    const reply = await this.#ask(this.#thread.request({ kind: 'run', sessionId, statementId, text, control, isStructured }));
    this.#first = reply;
    this.inferred = reply.inferred ?? null;
    return { schema: reply.schema ?? [], notes: reply.notes ?? [] };
  }

  /** Gives the next batch, null after the last. The first one came with the answer to `open`. */
  async fetch(): Promise<Batch | null> {
    const first = this.#first;
    this.#first = null;
    if (first !== null && this.#failure === null) return first.batch ?? null;
    if (this.#hasEnded && this.#failure === null) return null;
    const reply = await this.#ask(this.#thread.request({ kind: 'fetch', statementId: this.id }));
    return reply.batch ?? null;
  }

  /** Waits for a reply; where the statement was stopped, the reason for that is the error, whether DuckDB lets go of it or not. */
  async #ask(replied: Promise<Reply>): Promise<Reply> {
    try {
      const reply = await settledOrStopped(replied, this.#abort.signal);
      this.#hasEnded = reply.isLast ?? false;
      this.explained = reply.explained ?? null;
      if (this.#failure !== null) throw this.#failure;
      return reply;
    } catch (error) {
      throw this.#failure ?? error;
    }
  }

  /**
   * Finds the answer to a question of the statement's, and counts what that takes.
   * @throws what `find` throws.
   */
  async answer(question: Question, find: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
    const traffic = new TrafficCount();
    let counted: Answer | null = null;
    try {
      const answer = await traffic.during(() => find(this.signal));
      if (question.kind !== 'aggregate' || question.isDry || answer.kind !== 'aggregate') return answer;
      const { aggregate } = answer;
      if (aggregate.kind !== 'rows') return answer;
      this.reports.push(groupedReport(question.request, aggregate, traffic));
      counted = { kind: 'aggregate', aggregate: { ...aggregate, traffic: traffic.numbers } };
      return counted;
    } finally {
      if (counted === null) this.planning.add(traffic);
    }
  }

  /** Hands the tasks of a scan to workers. A worker's failure stops the statement. */
  startTasks(report: ScanReport, starts: readonly TaskStart[], runJob: RunJob): void {
    this.reports.push(report);
    for (const { task, port, helperPorts } of starts) {
      runJob({ task, port, control: this.control, counters: report.counters }, helperPorts).catch((error: unknown) => {
        this.stop(
          error instanceof RedQueryError ? error : new RedQueryError('RQ_INTERNAL', 'a scan worker failed', { cause: error }),
        );
      });
    }
  }

  /** Stops the statement for a reason, which every open and later read then gets. Wakes whoever waits for it. */
  stop(reason: RedQueryError): void {
    if (this.#isClosed) return;
    this.#failure ??= reason;
    this.#abort.abort(reason);
    this.halt();
  }

  /** Makes workers, callbacks and DuckDB stop, without a reason for anybody. */
  halt(): void {
    setState(this.#cells, STATE.CANCELLED);
    this.#thread.tell({ kind: 'cancel', statementId: this.id });
  }

  /**
   * Ends the statement and frees what it holds in the engine thread; settles when that is done, which may take as long as one
   * native call. Never throws.
   */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#abort.abort(this.#failure ?? new RedQueryError('RQ_CANCELLED', 'the statement was closed'));
    openStatements.delete(this);
    setState(this.#cells, STATE.ENDED);
    if (this.#hasEnded) return;
    this.#thread.tell({ kind: 'cancel', statementId: this.id });
    await this.#thread.request({ kind: 'close', statementId: this.id }).catch(() => undefined);
  }
}
