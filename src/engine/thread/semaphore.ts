/** Lets so many pieces of asynchronous work run at a time; the others wait in the order in which they came. */
export class Semaphore {
  readonly #most: number;
  readonly #line: (() => void)[] = [];
  #running = 0;

  constructor(most: number) {
    this.#most = most;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#most) await new Promise<void>((resolve) => this.#line.push(resolve));
    else this.#running++;
    try {
      return await work();
    } finally {
      // The place goes to the next in line, if there is one.
      const next = this.#line.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
