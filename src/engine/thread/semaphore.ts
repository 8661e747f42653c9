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

  async run<T>(work: () => Promise<T>, owner: string | null = null): Promise<T> {
    if (this.#mayStart(owner)) this.#count(owner, 1);
    else await new Promise<void>((resolve) => this.#line.push({ owner, start: resolve }));
    const place = this.#watch(owner);
    try {
      return await work();
    } finally {
      place.leave();
      this.#startNext();
    }
  }

  /** Holds a place, or lets it go when the patience ends. */
  #watch(owner: string | null): { leave(): void } {
    let isOverdue = false;
    const giveUp = (): void => {
      if (this.#patience === null || this.#overdue >= this.#patience.mostOverdue) return;
      isOverdue = true;
      this.#overdue++;
      this.#count(owner, -1);
      this.#startNext();
    };
    const timer = this.#patience === null ? null : setTimeout(giveUp, this.#patience.ms);
    return {
      leave: () => {
        if (timer !== null) clearTimeout(timer);
        if (isOverdue) this.#overdue--;
        else this.#count(owner, -1);
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
