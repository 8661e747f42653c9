/** interval: months, days and µs, kept apart; printed in the four styles of IntervalStyle, read in all of them. */
import { PgError } from '../../pg-error.ts';
import type { IntervalStyle } from '../text-style.ts';
import { invalidDateTime } from '../values/value-errors.ts';
import { pad2 } from './calendar.ts';

export interface PgInterval {
  readonly months: number;
  readonly days: number;
  readonly micros: bigint;
}

interface Fields {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly micro: number;
}

function fieldsOf({ months, days, micros }: PgInterval): Fields {
  const hour = Number(micros / 3_600_000_000n);
  const rest = Number(micros % 3_600_000_000n);
  return {
    year: Math.trunc(months / 12),
    month: months % 12,
    day: days,
    hour,
    minute: Math.trunc(rest / 60_000_000),
    second: Math.trunc((rest % 60_000_000) / 1_000_000),
    micro: rest % 1_000_000,
  };
}

/** Seconds without their sign: `5`, `05.25`. */
function secondsText({ second, micro }: Fields, isPadded: boolean): string {
  const whole = isPadded ? pad2(Math.abs(second)) : String(Math.abs(second));
  return micro === 0 ? whole : `${whole}.${String(Math.abs(micro)).padStart(6, '0').replace(/0+$/, '')}`;
}

/** Prints an interval as EncodeInterval of PostgreSQL does. */
export function intervalText(interval: PgInterval, style: IntervalStyle): string {
  const fields = fieldsOf(interval);
  switch (style) {
    case 'postgres':
      return postgresText(fields);
    case 'postgres_verbose':
      return verboseText(fields);
    case 'sql_standard':
      return standardText(fields);
    case 'iso_8601':
      return isoText(fields);
    default:
      return style satisfies never;
  }
}

function isTimeNegative({ hour, minute, second, micro }: Fields): boolean {
  return hour < 0 || minute < 0 || second < 0 || micro < 0;
}

function hasTime({ hour, minute, second, micro }: Fields): boolean {
  return hour !== 0 || minute !== 0 || second !== 0 || micro !== 0;
}

function clock(fields: Fields, hourDigits: 1 | 2): string {
  const hour = String(Math.abs(fields.hour)).padStart(hourDigits, '0');
  return `${hour}:${pad2(Math.abs(fields.minute))}:${secondsText(fields, true)}`;
}

function postgresText(fields: Fields): string {
  const parts: string[] = [];
  let isAfterNegative = false;
  const units = [
    [fields.year, 'year'],
    [fields.month, 'mon'],
    [fields.day, 'day'],
  ] as const;
  for (const [count, unit] of units) {
    if (count === 0) continue;
    parts.push(`${isAfterNegative && count > 0 ? '+' : ''}${count} ${unit}${count === 1 ? '' : 's'}`);
    isAfterNegative = count < 0;
  }
  if (parts.length === 0 || hasTime(fields)) {
    parts.push((isTimeNegative(fields) ? '-' : isAfterNegative ? '+' : '') + clock(fields, 2));
  }
  return parts.join(' ');
}

function verboseText(fields: Fields): string {
  let text = '@';
  let isFirst = true;
  let isAgo = false;
  const units = [
    [fields.year, 'year'],
    [fields.month, 'mon'],
    [fields.day, 'day'],
    [fields.hour, 'hour'],
    [fields.minute, 'min'],
  ] as const;
  for (const [count, unit] of units) {
    if (count === 0) continue;
    if (isFirst) isAgo = count < 0;
    const shown = isAgo ? -count : count;
    text += ` ${shown} ${unit}${shown === 1 ? '' : 's'}`;
    isFirst = false;
  }
  if (fields.second !== 0 || fields.micro !== 0) {
    const isNegative = fields.second < 0 || fields.micro < 0;
    if (isFirst) isAgo = isNegative;
    text += ` ${isNegative !== isAgo ? '-' : ''}${secondsText(fields, false)}`;
    text += Math.abs(fields.second) === 1 && fields.micro === 0 ? ' sec' : ' secs';
    isFirst = false;
  }
  return text + (isFirst ? ' 0' : '') + (isAgo ? ' ago' : '');
}

function standardText(fields: Fields): string {
  const { year, month, day } = fields;
  const hasNegative = year < 0 || month < 0 || day < 0 || isTimeNegative(fields);
  const hasPositive =
    year > 0 || month > 0 || day > 0 || fields.hour > 0 || fields.minute > 0 || fields.second > 0 || fields.micro > 0;
  const hasYearMonth = year !== 0 || month !== 0;
  const hasDayTime = day !== 0 || hasTime(fields);
  if (!hasNegative && !hasPositive) return '0';
  if ((hasNegative && hasPositive) || (hasYearMonth && hasDayTime)) {
    const yearMonth = `${year < 0 || month < 0 ? '-' : '+'}${Math.abs(year)}-${Math.abs(month)}`;
    const days = `${day < 0 ? '-' : '+'}${Math.abs(day)}`;
    return `${yearMonth} ${days} ${isTimeNegative(fields) ? '-' : '+'}${clock(fields, 1)}`;
  }
  const sign = hasNegative ? '-' : '';
  if (hasYearMonth) return `${sign}${Math.abs(year)}-${Math.abs(month)}`;
  return sign + (day === 0 ? '' : `${Math.abs(day)} `) + clock(fields, 1);
}

function isoText(fields: Fields): string {
  const part = (count: number, unit: string): string => (count === 0 ? '' : `${count}${unit}`);
  const date = part(fields.year, 'Y') + part(fields.month, 'M') + part(fields.day, 'D');
  if (!hasTime(fields)) return date === '' ? 'PT0S' : `P${date}`;
  const isNegative = fields.second < 0 || fields.micro < 0;
  const hasSeconds = fields.second !== 0 || fields.micro !== 0;
  const seconds = hasSeconds ? `${isNegative ? '-' : ''}${secondsText(fields, false)}S` : '';
  return `P${date}T${part(fields.hour, 'H')}${part(fields.minute, 'M')}${seconds}`;
}

/** Text for the engine: `14 months 3 days -04:05:06.7`. */
export function engineIntervalText({ months, days, micros }: PgInterval): string {
  const time = clock(fieldsOf({ months: 0, days: 0, micros }), 2);
  return `${months} months ${days} days ${micros < 0n ? '-' : ''}${time}`;
}

const MONTHS = { month: 1, year: 12, decade: 120, century: 1200, millennium: 12_000 } as const;
const DAYS = { day: 1, week: 7 } as const;
const MICROS = { microsecond: 1, millisecond: 1e3, second: 1e6, minute: 6e7, hour: 3.6e9 } as const;

type Unit = keyof typeof MONTHS | keyof typeof DAYS | keyof typeof MICROS;

const SPELLINGS: readonly (readonly [unit: Unit, pattern: RegExp])[] = [
  ['microsecond', /^(?:microsecon(?:ds?)?|us|usecs?|useconds?)$/],
  ['millisecond', /^(?:millisecon(?:ds?)?|ms|msecs?|mseconds?)$/],
  ['second', /^(?:s|secs?|seconds?)$/],
  ['minute', /^(?:m|mins?|minutes?)$/],
  ['hour', /^(?:h|hrs?|hours?)$/],
  ['day', /^(?:d|days?)$/],
  ['week', /^(?:w|weeks?)$/],
  ['month', /^(?:mons?|months?)$/],
  ['year', /^(?:y|yrs?|years?)$/],
  ['decade', /^(?:decs?|decades?)$/],
  ['century', /^(?:c|cent|century|centuries)$/],
  ['millennium', /^(?:mils?|millennia|millennium)$/],
];

/** Adds up what a text names; fractions of a unit go down to the next ones (a month is 30 days there). */
class IntervalSum {
  months = 0;
  days = 0;
  micros = 0n;

  /** `digits`: a signed decimal number. */
  add(digits: string, unit: Unit): void {
    const [whole = '0', fraction = ''] = digits.split('.');
    const isNegative = digits.startsWith('-');
    const rest = Number(`${isNegative ? '-' : ''}0.${fraction || '0'}`);
    const count = /\d/.test(whole) ? Number(whole) : 0;
    if (unit in MONTHS) {
      const size = MONTHS[unit as keyof typeof MONTHS];
      this.months += count * size + (unit === 'month' ? 0 : Math.round(rest * size));
      if (unit === 'month') this.addDays(rest * 30);
    } else if (unit in DAYS) {
      const size = DAYS[unit as keyof typeof DAYS];
      this.days += count * size;
      this.addDays(rest * size);
    } else {
      const size = MICROS[unit as keyof typeof MICROS];
      this.micros += BigInt(count) * BigInt(size) + BigInt(Math.round(rest * size));
    }
  }

  private addDays(days: number): void {
    const whole = Math.trunc(days);
    this.days += whole;
    this.micros += BigInt(Math.round((days - whole) * 86_400_000_000));
  }

  negate(): void {
    this.months = -this.months;
    this.days = -this.days;
    this.micros = -this.micros;
  }
}

const TOKEN =
  /\s*(?:([+-]?)(\d+):(\d{1,2})(?::(\d{1,2})(?:\.(\d*))?)?|([+-]?)(\d+)-(\d{1,2})(?![\d.])|([+-]?(?:\d+\.?\d*|\.\d+))\s*([a-z]+)?|(ago))\s*/y;

/** @throws {PgError} 22007, 22008. */
export function parseInterval(text: string, style: IntervalStyle = 'postgres'): PgInterval {
  const lower = text.trim().toLowerCase();
  const sum = new IntervalSum();
  const isRead = /^-?p/.test(lower) ? addIso(lower, sum) : addWords(lower.replace(/^@\s*/, ''), style, sum);
  if (!isRead) throw invalidDateTime('interval', text);
  const isTooBig =
    Math.abs(sum.months) > 2_147_483_647 || Math.abs(sum.days) > 2_147_483_647 || BigInt.asIntN(64, sum.micros) !== sum.micros;
  if (isTooBig) throw new PgError('22015', `interval field value out of range: "${text}"`);
  return { months: sum.months + 0, days: sum.days + 0, micros: sum.micros };
}

function addWords(text: string, style: IntervalStyle, sum: IntervalSum): boolean {
  if (text === '') return false;
  // In this style a leading sign counts for all that follows, where nothing else has a sign.
  const isAllNegative = style === 'sql_standard' && /^-[^+-]*(?:\d-\d[^+-]*)?$/.test(text);
  for (let at = 0; at < text.length; ) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text);
    if (token === null || token[0] === '') return false;
    at = TOKEN.lastIndex;
    if (!addToken(token, text.slice(at), isAllNegative ? '-' : '', sum)) return false;
  }
  return true;
}

function addToken(token: RegExpExecArray, behind: string, leadingSign: string, sum: IntervalSum): boolean {
  const [, timeSign, hour, minute = '0', second = '0', fraction = '', monthSign, years, months, digits, unitName, ago] = token;
  if (hour !== undefined) {
    const sign = timeSign === '' ? leadingSign : timeSign === '-' ? '-' : '';
    sum.add(`${sign}${hour}`, 'hour');
    sum.add(`${sign}${minute}`, 'minute');
    sum.add(`${sign}${second}.${fraction}`, 'second');
  } else if (years !== undefined) {
    const sign = monthSign === '' ? leadingSign : monthSign === '-' ? '-' : '';
    sum.add(`${sign}${years}`, 'year');
    sum.add(`${sign}${months ?? '0'}`, 'month');
  } else if (ago !== undefined) {
    sum.negate();
  } else if (digits !== undefined) {
    const unit = unitName === undefined ? bareUnit(behind) : SPELLINGS.find(([, pattern]) => pattern.test(unitName))?.[0];
    if (unit === undefined) return false;
    sum.add(/^[+-]/.test(digits) ? digits : leadingSign + digits, unit);
  }
  return true;
}

/** A number without a unit counts days before a time, else seconds. */
function bareUnit(behind: string): Unit {
  return /^[+-]?\d+:/.test(behind) ? 'day' : 'second';
}

const ISO_TOKEN = /(-?\d*\.?\d+)([ymwdhs])/y;
const ISO_CLOCK = /^(-?)p(\d{4})-(\d{2})-(\d{2})(?:t(\d{2}):(\d{2}):(\d{2}(?:\.\d+)?))?$/;

function addIso(text: string, sum: IntervalSum): boolean {
  const clockForm = ISO_CLOCK.exec(text);
  if (clockForm !== null) {
    const units = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const;
    for (const [i, unit] of units.entries()) sum.add(`${clockForm[1] ?? ''}${clockForm[i + 2] ?? '0'}`, unit);
    return true;
  }
  const isNegative = text.startsWith('-');
  let isTime = false;
  for (let at = isNegative ? 2 : 1; at < text.length; ) {
    if (text[at] === 't') {
      isTime = true;
      at++;
      continue;
    }
    ISO_TOKEN.lastIndex = at;
    const token = ISO_TOKEN.exec(text);
    const unit = token === null ? undefined : isoUnit(token[2] ?? '', isTime);
    if (token === null || unit === undefined) return false;
    sum.add(token[1] ?? '0', unit);
    at = ISO_TOKEN.lastIndex;
  }
  if (isNegative) sum.negate();
  return text.length > 1;
}

function isoUnit(letter: string, isTime: boolean): Unit | undefined {
  const units: Readonly<Record<string, Unit>> = isTime
    ? { h: 'hour', m: 'minute', s: 'second' }
    : { y: 'year', m: 'month', w: 'week', d: 'day' };
  return units[letter];
}
