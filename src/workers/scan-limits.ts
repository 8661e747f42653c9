/**
 * What a scan may cost: keys and bytes above which it is an error, and a pace. The pace is a bucket of tokens, one a key
 * walked over: it fills by the clock, and a timer, not a loop, waits for it.
 */
import { RedQueryError } from '../errors.ts';
import type { ScanBudget } from '../storage/scan-words.ts';

/** At a slow pace less is asked for at a time, so that keys come in evenly. */
const ASKS_PER_SECOND = 20;
const LEAST_COUNT = 10;
const MAX_COUNT = 1000;

export class ScanLimits {
  /** Slots that one SCAN may walk over. */
  readonly scanCount: number;
  readonly #budget: ScanBudget;
  readonly #nowMs: () => number;
  readonly #onReady: () => void;
  #foundKeys = 0;
  /** Keys that may be asked for now; below 0 after a reply that was larger than asked for. */
  #tokens: number;
  #filledAtMs: number;
  #timer: NodeJS.Timeout | undefined;

  /** `onReady` is called when keys may be asked for again, after `mayAsk` said no. */
  constructor(budget: ScanBudget, onReady: () => void, nowMs: () => number = () => performance.now()) {
    const rate = budget.keysPerSecond ?? Infinity;
    this.scanCount = Math.min(MAX_COUNT, Math.max(LEAST_COUNT, Math.ceil(rate / ASKS_PER_SECOND)));
    this.#budget = budget;
    this.#onReady = onReady;
    this.#nowMs = nowMs;
    this.#tokens = this.scanCount;
    this.#filledAtMs = nowMs();
  }

  /** Tells whether keys may be asked for now; if not, `onReady` follows. */
  mayAsk(): boolean {
    const { keysPerSecond } = this.#budget;
    if (keysPerSecond === null) return true;
    const nowMs = this.#nowMs();
    const filled = ((nowMs - this.#filledAtMs) * keysPerSecond) / 1000;
    this.#tokens = Math.min(this.scanCount, this.#tokens + filled);
    this.#filledAtMs = nowMs;
    if (this.#tokens >= 1) return true;
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        this.#onReady();
      },
      Math.ceil(((1 - this.#tokens) * 1000) / keysPerSecond),
    );
    return false;
  }

  /** Takes tokens for keys that will be walked over. */
  spend(keyCount: number): void {
    this.#tokens -= keyCount;
  }

  /** Counts keys that were found; gives the error where they are too many: RQ_SCAN_LIMIT. */
  found(keyCount: number): RedQueryError | null {
    this.#foundKeys += keyCount;
    const { maxKeys } = this.#budget;
    if (maxKeys === null || this.#foundKeys <= maxKeys) return null;
    return limitError(`more than ${maxKeys} keys`, 'max_scan_keys', maxKeys);
  }

  /** Gives the error where a scan received too much: RQ_SCAN_LIMIT. */
  received(byteCount: number): RedQueryError | null {
    const { maxBytes } = this.#budget;
    if (maxBytes === null || byteCount <= maxBytes) return null;
    return limitError(`${byteCount} bytes`, 'max_scan_bytes', maxBytes);
  }

  /** Waits no longer. */
  close(): void {
    clearTimeout(this.#timer);
  }
}

function limitError(reached: string, setting: string, limit: number): RedQueryError {
  return new RedQueryError('RQ_SCAN_LIMIT', `the scan was stopped at ${reached}: ${setting} is ${limit}`, {
    hint: `Name keys or a narrower pattern, read fewer columns, filter by what a search index covers (EXPLAIN names one), add a LIMIT, or SET ${setting} = ${limit * 10}.`,
  });
}
