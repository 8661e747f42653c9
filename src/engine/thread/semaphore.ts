/**
 * Lets so many pieces of asynchronous work run at a time; the others wait in the order in which they came. Of several owners one
 * may have a part of the places only, and they take turns, so that nobody waits for all of another's work.
 */
interface Waiting {
  readonly owner: string | null;
  start(): void;
}

/** How long a piece of work keeps its place to itself: after that it goes on, and the next begins beside it. */
export interface Patience {
  readonly ms: number;
  /** Pieces that may go on beside those that have places. */
  readonly mostOverdue: number;
}

export class Semaphore {
  readonly #patience: Patience | null;
  #overdue = 0;
  readonly #most: number;
  readonly #mostOfOne: number;
  readonly #line: Waiting[] = [];
  readonly #owned = new Map<string, number>();
  #running = 0;
  /** Whose turn was last. */
  #lastOwner: string | null = null;

  /** @param mostOfOne places that one owner may have; work without an owner may have all. */
  constructor(most: number, mostOfOne: number = most, patience: Patience | null = null) {
    this.#patience = patience;
    this.#most = most;
    this.#mostOfOne = mostOfOne;
  }

  /** @param given aborted: the work goes on, and its place is given to the next at once. */
  async run<T>(work: () => Promise<T>, owner: string | null = null, given: AbortSignal | null = null): Promise<T> {
    if (this.#mayStart(owner)) this.#count(owner, 1);
    else await new Promise<void>((resolve) => this.#line.push({ owner, start: resolve }));
    const place = this.#watch(owner, given);
    try {
      return await work();
    } finally {
      place.leave();
      this.#startNext();
    }
  }

  /** Holds a place, or lets it go when the patience ends. */
  #watch(owner: string | null, given: AbortSignal | null): { leave(): void } {
    let state: 'held' | 'overdue' | 'given' = 'held';
    const giveUp = (next: 'overdue' | 'given'): void => {
      if (state !== 'held') return;
      state = next;
      this.#count(owner, -1);
      this.#startNext();
    };
    const runOver = (): void => {
      if (this.#patience === null || this.#overdue >= this.#patience.mostOverdue || state !== 'held') return;
      this.#overdue++;
      giveUp('overdue');
    };
    const onGiven = (): void => giveUp('given');
    if (given?.aborted === true) onGiven();
    given?.addEventListener('abort', onGiven, { once: true });
    const timer = this.#patience === null ? null : setTimeout(runOver, this.#patience.ms);
    return {
      leave: () => {
        if (timer !== null) clearTimeout(timer);
        given?.removeEventListener('abort', onGiven);
        if (state === 'overdue') this.#overdue--;
        else if (state === 'held') this.#count(owner, -1);
      },
    };
  }

  #startNext(): void {
    const isNext = ({ owner }: Waiting): boolean => this.#mayStart(owner);
    const others = this.#line.findIndex((waiting) => waiting.owner !== this.#lastOwner && isNext(waiting));
    const at = others >= 0 ? others : this.#line.findIndex(isNext);
    const [next] = at < 0 ? [] : this.#line.splice(at, 1);
    if (next === undefined) return;
    this.#lastOwner = next.owner;
    this.#count(next.owner, 1);
    next.start();
  }

  #mayStart(owner: string | null): boolean {
    return this.#running < this.#most && (owner === null || (this.#owned.get(owner) ?? 0) < this.#mostOfOne);
  }

  #count(owner: string | null, change: 1 | -1): void {
    this.#running += change;
    if (owner === null) return;
    const count = (this.#owned.get(owner) ?? 0) + change;
    if (count === 0) this.#owned.delete(owner);
    else this.#owned.set(owner, count);
  }
}
