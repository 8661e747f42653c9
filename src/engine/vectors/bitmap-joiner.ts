/** Joins the validity bits of several vectors into one Arrow bitmap, made only once a NULL was seen. */
import { native, type Vector } from '../duckdb.ts';

export class BitmapJoiner {
  #bits: Uint8Array | null = null;
  #rowCount = 0;

  /** Takes over rows `[start, start + rowCount)` of a vector; gives a test of whether a row (from 0) is valid. */
  append(vector: Vector, start: number, rowCount: number): (row: number) => boolean {
    const words = Math.ceil((start + rowCount) / 64) * 8;
    // The binding gives null where a vector has no mask, which its types do not say.
    const mask = rowCount === 0 ? null : (native.vector_get_validity(vector, words) as Uint8Array | null);
    const first = this.#rowCount;
    this.#rowCount += rowCount;
    if (mask === null && this.#bits === null) return () => true;
    const bits = this.#grow(first);
    const isValid = (row: number): boolean =>
      mask === null || ((mask[(start + row) >> 3] ?? 0) & (1 << ((start + row) & 7))) !== 0;
    for (let row = 0; row < rowCount; row++) {
      const at = first + row;
      if (isValid(row)) bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7));
    }
    return isValid;
  }

  /** Room for all rows; rows before `first` that were never written are valid. */
  #grow(first: number): Uint8Array {
    const byteCount = (this.#rowCount + 7) >> 3;
    const old = this.#bits;
    if (old !== null && old.length >= byteCount) return old;
    const bits = new Uint8Array(Math.max(byteCount, 2 * (old?.length ?? 0), 256));
    if (old !== null) bits.set(old);
    else for (let row = 0; row < first; row++) bits[row >> 3] = (bits[row >> 3] ?? 0) | (1 << (row & 7));
    this.#bits = bits;
    return bits;
  }

  /** The bitmap of all rows since the last take, or null where none was NULL. */
  take(): ArrayBuffer | null {
    const bits = this.#bits;
    const byteCount = (this.#rowCount + 7) >> 3;
    this.#bits = null;
    this.#rowCount = 0;
    return bits === null ? null : bits.slice(0, byteCount).buffer;
  }
}
