/** Builds MAP(VARCHAR, VARCHAR) columns, for `_fields`: a list of STRUCT(key, value). */
import { printableKey } from '../../types/index.ts';
import type { ListData } from '../column-data.ts';
import { FIRST_ROWS } from './column-builder.ts';
import { Validity } from './validity.ts';
import { VarlenBuilder } from './varlen-builder.ts';

/** A row is its entries, then endRow(), or appendNull(). Entries without an endRow() are dropped by truncate and finish. */
export class MapBuilder {
  rowCount = 0;
  private readonly keys = new VarlenBuilder('text');
  private readonly values = new VarlenBuilder('text');
  private readonly validity = new Validity();
  private offsets: Int32Array<ArrayBuffer> = new Int32Array(FIRST_ROWS);

  get byteLength(): number {
    return this.keys.byteLength + this.values.byteLength + (this.rowCount + 1) * 4 + this.validity.byteLength;
  }

  /**
   * Appends an entry to the open row. A key that is not UTF-8 takes its printable form; two keys of one row may then read
   * alike. False, and nothing appended, when the value is not UTF-8.
   */
  appendEntry(bytes: Buffer, keyStart: number, keyEnd: number, valueStart: number, valueEnd: number, isUtf8: boolean): boolean {
    if (!this.values.append(bytes, valueStart, valueEnd, isUtf8)) return false;
    this.appendKey(bytes, keyStart, keyEnd, isUtf8);
    return true;
  }

  /** Appends an entry whose value is NULL to the open row. */
  appendNullEntry(bytes: Buffer, keyStart: number, keyEnd: number, isUtf8: boolean): void {
    this.values.appendNull();
    this.appendKey(bytes, keyStart, keyEnd, isUtf8);
  }

  endRow(): void {
    this.rowCount += 1;
    if (this.rowCount === this.offsets.length) {
      this.offsets = new Int32Array(this.offsets.buffer.transfer(this.offsets.byteLength * 2));
    }
    this.offsets[this.rowCount] = this.keys.rowCount;
  }

  /** Appends a row that is NULL; entries of the open row are dropped. */
  appendNull(): void {
    this.truncate(this.rowCount);
    this.validity.setNull(this.rowCount);
    this.endRow();
  }

  /** Drops rows from the end, so that `rowCount` are left, and the entries of the open row. */
  truncate(rowCount: number): void {
    const left = Math.min(rowCount, this.rowCount);
    const entryCount = this.offsets[left] ?? 0;
    this.keys.truncate(entryCount);
    this.values.truncate(entryCount);
    this.validity.truncate(left, this.rowCount);
    this.rowCount = left;
  }

  /** Hands over the column, its buffers trimmed and free to be transferred, and starts anew with as much room. */
  finish(): ListData {
    this.truncate(this.rowCount);
    const { rowCount } = this;
    const childCount = this.keys.rowCount;
    const capacity = this.offsets.length;
    const offsets = this.offsets.buffer.transfer((rowCount + 1) * 4);
    this.offsets = new Int32Array(capacity);
    this.rowCount = 0;
    return {
      layout: 'list',
      offsets,
      child: { layout: 'struct', children: [this.keys.finish(), this.values.finish()], validity: null },
      childCount,
      validity: this.validity.finish(rowCount),
    };
  }

  private appendKey(bytes: Buffer, start: number, end: number, isUtf8: boolean): void {
    if (this.keys.append(bytes, start, end, isUtf8)) return;
    const text = printableKey(bytes, start, end);
    this.keys.append(text, 0, text.length, true);
  }
}
