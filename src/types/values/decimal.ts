/**
 * DECIMAL(width, scale): digits with at most one point, no exponent, no `+`. A value never changes: digits behind the scale
 * must be zeros, digits before the point must fit.
 */
import { decimalByteWidth } from '../physical.ts';
import { type PhysicalViews, type ValueParser, writeInt64, writeInt128 } from './views.ts';

const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
/** Unscaled values of up to so many digits are exact doubles. */
const FAST_DIGITS = 15;

/** Makes the parser of a DECIMAL's unscaled values, 2, 4, 8 or 16 bytes wide by its width. */
export function decimalParser(width: number, scale: number): ValueParser {
  const write = writerOf(decimalByteWidth(width));
  const wholeDigits = width - scale;
  return (bytes, start, end, into, row) => {
    const isNegative = bytes[start] === MINUS;
    const first = isNegative ? start + 1 : start;
    const point = pointIn(bytes, first, end);
    if (point < 0 || end - first <= (point < end ? 1 : 0)) return false;
    const whole = skipZeros(bytes, first, point);
    const tail = trimZeros(bytes, point, end);
    const fractionDigits = Math.max(0, tail - point - 1);
    if (point - whole > wholeDigits || fractionDigits > scale) return false;
    if (point - whole + scale <= FAST_DIGITS) {
      const value = unscaledNumber(bytes, whole, point, tail) * 10 ** (scale - fractionDigits);
      return write(into, row, isNegative ? 0 - value : value);
    }
    const digits = bytes.toString('latin1', whole, point) + bytes.toString('latin1', Math.min(point + 1, tail), tail);
    const value = BigInt(digits.padEnd(digits.length + scale - fractionDigits, '0'));
    return write(into, row, isNegative ? -value : value);
  };
}

type Writer = (into: PhysicalViews, row: number, value: number | bigint) => true;

function writerOf(byteWidth: 2 | 4 | 8 | 16): Writer {
  switch (byteWidth) {
    case 2:
      return (into, row, value) => {
        into.int16[row] = Number(value);
        return true;
      };
    case 4:
      return (into, row, value) => {
        into.int32[row] = Number(value);
        return true;
      };
    case 8:
      return (into, row, value) => {
        if (typeof value === 'number') writeInt64(into, row, value);
        else into.int64[row] = value;
        return true;
      };
    case 16:
      return (into, row, value) => {
        writeInt128(into, row, BigInt(value));
        return true;
      };
    default:
      return byteWidth satisfies never;
  }
}

/** The place of the point, `end` where there is none; -1 where anything but digits and one point is found. */
function pointIn(bytes: Buffer, start: number, end: number): number {
  let point = -1;
  for (let position = start; position < end; position += 1) {
    const byte = bytes[position] ?? 0;
    const digit = byte - ZERO;
    if (digit >= 0 && digit <= 9) continue;
    if (byte !== POINT || point >= 0) return -1;
    point = position;
  }
  return point < 0 ? end : point;
}

function skipZeros(bytes: Buffer, start: number, end: number): number {
  let position = start;
  while (position < end && bytes[position] === ZERO) position += 1;
  return position;
}

/** The end without zeros behind the point, and without the point where nothing else follows it. */
function trimZeros(bytes: Buffer, point: number, end: number): number {
  let position = end;
  while (position > point + 1 && bytes[position - 1] === ZERO) position -= 1;
  return position === point + 1 ? point : position;
}

function unscaledNumber(bytes: Buffer, whole: number, point: number, tail: number): number {
  let value = 0;
  for (let position = whole; position < tail; position += 1) {
    if (position !== point) value = value * 10 + (bytes[position] ?? 0) - ZERO;
  }
  return value;
}
