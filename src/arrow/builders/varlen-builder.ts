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
import { appendEach, type ValueRun } from './value-run.ts';

/** Up to so many bytes a loop over words is faster than a call of copy. Bench: bench/micro/builders.ts. */
const SHORT_VALUE = 64;
const WORD_BYTES = 4;
/** Offsets are Int32. */
const MAX_BYTES = 0x7fff_ffff;

export class VarlenBuilder implements ColumnBuilder {
  rowCount = 0;
  private readonly content: 'text' | 'json' | 'bytes';
  private readonly validity = new Validity();
  private values: Uint8Array<ArrayBuffer> = new Uint8Array(FIRST_BYTES);
  /** `values`, and the bytes that were copied from last, as words. */
  private target = new DataView(this.values.buffer);
  private source: DataView = this.target;
  private sourceBytes: Uint8Array = this.values;
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
    this.copy(bytes, start, end, from);
    if (this.content !== 'bytes') {
      if (!(isUtf8 && isWholeCut(bytes, start, end)) && !isUtf8Text(this.values, from, to)) return false;
      if (this.content === 'json' && !isJsonText(bytes, start, end)) return false;
    }
    this.byteCount = to;
    this.endRow();
    return true;
  }

  /** As appendEach of value-run.ts. */
  appendRun(run: ValueRun, from: number, count: number): boolean {
    if (this.content === 'json') return appendEach(this, run, from, count);
    return run.step === 0 ? this.appendSame(run, count) : this.appendValues(run, from, count);
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
    this.setValues(new ArrayBuffer(valueCapacity));
    // A large reply is not kept by who copied from it.
    this.readFrom(this.values);
    this.rowCount = 0;
    this.byteCount = 0;
    return { layout: 'varlen', offsets, values, validity: this.validity.finish(rowCount) };
  }

  /** Hot: runs once a value. Bench: bench/micro/elements.ts. */
  private appendValues({ bytes, base, starts, ends, first, step, isUtf8 }: ValueRun, from: number, count: number): boolean {
    const isText = this.content === 'text';
    this.reserveRows(count);
    const { offsets } = this;
    let to = this.byteCount;
    let at = first + from * step;
    // The loop reads typed arrays inside their bounds; the index signature's undefined cannot occur.
    for (let i = 0; i < count; i++, at += step) {
      const relative = starts[at] as number;
      if (relative < 0) this.validity.setNull(this.rowCount);
      else {
        const start = base + relative;
        const end = base + (ends[at] as number);
        if (to + end - start > this.values.length) this.growValues(to + end - start);
        this.copy(bytes, start, end, to);
        const isKnown = !isText || (isUtf8 && isWholeCut(bytes, start, end));
        if (!isKnown && !isUtf8Text(this.values, to, to + end - start)) return false;
        to += end - start;
      }
      this.rowCount += 1;
      this.byteCount = to;
      offsets[this.rowCount] = to;
    }
    return true;
  }

  /** Appends one value `count` times. */
  private appendSame(run: ValueRun, count: number): boolean {
    const from = this.byteCount;
    if (count === 0) return true;
    if (!appendEach(this, run, 0, 1)) return false;
    const length = this.byteCount - from;
    if ((run.starts[run.first] ?? -1) < 0) return appendEach(this, run, 1, count - 1);
    const to = from + length * count;
    if (to > this.values.length) this.growValues(to);
    const { values } = this;
    // Each copy doubles what there is.
    for (let done = length; done > 0 && done < to - from; done *= 2) {
      values.copyWithin(from + done, from, from + Math.min(done, to - from - done));
    }
    this.reserveRows(count);
    const { offsets } = this;
    let end = this.byteCount;
    for (let i = 1; i < count; i++) {
      end += length;
      this.rowCount += 1;
      offsets[this.rowCount] = end;
    }
    this.byteCount = end;
    return true;
  }

  /** Copies bytes[start, end) to where they have room; a short value by words, the last of which may reach over its end. */
  private copy(bytes: Buffer, start: number, end: number, to: number): void {
    const length = end - start;
    const reach = length + WORD_BYTES;
    if (length > SHORT_VALUE || start + reach > bytes.length || to + reach > this.values.length) {
      bytes.copy(this.values, to, start, end);
      return;
    }
    if (bytes !== this.sourceBytes) this.readFrom(bytes);
    const { source, target } = this;
    for (let i = 0; i < length; i += WORD_BYTES) target.setUint32(to + i, source.getUint32(start + i, true), true);
  }

  private readFrom(bytes: Uint8Array): void {
    this.sourceBytes = bytes;
    this.source = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  private setValues(buffer: ArrayBuffer): void {
    this.values = new Uint8Array(buffer);
    this.target = new DataView(buffer);
  }

  private endRow(): void {
    this.rowCount += 1;
    if (this.rowCount === this.offsets.length) this.reserveRows(1);
    this.offsets[this.rowCount] = this.byteCount;
  }

  /** Room for the ends of `count` more rows. */
  private reserveRows(count: number): void {
    let capacity = this.offsets.length;
    while (this.rowCount + count >= capacity) capacity *= 2;
    if (capacity > this.offsets.length) this.offsets = new Int32Array(this.offsets.buffer.transfer(capacity * 4));
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
    this.setValues(this.values.buffer.transfer(capacityFor(needed)));
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
