/**
 * Comparisons of numbers over NUMERIC attributes. The index keeps doubles; rounding to them keeps the order, so that an
 * inclusive bound loses no row, and below 2^53 (15 digits of a DECIMAL) it is exact.
 */
import type { SqlType } from '../../../types/index.ts';
import type { Constant } from '../../scan-words.ts';
import { type Fragment, numberPiece } from './fragment.ts';

/** Values from low to high; −Infinity and Infinity are no bounds. */
export interface NumericRange {
  readonly low: number;
  readonly isLowOpen: boolean;
  readonly high: number;
  readonly isHighOpen: boolean;
}

export type ComparisonOp = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** A constant as the index sees it: the values that may be stored for it, and whether that tells it from all others. */
interface IndexedValue {
  readonly low: number;
  readonly high: number;
  readonly isPrecise: boolean;
}

export const EVERY_NUMBER: NumericRange = {
  low: Number.NEGATIVE_INFINITY,
  isLowOpen: false,
  high: Number.POSITIVE_INFINITY,
  isHighOpen: false,
};

const INTEGERS = new Set<SqlType['id']>([
  'TINYINT',
  'SMALLINT',
  'INTEGER',
  'BIGINT',
  'HUGEINT',
  'UTINYINT',
  'USMALLINT',
  'UINTEGER',
  'UBIGINT',
  'UHUGEINT',
  // Their unit is declared: whole numbers of it. A plain TIMESTAMP's is told by a number's size, so it is not here.
  'TIMESTAMP_S',
  'TIMESTAMP_MS',
  'TIMESTAMP_NS',
]);

/** From here on neighbouring integers are one double. */
const WHOLE_BELOW = 2n ** 53n;
/** Decimals of so many digits are different doubles. */
const DECIMAL_DIGITS = 15;

/** Tells whether a column's values are numbers whose order a NUMERIC attribute keeps. */
export function isNumeric({ id }: SqlType): boolean {
  return INTEGERS.has(id) || id === 'DECIMAL' || id === 'DOUBLE' || id === 'FLOAT';
}

/** Tells whether a column's values are texts of one spelling each, which a TAG attribute finds: `2010-01-31`. */
export function isDated({ id }: SqlType): boolean {
  return id === 'DATE';
}

/** Tells whether all values of the type are whole. */
export function isWhole({ id }: SqlType): boolean {
  return INTEGERS.has(id);
}

/** Gives the ranges (one or two) that hold every value for which `value op constant` is true; null where none can be told. */
export function rangesOf(
  type: SqlType,
  op: ComparisonOp,
  constant: Constant,
): { readonly ranges: readonly NumericRange[]; readonly isExact: boolean } | null {
  const value = indexedValueOf(type, constant);
  if (value === null) return null;
  const { low, high, isPrecise } = value;
  const below: NumericRange = { ...EVERY_NUMBER, high, isHighOpen: isPrecise };
  const above: NumericRange = { ...EVERY_NUMBER, low, isLowOpen: isPrecise };
  switch (op) {
    case '=':
      return { ranges: [{ low, isLowOpen: false, high, isHighOpen: false }], isExact: isPrecise };
    case '<>':
      return { ranges: isPrecise ? [below, above] : [EVERY_NUMBER], isExact: isPrecise };
    case '<':
      return { ranges: [below], isExact: isPrecise };
    case '<=':
      return { ranges: [{ ...below, isHighOpen: false }], isExact: isPrecise };
    case '>':
      return { ranges: [above], isExact: isPrecise };
    case '>=':
      return { ranges: [{ ...above, isLowOpen: false }], isExact: isPrecise };
    default:
      return op satisfies never;
  }
}

/** Gives the values that both ranges hold; it may be upside down, which matches nothing. */
export function intersectRanges(a: NumericRange, b: NumericRange): NumericRange {
  const [low, isLowOpen] =
    a.low === b.low ? [a.low, a.isLowOpen || b.isLowOpen] : a.low > b.low ? [a.low, a.isLowOpen] : [b.low, b.isLowOpen];
  const [high, isHighOpen] =
    a.high === b.high
      ? [a.high, a.isHighOpen || b.isHighOpen]
      : a.high < b.high
        ? [a.high, a.isHighOpen]
        : [b.high, b.isHighOpen];
  return { low, isLowOpen, high, isHighOpen };
}

export function isEmptyRange({ low, isLowOpen, high, isHighOpen }: NumericRange): boolean {
  return low > high || (low === high && (isLowOpen || isHighOpen));
}

/** name: as attributeName gives it. */
export function rangeFragment(name: string, { low, isLowOpen, high, isHighOpen }: NumericRange): Fragment {
  return [`${name}:[${isLowOpen ? '(' : ''}`, numberPiece(low), ` ${isHighOpen ? '(' : ''}`, numberPiece(high), ']'];
}

function indexedValueOf(type: SqlType, { value }: Constant): IndexedValue | null {
  if (INTEGERS.has(type.id)) {
    if (typeof value !== 'bigint') return null;
    const magnitude = value < 0n ? -value : value;
    return nearest(Number(value), magnitude < WHOLE_BELOW);
  }
  if (type.id === 'DECIMAL') {
    if (typeof value !== 'bigint') return null;
    return nearest(Number(decimalText(value, type.scale ?? 3)), (type.width ?? 18) <= DECIMAL_DIGITS);
  }
  if (typeof value !== 'number' || Number.isNaN(value)) return null;
  if (type.id === 'DOUBLE') return nearest(value, true);
  // A FLOAT is the double rounded once more: all doubles between its neighbours may be it.
  return type.id === 'FLOAT' ? { low: floatNeighbour(value, -1), high: floatNeighbour(value, 1), isPrecise: false } : null;
}

function nearest(value: number, isPrecise: boolean): IndexedValue {
  return { low: value, high: value, isPrecise };
}

/** Gives an unscaled integer with its point. */
export function decimalText(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale);
  return `${unscaled < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** The next float below or above; infinities are their own. */
function floatNeighbour(value: number, direction: 1 | -1): number {
  const float = new Float32Array([value]);
  const bits = new Int32Array(float.buffer);
  const [start = 0] = float;
  if (!Number.isFinite(start)) return start > 0 === direction > 0 ? start : direction * 3.4028234663852886e38 * -1;
  if (start === 0) return direction * 1.401298464324817e-45;
  bits[0] = (bits[0] ?? 0) + (start > 0 === direction > 0 ? 1 : -1);
  return float[0] ?? start;
}
