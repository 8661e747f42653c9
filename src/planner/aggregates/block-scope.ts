/**
 * Puts the columns of an answered block (`__g0`, … the groups, `__a0`, … the aggregates) in the place of what a block's
 * expressions say. Names are resolved as DuckDB does: a column first, then an alias of the select list.
 */
import { type JsonObject, listAt, textAt } from '../plan/plan-nodes.ts';
import { aliasOf, classOf, columnReference, holdsAny, NotRewritable, shapeOf, withParts } from './ast.ts';
import { type AggregateBlock, aggregateNamed } from './blocks.ts';
import { isPlainScalar } from './scalar-functions.ts';

/** A column of the call as it is called outside. */
export interface SourceColumn {
  readonly name: string;
  /** Among the columns that the bind added. */
  readonly position: number;
}

export interface NamedColumns {
  /** The name that the table has. */
  readonly tableName: string;
  readonly columns: readonly SourceColumn[];
}

/** What a name in a block may mean. */
export interface BlockScope extends NamedColumns {
  readonly block: AggregateBlock;
  readonly items: readonly JsonObject[];
  /** `shapeOf` of a group that is a time_bucket, and its place among the block's groups. */
  readonly buckets: ReadonlyMap<string, number>;
}

/** @throws {NotRewritable} where the expression holds what the answered block has not. */
export function rewritten(expression: JsonObject, scope: BlockScope, aliasDepth = 0): JsonObject {
  const bucket = scope.buckets.get(shapeOf(expression));
  if (bucket !== undefined) return columnReference(`__g${bucket}`, aliasOf(expression));
  switch (classOf(expression)) {
    case 'COLUMN_REF':
      return named(expression, scope, aliasDepth);
    case 'FUNCTION':
      return functionRewritten(expression, scope, aliasDepth);
    default:
      return withParts(expression, (part) => rewritten(part, scope, aliasDepth));
  }
}

function named(reference: JsonObject, scope: BlockScope, aliasDepth: number): JsonObject {
  const column = columnOf(reference, scope);
  if (column !== null) {
    const group = scope.block.groups.findIndex((candidate) => candidate.column === column && candidate.bucket === null);
    if (group >= 0) return columnReference(`__g${group}`, aliasOf(reference));
    throw new NotRewritable(`${scope.block.columnNames[column] ?? ''} is neither grouped nor aggregated`);
  }
  const item = itemNamed(reference, scope);
  // An alias may stand for an expression over other aliases, but not for itself.
  if (item === null || aliasDepth > scope.items.length) {
    throw new NotRewritable(`${listAt(reference, 'column_names').join('.')} is no column of the block`);
  }
  return { ...rewritten(item, scope, aliasDepth + 1), alias: aliasOf(reference) };
}

/** Gives the position of the column that a reference names, as `age` or `u.age`; null where there is none. */
export function columnOf(expression: unknown, scope: NamedColumns): number | null {
  return namedColumnOf(expression, scope)?.position ?? null;
}

/** As `columnOf`, with the name that the column has in the table. */
export function namedColumnOf(expression: unknown, { columns, tableName }: NamedColumns): SourceColumn | null {
  if (classOf(expression) !== 'COLUMN_REF') return null;
  const [first, second, ...others] = listAt(expression, 'column_names').map(String);
  if (first === undefined || others.length > 0) return null;
  const wanted = (second ?? first).toLowerCase();
  if (second !== undefined && first.toLowerCase() !== tableName.toLowerCase()) return null;
  return columns.find(({ name }) => name.toLowerCase() === wanted) ?? null;
}

/** True for a condition that speaks of more than the table's columns and the items of the select list. */
export function speaksOfMore(condition: unknown, scope: NamedColumns & Pick<BlockScope, 'items'>): boolean {
  return holdsAny(
    condition,
    (part) =>
      classOf(part) === 'SUBQUERY' ||
      (classOf(part) === 'COLUMN_REF' && columnOf(part, scope) === null && itemNamed(part, scope) === null),
  );
}

/** Gives the item of the select list whose alias the reference names; null where there is none. */
export function itemNamed(expression: unknown, { items }: Pick<BlockScope, 'items'>): JsonObject | null {
  const names = listAt(expression, 'column_names').map((name) => String(name).toLowerCase());
  const [name] = names;
  if (classOf(expression) !== 'COLUMN_REF' || name === undefined || names.length > 1) return null;
  return items.find((item) => aliasOf(item).toLowerCase() === name) ?? null;
}

function functionRewritten(expression: JsonObject, scope: BlockScope, aliasDepth: number): JsonObject {
  const name = textAt(expression, 'function_name').toLowerCase();
  const isPlain =
    expression['filter'] == null &&
    listAt(expression['order_bys'], 'orders').length === 0 &&
    expression['export_state'] !== true &&
    textAt(expression, 'catalog') === '' &&
    ['', 'main'].includes(textAt(expression, 'schema'));
  if (!isPlain) throw new NotRewritable(`${name} with FILTER, ORDER BY or a schema`);
  if (isAggregate(expression)) return columnReference(`__a${aggregateAt(expression, scope)}`, aliasOf(expression));
  if (!isPlainScalar(name) || expression['distinct'] === true) throw new NotRewritable(`the function ${name}`);
  return withParts(expression, (part) => rewritten(part, scope, aliasDepth));
}

/** True for a call of an aggregate that a block may have. */
export function isAggregate(expression: unknown): boolean {
  return classOf(expression) === 'FUNCTION' && aggregateNamed(textAt(expression, 'function_name'), false) !== null;
}

export function holdsAggregate(expression: unknown): boolean {
  return holdsAny(expression, isAggregate);
}

function aggregateAt(expression: JsonObject, scope: BlockScope): number {
  const given = textAt(expression, 'function_name');
  const [argument, ...others] = listAt(expression, 'children');
  const name = countsRows(expression) ? 'count_star' : aggregateNamed(given, expression['distinct'] === true);
  const column = name === 'count_star' ? null : columnOf(argument, scope);
  if (name === null || others.length > 0 || (name !== 'count_star' && column === null)) {
    throw new NotRewritable(`${given}${expression['distinct'] === true ? ' DISTINCT' : ''} of more than a column`);
  }
  const at = scope.block.aggregates.findIndex((call) => call.name === name && call.column === column);
  if (at < 0) throw new NotRewritable(`${given} is not in the plan`);
  return at;
}

/** `count(*)`, `count()` and `count(1)` are one. */
function countsRows(expression: JsonObject): boolean {
  const name = textAt(expression, 'function_name').toLowerCase();
  const [argument, ...others] = listAt(expression, 'children');
  if (name === 'count_star') return argument === undefined;
  if (name !== 'count' || expression['distinct'] === true || others.length > 0) return false;
  if (argument === undefined) return true;
  return classOf(argument) === 'CONSTANT' && shapeOf(argument).includes('"is_null":false');
}
