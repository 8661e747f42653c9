/**
 * Dates, times and intervals as text, in two styles: 'sql' is DuckDB's own print form (which DuckDB reads back), 'iso' is
 * ISO 8601 as `new Date()` reads it. Both keep every digit. Pure functions of one value; columns are not known here.
 */

export type TemporalStyle = 'sql' | 'iso';

const DAY_SECONDS = 86_400;
const INFINITE_DAYS = 2_147_483_647;
const INFINITE_TICKS = 9_223_372_036_854_775_807n;

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

/** Turns days since 1970-01-01 into year (0 = 1 BC), month and day of the proleptic Gregorian calendar. */
function civilFromDays(days: number): { year: number; month: number; day: number } {
  // Howard Hinnant, «chrono-Compatible Low-Level Date Algorithms», civil_from_days: years begin in March.
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

function isoYear(year: number): string {
  if (year >= 0 && year <= 9999) return pad(year, 4);
  return `${year < 0 ? '-' : '+'}${pad(Math.abs(year), 6)}`;
}

/** Prints a DATE, days since 1970-01-01: `2024-01-02`, `0044-03-15 (BC)` or `-000043-03-15`, `infinity`. */
export function dateText(days: number, style: TemporalStyle): string {
  if (days >= INFINITE_DAYS) return 'infinity';
  if (days <= -INFINITE_DAYS) return '-infinity';
  const { year, month, day } = civilFromDays(days);
  const monthAndDay = `-${pad(month, 2)}-${pad(day, 2)}`;
  if (style === 'iso') return isoYear(year) + monthAndDay;
  return year > 0 ? pad(year, 4) + monthAndDay : `${pad(1 - year, 4)}${monthAndDay} (BC)`;
}

function clockText(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return `${pad(Math.floor(minutes / 60), 2)}:${pad(minutes % 60, 2)}:${pad(seconds % 60, 2)}`;
}

function fractionText(fraction: number, digits: number): string {
  return fraction === 0 ? '' : `.${pad(fraction, digits).replace(/0+$/, '')}`;
}

/** Prints a TIME, ticks of 10^-digits s since midnight: `03:04:05.1`. */
export function timeText(ticks: bigint, digits: 6 | 9): string {
  const perSecond = 10 ** digits;
  // At most 86,400 · 10^9: exact as a number.
  const count = Number(ticks);
  return clockText(Math.floor(count / perSecond)) + fractionText(count % perSecond, digits);
}

/** Splits ticks since 1970 into whole seconds (floored) and the rest, both exact. */
function secondsAndRest(ticks: bigint, perSecond: number): { seconds: number; rest: number } {
  const count = Number(ticks);
  if (Number.isSafeInteger(count)) {
    const seconds = Math.floor(count / perSecond);
    return { seconds, rest: count - seconds * perSecond };
  }
  const divisor = BigInt(perSecond);
  const rest = ((ticks % divisor) + divisor) % divisor;
  return { seconds: Number((ticks - rest) / divisor), rest: Number(rest) };
}

/**
 * Prints a timestamp, ticks of 10^-digits s since 1970 in UTC. `isZoned` adds the zone, `+00` or `Z`; sessions run in UTC.
 */
export function timestampText(ticks: bigint, digits: 0 | 3 | 6 | 9, isZoned: boolean, style: TemporalStyle): string {
  if (ticks === INFINITE_TICKS) return 'infinity';
  if (ticks === -INFINITE_TICKS) return '-infinity';
  const { seconds, rest } = secondsAndRest(ticks, 10 ** digits);
  const days = Math.floor(seconds / DAY_SECONDS);
  const time = clockText(seconds - days * DAY_SECONDS) + fractionText(rest, digits);
  if (style === 'iso') return `${dateText(days, style)}T${time}${isZoned ? 'Z' : ''}`;
  return `${dateText(days, style)} ${time}${isZoned ? '+00' : ''}`;
}

/** Greatest offset of a TIMETZ, 15:59:59; the low 24 bits hold this less the offset in seconds. */
const MAX_OFFSET_SECONDS = 57_599;

/** Prints DuckDB's packed TIMETZ (40 bits of µs, 24 bits of inverted offset): `01:02:03.5+05:30`. */
export function timeTzText(packed: bigint): string {
  const offset = MAX_OFFSET_SECONDS - Number(packed & 0xff_ffffn);
  const size = Math.abs(offset);
  const [hours = '', minutes = '', seconds = ''] = clockText(size).split(':');
  const tail = seconds === '00' ? (minutes === '00' ? '' : `:${minutes}`) : `:${minutes}:${seconds}`;
  return `${timeText(BigInt.asUintN(64, packed) >> 24n, 6)}${offset < 0 ? '-' : '+'}${hours}${tail}`;
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${Math.abs(count) === 1 ? '' : 's'}`;
}

/** Prints an INTERVAL as DuckDB does: `1 year 2 months -3 days 04:05:06.7`. */
export function intervalText(months: number, days: number, micros: bigint): string {
  const parts: string[] = [];
  const years = Math.trunc(months / 12);
  if (years !== 0) parts.push(counted(years, 'year'));
  if (months % 12 !== 0) parts.push(counted(months % 12, 'month'));
  if (days !== 0) parts.push(counted(days, 'day'));
  if (micros !== 0n) {
    const { seconds, rest } = secondsAndRest(micros < 0n ? -micros : micros, 1_000_000);
    parts.push(`${micros < 0n ? '-' : ''}${clockText(seconds)}${fractionText(rest, 6)}`);
  }
  return parts.length === 0 ? '00:00:00' : parts.join(' ');
}
