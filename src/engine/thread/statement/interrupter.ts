/**
 * Interrupts what runs on a connection until it has ended: DuckDB forgets an interrupt when the next of its calls begins,
 * and a step of a statement is several calls.
 */
import { type Connection, native } from '../../duckdb.ts';

const INTERVAL_MS = 10;

export class Interrupter {
  #timer: NodeJS.Timeout | null = null;

  /** `connection` gives null once there is nothing left to interrupt; `step` settles when the step is over. */
  start(connection: () => Connection | null, step: Promise<unknown>): void {
    if (this.#timer !== null) return;
    const interrupt = (): void => {
      const running = connection();
      if (running !== null) native.interrupt(running);
    };
    interrupt();
    const timer = setInterval(interrupt, INTERVAL_MS);
    this.#timer = timer;
    const stop = (): void => {
      clearInterval(timer);
      this.#timer = null;
    };
    step.then(stop, stop);
  }
}
