/** A growing run of bytes in network order, with lengths that are filled in afterwards. */

const SLAB_BYTES = 4096;
/** A slab is used on behind what was taken only while this much is free, so that small messages share one. */
const MIN_FREE_BYTES = 256;
const NUL = /\0/g;

/** Writes behind the last byte; `take` gives the bytes since the last `take` and never copies them. */
export class ByteSink {
  #bytes = Buffer.allocUnsafeSlow(SLAB_BYTES);
  #start = 0;
  #at = 0;

  get byteLength(): number {
    return this.#at - this.#start;
  }

  take(): Uint8Array {
    const taken = this.#bytes.subarray(this.#start, this.#at);
    this.#start = this.#at;
    if (this.#bytes.length - this.#at < MIN_FREE_BYTES) {
      this.#bytes = Buffer.allocUnsafeSlow(SLAB_BYTES);
      this.#start = 0;
      this.#at = 0;
    }
    return taken;
  }

  int8(value: number): void {
    this.#need(1);
    this.#bytes[this.#at] = value;
    this.#at += 1;
  }

  /** Signed or not: the low 16 bits. */
  int16(value: number): void {
    this.#need(2);
    this.#bytes.writeUInt16BE(value & 0xffff, this.#at);
    this.#at += 2;
  }

  /** Signed or not (object ids are unsigned): the low 32 bits. */
  int32(value: number): void {
    this.#need(4);
    this.#bytes.writeInt32BE(value | 0, this.#at);
    this.#at += 4;
  }

  bytes(value: Uint8Array): void {
    this.#need(value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
  }

  /** UTF-8 and a NUL. A NUL inside would end the text early and shift all that follows: it is left out. */
  text(value: string): void {
    const safe = value.includes('\0') ? value.replace(NUL, '') : value;
    this.#need(3 * safe.length + 1);
    this.#at += this.#bytes.write(safe, this.#at, 'utf8');
    this.#bytes[this.#at] = 0;
    this.#at += 1;
  }

  /** UTF-8 behind an int32 of its byte count, as DataRow has it. */
  sizedText(value: string): void {
    const position = this.byteLength;
    this.int32(0);
    this.#need(3 * value.length);
    const byteCount = this.#bytes.write(value, this.#at, 'utf8');
    this.#at += byteCount;
    this.#bytes.writeInt32BE(byteCount, this.#start + position);
  }

  /** Leaves room for an int32 that counts itself and all up to `endLength`; gives where it is. */
  beginLength(): number {
    const position = this.byteLength;
    this.int32(0);
    return position;
  }

  endLength(position: number): void {
    this.#bytes.writeInt32BE(this.byteLength - position, this.#start + position);
  }

  #need(byteCount: number): void {
    if (this.#bytes.length - this.#at >= byteCount) return;
    const held = this.byteLength;
    const grown = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, 2 * (held + byteCount)));
    this.#bytes.copy(grown, 0, this.#start, this.#at);
    this.#bytes = grown;
    this.#start = 0;
    this.#at = held;
  }
}
