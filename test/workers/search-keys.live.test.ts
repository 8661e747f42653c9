import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endpointFrom, type SearchAccess } from '../../src/storage/index.ts';
import { runScan } from '../../src/workers/scan-run.ts';
import { type RunningRedis, startRedis } from '../support/redis-server.ts';
import { field, KEY, newTask, runTask, type TaskResult, task } from '../support/run-task.ts';

const COUNT = 20_000;
let redis: RunningRedis;

beforeAll(async () => {
  redis = await startRedis({ modules: true });
  await redis.call('FT.CREATE', 'idx', 'ON', 'HASH', 'PREFIX', '1', 'u:', 'SCHEMA', 'age', 'NUMERIC', 'SORTABLE', 'tag', 'TAG');
  await fill(1, COUNT);
  await untilIndexed();
});
afterAll(() => redis.stop());

const FILL = `for i = tonumber(ARGV[1]), tonumber(ARGV[2]) do
  redis.call('HSET', 'u:' .. i, 'age', i % 80, 'tag', 't' .. (i % 5), 'other', i) end`;
const fill = (from: number, to: number): Promise<unknown> => redis.call('EVAL', FILL, '0', String(from), String(to));

async function infoOf(name: string): Promise<string> {
  const info = (await redis.call('FT.INFO', 'idx')) as unknown[]; // FT.INFO: names and values in turn
  const at = info.indexOf(name);
  return JSON.stringify(info[at + 1]);
}

async function untilIndexed(): Promise<void> {
  while ((await infoOf('indexing')) !== '0' && (await infoOf('indexing')) !== '"0"') await new Promise(setImmediate);
}

/** Cursors that are open on the server. */
async function openCursors(): Promise<number> {
  const text = (await infoOf('cursor_stats')).replaceAll('"', '');
  return Number(/index_total,(\d+)/.exec(text)?.[1]);
}

function search(given: Partial<SearchAccess> = {}): SearchAccess {
  return {
    kind: 'search',
    index: 'idx',
    query: '@age:[0 14]',
    params: [],
    sortBy: null,
    limit: null,
    form: 'cursor',
    expectedKeys: 3750,
    pattern: Buffer.from('u:*'),
    ...given,
  };
}

const endpoint = (): ReturnType<typeof endpointFrom> => endpointFrom('default', { url: redis.url });
const AGE = field('age', 'BIGINT');

function run(access: SearchAccess, more: Parameters<typeof task>[2] = {}): Promise<TaskResult> {
  return runTask(endpoint(), { ...task('u:*', [KEY, AGE], more), access });
}

const isYoung = (i: number): boolean => i % 80 <= 14;
const numbers = Array.from({ length: COUNT }, (_, i) => i + 1);
const young = numbers.filter(isYoung).map((i) => `u:${i}`);
const keysOf = (result: TaskResult): string[] => result.rows.map(([key]) => String(key)).sort();
const WAYS = {
  blocking: { form: 'blocking' },
  pages: { form: 'pages' },
  cursor: { form: 'cursor' },
} as const;

describe('an index that alone knows the rows', () => {
  it('fails where others scan', async () => {
    const scanned = await run(search({ index: 'gone' }));
    expect([scanned.error, scanned.counters.indexFallbacks]).toEqual([null, 1]);
    const failed = await run(search({ index: 'gone', isOnlyWay: true }));
    expect(failed.error).toMatchObject({ code: 'RQ_INDEX_INCOMPLETE' });
    expect(failed.rows).toEqual([]);
  });
});

describe.each(Object.entries(WAYS))('keys out of an index, %s', (name, way) => {
  it('gives each key once, with its fields', async () => {
    const result = await run(search(way));
    expect(result.error).toBeNull();
    expect(keysOf(result)).toEqual([...young].sort());
    expect(result.rows.every(([, age]) => Number(age) <= 14)).toBe(true);
    expect(result.counters).toMatchObject({ keysScanned: young.length, indexFallbacks: 0, duplicateKeys: 0 });
    expect(await openCursors()).toBe(0);
  });

  it('sends values as parameters, whatever is in them', async () => {
    const result = await run(
      search({
        ...way,
        query: '@tag:{$t} @age:[$lo $hi]',
        params: [
          ['t', 't1'],
          ['lo', '1'],
          ['hi', '1'],
        ],
      }),
    );
    expect(result.error).toBeNull();
    expect(keysOf(result)).toEqual(
      numbers
        .filter((i) => i % 5 === 1 && i % 80 === 1)
        .map((i) => `u:${i}`)
        .sort(),
    );
    const none = await run(search({ ...way, query: '@tag:{$t}', params: [['t', '*} | @age:[0 100] | @tag:{t1']] }));
    expect([none.error, none.rows]).toEqual([null, []]);
  });

  it('leaves keys out that do not match the pattern', async () => {
    const result = await run(search({ ...way, pattern: Buffer.from('u:1*') }));
    expect(keysOf(result)).toEqual(young.filter((key) => key.startsWith('u:1')).sort());
    const odd = await run(search({ ...way, pattern: Buffer.from('u:?[13]') }));
    expect(keysOf(odd)).toEqual(young.filter((key) => /^u:.[13]$/.test(key)).sort());
  });

  it('reads the limit first, and on when the rows run out', async () => {
    const few = await run(search({ ...way, limit: 10 }), { rowLimit: 10 });
    expect(few.rows.length).toBe(10);
    expect(few.counters.keysScanned).toBe(10);
    const all = await run(search({ ...way, limit: 10 }));
    expect(keysOf(all)).toEqual([...young].sort());
    expect(all.counters.keysScanned).toBe(young.length);
  });

  it('reads in the order that it is asked for', async () => {
    const result = await run(search({ ...way, sortBy: { attribute: 'age', isDescending: true }, limit: 300 }), { rowLimit: 300 });
    expect(result.error).toBeNull();
    expect(result.rows.map(([, age]) => Number(age))).toEqual([...Array(250).fill(14), ...Array(50).fill(13)]);
  });

  it('passes keys by that expired or became another type', async () => {
    await redis.call('HSET', 'u:gone', 'age', '1');
    await redis.call('HSET', 'u:other', 'age', '1');
    const running = newTask({ ...task('u:*', [KEY, AGE]), access: search({ ...way, query: '@age:[1 1]' }) });
    await redis.call('DEL', 'u:gone');
    await redis.call('EVAL', "redis.call('DEL', 'u:other') redis.call('SET', 'u:other', 'x')", '0');
    await runScan(running.job, endpoint());
    const { error, rows } = await running.result;
    expect(error).toBeNull();
    expect(rows.length).toBe(numbers.filter((i) => i % 80 === 1).length);
    await redis.call('DEL', 'u:other');
  });

  it.each([
    ['no such index', { index: 'none' }],
    ['a query that is none', { query: '@age:[0' }],
    ['an attribute that is none', { query: '@nope:[0 1]' }],
  ])('scans where the server refuses: %s', async (_, wrong) => {
    const result = await run(search({ ...way, ...wrong }), { rowLimit: 5 });
    expect(result.error).toBeNull();
    // The filter is left to DuckDB then, and so is the limit.
    expect(result.rows.length).toBe(COUNT);
    expect(result.counters.indexFallbacks).toBe(1);
    expect(await openCursors()).toBe(0);
  });

  it('scans where documents could not be indexed', async () => {
    await redis.call('FT.CREATE', `bad-${name}`, 'ON', 'HASH', 'PREFIX', '1', 'b:', 'SCHEMA', 'age', 'NUMERIC');
    await redis.call('HSET', 'b:1', 'age', '3');
    await redis.call('HSET', 'b:2', 'age', 'three');
    const result = await run(search({ ...way, index: `bad-${name}`, pattern: Buffer.from('b:*') }), { onError: 'null' });
    expect(keysOf(result)).toEqual(['b:1', 'b:2']);
    expect(result.counters.indexFallbacks).toBe(1);
  });

  it('scans where the server warns that prefixes were cut', async () => {
    await redis.call('FT.CREATE', `many-${name}`, 'ON', 'HASH', 'PREFIX', '1', 'm:', 'SCHEMA', 'tag', 'TAG');
    await redis.call('EVAL', "for i = 1, 500 do redis.call('HSET', 'm:' .. i, 'tag', 'abc' .. i) end", '0');
    const result = await run(search({ ...way, index: `many-${name}`, query: '@tag:{abc*}', pattern: Buffer.from('m:*') }));
    expect(result.rows.length).toBe(500);
    expect(result.counters.indexFallbacks).toBe(1);
    expect(await openCursors()).toBe(0);
  });

  it('deletes its cursor when the statement is stopped', async () => {
    const running = newTask(
      { ...task('u:*', [KEY, AGE], { batchRows: 50 }), access: search({ ...way, query: '*' }) },
      { isPaused: true },
    );
    const ended = runScan(running.job, endpoint());
    while (running.counters().batches === 0) await new Promise(setImmediate);
    expect(await openCursors()).toBe(name === 'cursor' ? 1 : 0);
    running.cancel();
    await ended;
    while ((await openCursors()) > 0) await new Promise(setImmediate);
    expect((await running.result).error?.code).toBe('RQ_CANCELLED');
  });
});

describe.each([
  ['pages', WAYS.pages],
  ['a cursor', WAYS.cursor],
])('keys out of %s', (_, way) => {
  it('gives every key once while the index is written to', async () => {
    const running = newTask({ ...task('u:*', [KEY, AGE]), access: search(way) });
    const ended = runScan(running.job, endpoint());
    let isOver = false;
    void ended.then(() => void (isOver = true));
    for (let i = 1; !isOver; i = (i + 7) % COUNT) await redis.call('HSET', `u:${i + 1}`, 'other', 'written');
    await ended;
    const { error, rows, counters } = await running.result;
    expect(error).toBeNull();
    const keys = rows.filter(([, age]) => Number(age) <= 14).map(([key]) => String(key));
    expect(keys.sort()).toEqual([...young].sort());
    expect(counters.indexFallbacks).toBe(1);
    expect(await openCursors()).toBe(0);
  });

  it('goes on by the scan when the index is dropped', async () => {
    await redis.call('FT.CREATE', 'late', 'ON', 'HASH', 'PREFIX', '1', 'u:', 'SCHEMA', 'age', 'NUMERIC');
    const infoText = async (): Promise<string> => JSON.stringify(await redis.call('FT.INFO', 'late'));
    while (!/"percent_indexed","1"/.test(await infoText())) await new Promise(setImmediate);
    const running = newTask({
      ...task('u:*', [KEY, AGE], { batchRows: 50 }),
      access: search({ ...way, index: 'late', query: '*' }),
    });
    const ended = runScan(running.job, endpoint());
    while (running.counters().batches === 0) await new Promise(setImmediate);
    await redis.call('FT.DROPINDEX', 'late');
    await ended;
    const { error, rows } = await running.result;
    expect(error).toBeNull();
    expect(new Set(rows.map(([key]) => key)).size).toBe(COUNT);
    expect(rows.length).toBe(COUNT);
  });
});

describe('pages', () => {
  it.each([null, 2500])('ask for no more keys at once than they are told, limit %s', async (limit) => {
    await redis.call('CONFIG', 'SET', 'slowlog-max-len', '10000');
    await redis.call('CONFIG', 'SET', 'slowlog-log-slower-than', '0');
    await redis.call('SLOWLOG', 'RESET');
    const result = await run(search({ form: 'pages', pageKeys: 1000, limit }));
    await redis.call('CONFIG', 'SET', 'slowlog-log-slower-than', '10000');
    const log = JSON.stringify(await redis.call('SLOWLOG', 'GET', '10000'));
    const counts = [...log.matchAll(/"LIMIT","\d+","(\d+)"/g)].map(([, count]) => Number(count));
    expect(counts.length).toBeGreaterThan(2);
    expect(Math.max(...counts)).toBe(1000);
    expect(keysOf(result)).toEqual([...young].sort());
  });
});

describe('documents that leave', () => {
  it('are no reason to read anew by SCAN', async () => {
    await redis.call('EVAL', FILL.replace("'u:'", "'u:x'"), '0', '1', '3000');
    const running = newTask({
      ...task('u:*', [KEY, AGE], { batchRows: 50 }),
      access: search({ query: '*', expectedKeys: COUNT }),
    });
    const ended = runScan(running.job, endpoint());
    while (running.counters().batches === 0) await new Promise(setImmediate);
    for (let i = 1; i <= 3000; i++) await redis.call('DEL', `u:x${i}`);
    await ended;
    const { error, rows, counters } = await running.result;
    expect([error, counters.indexFallbacks]).toEqual([null, 0]);
    const keys = rows.map(([key]) => String(key));
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.filter((key) => !key.startsWith('u:x')).length).toBe(COUNT);
  });
});

describe('a search that the server cuts', () => {
  it.each(['blocking', 'pages', 'cursor'] as const)('reads by a cursor what is above MAXSEARCHRESULTS: %s', async (form) => {
    await redis.call('FT.CONFIG', 'SET', 'MAXSEARCHRESULTS', '1000');
    const result = await run(search({ form }));
    await redis.call('FT.CONFIG', 'SET', 'MAXSEARCHRESULTS', '1000000');
    expect(result.error).toBeNull();
    expect(keysOf(result)).toEqual([...young].sort());
    expect(result.counters.indexFallbacks).toBe(0);
  });

  it.each(['blocking', 'pages', 'cursor'] as const)('reads more than was expected: %s', async (form) => {
    const result = await run(search({ form, expectedKeys: 3, query: '*' }));
    expect(result.error).toBeNull();
    expect(result.rows.length).toBe(COUNT);
    expect(result.counters.indexFallbacks).toBe(0);
  });
});
