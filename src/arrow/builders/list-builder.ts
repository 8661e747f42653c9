/** Builds LIST columns: the elements go into the child, a row takes those since the last one. */
import type { ListData } from '../column-data.ts';
import { type ColumnBuilder, FIRST_ROWS } from './column-builder.ts';
import { Validity } from './validity.ts';

/** A row is its elements in `child`, then endRow(), or appendNull(). Elements without an endRow() are dropped by truncate and finish. */
export class ListBuilder<Child extends Omit<ColumnBuilder, 'append'> = ColumnBuilder> {
  rowCount = 0;
  readonly child: Child;
  private readonly validity = new Validity();
  private offsets: Int32Array<ArrayBuffer> = new Int32Array(FIRST_ROWS);

  constructor(child: Child) {
    this.child = child;
  }

  get byteLength(): number {
    return this.child.byteLength + (this.rowCount + 1) * 4 + this.validity.byteLength;
  }

  endRow(): void {
    this.rowCount += 1;
    if (this.rowCount === this.offsets.length) {
      this.offsets = new Int32Array(this.offsets.buffer.transfer(this.offsets.byteLength * 2));
    }
    this.offsets[this.rowCount] = this.child.rowCount;
  }

  /** Appends a row that is NULL; elements of the open row are dropped. */
  appendNull(): void {
    this.truncate(this.rowCount);
    this.validity.setNull(this.rowCount);
    this.endRow();
  }

  /** Drops rows from the end, so that `rowCount` are left, and the elements of the open row. */
  truncate(rowCount: number): void {
    const left = Math.min(rowCount, this.rowCount);
    this.child.truncate(this.offsets[left] ?? 0);
    this.validity.truncate(left, this.rowCount);
    this.rowCount = left;
  }

  finish(): ListData {
    this.truncate(this.rowCount);
    const { rowCount } = this;
    const childCount = this.child.rowCount;
    const capacity = this.offsets.length;
    const offsets = this.offsets.buffer.transfer((rowCount + 1) * 4);
    this.offsets = new Int32Array(capacity);
    this.rowCount = 0;
    return { layout: 'list', offsets, child: this.child.finish(), childCount, validity: this.validity.finish(rowCount) };
  }
}
