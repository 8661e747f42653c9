/** What is said about indexes: which there are, why none is used, what to create; and the errors. */
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { QueryClient } from '../../../src/storage/connections/query-client.ts';
import { DEFAULT_SCAN_SETTINGS, endpointFrom, type Predicate, type ScanRequest } from '../../../src/storage/index.ts';
import { IndexCatalog } from '../../../src/storage/search/catalog/index-catalog.ts';
import { resolveAccess } from '../../../src/storage/search/resolve.ts';
import { callsOf } from '../../support/live-session.ts';
import { startRedis } from '../../support/redis-server.ts';
import { scanRequest } from '../../support/scans.ts';
import { and, compare, double, field, KEY, type SearchWorld, startSearchWorld, text, whole } from './search-world.ts';

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

const COLUMNS = [KEY, field('n', 'BIGINT'), field('t'), field('d', 'DOUBLE'), field('odd name', 'INTEGER')];
const FILTER: Predicate = and(compare(1, '>', whole(3)), compare(2, '=', text('x')), { kind: 'opaque', text: 'lower(t)' });
const ask = async (more: Partial<ScanRequest> = {}) =>
  await world.resolve({ columns: COLUMNS, pattern: 'k:*', filter: FILTER, ...more });

async function putSome(count = 50): Promise<void> {
  await world.put(
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`k:${i}`, { n: i, t: i % 2 ? 'x' : 'y', d: i, 'odd name': i }])),
  );
}

it('says of each condition where it runs and why', async () => {
  await world.createIndex('idx:k', 'ON HASH PREFIX 1 k: SCHEMA n NUMERIC t TAG');
  await putSome();
  const { conjuncts, filterAnswer, access } = await ask();
  expect(conjuncts.map(({ where, answer, why }) => [where, answer, why])).toEqual([
    ['index idx:k', 'exact', null],
    ['index idx:k', 'inexact', 'tag ignores case'],
    ['DuckDB', 'unsupported', 'a function of the column'],
  ]);
  expect({ filterAnswer, query: access?.query }).toEqual({ filterAnswer: 'inexact', query: '((@n:[(3 +inf]) (@t:{$p0}))' });
});

it('advises an FT.CREATE that the server takes, and that serves the filter', async () => {
  await putSome(2000);
  const filter = and(FILTER, compare(4, '<', whole(9)), { kind: 'isNull', column: 3 });
  const { advice, access } = await ask({ filter });
  expect(access).toBeNull();
  expect(advice?.saving).toMatch(
    /^a scan of the 2,000 keys of the database takes about [\d.]+ ms; with the index, each 1 % of them about [\d.]+ ms$/,
  );
  const words = [...(advice?.command ?? '').matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, plain]) =>
    (plain ?? quoted ?? '').replace(/\\x(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
  );
  expect(await world.redis.call(...words)).toBe('OK');
  expect(words).not.toContain('TEMPORARY');
  await world.createIndex('wait', 'ON HASH PREFIX 1 zzz SCHEMA n NUMERIC');
  const answer = await ask({ filter });
  expect(answer.access?.index).toBe('idx:k');
  expect(answer.conjuncts.map((note) => note.answer)).toEqual(['exact', 'inexact', 'unsupported', 'exact', 'exact']);
  expect(answer.advice).toBeNull();
});

it('stands by what was asked for: names, forms, settings', async () => {
  await world.createIndex('i', 'ON HASH PREFIX 1 k: SCHEMA n NUMERIC t TAG');
  await putSome();
  const most = compare(1, '>=', whole(0));
  expect((await ask({ filter: most })).access).toBeNull();
  expect((await ask({ filter: most })).remarks.join()).toMatch(/gives 50 of 50 keys \(100 %\)/);
  expect((await ask({ filter: most, index: 'i' })).access?.index).toBe('i');
  expect((await ask({ filter: most, accessChoice: 'index' })).access?.index).toBe('i');
  for (const more of [
    { index: 'none' },
    { accessChoice: 'scan' },
    { settings: { ...DEFAULT_SCAN_SETTINGS, useIndexes: false } },
    { settings: { ...DEFAULT_SCAN_SETTINGS, pushdownFilters: false } },
  ] as const) {
    expect((await ask(more)).access).toBeNull();
  }
});

it('takes a count that was cut short for no estimate', async () => {
  await world.createIndex('i', 'ON HASH PREFIX 1 k: SCHEMA n NUMERIC t TAG');
  await putSome(500);
  const { query } = world.connections;
  const call = query.call.bind(query);
  const slow = vi.spyOn(query, 'call').mockImplementation(async (words, options) => {
    const reply = await call(words, options);
    // As a count that the server had to end.
    if (words[0] === 'FT.SEARCH' && words.includes('LIMIT')) await setTimeout(5);
    return reply;
  });
  const settings = { ...DEFAULT_SCAN_SETTINGS, maxBlockMs: 0 };
  const { access, estimatedRows, remarks } = await ask({ filter: compare(1, '=', whole(3)), index: 'i', settings });
  slow.mockRestore();
  expect({ estimatedRows, form: access?.form }).toEqual({ estimatedRows: null, form: 'cursor' });
  expect(remarks.join()).toContain('so a cursor reads it');
  const counted = await ask({ filter: compare(1, '=', whole(3)), index: 'i' });
  expect(counted.estimatedRows).toBe(1);
});

it('names the indexes that there are, and what would make access => index work', async () => {
  await world.createIndex('a', 'ON HASH PREFIX 1 k: SCHEMA n NUMERIC');
  await world.createIndex('b', 'ON HASH PREFIX 1 x: SCHEMA n NUMERIC');
  await expect(ask({ index: 'c' })).rejects.toMatchObject({
    code: 'RQ_UNKNOWN_INDEX',
    message: 'no index "c" on server default; it has a, b',
  });
  const forced = ask({ filter: compare(3, '>', double(1)), accessChoice: 'index' });
  await expect(forced).rejects.toMatchObject({
    code: 'RQ_NO_INDEX',
    hint: expect.stringContaining('SCHEMA d NUMERIC INDEXMISSING SORTABLE'),
  });
});

it('asks nothing where an index cannot help, and once a second at most what there is', async () => {
  await world.createIndex('i', 'ON HASH PREFIX 1 k: SCHEMA n NUMERIC');
  await putSome();
  const before = await callsOf(world.redis, 'FT._LIST');
  for (const filter of [null, compare(0, '=', text('k:1')), { kind: 'opaque', text: 'x' } as const]) await ask({ filter });
  expect(await callsOf(world.redis, 'FT._LIST')).toBe(before);
  for (let i = 0; i < 5; i++) await ask();
  expect((await callsOf(world.redis, 'FT._LIST')) - before).toBe(1);
});

it('leaves other databases to the scan: an index would give keys of database 0', async () => {
  await world.createIndex('i', 'ON HASH PREFIX 1 k: SCHEMA n NUMERIC');
  await putSome();
  const request = scanRequest({ columns: COLUMNS, pattern: 'k:*', filter: FILTER });
  const answer = await resolveAccess({ ...world.connections, database: 3 }, world.catalog, request);
  expect(answer).toMatchObject({ access: null, remarks: ['indexes hold keys of database 0, not of 3'] });
});

it('does without a search module, and says so where one is asked for', async () => {
  await using redis = await startRedis({ modules: false });
  const query = new QueryClient(endpointFrom('default', redis.url));
  const catalog = new IndexCatalog();
  const asked = async (more: Partial<ScanRequest> = {}) =>
    await resolveAccess(
      { query, database: 0 },
      catalog,
      scanRequest({ columns: COLUMNS, pattern: 'k:*', filter: FILTER, ...more }),
    );
  expect(await asked()).toMatchObject({ access: null, advice: null });
  await expect(asked({ index: 'i' })).rejects.toMatchObject({
    code: 'RQ_UNKNOWN_INDEX',
    message: expect.stringContaining('no search module'),
  });
  const match: Predicate = { kind: 'call', name: 'match', column: 2, args: [text('x')] };
  await expect(asked({ filter: match })).rejects.toMatchObject({ code: 'RQ_NO_INDEX' });
  query.close();
});

it('ends when the statement is cancelled', async () => {
  await world.createIndex('i', 'ON HASH PREFIX 1 k: SCHEMA n NUMERIC');
  const request = scanRequest({ columns: COLUMNS, pattern: 'k:*', filter: FILTER });
  const answer = resolveAccess(world.connections, world.catalog, request, AbortSignal.abort());
  await expect(answer).rejects.toMatchObject({ code: 'RQ_CANCELLED' });
});
