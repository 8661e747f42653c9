/**
 * The rows of a result that are kept while they are shown, for `.last`, `.chart` and `_`: whole batches, by reference, up to
 * a bound. A writer reads batches and gives none of their buffers away.
 */
import type { Batch } from '../../arrow/index.ts';
import type { SqlField } from '../../types/index.ts';
import type { LastResult } from '../words.ts';

export const MOST_KEPT_ROWS = 1_000_000;
export const MOST_KEPT_BYTES = 64 * 2 ** 20;

export class KeptRows {
  /** Rows seen, kept or not. */
  totalRows = 0;
  readonly #byteLengthOf: (batch: Batch) => number;
  readonly #batches: Batch[] = [];
  #rowCount = 0;
  #byteCount = 0;
  #isWhole = true;

  constructor(byteLengthOf: (batch: Batch) => number) {
    this.#byteLengthOf = byteLengthOf;
  }

  /** Keeps a batch, unless it or one before it went over the bound: what is kept are the first rows. */
  add(batch: Batch): void {
    this.totalRows += batch.rowCount;
    if (!this.#isWhole) return;
    const byteCount = this.#byteLengthOf(batch);
    if (this.#rowCount + batch.rowCount > MOST_KEPT_ROWS || this.#byteCount + byteCount > MOST_KEPT_BYTES) {
      this.#isWhole = false;
      return;
    }
    this.#batches.push(batch);
    this.#rowCount += batch.rowCount;
    this.#byteCount += byteCount;
  }

  result(text: string, schema: readonly SqlField[]): LastResult {
    const { totalRows } = this;
    return { text, schema, batches: this.#batches, rowCount: this.#rowCount, isWhole: this.#isWhole, totalRows };
  }
}
