/**
 * What a filter says about time series beside their keys: the ms between which samples are read, and which values labels
 * must have. Asks no server.
 */
import { distinctKeys } from '../keys/key-reach.ts';
import { type Box, boxOf } from '../ranges/box.ts';
import { type Interval, intervalOf } from '../ranges/interval.ts';
import { integerInterval, numberBox } from '../ranges/leaf-spans.ts';
import type { Constant, ElementRange, Predicate, ScanRequest, TableColumn } from '../scan-words.ts';

export type TimeRange = Extract<ElementRange, { kind: 'times' }>;

/** A label and the values that it may have. */
export interface LabelRule {
  readonly label: string;
  readonly values: readonly string[];
}

/** The side of a box that times are, in ms. */
export const TIME_SIDE = 'times';
const LABEL_SIDE = 'label ';
/** All samples, oldest first. */
export const ALL_TIMES: TimeRange = { kind: 'times', from: '-', to: '+', isReversed: false, bucket: null };
/** The last ms that a TIMESTAMPTZ (µs in 64 bits) holds. */
const MOST_MS = 9_223_372_036_854_775n;
/** More values than these are not named one by one. */
const MOST_VALUES = 1_000;
/** What stands for itself in a FILTER of RedisTimeSeries, wherever it stands. */
const PLAIN_TEXT = /^[^\s=!(),"'\\\p{C}](?:[^=!(),"'\\\p{C}]*[^\s=!(),"'\\\p{C}])?$/u;

/** Reads a leaf over `_ts` or a label; null where it is about another column. */
export function timeseriesBox(leaf: Predicate, { columns }: ScanRequest): Box | null {
  if (!('column' in leaf)) return null;
  const column = columns[leaf.column];
  if (column?.part === 'ts') return numberBox(TIME_SIDE, leaf, millisInterval);
  return column?.role === 'field' ? labelBox(leaf, column, leaf.column) : null;
}

/** Says why a leaf cannot go down; null for the general words. */
export function whyNoSeries(leaf: Predicate, { columns }: ScanRequest): string | null {
  if (!('column' in leaf)) return null;
  const column = columns[leaf.column];
  if (column?.part === 'value') return 'no command finds samples by value';
  if (column?.role !== 'field') return null;
  if (leaf.kind === 'comparison' && leaf.op === '=' && leaf.value.value === '') return 'to Redis an empty label is none';
  return 'series are found by labels of plain text that equal one, or one of a list';
}

/** Gives the range of samples that a box leaves. */
export function timeRangeOf(box: Box): TimeRange {
  const span = box.sides.get(TIME_SIDE);
  if (span?.kind !== 'interval') return ALL_TIMES;
  const { low, high } = span;
  return { ...ALL_TIMES, from: low === null ? '-' : String(low.value), to: high === null ? '+' : String(high.value) };
}

/** Gives what a box says about labels, and on which sides. */
export function labelRulesOf(box: Box, { columns }: ScanRequest): { readonly rules: LabelRule[]; readonly sides: string[] } {
  const rules: LabelRule[] = [];
  const sides: string[] = [];
  for (const [side, span] of box.sides) {
    if (!side.startsWith(LABEL_SIDE) || span.kind !== 'keys') continue;
    const column = columns[Number(side.slice(LABEL_SIDE.length))];
    if (column === undefined) continue;
    rules.push({ label: labelOf(column), values: span.keys.map((key) => Buffer.from(key).toString('utf8')) });
    sides.push(side);
  }
  return { rules, sides };
}

/** The terms of TS.QUERYINDEX: `sensor=a`, `sensor=(a,b)`. */
export function filterTermsOf(rules: readonly LabelRule[]): string[] {
  return rules.map(({ label, values }) => `${label}=${values.length === 1 ? values[0] : `(${values.join(',')})`}`);
}

/** Samples lie at whole ms from 1970 on; constants are µs, and may lie between. */
function millisInterval(op: Extract<Predicate, { kind: 'comparison' }>['op'], value: Constant): Interval | 'nothing' | 'unknown' {
  if (!value.type.startsWith('TIMESTAMP') || typeof value.value !== 'bigint') return 'unknown';
  const micros = integerInterval(op, value);
  if (micros === 'unknown') return 'unknown';
  const low = micros.low === null ? null : ceilDiv(BigInt(micros.low.value), 1000n);
  const high = micros.high === null ? MOST_MS : floorDiv(BigInt(micros.high.value), 1000n);
  if (high < 0n || (low !== null && low > high)) return 'nothing';
  return intervalOf(low === null || low <= 0n ? null : low, high);
}

/** A label is text, one value a series. Redis takes `label=` for «no such label». */
function labelBox(leaf: Extract<Predicate, { column: number }>, column: TableColumn, position: number): Box | null {
  const { type } = column;
  if (type.id !== 'VARCHAR' || type.alias !== undefined || !PLAIN_TEXT.test(labelOf(column))) return null;
  const constants = leaf.kind === 'in' ? leaf.values : leaf.kind === 'comparison' && leaf.op === '=' ? [leaf.value] : null;
  if (constants === null || constants.length > MOST_VALUES) return null;
  const values: Uint8Array[] = [];
  for (const { type: typeName, value } of constants) {
    if (value === null) continue;
    if (typeName !== 'VARCHAR' || typeof value !== 'string' || !PLAIN_TEXT.test(value)) return null;
    values.push(Buffer.from(value, 'utf8'));
  }
  return boxOf(`${LABEL_SIDE}${position}`, { kind: 'keys', keys: distinctKeys(values) }, true);
}

function labelOf({ name, field }: TableColumn): string {
  return field === undefined ? name : Buffer.from(field).toString('utf8');
}

function floorDiv(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}

function ceilDiv(value: bigint, by: bigint): bigint {
  return -floorDiv(-value, by);
}
