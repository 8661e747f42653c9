/**
 * Integers: an optional `-`, then digits. No `+` (Redis' own integers have none), no spaces, no point, no exponent; leading
 * zeros are taken. Out of the type's range is an error, never a wrap.
 */
import { type PhysicalViews, type ValueParser, writeInt64, writeInt128, writeScaled } from './views.ts';

const MINUS = 0x2d;
const ZERO = 0x30;
/** As many digits always fit a double exactly, but for the last 9 % of the range: those are looked at. */
const FAST_DIGITS = 16;
/** Digits of 2^128; longer texts (without leading zeros) are out of every range. */
const MAX_DIGITS = 39;
/** BIGINT's bounds, split before the last nine digits. */
const MAX_HIGH = 9_223_372_036;
const MAX_LOW = 854_775_807;

/**
 * Reads an integer: a number where it is a safe integer of up to 16 digits, a bigint above that, undefined where the text
 * is no integer or has more than 39 digits.
 */
export function integerFrom(bytes: Buffer, start: number, end: number): number | bigint | undefined {
  const isNegative = bytes[start] === MINUS;
  const digits = skipZeros(bytes, isNegative ? start + 1 : start, end);
  if (digits < 0) return undefined;
  const value = digitsFrom(bytes, digits, end);
  if (value < 0) return undefined;
  if (end - digits <= FAST_DIGITS && Number.isSafeInteger(value)) return isNegative ? 0 - value : value;
  if (end - digits > MAX_DIGITS) return undefined;
  const long = BigInt(bytes.toString('latin1', digits, end));
  return isNegative ? -long : long;
}

/** BIGINT, without a BigInt at any length. */
export const parseBigint: ValueParser = (bytes, start, end, into, row) => {
  const isNegative = bytes[start] === MINUS;
  const digits = skipZeros(bytes, isNegative ? start + 1 : start, end);
  if (digits < 0) return false;
  if (end - digits >= FAST_DIGITS) return parseLong(bytes, digits, end, isNegative, into, row);
  const value = digitsFrom(bytes, digits, end);
  if (value < 0) return false;
  writeInt64(into, row, isNegative ? 0 - value : value);
  return true;
};

export const parseTinyint: ValueParser = smallParser(-128, 127, (into, row, value) => {
  into.bytes[row] = value;
});
export const parseUtinyint: ValueParser = smallParser(0, 255, (into, row, value) => {
  into.bytes[row] = value;
});
export const parseSmallint: ValueParser = smallParser(-32_768, 32_767, (into, row, value) => {
  into.int16[row] = value;
});
export const parseUsmallint: ValueParser = smallParser(0, 65_535, (into, row, value) => {
  into.int16[row] = value;
});
export const parseInteger: ValueParser = smallParser(-2_147_483_648, 2_147_483_647, (into, row, value) => {
  into.int32[row] = value;
});
export const parseUinteger: ValueParser = smallParser(0, 4_294_967_295, (into, row, value) => {
  into.int32[row] = value;
});

export const parseUbigint: ValueParser = wideParser(0n, 2n ** 64n - 1n, (into, row, value) => {
  into.int64[row] = BigInt.asIntN(64, value);
});
export const parseHugeint: ValueParser = wideParser(-(2n ** 127n), 2n ** 127n - 1n, writeInt128);
export const parseUhugeint: ValueParser = wideParser(0n, 2n ** 128n - 1n, writeInt128);

function smallParser(min: number, max: number, write: (into: PhysicalViews, row: number, value: number) => void): ValueParser {
  return (bytes, start, end, into, row) => {
    const value = integerFrom(bytes, start, end);
    if (typeof value !== 'number' || value < min || value > max) return false;
    write(into, row, value);
    return true;
  };
}

function wideParser(min: bigint, max: bigint, write: (into: PhysicalViews, row: number, value: bigint) => void): ValueParser {
  return (bytes, start, end, into, row) => {
    const integer = integerFrom(bytes, start, end);
    if (integer === undefined) return false;
    const value = BigInt(integer);
    if (value < min || value > max) return false;
    write(into, row, value);
    return true;
  };
}

/** BIGINT of 16 to 19 digits, in two parts. */
function parseLong(bytes: Buffer, digits: number, end: number, isNegative: boolean, into: PhysicalViews, row: number): boolean {
  if (end - digits > 19) return false;
  const high = digitsFrom(bytes, digits, end - 9);
  const low = digitsFrom(bytes, end - 9, end);
  if (high < 0 || low < 0 || high > MAX_HIGH) return false;
  if (high === MAX_HIGH && low > (isNegative ? MAX_LOW + 1 : MAX_LOW)) return false;
  if (isNegative) writeScaled(into, row, -high, 1e9, -low);
  else writeScaled(into, row, high, 1e9, low);
  return true;
}

/** The place of the first digit that counts, the last digit's in a zero; -1 where there is nothing. */
function skipZeros(bytes: Buffer, start: number, end: number): number {
  if (start >= end) return -1;
  let position = start;
  while (position < end - 1 && bytes[position] === ZERO) position += 1;
  return position;
}

/** The value of a run of digits, exact up to 2^53; -1 where another byte stands among them. */
function digitsFrom(bytes: Buffer, start: number, end: number): number {
  let value = 0;
  for (let position = start; position < end; position += 1) {
    const digit = (bytes[position] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
