/**
 * Lets so many pieces of asynchronous work run at a time; the others wait in the order in which they came. Of several owners one
 * may have a part of the places only, and they take turns, so that nobody waits for all of another's work.
 */
interface Waiting {
  readonly owner: string | null;
  start(): void;
}

export class Semaphore {
  readonly #most: number;
  readonly #mostOfOne: number;
  readonly #line: Waiting[] = [];
  readonly #owned = new Map<string, number>();
  #running = 0;
  /** Whose turn was last. */
  #lastOwner: string | null = null;

  /** @param mostOfOne places that one owner may have; work without an owner may have all. */
  constructor(most: number, mostOfOne: number = most) {
    this.#most = most;
    this.#mostOfOne = mostOfOne;
  }

  async run<T>(work: () => Promise<T>, owner: string | null = null): Promise<T> {
    if (this.#mayStart(owner)) this.#count(owner, 1);
    else await new Promise<void>((resolve) => this.#line.push({ owner, start: resolve }));
    try {
      return await work();
    } finally {
      this.#count(owner, -1);
      this.#startNext();
    }
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
