/** The JSON of json_serialize_sql, there and back, and the few nodes that the rewriting of an aggregate makes. */
import { isObject, type JsonObject, listAt, objectAt, textAt } from '../plan/plan-nodes.ts';

/** Why a block stays as it is. Never leaves this folder. */
export class NotRewritable extends Error {}

/** `JSON.rawJSON` prints a number as it was written; TypeScript's library does not know it yet. */
const { rawJSON } = JSON as unknown as { rawJSON(this: void, text: string): unknown };

/**
 * Parses an AST so that `JSON.stringify` gives each number as DuckDB wrote it (`query_location` is 2^64 − 1, a DOUBLE `50.0`);
 * undefined where it is no JSON (NaN, Infinity) or too deep.
 */
export function parseAst(text: string): unknown {
  try {
    return JSON.parse(text, (_name, value: unknown, context?: { source?: string }) =>
      typeof value === 'number' && context?.source !== undefined && String(value) !== context.source
        ? rawJSON(context.source)
        : value,
    );
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}

export function classOf(expression: unknown): string {
  return textAt(expression, 'class');
}

export function aliasOf(node: unknown): string {
  return textAt(node, 'alias');
}

/** Gives the members that hold expressions of an expression of these classes; null for classes that are not taken apart. */
export function partsOf(expression: JsonObject): readonly string[] | null {
  return PARTS[classOf(expression)] ?? null;
}

const PARTS: Readonly<Record<string, readonly string[]>> = {
  CONSTANT: [],
  FUNCTION: ['children'],
  CAST: ['child'],
  COLLATE: ['child'],
  COMPARISON: ['left', 'right'],
  CONJUNCTION: ['children'],
  OPERATOR: ['children'],
  BETWEEN: ['input', 'lower', 'upper'],
  CASE: ['case_checks', 'else_expr'],
};

/** Gives the expression with each of its parts replaced. */
export function withParts(expression: JsonObject, replaced: (part: JsonObject) => JsonObject): JsonObject {
  const names = partsOf(expression);
  if (names === null) throw new NotRewritable(`${classOf(expression).toLowerCase()} in the block`);
  const entries = names.map((name) => [name, partsReplaced(expression[name], replaced)]);
  return { ...expression, ...Object.fromEntries(entries) };
}

function partsReplaced(value: unknown, replaced: (part: JsonObject) => JsonObject): unknown {
  if (Array.isArray(value)) return value.map((member: unknown) => partsReplaced(member, replaced));
  if (!isObject(value)) return value;
  if (classOf(value) !== '') return replaced(value);
  // A WHEN … THEN … of CASE.
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, partsReplaced(member, replaced)]));
}

/** True where the condition holds for the expression or anything in it that can be taken apart. */
export function holdsAny(expression: unknown, condition: (part: JsonObject) => boolean): boolean {
  if (Array.isArray(expression)) return expression.some((member: unknown) => holdsAny(member, condition));
  if (!isObject(expression)) return false;
  return condition(expression) || Object.values(expression).some((member) => holdsAny(member, condition));
}

/** Gives a text that is equal for expressions that differ in their names and places only. */
export function shapeOf(expression: unknown): string {
  return JSON.stringify(expression, (name, value: unknown) =>
    name === 'alias' || name === 'query_location' ? undefined : value,
  );
}

/** True for a constant like `1e0`, which DuckDB prints as `1.0`: that is a DECIMAL. */
export function isDouble(expression: JsonObject): boolean {
  return classOf(expression) === 'CONSTANT' && textAt(objectAt(objectAt(expression, 'value'), 'type'), 'id') === 'DOUBLE';
}

/** Gives the AST with each DOUBLE constant as the cast of a text, which keeps its type when it is printed. */
export function withDoubles(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withDoubles);
  if (!isObject(value) || 'rawJSON' in value) return value;
  if (!isDouble(value)) return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withDoubles(member)]));
  const text = {
    type: { id: 'VARCHAR', type_info: null },
    is_null: false,
    value: JSON.stringify(objectAt(value, 'value')?.['value']),
  };
  return {
    ...{ class: 'CAST', type: 'OPERATOR_CAST', alias: aliasOf(value), query_location: 0, try_cast: false },
    cast_type: { id: 'DOUBLE', type_info: null },
    child: { ...value, alias: '', value: text },
  };
}

export function columnReference(name: string, alias = ''): JsonObject {
  return { class: 'COLUMN_REF', type: 'COLUMN_REF', alias, query_location: 0, column_names: [name] };
}

/** Gives the table reference `functionName(id)` in the place of a call. */
export function callInPlaceOf(tableFunction: JsonObject, functionName: string, id: number): JsonObject {
  const call = tableFunction['function'];
  const value = { type: { id: 'INTEGER', type_info: null }, is_null: false, value: id };
  const argument = { class: 'CONSTANT', type: 'VALUE_CONSTANT', alias: '', query_location: 0, value };
  const names = { function_name: functionName, schema: '', catalog: '' };
  return { ...tableFunction, function: { ...(isObject(call) ? call : {}), ...names, children: [argument] } };
}

/** Gives the number that a call's argument `_scan` has; null where it has none. */
export function tagOf(tableFunction: unknown): number | null {
  const call = isObject(tableFunction) ? tableFunction['function'] : null;
  const argument = listAt(call, 'children').find((child) => aliasOf(child).toLowerCase() === '_scan');
  const value = isObject(argument) && isObject(argument['value']) ? argument['value']['value'] : null;
  return typeof value === 'number' ? value : null;
}
