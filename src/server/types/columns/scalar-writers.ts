/** Booleans, floats, text, bytes, bits, uuids and enums, each for its own PostgreSQL type, in text and binary. */
import { isUtf8 } from 'node:buffer';
import type { SqlType } from '../../../types/index.ts';
import { PgError } from '../../pg-error.ts';
import type { Format } from '../../words.ts';
import type { ByteSink } from '../byte-sink.ts';
import { OID } from '../pg-types.ts';
import type { TextStyle } from '../text-style.ts';
import { hexText } from '../values/bytea-text.ts';
import { float4Text, float8Text } from '../values/numbers.ts';
import { hyphenated } from '../values/texts.ts';
import { type CellWriter, type ColumnWriter, fixedOf, smallIntegers, varlenOf } from './cell-writer.ts';

/** BOOLEAN as bool. */
export function booleanWriter(format: Format): ColumnWriter {
  const [yes, no] = format === 0 ? [0x74, 0x66] : [1, 0];
  return (column) => {
    const values = new Uint8Array(fixedOf(column).values);
    return (sink, row) => sink.byte(values[row] === 0 ? no : yes);
  };
}

const FIXED_WHOLE = 1e15;

/** FLOAT and DOUBLE as float4 or float8. */
export function floatWriter(oid: number, format: Format, style: TextStyle): ColumnWriter {
  const isSingle = oid === OID.FLOAT4;
  const digits = style.extraFloatDigits;
  return (column) => {
    const fixed = fixedOf(column);
    const values = fixed.byteWidth === 4 ? new Float32Array(fixed.values) : new Float64Array(fixed.values);
    const isNarrowed = isSingle && fixed.byteWidth === 8;
    if (isNarrowed) return narrowedFloatWriter(values, format, digits);
    if (isSingle) {
      return format === 1
        ? (sink, row) => sink.float32(values[row] ?? 0)
        : (sink, row) => sink.latin1(float4Text(values[row] ?? 0, digits));
    }
    if (format === 1) return (sink, row) => sink.float64(values[row] ?? 0);
    return (sink, row) => {
      const value = values[row] ?? 0;
      // Whole numbers, -0 not among them: 1 / -0 is below 0.
      const isWhole =
        digits > 0 && Math.abs(value) < FIXED_WHOLE && value === Math.trunc(value) && (value !== 0 || 1 / value > 0);
      if (isWhole) sink.integer(value);
      else if (digits <= 0 || !writeShortFraction(sink, value)) sink.latin1(float8Text(value, digits));
    };
  };
}

/**
 * Writes a value of at most six digits behind the point; false, with nothing written, for any other. Below 1e9 these are at
 * most 15 digits, and one decimal of so few digits at most reads back as a double: no shorter text exists.
 */
function writeShortFraction(sink: ByteSink, value: number): boolean {
  const size = Math.abs(value);
  if (size >= 1e9 || size < 1e-4) return false;
  const millionths = Math.round(size * 1e6);
  if (millionths / 1e6 !== size) return false;
  const whole = Math.floor(millionths / 1e6);
  if (value < 0) sink.byte(0x2d);
  sink.integer(whole);
  sink.need(7);
  const { bytes, at } = sink;
  let rest = millionths - whole * 1e6;
  bytes[at] = 0x2e;
  for (let i = 6; i > 0; i--) {
    const tenth = (rest / 10) | 0;
    bytes[at + i] = 0x30 + rest - tenth * 10;
    rest = tenth;
  }
  let end = at + 7;
  while (bytes[end - 1] === 0x30) end--;
  sink.at = end;
  return true;
}

function narrowedFloatWriter(values: Float32Array | Float64Array, format: Format, digits: number): CellWriter {
  return (sink, row) => {
    const value = values[row] ?? 0;
    const single = Math.fround(value);
    if (!Number.isFinite(single) && Number.isFinite(value)) throw new PgError('22003', 'value out of range: overflow');
    if (single === 0 && value !== 0) throw new PgError('22003', 'value out of range: underflow');
    if (format === 1) sink.float32(single);
    else sink.latin1(float4Text(single, digits));
  };
}

/** VARCHAR as it is: text, varchar, json; the two formats are alike. */
export const textWriter: ColumnWriter = (column) => {
  const varlen = varlenOf(column);
  const offsets = new Int32Array(varlen.offsets);
  const bytes = new Uint8Array(varlen.values);
  return (sink, row) => sink.copy(bytes, offsets[row] ?? 0, offsets[row + 1] ?? 0);
};

/** Gives the bytes of each value, as views. */
export function bytesReader(column: Parameters<ColumnWriter>[0]): (row: number) => Uint8Array {
  const varlen = varlenOf(column);
  const offsets = new Int32Array(varlen.offsets);
  const bytes = new Uint8Array(varlen.values);
  return (row) => bytes.subarray(offsets[row] ?? 0, offsets[row + 1] ?? 0);
}

/** BLOB as bytea. */
export function blobWriter(format: Format, style: TextStyle): ColumnWriter {
  if (format === 1) return textWriter;
  return (column) => {
    const read = bytesReader(column);
    return (sink, row) => sink.latin1(hexText(read(row), style.byteaOutput));
  };
}

/** BLOB as text, where it is text: Redis values are bytes. @throws {PgError} 22021. */
export const blobTextWriter: ColumnWriter = (column) => {
  const read = bytesReader(column);
  return (sink, row) => {
    const bytes = read(row);
    if (!isUtf8(bytes)) throw new PgError('22021', 'invalid byte sequence for encoding "UTF8"');
    sink.copy(bytes, 0, bytes.length);
  };
};

/** BIT (one byte that counts padding bits, then the bits, padding first) as varbit. */
export function bitWriter(format: Format): ColumnWriter {
  return (column) => {
    const read = bytesReader(column);
    return (sink, row) => {
      const bits = bitText(read(row));
      if (format === 0) {
        sink.latin1(bits);
        return;
      }
      sink.int32(bits.length);
      for (let at = 0; at < bits.length; at += 8) sink.byte(Number.parseInt(bits.slice(at, at + 8).padEnd(8, '0'), 2));
    };
  };
}

function bitText(bytes: Uint8Array): string {
  let bits = '';
  for (let i = 1; i < bytes.length; i++) bits += (bytes[i] ?? 0).toString(2).padStart(8, '0');
  return bits.slice(bytes[0] ?? 0);
}

/** UUID: 16 bytes little-endian with the top bit turned. */
export function uuidWriter(format: Format): ColumnWriter {
  return (column) => {
    const values = new Uint8Array(fixedOf(column).values);
    const one = Buffer.alloc(16);
    return (sink, row) => {
      for (let i = 0; i < 16; i++) one[i] = values[16 * row + 15 - i] ?? 0;
      one[0] = (one[0] ?? 0) ^ 0x80;
      if (format === 1) sink.copy(one, 0, 16);
      else sink.latin1(hyphenated(one.toString('hex')));
    };
  };
}

/** ENUM as text: each word of the dictionary is encoded once. */
export function enumWriter(type: SqlType): ColumnWriter {
  const words = (type.values ?? []).map((word) => Buffer.from(word));
  const none = Buffer.alloc(0);
  return (column) => {
    const read = smallIntegers(fixedOf(column), false);
    return (sink, row) => {
      const word = words[read(row)] ?? none;
      sink.copy(word, 0, word.length);
    };
  };
}

/** BIGNUM: three bytes of header (top bit set: not negative), then the magnitude; all bits of a negative one are turned. */
export function bignumText(bytes: Uint8Array): string {
  const isNegative = ((bytes[0] ?? 0x80) & 0x80) === 0;
  const magnitude = Buffer.from(bytes.subarray(3));
  if (isNegative) for (let i = 0; i < magnitude.length; i++) magnitude[i] = ~(magnitude[i] ?? 0);
  const value = magnitude.length === 0 ? 0n : BigInt(`0x${magnitude.toString('hex')}`);
  return String(isNegative ? -value : value);
}
