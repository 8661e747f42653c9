/**
 * Lets so many statements be open at once, and of one owner a part of them; what comes then waits in line, and is told when it
 * has waited too long.
 */
import { RedQueryError } from '../errors.ts';

interface Waiter {
  readonly owner: string | null;
  enter(): void;
}

export class StatementGate {
  readonly #most: number;
  readonly #mostOfOne: number;
  readonly #patienceMs: number;
  readonly #line: Waiter[] = [];
  readonly #owned = new Map<string, number>();
  #open = 0;

  /** @param mostOfOne places that one owner may have; who has no owner may have all. */
  constructor(most: number, mostOfOne: number, patienceMs: number) {
    this.#most = most;
    this.#mostOfOne = mostOfOne;
    this.#patienceMs = patienceMs;
  }

  /**
   * Waits for a place; each place is to be given back by one `leave` of the same owner.
   * @throws {RedQueryError} RQ_BUSY after the patience is over. @throws the signal's reason when it is aborted first.
   */
  enter(signal: AbortSignal, owner: string | null = null): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.#hasPlace(owner)) {
      this.#count(owner, 1);
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const giveUp = (reason: unknown): void => {
        this.#line.splice(this.#line.indexOf(waiter), 1);
        settle();
        reject(reason);
      };
      const onAbort = (): void => giveUp(signal.reason);
      const timer = setTimeout(() => giveUp(this.#busy()), this.#patienceMs);
      const settle = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
      };
      const waiter: Waiter = {
        owner,
        enter: () => {
          settle();
          resolve();
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#line.push(waiter);
    });
  }

  #busy(): RedQueryError {
    return new RedQueryError('RQ_BUSY', `${this.#open} statements are open; none ended within ${this.#patienceMs} ms`, {
      hint: 'Close results that are not read to their end.',
    });
  }

  leave(owner: string | null = null): void {
    this.#count(owner, -1);
    const at = this.#line.findIndex((waiter) => this.#hasPlace(waiter.owner));
    const [next] = at < 0 ? [] : this.#line.splice(at, 1);
    if (next === undefined) return;
    this.#count(next.owner, 1);
    next.enter();
  }

  #hasPlace(owner: string | null): boolean {
    return this.#open < this.#most && (owner === null || (this.#owned.get(owner) ?? 0) < this.#mostOfOne);
  }

  #count(owner: string | null, change: 1 | -1): void {
    this.#open += change;
    if (owner === null) return;
    const count = (this.#owned.get(owner) ?? 0) + change;
    if (count === 0) this.#owned.delete(owner);
    else this.#owned.set(owner, count);
  }
}
