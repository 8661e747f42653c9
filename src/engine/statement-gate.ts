/** Lets so many statements be open at once; what comes then waits in line, and is told when it has waited too long. */
import { RedQueryError } from '../errors.ts';

interface Waiter {
  enter(): void;
  readonly timer: NodeJS.Timeout;
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

  /** @throws {RedQueryError} RQ_BUSY after the patience is over. */
  enter(): Promise<void> {
    if (this.#open < this.#most) {
      this.#open++;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#line.splice(this.#line.indexOf(waiter), 1);
        reject(
          new RedQueryError('RQ_BUSY', `${this.#most} statements are open; none ended within ${this.#patienceMs} ms`, {
            hint: 'Close results that are not read to their end.',
          }),
        );
      }, this.#patienceMs);
      const waiter: Waiter = { enter: resolve, timer };
      this.#line.push(waiter);
    });
  }

  leave(): void {
    const next = this.#line.shift();
    if (next === undefined) {
      this.#open--;
      return;
    }
    clearTimeout(next.timer);
    next.enter();
  }
}
