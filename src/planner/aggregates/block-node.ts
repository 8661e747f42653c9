/** Rewrites one SELECT whose FROM comes down to the call of a block: FROM, select list, HAVING, ORDER BY. */
import { isObject, type JsonObject, listAt, objectAt, textAt } from '../plan/plan-nodes.ts';
import { aliasOf, callInPlaceOf, classOf, NotRewritable, shapeOf } from './ast.ts';
import {
  type BlockScope,
  columnOf,
  holdsAggregate,
  isAggregate,
  itemNamed,
  namedColumnOf,
  rewritten,
  speaksOfMore,
} from './block-scope.ts';
import type { BlockSource } from './block-source.ts';

/** The table function that gives an answered block: `redis_agg(tag)`. */
const AGGREGATE_FUNCTION = 'redis_agg';

/** How the columns of a SELECT are called. */
export interface Naming {
  /** The names of its columns; null where nobody knows them. */
  readonly names: readonly string[] | null;
  /** False where nothing can tell how a column without an alias is called. */
  readonly isObservable: boolean;
}

/**
 * Gives the SELECT with `redis_agg(tag)` in the place of its call.
 * @throws {NotRewritable} why it must stay.
 */
export function rewrittenSelect(node: JsonObject, source: BlockSource, naming: Naming): JsonObject {
  const { block, call, tableName, columns, problem } = source;
  if (problem !== null) throw new NotRewritable(problem);
  assertPlain(node);
  const items = listAt(node, 'select_list').filter(isObject);
  const scope = withBuckets({ block, tableName, columns, items, buckets: new Map() }, node);
  // The condition goes, since the plan's filter stands for it: it may not speak of what is not this scan's.
  if (speaksOfMore(node['where_clause'], scope)) throw new NotRewritable('a condition on more than its table');
  const having = objectAt(node, 'having');
  return {
    ...node,
    modifiers: listAt(node, 'modifiers').map((modifier) => rewrittenModifier(modifier, scope)),
    select_list: items.map((item, at) => rewrittenItem(item, at, scope, naming)),
    from_table: callInPlaceOf(call, AGGREGATE_FUNCTION, block.tag),
    where_clause: having === null ? null : rewritten(having, scope),
    group_expressions: [],
    group_sets: [],
    aggregate_handling: 'STANDARD_HANDLING',
    having: null,
  };
}

function assertPlain(node: JsonObject): void {
  if (node['sample'] != null) throw new NotRewritable('a sample');
  if (node['qualify'] != null) throw new NotRewritable('QUALIFY');
  if (listAt(node, 'group_sets').length > 1) throw new NotRewritable('several grouping sets');
  if (!['STANDARD_HANDLING', 'FORCE_AGGREGATES'].includes(textAt(node, 'aggregate_handling')))
    throw new NotRewritable('its way of grouping');
  const isGrouped = listAt(node, 'group_expressions').length > 0 || textAt(node, 'aggregate_handling') === 'FORCE_AGGREGATES';
  if (!isGrouped && !holdsAggregate(node['select_list']) && !holdsAggregate(node['having']))
    throw new NotRewritable('the grouping stands further out');
  const ownNames = listAt(node, 'select_list').some((item) => /^__[ag]\d+$/i.test(aliasOf(item)));
  if (ownNames) throw new NotRewritable('an alias like __a0');
}

/** Ties each group of the text to one of the plan; both have the same ones. */
function withBuckets(scope: BlockScope, node: JsonObject): BlockScope {
  const { block, items } = scope;
  const given = listAt(node, 'group_expressions');
  const isAll = textAt(node, 'aggregate_handling') === 'FORCE_AGGREGATES';
  const expressions = isAll ? items.filter((item) => !holdsAggregate(item)) : given.map((group) => groupMeant(group, scope));
  const buckets = new Map<string, number>();
  const found = new Set<number>();
  for (const expression of expressions) {
    const column = columnOf(expression, scope);
    const isBucket = column === null && textAt(expression, 'function_name') === 'time_bucket';
    const at = isBucket
      ? block.groups.findIndex((group) => group.bucket !== null)
      : block.groups.findIndex((group) => group.column === column && group.bucket === null);
    if (at < 0) throw new NotRewritable('it groups by an expression');
    if (isBucket) buckets.set(shapeOf(expression), at);
    found.add(at);
  }
  // Of several buckets it is not known which is which.
  const bucketCount = block.groups.filter((group) => group.bucket !== null).length;
  if (found.size !== block.groups.length || buckets.size !== bucketCount || bucketCount > 1)
    throw new NotRewritable('its groups are not those of the plan');
  return { ...scope, buckets };
}

/** `GROUP BY 2` and `GROUP BY alias` mean items of the select list; a column of that name comes first. */
function groupMeant(group: unknown, scope: BlockScope): unknown {
  if (columnOf(group, scope) !== null) return group;
  if (classOf(group) === 'CONSTANT') {
    const position = objectAt(group, 'value')?.['value'];
    return typeof position === 'number' ? scope.items[position - 1] : undefined;
  }
  return itemNamed(group, scope) ?? group;
}

function rewrittenModifier(modifier: unknown, scope: BlockScope): unknown {
  if (!isObject(modifier)) return modifier;
  switch (textAt(modifier, 'type')) {
    case 'ORDER_MODIFIER':
      return {
        ...modifier,
        orders: listAt(modifier, 'orders').map((order) =>
          isObject(order) ? { ...order, expression: orderRewritten(order['expression'], scope) } : order,
        ),
      };
    case 'DISTINCT_MODIFIER':
      if (listAt(modifier, 'distinct_on_targets').length > 0) throw new NotRewritable('DISTINCT ON');
      return modifier;
    case 'LIMIT_MODIFIER':
    case 'LIMIT_PERCENT_MODIFIER':
      return modifier;
    default:
      throw new NotRewritable(textAt(modifier, 'type'));
  }
}

/** ORDER BY takes an alias before a column; positions, and ALL, stay. */
function orderRewritten(expression: unknown, scope: BlockScope): unknown {
  if (!isObject(expression)) return expression;
  const stays = classOf(expression) === 'CONSTANT' || classOf(expression) === 'STAR' || itemNamed(expression, scope) !== null;
  return stays ? expression : rewritten(expression, scope);
}

/** Each column keeps its name, which without an alias is the printed expression. */
function rewrittenItem(item: JsonObject, at: number, scope: BlockScope, { names, isObservable }: Naming): JsonObject {
  const replaced = rewritten(item, scope);
  const alias = aliasOf(item) === '' ? (names?.[at] ?? ownName(item, scope)) : aliasOf(item);
  if (alias === null && isObservable) throw new NotRewritable('a column without a name in a subquery; an alias helps');
  return { ...replaced, alias: alias ?? '' };
}

/** Gives the name of what is called as it is in the table, and of count(*). */
function ownName(item: JsonObject, scope: BlockScope): string | null {
  const column = namedColumnOf(item, scope);
  if (column !== null) return column.name;
  const isRowCount = isAggregate(item) && listAt(item, 'children').length === 0;
  return isRowCount ? 'count_star()' : null;
}
