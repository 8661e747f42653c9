/**
 * Ids of stream entries, `ms-seq`, as whole numbers (ms · 2^64 + seq): what comparisons of `_id` and `_ts` say about them.
 * SQL compares `_id` as text, Redis as two numbers: '9-0' is above '10-0' only as text. So only what is the same both
 * ways goes down.
 */
import type { Constant, ElementRange, Predicate } from '../scan-words.ts';
import { ANYTHING, type Box, boxOf, NOTHING, uniteBoxes } from './box.ts';
import { type Interval, intervalOf } from './interval.ts';
import { integerInterval } from './leaf-spans.ts';

export type IdRange = Extract<ElementRange, { kind: 'ids' }>;

/** The side of a box that ids are. */
export const ID_SIDE = 'ids';

/** All of them, oldest first. */
export const ALL_IDS: IdRange = { kind: 'ids', from: '-', to: '+', isReversed: false };

const SEQ_BITS = 64n;
const MOST_SEQ = (1n << SEQ_BITS) - 1n;
/** The last ms that a TIMESTAMPTZ (µs in 64 bits) holds; entries beyond have no `_ts`. */
const MOST_TS_MS = 9_223_372_036_854_775n;
const LAST_OF_TS = idOf(MOST_TS_MS, MOST_SEQ);

type ColumnLeaf = Extract<Predicate, { readonly column: number }>;

/** Reads a leaf over `_id`. */
export function idBox(leaf: ColumnLeaf): Box {
  switch (leaf.kind) {
    case 'comparison':
      return leaf.op === '=' ? oneId(leaf.value) : ANYTHING;
    case 'in':
      return uniteBoxes(leaf.values.map(oneId));
    case 'prefix':
      return idPrefix(leaf.prefix);
    default:
      return ANYTHING;
  }
}

/** Reads a leaf over `_ts`, which is an id's ms; constants are µs. */
export function timestampBox(leaf: ColumnLeaf): Box {
  switch (leaf.kind) {
    case 'comparison':
      return timesBox(leaf.op, leaf.value);
    case 'in':
      return uniteBoxes(leaf.values.map((value) => timesBox('=', value)));
    case 'isNotNull':
      return boxOf(ID_SIDE, intervalOf(null, LAST_OF_TS), true);
    default:
      return ANYTHING;
  }
}

/** Gives the range of a box; null where ids are not bounded. */
export function idRangeOf(box: Box): IdRange | null {
  const span = box.sides.get(ID_SIDE);
  if (span?.kind !== 'interval') return null;
  const { low, high } = span;
  return {
    kind: 'ids',
    from: low === null ? '-' : idText(low.value),
    to: high === null ? '+' : idText(high.value),
    isReversed: false,
  };
}

function idOf(ms: bigint, seq: bigint): bigint {
  return (ms << SEQ_BITS) | seq;
}

function idText(id: number | bigint): string {
  return `${BigInt(id) >> SEQ_BITS}-${BigInt(id) & MOST_SEQ}`;
}

/** A text that is no id as Redis writes it equals none. */
function oneId({ type, value }: Constant): Box {
  if (value === null) return NOTHING;
  if (type !== 'VARCHAR' || typeof value !== 'string') return ANYTHING;
  const [, ms, seq] = /^(0|[1-9][0-9]{0,19})-(0|[1-9][0-9]{0,19})$/.exec(value) ?? [];
  if (ms === undefined || seq === undefined || BigInt(ms) > MOST_SEQ || BigInt(seq) > MOST_SEQ) return NOTHING;
  const id = idOf(BigInt(ms), BigInt(seq));
  return boxOf(ID_SIDE, intervalOf(id, id), true);
}

/** `'1700000000000-'` is one ms; with digits behind it is less than that; without the dash it may be many. */
function idPrefix(prefix: string): Box {
  const [, ms, seq] = /^(0|[1-9][0-9]{0,19})-([0-9]*)$/.exec(prefix) ?? [];
  if (ms === undefined) return /^[0-9]*$/.test(prefix) ? ANYTHING : NOTHING;
  if (BigInt(ms) > MOST_SEQ) return NOTHING;
  return boxOf(ID_SIDE, intervalOf(idOf(BigInt(ms), 0n), idOf(BigInt(ms), MOST_SEQ)), seq === '');
}

function timesBox(op: Extract<Predicate, { kind: 'comparison' }>['op'], value: Constant): Box {
  if (value.value === null) return NOTHING;
  if (!value.type.startsWith('TIMESTAMP')) return ANYTHING;
  const micros = integerInterval(op, value);
  return micros === 'unknown' ? ANYTHING : boxOf(ID_SIDE, idsOfMicros(micros), true);
}

/** Whole ms in [low, high] µs. */
function idsOfMicros({ low, high }: Interval): Interval {
  const firstMs = low === null ? null : ceilDiv(BigInt(low.value), 1000n);
  const lastMs = high === null ? MOST_TS_MS : floorDiv(BigInt(high.value), 1000n);
  const first = firstMs === null || firstMs <= 0n ? null : idOf(firstMs, 0n);
  if (lastMs < 0n || (firstMs !== null && firstMs > lastMs)) return intervalOf(1n, 0n);
  return intervalOf(first, lastMs >= MOST_TS_MS ? LAST_OF_TS : idOf(lastMs, MOST_SEQ));
}

function floorDiv(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}

function ceilDiv(value: bigint, by: bigint): bigint {
  return -floorDiv(-value, by);
}
