/**
 * An engine thread as the main thread sees it: start, ask, answer what it asks, notice its death. A thread that has
 * nothing to do does not keep the process alive.
 */
import type { Worker } from 'node:worker_threads';
import { errorFromData, RedQueryError } from '../errors.ts';
import { engineWorker } from './early.ts';
import type { EngineSettings, FromEngine, Reply, ToEngine } from './protocol.ts';
import { awaitCallbacks, awaitLeaving, makeThreadCells, refuseCallbacks } from './thread-cells.ts';

type Without<T, K extends string> = T extends unknown ? Omit<T, K> : never;
/** A request without its number. */
export type EngineRequest = Without<Extract<ToEngine, { requestId: number }>, 'requestId'>;

/** What an engine thread asks of the main thread. */
export interface EngineListener {
  asked(message: Extract<FromEngine, { kind: 'question' }>): void;
  startScan(message: Extract<FromEngine, { kind: 'startScan' }>): void;
  /** The thread is gone; every request has been rejected. */
  died(error: RedQueryError): void;
}

interface Waiting {
  resolve(reply: Reply): void;
  reject(error: RedQueryError): void;
}

export class EngineThread {
  readonly #worker: Worker;
  readonly #cells = new Int32Array(makeThreadCells());
  readonly #listener: EngineListener;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ready: Promise<void>;
  #lastRequest = 0;
  #isClosing = false;
  #death: RedQueryError | null = null;

  constructor(settings: Omit<EngineSettings, 'cells'>, listener: EngineListener) {
    this.#listener = listener;
    this.#worker = engineWorker({ ...settings, cells: this.#cells.buffer });
    this.#ready = new Promise((resolve, reject) => {
      this.#waiting.set(0, { resolve: () => resolve(), reject });
    });
    // A thread that dies before it was ready is told to those who wait for `ready`.
    this.#ready.catch(() => undefined);
    this.#worker.on('message', (message: FromEngine) => this.#receive(message));
    this.#worker.on('error', (error) => this.#die(error));
    this.#worker.on('exit', () => this.#die(null));
  }

  get isDead(): boolean {
    return this.#death !== null;
  }

  /** Sends a request; the reply, or the error that the thread gave, or RQ_INTERNAL when it dies first. */
  async request(request: EngineRequest): Promise<Reply> {
    await this.#ready;
    if (this.#death !== null) throw this.#death;
    const requestId = ++this.#lastRequest;
    return new Promise<Reply>((resolve, reject) => {
      this.#waiting.set(requestId, { resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage({ ...request, requestId });
    });
  }

  tell(message: Extract<ToEngine, { kind: 'cancel' | 'answer' }>): void {
    if (this.#death === null) this.#worker.postMessage(message);
  }

  #receive(message: FromEngine): void {
    switch (message.kind) {
      case 'ready':
        this.#settle(0)?.resolve({});
        return;
      case 'dying':
        this.#die(errorFromData(message.error));
        return;
      case 'done':
        this.#settle(message.requestId)?.resolve(message.reply);
        return;
      case 'failed':
        this.#settle(message.requestId)?.reject(errorFromData(message.error));
        return;
      case 'question':
        this.#listener.asked(message);
        return;
      case 'startScan':
        this.#listener.startScan(message);
        return;
      default:
        message satisfies never;
    }
  }

  #settle(requestId: number): Waiting | undefined {
    const waiting = this.#waiting.get(requestId);
    this.#waiting.delete(requestId);
    if (this.#waiting.size === 0) this.#worker.unref();
    return waiting;
  }

  #die(cause: unknown): void {
    if (this.#death !== null) return;
    this.#death = new RedQueryError(
      'RQ_INTERNAL',
      'an engine thread ended while it was needed; the next statement gets a new one',
      { cause },
    );
    for (const waiting of [...this.#waiting.values()]) waiting.reject(this.#death);
    this.#waiting.clear();
    if (!this.#isClosing) this.#listener.died(this.#death);
  }

  /** Ends the thread, whose sessions have all been closed. */
  async close(): Promise<void> {
    this.#isClosing = true;
    refuseCallbacks(this.#cells);
    await this.#worker.terminate();
  }

  /**
   * Leaves a thread that does not answer to itself: it no longer counts, does not keep the process alive, and ends once DuckDB
   * lets go of it. The exit of the process waits for that: to end it sooner would be to abort.
   */
  abandon(): void {
    this.#worker.unref();
    refuseCallbacks(this.#cells);
    this.#worker.postMessage({ kind: 'leave' } satisfies ToEngine);
    this.#die(null);
    if (abandoned.size === 0) process.on('exit', awaitAbandoned);
    abandoned.add(this);
    this.#worker.on('exit', () => {
      abandoned.delete(this);
      if (abandoned.size === 0) process.off('exit', awaitAbandoned);
    });
  }

  /** Makes it safe for the process to exit now; blocks for a few ms where a scan is under way. */
  prepareExit(): void {
    refuseCallbacks(this.#cells);
    awaitCallbacks(this.#cells);
  }

  /** Waits for a thread that was abandoned; false where it is not safe to exit yet. */
  awaitLeaving(patienceMs: number): boolean {
    return awaitLeaving(this.#cells, patienceMs);
  }
}

/** Threads whose DuckDB has been told to stop, and has not yet. */
const abandoned = new Set<EngineThread>();
/** How long the exit of the process waits for them. */
const ABANDONED_PATIENCE_MS = 5_000;

/** Node would wait for their native calls without end, and abort then: a process that wants to exit is ended instead. */
function awaitAbandoned(): void {
  const deadline = performance.now() + ABANDONED_PATIENCE_MS;
  for (const thread of abandoned) {
    if (!thread.awaitLeaving(deadline - performance.now())) process.kill(process.pid, 'SIGKILL');
  }
}
