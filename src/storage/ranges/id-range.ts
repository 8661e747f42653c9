/**
 * Ids of stream entries, `ms-seq`, as whole numbers (ms · 2^64 + seq): what comparisons of `_id` and `_ts` say about them.
 * SQL compares `_id` as text, Redis as two numbers: '9-0' is above '10-0' only as text. So only what is the same both
 * ways goes down.
 */
import type { Constant, ElementRange, Predicate } from '../scan-words.ts';
import { ANYTHING, type Box, boxOf, NOTHING, uniteBoxes } from './box.ts';
import { type Interval, intersectIntervals, intervalOf, isEmptyInterval } from './interval.ts';
import { integerInterval } from './leaf-spans.ts';

export type IdRange = Extract<ElementRange, { kind: 'ids' }>;

/** The side of a box that ids are. */
export const ID_SIDE = 'ids';

/** The side of those whose ms has so many digits. */
const DIGIT_SIDE = 'ids of digits ';

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
      return leaf.op === '=' ? oneId(leaf.value) : leaf.op === '<>' ? ANYTHING : textBound(leaf.op, leaf.value);
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

/** Tells whether a side bounds ids whose ms has some number of digits: among those, text and numbers have one order. */
export function isDigitSide(side: string): boolean {
  return side.startsWith(DIGIT_SIDE);
}

/**
 * Gives the ranges of a box's ids, oldest first; null where they are not bounded. More than one where ids are bounded as text:
 * those with fewer or more digits may lie anywhere. None where nothing lies in it.
 */
export function idRangesOf({ sides }: Box): readonly IdRange[] | null {
  const own = sides.get(ID_SIDE);
  let parts: readonly Interval[] = [own?.kind === 'interval' ? own : intervalOf(null, null)];
  let isBounded = own !== undefined;
  for (const [side, span] of sides) {
    if (!isDigitSide(side) || span.kind !== 'interval') continue;
    isBounded = true;
    const digits = Number(side.slice(DIGIT_SIDE.length));
    const around = [
      intervalOf(null, firstOf(digits) - 1n),
      intersectIntervals(span, idsOfDigits(digits)),
      intervalOf(firstOf(digits + 1), null),
    ];
    parts = parts.flatMap((part) => around.map((one) => intersectIntervals(part, one))).filter(isThere);
  }
  return isBounded ? parts.map(rangeOf) : null;
}

/** Gives the range of a box whose ids are not bounded as text; null where they are not bounded. */
export function idRangeOf({ sides }: Box): IdRange | null {
  const span = sides.get(ID_SIDE);
  return span?.kind === 'interval' ? rangeOf(span) : null;
}

function rangeOf({ low, high }: Interval): IdRange {
  const from = low === null || low.value <= 0n ? '-' : idText(low.value);
  return { kind: 'ids', from, to: high === null ? '+' : idText(high.value), isReversed: false };
}

/** No id lies below 0. */
function isThere(interval: Interval): boolean {
  return !isEmptyInterval(interval) && (interval.high === null || interval.high.value >= 0n);
}

/** The first id whose ms has so many digits; 0 has one. */
function firstOf(digits: number): bigint {
  return idOf(digits <= 1 ? 0n : 10n ** BigInt(digits - 1), 0n);
}

function idsOfDigits(digits: number): Interval {
  return intervalOf(firstOf(digits), firstOf(digits + 1) - 1n);
}

/**
 * `_id > '1700000000000-5'` as text: of the ids with as many digits those from this ms on; of others nothing is said. A text
 * that begins with no digit says nothing.
 */
function textBound(op: '<' | '<=' | '>' | '>=', { type, value }: Constant): Box {
  if (value === null) return NOTHING;
  const digits = type === 'VARCHAR' && typeof value === 'string' ? (/^[0-9]{1,20}(?![0-9])/.exec(value)?.[0] ?? '') : '';
  if (digits === '') return ANYTHING;
  const ms = BigInt(digits);
  const bound = op === '>' || op === '>=' ? intervalOf(idOf(ms, 0n), null) : intervalOf(null, idOf(ms, MOST_SEQ));
  return boxOf(`${DIGIT_SIDE}${digits.length}`, bound, false);
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
