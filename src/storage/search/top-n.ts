/**
 * ORDER BY … LIMIT by an index: the value at the last wanted place is a bound that only as many rows (and ties) pass, so the
 * query is narrowed by it, and DuckDB orders what is left. It needs a query that is exact over keys that are all rows.
 */
import type { ScanRequest } from '../scan-words.ts';
import type { SearchConnections } from './catalog/index-catalog.ts';
import type { IndexInfo } from './catalog/index-info.ts';
import { COST } from './cost.ts';
import { allAttributesFor } from './query/attributes.ts';
import { attributeName, type Compiled, queryTextOf } from './query/fragment.ts';
import { EVERY_NUMBER, isNumeric, rangeFragment } from './query/numeric.ts';
import { conjunctionOf } from './query/terms.ts';
import { valueAt } from './search-command.ts';

/** Keys that may go away before they are fetched, besides a tenth of the wanted ones. */
const SPARE_ROWS = 10;
/** The module prints 12 digits. */
const PRINT_ERROR = 1e-11;
/** A FLOAT column is the printed number rounded once more. */
const FLOAT_ERROR = 1e-6;

export interface OrderedQuery {
  readonly compiled: Compiled;
  readonly remark: string;
}

/** What an order can be asked of; null where it cannot. */
export interface OrderAttribute {
  readonly alias: string;
  readonly name: string;
  readonly isDescending: boolean;
  readonly error: number;
  readonly columnName: string;
}

/** Says whether the index keeps the order that is wanted: one sortable number, NULLs last (as the module has them). */
export function orderAttributeOf(request: ScanRequest, index: IndexInfo): OrderAttribute | null {
  const { topN, columns } = request;
  const [key, ...others] = topN?.keys ?? [];
  const column = key === undefined ? undefined : columns[key.column];
  if (key === undefined || column === undefined || others.length > 0 || key.isNullsFirst || !isNumeric(column.type)) return null;
  const found = allAttributesFor(index, column).find(
    ({ attribute, isSingle }) => attribute.type === 'NUMERIC' && attribute.isSortable && !attribute.isUnsearchable && isSingle,
  );
  const name = found === undefined ? null : attributeName(found.attribute.alias);
  if (found === undefined || name === null) return null;
  const error = column.type.id === 'FLOAT' ? FLOAT_ERROR : PRINT_ERROR;
  return { alias: found.attribute.alias, name, isDescending: key.isDescending, error, columnName: column.name };
}

/** Estimates how long the question for the bound stops Redis. */
export function orderBlockMs(matchCount: number): number {
  return (matchCount * (COST.countDocument + COST.sortDocument)) / 1000;
}

/** Narrows an exact query to the first rows of an order; null where a NULL is among them or all rows are. */
export async function narrowToFirst(
  connections: SearchConnections,
  index: string,
  compiled: Compiled,
  order: OrderAttribute,
  { rowCount, maxSearchResults }: { readonly rowCount: number; readonly maxSearchResults: number },
  signal?: AbortSignal,
): Promise<OrderedQuery | null> {
  const text = compiled.kind === 'query' ? queryTextOf(compiled.fragment) : null;
  const position = rowCount - 1 + SPARE_ROWS + Math.ceil(rowCount / 10);
  // A place beyond is an error of the server.
  if (position >= maxSearchResults) return null;
  const { alias, isDescending } = order;
  const printed = await valueAt(connections, { index, text }, { alias, isDescending, position }, signal);
  const value = numberFrom(printed);
  if (value === null) return null;
  const slack = Math.abs(value) * order.error;
  const range = isDescending ? { ...EVERY_NUMBER, low: value - slack } : { ...EVERY_NUMBER, high: value + slack };
  const bound: Compiled = { kind: 'query', fragment: rangeFragment(order.name, range), isExact: true, why: null, depth: 1 };
  const remark = `the first ${rowCount} rows have ${order.columnName} ${isDescending ? '>=' : '<='} ${value}`;
  return { compiled: conjunctionOf(compiled.kind === 'query' ? [compiled, bound] : [bound]), remark };
}

function numberFrom(printed: string | null | undefined): number | null {
  if (printed === undefined || printed === null || printed === '') return null;
  if (printed === 'inf') return Number.POSITIVE_INFINITY;
  if (printed === '-inf') return Number.NEGATIVE_INFINITY;
  const value = Number(printed);
  return Number.isNaN(value) ? null : value;
}
