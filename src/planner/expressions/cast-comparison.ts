/**
 * Comparisons of a cast column as comparisons of the column itself: `CAST(age AS DECIMAL(20,1)) > 30.5` is `age > 30`. All
 * casts that are read here keep the order of values, so that what a comparison selects is a range of the column's values;
 * its ends are found by arithmetic, or by halving where a cast rounds. Others are not read.
 */
import type { Constant, Predicate } from '../../storage/index.ts';
import type { Operand } from './operand.ts';
import { DAY_MICROS, floorDivided, INFINITE_TIME, isInfinite, unitCast } from './time-units.ts';

type Op = Extract<Predicate, { kind: 'comparison' }>['op'];

/** `least` is the smallest value that the cast takes to the constant or above, `greatest` the largest that it takes to it or below. */
interface Ends {
  readonly least: bigint;
  readonly greatest: bigint;
}

interface Domain {
  readonly min: bigint;
  readonly max: bigint;
  /** Digits behind the point: the physical integer is the value times 10^scale. */
  readonly scale: bigint;
  /** Digits before the point that any value needs at most. */
  readonly digits: bigint;
}

const INTEGER_BITS: Readonly<Record<string, readonly [bits: bigint, isSigned: boolean]>> = {
  TINYINT: [8n, true],
  SMALLINT: [16n, true],
  INTEGER: [32n, true],
  BIGINT: [64n, true],
  HUGEINT: [128n, true],
  UTINYINT: [8n, false],
  USMALLINT: [16n, false],
  UINTEGER: [32n, false],
  UBIGINT: [64n, false],
  UHUGEINT: [128n, false],
};
const TIME: Domain = { min: -INFINITE_TIME, max: INFINITE_TIME, scale: 0n, digits: 19n };
/** DuckDB's ends of DATE (days) and of the times (each in its own unit). */
const TIMES: Readonly<Record<string, Domain>> = {
  DATE: { min: -(2n ** 31n - 1n), max: 2n ** 31n - 1n, scale: 0n, digits: 10n },
  TIMESTAMP: TIME,
  'TIMESTAMP WITH TIME ZONE': TIME,
  TIMESTAMP_S: TIME,
  TIMESTAMP_MS: TIME,
  TIMESTAMP_NS: TIME,
};

/**
 * Gives what `CAST(column AS type) op value` says of the column: the same truth for every value, NULL for NULL; null where
 * that cannot be proven.
 * @param isUtc whether the session's zone is UTC, where times with and without zone are the same microseconds.
 */
export function castComparison(
  { column, type }: Operand,
  op: Op,
  value: Constant,
  { isNegated, isUtc }: { readonly isNegated: boolean; readonly isUtc: boolean },
): Predicate | null {
  const domain = domainOf(column.type);
  const ends = domain === null ? null : endsOf(column.type, domain, type, value, isUtc);
  if (domain === null || ends === null) return null;
  const found = rangeOf(op, clamped(ends, domain), domain);
  const at = column.position;
  // What is true, or false, for every value is NULL for NULL: under NOT that is no longer the same.
  if (found === 'all') return isNegated ? null : { kind: 'isNotNull', column: at };
  if (found === 'none') return isNegated ? null : { kind: 'in', column: at, values: [] };
  const parts = found.map(
    ([sign, bound]): Predicate => ({ kind: 'comparison', op: sign, column: at, value: { type: column.type, value: bound } }),
  );
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  return { kind: op === '<>' ? 'or' : 'and', children: parts };
}

function domainOf(type: string): Domain | null {
  const integer = INTEGER_BITS[type];
  if (integer !== undefined) {
    const [bits, isSigned] = integer;
    const max = 2n ** (isSigned ? bits - 1n : bits) - 1n;
    return { min: isSigned ? -max - 1n : 0n, max, scale: 0n, digits: BigInt(String(max).length) };
  }
  const decimal = decimalOf(type);
  if (decimal === null) return TIMES[type] ?? null;
  const max = 10n ** decimal.width - 1n;
  return { min: -max, max, scale: decimal.scale, digits: decimal.width - decimal.scale };
}

function decimalOf(type: string): { readonly width: bigint; readonly scale: bigint } | null {
  const [, width, scale] = /^DECIMAL\((\d+),(\d+)\)$/.exec(type) ?? [];
  return width === undefined || scale === undefined ? null : { width: BigInt(width), scale: BigInt(scale) };
}

function endsOf(from: string, domain: Domain, to: string, { value }: Constant, isUtc: boolean): Ends | null {
  if (from in TIMES) return typeof value === 'bigint' ? endsOfTime(from, to, value, isUtc) : null;
  if (to === 'DOUBLE' || to === 'FLOAT') return typeof value === 'number' ? endsOfFloat(from, domain, to, value) : null;
  const target = domainOf(to);
  if (target === null || to in TIMES || typeof value !== 'bigint') return null;
  // A cast that some value does not fit into fails for it; one that cuts digits off rounds.
  const isInside = INTEGER_BITS[to] === undefined ? target.digits >= domain.digits : isWithin(domain, target);
  if (!isInside || target.scale < domain.scale) return null;
  return endsOfMultiple(value, 10n ** (target.scale - domain.scale));
}

/** Only of integers: a DECIMAL cast to an integer rounds. */
function isWithin(domain: Domain, target: Domain): boolean {
  return domain.scale === 0n && domain.min >= target.min && domain.max <= target.max;
}

/** The cast multiplies by `factor`. */
function endsOfMultiple(value: bigint, factor: bigint): Ends {
  const greatest = floorDivided(value, factor);
  return { least: greatest * factor === value ? greatest : greatest + 1n, greatest };
}

function endsOfTime(from: string, to: string, value: bigint, isUtc: boolean): Ends | null {
  const isZoned = from === 'TIMESTAMP WITH TIME ZONE' || to === 'TIMESTAMP WITH TIME ZONE';
  if (isZoned && !isUtc) return null;
  const cast = unitCast(from, to);
  if (cast !== null) return endsOfCast(TIME, cast, value);
  if (from.startsWith('TIMESTAMP_') || to.startsWith('TIMESTAMP_')) return null;
  if (from !== 'DATE' && to !== 'DATE') return to in TIMES ? { least: value, greatest: value } : null;
  if (from === 'DATE') return to in TIMES && !isInfinite(value) ? endsOfMultiple(value, DAY_MICROS) : null;
  // A time's date is its floor.
  const isDate = value > -(2n ** 31n - 1n) && value < 2n ** 31n - 1n;
  return isDate ? { least: value * DAY_MICROS, greatest: value * DAY_MICROS + DAY_MICROS - 1n } : null;
}

/** Both round to the nearest, ties to even, as JavaScript does; of 64 bits by way of DOUBLE that would be two roundings. */
function endsOfFloat(from: string, domain: Domain, to: string, value: number): Ends | null {
  const [bits] = INTEGER_BITS[from] ?? [];
  if (Number.isNaN(value) || bits === undefined || bits > (to === 'FLOAT' ? 32n : 64n)) return null;
  const cast = to === 'FLOAT' ? (n: bigint) => Math.fround(Number(n)) : Number;
  return endsOfCast(domain, cast, value);
}

/** Of any cast that keeps the order, by halving. */
function endsOfCast<T extends number | bigint>(domain: Domain, cast: (n: bigint) => T, value: T): Ends {
  return {
    least: firstWhere(domain, (n) => cast(n) >= value),
    greatest: firstWhere(domain, (n) => cast(n) > value) - 1n,
  };
}

/** Gives the first value of the domain for which a condition holds that holds from there on; one above the last for none. */
function firstWhere({ min, max }: Domain, holds: (n: bigint) => boolean): bigint {
  let [low, high] = [min, max + 1n];
  while (low < high) {
    const middle = floorDivided(low + high, 2n);
    if (holds(middle)) high = middle;
    else low = middle + 1n;
  }
  return low;
}

function clamped({ least, greatest }: Ends, { min, max }: Domain): Ends {
  return {
    least: least < min ? min : least > max ? max + 1n : least,
    greatest: greatest > max ? max : greatest < min ? min - 1n : greatest,
  };
}

type Range = readonly (readonly [op: Op, bound: bigint])[];

/** Gives the comparisons whose AND (for `<>`: OR) is the range. */
function rangeOf(op: Op, { least, greatest }: Ends, { min, max }: Domain): Range | 'all' | 'none' {
  switch (op) {
    case '<':
      return least <= min ? 'none' : least > max ? 'all' : [['<', least]];
    case '<=':
      return greatest < min ? 'none' : greatest >= max ? 'all' : [['<=', greatest]];
    case '>':
      return greatest >= max ? 'none' : greatest < min ? 'all' : [['>', greatest]];
    case '>=':
      return least > max ? 'none' : least <= min ? 'all' : [['>=', least]];
    case '=':
      if (least > greatest) return 'none';
      return least === greatest
        ? [['=', least]]
        : [
            ['>=', least],
            ['<=', greatest],
          ];
    case '<>':
      if (least > greatest) return 'all';
      return least === greatest
        ? [['<>', least]]
        : [
            ['<', least],
            ['>', greatest],
          ];
    default:
      return op satisfies never;
  }
}
