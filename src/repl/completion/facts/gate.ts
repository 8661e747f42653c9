/** A gate that those who wait go through once it is open; closed at first. */
export class Gate {
  #promise: PromiseWithResolvers<void> = Promise.withResolvers();
  #isOpen = false;

  /** Resolved when it is open. */
  get opened(): Promise<void> {
    return this.#promise.promise;
  }

  open(): void {
    this.#isOpen = true;
    this.#promise.resolve();
  }

  /** Those who wait already go on waiting. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#promise = Promise.withResolvers();
  }
}
