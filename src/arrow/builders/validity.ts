/**
 * The validity bitmap of a column under construction (Arrow: bit i of byte i>>3, least significant first, 1 = valid). No
 * memory is taken before the first NULL; rows beyond the bits held are valid.
 */
const FIRST_BITMAP_BYTES = 32;
const ALL_VALID = 0xff;

export class Validity {
  private bits: Uint8Array<ArrayBuffer> | null = null;
  private capacity = FIRST_BITMAP_BYTES;
  private nullCount = 0;

  get byteLength(): number {
    return this.bits?.length ?? 0;
  }

  setNull(row: number): void {
    const index = row >> 3;
    const bits = this.bits !== null && index < this.bits.length ? this.bits : this.grow(index + 1);
    bits[index] = (bits[index] ?? ALL_VALID) & ~(1 << (row & 7));
    this.nullCount += 1;
  }

  /** Makes the rows from `rowCount` up to `end` valid again. */
  truncate(rowCount: number, end: number): void {
    if (this.bits === null || this.nullCount === 0) return;
    for (let row = rowCount; row < end && row >> 3 < this.bits.length; row += 1) {
      const byte = this.bits[row >> 3] ?? ALL_VALID;
      const bit = 1 << (row & 7);
      if ((byte & bit) !== 0) continue;
      this.bits[row >> 3] = byte | bit;
      this.nullCount -= 1;
    }
  }

  /** Gives the bitmap of so many rows, null where all are valid, and starts anew. */
  finish(rowCount: number): ArrayBuffer | null {
    const byteCount = (rowCount + 7) >> 3;
    const bits =
      this.nullCount === 0 ? null : this.bits !== null && this.bits.length >= byteCount ? this.bits : this.grow(byteCount);
    this.bits = null;
    this.nullCount = 0;
    return bits === null ? null : bits.buffer.transfer(byteCount);
  }

  private grow(byteCount: number): Uint8Array<ArrayBuffer> {
    while (this.capacity < byteCount) this.capacity *= 2;
    const bits = new Uint8Array(this.capacity).fill(ALL_VALID);
    if (this.bits !== null) bits.set(this.bits);
    this.bits = bits;
    return bits;
  }
}
