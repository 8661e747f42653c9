/**
 * Bytes that grow at their end: where encoders write. Multi-byte numbers are big-endian, as the protocol has them. Fields are
 * open because inner loops write into `bytes` themselves after one `need`. Bench: bench/micro/encode-pg-rows.ts.
 */

/** Texts and copies shorter than this are written byte by byte: a native call costs more. */
const LOOP_BYTES = 40;

export class ByteSink {
  /** Replaced by `need`: read it again after each call that writes. */
  bytes: Buffer;
  /** Where the next byte goes. */
  at = 0;

  constructor(firstBytes = 1024) {
    this.bytes = Buffer.allocUnsafeSlow(firstBytes);
  }

  /** Makes room for `count` bytes behind `at`. */
  need(count: number): void {
    const wanted = this.at + count;
    if (wanted <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(wanted, this.bytes.length * 2));
    this.bytes.copy(grown, 0, 0, this.at);
    this.bytes = grown;
  }

  byte(value: number): void {
    this.need(1);
    this.bytes[this.at++] = value;
  }

  int16(value: number): void {
    this.need(2);
    this.bytes[this.at] = value >> 8;
    this.bytes[this.at + 1] = value;
    this.at += 2;
  }

  int32(value: number): void {
    this.need(4);
    this.patchInt32(this.at, value);
    this.at += 4;
  }

  int64(value: bigint): void {
    this.need(8);
    this.bytes.writeBigUInt64BE(BigInt.asUintN(64, value), this.at);
    this.at += 8;
  }

  float32(value: number): void {
    this.need(4);
    this.bytes.writeFloatBE(value, this.at);
    this.at += 4;
  }

  float64(value: number): void {
    this.need(8);
    this.bytes.writeDoubleBE(value, this.at);
    this.at += 8;
  }

  /** Writes over four bytes that were left free. */
  patchInt32(at: number, value: number): void {
    const { bytes } = this;
    bytes[at] = value >> 24;
    bytes[at + 1] = value >> 16;
    bytes[at + 2] = value >> 8;
    bytes[at + 3] = value;
  }

  /** Writes text of code units below 256, a byte each. */
  latin1(text: string): void {
    this.need(text.length);
    if (text.length < LOOP_BYTES) {
      const { bytes, at } = this;
      for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
    } else {
      this.bytes.write(text, this.at, text.length, 'latin1');
    }
    this.at += text.length;
  }

  utf8(text: string): void {
    const mostBytes = text.length * 3;
    this.need(mostBytes);
    this.at += this.bytes.write(text, this.at, mostBytes, 'utf8');
  }

  /** Copies source[from, to). */
  copy(source: Uint8Array, from: number, to: number): void {
    const count = to - from;
    this.need(count);
    if (count < LOOP_BYTES) {
      const { bytes, at } = this;
      for (let i = 0; i < count; i++) bytes[at + i] = source[from + i] ?? 0;
    } else {
      this.bytes.set(source.subarray(from, to), this.at);
    }
    this.at += count;
  }

  /** Writes the decimal digits of a safe integer. */
  integer(value: number): void {
    this.need(17);
    const { bytes } = this;
    let rest = value;
    if (rest < 0) {
      bytes[this.at++] = 0x2d;
      rest = -rest;
    }
    if (rest >= 1e8) {
      const high = Math.floor(rest / 1e8);
      this.shortInteger(high);
      this.paddedEight(rest - high * 1e8);
    } else {
      this.shortInteger(rest);
    }
  }

  /** 0 to 90,071,992 and below 1e8 in any case. */
  private shortInteger(value: number): void {
    const { bytes } = this;
    const count =
      value < 10
        ? 1
        : value < 100
          ? 2
          : value < 1e3
            ? 3
            : value < 1e4
              ? 4
              : value < 1e5
                ? 5
                : value < 1e6
                  ? 6
                  : value < 1e7
                    ? 7
                    : 8;
    let rest = value | 0;
    for (let at = this.at + count - 1; at >= this.at; at--) {
      const tenth = (rest / 10) | 0;
      bytes[at] = 0x30 + rest - tenth * 10;
      rest = tenth;
    }
    this.at += count;
  }

  private paddedEight(value: number): void {
    const { bytes } = this;
    let rest = value | 0;
    for (let at = this.at + 7; at >= this.at; at--) {
      const tenth = (rest / 10) | 0;
      bytes[at] = 0x30 + rest - tenth * 10;
      rest = tenth;
    }
    this.at += 8;
  }

  /** What was written, as a view: the sink must not be used again. */
  take(): Uint8Array {
    return this.bytes.subarray(0, this.at);
  }
}
