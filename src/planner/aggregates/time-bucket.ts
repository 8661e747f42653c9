/** DuckDB's time_bucket as a width and an origin in milliseconds, where it is one: https://duckdb.org/docs/sql/functions/timestamp */
import type { AggregateGroup } from '../../storage/index.ts';
import { constantFrom } from '../expressions/constant.ts';
import { isObject, objectAt, textAt } from '../plan/plan-nodes.ts';

/** Monday, 2000-01-03 00:00 UTC, where DuckDB's buckets of microseconds and of days begin. */
const ORIGIN_MICROS = 946_857_600_000_000n;
const DAY_MICROS = 86_400_000_000n;

interface Interval {
  readonly months: bigint;
  readonly days: bigint;
  readonly micros: bigint;
}

/**
 * Gives the bucket of `time_bucket(width, time[, origin or offset])`; null where the arguments are not constant, the width is one of
 * months or no whole milliseconds, or days are those of a zone.
 * @param typeId DuckDB's name of the time's type.
 */
export function bucketFrom(width: unknown, origin: unknown, typeId: string, isUtc: boolean): AggregateGroup['bucket'] {
  const interval = intervalFrom(width);
  if (interval === null || interval.months !== 0n) return null;
  const isZoned = typeId === 'TIMESTAMP WITH TIME ZONE';
  if (!isZoned && typeId !== 'TIMESTAMP') return null;
  // With a zone DuckDB counts days by the calendar, and takes no days together with hours.
  if (isZoned && interval.days !== 0n && (!isUtc || interval.micros !== 0n)) return null;
  const micros = interval.days * DAY_MICROS + interval.micros;
  const start = originFrom(origin, typeId);
  if (micros <= 0n || start === null || micros % 1000n !== 0n || start % 1000n !== 0n) return null;
  const [widthMs, originMs] = [Number(micros / 1000n), Number(start / 1000n)];
  return Number.isSafeInteger(widthMs) && Number.isSafeInteger(originMs) ? { widthMs, originMs } : null;
}

/** The third argument is where a bucket begins, or an interval by which all are moved. */
function originFrom(origin: unknown, typeId: string): bigint | null {
  if (origin === undefined) return ORIGIN_MICROS;
  const offset = intervalFrom(origin);
  if (offset !== null) return offset.months === 0n && offset.days === 0n ? ORIGIN_MICROS + offset.micros : null;
  const value = constantIn(origin);
  const constant = value === null || textAt(value['type'], 'id') !== typeId ? null : constantFrom(value);
  return typeof constant?.value === 'bigint' ? constant.value : null;
}

function intervalFrom(expression: unknown): Interval | null {
  const value = constantIn(expression);
  if (textAt(value?.['type'], 'id') !== 'INTERVAL' || value?.['is_null'] === true) return null;
  const parts = objectAt(value, 'value');
  const [months, days, micros] = ['months', 'days', 'micros'].map((name) => bigintOf(parts?.[name]));
  return months == null || days == null || micros == null ? null : { months, days, micros };
}

function constantIn(expression: unknown): ReturnType<typeof objectAt> {
  return isObject(expression) && textAt(expression, 'expression_class') === 'BOUND_CONSTANT'
    ? objectAt(expression, 'value')
    : null;
}

function bigintOf(plain: unknown): bigint | null {
  return typeof plain === 'number' && Number.isSafeInteger(plain) ? BigInt(plain) : null;
}
