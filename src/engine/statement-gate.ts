/** Lets so many statements be open at once; what comes then waits in line, and is told when it has waited too long. */
import { RedQueryError } from '../errors.ts';

interface Waiter {
  enter(): void;
}

export class StatementGate {
  readonly #most: number;
  readonly #patienceMs: number;
  readonly #line: Waiter[] = [];
  #open = 0;

  constructor(most: number, patienceMs: number) {
    this.#most = most;
    this.#patienceMs = patienceMs;
  }

  /**
   * Waits for a place; each place is to be given back by one `leave`.
   * @throws {RedQueryError} RQ_BUSY after the patience is over. @throws the signal's reason when it is aborted first.
   */
  enter(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.#open < this.#most) {
      this.#open++;
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
    return new RedQueryError('RQ_BUSY', `${this.#most} statements are open; none ended within ${this.#patienceMs} ms`, {
      hint: 'Close results that are not read to their end.',
    });
  }

  leave(): void {
    const next = this.#line.shift();
    if (next === undefined) this.#open--;
    else next.enter();
  }
}
