/**
 * The parts of date and time texts: fixed places, all digits, real calendar (proleptic Gregorian, years 0001 to 9999). Every
 * function gives NONE where the text does not fit.
 */

/** No part: below every real value. */
export const NONE = -2_147_483_648;

export const SECONDS_A_DAY = 86_400;

const ZERO = 0x30;
const HYPHEN = 0x2d;
const COLON = 0x3a;
const DAYS_OF_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** Days from 0000-03-01 to 1970-01-01. */
const EPOCH_OFFSET = 719_468;

/** Reads `YYYY-MM-DD` at `start`: days since 1970-01-01. The ten bytes exist. */
export function daysAt(bytes: Buffer, start: number): number {
  const century = twoDigitsAt(bytes, start);
  const yearOfCentury = twoDigitsAt(bytes, start + 2);
  const month = twoDigitsAt(bytes, start + 5);
  const day = twoDigitsAt(bytes, start + 8);
  if (century < 0 || yearOfCentury < 0 || bytes[start + 4] !== HYPHEN || bytes[start + 7] !== HYPHEN) return NONE;
  const year = century * 100 + yearOfCentury;
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > (DAYS_OF_MONTH[month - 1] ?? 0)) return NONE;
  if (month === 2 && day === 29 && !isLeap(year)) return NONE;
  return daysFromCivil(year, month, day);
}

/** Reads `HH:MM` at `start`: seconds since midnight, hours 00 to 23. The five bytes exist. */
export function minutesAt(bytes: Buffer, start: number): number {
  const hour = twoDigitsAt(bytes, start);
  const minute = twoDigitsAt(bytes, start + 3);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || bytes[start + 2] !== COLON) return NONE;
  return hour * 3600 + minute * 60;
}

/** Reads `:SS` at `start`: 0 to 59; there is no leap second. The three bytes exist. */
export function secondsAt(bytes: Buffer, start: number): number {
  const second = twoDigitsAt(bytes, start + 1);
  return bytes[start] !== COLON || second < 0 || second > 59 ? NONE : second;
}

/**
 * Reads the digits [start, end) behind a point in units of 10^-places seconds. NONE where there is no digit, another byte,
 * or a digit other than 0 behind the last place: a value is not rounded.
 */
export function fractionIn(bytes: Buffer, start: number, end: number, places: number): number {
  if (start >= end) return NONE;
  let value = 0;
  for (let position = start; position < end; position += 1) {
    const digit = (bytes[position] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return NONE;
    if (position - start < places) value = value * 10 + digit;
    else if (digit !== 0) return NONE;
  }
  return value * 10 ** Math.max(0, places - (end - start));
}

/** Reads two digits; a negative number where they are none. */
export function twoDigitsAt(bytes: Buffer, start: number): number {
  const tens = (bytes[start] ?? 0) - ZERO;
  const ones = (bytes[start + 1] ?? 0) - ZERO;
  return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? NONE : tens * 10 + ones;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Howard Hinnant's days_from_civil (https://howardhinnant.github.io/date_algorithms.html), for years from 0 up. */
function daysFromCivil(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - EPOCH_OFFSET;
}
