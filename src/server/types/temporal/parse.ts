/** Reads dates, times and timestamps as PostgreSQL's input functions do, in the forms that clients write. */
import { PgError } from '../../pg-error.ts';
import type { TextStyle } from '../text-style.ts';
import { fieldOutOfRange, invalidDateTime } from '../values/value-errors.ts';
import { DAY_MICROS, DAY_SECONDS, daysFromCivil, daysInMonth } from './calendar.ts';
import { INFINITE_DAYS, INFINITE_MICROS } from './print.ts';
import { isZoneName, zoneOf } from './zones.ts';

/** What a text holds; parts that are missing are null. */
interface Moment {
  /** Days since 1970-01-01. */
  readonly days: number | null;
  readonly microsOfDay: number | null;
  /** Seconds east of UTC, or a zone's name. */
  readonly zone: number | string | null;
}

const SPECIAL_WORDS = /^(now|today|tomorrow|yesterday|epoch|allballs)$/;
const TIME = /(?:^|[\s,t])(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d*))?)?(?:\s*([ap]m)(?![a-z]))?/i;
const COMPACT_TIME = /t(\d{2})(\d{2})(\d{2})?(?:\.(\d+))?/i;
const OFFSET = /^([+-])(\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?$/;
const MONTH_NAMES = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAY = /\b(?:sun|mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur)(?:day)?\b\.?,?/;

function parseMoment(text: string, style: TextStyle, typeName: string): Moment {
  const lower = text.trim().toLowerCase();
  const special = specialMoment(lower, style);
  if (special !== null) return special;
  const isBc = /\bbc\b/.test(lower);
  let rest = lower.replace(/\s*\b(?:bc|ad)\b/, '').replace(WEEKDAY, ' ');
  const time = TIME.exec(rest) ?? (/\d{4}-?\d{2}-?\d{2}t/.test(rest) ? COMPACT_TIME.exec(rest) : null);
  let zone: Moment['zone'] = null;
  if (time !== null) {
    const behind = rest.slice(time.index + time[0].length);
    rest = rest.slice(0, time.index);
    const zoneWord = /^\s*(z|[+-]\d[\d:]*|<[^>]+>[+-]?[\d:]+|[a-z][a-z_]*(?:\/[a-z_/+-]+\d*)?(?:[+-]\d+)?)(?=\s|$)/.exec(behind);
    const word = zoneWord?.[1];
    if (word !== undefined && !isMonth(word)) zone = zoneFromWord(word, text, typeName);
    rest = `${rest} ${word === undefined || isMonth(word) ? behind : behind.slice(zoneWord?.[0].length ?? 0)}`;
  }
  // `2024-03-01 +00`: pgjdbc writes a date so.
  const dateZone = time === null ? /\s([+-]\d{2}(?::\d{2}){0,2})\s*$/.exec(rest) : null;
  if (dateZone !== null) {
    zone = zoneFromWord(dateZone[1] ?? '', text, typeName);
    rest = rest.slice(0, dateZone.index);
  }
  // `Wed Dec 17 07:37:16 1997 PST`: the zone stands behind the year.
  const lastWord = zone === null && time !== null ? /\s([a-z]{1,5})$/.exec(rest.trim())?.[1] : undefined;
  if (lastWord !== undefined && !isMonth(lastWord)) {
    zone = zoneFromWord(lastWord, text, typeName);
    rest = rest.trim().slice(0, -lastWord.length);
  }
  const dateWords = rest.trim();
  const microsOfDay = time === null ? null : microsFromParts(time, text);
  if (dateWords === '') {
    if (microsOfDay === null) throw invalidDateTime(typeName, text);
    return { days: null, microsOfDay, zone };
  }
  return { days: daysFromWords(dateWords, isBc, style, text, typeName), microsOfDay, zone };
}

function isMonth(word: string): boolean {
  return MONTH_NAMES.includes(word.slice(0, 3)) && /^[a-z]+$/.test(word);
}

function specialMoment(word: string, style: TextStyle): Moment | null {
  if (!SPECIAL_WORDS.test(word)) return null;
  if (word === 'epoch') return { days: 0, microsOfDay: 0, zone: 0 };
  if (word === 'allballs') return { days: null, microsOfDay: 0, zone: 0 };
  const seconds = Date.now() / 1000;
  const local = seconds + zoneOf(style.timeZone).offsetAt(seconds);
  const days = Math.floor(local / DAY_SECONDS);
  if (word === 'now') return { days, microsOfDay: Math.round((local - days * DAY_SECONDS) * 1e6), zone: null };
  return { days: days + (word === 'tomorrow' ? 1 : word === 'yesterday' ? -1 : 0), microsOfDay: 0, zone: null };
}

function microsFromParts(parts: RegExpExecArray, text: string): number {
  const [, hourText = '0', minuteText = '0', secondText = '0', fraction = '', half] = parts;
  let hour = Number(hourText);
  const minute = Number(minuteText);
  const second = Number(secondText);
  if (half !== undefined) {
    if (hour < 1 || hour > 12) throw fieldOutOfRange(text);
    hour = (hour % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  }
  const micros = ((hour * 60 + minute) * 60 + second) * 1_000_000 + Math.round(Number(`0.${fraction || '0'}`) * 1e6);
  if (minute > 59 || second > 60 || micros > 86_400_000_000) throw fieldOutOfRange(text);
  return micros;
}

/** Hours east of UTC of the abbreviations that clients still write (PostgreSQL, timezonesets/Default). */
const ZONE_LETTERS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    pst: -8,
    pdt: -7,
    mst: -7,
    mdt: -6,
    cst: -6,
    cdt: -5,
    est: -5,
    edt: -4,
    wet: 0,
    west: 1,
    bst: 1,
    cet: 1,
    cest: 2,
    eet: 2,
    eest: 3,
    msk: 3,
    jst: 9,
  }),
);

const MOST_OFFSET_SECONDS = 16 * 3600;

function zoneFromWord(word: string, text: string, typeName: string): number | string {
  const offset = OFFSET.exec(word);
  if (offset !== null) {
    const [, sign, hours = '0', minutes = '0', seconds = '0'] = offset;
    const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    if (size >= MOST_OFFSET_SECONDS || Number(minutes) > 59) {
      throw new PgError('22009', `time zone displacement out of range: "${text}"`);
    }
    return sign === '-' ? -size : size;
  }
  if (/^(z|utc|gmt|zulu)$/.test(word)) return 0;
  const letters = ZONE_LETTERS.get(word);
  if (letters !== undefined) return letters * 3600;
  if (isZoneName(word)) return word;
  if (word.includes('/')) throw new PgError('22023', `time zone "${word}" not recognized`);
  throw invalidDateTime(typeName, text);
}

function daysFromWords(words: string, isBc: boolean, style: TextStyle, text: string, typeName: string): number {
  const parts = datePartsOf(words, style);
  if (parts === null) throw invalidDateTime(typeName, text);
  const { month, day } = parts;
  let year = parts.year;
  if (isBc) year = 1 - year;
  else if (parts.yearDigits <= 2) year += year < 70 ? 2000 : 1900;
  if ((parts.year === 0 && parts.yearDigits > 2) || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) {
    throw fieldOutOfRange(text);
  }
  return daysFromCivil(year, month, day);
}

interface DateParts {
  readonly year: number;
  readonly yearDigits: number;
  readonly month: number;
  readonly day: number;
}

function parts(year: string, month: string | number, day: string): DateParts {
  return { year: Number(year), yearDigits: year.length, month: Number(month), day: Number(day) };
}

function datePartsOf(words: string, style: TextStyle): DateParts | null {
  const yearFirst = /^(\d{3,7})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(words) ?? /^(\d{4,7})(\d{2})(\d{2})$/.exec(words);
  if (yearFirst !== null) return parts(yearFirst[1] ?? '', yearFirst[2] ?? '', yearFirst[3] ?? '');
  const six = /^(\d{2})(\d{2})(\d{2})$/.exec(words);
  if (six !== null) return parts(six[1] ?? '', six[2] ?? '', six[3] ?? '');
  const three = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{1,7})$/.exec(words);
  if (three !== null) {
    const [, a = '', b = '', c = ''] = three;
    if (style.dateOrder === 'YMD' && c.length <= 2) return parts(a, b, c);
    return style.dateOrder === 'DMY' ? parts(c, b, a) : parts(c, a, b);
  }
  return namedMonthParts(words);
}

/** `Jan 8, 1999`, `8 January 1999`, `1999-Jan-08`, `08-Jan-99`. */
function namedMonthParts(words: string): DateParts | null {
  const pieces = words.split(/[\s,\-/.]+/).filter((piece) => piece !== '');
  const monthAt = pieces.findIndex((piece) => /^[a-z]+$/.test(piece));
  const month = MONTH_NAMES.indexOf((pieces[monthAt] ?? '').slice(0, 3)) + 1;
  const numbers = pieces.filter((_, i) => i !== monthAt);
  if (month === 0 || numbers.length !== 2 || !numbers.every((piece) => /^\d+$/.test(piece))) return null;
  const [first = '', second = ''] = numbers;
  return first.length > 2 ? parts(first, month, second) : parts(second, month, first);
}

function infinityOf(text: string): 1 | -1 | 0 {
  const word = text.trim().toLowerCase();
  if (word === 'infinity' || word === '+infinity') return 1;
  return word === '-infinity' ? -1 : 0;
}

const LEAST_DAYS = daysFromCivil(-4713, 11, 24);
const END_DAYS = daysFromCivil(5_874_898, 1, 1);
const LEAST_MICROS = BigInt(LEAST_DAYS) * DAY_MICROS;
const END_MICROS = BigInt(daysFromCivil(294_277, 1, 1)) * DAY_MICROS;

/** Gives days since 1970-01-01. @throws {PgError} 22007, 22008. */
export function parseDate(text: string, style: TextStyle): number {
  const infinity = infinityOf(text);
  if (infinity !== 0) return infinity * INFINITE_DAYS;
  const { days } = parseMoment(text, style, 'date');
  if (days === null) throw invalidDateTime('date', text);
  if (days < LEAST_DAYS || days >= END_DAYS) throw new PgError('22008', `date out of range: "${text}"`);
  return days;
}

/** Gives µs since midnight. @throws {PgError} 22007, 22008. */
export function parseTime(text: string, style: TextStyle): number {
  const { microsOfDay } = parseMoment(text, style, 'time');
  if (microsOfDay === null) throw invalidDateTime('time', text);
  return microsOfDay;
}

/** Gives µs since midnight and the offset east of UTC. @throws {PgError} 22007, 22008. */
export function parseTimeTz(text: string, style: TextStyle): { micros: number; offset: number } {
  const typeName = 'time with time zone';
  const { days, microsOfDay, zone } = parseMoment(text, style, typeName);
  if (microsOfDay === null) throw invalidDateTime(typeName, text);
  if (typeof zone === 'number') return { micros: microsOfDay, offset: zone };
  const day = days ?? Math.floor(Date.now() / 1000 / DAY_SECONDS);
  const local = day * DAY_SECONDS + Math.floor(microsOfDay / 1e6);
  return { micros: microsOfDay, offset: zoneOf(zone ?? style.timeZone).offsetOfLocal(local) };
}

/** Gives µs since 1970, zones ignored. @throws {PgError} 22007, 22008. */
export function parseTimestamp(text: string, style: TextStyle): bigint {
  const infinity = infinityOf(text);
  if (infinity !== 0) return BigInt(infinity) * INFINITE_MICROS;
  const { days, microsOfDay } = parseMoment(text, style, 'timestamp');
  if (days === null) throw invalidDateTime('timestamp', text);
  return checkedMicros(BigInt(days) * DAY_MICROS + BigInt(microsOfDay ?? 0), text);
}

/** Gives µs since 1970 UTC; without a zone the text is local to the session. @throws {PgError} 22007, 22008. */
export function parseTimestampTz(text: string, style: TextStyle): bigint {
  const infinity = infinityOf(text);
  if (infinity !== 0) return BigInt(infinity) * INFINITE_MICROS;
  const { days, microsOfDay, zone } = parseMoment(text, style, 'timestamp with time zone');
  if (days === null) throw invalidDateTime('timestamp with time zone', text);
  const local = BigInt(days) * DAY_MICROS + BigInt(microsOfDay ?? 0);
  const localSeconds = days * DAY_SECONDS + Math.floor((microsOfDay ?? 0) / 1_000_000);
  const offset = typeof zone === 'number' ? zone : zoneOf(zone ?? style.timeZone).offsetOfLocal(localSeconds);
  return checkedMicros(local - BigInt(offset) * 1_000_000n, text);
}

function checkedMicros(micros: bigint, text: string): bigint {
  if (micros < LEAST_MICROS || micros >= END_MICROS) throw new PgError('22008', `timestamp out of range: "${text}"`);
  return micros;
}
