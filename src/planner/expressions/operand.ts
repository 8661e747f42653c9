/** The column side and the constant side of a comparison: plain columns, casts of a column, constants of the compared type. */
import type { Constant } from '../../storage/index.ts';
import { isObject, objectAt, textAt } from '../plan/plan-nodes.ts';
import { constantFrom, typeNameOf } from './constant.ts';

/** Maps an output column of the node below to a position among the columns that the bind added; null: not a whole column. */
export type ColumnMap = readonly (number | null)[];

/** Where an expression stands. */
export interface Context {
  readonly columns: ColumnMap;
  /** Under NOT the rows where the expression is false count, too: NULL and false must not be mixed up. */
  readonly isNegated: boolean;
  /** How many ANDs, ORs and NOTs stand around. */
  readonly depth: number;
  /** The session's zone is UTC: casts between times with and without zone change nothing. */
  readonly isUtc: boolean;
}

export interface Column {
  readonly position: number;
  /** DuckDB's name of the type, with the width and scale of a DECIMAL; `JSON` is VARCHAR. */
  readonly type: string;
}

/** A column, or a cast of one that changes no order: `type` is what it is compared as. */
export interface Operand {
  readonly column: Column;
  readonly type: string;
}

/** Gives a plain reference to a whole column, else null. */
export function columnFrom(expression: unknown, context: Context): Column | null {
  if (textAt(expression, 'expression_class') !== 'BOUND_REF' || !isObject(expression)) return null;
  const index = expression['index'];
  const position = typeof index === 'number' ? context.columns[index] : undefined;
  return position == null ? null : { position, type: typeNameOf(objectAt(expression, 'return_type')) };
}

/** Gives a column or a cast of one. Whether a comparison of that cast can be read is for cast-comparison.ts to say. */
export function operandFrom(expression: unknown, context: Context): Operand | null {
  const column = columnFrom(expression, context);
  if (column !== null) return { column, type: column.type };
  if (textAt(expression, 'expression_class') !== 'BOUND_CAST' || !isObject(expression)) return null;
  const type = typeNameOf(objectAt(expression, 'return_type'));
  const inner = columnFrom(withoutZoneless(expression['child'], type), context);
  return inner === null || type === '' ? null : { column: inner, type };
}

/** `at_s::TIMESTAMP > now()` casts twice. The second cast changes nothing in UTC, and elsewhere no cast with a zone is read. */
function withoutZoneless(child: unknown, type: string): unknown {
  const isCast = textAt(child, 'expression_class') === 'BOUND_CAST' && isObject(child);
  if (type !== 'TIMESTAMP WITH TIME ZONE' || !isCast) return child;
  return typeNameOf(objectAt(child, 'return_type')) === 'TIMESTAMP' ? child['child'] : child;
}

/** Gives a constant of exactly the operand's type; others (VARCHAR against BLOB occurs) are not compared as they look. */
export function valueFrom(expression: unknown, operand: Operand | null): Constant | null {
  if (operand === null || textAt(expression, 'expression_class') !== 'BOUND_CONSTANT') return null;
  const value = objectAt(expression, 'value');
  return value === null || typeNameOf(objectAt(value, 'type')) !== operand.type ? null : constantFrom(value);
}
