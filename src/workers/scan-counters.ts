/** One task's part of its scan's shared counters: counted in plain numbers, added to the shared cells a batch at a time. */
import { COUNTERS, type CounterName } from './protocol.ts';

export class ScanCounters implements Record<CounterName, number> {
  keysScanned = 0;
  rows = 0;
  bytesReceived = 0;
  bytesSent = 0;
  roundTrips = 0;
  batches = 0;
  skippedKeys = 0;
  duplicateKeys = 0;
  vanishedKeys = 0;
  badValues = 0;
  driftedKeys = 0;
  indexFallbacks = 0;
  redisMicros = 0;
  forbiddenKeys = 0;
  walkedMillionths = 0;
  readonly #cells: BigInt64Array;

  constructor(cells: SharedArrayBuffer) {
    this.#cells = new BigInt64Array(cells, 0, COUNTERS.length);
  }

  /** Gives what all tasks of the scan counted so far. */
  totalOf(name: CounterName): number {
    return Number(Atomics.load(this.#cells, COUNTERS.indexOf(name))) + this[name];
  }

  /** Adds what was counted since the last call. */
  publish(): void {
    for (const [index, name] of COUNTERS.entries()) {
      if (this[name] === 0) continue;
      Atomics.add(this.#cells, index, BigInt(this[name]));
      this[name] = 0;
    }
  }
}
