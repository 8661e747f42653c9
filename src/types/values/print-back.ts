/**
 * The parsers of inferred columns: each takes only texts that print back byte for byte under its type, so that a value never
 * changes by the type being inferred. Where distinct texts are distinct values, a sample that missed one does no harm: it is
 * refused, not read as something else. Declared columns are read by the wider parsers of parser-of.ts.
 *
 * BIGINT       `0`, `-?[1-9]…` in range: as DuckDB and Redis print it. Not `007`, `+7`, `-0`, `1e3`.
 * DOUBLE       plain decimal notation of the nearest double's shortest digits; whole numbers as `30` (JavaScript, Redis) or
 *              as `30.0` (DuckDB, Python). Whole numbers up to 2^53, others where neither printer takes an exponent.
 *              Not `1.50`, `.5`, `1e-7`, `nan`, `-0`.
 * BOOLEAN      `true`, `false`.
 * DATE         `YYYY-MM-DD`, which is all that its parser takes.
 * TIMESTAMP    `YYYY-MM-DD HH:MM:SS[.f]`, the fraction 1 to 6 digits without a 0 at its end: as DuckDB prints it.
 * TIMESTAMPTZ  the same and `+00`: as DuckDB prints it in a session in UTC. ISO 8601 (`2024-01-02T03:04:05Z`) prints back
 *              otherwise and so stays VARCHAR; a column may be declared TIMESTAMPTZ.
 */
import type { SqlType } from '../sql-type.ts';
import { parseBoolean } from './boolean.ts';
import { FAST_DIGITS, quotientOf } from './floating.ts';
import { parseBigint } from './integers.ts';
import { parserOf } from './parser-of.ts';
import { parseTimestamp } from './timestamps.ts';
import type { ValueParser } from './views.ts';

const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const SPACE = 0x20;
const SMALL_T = 0x74;
const SMALL_F = 0x66;
/** Bytes of `2024-01-02 03:04:05`. */
const TO_THE_SECOND = 19;
/** Below this, DuckDB prints an exponent. */
const LEAST_PLAIN = 1e-4;

/**
 * Gives the parser of a type that takes only what prints back; for a type that is never inferred, the type's own.
 * @throws {RedQueryError} RQ_INTERNAL for a type that no Redis value is read as.
 */
export function printBackParserOf(type: SqlType): ValueParser {
  switch (type.id) {
    case 'BIGINT':
      return parsePlainBigint;
    case 'DOUBLE':
      return parsePlainDouble;
    case 'BOOLEAN':
      return parsePlainBoolean;
    case 'TIMESTAMP':
      return parsePlainTimestamp;
    case 'TIMESTAMPTZ':
      return parsePlainTimestampTz;
    default:
      return parserOf(type);
  }
}

/**
 * Tells whether a text is a double's plain shortest form. ending: what the printer puts behind a whole number.
 */
export function isPlainDouble(text: string, ending: '' | '.0'): boolean {
  if (!/^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/.test(text)) return false;
  const value = Number(text);
  if (Number.isInteger(value)) return Math.abs(value) <= 2 ** 53 && `${value}${ending}` === text;
  return Math.abs(value) >= LEAST_PLAIN && String(value) === text;
}

const parsePlainBigint: ValueParser = (bytes, start, end, into, row) => {
  const first = bytes[start];
  if (first === ZERO) {
    if (end - start > 1) return false;
  } else if (first === MINUS && bytes[start + 1] === ZERO) return false;
  return parseBigint(bytes, start, end, into, row);
};

/**
 * Decimals of up to 15 digits are distinct doubles, so that a text of so many without needless zeros is the shortest of its
 * double. Longer ones are compared with what is printed. Bench: bench/micro/builders.ts.
 */
const parsePlainDouble: ValueParser = (bytes, start, end, into, row) => {
  const isNegative = bytes[start] === MINUS;
  const first = isNegative ? start + 1 : start;
  let digits = 0;
  let mantissa = 0;
  let pointAt = -1;
  for (let position = first; position < end; position += 1) {
    const byte = bytes[position] ?? 0;
    const digit = byte - ZERO;
    if (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      digits += 1;
    } else if (byte === POINT && pointAt < 0) pointAt = position;
    else return false;
  }
  const whole = (pointAt < 0 ? end : pointAt) - first;
  const fraction = digits - whole;
  if (whole === 0 || (whole > 1 && bytes[first] === ZERO) || (pointAt >= 0 && fraction === 0)) return false;
  // A zero at the end of a fraction is one too many, but for that of `30.0`.
  if (fraction > 0 && bytes[end - 1] === ZERO && (fraction > 1 || pointAt !== end - 2)) return false;
  if (digits > FAST_DIGITS) return parseLongDouble(bytes, start, end, into, row);
  const value = fraction === 0 ? mantissa : quotientOf(mantissa, fraction);
  if (value < LEAST_PLAIN && (value !== 0 || isNegative)) return false;
  into.float64[row] = isNegative ? -value : value;
  return true;
};

/** Of digits with at most one point, no needless zeros among them. */
const parseLongDouble: ValueParser = (bytes, start, end, into, row) => {
  const text = bytes.toString('latin1', start, end);
  const value = Number(text);
  const size = Math.abs(value);
  if (size < LEAST_PLAIN) return false;
  // Above 2^52 every double is whole.
  const isPrinted = String(value) === text || (Number.isInteger(value) && `${value}.0` === text);
  if (!isPrinted || size > 2 ** 53) return false;
  into.float64[row] = value;
  return true;
};

const parsePlainBoolean: ValueParser = (bytes, start, end, into, row) => {
  // The words of four and five bytes, of which parseBoolean takes `true` and `false` in any case.
  const first = bytes[start];
  if (!(end - start === 4 && first === SMALL_T) && !(end - start === 5 && first === SMALL_F)) return false;
  for (let position = start; position < end; position += 1) if (((bytes[position] ?? 0) & SPACE) === 0) return false;
  return parseBoolean(bytes, start, end, into, row);
};

const parsePlainTimestamp: ValueParser = (bytes, start, end, into, row) => {
  return isPlainTimestamp(bytes, start, end) && parseTimestamp(bytes, start, end, into, row);
};

const parsePlainTimestampTz: ValueParser = (bytes, start, end, into, row) => {
  const isUtc = bytes[end - 3] === PLUS && bytes[end - 2] === ZERO && bytes[end - 1] === ZERO;
  return isUtc && isPlainTimestamp(bytes, start, end - 3) && parseTimestamp(bytes, start, end, into, row);
};

/** Looks at what the parser of TIMESTAMP is free about: the separator, seconds left out, the fraction's length, a zone. */
function isPlainTimestamp(bytes: Buffer, start: number, end: number): boolean {
  const length = end - start;
  if (length < TO_THE_SECOND || bytes[start + 10] !== SPACE || bytes[start + 16] !== COLON) return false;
  if (length === TO_THE_SECOND) return true;
  if (length > TO_THE_SECOND + 7 || bytes[start + TO_THE_SECOND] !== POINT || bytes[end - 1] === ZERO) return false;
  for (let position = start + TO_THE_SECOND + 1; position < end; position += 1) {
    const byte = bytes[position] ?? 0;
    if (byte < ZERO || byte > NINE) return false;
  }
  return length > TO_THE_SECOND + 1;
}
