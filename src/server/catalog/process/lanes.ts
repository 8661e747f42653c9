/**
 * Who is answered when, by which catalog process. One process answers all; users take turns. It cannot be interrupted, so a
 * batch that takes long while others wait keeps its process, now the slow lane, and the others get a new one; where the slow
 * lane is taken, the batch is ended and begins anew when the lane is free. At most two processes live, one when idle.
 * Who has used much of the one process lately while others ask goes to the slow lane with everything. A process that dies is
 * replaced, and its batch repeated once.
 */
import { PgError } from '../../pg-error.ts';
import type { MirrorState } from '../mirror.ts';
import { AnswerTooLarge, type CatalogProcess } from './child-process.ts';
import { Turns } from './turns.ts';

/** Work for a process: what is sent depends on what the process has mirrored already. */
export interface Batch<Result> {
  build(state: MirrorState): Request;
  /** Reads the answer, tells the state what it has now. Throws what the client is told. */
  finish(answer: Uint8Array, state: MirrorState): Result;
  /** What makes it the same statement again: one that was slow begins in the slow lane. */
  readonly text: string;
  /** The user: whose turn it is. */
  readonly owner: string;
  readonly signal: AbortSignal;
}

export interface Request {
  readonly bytes: Uint8Array;
  /** How much longer than its own statement it may take: what it mirrors for all is not its fault. */
  readonly allowanceMs: number;
}

/** A process with what it has mirrored. */
export interface ReadyProcess {
  readonly process: CatalogProcess;
  readonly state: MirrorState;
}

export interface LaneLimits {
  /** A batch may hold up others for so long. */
  readonly patienceMs: number;
  /** And may run for so long at all. */
  readonly limitMs: number;
  /** Who has used more than so much lately, and is not alone, has no place in the first lane. */
  readonly maxUsedMs: number;
  readonly maxAnswerBytes: number;
  /** A process that has grown beyond this is replaced when it is idle. */
  readonly maxResidentBytes: number;
}

export const DEFAULT_LIMITS: LaneLimits = {
  patienceMs: 500,
  limitMs: 10_000,
  maxUsedMs: 2_000,
  maxAnswerBytes: 64 * 1024 * 1024,
  maxResidentBytes: 320 * 1024 * 1024,
};

const MAX_DEATHS = 2;
const MAX_REMEMBERED_SLOW = 200;
/** A slow lane waits so long for the next question of who may not ask elsewhere. */
const LINGER_MS = 3_000;
/** Reading a process's memory costs a system call: only after batches that may have grown it. */
const WORTH_A_LOOK_MS = 100;

interface Job {
  readonly batch: Batch<unknown>;
  readonly owner: string;
  deaths: number;
  isDone: boolean;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

interface Lane extends ReadyProcess {
  job: Job | null;
  /** When its statement began, what it mirrors first left out. */
  startedAt: number;
  limitTimer: NodeJS.Timeout | undefined;
}

export class Lanes {
  readonly #start: () => Promise<ReadyProcess>;
  readonly #limits: LaneLimits;
  readonly #queue: Job[] = [];
  readonly #slowQueue: Job[] = [];
  readonly #slowTexts = new Set<string>();
  readonly #turns = new Turns();
  #main: Lane | null = null;
  #slow: Lane | null = null;
  #isStarting = false;
  #isSlowStarting = false;
  #patienceTimer: NodeJS.Timeout | undefined;
  #lingerTimer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #startCount = 0;

  constructor(start: () => Promise<ReadyProcess>, limits: LaneLimits) {
    this.#start = start;
    this.#limits = limits;
  }

  /** Ids of the processes that live: for metrics and tests. */
  get processIds(): readonly number[] {
    return [this.#main, this.#slow].flatMap((lane) => (lane === null ? [] : [lane.process.processId]));
  }

  get startCount(): number {
    return this.#startCount;
  }

  get residentBytes(): number {
    return [this.#main, this.#slow].reduce((sum, lane) => sum + (lane?.process.residentBytes ?? 0), 0);
  }

  /** @throws {PgError} of the batch, the signal's reason, 57014 over the limit, 58000 where no process lives long enough. */
  async run<Result>(batch: Batch<Result>): Promise<Result> {
    batch.signal.throwIfAborted();
    if (this.#isClosed) throw closedError();
    return await new Promise<Result>((resolve, reject) => {
      const onAbort = () => this.#abort(job);
      const settle = () => {
        job.isDone = true;
        batch.signal.removeEventListener('abort', onAbort);
      };
      const job: Job = {
        batch,
        owner: batch.owner,
        deaths: 0,
        isDone: false,
        resolve: (result) => {
          settle();
          resolve(result as Result); // What `finish` of this batch gave.
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      };
      batch.signal.addEventListener('abort', onAbort, { once: true });
      (this.#isSlow(batch) ? this.#slowQueue : this.#queue).push(job);
      this.#pump();
    });
  }

  #isSlow({ text, owner }: Batch<unknown>): boolean {
    if (this.#slowTexts.has(text)) return true;
    if (this.#turns.usedBy(owner) <= this.#limits.maxUsedMs) return false;
    return this.#turns.hasOthers(owner) || this.#queue.some((job) => job.owner !== owner);
  }

  /** Starts a process if there is none. */
  warm(): void {
    if (this.#main === null && !this.#isStarting && !this.#isClosed) this.#startMain();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#patienceTimer);
    clearTimeout(this.#lingerTimer);
    const closed = closedError();
    for (const job of [...this.#queue.splice(0), ...this.#slowQueue.splice(0)]) job.reject(closed);
    for (const lane of [this.#main, this.#slow]) if (lane !== null) this.#end(lane, closed);
  }

  #pump(): void {
    if (this.#isClosed) return;
    // Who was not slow when it came may be by now.
    for (const job of this.#queue.filter(({ batch }) => this.#isSlow(batch))) {
      this.#slowQueue.push(...this.#queue.splice(this.#queue.indexOf(job), 1));
    }
    if (this.#queue.length > 0) {
      if (this.#main === null) this.warm();
      else if (this.#main.job === null) this.#dispatch(this.#main, this.#turns.take(this.#queue));
      else this.#armPatience(this.#main);
    }
    if (this.#slowQueue.length > 0) {
      if (this.#slow === null && !this.#isSlowStarting) this.#startSlow();
      else if (this.#slow?.job === null) this.#dispatch(this.#slow, this.#turns.take(this.#slowQueue));
    }
  }

  #startMain(): void {
    this.#isStarting = true;
    void this.#startLane(this.#queue).then((lane) => {
      this.#isStarting = false;
      this.#main = lane;
      this.#pump();
    });
  }

  #startSlow(): void {
    this.#isSlowStarting = true;
    void this.#startLane(this.#slowQueue).then((lane) => {
      this.#isSlowStarting = false;
      // Meanwhile the main lane may have become it.
      if (this.#slow !== null) lane?.process.kill();
      else this.#slow = lane;
      this.#pump();
    });
  }

  /** Null where it did not start; whoever waited is told. */
  async #startLane(waiting: Job[]): Promise<Lane | null> {
    try {
      this.#startCount += 1;
      const ready = await this.#start();
      if (!this.#isClosed) return { ...ready, job: null, startedAt: 0, limitTimer: undefined };
      ready.process.kill();
    } catch (error) {
      const cause = new PgError('58000', 'the catalog does not start; the log of the server has it', { cause: error });
      for (const job of waiting.splice(0)) job.reject(error instanceof PgError ? error : cause);
    }
    return null;
  }

  #dispatch(lane: Lane, job: Job | undefined): void {
    if (job === undefined) return;
    if (lane.process.isGone) {
      this.#forget(lane);
      (lane === this.#slow ? this.#slowQueue : this.#queue).unshift(job);
      this.#pump();
      return;
    }
    lane.job = job;
    const { bytes, allowanceMs } = job.batch.build(lane.state);
    lane.startedAt = performance.now() + allowanceMs;
    lane.limitTimer = setTimeout(() => {
      this.#end(lane, new PgError('57014', `canceling statement: a catalog query may run ${this.#limits.limitMs / 1000} s`));
    }, this.#limits.limitMs + allowanceMs);
    void this.#execute(lane, job, bytes);
    if (lane === this.#main && this.#queue.length > 0) this.#armPatience(lane);
  }

  async #execute(lane: Lane, job: Job, request: Uint8Array): Promise<void> {
    try {
      const answer = await lane.process.run(request, this.#limits.maxAnswerBytes).finally(() => {
        this.#turns.note(job.owner, performance.now() - lane.startedAt);
      });
      if (lane.job !== job) return;
      this.#settle(job, () => job.batch.finish(answer, lane.state));
    } catch (error) {
      if (lane.job !== job) return;
      this.#fail(lane, job, error);
    }
    this.#free(lane);
  }

  #settle(job: Job, finish: () => unknown): void {
    try {
      job.resolve(finish());
    } catch (error) {
      job.reject(error);
    }
  }

  #fail(lane: Lane, job: Job, error: unknown): void {
    if (error instanceof AnswerTooLarge) {
      const mebibytes = this.#limits.maxAnswerBytes / 1024 / 1024;
      job.reject(new PgError('54000', `the answer of the catalog is larger than ${mebibytes} MiB`, { hint: 'Add a LIMIT.' }));
    } else if (!lane.process.isGone) {
      job.reject(error);
    } else {
      job.deaths += 1;
      if (job.deaths < MAX_DEATHS) this.#queue.unshift(job);
      else job.reject(new PgError('58000', 'the catalog ended twice while it answered this statement', { cause: error }));
    }
  }

  /** The lane has nothing to do now. */
  #free(lane: Lane): void {
    clearTimeout(lane.limitTimer);
    if (lane === this.#main) clearTimeout(this.#patienceTimer);
    this.#patienceTimer = lane === this.#main ? undefined : this.#patienceTimer;
    const owner = lane.job?.owner ?? '';
    lane.job = null;
    const tookMs = performance.now() - lane.startedAt;
    const isLarge = tookMs > WORTH_A_LOOK_MS && lane.process.residentBytes > this.#limits.maxResidentBytes;
    const isIdle = lane === this.#slow && this.#slowQueue.length === 0;
    const isAwaited = isIdle && this.#turns.usedBy(owner) > this.#limits.maxUsedMs;
    const isSpare = isIdle && !isAwaited;
    if (lane.process.isGone || isLarge || isSpare) {
      lane.process.kill();
      this.#forget(lane);
      if (!isSpare) this.warm();
    } else if (isAwaited) this.#keepAWhile(lane);
    this.#pump();
  }

  /** Whose every question comes here gets no new process for each. */
  #keepAWhile(lane: Lane): void {
    clearTimeout(this.#lingerTimer);
    this.#lingerTimer = setTimeout(() => {
      if (lane !== this.#slow || lane.job !== null) return;
      lane.process.kill();
      this.#forget(lane);
    }, LINGER_MS);
    this.#lingerTimer.unref();
  }

  #forget(lane: Lane): void {
    if (lane === this.#main) this.#main = null;
    if (lane === this.#slow) this.#slow = null;
  }

  #armPatience(lane: Lane): void {
    if (this.#patienceTimer !== undefined) return;
    const leftMs = Math.max(0, lane.startedAt + this.#limits.patienceMs - performance.now());
    this.#patienceTimer = setTimeout(() => {
      this.#patienceTimer = undefined;
      if (lane === this.#main && lane.job !== null && this.#queue.length > 0) this.#moveAside(lane, lane.job);
    }, leftMs);
  }

  /** Others wait: they get a process of their own. */
  #moveAside(lane: Lane, job: Job): void {
    this.#slowTexts.add(job.batch.text);
    if (this.#slowTexts.size > MAX_REMEMBERED_SLOW) this.#slowTexts.delete([...this.#slowTexts][0] ?? '');
    this.#main = null;
    if (this.#slow === null && !this.#isSlowStarting) {
      this.#slow = lane;
    } else {
      clearTimeout(lane.limitTimer);
      lane.job = null;
      lane.process.kill();
      this.#slowQueue.push(job);
    }
    this.#pump();
  }

  #abort(job: Job): void {
    for (const queue of [this.#queue, this.#slowQueue]) {
      const index = queue.indexOf(job);
      if (index >= 0) queue.splice(index, 1);
    }
    const lane = [this.#main, this.#slow].find((one) => one?.job === job);
    const reason: unknown = job.batch.signal.reason;
    if (lane === undefined || lane === null) job.reject(reason);
    else this.#end(lane, reason);
  }

  /** Ends a lane with what it runs. */
  #end(lane: Lane, error: unknown): void {
    const job = lane.job;
    clearTimeout(lane.limitTimer);
    lane.job = null;
    lane.process.kill();
    const wasMain = lane === this.#main;
    this.#forget(lane);
    job?.reject(error);
    if (wasMain) this.warm();
    this.#pump();
  }
}

function closedError(): PgError {
  return new PgError('57P01', 'terminating connection due to administrator command');
}
