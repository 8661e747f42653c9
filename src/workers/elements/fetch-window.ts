/**
 * How many keys may be under way, so that their replies weigh about a megabyte: known from the mean of the replies so far,
 * beginning with few.
 */
export const WINDOW_BYTES = 1024 * 1024;
const MAX_WINDOW_KEYS = 8192;
/** The first keys go alone: their replies tell how large the others will be. */
const FIRST_WINDOW_KEYS = 4;
/** Few keys by name, and small limits, are asked for in one round trip. */
const FIRST_WINDOW_WANTED = 16;

export class FetchWindow {
  keys: number;
  #meanBytes = 0;

  /** wantedKeys: keys that will be asked for in all, where that is known. */
  constructor(wantedKeys: number) {
    this.keys = wantedKeys <= FIRST_WINDOW_WANTED ? FIRST_WINDOW_WANTED : FIRST_WINDOW_KEYS;
  }

  /** Larger replies count at once, smaller ones by and by; the window at most doubles with what came back. */
  adapt(keyCount: number, byteCount: number): void {
    if (keyCount === 0) return;
    const mean = byteCount / keyCount;
    this.#meanBytes = mean > this.#meanBytes ? mean : this.#meanBytes * 0.75 + mean * 0.25;
    const target = Math.max(1, Math.min(MAX_WINDOW_KEYS, Math.floor(WINDOW_BYTES / this.#meanBytes)));
    this.keys = Math.min(target, this.keys + keyCount);
  }

  /** A reply that is not whole needs at least so many bytes. */
  expect(byteCount: number): void {
    this.#meanBytes = Math.max(this.#meanBytes, byteCount);
  }
}
