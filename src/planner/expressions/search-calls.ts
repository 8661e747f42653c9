/**
 * Reads calls of the search functions: `match(column, 'text')`, `geo_within(column, lon, lat, radius, unit)` and
 * `vector_distance(column, vector[, metric])` compared with a number. All arguments but the column are constants.
 */
import type { Constant, Predicate } from '../../storage/index.ts';
import { isObject, type JsonObject, listAt, objectAt, textAt } from '../plan/plan-nodes.ts';
import { callArgumentFrom } from './constant.ts';
import { type Column, type Context, columnFrom, operandFrom } from './operand.ts';

type Call = Extract<Predicate, { kind: 'call' }>;

export type SearchFunction = Call['name'];

export const SEARCH_FUNCTIONS: readonly SearchFunction[] = ['match', 'geo_within', 'vector_distance'];

/** Gives the search function that an expression calls; null for any other expression. */
export function searchFunctionOf(expression: unknown): SearchFunction | null {
  if (textAt(expression, 'expression_class') !== 'BOUND_FUNCTION') return null;
  const name = textAt(expression, 'name').toLowerCase();
  return SEARCH_FUNCTIONS.find((known) => known === name) ?? null;
}

/** Reads a call that is a condition by itself; null for others. */
export function conditionCallFrom(expression: JsonObject, context: Context): Predicate | null {
  const call = callFrom(expression, context);
  return call === null || call.name === 'vector_distance' ? null : call;
}

/** Reads `vector_distance(…) op number`; null for others. A distance above a bound is one not below it, also where it is NULL or NaN. */
export function distanceFrom(distance: unknown, op: string | undefined, bound: unknown, context: Context): Predicate | null {
  const call = isObject(distance) ? callFrom(distance, context) : null;
  const value = textAt(bound, 'expression_class') === 'BOUND_CONSTANT' ? callArgumentFrom(objectAt(bound, 'value')) : null;
  if (call?.name !== 'vector_distance' || typeof value?.value !== 'number' || Number.isNaN(value.value)) return null;
  switch (op) {
    case '<':
    case '<=':
      return { ...call, bound: { op, value: value.value } };
    case '>':
    case '>=':
      return { kind: 'not', child: { ...call, bound: { op: op === '>' ? '<=' : '<', value: value.value } } };
    default:
      return null;
  }
}

function callFrom(expression: JsonObject, context: Context): Call | null {
  const name = searchFunctionOf(expression);
  const [first, ...others] = listAt(expression, 'children');
  const column = name === null ? null : searchedColumn(name, first, context);
  if (name === null || column === null) return null;
  const args: Constant[] = [];
  for (const other of others) {
    const value = textAt(other, 'expression_class') === 'BOUND_CONSTANT' ? callArgumentFrom(objectAt(other, 'value')) : null;
    // NULL among the arguments makes the call NULL; DuckDB folds it before.
    if (value === null || value.value === null) return null;
    args.push(value);
  }
  return { kind: 'call', name, column: column.position, args };
}

/** A vector may be cast from one list of numbers to another. */
function searchedColumn(name: SearchFunction, expression: unknown, context: Context): Column | null {
  const column = columnFrom(expression, context);
  if (column !== null || name !== 'vector_distance') return column;
  const operand = operandFrom(expression, context);
  return operand !== null && isVector(operand.column.type) && isVector(operand.type) ? operand.column : null;
}

function isVector(type: string): boolean {
  return type === 'LIST' || type === 'ARRAY';
}
