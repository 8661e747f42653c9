/** Positions of a list and ranks of a sorted set: intervals of whole numbers from 0 on, as LRANGE and ZRANGE take them. */
import type { Constant, ElementRange, Predicate } from '../scan-words.ts';
import type { Box } from './box.ts';
import { type Interval, intervalOf } from './interval.ts';
import { integerInterval } from './leaf-spans.ts';

export type PositionRange = Extract<ElementRange, { kind: 'positions' }>;

/** All of them, in order. */
export const ALL_POSITIONS: PositionRange = { kind: 'positions', first: 0, last: -1, isReversed: false };

/** No key holds so many. */
const MOST = 2n ** 53n - 1n;

/** Gives the positions that pass a comparison; bounds outside of what can be are none. */
export function positionInterval(
  op: Extract<Predicate, { kind: 'comparison' }>['op'],
  value: Constant,
): Interval | 'nothing' | 'unknown' {
  const interval = integerInterval(op, value);
  if (interval === 'unknown') return interval;
  const low = interval.low?.value ?? 0n;
  const high = interval.high?.value ?? MOST;
  if (high < 0n || low > MOST) return 'nothing';
  return intervalOf(low <= 0n ? null : low, high >= MOST ? null : high);
}

/** Gives the range of a box's side; null where the side is not bounded. */
export function positionRangeOf(box: Box, side: string): PositionRange | null {
  const span = box.sides.get(side);
  if (span?.kind !== 'interval') return null;
  const first = Number(span.low?.value ?? 0n);
  return { kind: 'positions', first, last: span.high === null ? -1 : Number(span.high.value), isReversed: false };
}

/** Gives the first `rowCount` rows of a range; reversed (of ALL_POSITIONS only) the last ones, counted from the end. */
export function limitPositions(range: PositionRange, rowCount: number, isReversed: boolean): PositionRange {
  const end = range.first + Math.max(rowCount, 1) - 1;
  return { ...range, last: range.last < 0 ? end : Math.min(range.last, end), isReversed };
}
