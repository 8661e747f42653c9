/**
 * Follows LIMIT and top-N down a plan to the scan: how many rows, and of which order, are enough for what stands above. Only
 * projections may stand between; a filter is the scan's own, and the limit counts the rows that pass it.
 */
import type { OrderKey, TopN } from '../../storage/index.ts';
import type { ColumnMap } from '../expressions/predicate.ts';
import { indexAt, isObject, type JsonObject, listAt, nodeType, objectAt, textAt } from './plan-nodes.ts';

/** What is enough of a node's rows. At most one of the two is set. */
export interface Wanted {
  /** So many rows, whichever; null for all. */
  readonly rowLimit: number | null;
  /** The first rows of an order, whose keys are positions in the node's output. */
  readonly topN: TopN | null;
}

export const ALL_ROWS: Wanted = { rowLimit: null, topN: null };

/** Gives what a projection, LIMIT or top-N needs of its only child; null for any other node. */
export function wantedBelow(node: JsonObject, wanted: Wanted): Wanted | null {
  switch (nodeType(node)) {
    case 'LOGICAL_PROJECTION':
      return throughProjection(node, wanted);
    case 'LOGICAL_LIMIT':
      return { rowLimit: limitBelow(node, wanted.rowLimit), topN: null };
    case 'LOGICAL_TOP_N':
      return { rowLimit: null, topN: topNBelow(node) };
    default:
      return null;
  }
}

/** Gives the top-N over the bind's columns; null where a key is no whole column. */
export function topNOf({ topN }: Wanted, columns: ColumnMap): TopN | null {
  return topN === null ? null : renumbered(topN, (at) => columns[at] ?? null);
}

function throughProjection(projection: JsonObject, { rowLimit, topN }: Wanted): Wanted {
  if (topN === null) return { rowLimit, topN };
  const expressions = listAt(projection, 'expressions');
  return { rowLimit, topN: renumbered(topN, (at) => referenceIn(expressions[at])) };
}

function renumbered({ keys, rowCount }: TopN, columnBelow: (at: number) => number | null): TopN | null {
  const below: OrderKey[] = [];
  for (const key of keys) {
    const column = columnBelow(key.column);
    if (column === null) return null;
    below.push({ ...key, column });
  }
  return { keys: below, rowCount };
}

function topNBelow(node: JsonObject): TopN | null {
  const [limit, offset] = [indexAt(node, 'limit'), indexAt(node, 'offset')];
  const rowCount = limit === null || offset === null ? NaN : limit + offset;
  const keys: OrderKey[] = [];
  for (const order of listAt(node, 'orders')) {
    const key = orderKeyFrom(order);
    if (key === null) return null;
    keys.push(key);
  }
  return Number.isSafeInteger(rowCount) && keys.length > 0 ? { keys, rowCount } : null;
}

/** DuckDB has resolved `default_order` and `default_null_order` when it plans; what it has not is not read. */
function orderKeyFrom(order: unknown): OrderKey | null {
  const direction = textAt(order, 'type');
  const nulls = textAt(order, 'null_order');
  const column = isObject(order) ? referenceIn(order['expression']) : null;
  if (column === null || (direction !== 'ASCENDING' && direction !== 'DESCENDING')) return null;
  if (nulls !== 'NULLS FIRST' && nulls !== 'NULLS LAST') return null;
  return { column, isDescending: direction === 'DESCENDING', isNullsFirst: nulls === 'NULLS FIRST' };
}

/** Gives the position that a plain column reference names; null for any other expression. */
export function referenceIn(expression: unknown): number | null {
  return textAt(expression, 'expression_class') === 'BOUND_REF' ? indexAt(expression, 'index') : null;
}

/** Gives how many rows a LIMIT needs from below, at most; null for all. */
function limitBelow(node: JsonObject, rowLimit: number | null): number | null {
  const limit = boundOf(objectAt(node, 'limit_val'), Infinity);
  const offset = boundOf(objectAt(node, 'offset_val'), 0);
  if (limit === null || offset === null) return null;
  const below = Math.min(limit, rowLimit ?? Infinity) + offset;
  return Number.isSafeInteger(below) ? below : null;
}

/** Gives a bound of a LIMIT; null where it is a percentage, which needs all rows, or not constant. */
function boundOf(bound: JsonObject | null, unset: number): number | null {
  const type = textAt(bound, 'type');
  return type === 'UNSET' ? unset : type === 'CONSTANT_VALUE' ? indexAt(bound, 'constant_integer') : null;
}
