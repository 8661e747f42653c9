/** Cuts rows at a limit, or at the first of an order, as a source does that pushes them. */

import type { ScanGroup } from '../../src/planner/index.ts';
import type { OrderKey } from '../../src/storage/index.ts';
import type { Row } from './planning-duckdb.ts';
import { orderOf } from './predicate-truth.ts';

/** Gives the rows that the group wants, in the given order without a top-N. */
export function firstRows(rows: readonly Row[], { rowLimit, topN }: Pick<ScanGroup, 'rowLimit' | 'topN'>): readonly Row[] {
  if (topN === null) return rows.slice(0, rowLimit ?? rows.length);
  return rows.toSorted((a, b) => compared(a, b, topN.keys)).slice(0, topN.rowCount);
}

function compared(a: Row, b: Row, keys: readonly OrderKey[]): number {
  for (const { column, isDescending, isNullsFirst } of keys) {
    const [left, right] = [a[column] ?? null, b[column] ?? null];
    if (left === null && right === null) continue;
    if (left === null || right === null) return (left === null) === isNullsFirst ? -1 : 1;
    const order = orderOf(left, right);
    if (order !== 0) return isDescending ? -order : order;
  }
  return 0;
}
