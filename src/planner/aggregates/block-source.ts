/**
 * What a SELECT reads, seen through subqueries and views that only pass columns on: the call of a block, and what its columns
 * are called outside. Conditions on the way need not be kept: the plan's filter stands for them, as for the SELECT's own.
 */
import { isObject, type JsonObject, listAt, objectAt, textAt } from '../plan/plan-nodes.ts';
import { aliasOf, classOf, tagOf } from './ast.ts';
import { type NamedColumns, namedColumnOf, type SourceColumn, speaksOfMore } from './block-scope.ts';
import type { AggregateBlock } from './blocks.ts';
import type { ViewBodies } from './view-bodies.ts';

/** What stands around a SELECT. */
export interface Surroundings {
  readonly blocks: ReadonlyMap<number, AggregateBlock>;
  readonly views: ViewBodies;
}

export interface BlockSource extends NamedColumns {
  readonly block: AggregateBlock;
  /** The table function. */
  readonly call: JsonObject;
  /** Why the block has to stay as it is; null where this is no reason. */
  readonly problem: string | null;
}

/** Views over views. */
const MOST_LEVELS = 32;
const AMBIGUOUS = 'two columns of one name';

/** Gives the block's call that a FROM comes down to; null where it is none, or something on the way is more than names and conditions. */
export function sourceOf(from: JsonObject | null, around: Surroundings, level = 0): BlockSource | null {
  if (from === null || level > MOST_LEVELS) return null;
  switch (textAt(from, 'type')) {
    case 'TABLE_FUNCTION':
      return callSource(from, around);
    case 'SUBQUERY':
      return seenThrough(from, objectAt(objectAt(from, 'subquery'), 'node'), [], around, level);
    case 'BASE_TABLE': {
      const body = around.views.bodyOf(from);
      const source = body === null ? null : seenThrough(from, body.node, body.columns, around, level);
      if (source === null || from['at_clause'] != null) return null;
      const isOnce = around.views.countOf(source.block.tag) === 1;
      return isOnce ? source : { ...source, problem: 'the statement reads the view more than once' };
    }
    default:
      return null;
  }
}

function callSource(call: JsonObject, { blocks }: Surroundings): BlockSource | null {
  const tag = tagOf(call);
  const block = tag === null ? undefined : blocks.get(tag);
  if (block === undefined) return null;
  const columns = block.columnNames.map((name, position) => ({ name, position }));
  const tableName = aliasOf(call) === '' ? textAt(call['function'], 'function_name') : aliasOf(call);
  const isOrdinal = textAt(call, 'with_ordinality') !== 'WITHOUT_ORDINALITY';
  return { block, call, tableName, columns, problem: changedNames(call) ?? (isOrdinal ? 'WITH ORDINALITY' : null) };
}

/** @param names those that a view has been given. */
function seenThrough(
  from: JsonObject,
  select: JsonObject | null,
  names: readonly string[],
  around: Surroundings,
  level: number,
): BlockSource | null {
  if (select === null || !isPlain(select)) return null;
  const below = sourceOf(objectAt(select, 'from_table'), around, level + 1);
  if (below === null) return null;
  const items = listAt(select, 'select_list').filter(isObject);
  const passed = items.map((item) => columnsPassed(item, below));
  if (passed.includes(null)) return null;
  const columns = passed.flatMap((some) => some ?? []).map(({ name, position }, at) => ({ name: names[at] ?? name, position }));
  const isAmbiguous = new Set(columns.map(({ name }) => name.toLowerCase())).size < columns.length;
  const isForeign = speaksOfMore(select['where_clause'], { ...below, items });
  return {
    ...{ block: below.block, call: below.call, columns },
    tableName: aliasOf(from) === '' ? textAt(from, 'table_name') : aliasOf(from),
    problem:
      below.problem ?? changedNames(from) ?? (isForeign ? 'a condition on more than its table' : isAmbiguous ? AMBIGUOUS : null),
  };
}

function changedNames(from: JsonObject): string | null {
  if (from['sample'] != null) return 'a sample';
  return listAt(from, 'column_name_alias').length > 0 ? 'names given to the columns' : null;
}

/** True for a SELECT with nothing but a list, FROM and WHERE. */
function isPlain(select: JsonObject): boolean {
  return (
    textAt(select, 'type') === 'SELECT_NODE' &&
    ['modifiers', 'group_expressions', 'group_sets'].every((part) => listAt(select, part).length === 0) &&
    ['having', 'qualify', 'sample'].every((part) => select[part] == null) &&
    listAt(select['cte_map'], 'map').length === 0 &&
    textAt(select, 'aggregate_handling') === 'STANDARD_HANDLING'
  );
}

/** Gives the columns that an item of a select list passes on; null where it computes something. */
function columnsPassed(item: JsonObject, below: NamedColumns): readonly SourceColumn[] | null {
  if (classOf(item) === 'STAR') return isBareStar(item) ? below.columns : null;
  const column = namedColumnOf(item, below);
  return column === null ? null : [{ ...column, name: aliasOf(item) === '' ? column.name : aliasOf(item) }];
}

/** `*` without EXCLUDE, REPLACE, RENAME, COLUMNS or a table's name. */
function isBareStar(star: JsonObject): boolean {
  const { class: _class, type: _type, query_location: _location, ...others } = star;
  return Object.values(others).every(
    (part) => part == null || part === '' || part === false || (Array.isArray(part) && part.length === 0),
  );
}
