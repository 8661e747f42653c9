/** What of the catalog's answers is kept for readers who have not read on: a part of the server's memory for each user. */
import { PgError } from '../../pg-error.ts';

export class KeptAnswers {
  readonly #mostBytes: number;
  readonly #byOwner = new Map<string, number>();

  /** @param mostBytes of one user. */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /**
   * Counts an answer in; what it gives counts it out, at its first call.
   * @throws {PgError} 53200
   */
  keep(owner: string, bytes: number): () => void {
    const kept = this.#byOwner.get(owner) ?? 0;
    if (kept > 0 && kept + bytes > this.#mostBytes)
      throw new PgError('53200', 'too much of the catalog is kept in cursors and portals', {
        hint: 'Read them to their end, or close them.',
      });
    this.#byOwner.set(owner, kept + bytes);
    let isKept = true;
    return () => {
      if (!isKept) return;
      isKept = false;
      const left = (this.#byOwner.get(owner) ?? 0) - bytes;
      if (left <= 0) this.#byOwner.delete(owner);
      else this.#byOwner.set(owner, left);
    };
  }
}
