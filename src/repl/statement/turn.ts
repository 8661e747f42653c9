/**
 * One statement's turn: its clock, its two signals (cancelled, given up), and what it may still print. What is given up may
 * go on for a while behind the prompt; nothing of it is printed any more.
 */
import type { StatementStats } from '../../engine/index.ts';

/** Thrown in place of what a statement waited for when it was given up. Not an error to show. */
export class GivenUp extends Error {
  override readonly name = 'GivenUp';
}

export class Turn {
  readonly text: string;
  readonly #startedAt = performance.now();
  /** Time in front of a question, which is the person's. */
  #askedMs = 0;
  /** What it has cost so far; null before it began. */
  stats: (() => StatementStats) | null = null;
  /** Where the text begins that errors have their positions in, UTF-16. */
  innerOffset = 0;
  readonly #cancel = new AbortController();
  readonly #giveUp = new AbortController();
  #isOver = false;

  constructor(text: string) {
    this.text = text;
  }

  /** Aborted by the first Ctrl-C. */
  get signal(): AbortSignal {
    return this.#cancel.signal;
  }

  get isInterrupted(): boolean {
    return this.#cancel.signal.aborted;
  }

  get isGivenUp(): boolean {
    return this.#giveUp.signal.aborted;
  }

  /** True once the prompt is back: nothing more may be printed. */
  get isOver(): boolean {
    return this.#isOver;
  }

  get elapsedMs(): number {
    return performance.now() - this.#startedAt - this.#askedMs;
  }

  interrupt(): void {
    this.#cancel.abort();
  }

  giveUp(): void {
    this.#giveUp.abort();
  }

  end(): void {
    this.#isOver = true;
  }

  /** Waits for an answer; the clock stands still meanwhile. */
  async answered<Value>(question: () => Promise<Value>): Promise<Value> {
    const askedAt = performance.now();
    try {
      return await question();
    } finally {
      this.#askedMs += performance.now() - askedAt;
    }
  }

  /** Waits for something that knows no signal, until the first Ctrl-C. @throws {GivenUp} then. */
  whileWanted<Value>(work: Promise<Value>): Promise<Value> {
    return until(this.#cancel.signal, work);
  }

  /** Waits until the statement is given up. @throws {GivenUp} then. */
  untilGivenUp<Value>(work: Promise<Value>): Promise<Value> {
    return until(this.#giveUp.signal, work);
  }
}

function until<Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value> {
  return new Promise<Value>((resolve, reject) => {
    const stop = (): void => reject(new GivenUp('given up'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
