/**
 * What DuckDB's casts make of TIMESTAMP_S, TIMESTAMP_MS and TIMESTAMP_NS, as functions of the physical integers. Each keeps
 * the order; a value that no cast takes (a second beyond the year 294247) is taken to the infinity on its side.
 */

/** DuckDB's infinity of all timestamps; the smallest 64-bit integer is no time. */
export const INFINITE_TIME = 2n ** 63n - 1n;
export const DAY_MICROS = 86_400_000_000n;
const INFINITE_DAY = 2n ** 31n - 1n;

type Cast = (value: bigint) => bigint;

const MICROS: Readonly<Record<string, Cast>> = {
  TIMESTAMP_S: (seconds) => bounded(seconds * 1_000_000n),
  TIMESTAMP_MS: (millis) => bounded(millis * 1000n),
  // Towards zero, as BigInt divides: the nanosecond before 1970 is 1970.
  TIMESTAMP_NS: (nanos) => (isInfinite(nanos) ? nanos : nanos / 1000n),
};

/** Gives the cast between two types; null where it is none of these, or fails for values that a table may have. */
export function unitCast(from: string, to: string): Cast | null {
  const micros = MICROS[from];
  if (micros === undefined) return null;
  switch (to) {
    case 'TIMESTAMP':
    case 'TIMESTAMP WITH TIME ZONE':
      return micros;
    case 'DATE':
      return (value) => dayOf(micros(value));
    case 'TIMESTAMP_MS':
      return from === 'TIMESTAMP_S' ? (seconds) => bounded(seconds * 1000n) : null;
    default:
      return null;
  }
}

export function isInfinite(time: bigint): boolean {
  return time >= INFINITE_TIME || time <= -INFINITE_TIME;
}

export function floorDivided(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}

function bounded(time: bigint): bigint {
  return time > INFINITE_TIME ? INFINITE_TIME : time < -INFINITE_TIME ? -INFINITE_TIME : time;
}

function dayOf(micros: bigint): bigint {
  if (isInfinite(micros)) return micros > 0n ? INFINITE_DAY : -INFINITE_DAY;
  return floorDivided(micros, DAY_MICROS);
}
