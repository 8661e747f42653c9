/**
 * Codecs of date, time, timetz, timestamp, timestamptz and interval. Binary, all big-endian: date int32 days and timestamps
 * int64 µs since 2000-01-01; time int64 µs; timetz the same and int32 seconds west of UTC; interval int64 µs, int32 days,
 * int32 months.
 */

import { DEFAULT_STYLE } from '../text-style.ts';
import type { PgCodec } from '../values/codec.ts';
import { viewOf } from '../values/numbers.ts';
import { badBinary, checkLength } from '../values/value-errors.ts';
import { PG_EPOCH_DAYS, PG_EPOCH_MICROS } from './calendar.ts';
import { engineIntervalText, intervalText, type PgInterval, parseInterval } from './interval.ts';
import { parseDate, parseTime, parseTimestamp, parseTimestampTz, parseTimeTz } from './parse.ts';
import { dateText, INFINITE_DAYS, INFINITE_MICROS, timestampText, timestampTzText, timeText, timeTzText } from './print.ts';

const LEAST_INT32 = -2_147_483_648;
const LEAST_INT64 = -(2n ** 63n);

/** Days since 1970 → days as PostgreSQL sends them. */
export function pgDays(days: number): number {
  if (days >= INFINITE_DAYS) return INFINITE_DAYS;
  return days <= -INFINITE_DAYS ? LEAST_INT32 : days - PG_EPOCH_DAYS;
}

/** µs since 1970 → µs as PostgreSQL sends them. */
export function pgMicros(micros: bigint): bigint {
  if (micros === INFINITE_MICROS) return INFINITE_MICROS;
  return micros <= -INFINITE_MICROS ? LEAST_INT64 : micros - PG_EPOCH_MICROS;
}

function engineEra(text: string): string {
  if (!text.endsWith(' BC')) return text;
  // The engine has the mark behind the date: `0044-03-15 (BC) 10:00:00`.
  const [day = '', ...rest] = text.slice(0, -3).split(' ');
  return [day, '(BC)', ...rest].join(' ');
}

export const dateCodec: PgCodec<number> = {
  parse: parseDate,
  print: dateText,
  engineText: (days) => engineEra(dateText(days, DEFAULT_STYLE)),
  read(bytes) {
    checkLength(bytes, 4);
    const days = viewOf(bytes).getInt32(0);
    if (days === INFINITE_DAYS) return INFINITE_DAYS;
    return days === LEAST_INT32 ? -INFINITE_DAYS : days + PG_EPOCH_DAYS;
  },
  write: (days, sink) => sink.int32(pgDays(days)),
};

const DAY_MICROS = 86_400_000_000;

/** Rounds µs to the digits that a modifier leaves of a second. */
function roundMicros(micros: number, modifier: number): number {
  const step = 10 ** (6 - Math.min(Math.max(modifier, 0), 6));
  return Math.round(micros / step) * step;
}

export const timeCodec: PgCodec<number> = {
  parse: parseTime,
  print: timeText,
  engineText: timeText,
  fit: roundMicros,
  read(bytes) {
    checkLength(bytes, 8);
    return checkedTime(viewOf(bytes).getBigInt64(0));
  },
  write: (micros, sink) => sink.int64(BigInt(micros)),
};

function checkedTime(micros: bigint): number {
  if (micros < 0n || micros > BigInt(DAY_MICROS)) throw badBinary();
  return Number(micros);
}

export interface TimeTz {
  readonly micros: number;
  /** Seconds east of UTC. */
  readonly offset: number;
}

export const timeTzCodec: PgCodec<TimeTz> = {
  parse: parseTimeTz,
  print: ({ micros, offset }) => timeTzText(micros, offset),
  engineText: ({ micros, offset }) => timeTzText(micros, offset),
  fit: ({ micros, offset }, modifier) => ({ micros: roundMicros(micros, modifier), offset }),
  read(bytes) {
    checkLength(bytes, 12);
    const view = viewOf(bytes);
    return { micros: checkedTime(view.getBigInt64(0)), offset: -view.getInt32(8) };
  },
  write({ micros, offset }, sink) {
    sink.int64(BigInt(micros));
    sink.int32(-offset);
  },
};

function roundStamp(micros: bigint, modifier: number): bigint {
  if (micros === INFINITE_MICROS || micros === -INFINITE_MICROS) return micros;
  const step = 10n ** BigInt(6 - Math.min(Math.max(modifier, 0), 6));
  const half = micros < 0n ? -(step / 2n) : step / 2n;
  return ((micros + half) / step) * step;
}

function readStamp(bytes: Uint8Array): bigint {
  checkLength(bytes, 8);
  const micros = viewOf(bytes).getBigInt64(0);
  if (micros === INFINITE_MICROS) return INFINITE_MICROS;
  return micros === LEAST_INT64 ? -INFINITE_MICROS : micros + PG_EPOCH_MICROS;
}

export const timestampCodec: PgCodec<bigint> = {
  parse: parseTimestamp,
  print: timestampText,
  engineText: (micros) => engineEra(timestampText(micros, DEFAULT_STYLE)),
  fit: roundStamp,
  read: readStamp,
  write: (micros, sink) => sink.int64(pgMicros(micros)),
};

export const timestampTzCodec: PgCodec<bigint> = {
  parse: parseTimestampTz,
  print: timestampTzText,
  engineText: (micros) => engineEra(timestampTzText(micros, DEFAULT_STYLE)),
  fit: roundStamp,
  read: readStamp,
  write: (micros, sink) => sink.int64(pgMicros(micros)),
};

export const intervalCodec: PgCodec<PgInterval> = {
  parse: (text, style) => parseInterval(text, style.intervalStyle),
  print: (interval, style) => intervalText(interval, style.intervalStyle),
  engineText: engineIntervalText,
  read(bytes) {
    checkLength(bytes, 16);
    const view = viewOf(bytes);
    return { micros: view.getBigInt64(0), days: view.getInt32(8), months: view.getInt32(12) };
  },
  write({ months, days, micros }, sink) {
    sink.int64(micros);
    sink.int32(days);
    sink.int32(months);
  },
};
