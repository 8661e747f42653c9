/** Grouped blocks computed over rows here, and what an answer holds, to compare the two. */
import { valueReader } from '../../../src/arrow/index.ts';
import type { AggregateAnswer, AggregateCall, AggregateRequest } from '../../../src/storage/index.ts';
import { mayMatch } from '../../support/predicate-truth.ts';

export type Cell = string | bigint | number | null;

export class Random {
  #state: number;
  constructor(seed: number) {
    this.#state = seed;
  }
  below(end: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return (this.#state >>> 9) % end;
  }
  one<T>(items: readonly T[]): T | undefined {
    return items[this.below(items.length)];
  }
}

export interface Row {
  readonly fields: Record<string, string>;
  readonly cells: readonly Cell[];
}

/** The block computed over rows here. */
export function expected(rows: readonly Row[], { scan, groups, aggregates }: AggregateRequest): Cell[][] {
  const { filter } = scan;
  const found = new Map<string, { readonly keys: Cell[]; readonly rows: Row[] }>();
  if (groups.length === 0) found.set('[]', { keys: [], rows: [] });
  for (const row of rows) {
    if (filter !== null && !mayMatch(filter, row.cells)) continue;
    const keys = groups.map(({ column }) => row.cells[column] ?? null);
    const identity = JSON.stringify(keys.map(String).concat(keys.map((key) => typeof key)));
    const group = found.get(identity) ?? { keys, rows: [] };
    found.set(identity, group);
    group.rows.push(row);
  }
  return [...found.values()].map((group) => [...group.keys, ...aggregates.map((call) => valueOf(call, group.rows))]);
}

function valueOf({ name, column }: AggregateCall, rows: readonly Row[]): Cell {
  if (name === 'count_star' || column === null) return BigInt(rows.length);
  const values = rows.flatMap(({ cells }) => cells[column] ?? []);
  if (name === 'count') return BigInt(values.length);
  if (name === 'count_distinct') return BigInt(new Set(values).size);
  const numbers = values.filter((value) => typeof value !== 'string');
  const [first] = numbers;
  if (first === undefined) return null;
  if (name === 'min') return numbers.reduce((a, b) => (b < a ? b : a));
  if (name === 'max') return numbers.reduce((a, b) => (b > a ? b : a));
  const sum =
    typeof first === 'bigint'
      ? numbers.reduce((a, b) => BigInt(a) + BigInt(b), 0n)
      : numbers.reduce((a: number, b) => a + Number(b), 0);
  return name === 'sum' ? sum : Number(sum) / numbers.length;
}

/** Gives an answer's rows; the reason where it has none. */
export function rowsIn(answer: AggregateAnswer, { groups, aggregates }: AggregateRequest): Cell[][] | string {
  if (answer.kind !== 'rows') return answer.kind === 'refused' ? answer.why : 'a scan';
  const types = [...groups, ...aggregates].map(({ type }) => type);
  const readers = answer.batch.columns.map((column, i) =>
    valueReader(types[i] ?? { id: 'NULL' }, column, { integers: 'bigint' }),
  );
  // Only texts, numbers and NULL are asked for.
  return Array.from({ length: answer.batch.rowCount }, (_, row) => readers.map((read) => read(row) as Cell));
}

/** Rows in an order that does not matter. */
export function inOrder(rows: Cell[][]): string[] {
  return rows.map((row) => JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? `${value}n` : value))).sort();
}
