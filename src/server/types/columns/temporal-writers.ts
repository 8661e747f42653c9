/** Dates, times, timestamps and intervals, each for its own PostgreSQL type. ISO text of usual years is written digit by digit. */
import type { FixedData } from '../../../arrow/index.ts';
import type { SqlType } from '../../../types/index.ts';
import type { Format } from '../../words.ts';
import type { ByteSink } from '../byte-sink.ts';
import { OID } from '../pg-types.ts';
import { civilFromDays, DAY_SECONDS, PG_EPOCH_MICROS } from '../temporal/calendar.ts';
import { pgDays, pgMicros } from '../temporal/codecs.ts';
import { intervalText } from '../temporal/interval.ts';
import {
  dateText,
  INFINITE_DAYS,
  INFINITE_MICROS,
  timestampText,
  timestampTzText,
  timeText,
  timeTzText,
} from '../temporal/print.ts';
import { offsetText, zoneOf } from '../temporal/zones.ts';
import type { TextStyle } from '../text-style.ts';
import { type CellWriter, type ColumnWriter, fixedOf, SAFE_HIGH, WORD, wideIntegers } from './cell-writer.ts';

/** Gives the writer of a temporal type for the PostgreSQL type that is its own. */
export function temporalWriter(type: SqlType, format: Format, style: TextStyle): ColumnWriter {
  switch (type.id) {
    case 'DATE':
      return (column) => dateWriter(new Int32Array(fixedOf(column).values), format, style);
    case 'TIME':
    case 'TIME_NS':
      return (column) => timeWriter(fixedOf(column), type.id === 'TIME_NS' ? 1000n : 1n, format);
    case 'TIMETZ':
      return (column) => timeTzWriter(fixedOf(column), format);
    case 'INTERVAL':
      return (column) => intervalWriter(fixedOf(column), format, style);
    default:
      return (column) => stampWriter(type, fixedOf(column), format, style);
  }
}

function twoDigits(sink: ByteSink, at: number, value: number): void {
  const ten = (value / 10) | 0;
  sink.bytes[at] = 0x30 + ten;
  sink.bytes[at + 1] = 0x30 + value - ten * 10;
}

/** `2024-01-02`, years 1 to 9999 only; true where it was written. */
function writeIsoDay(sink: ByteSink, days: number): boolean {
  if (days < -719_162 || days > 2_932_896) return false;
  const { year, month, day } = civilFromDays(days);
  sink.need(10);
  const { bytes, at } = sink;
  const century = (year / 100) | 0;
  twoDigits(sink, at, century);
  twoDigits(sink, at + 2, year - century * 100);
  bytes[at + 4] = 0x2d;
  twoDigits(sink, at + 5, month);
  bytes[at + 7] = 0x2d;
  twoDigits(sink, at + 8, day);
  sink.at += 10;
  return true;
}

/** `03:04:05.1` */
function writeClock(sink: ByteSink, micros: number): void {
  sink.need(15);
  const { bytes, at } = sink;
  const seconds = Math.floor(micros / 1_000_000);
  const minutes = (seconds / 60) | 0;
  const hours = (minutes / 60) | 0;
  twoDigits(sink, at, hours);
  bytes[at + 2] = 0x3a;
  twoDigits(sink, at + 3, minutes - hours * 60);
  bytes[at + 5] = 0x3a;
  twoDigits(sink, at + 6, seconds - minutes * 60);
  sink.at += 8;
  let fraction = micros - seconds * 1_000_000;
  if (fraction === 0) return;
  bytes[at + 8] = 0x2e;
  for (let i = 14; i > 8; i--) {
    const tenth = (fraction / 10) | 0;
    bytes[at + i] = 0x30 + fraction - tenth * 10;
    fraction = tenth;
  }
  let end = at + 15;
  while (bytes[end - 1] === 0x30) end--;
  sink.at = end;
}

function dateWriter(days: Int32Array, format: Format, style: TextStyle): CellWriter {
  if (format === 1) return (sink, row) => sink.int32(pgDays(days[row] ?? 0));
  const isIso = style.dateStyle === 'ISO';
  return (sink, row) => {
    const day = days[row] ?? 0;
    if (!isIso || Math.abs(day) >= INFINITE_DAYS || !writeIsoDay(sink, day)) sink.latin1(dateText(day, style));
  };
}

function timeWriter(fixed: FixedData, ticksAMicro: bigint, format: Format): CellWriter {
  const read = wideIntegers(fixed, true);
  if (format === 1) return (sink, row) => sink.int64(read(row) / ticksAMicro);
  return (sink, row) => sink.latin1(timeText(Number(read(row) / ticksAMicro)));
}

/** Greatest offset of a TIMETZ, 15:59:59; the low 24 bits hold this less the offset in seconds, the others µs. */
const MOST_OFFSET_SECONDS = 57_599;

function timeTzWriter(fixed: FixedData, format: Format): CellWriter {
  const read = wideIntegers(fixed, false);
  return (sink, row) => {
    const packed = read(row);
    const micros = packed >> 24n;
    const offset = MOST_OFFSET_SECONDS - Number(packed & 0xff_ffffn);
    if (format === 0) {
      sink.latin1(timeTzText(Number(micros), offset));
      return;
    }
    sink.int64(micros);
    sink.int32(-offset);
  };
}

function intervalWriter(fixed: FixedData, format: Format, style: TextStyle): CellWriter {
  const parts = new Int32Array(fixed.values);
  const ticks = new BigInt64Array(fixed.values);
  return (sink, row) => {
    const months = parts[4 * row] ?? 0;
    const days = parts[4 * row + 1] ?? 0;
    const micros = ticks[2 * row + 1] ?? 0n;
    if (format === 0) {
      sink.latin1(intervalText({ months, days, micros }, style.intervalStyle));
      return;
    }
    sink.int64(micros);
    sink.int32(days);
    sink.int32(months);
  };
}

/** Gives µs since 1970 of any timestamp type; ns are cut. */
function microsReader(type: SqlType, fixed: FixedData): (row: number) => bigint {
  const read = wideIntegers(fixed, true);
  if (type.id === 'TIMESTAMP' || type.id === 'TIMESTAMPTZ') return read;
  const convert = (ticks: bigint): bigint => {
    if (type.id === 'TIMESTAMP_S') return ticks * 1_000_000n;
    if (type.id === 'TIMESTAMP_MS') return ticks * 1000n;
    const micros = ticks / 1000n;
    return micros * 1000n > ticks ? micros - 1n : micros;
  };
  return (row) => {
    const ticks = read(row);
    return ticks === INFINITE_MICROS || ticks === -INFINITE_MICROS ? ticks : convert(ticks);
  };
}

function stampWriter(type: SqlType, fixed: FixedData, format: Format, style: TextStyle): CellWriter {
  const read = microsReader(type, fixed);
  const isZoned = type.id === 'TIMESTAMPTZ';
  const slowText = isZoned ? timestampTzText : timestampText;
  const slow: CellWriter =
    format === 1 ? (sink, row) => sink.int64(pgMicros(read(row))) : (sink, row) => sink.latin1(slowText(read(row), style));
  const isMicros = isZoned || type.id === 'TIMESTAMP';
  if (!isMicros || (format === 0 && style.dateStyle !== 'ISO')) return slow;
  const words = new Int32Array(fixed.values);
  const write = format === 1 ? writePgMicros : isoStampWriter(isZoned ? style.timeZone : null);
  return (sink, row) => {
    const high = words[2 * row + 1] ?? 0;
    const isSafe = high > -SAFE_HIGH && high < SAFE_HIGH;
    if (!isSafe || !write(sink, high * WORD + ((words[2 * row] ?? 0) >>> 0))) slow(sink, row);
  };
}

const EPOCH_MICROS = Number(PG_EPOCH_MICROS);

function writePgMicros(sink: ByteSink, micros: number): boolean {
  const shifted = micros - EPOCH_MICROS;
  if (!Number.isSafeInteger(shifted)) return false;
  const high = Math.floor(shifted / WORD);
  sink.need(8);
  sink.patchInt32(sink.at, high);
  sink.patchInt32(sink.at + 4, shifted - high * WORD);
  sink.at += 8;
  return true;
}

const DAY_MICROS = DAY_SECONDS * 1_000_000;

/** Writes ISO text of µs since 1970; false, with nothing written, for years that need the long way. */
function isoStampWriter(timeZone: string | null): (sink: ByteSink, micros: number) => boolean {
  const zone = timeZone === null ? null : zoneOf(timeZone);
  let lastOffset = 0;
  let lastText = '+00';
  return (sink, micros) => {
    const offset = zone === null ? 0 : zone.offsetAt(Math.floor(micros / 1_000_000));
    const local = micros + offset * 1_000_000;
    const days = Math.floor(local / DAY_MICROS);
    if (!writeIsoDay(sink, days)) return false;
    sink.byte(0x20);
    writeClock(sink, local - days * DAY_MICROS);
    if (zone === null) return true;
    if (offset !== lastOffset) {
      lastOffset = offset;
      lastText = offsetText(offset);
    }
    sink.latin1(lastText);
    return true;
  };
}

/** The PostgreSQL type that a temporal type is written for directly. */
export function ownTemporalOid(type: SqlType): number | undefined {
  switch (type.id) {
    case 'DATE':
      return OID.DATE;
    case 'TIME':
    case 'TIME_NS':
      return OID.TIME;
    case 'TIMETZ':
      return OID.TIMETZ;
    case 'INTERVAL':
      return OID.INTERVAL;
    case 'TIMESTAMP':
    case 'TIMESTAMP_S':
    case 'TIMESTAMP_MS':
    case 'TIMESTAMP_NS':
      return OID.TIMESTAMP;
    case 'TIMESTAMPTZ':
      return OID.TIMESTAMPTZ;
    default:
      return undefined;
  }
}
