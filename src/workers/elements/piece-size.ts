/**
 * How many elements to ask a key for: so many that they weigh about a megabyte, at most 10,000, known from those that came.
 * The first keys are asked for few; a key that holds more is asked again, by the size of its own elements.
 */
import { WINDOW_BYTES } from './fetch-window.ts';

/** Up to so many elements are read by one command, at one moment, where they weigh no more than a megabyte. */
export const MOST_ELEMENTS = 10_000;
/** Before the first reply an element may weigh anything. */
const UNKNOWN_COUNT = 8;
/** Until keys with more are met; a few that are much heavier than those before do little harm. */
const FIRST_COUNT = 128;

export class PieceSize {
  #meanBytes = 0;
  #wanted = FIRST_COUNT;

  /** Elements that a key is asked for at first. `total`: more are not wanted of any key. */
  firstCount(total: number): number {
    if (total <= FIRST_COUNT) return Math.max(1, total);
    return this.#meanBytes === 0 ? UNKNOWN_COUNT : Math.min(this.#wanted, countFor(this.#meanBytes), total);
  }

  /** Larger elements count at once, smaller ones by and by. */
  learn(elementCount: number, byteCount: number): void {
    if (elementCount === 0) return;
    const mean = byteCount / elementCount;
    this.#meanBytes = mean > this.#meanBytes ? mean : this.#meanBytes * 0.75 + mean * 0.25;
  }

  /** A key held more than `firstCount`: others may, too. */
  widen(): void {
    this.#wanted = Math.min(MOST_ELEMENTS, this.#wanted * 2);
  }
}

/** Elements of a mean weight that make about a megabyte; at least 1, at most 10,000. */
export function countFor(meanBytes: number): number {
  return Math.max(1, Math.min(MOST_ELEMENTS, Math.floor(WINDOW_BYTES / meanBytes)));
}
