/** Random grouped blocks over random data, against the same block computed here; and when a block is refused. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AggregateCall, AggregateGroup, AggregateRequest, Predicate, TableColumn } from '../../../src/storage/index.ts';
import { answerWith } from '../../../src/storage/search/aggregate/aggregate-answer.ts';
import { aggregateQueryOf } from '../../../src/storage/search/aggregate/aggregate-query.ts';
import { answerAggregate } from '../../../src/storage/search/aggregate/answer.ts';
import { askGroups } from '../../../src/storage/search/aggregate/ask.ts';
import { rowsOf } from '../../../src/storage/search/aggregate/groups.ts';
import { Refusal } from '../../../src/storage/search/aggregate/sortables.ts';
import type { SqlType } from '../../../src/types/index.ts';
import { scanRequest } from '../../support/scans.ts';
import { type Cell, expected, inOrder, Random, type Row, rowsIn } from './grouped-blocks.ts';
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

const COLUMNS: readonly TableColumn[] = [KEY, field('g', 'BIGINT'), field('t'), field('n', 'BIGINT'), field('d', 'DOUBLE')];
const [G, T, N, D] = [1, 2, 3, 4];
const typeOf = (column: number): SqlType => COLUMNS[column]?.type ?? { id: 'BIGINT' };

/** Multiples of 1/8, so that sums are exact in any order. */
const DOUBLES = ['0', '0.125', '-3.5', '1000000.625', '123456789.875', '-0.25', '7'];
const INTEGERS = ['0', '1', '-1', '42', '1234567890123', '-987654321098', '007'];
const TEXTS = ['a', 'A', 'a,b', ' a', '', 'Å', 'å', 'x"y', 'b', '日本', 'x'.repeat(5000), '\\'];

/** share: one value in so many is missing; of group 1 every n is, of NULL every d. */
function rowFrom(random: Random, share: number): Row {
  const fields: Record<string, string> = { always: '1' };
  const cell = <C extends Cell>(name: string, texts: readonly string[], read: (text: string) => C, share: number): C | null => {
    const value = random.below(share) === 0 ? undefined : random.one(texts);
    if (value === undefined) return null;
    fields[name] = value;
    return read(value);
  };
  const g = cell('g', ['0', '1', '2', '-0', '9007199254740991'], BigInt, share);
  const t = cell('t', TEXTS, String, share);
  const n = cell('n', INTEGERS, BigInt, g === 1n ? 1 : share);
  const d = cell('d', DOUBLES, Number, g === null ? 1 : share);
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

async function answerOf(request: AggregateRequest): Promise<Cell[][] | string> {
  return rowsIn(await answerAggregate(world.connections, world.catalog, request), request);
}

/** Rows without a value counted by themselves, or every document asked; in MULTI/EXEC, or around. Refused forms are left out. */
async function everyForm(request: AggregateRequest): Promise<Cell[][][]> {
  const snapshot = await world.catalog.snapshot('default', world.connections);
  const [index] = snapshot.kind === 'indexes' ? snapshot.indexes : [];
  if (snapshot.kind !== 'indexes' || index === undefined) throw new Error('no index');
  const forms: Cell[][][] = [];
  for (const asked of [new Set<number>(), new Set([G, T, N, D])]) {
    for (const isTransaction of [true, false]) {
      try {
        const query = aggregateQueryOf(request, { index, facts: snapshot.facts, columns: COLUMNS, onError: 'error' }, asked);
        const grouped = await askGroups(world.connections, query, request, isTransaction, undefined);
        const answer = answerWith(rowsOf(grouped, query, request), request, { words: query.words, remarks: [] });
        const rows = rowsIn(answer, request);
        if (typeof rows !== 'string') forms.push(rows);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
      }
    }
  }
  return forms;
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

it.each([
  { seed: 1, share: 6 },
  { seed: 2, share: 4 },
  { seed: 3, share: 2 },
  { seed: 4, share: 60 },
  { seed: 5, share: 4 },
  { seed: 6, share: 30 },
  { seed: 7, share: 2 },
])('gives what the rows give, or refuses: seed $seed, one in $share missing', async ({ seed, share }) => {
  const random = new Random(seed);
  const rows = Array.from({ length: 80 }, () => rowFrom(random, share));
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
    for (const form of [got, ...(await everyForm(request))]) expect(inOrder(form)).toEqual(inOrder(expected(rows, request)));
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
    expect(await answerOf(requestOf({ aggregates: [SUM] }))).toMatch(/no integer|no BIGINT/);
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
