/** Evaluates predicates over rows by SQL's three-valued logic, with a fourth value for what is not known. */
import type { Constant, Predicate } from '../../src/storage/index.ts';
import type { Row, RowValue } from './planning-duckdb.ts';

type Truth = 'true' | 'false' | 'null' | 'unknown';

/** True unless the predicate surely is not true for the row. */
export function mayMatch(predicate: Predicate, row: Row): boolean {
  const truth = truthOf(predicate, row);
  return truth === 'true' || truth === 'unknown';
}

/** True where `mayMatch` says exactly which rows match. */
export function isExactlyKnown(predicate: Predicate): boolean {
  switch (predicate.kind) {
    case 'and':
    case 'or':
      return predicate.children.every(isExactlyKnown);
    case 'not':
      return isExactlyKnown(predicate.child);
    default:
      return predicate.kind !== 'call' && predicate.kind !== 'opaque';
  }
}

export function truthOf(predicate: Predicate, row: Row): Truth {
  switch (predicate.kind) {
    case 'comparison':
      return compared(row[predicate.column] ?? null, predicate.value, predicate.op);
    case 'in':
      return disjunction(predicate.values.map((value) => compared(row[predicate.column] ?? null, value, '=')));
    case 'prefix': {
      const value = row[predicate.column] ?? null;
      return value === null ? 'null' : String(value).startsWith(predicate.prefix) ? 'true' : 'false';
    }
    case 'isNull':
      return (row[predicate.column] ?? null) === null ? 'true' : 'false';
    case 'isNotNull':
      return (row[predicate.column] ?? null) === null ? 'false' : 'true';
    case 'and':
      return negation(disjunction(predicate.children.map((child) => negation(truthOf(child, row)))));
    case 'or':
      return disjunction(predicate.children.map((child) => truthOf(child, row)));
    case 'not':
      return negation(truthOf(predicate.child, row));
    case 'call':
    case 'opaque':
      return 'unknown';
    default:
      return predicate satisfies never;
  }
}

function disjunction(truths: readonly Truth[]): Truth {
  if (truths.includes('true')) return 'true';
  if (truths.includes('unknown')) return 'unknown';
  return truths.includes('null') ? 'null' : 'false';
}

function negation(truth: Truth): Truth {
  return truth === 'true' ? 'false' : truth === 'false' ? 'true' : truth;
}

function compared(value: RowValue, constant: Constant, op: string): Truth {
  if (value === null || constant.value === null) return 'null';
  const order = orderOf(value, constant.value);
  const holds = { '=': order === 0, '<>': order !== 0, '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0 }[op];
  return holds === true ? 'true' : 'false';
}

/** DuckDB's order: text by its bytes, NaN above all numbers and equal to itself. */
export function orderOf(a: Exclude<RowValue, null>, b: Exclude<RowValue, null>): number {
  if (typeof a === 'string' || typeof b === 'string') return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a < b ? -1 : a > b ? 1 : 0;
}
