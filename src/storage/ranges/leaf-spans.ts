/** Leaves of filters as spans of one side: numbers as intervals, texts as lists of bytes. */

import { MOST_KEYS, unite } from '../keys/key-reach.ts';
import type { Constant, Predicate, TableColumn } from '../scan-words.ts';
import { ANYTHING, type Box, boxOf, EVERYTHING, NOTHING, uniteBoxes } from './box.ts';
import { type Interval, intervalOf } from './interval.ts';

type ColumnLeaf = Extract<Predicate, { readonly column: number }>;
type Op = Extract<Predicate, { kind: 'comparison' }>['op'];

/** Members that one command names, at most. */
export const MOST_MEMBERS = Math.min(10_000, MOST_KEYS);

/** Reads a leaf over a column of numbers that is never NULL; `intervalFrom` null: nothing equals or passes the constant. */
export function numberBox(
  side: string,
  leaf: ColumnLeaf,
  intervalFrom: (op: Op, value: Constant) => Interval | 'nothing' | 'unknown',
): Box {
  const one = (op: Op, value: Constant): Box => {
    if (value.value === null) return NOTHING;
    const interval = intervalFrom(op, value);
    if (interval === 'unknown') return ANYTHING;
    return interval === 'nothing' ? NOTHING : boxOf(side, interval, true);
  };
  switch (leaf.kind) {
    case 'comparison':
      return leaf.op === '<>' ? ANYTHING : one(leaf.op, leaf.value);
    case 'in':
      return uniteBoxes(leaf.values.map((value) => one('=', value)));
    case 'isNull':
      return NOTHING;
    case 'isNotNull':
      return EVERYTHING;
    case 'prefix':
    case 'call':
      return ANYTHING;
    default:
      return leaf satisfies never;
  }
}

/** Whole numbers: `x > 5` is 6 and above. */
export function integerInterval(op: Op, { value }: Constant): Interval | 'unknown' {
  if (typeof value !== 'bigint') return 'unknown';
  switch (op) {
    case '=':
      return intervalOf(value, value);
    case '<':
      return intervalOf(null, value - 1n);
    case '<=':
      return intervalOf(null, value);
    case '>':
      return intervalOf(value + 1n, null);
    case '>=':
      return intervalOf(value, null);
    default:
      return 'unknown';
  }
}

/** Doubles by DuckDB's order, for a column that never holds NaN: NaN is above all numbers and equal to itself. */
export function doubleInterval(op: Op, { type, value }: Constant): Interval | 'nothing' | 'unknown' {
  if (type !== 'DOUBLE' || typeof value !== 'number') return 'unknown';
  if (Number.isNaN(value)) return op === '<' || op === '<=' ? intervalOf(null, null) : 'nothing';
  // −0 and 0 are one number.
  const bound = value === 0 ? 0 : value;
  switch (op) {
    case '=':
      return intervalOf(bound, bound);
    case '<':
      return intervalOf(null, { value: bound, isOpen: true });
    case '<=':
      return intervalOf(null, bound);
    case '>':
      return intervalOf({ value: bound, isOpen: true }, null);
    case '>=':
      return intervalOf(bound, null);
    default:
      return 'unknown';
  }
}

/** Reads a leaf over members, elements or values that one command can name. */
export function textBox(side: string, leaf: ColumnLeaf, column: TableColumn): Box {
  switch (leaf.kind) {
    case 'comparison':
      return leaf.op === '=' ? listBox(side, [leaf.value], column) : ANYTHING;
    case 'in':
      return listBox(side, leaf.values, column);
    default:
      return ANYTHING;
  }
}

function listBox(side: string, constants: readonly Constant[], column: TableColumn): Box {
  const texts: Uint8Array[] = [];
  for (const constant of constants) {
    if (constant.value === null) continue;
    const text = bytesOf(constant, column);
    if (text === null) return ANYTHING;
    texts.push(text);
  }
  const { reach } = unite([{ reach: { kind: 'keys', keys: texts }, isExact: true }]);
  if (reach.kind === 'keys' && reach.keys.length > MOST_MEMBERS) return ANYTHING;
  return boxOf(side, reach, reach.kind === 'keys');
}

/**
 * The bytes that alone are read as the constant; null where several may be. A whole number of an inferred column is one:
 * there only the text that it prints is read as it.
 */
function bytesOf({ type, value }: Constant, column: TableColumn): Uint8Array | null {
  if (column.type.id === 'VARCHAR' && column.type.alias === undefined && type === 'VARCHAR')
    return typeof value === 'string' && value.isWellFormed() ? Buffer.from(value, 'utf8') : null;
  if (column.type.id === 'BIGINT' && column.isInferred === true && typeof value === 'bigint') return Buffer.from(String(value));
  return null;
}

/** Says why a text cannot be named. */
export function whyNoText(leaf: ColumnLeaf, column: TableColumn): string | null {
  const isEquality = leaf.kind === 'in' || (leaf.kind === 'comparison' && leaf.op === '=');
  return isEquality && column.type.id !== 'VARCHAR' ? 'one value may be written in several ways' : null;
}
