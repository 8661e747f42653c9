/** Batches as they arrive, with a limit to the waiting: what is there can be drawn while the next batch is still to come. */
import type { Batch } from '../../arrow/index.ts';

/** What `next` gives: a batch, null at the end, 'late' where there was none in time. */
export type Arrival = Batch | null | 'late';

export class Arrivals {
  readonly #iterator: AsyncIterator<Batch>;
  /** A batch asked for and not yet given out. */
  #pending: Promise<IteratorResult<Batch>> | null = null;

  constructor(batches: AsyncIterable<Batch>) {
    this.#iterator = batches[Symbol.asyncIterator]();
  }

  /** Waits for a batch until `deadlineMs` (of performance.now()); without one for as long as it takes. */
  async next(deadlineMs: number | null): Promise<Arrival> {
    this.#pending ??= this.#iterator.next();
    const pending = this.#pending;
    const step = deadlineMs === null ? await pending : await inTime(pending, deadlineMs - performance.now());
    if (step === 'late') return step;
    this.#pending = null;
    return step.done === true ? null : step.value;
  }

  /** Gives the rest up. A batch that is still to come is not waited for: it may take its time. */
  async close(): Promise<void> {
    const closing = this.#iterator.return?.();
    if (this.#pending === null) {
      await closing;
      return;
    }
    this.#pending.catch(() => undefined);
    closing?.catch(() => undefined);
  }
}

async function inTime<Value>(promise: Promise<Value>, ms: number): Promise<Value | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, ms), 'late');
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
