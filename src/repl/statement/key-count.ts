/** How many keys the database has, asked at most every few seconds. */
import type { ControlClient } from '../../storage/index.ts';

const FRESH_MS = 3_000;

export class KeyCount {
  readonly #redis: () => Promise<ControlClient>;
  #asked: { readonly at: number; readonly client: ControlClient; readonly count: Promise<number | null> } | null = null;

  constructor(redis: () => Promise<ControlClient>) {
    this.#redis = redis;
  }

  /** Gives DBSIZE; null where it cannot be had: no connection, no permission. Never throws. */
  async ask(): Promise<number | null> {
    const client = await this.#redis().catch(() => null);
    if (client === null) return null;
    const now = performance.now();
    // Another client is another server.
    if (this.#asked === null || this.#asked.client !== client || now - this.#asked.at > FRESH_MS) {
      const count = client.call('DBSIZE').then(
        (reply) => (typeof reply === 'number' ? reply : null),
        () => null,
      );
      this.#asked = { at: now, client, count };
    }
    return this.#asked.count;
  }
}
