/** The traps of limits, of an index' state, of grouping and of order, one test a number; those of values are in traps.live.test.ts. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { valueReader } from '../../../src/arrow/index.ts';
import { type AggregateRequest, DEFAULT_SCAN_SETTINGS } from '../../../src/storage/index.ts';
import { answerAggregate } from '../../../src/storage/search/aggregate/answer.ts';
import type { SqlType } from '../../../src/types/index.ts';
import { scanRequest } from '../../support/scans.ts';
import { and, compare, double, field, KEY, or, type SearchWorld, startSearchWorld, text, whole } from './search-world.ts';

let world: SearchWorld;
const COLUMNS = [KEY, field('n', 'BIGINT'), field('t'), field('d', 'DOUBLE')];
const [N, T, D] = [1, 2, 3];

beforeAll(async () => {
  world = await startSearchWorld();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await world.reset();
});

async function ask(filter: Parameters<typeof and>[0], more: Partial<Parameters<SearchWorld['resolve']>[0]> = {}) {
  const answer = await world.resolve({ columns: COLUMNS, pattern: 'k:*', filter, index: 'i', ...more });
  return {
    answer,
    keys: await world.keysOf(answer),
    isExact: answer.filterAnswer === 'exact',
    whys: answer.conjuncts.map(({ why }) => why),
  };
}

const ON = 'ON HASH PREFIX 1 k: SCHEMA';

describe('limits and partial results', () => {
  it('traps 19 and 20: no search here goes without its LIMIT', async () => {
    await world.createIndex('i', `${ON} n NUMERIC SORTABLE`);
    await world.put(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`k:${i}`, { n: String(i % 20) }])));
    const rows = await aggregate([{ column: N }], [{ name: 'count_star', column: null }]);
    expect(rows).toEqual(Array.from({ length: 20 }, (_, i) => [BigInt(i), 2n]));
    expect((await ask(compare(N, '>=', whole(0)))).keys).toHaveLength(40);
  });

  it('trap 21: does not ask for more documents than the server gives', async () => {
    await world.createIndex('i', `${ON} n NUMERIC SORTABLE`);
    await world.put(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`k:${i}`, { n: String(i) }])));
    await world.redis.call('FT.CONFIG', 'SET', 'MAXSEARCHRESULTS', '10');
    world.catalog.forget('default');
    const formFor = async (below: number) =>
      (await world.resolve({ columns: COLUMNS, pattern: 'k:*', filter: compare(N, '<', whole(below)), index: 'i' })).access?.form;
    expect([await formFor(30), await formFor(10)]).toEqual(['cursor', 'blocking']);
  });

  it('trap 22: takes a count that ran out of time for no count', async () => {
    await world.createIndex('i', `${ON} n NUMERIC SORTABLE`);
    const script = "for i = 1, 60000 do redis.call('HSET', 'k:' .. i, 'n', i) end";
    await world.redis.call('EVAL', script, '0');
    world.catalog.forget('default');
    const settings = { ...DEFAULT_SCAN_SETTINGS, maxBlockMs: 1 };
    const { answer } = await ask(compare(N, '>', whole(0)), { settings });
    // Cut after 1 ms it would be some thousand; the estimate is all.
    expect(answer.access).toMatchObject({ expectedKeys: 60_000, form: 'cursor' });
  });
});

describe('coverage and state', () => {
  it('trap 27: does not use an index that is being built', async () => {
    const script = "for i = 1, 60000 do redis.call('HSET', 'k:' .. i, 'n', i) end";
    await world.redis.call('EVAL', script, '0');
    await world.redis.call('FT.CREATE', 'i', ...`${ON} n NUMERIC`.split(' '));
    world.catalog.forget('default');
    const { answer } = await ask(compare(N, '=', whole(1)));
    expect(answer.access).toBeNull();
    expect(answer.remarks.join()).toMatch(/being built/);
  });

  const REFUSED: readonly [why: string, words: string, remark: RegExp][] = [
    ['a narrower prefix', 'ON HASH PREFIX 1 k:1 SCHEMA n NUMERIC', /leaves out keys of "k:\*"/],
    ['another prefix', 'ON HASH PREFIX 1 x: SCHEMA n NUMERIC', /leaves out keys/],
    ['a FILTER', 'ON HASH PREFIX 1 k: FILTER @n>2 SCHEMA n NUMERIC', /it has a FILTER/],
    ['documents', 'ON JSON PREFIX 1 k: SCHEMA $.n AS n NUMERIC', /on JSON, not on HASH/],
    ['a star as prefix, which is a literal one', 'ON HASH PREFIX 1 * SCHEMA n NUMERIC', /leaves out keys/],
  ];
  it.each(REFUSED)('trap 28: does not use an index with %s', async (_, words, remark) => {
    await world.createIndex('i', words);
    await world.put({ 'k:1': { n: '1' }, 'k:10': { n: '1' }, 'x:1': { n: '1' } });
    const { answer } = await ask(compare(N, '=', whole(1)));
    expect(answer.access).toBeNull();
    expect(answer.remarks.join()).toMatch(remark);
  });

  it('trap 28: does not use an index that skipped the keys that were there', async () => {
    await world.put({ 'k:1': { n: '1' }, 'k:2': { n: '2' } });
    await world.createIndex('i', 'ON HASH PREFIX 1 k: SKIPINITIALSCAN SCHEMA n NUMERIC');
    await world.put({ 'k:3': { n: '1' } });
    const { answer } = await ask(compare(N, '=', whole(1)));
    expect(answer.access).toBeNull();
    expect(answer.remarks.join()).toMatch(/SKIPINITIALSCAN/);
  });

  it('trap 28: uses an index over more keys, but counts nothing by it', async () => {
    await world.createIndex('i', 'ON HASH SCHEMA n NUMERIC SORTABLE');
    await world.put({ 'k:1': { n: '1' }, 'x:1': { n: '1' } });
    const { answer } = await ask(compare(N, '=', whole(1)), { rowLimit: 1 });
    expect(answer.access).toMatchObject({ index: 'i', limit: null });
    expect(await aggregate([], [{ name: 'count_star', column: null }])).toBeTypeOf('string');
  });

  it('trap 28: finds a column by its field, not by an alias; NOINDEX is not searched', async () => {
    await world.createIndex('i', `${ON} d AS n NUMERIC n AS d NUMERIC t NUMERIC SORTABLE NOINDEX`);
    await world.put({ 'k:1': { n: '1', d: '2' }, 'k:2': { n: '2', d: '1' } });
    expect((await ask(compare(N, '=', whole(1)))).keys).toEqual(['k:1']);
    const columns = [KEY, field('t', 'BIGINT')];
    expect((await ask(compare(1, '=', whole(1)), { columns })).answer.access).toBeNull();
  });

  it('trap 29: looks again when an index was dropped or changed since', async () => {
    await world.createIndex('i', `${ON} n NUMERIC`);
    await world.createIndex('j', `${ON} n NUMERIC`);
    // So many that a scan costs more.
    await world.put(Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`k:1${i}`, { n: String(i) }])));
    expect((await ask(compare(N, '=', whole(1)), { index: 'auto' })).answer.access?.index).toBe('i');
    await world.redis.call('FT.DROPINDEX', 'i');
    expect((await ask(compare(N, '=', whole(1)), { index: 'auto' })).answer.access?.index).toBe('j');
    await world.redis.call('HSET', 'k:2', 'n', 'bad');
    expect((await ask(compare(N, '=', whole(1)), { index: 'auto' })).answer.access).toBeNull();
  });

  it('trap 30: keeps A AND (B OR C) together', async () => {
    await world.createIndex('i', `${ON} n NUMERIC d NUMERIC`);
    await world.put({ 'k:1': { n: '1', d: '1' }, 'k:2': { n: '2', d: '2' }, 'k:3': { n: '1', d: '3' } });
    const filter = and(compare(N, '=', whole(1)), or(compare(D, '=', double(2)), compare(D, '=', double(3))));
    expect(await ask(filter)).toMatchObject({ keys: ['k:3'], isExact: true });
  });
});

describe('aggregates', () => {
  it('trap 17: tells rows from values', async () => {
    await world.createIndex('i', `${ON} n NUMERIC INDEXMISSING SORTABLE d NUMERIC SORTABLE`);
    await world.put({ 'k:1': { n: '1', d: '5' }, 'k:2': { n: '1' }, 'k:3': { n: '2' }, 'k:4': { d: '-3' } });
    const answer = await aggregate(
      [{ column: N }],
      [
        { name: 'count_star', column: null },
        { name: 'count', column: D },
        { name: 'min', column: D },
        { name: 'avg', column: D },
      ],
    );
    expect(answer).toEqual([
      [null, 1n, 1n, -3, -3],
      [1n, 2n, 1n, 5, 5],
      [2n, 1n, 0n, null, null],
    ]);
    expect(
      await aggregate(
        [],
        [
          { name: 'count', column: N },
          { name: 'sum', column: N },
        ],
      ),
    ).toEqual([[3n, 4n]]);
    expect(
      await aggregate(
        [],
        [
          { name: 'sum', column: N },
          { name: 'count_star', column: null },
        ],
        compare(N, '>', whole(9)),
      ),
    ).toEqual([[null, 0n]]);
  });

  it('trap 31: groups texts only where the sortable value is the raw one', async () => {
    await world.createIndex('i', `${ON} t TAG SORTABLE`);
    await world.put({ 'k:1': { t: 'Ärger' }, 'k:2': { t: 'arger' }, 'k:3': { t: 'ÄRGER' } });
    expect(await aggregate([{ column: T }], [{ name: 'count_star', column: null }])).toBeTypeOf('string');
    await world.redis.call('FT.DROPINDEX', 'i');
    await world.createIndex('i', `${ON} t TAG SORTABLE UNF`);
    expect(await aggregate([{ column: T }], [{ name: 'count_star', column: null }])).toHaveLength(3);
  });

  it('trap 35: groups by the texts that a tag only narrows', async () => {
    await world.createIndex('i', `${ON} t TAG SORTABLE UNF n NUMERIC INDEXMISSING SORTABLE`);
    await world.put({
      'k:1': { t: 'x', n: '1' },
      'k:2': { t: 'X', n: '2' },
      'k:3': { t: 'x,y', n: '4' },
      'k:4': { t: ' x', n: '8' },
      'k:5': { t: 'x', n: '16' },
    });
    const sum = await aggregate(
      [],
      [
        { name: 'sum', column: N },
        { name: 'count_star', column: null },
      ],
      compare(T, '=', text('x')),
    );
    expect(sum).toEqual([[17n, 2n]]);
    const either = or(compare(T, '=', text('x')), compare(N, '=', whole(2)));
    expect(await aggregate([], [{ name: 'count_star', column: null }], either)).toBeTypeOf('string');
  });

  it('trap 33: counts nothing by an index while keys can end', async () => {
    await world.createIndex('i', `${ON} n NUMERIC SORTABLE`);
    await world.put({ 'k:1': { n: '1' }, 'k:2': { n: '2' } });
    await world.redis.call('DEBUG', 'SET-ACTIVE-EXPIRE', '0');
    await world.redis.call('PEXPIRE', 'k:1', '1');
    // The other one is looked at, too, and stays.
    await world.redis.call('PEXPIRE', 'k:2', '100000');
    expect(await aggregate([], [{ name: 'count_star', column: null }])).toBeTypeOf('string');
    const limited = await ask(compare(N, '>', whole(0)), { rowLimit: 1 });
    expect(limited.answer.access).toMatchObject({ limit: null });
    const first = await ask(compare(N, '>', whole(0)), {
      topN: { keys: [{ column: N, isDescending: false, isNullsFirst: false }], rowCount: 1 },
    });
    expect(first.answer.access?.query).toBe('@n:[(0 +inf]');
  });

  it('trap 37: refuses what would stop Redis for too long', async () => {
    await world.createIndex('i', `${ON} n NUMERIC INDEXMISSING SORTABLE`);
    await world.redis.call('EVAL', "for i = 1, 30000 do redis.call('HSET', 'k:' .. i, 'n', i % 10) end", '0');
    world.catalog.forget('default');
    const settings = { ...DEFAULT_SCAN_SETTINGS, maxBlockMs: 1 };
    const scan = scanRequest({ columns: COLUMNS, pattern: 'k:*', settings });
    const groups = [{ column: N, bucket: null, type: { id: 'BIGINT' } as const }];
    const answer = await answerAggregate(world.connections, world.catalog, { scan, groups, aggregates: [] });
    expect(answer).toMatchObject({ kind: 'refused', why: expect.stringMatching(/stop Redis for about \d+ ms/) });
  });
});

describe('order', () => {
  it('trap 18: gives the first rows of an order with their ties, and leaves NULLs to DuckDB', async () => {
    await world.createIndex('i', `${ON} n NUMERIC INDEXMISSING SORTABLE`);
    await world.put(
      Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k:${i}`, i < 90 ? { n: String(i >> 1) } : { x: '1' }])),
    );
    const order = (isDescending: boolean, rowCount: number, isNullsFirst = false) => ({
      topN: { keys: [{ column: N, isDescending, isNullsFirst }], rowCount },
    });
    const up = await world.resolve({ columns: COLUMNS, pattern: 'k:*', ...order(false, 5) });
    const keys = (await world.keysOf(up)) ?? [];
    expect(keys.length).toBeLessThan(30);
    for (const key of ['k:0', 'k:1', 'k:2', 'k:3', 'k:4', 'k:5']) expect(keys).toContain(key);
    const down = (await world.keysOf(await world.resolve({ columns: COLUMNS, pattern: 'k:*', ...order(true, 5) }))) ?? [];
    for (const key of ['k:89', 'k:88', 'k:87', 'k:86', 'k:85', 'k:84']) expect(down).toContain(key);
    // A NULL is among the first 95; and where NULLs come first.
    expect((await world.resolve({ columns: COLUMNS, pattern: 'k:*', ...order(false, 95) })).access?.query ?? '*').toBe('*');
    expect((await world.resolve({ columns: COLUMNS, pattern: 'k:*', ...order(false, 5, true) })).access).toBeNull();
  });
});

type Ask = {
  readonly name: 'count_star' | 'count' | 'sum' | 'avg' | 'min' | 'max' | 'count_distinct';
  readonly column: number | null;
};

/** The block's rows, sorted by their first cell, NULL first; a text says why it was refused. */
async function aggregate(
  groups: readonly { readonly column: number }[],
  asked: readonly Ask[],
  filter: Parameters<typeof and>[0] | null = null,
): Promise<unknown[][] | string> {
  const typeOf = (column: number): SqlType => COLUMNS[column]?.type ?? { id: 'BIGINT' };
  const resultOf = ({ name, column }: Ask): SqlType => {
    if (name.startsWith('count')) return { id: 'BIGINT' };
    if (name === 'avg') return { id: 'DOUBLE' };
    const type = typeOf(column ?? 0);
    return name === 'sum' && type.id === 'BIGINT' ? { id: 'HUGEINT' } : type;
  };
  const request: AggregateRequest = {
    scan: scanRequest({ columns: COLUMNS, pattern: 'k:*', filter }),
    groups: groups.map(({ column }) => ({ column, bucket: null, type: typeOf(column) })),
    aggregates: asked.map((one) => ({ ...one, type: resultOf(one) })),
  };
  const answer = await answerAggregate(world.connections, world.catalog, request);
  if (answer.kind !== 'rows') return answer.kind === 'refused' ? answer.why : 'a scan';
  const types = [...request.groups, ...request.aggregates].map(({ type }) => type);
  const readers = answer.batch.columns.map((column, i) =>
    valueReader(types[i] ?? { id: 'NULL' }, column, { integers: 'bigint' }),
  );
  const rows = Array.from({ length: answer.batch.rowCount }, (_, row) => readers.map((read) => read(row)));
  return rows.sort((a, b) =>
    a[0] === null ? -1 : b[0] === null ? 1 : String(a[0]).padStart(30) < String(b[0]).padStart(30) ? -1 : 1,
  );
}
