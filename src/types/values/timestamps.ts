/**
 * The five timestamp types, from text or from an integer.
 *
 * text: `YYYY-MM-DD`, then [ T]`HH:MM`, then `:SS`, then `.fraction`, then Z or an offset `+HH`, `+HHMM`, `+HH:MM`; each part
 * needs those before it, the offset only a time. An offset is applied: all types hold UTC, and a text without one is taken
 * as UTC. A fraction finer than the type's unit is an error unless it is zeros.
 * integer: of the declared unit for TIMESTAMP_S, _MS, _NS. For TIMESTAMP and TIMESTAMPTZ by size: below 10^10 seconds, below
 * 10^13 milliseconds, else microseconds (10^10 s is the year 2286, 10^10 ms April 1970).
 */
import { daysAt, fractionIn, minutesAt, NONE, SECONDS_A_DAY, secondsAt, twoDigitsAt } from './calendar.ts';
import { integerFrom } from './integers.ts';
import { type PhysicalViews, type ValueParser, writeInt64, writeScaled } from './views.ts';

/** One unit of time: how many a second has, its places behind the point, and what DuckDB can print of it. */
interface TimeUnit {
  readonly perSecond: 1 | 1e3 | 1e6 | 1e9;
  readonly places: 0 | 3 | 6 | 9;
  readonly min: bigint;
  readonly max: bigint;
}

/** 290309-12-22 (BC) to 294247-01-10T04:00:54.775806: the µs that DuckDB calls finite. */
const MICROS_MIN = -9_223_372_022_400_000_000n;
const MICROS_MAX = 9_223_372_036_854_775_806n;
const SECONDS: TimeUnit = { perSecond: 1, places: 0, min: MICROS_MIN / 1_000_000n, max: MICROS_MAX / 1_000_000n };
const MILLIS: TimeUnit = { perSecond: 1e3, places: 3, min: MICROS_MIN / 1000n, max: MICROS_MAX / 1000n };
const MICROS: TimeUnit = { perSecond: 1e6, places: 6, min: MICROS_MIN, max: MICROS_MAX };
/** From 1677-09-22 to 2262-04-11. */
const NANOS: TimeUnit = { perSecond: 1e9, places: 9, min: -9_223_286_400_000_000_000n, max: 9_223_372_036_854_775_806n };

const DATE_LENGTH = 10;
/** Where the fourth digit of a year may begin a date, the fifth byte is the hyphen; in an integer it is a digit. */
const HYPHEN_AT = 4;
const HYPHEN = 0x2d;
const PLUS = 0x2b;
const SPACE = 0x20;
const POINT = 0x2e;
const COLON = 0x3a;
const LETTER_T = 0x54;
const LETTER_Z = 0x5a;
/** Seconds and milliseconds by size. */
const SECONDS_BELOW = 1e10;
const MILLIS_BELOW = 1e13;
/** Below this, µs are safe integers, too. */
const MAX_SAFE_MILLIS = 9e12;

/** TIMESTAMP and TIMESTAMPTZ: writes µs since 1970-01-01T00:00Z. */
export const parseTimestamp: ValueParser = (bytes, start, end, into, row) =>
  isDateLike(bytes, start, end)
    ? parseText(MICROS, bytes, start, end, into, row)
    : writeBySize(integerFrom(bytes, start, end), into, row);

export const parseTimestampS: ValueParser = unitParser(SECONDS);
export const parseTimestampMs: ValueParser = unitParser(MILLIS);
export const parseTimestampNs: ValueParser = unitParser(NANOS);

/** TIMESTAMPTZ from whole milliseconds, whatever their size: writes µs since 1970-01-01T00:00Z. */
export const parseMillis: ValueParser = (bytes, start, end, into, row) => {
  const value = integerFrom(bytes, start, end);
  if (typeof value === 'number' && Math.abs(value) < MAX_SAFE_MILLIS) {
    writeInt64(into, row, value * 1000);
    return true;
  }
  return writeInteger(MICROS, value === undefined ? undefined : BigInt(value) * 1000n, into, row);
};

function unitParser(unit: TimeUnit): ValueParser {
  return (bytes, start, end, into, row) =>
    isDateLike(bytes, start, end)
      ? parseText(unit, bytes, start, end, into, row)
      : writeInteger(unit, integerFrom(bytes, start, end), into, row);
}

function isDateLike(bytes: Buffer, start: number, end: number): boolean {
  return end - start >= DATE_LENGTH && bytes[start + HYPHEN_AT] === HYPHEN;
}

function writeBySize(value: number | bigint | undefined, into: PhysicalViews, row: number): boolean {
  if (typeof value !== 'number') return writeInteger(MICROS, value, into, row);
  const magnitude = Math.abs(value);
  if (magnitude < SECONDS_BELOW) writeScaled(into, row, value, 1e6, 0);
  else if (magnitude < MILLIS_BELOW) {
    const seconds = Math.floor(value / 1e3);
    writeScaled(into, row, seconds, 1e6, (value - seconds * 1e3) * 1e3);
  } else writeInt64(into, row, value);
  return true;
}

function writeInteger(unit: TimeUnit, value: number | bigint | undefined, into: PhysicalViews, row: number): boolean {
  if (value === undefined || value < unit.min || value > unit.max) return false;
  if (typeof value === 'number') writeInt64(into, row, value);
  else into.int64[row] = value;
  return true;
}

function parseText(unit: TimeUnit, bytes: Buffer, start: number, end: number, into: PhysicalViews, row: number): boolean {
  const days = daysAt(bytes, start);
  if (days === NONE) return false;
  const midnight = days * SECONDS_A_DAY;
  if (end - start === DATE_LENGTH) return writeCounts(unit, midnight, 0, into, row);
  const separator = bytes[start + DATE_LENGTH];
  if (separator !== SPACE && separator !== LETTER_T) return false;

  const timeAt = start + DATE_LENGTH + 1;
  const zoneAt = zoneStart(bytes, timeAt, end);
  const clock = clockSeconds(bytes, timeAt, zoneAt);
  const fraction = fractionOf(unit, bytes, timeAt, zoneAt);
  const offset = offsetSeconds(bytes, zoneAt, end);
  if (clock === NONE || fraction === NONE || offset === NONE) return false;
  return writeCounts(unit, midnight + clock - offset, fraction, into, row);
}

function writeCounts(unit: TimeUnit, seconds: number, fraction: number, into: PhysicalViews, row: number): boolean {
  if (unit === NANOS) {
    // A second inside the bounds, so that the product fits; the two seconds at the ends are given up.
    if (seconds < -9_223_286_400 || seconds > 9_223_372_035) return false;
  }
  writeScaled(into, row, seconds, unit.perSecond, fraction);
  return true;
}

/** The place of Z, + or - behind the time; `end` where there is none. */
function zoneStart(bytes: Buffer, timeAt: number, end: number): number {
  for (let position = timeAt; position < end; position += 1) {
    const byte = bytes[position];
    if (byte === LETTER_Z || byte === PLUS || byte === HYPHEN) return position;
  }
  return end;
}

/** `HH:MM[:SS[.…]]`; the fraction is read by fractionOf. */
function clockSeconds(bytes: Buffer, timeAt: number, end: number): number {
  const length = end - timeAt;
  if (length < 5) return NONE;
  const minutes = minutesAt(bytes, timeAt);
  if (length === 5 || minutes === NONE) return minutes;
  if (length < 8) return NONE;
  const seconds = secondsAt(bytes, timeAt + 5);
  return seconds === NONE ? NONE : minutes + seconds;
}

function fractionOf(unit: TimeUnit, bytes: Buffer, timeAt: number, end: number): number {
  if (end - timeAt <= 8) return 0;
  return bytes[timeAt + 8] === POINT ? fractionIn(bytes, timeAt + 9, end, unit.places) : NONE;
}

/** Z, `±HH`, `±HHMM`, `±HH:MM` up to 15:59; nothing is UTC. */
function offsetSeconds(bytes: Buffer, zoneAt: number, end: number): number {
  const length = end - zoneAt;
  if (length === 0) return 0;
  if (bytes[zoneAt] === LETTER_Z) return length === 1 ? 0 : NONE;
  const hasColon = length === 6 && bytes[zoneAt + 3] === COLON;
  if (length !== 3 && length !== 5 && !hasColon) return NONE;
  const hours = twoDigitsAt(bytes, zoneAt + 1);
  const minutes = length === 3 ? 0 : twoDigitsAt(bytes, end - 2);
  if (hours < 0 || hours > 15 || minutes < 0 || minutes > 59) return NONE;
  const seconds = hours * 3600 + minutes * 60;
  return bytes[zoneAt] === HYPHEN ? -seconds : seconds;
}
