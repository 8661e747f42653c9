/**
 * Keeps a session's turns short: what is answered without waiting for anything (constants, settings, errors) would else hold
 * the event loop, with all other sessions, timers and cancel requests, until a long script or pipeline is through.
 */

/** How long others wait at most, a statement's own time aside. */
const TURN_MS = 10;

export class Turn {
  #beganMs = 0;

  /** The session has waited for its client: its turn begins. */
  begin(): void {
    this.#beganMs = performance.now();
  }

  /** Gives what to wait for where the turn is over; undefined: go on. */
  over(): Promise<void> | undefined {
    if (performance.now() - this.#beganMs < TURN_MS) return undefined;
    return new Promise((resolve) => {
      setImmediate(() => {
        this.begin();
        resolve();
      });
    });
  }
}
