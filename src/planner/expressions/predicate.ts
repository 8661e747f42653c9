/**
 * Reads bound expressions of the plan as Predicates. The rule: a predicate is true for exactly the rows for which
 * the expression is true; what is not fully understood is `opaque`, which no source answers. So a volatile call, a
 * cast of a column or a collation never goes down.
 */
import type { Constant, Predicate } from '../../storage/index.ts';
// Not through the doorway, which would load what talks to servers into every thread that plans.
import { termsOf } from '../../storage/keys/predicate-terms.ts';
import { MOST_DEPTH } from '../plan/limits.ts';
import { COMPARISONS, isObject, type JsonObject, listAt, objectAt, termsIn, textAt } from '../plan/plan-nodes.ts';
import { castComparison } from './cast-comparison.ts';
import { expressionText, whyOpaque } from './expression-text.ts';
import { type ColumnMap, type Context, columnFrom, type Operand, operandFrom, valueFrom } from './operand.ts';
import { conditionCallFrom, distanceFrom } from './search-calls.ts';

export type { ColumnMap } from './operand.ts';

/** What the reading of a plan's expressions depends on beside the plan. */
export interface ReadingOptions {
  /** The session's zone is UTC: `timestamp_column > now()` compares the column as it is. Not so where it is absent. */
  readonly isUtc?: boolean;
}

type Comparison = Extract<Predicate, { kind: 'comparison' }>;

const MIRRORED: Readonly<Record<Comparison['op'], Comparison['op']>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/** `contains` of two texts is a search, but a text is no constant list. */
const LIST_MEMBERSHIP = new Set(['contains', 'list_contains', 'array_contains', 'list_has', 'array_has']);

/** Gives the conjunction of a chain of filters; null where there is no expression. */
export function conjunctionOf(
  expressions: readonly { readonly expression: unknown; readonly columns: ColumnMap }[],
  { isUtc = false }: ReadingOptions = {},
): Predicate | null {
  const children = expressions.map(({ expression, columns }) =>
    predicateFrom(expression, { columns, isNegated: false, depth: 0, isUtc }),
  );
  return children.length === 0 ? null : combine('and', children);
}

/** Gives a predicate of nested children of one kind as one flat list; of equal ones one stays. */
export function combine(kind: 'and' | 'or', children: readonly Predicate[]): Predicate {
  const flat = termsOf({ kind, children });
  const distinct = [...new Map(flat.map((child) => [keyOf(child), child])).values()];
  const [only] = distinct;
  return only !== undefined && distinct.length === 1 ? only : { kind, children: distinct };
}

/** Gives a text that is equal for equal predicates; bigint and −0, NaN, Infinity are kept apart. */
function keyOf(predicate: Predicate): string {
  return JSON.stringify(predicate, (_name, value: unknown) => {
    if (typeof value === 'bigint') return `${value}n`;
    return typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))
      ? `#${Object.is(value, -0) ? '-0' : value}`
      : value;
  });
}

function predicateFrom(expression: unknown, context: Context): Predicate {
  return (isObject(expression) ? understood(expression, context) : null) ?? opaque(expression);
}

function opaque(expression: unknown): Predicate {
  return { kind: 'opaque', text: expressionText(expression), why: whyOpaque(expression) };
}

function understood(expression: JsonObject, context: Context): Predicate | null {
  if (context.depth > MOST_DEPTH) return null;
  switch (textAt(expression, 'expression_class')) {
    case 'BOUND_COMPARISON':
      return comparisonFrom(expression, context);
    case 'BOUND_BETWEEN':
      return betweenFrom(expression, context);
    case 'BOUND_CONJUNCTION':
      return conjunctionFrom(expression, context);
    case 'BOUND_OPERATOR':
      return operatorFrom(expression, context);
    case 'BOUND_FUNCTION':
      return functionFrom(expression, context);
    case 'BOUND_REF': {
      const column = columnFrom(expression, context);
      if (column === null || column.type !== 'BOOLEAN') return null;
      return { kind: 'comparison', op: '=', column: column.position, value: { type: 'BOOLEAN', value: true } };
    }
    default:
      return null;
  }
}

function comparisonFrom(expression: JsonObject, context: Context): Predicate | null {
  const [left, right] = [expression['left'], expression['right']];
  const type = textAt(expression, 'type');
  const isLeft = textAt(right, 'expression_class') === 'BOUND_CONSTANT';
  const [variable, constant] = isLeft ? [left, right] : [right, left];
  const sign = COMPARISONS[type];
  const op = isLeft || sign === undefined ? sign : MIRRORED[sign];
  const operand = operandFrom(variable, context);
  const value = valueFrom(constant, operand);
  if (operand === null || value === null) return distanceFrom(variable, op, constant, context);
  if (type === 'COMPARE_DISTINCT_FROM' || type === 'COMPARE_NOT_DISTINCT_FROM') {
    return distinctFrom(operand, value, type === 'COMPARE_DISTINCT_FROM', context);
  }
  return op === undefined ? null : compared(operand, op, value, context);
}

/** A comparison with NULL is never true: an IN over nothing. */
function compared(operand: Operand, op: Comparison['op'], value: Constant, context: Context): Predicate | null {
  const column = operand.column.position;
  if (value.value === null) return context.isNegated ? null : { kind: 'in', column, values: [] };
  if (operand.type !== operand.column.type) return castComparison(operand, op, value, context);
  return { kind: 'comparison', op, column, value };
}

function distinctFrom(operand: Operand, value: Constant, isDistinct: boolean, context: Context): Predicate | null {
  if (operand.type !== operand.column.type) return null;
  const column = operand.column.position;
  if (value.value === null) return { kind: isDistinct ? 'isNotNull' : 'isNull', column };
  if (isDistinct)
    return {
      kind: 'or',
      children: [
        { kind: 'comparison', op: '<>', column, value },
        { kind: 'isNull', column },
      ],
    };
  // For NULL this is false and `=` is NULL: the same only where nothing negates it.
  return context.isNegated ? null : { kind: 'comparison', op: '=', column, value };
}

function betweenFrom(expression: JsonObject, context: Context): Predicate | null {
  const operand = operandFrom(expression['input'], context);
  const lower = valueFrom(expression['lower'], operand);
  const upper = valueFrom(expression['upper'], operand);
  if (operand === null || lower === null || upper === null) return null;
  const low = compared(operand, expression['lower_inclusive'] === true ? '>=' : '>', lower, context);
  const high = compared(operand, expression['upper_inclusive'] === true ? '<=' : '<', upper, context);
  return low === null || high === null ? null : combine('and', [low, high]);
}

function conjunctionFrom(expression: JsonObject, context: Context): Predicate | null {
  const type = textAt(expression, 'type');
  if (type !== 'CONJUNCTION_AND' && type !== 'CONJUNCTION_OR') return null;
  const kind = type === 'CONJUNCTION_AND' ? 'and' : 'or';
  // The optimiser leaves NULL in ORs; it makes no row true.
  const terms = termsIn(expression).filter((term) => kind === 'and' || context.isNegated || !isNeverTrue(term));
  const within = { ...context, depth: context.depth + 1 };
  return terms.length === 0
    ? null
    : combine(
        kind,
        terms.map((term) => predicateFrom(term, within)),
      );
}

function isNeverTrue(expression: unknown): boolean {
  const value = textAt(expression, 'expression_class') === 'BOUND_CONSTANT' ? objectAt(expression, 'value') : null;
  return value !== null && (value['is_null'] === true || value['value'] === false);
}

function operatorFrom(expression: JsonObject, context: Context): Predicate | null {
  const [first, ...others] = listAt(expression, 'children');
  const column = columnFrom(first, context);
  switch (textAt(expression, 'type')) {
    case 'OPERATOR_NOT':
      return { kind: 'not', child: predicateFrom(first, { ...context, isNegated: true, depth: context.depth + 1 }) };
    case 'OPERATOR_IS_NULL':
      return column === null ? null : { kind: 'isNull', column: column.position };
    case 'OPERATOR_IS_NOT_NULL':
      return column === null ? null : { kind: 'isNotNull', column: column.position };
    case 'COMPARE_IN':
      return inFrom(operandFrom(first, context), others, context);
    case 'COMPARE_NOT_IN': {
      const child = inFrom(operandFrom(first, context), others, { ...context, isNegated: true });
      return child === null ? null : { kind: 'not', child };
    }
    default:
      return null;
  }
}

/** NULL in the list makes no row true, but NOT IN never true: it is dropped only where nothing negates it. */
function inFrom(operand: Operand | null, items: readonly unknown[], context: Context): Predicate | null {
  if (operand === null) return null;
  const values: Constant[] = [];
  for (const item of items) {
    const value = valueFrom(item, operand);
    if (value === null || (value.value === null && context.isNegated)) return null;
    if (value.value !== null) values.push(value);
  }
  const { column, type } = operand;
  return type === column.type ? { kind: 'in', column: column.position, values } : castIn(operand, values, context);
}

/** A value that no value of the column is cast to is left out; where none is left NULL and false would be mixed up. */
function castIn(operand: Operand, values: readonly Constant[], context: Context): Predicate | null {
  const own: Constant[] = [];
  for (const value of values) {
    const equal = castComparison(operand, '=', value, { ...context, isNegated: false });
    const isNone = equal?.kind === 'in' && equal.values.length === 0;
    if (equal === null || (!isNone && (equal.kind !== 'comparison' || equal.op !== '='))) return null;
    if (equal.kind === 'comparison') own.push(equal.value);
  }
  return own.length === 0 && context.isNegated ? null : { kind: 'in', column: operand.column.position, values: own };
}

function functionFrom(expression: JsonObject, context: Context): Predicate | null {
  const call = conditionCallFrom(expression, context);
  if (call !== null) return call;
  const [first, second, ...others] = listAt(expression, 'children');
  if (LIST_MEMBERSHIP.has(textAt(expression, 'name')) && others.length === 0)
    return containsFrom(first, operandFrom(second, context), context);
  const column = columnFrom(first, context);
  const pattern = valueFrom(second, column === null ? null : { column, type: column.type });
  if (column === null || column.type !== 'VARCHAR' || typeof pattern?.value !== 'string' || others.length > 0) return null;
  switch (textAt(expression, 'name')) {
    case 'prefix':
    case 'starts_with':
    case '^@':
      return { kind: 'prefix', column: column.position, prefix: pattern.value };
    case '~~':
      return likeFrom(column.position, pattern.value, expression, context);
    default:
      return null;
  }
}

/** `x IN [1, 2]`, a constant list, is contains([1, 2], x). It is false where `IN` is NULL: the same only unnegated. */
function containsFrom(list: unknown, operand: Operand | null, context: Context): Predicate | null {
  const value = textAt(list, 'expression_class') === 'BOUND_CONSTANT' ? objectAt(list, 'value') : null;
  if (operand === null || context.isNegated || textAt(value?.['type'], 'id') !== 'LIST') return null;
  const elements = listAt(value?.['value'], 'children');
  return inFrom(
    operand,
    elements.map((element) => ({ expression_class: 'BOUND_CONSTANT', value: element })),
    context,
  );
}

/** LIKE without ESCAPE: what stands before the first wildcard is a prefix of every match, which is a weaker filter. */
function likeFrom(column: number, pattern: string, expression: JsonObject, context: Context): Predicate | null {
  const wildcard = pattern.search(/[%_]/);
  if (context.isNegated || wildcard <= 0) return null;
  const prefix: Predicate = { kind: 'prefix', column, prefix: pattern.slice(0, wildcard) };
  return /^%+$/.test(pattern.slice(wildcard)) ? prefix : { kind: 'and', children: [prefix, opaque(expression)] };
}
