/**
 * The first key that a scan read, kept behind its counters in the memory that workers and engine share: so that a command can
 * be shown with a real key, for no message more.
 */
import { COUNTERS } from './protocol.ts';

const COUNTER_BYTES = COUNTERS.length * BigInt64Array.BYTES_PER_ELEMENT;
/** A longer key is not kept. */
const MOST_BYTES = 504;
/** Of the Int32 before the key: nobody wrote, somebody writes; else the length of the key, plus one. */
const EMPTY = 0;
const WRITING = -1;

/** Makes a scan's counters, all 0, and the room for its first key. */
export function newCounters(): SharedArrayBuffer {
  return new SharedArrayBuffer(COUNTER_BYTES + 8 + MOST_BYTES);
}

/** Keeps the key, where none is kept yet and there is room for one. */
export function keepExampleKey(counters: SharedArrayBuffer, key: Uint8Array): void {
  if (key.length > MOST_BYTES || counters.byteLength < COUNTER_BYTES + 8 + MOST_BYTES) return;
  const state = new Int32Array(counters, COUNTER_BYTES, 1);
  if (Atomics.compareExchange(state, 0, EMPTY, WRITING) !== EMPTY) return;
  new Uint8Array(counters, COUNTER_BYTES + 8, MOST_BYTES).set(key);
  Atomics.store(state, 0, key.length + 1);
}

/** Gives the key that was kept; null: none. */
export function exampleKeyIn(counters: SharedArrayBuffer): Uint8Array | null {
  if (counters.byteLength <= COUNTER_BYTES) return null;
  const length = Atomics.load(new Int32Array(counters, COUNTER_BYTES, 1), 0) - 1;
  return length < 0 ? null : new Uint8Array(counters, COUNTER_BYTES + 8, length).slice();
}
