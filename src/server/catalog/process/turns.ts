/**
 * Whose statement is next: users take turns by the time that they have used lately, so that nobody waits for all that another
 * has asked. Times decay; nothing is kept of who has been quiet for a while.
 */

/** What one has used counts half after so long. */
const HALF_LIFE_MS = 5_000;
/** Who has asked nothing for so long is not there. */
const FORGOTTEN_MS = 30_000;

interface Use {
  readonly ms: number;
  readonly at: number;
}

export class Turns {
  readonly #uses = new Map<string, Use>();
  readonly #now: () => number;

  /** @param now a clock in ms. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Counts time that a process worked for somebody. */
  note(owner: string, ms: number): void {
    const used = this.usedBy(owner) + Math.max(0, ms);
    this.#uses.set(owner, { ms: used, at: this.#now() });
    for (const [other, { at }] of this.#uses) if (this.#now() - at > FORGOTTEN_MS) this.#uses.delete(other);
  }

  /** Time that somebody has used lately, in ms. */
  usedBy(owner: string): number {
    const use = this.#uses.get(owner);
    return use === undefined ? 0 : use.ms * 0.5 ** ((this.#now() - use.at) / HALF_LIFE_MS);
  }

  /** True where anybody else has asked lately. */
  hasOthers(owner: string): boolean {
    return [...this.#uses].some(([one, { at }]) => one !== owner && this.#now() - at <= FORGOTTEN_MS);
  }

  /** Takes what is next out of a line: of who has used least what came first. */
  take<Item extends { readonly owner: string }>(line: Item[]): Item | undefined {
    let next = 0;
    let least = Infinity;
    const seen = new Set<string>();
    line.forEach(({ owner }, index) => {
      if (seen.has(owner)) return;
      seen.add(owner);
      const used = this.usedBy(owner);
      if (used < least) [least, next] = [used, index];
    });
    return line.splice(next, 1)[0];
  }
}
