/**
 * DOUBLE and FLOAT: decimal notation with or without an exponent (`.5` and `5.` too), inf, infinity, nan in any case. No `+`
 * in front, no hexadecimal, no spaces. What is too large for the type is an error; what is too small becomes 0.
 */
import type { ValueParser } from './views.ts';

const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;
/** Integers below 10^15 and powers of ten up to 10^15 are exact doubles, so their quotient is rounded once: it is the nearest double. */
export const FAST_DIGITS = 15;
const POWERS_OF_TEN = Array.from({ length: FAST_DIGITS + 1 }, (_, power) => 10 ** power);

/** Reads a double; undefined where the text is none, or is finite and out of range. Bench: bench/micro/builders.ts. */
export function doubleFrom(bytes: Buffer, start: number, end: number): number | undefined {
  const isNegative = bytes[start] === MINUS;
  let digits = 0;
  let mantissa = 0;
  let pointAt = -1;
  for (let position = isNegative ? start + 1 : start; position < end; position += 1) {
    const byte = bytes[position] ?? 0;
    const digit = byte - ZERO;
    if (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      digits += 1;
    } else if (byte === POINT && pointAt < 0) pointAt = position;
    else return slowDoubleFrom(bytes, start, end);
  }
  if (digits === 0 || digits > FAST_DIGITS) return slowDoubleFrom(bytes, start, end);
  const fraction = pointAt < 0 ? 0 : end - 1 - pointAt;
  const value = fraction === 0 ? mantissa : quotientOf(mantissa, fraction);
  return isNegative ? -value : value;
}

/** The nearest double of mantissa / 10^places, both up to FAST_DIGITS digits. */
export function quotientOf(mantissa: number, places: number): number {
  return mantissa / (POWERS_OF_TEN[places] ?? 1);
}

export const parseDouble: ValueParser = (bytes, start, end, into, row) => {
  const value = doubleFrom(bytes, start, end);
  if (value === undefined) return false;
  into.float64[row] = value;
  return true;
};

/** FLOAT is read as DOUBLE, then rounded to the nearest float. */
export const parseFloat32: ValueParser = (bytes, start, end, into, row) => {
  const value = doubleFrom(bytes, start, end);
  if (value === undefined) return false;
  const rounded = Math.fround(value);
  if (Number.isFinite(value) && !Number.isFinite(rounded)) return false;
  into.float32[row] = rounded;
  return true;
};

function slowDoubleFrom(bytes: Buffer, start: number, end: number): number | undefined {
  if (!isDecimalNotation(bytes, start, end)) return specialFrom(bytes, start, end);
  const value = Number(bytes.toString('latin1', start, end));
  return Number.isFinite(value) ? value : undefined;
}

/** `-? (digits [. digits?] | . digits) ([eE] [+-]? digits)?` */
function isDecimalNotation(bytes: Buffer, start: number, end: number): boolean {
  const whole = bytes[start] === MINUS ? start + 1 : start;
  let position = skipDigits(bytes, whole, end);
  let digits = position - whole;
  if (position < end && bytes[position] === POINT) {
    const fraction = position + 1;
    position = skipDigits(bytes, fraction, end);
    digits += position - fraction;
  }
  if (digits === 0) return false;
  if (position === end) return true;
  if (((bytes[position] ?? 0) | 0x20) !== 0x65) return false;
  position += 1;
  if (position < end && (bytes[position] === PLUS || bytes[position] === MINUS)) position += 1;
  return position < end && skipDigits(bytes, position, end) === end;
}

function skipDigits(bytes: Buffer, start: number, end: number): number {
  let position = start;
  while (position < end) {
    const digit = (bytes[position] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) break;
    position += 1;
  }
  return position;
}

const SPECIALS: ReadonlyMap<string, number> = new Map([
  ['inf', Number.POSITIVE_INFINITY],
  ['infinity', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['-infinity', Number.NEGATIVE_INFINITY],
  ['nan', Number.NaN],
  ['-nan', Number.NaN],
]);

function specialFrom(bytes: Buffer, start: number, end: number): number | undefined {
  if (end - start > '-infinity'.length) return undefined;
  return SPECIALS.get(bytes.toString('latin1', start, end).toLowerCase());
}
