/**
 * Builds VARCHAR, JSON and BLOB columns. It keeps the invariant that DuckDB's memory safety rests on: every value of a text
 * or JSON column is valid UTF-8 by itself (DESIGN section 5; a code point split over two values would pass a check of the
 * whole).
 */
import { RedQueryError } from '../../errors.ts';
import { isJsonText, isUtf8Text } from '../../types/index.ts';
import type { VarlenData } from '../column-data.ts';
import { type ColumnBuilder, FIRST_BYTES, FIRST_ROWS } from './column-builder.ts';
import { Validity } from './validity.ts';

/** Up to so many bytes a loop is faster than a call of copy. Bench: bench/micro/builders.ts. */
const SHORT_VALUE = 32;
/** Offsets are Int32. */
const MAX_BYTES = 0x7fff_ffff;

export class VarlenBuilder implements ColumnBuilder {
  rowCount = 0;
  private readonly content: 'text' | 'json' | 'bytes';
  private readonly validity = new Validity();
  private values: Uint8Array<ArrayBuffer> = new Uint8Array(FIRST_BYTES);
  private offsets: Int32Array<ArrayBuffer> = new Int32Array(FIRST_ROWS);
  private byteCount = 0;

  /** content: 'text' and 'json' check their values, 'bytes' takes any. */
  constructor(content: 'text' | 'json' | 'bytes') {
    this.content = content;
  }

  get byteLength(): number {
    return this.byteCount + (this.rowCount + 1) * 4 + this.validity.byteLength;
  }

  append(bytes: Buffer, start: number, end: number, isUtf8: boolean): boolean {
    const from = this.byteCount;
    const to = from + (end - start);
    if (to > this.values.length) this.growValues(to);
    const isAscii = this.copy(bytes, start, end);
    if (this.content !== 'bytes') {
      if (!isAscii && !(isUtf8 && isWholeCut(bytes, start, end)) && !isUtf8Text(this.values, from, to)) return false;
      if (this.content === 'json' && !isJsonText(bytes, start, end)) return false;
    }
    this.byteCount = to;
    this.endRow();
    return true;
  }

  appendNull(): void {
    this.validity.setNull(this.rowCount);
    this.endRow();
  }

  truncate(rowCount: number): void {
    if (rowCount >= this.rowCount) return;
    this.validity.truncate(rowCount, this.rowCount);
    this.rowCount = rowCount;
    this.byteCount = this.offsets[rowCount] ?? 0;
  }

  finish(): VarlenData {
    const { rowCount, byteCount } = this;
    const offsetCapacity = this.offsets.length;
    const valueCapacity = capacityFor(byteCount);
    const offsets = this.offsets.buffer.transfer((rowCount + 1) * 4);
    const values = this.values.buffer.transfer(byteCount);
    this.offsets = new Int32Array(offsetCapacity);
    this.values = new Uint8Array(valueCapacity);
    this.rowCount = 0;
    this.byteCount = 0;
    return { layout: 'varlen', offsets, values, validity: this.validity.finish(rowCount) };
  }

  /** Copies behind what is held; true where every byte was seen to be ASCII. */
  private copy(bytes: Buffer, start: number, end: number): boolean {
    const { values } = this;
    let to = this.byteCount;
    if (end - start > SHORT_VALUE) {
      bytes.copy(values, to, start, end);
      return false;
    }
    let seen = 0;
    for (let position = start; position < end; position += 1) {
      const byte = bytes[position] ?? 0;
      seen |= byte;
      values[to] = byte;
      to += 1;
    }
    return seen < 0x80;
  }

  private endRow(): void {
    this.rowCount += 1;
    if (this.rowCount === this.offsets.length) {
      this.offsets = new Int32Array(this.offsets.buffer.transfer(this.offsets.byteLength * 2));
    }
    this.offsets[this.rowCount] = this.byteCount;
  }

  private growValues(needed: number): void {
    if (needed > MAX_BYTES) {
      throw new RedQueryError(
        'RQ_OUT_OF_MEMORY',
        `a column of one batch holds at most ${MAX_BYTES} bytes, this one needs ${needed}`,
        {
          hint: 'ask for smaller batches with batch_size',
        },
      );
    }
    this.values = new Uint8Array(this.values.buffer.transfer(capacityFor(needed)));
  }
}

/** The next power of two. Room goes by what was held last, so that one huge value does not cost its size in each later batch. */
function capacityFor(byteCount: number): number {
  let capacity = FIRST_BYTES;
  while (capacity < byteCount) capacity *= 2;
  return Math.min(capacity, MAX_BYTES);
}

/** A value cut out of valid UTF-8 is valid unless a cut goes through a character: then a byte 80–BF follows the cut. */
function isWholeCut(bytes: Buffer, start: number, end: number): boolean {
  return ((bytes[start] ?? 0) & 0xc0) !== 0x80 && ((bytes[end] ?? 0) & 0xc0) !== 0x80;
}
