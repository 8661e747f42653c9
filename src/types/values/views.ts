/** Typed views over the values of one fixed-width column, so that each parser writes in the width it needs. */
export class PhysicalViews {
  readonly buffer: ArrayBuffer;
  readonly bytes: Uint8Array;
  readonly int16: Int16Array;
  readonly int32: Int32Array;
  readonly int64: BigInt64Array;
  readonly float32: Float32Array;
  readonly float64: Float64Array;

  /** buffer: its byteLength is a multiple of 8. */
  constructor(buffer: ArrayBuffer) {
    this.buffer = buffer;
    this.bytes = new Uint8Array(buffer);
    this.int16 = new Int16Array(buffer);
    this.int32 = new Int32Array(buffer);
    this.int64 = new BigInt64Array(buffer);
    this.float32 = new Float32Array(buffer);
    this.float64 = new Float64Array(buffer);
  }
}

/**
 * Parses bytes[start, end) as a whole and writes the physical value at `row`. False when the text is none of the type's:
 * the slot of that row may then hold anything.
 */
export type ValueParser = (bytes: Buffer, start: number, end: number, into: PhysicalViews, row: number) => boolean;

const TWO_32 = 4_294_967_296;
const TWO_20 = 1_048_576;

/** Writes a safe integer as 64 bits, without a BigInt. */
export function writeInt64(into: PhysicalViews, row: number, value: number): void {
  into.int32[row * 2] = value | 0;
  into.int32[row * 2 + 1] = Math.floor(value / TWO_32);
}

/**
 * Writes `count * factor + rest` as 64 bits, exactly and without a BigInt, also where it is no safe integer. The caller
 * knows that it fits. count: an integer up to 10^12 · factor: up to 10^9 · rest: within ±2^50.
 */
export function writeScaled(into: PhysicalViews, row: number, count: number, factor: number, rest: number): void {
  const countHigh = Math.floor(count / TWO_20);
  const high = countHigh * factor; // of weight 2^20; below 2^53
  const highOfHigh = Math.floor(high / 4096); // of weight 2^32
  const low = (high - highOfHigh * 4096) * TWO_20 + (count - countHigh * TWO_20) * factor + rest; // below 2^53
  into.int32[row * 2] = low | 0;
  into.int32[row * 2 + 1] = highOfHigh + Math.floor(low / TWO_32);
}

/** Writes a bigint of up to 128 bits, two's complement, little-endian; an unsigned one keeps its bits. */
export function writeInt128(into: PhysicalViews, row: number, value: bigint): void {
  into.int64[row * 2] = BigInt.asIntN(64, value);
  into.int64[row * 2 + 1] = BigInt.asIntN(64, value >> 64n);
}
