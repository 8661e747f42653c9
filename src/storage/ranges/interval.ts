/**
 * Intervals of numbers: scores (number), ranks, positions and stream ids (bigint). What a filter over one of them reaches,
 * as data that can be intersected (AND) and united (OR).
 */

/** A bound; an open one is not part of the interval. Whole numbers have closed bounds only. */
export interface Bound {
  readonly value: number | bigint;
  readonly isOpen: boolean;
}

/** Null: no bound on that side. */
export interface Interval {
  readonly kind: 'interval';
  readonly low: Bound | null;
  readonly high: Bound | null;
}

/** An interval, and whether it holds nothing that its parts do not. */
export interface Hull {
  readonly interval: Interval;
  readonly isExact: boolean;
}

/** Gives the interval between two bounds; a side that is not given has none. */
export function intervalOf(low: Bound | number | bigint | null, high: Bound | number | bigint | null): Interval {
  return { kind: 'interval', low: boundOf(low), high: boundOf(high) };
}

function boundOf(bound: Bound | number | bigint | null): Bound | null {
  return bound === null || typeof bound === 'object' ? bound : { value: bound, isOpen: false };
}

/** Tells whether nothing lies in it. */
export function isEmptyInterval({ low, high }: Interval): boolean {
  if (low === null || high === null) return false;
  return low.value > high.value || (low.value === high.value && (low.isOpen || high.isOpen));
}

/** Tells whether everything lies in it. */
export function isWholeInterval({ low, high }: Interval): boolean {
  return low === null && high === null;
}

/** Gives what lies in both. */
export function intersectIntervals(a: Interval, b: Interval): Interval {
  return { kind: 'interval', low: laterOf(a.low, b.low), high: earlierOf(a.high, b.high) };
}

/** Gives the smallest interval that holds all of them. Exact where they overlap or, for whole numbers, adjoin. */
export function hullOf(intervals: readonly Interval[]): Hull {
  const parts = intervals.filter((interval) => !isEmptyInterval(interval)).sort((a, b) => byLow(a.low, b.low));
  const [first, ...others] = parts;
  if (first === undefined) return { interval: intervalOf(1, 0), isExact: true };
  let { high } = first;
  let isExact = true;
  for (const part of others) {
    if (!reaches(high, part.low)) isExact = false;
    high = furtherOf(high, part.high);
  }
  return { interval: { kind: 'interval', low: first.low, high }, isExact };
}

function laterOf(a: Bound | null, b: Bound | null): Bound | null {
  if (a === null || b === null) return a ?? b;
  if (a.value === b.value) return a.isOpen ? a : b;
  return a.value > b.value ? a : b;
}

function earlierOf(a: Bound | null, b: Bound | null): Bound | null {
  if (a === null || b === null) return a ?? b;
  if (a.value === b.value) return a.isOpen ? a : b;
  return a.value < b.value ? a : b;
}

/** The upper bound that lets more in. */
function furtherOf(a: Bound | null, b: Bound | null): Bound | null {
  if (a === null || b === null) return null;
  if (a.value === b.value) return a.isOpen ? b : a;
  return a.value > b.value ? a : b;
}

function byLow(a: Bound | null, b: Bound | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  if (a.value === b.value) return Number(a.isOpen) - Number(b.isOpen);
  return a.value < b.value ? -1 : 1;
}

/** Tells whether nothing lies between an upper bound and a lower one. */
function reaches(high: Bound | null, low: Bound | null): boolean {
  if (high === null || low === null || high.value > low.value) return true;
  if (high.value === low.value) return !(high.isOpen && low.isOpen);
  return typeof high.value === 'bigint' && typeof low.value === 'bigint' && high.value + 1n === low.value;
}
