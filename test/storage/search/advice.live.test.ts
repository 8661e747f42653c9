/** Advice that holds: the index that it names serves what was asked, by what the next plan says; and no advice that saves nothing. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type {
  AggregateAnswer,
  AggregateCall,
  AggregateRequest,
  Predicate,
  ScanRequest,
  TopN,
} from '../../../src/storage/index.ts';
import { answerAggregate } from '../../../src/storage/index.ts';
import { scanRequest } from '../../support/scans.ts';
import { and, compare, field, KEY, not, or, type SearchWorld, startSearchWorld, text, whole } from './search-world.ts';

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

const COLUMNS = [KEY, field('age', 'BIGINT'), field('city'), field('score', 'DOUBLE'), field('day', 'DATE')];
const [AGE, CITY, SCORE, DAY] = [1, 2, 3, 4];
const ask = async (more: Partial<ScanRequest>) => await world.resolve({ columns: COLUMNS, pattern: 'k:*', ...more });
const put = async (count: number): Promise<void> => {
  const fields = (i: number) => ({ age: i % 90, city: `c${i % 7}`, score: i / 4, day: '2010-01-31' });
  await world.put(Object.fromEntries(Array.from({ length: count }, (_, i) => [`k:${i}`, fields(i)])));
};

/** Makes the index as redis-cli would. */
async function follow(command: string | undefined): Promise<void> {
  const words = [...(command ?? '').matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, plain]) =>
    (plain ?? quoted ?? '').replace(/\\x(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
  );
  expect(await world.redis.call(...words)).toBe('OK');
  // Waits until all indexes that came before are built, too.
  await world.createIndex('wait', 'ON HASH PREFIX 1 zzz SCHEMA n NUMERIC');
  await built(words[1] ?? '');
  world.catalog.forget('default');
}

async function built(name: string): Promise<void> {
  while (!JSON.stringify(await world.redis.call('FT.INFO', name)).includes('"percent_indexed","1"')) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('advice for a filter', () => {
  it.each<[string, Predicate]>([
    ['a range of texts', compare(CITY, '>', text('c3'))],
    ['a prefix with more postings than tags are looked at', { kind: 'prefix', column: CITY, prefix: 'c3' }],
    ['a range of dates', compare(DAY, '>', { type: 'DATE', value: 14_640n })],
    ['OR with what no index holds', or(compare(AGE, '=', whole(3)), { kind: 'opaque', text: 'f(x)' })],
  ])('is none for %s, which the index would not serve', async (_, filter) => {
    await put(1000);
    expect((await ask({ filter })).advice).toBeNull();
  });

  it('names the columns of those conditions only that the index serves, and is right', async () => {
    await put(1000);
    const day: Predicate = compare(DAY, '=', { type: 'DATE', value: 14_640n });
    const filter = and(compare(AGE, '=', whole(3)), compare(CITY, '<>', text('c3')), day);
    const { advice } = await ask({ filter });
    expect(advice?.command).toMatch(/SCHEMA age NUMERIC \S+ \S+ day TAG/);
    await follow(advice?.command);
    const answer = await ask({ filter });
    expect(answer.access?.index).toBe('idx:k');
    expect(answer.conjuncts.map((note) => [note.answer, note.why])).toEqual([
      ['exact', null],
      ['unsupported', 'a tag knows = and IN, not <>'],
      ['exact', null],
    ]);
  });

  it('says nothing where the scan is as fast', async () => {
    await put(50);
    expect((await ask({ filter: compare(AGE, '=', whole(3)) })).advice).toBeNull();
  });

  it("tells the pattern's keys from the database's where an index knows them", async () => {
    await put(1000);
    await world.put(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`other:${i}`, { x: i }])));
    const filter = compare(AGE, '=', whole(3));
    expect((await ask({ filter })).advice?.saving).toMatch(/^a scan of the 2,000 keys of the database takes about /);
    await world.createIndex('i', 'ON HASH PREFIX 1 k: SCHEMA nothing NUMERIC');
    expect((await ask({ filter })).advice?.saving).toMatch(/^a scan of 2,000 keys, of which 1,000 are read, takes about /);
  });

  it('names no second index where the data keep the first one from answering', async () => {
    await put(1000);
    await world.redis.call('HSET', 'k:bad', 'age', 'old');
    await world.createIndex('i', 'ON HASH PREFIX 1 k: SCHEMA age NUMERIC INDEXMISSING SORTABLE');
    const { advice, remarks } = await ask({ filter: compare(AGE, '=', whole(3)) });
    expect({ advice, why: remarks.join() }).toEqual({ advice: null, why: expect.stringContaining('lacks 1 documents') });
  });
});

describe('advice for an order', () => {
  const top = (column: number, more: Partial<TopN['keys'][number]> = {}): TopN => ({
    keys: [{ column, isDescending: true, isNullsFirst: false, ...more }],
    rowCount: 3,
  });

  it('is none for texts, or NULLs first, which no index keeps as SQL does', async () => {
    await put(1000);
    expect((await ask({ topN: top(CITY) })).advice).toBeNull();
    expect((await ask({ topN: top(AGE, { isNullsFirst: true }) })).advice).toBeNull();
    expect((await ask({ topN: top(AGE), onError: 'null' })).advice).toBeNull();
  });

  it('is none while keys may end unseen', async () => {
    await put(1000);
    await world.redis.call('EXPIRE', 'k:1', '1000');
    expect((await ask({ topN: top(AGE) })).advice).toBeNull();
  });

  it('is right for numbers', async () => {
    await put(1000);
    const { advice } = await ask({ topN: top(AGE) });
    expect(advice).toEqual({
      command: 'FT.CREATE idx:k ON HASH PREFIX 1 k: SCHEMA age NUMERIC INDEXMISSING SORTABLE',
      saving: expect.stringMatching(/^a scan of the 1,000 keys .* with the index, the order about [\d.]+ ms$/),
    });
    await follow(advice?.command);
    const { access, remarks } = await ask({ topN: top(AGE) });
    expect([access?.index, remarks.join()]).toEqual(['idx:k', 'the first 3 rows have age >= 88']);
  });
});

describe('advice for groups', () => {
  const call = (name: AggregateCall['name'], column: number | null): AggregateCall => ({
    name,
    column,
    type: { id: name.startsWith('count') ? 'BIGINT' : name === 'avg' ? 'DOUBLE' : name === 'sum' ? 'HUGEINT' : 'BIGINT' },
  });
  const group = async (
    columns: readonly number[],
    aggregates: readonly AggregateCall[],
    filter: Predicate | null = null,
  ): Promise<AggregateAnswer> => {
    const scan = scanRequest({ columns: COLUMNS, pattern: 'k:*', filter, projection: [] });
    const groups = columns.map((column) => ({ column, bucket: null, type: COLUMNS[column]?.type ?? { id: 'VARCHAR' as const } }));
    const request: AggregateRequest = { scan, groups, aggregates };
    return await answerAggregate(world.connections, world.catalog, request);
  };
  const adviceOf = (answer: AggregateAnswer) => (answer.kind === 'refused' ? answer.advice : undefined);

  it.each<[string, number[], AggregateCall[], Predicate | null]>([
    ['texts', [CITY], [call('count_star', null)], null],
    ['distinct values', [], [call('count_distinct', AGE)], null],
    ['numbers without a group', [], [call('max', AGE), call('min', AGE), call('sum', AGE)], null],
    ['numbers in groups', [AGE], [call('avg', SCORE)], null],
    ['a filter, too', [CITY], [call('count', SCORE)], compare(AGE, '<', whole(30))],
  ])('is right for %s', async (_, columns, aggregates, filter) => {
    await put(2000);
    const advice = adviceOf(await group(columns, aggregates, filter));
    expect(advice?.saving).toMatch(/^a scan of the 2,000 keys .* with the index, one FT\.AGGREGATE about [\d.]+ ms$/);
    await follow(advice?.command);
    expect((await group(columns, aggregates, filter)).kind).toBe('rows');
  });

  it.each<[string, number[], AggregateCall[], Predicate | null]>([
    ['groups of several texts', [CITY, AGE], [call('count_star', null)], null],
    ['dates', [DAY], [call('count_star', null)], null],
    ['a filter that no index tells', [CITY], [call('count_star', null)], not(compare(CITY, '=', text('c1')))],
    ['a count of all, for which any index would do', [], [call('count_star', null)], null],
  ])('is none for %s', async (_, columns, aggregates, filter) => {
    await put(2000);
    expect(adviceOf(await group(columns, aggregates, filter))).toBeNull();
  });

  it('is none where it saves next to nothing', async () => {
    await put(50);
    expect(adviceOf(await group([CITY], [call('count_star', null)]))).toBeNull();
  });
});
