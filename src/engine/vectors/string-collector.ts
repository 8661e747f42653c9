/**
 * Reads string vectors (VARCHAR, JSON, BLOB, BIT, BIGNUM) into one column. Strings of up to 12 bytes lie in the entry
 * itself; longer ones are fetched by runs: entries whose addresses adjoin cost one native call together.
 */
import type { ColumnData } from '../../arrow/index.ts';
import { native, releaseView, type Vector } from '../duckdb.ts';
import { BitmapJoiner } from './bitmap-joiner.ts';
import type { VectorCollector } from './columns-from-vectors.ts';

const TWO_32 = 4294967296;
const INLINE_BYTES = 12;

export class StringCollector implements VectorCollector {
  #values = Buffer.from(new ArrayBuffer(1024));
  #offsets = new Int32Array(257);
  #rowCount = 0;
  readonly #validity = new BitmapJoiner();
  byteLength = 0;

  append(vector: Vector, start: number, rowCount: number): void {
    const data = native.vector_get_data(vector, (start + rowCount) * 16);
    const isValid = this.#validity.append(vector, start, rowCount);
    this.#reserveRows(rowCount);
    // Native memory always lies on a plain ArrayBuffer; the entries are 16 bytes each and 4-aligned.
    const memory = data.buffer as ArrayBuffer;
    const words = new Uint32Array(memory, data.byteOffset + start * 16, rowCount * 4);
    let runRow = -1;
    let runLength = 0;
    let runEnd = -1;
    const flush = (): void => {
      if (runRow >= 0) this.#push(native.get_data_from_pointer(memory, data.byteOffset + (start + runRow) * 16 + 8, runLength));
      runRow = -1;
    };
    let total = this.byteLength;
    for (let row = 0; row < rowCount; row++) {
      const length = isValid(row) ? (words[row * 4] as number) : 0;
      if (length > INLINE_BYTES) {
        const address = (words[row * 4 + 3] as number) * TWO_32 + (words[row * 4 + 2] as number);
        if (runRow >= 0 && address === runEnd) {
          runLength += length;
        } else {
          flush();
          runRow = row;
          runLength = length;
        }
        runEnd = address + length;
      } else if (length > 0) {
        flush();
        this.#pushInline(data, (start + row) * 16 + 4, length);
      }
      total += length;
      this.#offsets[++this.#rowCount] = total;
    }
    flush();
    releaseView(data);
  }

  #push(bytes: Uint8Array): void {
    this.#reserveBytes(bytes.length);
    this.#values.set(bytes, this.byteLength);
    this.byteLength += bytes.length;
    releaseView(bytes);
  }

  #pushInline(data: Uint8Array, from: number, length: number): void {
    this.#reserveBytes(length);
    const values = this.#values;
    const at = this.byteLength;
    for (let i = 0; i < length; i++) values[at + i] = data[from + i] as number;
    this.byteLength = at + length;
  }

  #reserveBytes(byteCount: number): void {
    const needed = this.byteLength + byteCount;
    if (needed <= this.#values.length) return;
    const grown = Buffer.from(new ArrayBuffer(Math.max(needed, this.#values.length * 2)));
    grown.set(this.#values.subarray(0, this.byteLength));
    this.#values = grown;
  }

  #reserveRows(rowCount: number): void {
    const needed = this.#rowCount + rowCount + 1;
    if (needed <= this.#offsets.length) return;
    const grown = new Int32Array(Math.max(needed, this.#offsets.length * 2));
    grown.set(this.#offsets.subarray(0, this.#rowCount + 1));
    this.#offsets = grown;
  }

  take(): ColumnData {
    const values = this.#values.buffer.transfer(this.byteLength);
    const offsets = this.#offsets.buffer.transfer((this.#rowCount + 1) * 4);
    this.#values = Buffer.from(new ArrayBuffer(Math.max(1024, values.byteLength)));
    this.#offsets = new Int32Array(Math.max(257, this.#rowCount + 1));
    this.#rowCount = 0;
    this.byteLength = 0;
    return { layout: 'varlen', offsets, values, validity: this.#validity.take() };
  }
}
