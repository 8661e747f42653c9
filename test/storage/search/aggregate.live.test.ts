/** Random grouped blocks over random data, against the same block computed here; and when a block is refused. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { valueReader } from '../../../src/arrow/index.ts';
import type { AggregateCall, AggregateGroup, AggregateRequest, Predicate, TableColumn } from '../../../src/storage/index.ts';
import { answerAggregate } from '../../../src/storage/search/aggregate/answer.ts';
import type { SqlType } from '../../../src/types/index.ts';
import { mayMatch } from '../../support/predicate-truth.ts';
import { scanRequest } from '../../support/scans.ts';
import { compare, field, KEY, type SearchWorld, startSearchWorld, text, whole } from './search-world.ts';

let world: SearchWorld;
beforeAll(async () => {
  world = await startSearchWorld();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await world.reset();
});

type Cell = string | bigint | number | null;

const COLUMNS: readonly TableColumn[] = [KEY, field('g', 'BIGINT'), field('t'), field('n', 'BIGINT'), field('d', 'DOUBLE')];
const [G, T, N, D] = [1, 2, 3, 4];
const typeOf = (column: number): SqlType => COLUMNS[column]?.type ?? { id: 'BIGINT' };

/** Multiples of 1/8, so that sums are exact in any order. */
const DOUBLES = ['0', '0.125', '-3.5', '1000000.625', '123456789.875', '-0.25', '7'];
const INTEGERS = ['0', '1', '-1', '42', '1234567890123', '-987654321098', '007'];
const TEXTS = ['a', 'A', 'a,b', ' a', '', 'Å', 'å', 'x"y', 'b', '日本', 'x'.repeat(5000), '\\'];

class Random {
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

interface Row {
  readonly fields: Record<string, string>;
  readonly cells: readonly Cell[];
}

function rowFrom(random: Random): Row {
  const fields: Record<string, string> = { always: '1' };
  const cell = <C extends Cell>(name: string, texts: readonly string[], read: (text: string) => C, share: number): C | null => {
    const value = random.below(share) === 0 ? undefined : random.one(texts);
    if (value === undefined) return null;
    fields[name] = value;
    return read(value);
  };
  const g = cell('g', ['0', '1', '2', '-0', '9007199254740991'], BigInt, 6);
  const t = cell('t', TEXTS, String, 6);
  const n = cell('n', INTEGERS, BigInt, 4);
  const d = cell('d', DOUBLES, Number, 4);
  return { fields, cells: ['', g, t, n, d] };
}

const CALLS: readonly AggregateCall[] = [
  { name: 'count_star', column: null, type: { id: 'BIGINT' } },
  ...[G, T, N, D].map((column) => ({ name: 'count' as const, column, type: { id: 'BIGINT' as const } })),
  ...[T, N, D].map((column) => ({ name: 'count_distinct' as const, column, type: { id: 'BIGINT' as const } })),
  { name: 'sum', column: N, type: { id: 'HUGEINT' } },
  { name: 'sum', column: D, type: { id: 'DOUBLE' } },
  ...[N, D].map((column) => ({ name: 'avg' as const, column, type: { id: 'DOUBLE' as const } })),
  ...[N, D].flatMap((column) => (['min', 'max'] as const).map((name) => ({ name, column, type: typeOf(column) }))),
];

const FILTERS: readonly (Predicate | null)[] = [
  null,
  compare(N, '>', whole(0)),
  compare(T, '=', text('a')),
  { kind: 'in', column: T, values: [text('A'), text('a,b'), text('Å')] },
  { kind: 'isNull', column: D },
  { kind: 'or', children: [compare(G, '=', whole(1)), { kind: 'isNull', column: N }] },
  compare(N, '>', whole(10n ** 15n)),
];

/** The block computed over rows here. */
function expected(rows: readonly Row[], { scan, groups, aggregates }: AggregateRequest): Cell[][] {
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

async function answerOf(request: AggregateRequest): Promise<Cell[][] | string> {
  const answer = await answerAggregate(world.connections, world.catalog, request);
  if (answer.kind !== 'rows') return answer.kind === 'refused' ? answer.why : 'a scan';
  const types = [...request.groups, ...request.aggregates].map(({ type }) => type);
  const readers = answer.batch.columns.map((column, i) =>
    valueReader(types[i] ?? { id: 'NULL' }, column, { integers: 'bigint' }),
  );
  // Only texts, numbers and NULL are asked for.
  return Array.from({ length: answer.batch.rowCount }, (_, row) => readers.map((read) => read(row) as Cell));
}

function inOrder(rows: Cell[][]): string[] {
  return rows.map((row) => JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? `${value}n` : value))).sort();
}

function requestOf(more: Partial<AggregateRequest> & { readonly filter?: Predicate | null } = {}): AggregateRequest {
  const scan = scanRequest({ columns: COLUMNS, pattern: 'k:*', filter: more.filter ?? null });
  return { groups: [], aggregates: [], scan, ...more };
}

const groupBy = (...columns: number[]): AggregateGroup[] =>
  columns.map((column) => ({ column, bucket: null, type: typeOf(column) }));

const SCHEMA = 'ON HASH PREFIX 1 k: SCHEMA';
const SCHEMAS = [
  `${SCHEMA} g NUMERIC INDEXMISSING SORTABLE t TAG INDEXMISSING INDEXEMPTY CASESENSITIVE SORTABLE UNF n NUMERIC INDEXMISSING SORTABLE d NUMERIC INDEXMISSING SORTABLE`,
  `${SCHEMA} g NUMERIC SORTABLE t TAG SORTABLE UNF n NUMERIC SORTABLE d NUMERIC SORTABLE`,
  `${SCHEMA} g AS gg NUMERIC SORTABLE t AS tt TEXT SORTABLE UNF n AS d NUMERIC INDEXMISSING SORTABLE d AS n NUMERIC INDEXMISSING SORTABLE`,
];

it.each([1, 2, 3, 4, 5, 6])('gives what the rows give, or refuses: seed %i', async (seed) => {
  const random = new Random(seed);
  const rows = Array.from({ length: 80 }, () => rowFrom(random));
  await world.put(Object.fromEntries(rows.map(({ fields }, i) => [`k:${i}`, fields])));
  await world.createIndex('i', SCHEMAS[seed % SCHEMAS.length] ?? '');
  let answered = 0;
  for (let i = 0; i < 60; i++) {
    const groups = groupBy(...[G, T, N, D].filter(() => random.below(4) === 0));
    const aggregates = CALLS.filter(() => random.below(5) === 0);
    if (groups.length + aggregates.length === 0) continue;
    const request = requestOf({ groups, aggregates, filter: random.one(FILTERS) ?? null });
    const got = await answerOf(request);
    if (typeof got === 'string') continue;
    answered += 1;
    expect(inOrder(got)).toEqual(inOrder(expected(rows, request)));
  }
  expect(answered).toBeGreaterThan(8);
});

describe('refusals', () => {
  const COUNT: AggregateCall = { name: 'count_star', column: null, type: { id: 'BIGINT' } };
  const SUM: AggregateCall = { name: 'sum', column: N, type: { id: 'HUGEINT' } };

  it('refuses sums and groups of integers that doubles do not hold', async () => {
    await world.createIndex('i', SCHEMAS[0] ?? '');
    await world.put({ 'k:1': { n: '9007199254740993', g: '9007199254740993' }, 'k:2': { n: '1', g: '1' } });
    expect(await answerOf(requestOf({ aggregates: [SUM] }))).toMatch(/documents match/);
    expect(await answerOf(requestOf({ aggregates: [{ name: 'max', column: N, type: { id: 'BIGINT' } }] }))).toMatch(/2\^53/);
    expect(await answerOf(requestOf({ groups: groupBy(G), aggregates: [COUNT] }))).toMatch(/2\^53/);
    expect(await answerOf(requestOf({ aggregates: [SUM], filter: compare(N, '<', whole(100)) }))).toEqual([[1n]]);
  });

  it('refuses what is no number of the column, infinities and texts that are no UTF-8', async () => {
    await world.createIndex('i', SCHEMAS[0] ?? '');
    await world.put({ 'k:1': { n: '1.5', d: 'inf', t: Buffer.from([0x61, 0xff]) } });
    expect(await answerOf(requestOf({ aggregates: [SUM] }))).toMatch(/no integer/);
    expect(await answerOf(requestOf({ aggregates: [{ name: 'sum', column: D, type: { id: 'DOUBLE' } }] }))).toMatch(
      /not give exactly/,
    );
    expect(await answerOf(requestOf({ groups: groupBy(T), aggregates: [COUNT] }))).toMatch(/UTF-8/);
  });

  it('refuses groups of several keys that the module would mix up', async () => {
    await world.createIndex('i', SCHEMAS[0] ?? '');
    // To the module (NULL, 'b…') is ('', 'c…'): one FT.AGGREGATE gives one group of two rows.
    await world.put({ 'k:1': { t: 'b' }, 'k:2': { t: 'c', g: '0' }, 'k:3': { t: 'b', g: '1', n: '5' } });
    expect(await answerOf(requestOf({ groups: groupBy(G, T), aggregates: [COUNT] }))).toMatch(/mixes groups/);
    const numbers = requestOf({ groups: groupBy(G, N), aggregates: [COUNT] });
    expect(await answerOf(numbers)).toMatch(/ismissing/);
    expect(await answerOf({ ...numbers, scan: { ...numbers.scan, filter: compare(N, '>', whole(0)) } })).toEqual([[1n, 5n, 1n]]);
  });

  it('refuses a text beside groups where others have its tags', async () => {
    await world.createIndex('i', SCHEMAS[0] ?? '');
    await world.put({ 'k:1': { t: 'a', g: '1' }, 'k:2': { t: 'b', g: '2' } });
    const request = requestOf({ groups: groupBy(G), aggregates: [COUNT], filter: compare(T, '=', text('a')) });
    expect(await answerOf(request)).toEqual([[1n, 1n]]);
    await world.put({ 'k:3': { t: 'a,b', g: '1' } });
    expect(await answerOf(request)).toMatch(/other texts/);
  });

  it('refuses what settings turn off, bad values that are no errors, and other databases', async () => {
    await world.createIndex('i', SCHEMAS[0] ?? '');
    await world.put({ 'k:1': { n: '1' } });
    const request = requestOf({ groups: groupBy(G), aggregates: [COUNT] });
    const turned = async (more: Partial<AggregateRequest['scan']>) =>
      await answerOf({ ...request, scan: { ...request.scan, ...more } });
    expect(await turned({})).toEqual([[null, 1n]]);
    const { settings } = request.scan;
    expect(await turned({ settings: { ...settings, pushdownAggregates: false } })).toBeTypeOf('string');
    expect(await turned({ settings: { ...settings, useIndexes: false } })).toBeTypeOf('string');
    expect(await turned({ index: 'none' })).toBeTypeOf('string');
    expect(await turned({ accessChoice: 'scan' })).toBeTypeOf('string');
    for (const onError of ['null', 'skip'] as const) expect(await turned({ onError })).toBeTypeOf('string');
    expect(await turned({ pattern: 'k:1*' })).toBeTypeOf('string');
    const other = await answerAggregate({ ...world.connections, database: 1 }, world.catalog, request);
    expect(other).toMatchObject({ kind: 'refused', why: 'indexes hold keys of database 0, not of 1' });
  });

  it('counts all keys by DBSIZE, and all rows by the index, while none can end', async () => {
    await world.createIndex('i', SCHEMAS[1] ?? '');
    await world.put({ 'k:1': { n: '1' }, 'k:2': { x: '1' }, other: { n: '1' } });
    const keys = requestOf({ aggregates: [COUNT] });
    const allKeys = { ...keys, scan: { ...keys.scan, source: 'keys' as const, pattern: '*' } };
    expect(await answerOf(keys)).toEqual([[2n]]);
    expect(await answerOf(allKeys)).toEqual([[3n]]);
    await world.redis.call('EXPIRE', 'other', '1000');
    expect(await answerOf(keys)).toMatch(/time to live/);
    expect(await answerOf(allKeys)).toMatch(/time to live/);
  });
});
