/**
 * Time zones: offsets east of UTC in seconds at an instant, historical ones included, by the runtime's own zone data (Intl).
 * Offsets are cached by week, so that a column of timestamps asks Intl rarely.
 */
import { PgError } from '../../pg-error.ts';
import { civilFromDays, DAY_SECONDS } from './calendar.ts';

export interface Zone {
  readonly name: string;
  /** Seconds east of UTC at `seconds` since 1970 UTC. */
  offsetAt(seconds: number): number;
  /** Seconds east of UTC for a local time: before a gap, after an overlap, as PostgreSQL has it. */
  offsetOfLocal(localSeconds: number): number;
  /** 'CET', 'EST', '+03'. */
  abbreviationAt(seconds: number): string;
}

const zones = new Map<string, Zone>();
const MOST_ZONES = 100;

/**
 * Gives a zone by its IANA name, any case, or a fixed one: `<+03>-03`, `UTC+3` (POSIX: west is positive), `+5.5` (east).
 * @throws {PgError} 22023 `time zone "x" not recognized`.
 */
export function zoneOf(name: string): Zone {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const zone = fixedZoneOf(name) ?? namedZone(name);
  if (zones.size >= MOST_ZONES) zones.clear();
  zones.set(name, zone);
  return zone;
}

/** True where `zoneOf` would give a zone. */
export function isZoneName(name: string): boolean {
  try {
    zoneOf(name);
    return true;
  } catch {
    return false;
  }
}

const POSIX = /^(?:<([^>]+)>|([a-z]{3,}))([+-]?)(\d{1,3})(?::(\d{2}))?(?::(\d{2}))?$/i;
const EAST = /^([+-]?)(\d{1,2}(?:\.\d+)?)$/;

function fixedZoneOf(name: string): Zone | null {
  if (/^(utc|gmt|z|zulu|etc\/utc|etc\/gmt|uct|universal)$/i.test(name))
    return fixedZone(name, 0, name.toUpperCase().replace('ETC/', ''));
  const posix = POSIX.exec(name);
  if (posix !== null) {
    const [, bracketed, bare, sign, hours = '0', minutes = '0', seconds = '0'] = posix;
    const west = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    return fixedZone(name, sign === '-' ? west : -west, bracketed ?? bare ?? name);
  }
  const east = EAST.exec(name);
  if (east === null) return null;
  const offset = Math.round(Number(east[2]) * 3600) * (east[1] === '-' ? -1 : 1);
  return fixedZone(name, offset, offsetText(offset));
}

function fixedZone(name: string, offset: number, abbreviation: string): Zone {
  return { name, offsetAt: () => offset, offsetOfLocal: () => offset, abbreviationAt: () => abbreviation };
}

/** `+02`, `-03:30`, `+00:19:32`. */
export function offsetText(offset: number): string {
  const size = Math.abs(offset);
  const two = (value: number): string => String(value).padStart(2, '0');
  let text = (offset < 0 ? '-' : '+') + two(Math.floor(size / 3600));
  if (size % 3600 !== 0) text += `:${two(Math.floor(size / 60) % 60)}`;
  if (size % 60 !== 0) text += `:${two(size % 60)}`;
  return text;
}

const WEEK_SECONDS = 7 * DAY_SECONDS;
/** Years beyond this are looked up 400 years (the calendar's cycle) nearer: Intl ends at ±275,760. */
const FAR_SECONDS = 8e12;
const CYCLE_SECONDS = 146_097 * DAY_SECONDS;
const MOST_WEEKS = 4000;

function namedZone(name: string): Zone {
  const format = formatterOf(name);
  const weeks = new Map<number, WeekEntry>();
  let last: WeekEntry = { start: Number.NaN, offset: 0, changeAt: 0, after: 0 };
  let letters: ReadonlyMap<number, string> | undefined;
  const ask = (seconds: number): number => offsetFromParts(format, seconds);
  const offsetAt = (seconds: number): number => {
    const week = Math.floor(seconds / WEEK_SECONDS);
    let entry = last.start === week * WEEK_SECONDS ? last : weeks.get(week);
    if (entry === undefined) {
      if (weeks.size >= MOST_WEEKS) weeks.clear();
      entry = weekEntry(week * WEEK_SECONDS, ask);
      weeks.set(week, entry);
    }
    last = entry;
    return seconds < entry.changeAt ? entry.offset : entry.after;
  };
  return {
    name,
    offsetAt,
    offsetOfLocal: (local) => offsetOfLocal(local, offsetAt),
    abbreviationAt(seconds) {
      letters ??= lettersOf(name, offsetAt);
      const offset = offsetAt(seconds);
      return letters.get(offset) ?? (offset % 60 === 0 ? offsetText(offset) : 'LMT');
    },
  };
}

interface WeekEntry {
  readonly start: number;
  readonly offset: number;
  /** Seconds since 1970 from which `after` counts. */
  readonly changeAt: number;
  readonly after: number;
}

/** Finds the one change of offset within a week; two that cancel out within a week have not been seen. */
function weekEntry(start: number, ask: (seconds: number) => number): WeekEntry {
  const offset = ask(start);
  const after = ask(start + WEEK_SECONDS);
  if (offset === after) return { start, offset, changeAt: Number.POSITIVE_INFINITY, after };
  let low = start;
  let high = start + WEEK_SECONDS;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (ask(middle) === offset) low = middle;
    else high = middle;
  }
  return { start, offset, changeAt: high, after };
}

/** In a gap the offset before it counts, in an overlap the one after it (PostgreSQL, DetermineTimeZoneOffset). */
function offsetOfLocal(local: number, offsetAt: (seconds: number) => number): number {
  const before = offsetAt(local - DAY_SECONDS);
  const after = offsetAt(local + DAY_SECONDS);
  if (before === after) return before;
  return offsetAt(local - after) === after ? after : before;
}

function formatterOf(name: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'gregory',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (cause) {
    throw new PgError('22023', `time zone "${name}" not recognized`, { cause });
  }
}

function nearSeconds(seconds: number): number {
  if (Math.abs(seconds) < FAR_SECONDS) return seconds;
  const excess = Math.ceil((Math.abs(seconds) - FAR_SECONDS) / CYCLE_SECONDS) * CYCLE_SECONDS;
  return seconds < 0 ? seconds + excess : seconds - excess;
}

function offsetFromParts(format: Intl.DateTimeFormat, at: number): number {
  const seconds = nearSeconds(at);
  const parts = new Map(format.formatToParts(seconds * 1000).map(({ type, value }) => [type, value]));
  const clock = Number(parts.get('hour')) * 3600 + Number(parts.get('minute')) * 60 + Number(parts.get('second'));
  const clockUtc = ((seconds % DAY_SECONDS) + DAY_SECONDS) % DAY_SECONDS;
  const difference = clock - clockUtc;
  const days = localDayShift(Number(parts.get('day')), seconds);
  return difference + days * DAY_SECONDS;
}

/** -1, 0 or 1: how far the local day is from that of UTC. */
function localDayShift(localDay: number, seconds: number): number {
  const days = Math.floor(seconds / DAY_SECONDS);
  for (const shift of [0, 1, -1]) {
    if (civilFromDays(days + shift).day === localDay) return shift;
  }
  return 0;
}

/** Locales that have letters for their own zones; others give GMT+x, for which PostgreSQL has numbers. */
const LETTER_LOCALES = ['en-US', 'en-GB', 'en-AU', 'en-IN', 'en-ZA'];

/** Winter and summer of a year in which zones have their letters of today. */
const LETTER_SECONDS = [Date.UTC(2020, 0, 15) / 1000, Date.UTC(2020, 6, 15) / 1000];

/** Letters by offset, as they are today: Intl has none for other times. Those of wars (EWT, BDST) are not known. */
function lettersOf(zone: string, offsetAt: (seconds: number) => number): ReadonlyMap<number, string> {
  const letters = new Map<number, string>();
  for (const seconds of LETTER_SECONDS) {
    for (const locale of LETTER_LOCALES) {
      const parts = new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: 'short' }).formatToParts(seconds * 1000);
      const text = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
      const offset = offsetAt(seconds);
      if (/^[A-Z]{2,5}$/.test(text) && !letters.has(offset)) letters.set(offset, text);
    }
  }
  return letters;
}
