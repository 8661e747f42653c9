/** Dates, times and timestamps as text, in the four styles of DateStyle (PostgreSQL, EncodeDateOnly, EncodeDateTime). */
import type { TextStyle } from '../text-style.ts';
import { type CivilDate, civilFromDays, DAY_SECONDS, pad2, splitMicros, weekdayOf } from './calendar.ts';
import { offsetText, zoneOf } from './zones.ts';

/** The engine's and our marks of infinity: days of a DATE, µs of a timestamp. */
export const INFINITE_DAYS = 2_147_483_647;
export const INFINITE_MICROS = 9_223_372_036_854_775_807n;

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function pad4(value: number): string {
  return value < 1000 ? String(value).padStart(4, '0') : String(value);
}

/** `03:04:05.1`; µs since midnight, up to 24:00:00. */
export function timeText(micros: number): string {
  const seconds = Math.floor(micros / 1_000_000);
  const minutes = Math.floor(seconds / 60);
  const text = `${pad2(Math.floor(minutes / 60))}:${pad2(minutes % 60)}:${pad2(seconds % 60)}`;
  const fraction = micros - seconds * 1_000_000;
  return fraction === 0 ? text : `${text}.${String(fraction).padStart(6, '0').replace(/0+$/, '')}`;
}

/** `03:04:05+02`; offset in seconds east of UTC. */
export function timeTzText(micros: number, offset: number): string {
  return timeText(micros) + offsetText(offset);
}

/** Prints a date, days since 1970-01-01. */
export function dateText(days: number, style: TextStyle): string {
  if (days >= INFINITE_DAYS) return 'infinity';
  if (days <= -INFINITE_DAYS) return '-infinity';
  const date = civilFromDays(days);
  return dayText(date, style) + eraText(date);
}

function eraText({ year }: CivilDate): string {
  return year > 0 ? '' : ' BC';
}

function dayText({ year, month, day }: CivilDate, style: TextStyle): string {
  const shownYear = pad4(year > 0 ? year : 1 - year);
  const isDayFirst = style.dateOrder === 'DMY';
  switch (style.dateStyle) {
    case 'ISO':
      return `${shownYear}-${pad2(month)}-${pad2(day)}`;
    case 'German':
      return `${pad2(day)}.${pad2(month)}.${shownYear}`;
    case 'SQL':
      return isDayFirst ? `${pad2(day)}/${pad2(month)}/${shownYear}` : `${pad2(month)}/${pad2(day)}/${shownYear}`;
    case 'Postgres':
      return isDayFirst ? `${pad2(day)}-${pad2(month)}-${shownYear}` : `${pad2(month)}-${pad2(day)}-${shownYear}`;
    default:
      return style.dateStyle satisfies never;
  }
}

/** Prints a timestamp without time zone, µs since 1970. */
export function timestampText(micros: bigint, style: TextStyle): string {
  return infinityText(micros) ?? stampText(micros, style, null);
}

/** Prints a timestamp with time zone, µs since 1970 UTC, in the session's zone. */
export function timestampTzText(micros: bigint, style: TextStyle): string {
  const infinite = infinityText(micros);
  if (infinite !== undefined) return infinite;
  const { days, microsOfDay } = splitMicros(micros);
  const seconds = days * DAY_SECONDS + Math.floor(microsOfDay / 1_000_000);
  const zone = zoneOf(style.timeZone);
  const offset = zone.offsetAt(seconds);
  const zoneText = style.dateStyle === 'ISO' ? offsetText(offset) : ` ${zone.abbreviationAt(seconds)}`;
  return stampText(micros + BigInt(offset) * 1_000_000n, style, zoneText);
}

export function infinityText(micros: bigint): string | undefined {
  if (micros === INFINITE_MICROS) return 'infinity';
  return micros <= -INFINITE_MICROS ? '-infinity' : undefined;
}

function stampText(localMicros: bigint, style: TextStyle, zoneText: string | null): string {
  const { days, microsOfDay } = splitMicros(localMicros);
  const date = civilFromDays(days);
  const time = timeText(microsOfDay);
  const zone = zoneText ?? '';
  if (style.dateStyle !== 'Postgres') return `${dayText(date, style)} ${time}${zone}${eraText(date)}`;
  const month = MONTHS[date.month - 1] ?? '';
  const dayAndMonth = style.dateOrder === 'DMY' ? `${pad2(date.day)} ${month}` : `${month} ${pad2(date.day)}`;
  const year = pad4(date.year > 0 ? date.year : 1 - date.year);
  return `${WEEKDAYS[weekdayOf(days)] ?? ''} ${dayAndMonth} ${time} ${year}${zone}${eraText(date)}`;
}
