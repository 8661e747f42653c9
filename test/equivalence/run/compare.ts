/** Says whether two answers to one query are the same rows, as far as SQL promises them. */
import type { Answer, Cell } from '../oracle/oracle.ts';
import type { Query } from '../queries/words.ts';

/** Sums of doubles are added in different orders. */
const RELATIVE_ERROR = 1e-9;
const ABSOLUTE_ERROR = 1e-9;
const SHOWN_ROWS = 8;

/**
 * Gives what differs, null where nothing does. Rows are a multiset; with ORDER BY the keys come in one order, too; with
 * LIMIT any rows of `whole`, the plain answer without it, will do whose keys are those of the plain answer.
 */
export function difference(query: Query, ours: Answer, plain: Answer, whole: Answer | null): string | null {
  if (ours.names.join('\0') !== plain.names.join('\0'))
    return `columns ${ours.names.join(', ')} instead of ${plain.names.join(', ')}`;
  if (ours.types.join('\0') !== plain.types.join('\0'))
    return `types ${ours.types.join(', ')} instead of ${plain.types.join(', ')}`;
  if (ours.rows.length !== plain.rows.length)
    return `${ours.rows.length} rows instead of ${plain.rows.length}${sample(ours, plain)}`;
  const order = orderDifference(query, ours, plain);
  if (order !== null) return order;
  if (whole !== null) return strangers(query, ours, whole);
  return rowsDifference(query, ours, plain);
}

function orderDifference({ order }: Query, ours: Answer, plain: Answer): string | null {
  if (order.length === 0) return null;
  const keyAt = (answer: Answer, row: number): string =>
    order.map(({ item }) => textOf(answer.rows[row]?.[item] ?? null)).join(' · ');
  const row = ours.rows.findIndex((_, i) => keyAt(ours, i) !== keyAt(plain, i));
  return row < 0 ? null : `row ${row} has the key ${keyAt(ours, row)} instead of ${keyAt(plain, row)}`;
}

/** Each row of `ours` must be one of `whole`, no more often than there. */
function strangers(query: Query, ours: Answer, whole: Answer): string | null {
  const left = new Map<string, (readonly Cell[])[]>();
  for (const row of whole.rows) {
    const rows = left.get(exactText(query, row));
    if (rows === undefined) left.set(exactText(query, row), [row]);
    else rows.push(row);
  }
  for (const row of ours.rows) {
    const twins = left.get(exactText(query, row)) ?? [];
    const at = twins.findIndex((twin) => isNear(query, row, twin));
    if (at < 0) return `the row ${rowText(row)} is none of the plain table's`;
    twins.splice(at, 1);
  }
  return null;
}

function rowsDifference(query: Query, ours: Answer, plain: Answer): string | null {
  const [left, right] = [sorted(query, ours), sorted(query, plain)];
  const at = left.findIndex(
    (row, i) => exactText(query, row) !== exactText(query, right[i] ?? []) || !isNear(query, row, right[i] ?? []),
  );
  return at < 0 ? null : `${rowText(left[at] ?? [])} instead of ${rowText(right[at] ?? [])}`;
}

function sorted(query: Query, { rows }: Answer): (readonly Cell[])[] {
  const text = (row: readonly Cell[]): string => exactText(query, row);
  return rows.toSorted((a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : roundedSum(query, a) - roundedSum(query, b)));
}

function isRounded(query: Query, cell: Cell, position: number): cell is number {
  return typeof cell === 'number' && query.items[position]?.isRounded === true;
}

function exactText(query: Query, row: readonly Cell[]): string {
  return row.map((cell, i) => (isRounded(query, cell, i) ? '≈' : textOf(cell))).join('\u0001');
}

function roundedSum(query: Query, row: readonly Cell[]): number {
  return row.reduce<number>((sum, cell, i) => (isRounded(query, cell, i) ? sum + cell : sum), 0);
}

function isNear(query: Query, a: readonly Cell[], b: readonly Cell[]): boolean {
  return a.every((cell, i) => {
    const other = b[i] ?? null;
    if (!isRounded(query, cell, i)) return true;
    if (typeof other !== 'number') return false;
    if (Object.is(cell, other) || cell === other) return true;
    return Math.abs(cell - other) <= RELATIVE_ERROR * Math.max(Math.abs(cell), Math.abs(other)) + ABSOLUTE_ERROR;
  });
}

/** Minus zero equals zero, also as a group. */
function textOf(cell: Cell): string {
  if (cell === null) return '∅';
  return typeof cell === 'number' ? `#${cell === 0 ? 0 : cell}` : cell;
}

function rowText(row: readonly Cell[]): string {
  return `(${row
    .map(textOf)
    .map((text) => (text.length > 60 ? `${text.slice(0, 40)}… [${text.length}]` : text))
    .join(', ')})`;
}

function sample(ours: Answer, plain: Answer): string {
  const show = ({ rows }: Answer): string => rows.slice(0, SHOWN_ROWS).map(rowText).join(' ');
  return `: ${show(ours)} instead of ${show(plain)}`;
}
