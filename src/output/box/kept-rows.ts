/** The rows of a box on a terminal: the first ones, the last ones, and how many there were between. Batches are kept as they are. */
import type { Batch } from '../../arrow/index.ts';

/** Some rows of a batch: from `from` up to, not including, `to`. */
export interface RowRange {
  readonly batch: Batch;
  readonly from: number;
  readonly to: number;
}

/** Cuts rows off the front of what is kept, so that no more than `mostRows` stay; gives how many went. */
function dropFirst(ranges: RowRange[], surplus: number): void {
  let rest = surplus;
  while (rest > 0) {
    const [first] = ranges;
    if (first === undefined) return;
    const rowCount = first.to - first.from;
    if (rowCount <= rest) ranges.shift();
    else ranges[0] = { ...first, from: first.from + rest };
    rest -= Math.min(rest, rowCount);
  }
}

/** The last `mostRows` rows of all that were added. */
export class LastRows {
  readonly #mostRows: number;
  readonly #ranges: RowRange[] = [];
  #rowCount = 0;

  constructor(mostRows: number) {
    this.#mostRows = mostRows;
  }

  add(range: RowRange): void {
    if (range.from === range.to) return;
    this.#ranges.push(range);
    this.#rowCount += range.to - range.from;
    const surplus = this.#rowCount - this.#mostRows;
    if (surplus <= 0) return;
    dropFirst(this.#ranges, surplus);
    this.#rowCount = this.#mostRows;
  }

  get ranges(): readonly RowRange[] {
    return this.#ranges;
  }

  get rowCount(): number {
    return this.#rowCount;
  }
}
