import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { closeIdleSockets } from '../../src/storage/connections/idle-sockets.ts';
import type { ElementRange, ScanTask, SourceName, TableColumn } from '../../src/storage/index.ts';
import { type RunningRedis, startRedis } from '../support/redis-server.ts';
import { FIELDS, field, KEY, part, runTask, type TaskResult, TTL, task } from '../support/run-task.ts';
import { endpointAt } from '../support/stub-redis.ts';

let redis: RunningRedis;

beforeAll(async () => {
  redis = await startRedis({ modules: false, args: ['--hz', '100'] });
});
afterAll(async () => {
  closeIdleSockets();
  await redis.stop();
});
beforeEach(async () => {
  await redis.call('FLUSHALL');
});

type Access = string | readonly (string | Uint8Array)[];

function read(
  source: SourceName,
  access: Access,
  columns: readonly TableColumn[],
  more: Partial<ScanTask> = {},
): Promise<TaskResult> {
  return runTask(endpointAt(redis.port), task(access, columns, { source, ...more }));
}

const sorted = (rows: TaskResult['rows']): TaskResult['rows'] =>
  [...rows].sort((a, b) => (String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0));

/** A key of each type under `k:`, and one that is empty of all else. */
async function fillEachType(): Promise<void> {
  await redis.call('SET', 'k:string', 'text');
  await redis.call('HSET', 'k:hash', 'f', 'v');
  await redis.call('SADD', 'k:set', 'a', 'b', 'c');
  await redis.call('RPUSH', 'k:list', 'x', 'y', 'x');
  await redis.call('ZADD', 'k:zset', '1.5', 'low', '-inf', 'lowest', 'inf', 'top', '1e300', 'high');
  await redis.call('XADD', 'k:stream', '1700000000123-7', 'f', '1', 'g', 'é');
}

const ROWS: readonly {
  readonly source: SourceName;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly unknown[];
}[] = [
  { source: 'string', columns: [KEY, part('value')], rows: [['k:string', 'text']] },
  {
    source: 'set',
    columns: [KEY, part('member')],
    rows: [
      ['k:set', 'a'],
      ['k:set', 'b'],
      ['k:set', 'c'],
    ],
  },
  {
    source: 'list',
    columns: [part('position'), part('element')],
    rows: [
      [0n, 'x'],
      [1n, 'y'],
      [2n, 'x'],
    ],
  },
  {
    source: 'zset',
    columns: [part('rank'), part('member'), part('score')],
    rows: [
      [0n, 'lowest', -Infinity],
      [1n, 'low', 1.5],
      [2n, 'high', 1e300],
      [3n, 'top', Infinity],
    ],
  },
  {
    source: 'stream',
    columns: [part('id'), part('ts'), part('seq'), field('g'), field('f', 'BIGINT'), field('none'), FIELDS],
    rows: [['1700000000123-7', 1_700_000_000_123_000n, 7n, 'é', 1n, null, { f: '1', g: 'é' }]],
  },
];

describe('rows of each type', () => {
  it.each(ROWS)('reads $source, skips and counts all other types', async ({ source, columns, rows }) => {
    await fillEachType();
    const scanned = await read(source, 'k:*', columns);
    expect(scanned.error).toBeNull();
    expect(sorted(scanned.rows)).toEqual(sorted(rows as TaskResult['rows']));
    expect(scanned.counters.skippedKeys).toBe(5);
    const names = ['k:set', 'k:missing', 'k:list', 'k:zset', 'k:stream', 'k:string', 'k:hash'];
    const named = await read(source, names, columns);
    expect(sorted(named.rows)).toEqual(sorted(rows as TaskResult['rows']));
    expect(named.counters.skippedKeys).toBe(5);
    // A stream without an entry in the range may be there.
    expect(named.counters.vanishedKeys).toBe(source === 'stream' ? 0 : 1);
  });

  it.each(ROWS)('gives the TTL of $source with each of its rows', async ({ source, rows }) => {
    await fillEachType();
    await redis.call('EXPIRE', `k:${source}`, '1000');
    const [result, bare] = await Promise.all([
      read(source, 'k:*', [TTL, KEY]),
      read(source, [`k:${source}`], [ROWS.find((row) => row.source === source)?.columns[0] ?? KEY, TTL]),
    ]);
    expect(result.rows).toEqual(rows.map(() => [1000n, `k:${source}`]));
    expect(bare.rows.map((row) => row[1])).toEqual(rows.map(() => 1000n));
    await redis.call('PERSIST', `k:${source}`);
    expect((await read(source, 'k:*', [TTL])).rows).toEqual(rows.map(() => [null]));
  });

  it.each(ROWS)('counts $source by its keys alone', async ({ source, rows }) => {
    await fillEachType();
    const result = await read(source, 'k:*', [KEY]);
    expect(result.rows).toEqual(rows.map(() => [`k:${source}`]));
    expect((await read(source, 'k:*', [])).rows).toHaveLength(rows.length);
  });

  it.each(ROWS)('reads any bytes of $source', async ({ source }) => {
    const bytes = Buffer.from([0, 255, 13, 10, 36, 45, 49, 13, 10]);
    const key = Buffer.from([107, 58, 254]);
    const commands = {
      string: ['SET', key, bytes],
      set: ['SADD', key, bytes],
      list: ['RPUSH', key, bytes],
      zset: ['ZADD', key, '1', bytes],
      stream: ['XADD', key, '*', bytes, bytes],
    };
    await redis.call(...(commands[source as 'set'] as string[])); // one of those above
    const name = { string: 'value', set: 'member', list: 'element', zset: 'member', stream: '' }[source as 'set'];
    const column: TableColumn = name === '' ? { ...field('b', 'BLOB'), field: bytes } : part(name as 'member', 'BLOB');
    expect((await read(source, 'k:*', [KEY, column])).rows).toEqual([['k:\\xfe', bytes.toString('latin1')]]);
    const text = { ...column, type: { id: 'VARCHAR' as const } };
    expect((await read(source, 'k:*', [text])).error?.code).toBe('RQ_BAD_UTF8');
    const asNull = await read(source, 'k:*', [text], { onError: 'null' });
    expect([asNull.rows, asNull.counters.badValues]).toEqual([[[null]], 1]);
    const skipped = await read(source, 'k:*', [KEY], { onError: 'skip', checkedColumns: [text] });
    expect([skipped.rows, skipped.counters.badValues]).toEqual([[], 1]);
  });

  it('reads values of declared types, and names what does not parse', async () => {
    await redis.call('RPUSH', 'k:list', '1', '007', 'x');
    const element = part('element', 'BIGINT');
    expect((await read('list', 'k:*', [part('position'), element], { onError: 'skip' })).rows).toEqual([
      [0n, 1n],
      [1n, 7n],
    ]);
    const failed = await read('list', 'k:*', [element]);
    expect(failed.error).toMatchObject({ code: 'RQ_BAD_VALUE' });
    expect(failed.error?.message).toContain('field "element" of key "k:list" is no BIGINT: "x"');
  });

  it('takes the last of a field that an entry has twice', async () => {
    await redis.call('XADD', 'k:s', '1-1', 'a', '1', 'b', '2', 'a', '3');
    await redis.call('XADD', 'k:s', '1-2', ...Array.from({ length: 40 }, (_, i) => [`f${i % 30}`, String(i)]).flat());
    const { rows } = await read('stream', 'k:s', [field('b'), field('a'), FIELDS, field('f5')]);
    expect(rows[0]).toEqual(['2', '3', { a: '3', b: '2' }, null]);
    expect(rows[1]?.[2]).toEqual(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`f${i % 30}`, String(i)])));
    expect(rows[1]?.[3]).toBe('35');
  });

  it('holds ids and scores at the ends of their ranges', async () => {
    await redis.call('XADD', 'k:s', '0-1', 'f', '1');
    await redis.call('XADD', 'k:s', '9223372036854-9223372036854775807', 'f', '2');
    await redis.call('XADD', 'k:s', '18446744073709551615-18446744073709551615', 'f', '3');
    const ids = await read('stream', 'k:s', [part('id')]);
    expect(ids.rows.flat()).toEqual(['0-1', '9223372036854-9223372036854775807', '18446744073709551615-18446744073709551615']);
    const times = await read('stream', 'k:s', [part('ts'), part('seq')], { onError: 'null' });
    expect(times.rows).toEqual([
      [0n, 1n],
      [9_223_372_036_854_000n, 9_223_372_036_854_775_807n],
      [null, null],
    ]);
    expect((await read('stream', 'k:s', [part('ts')])).error?.code).toBe('RQ_BAD_VALUE');
    await redis.call('ZADD', 'k:z', '0.1', 'a', '-2.5', 'b', '1.7976931348623157e308', 'c', '5e-324', 'd');
    const scores = await read('zset', 'k:z', [part('member'), part('score')]);
    expect(Object.fromEntries(scores.rows as [string, number][])).toEqual({ a: 0.1, b: -2.5, c: Number.MAX_VALUE, d: 5e-324 });
  });
});

const COUNT = 30_000;
const numbered = Array.from({ length: COUNT }, (_, i) => `e${String(i).padStart(5, '0')}`);

async function fillLarge(key: string, source: SourceName, count = COUNT): Promise<void> {
  const names = numbered.slice(0, count);
  const commands: Readonly<Record<string, (name: string, i: number) => string[]>> = {
    set: (name) => ['SADD', key, name],
    list: (name) => ['RPUSH', key, name],
    zset: (name, i) => ['ZADD', key, String(i >> 2), name],
    stream: (name, i) => ['XADD', key, `${1 + (i >> 3)}-${i & 7}`, 'f', name],
  };
  await redis.callAll(names.map((name, i) => commands[source]?.(name, i) ?? []));
}

const MEMBER: Readonly<Partial<Record<SourceName, TableColumn>>> = {
  set: part('member'),
  list: part('element'),
  zset: part('member'),
  stream: field('f'),
};
const memberOf = (source: SourceName): TableColumn => MEMBER[source] ?? KEY;

describe('keys of many elements', () => {
  it.each(['set', 'list', 'zset', 'stream'] as const)('reads a %s of 30,000 elements in pieces, each once', async (source) => {
    await fillLarge('k:large', source);
    await fillLarge('k:small', source, 3);
    await fillLarge('k:middle', source, 9_999);
    const result = await read(source, 'k:*', [memberOf(source), KEY]);
    expect(result.error).toBeNull();
    const of = (key: string): unknown[] => result.rows.filter((row) => row[1] === key).map((row) => row[0]);
    expect(of('k:large').sort()).toEqual(numbered);
    expect(of('k:small').sort()).toEqual(numbered.slice(0, 3));
    expect(of('k:middle').sort()).toEqual(numbered.slice(0, 9_999));
    expect(result.counters.driftedKeys).toBe(0);
    expect(await redis.call('EXISTS', 'k:large')).toBe(1);
  });

  it('numbers elements through all pieces', async () => {
    await fillLarge('k:l', 'list');
    await fillLarge('k:z', 'zset');
    const list = await read('list', ['k:l'], [part('position'), part('element')]);
    expect(list.rows).toEqual(numbered.map((name, i) => [BigInt(i), name]));
    const zset = await read('zset', ['k:z'], [part('rank'), part('score'), part('member')]);
    expect(zset.rows).toEqual(numbered.map((name, i) => [BigInt(i), i >> 2, name]));
  });

  it('counts the elements of a key that has a million', async () => {
    await redis.callAll(
      Array.from({ length: 100 }, (_, i) => ['SADD', 'k:s', ...Array.from({ length: 10_000 }, (_, j) => `${i}:${j}`)]),
    );
    const result = await read('set', 'k:*', []);
    expect(result.counters.rows).toBe(1_000_000);
    expect(result.counters.bytesReceived).toBeLessThan(10_000);
  });

  it('reads elements of a megabyte a few at a time', async () => {
    const megabyte = 'x'.repeat(1 << 20);
    await redis.callAll(Array.from({ length: 40 }, (_, i) => ['RPUSH', 'k:l', `${i}:${megabyte}`]));
    const { rows } = await read('list', 'k:l', [part('position'), part('element')]);
    expect(rows.map(([position, element]) => [position, String(element).slice(0, 3)])).toEqual(
      Array.from({ length: 40 }, (_, i) => [BigInt(i), `${i}:xxx`.slice(0, 3)]),
    );
    const commands = String(await redis.call('INFO', 'commandstats'));
    expect(Number(/cmdstat_lrange:calls=(\d+)/.exec(commands)?.[1])).toBeGreaterThan(20);
  });

  it('stops at the limit of rows, of a key and of the task', async () => {
    for (const source of ['set', 'list', 'zset', 'stream'] as const) {
      await redis.call('FLUSHALL');
      await fillLarge('k:1', source, 12_000);
      await fillLarge('k:2', source, 12_000);
      const limited = await read(source, 'k:*', [memberOf(source)], { rowLimit: 10 });
      expect(limited.rows).toHaveLength(10);
      expect(limited.counters.bytesReceived).toBeLessThan(40_000);
      const perKey = await read(source, 'k:*', [KEY, memberOf(source)], { rowsPerKey: 11_000 });
      expect(perKey.rows.filter(([key]) => key === 'k:1')).toHaveLength(11_000);
      expect(new Set(perKey.rows.map(String)).size).toBe(22_000);
      const few = await read(source, 'k:*', [KEY, memberOf(source)], { rowsPerKey: 2 });
      expect(few.rows).toHaveLength(4);
    }
  });
});

const range = (given: ElementRange, more: Partial<ScanTask> = {}): Partial<ScanTask> => ({ range: given, ...more });
const positions = (first: number, last: number, isReversed = false): Partial<ScanTask> =>
  range({ kind: 'positions', first, last, isReversed });
const scores = (min: string, max: string, isReversed = false): Partial<ScanTask> =>
  range({ kind: 'scores', min, max, isReversed });
const ids = (from: string, to: string, isReversed = false): Partial<ScanTask> => range({ kind: 'ids', from, to, isReversed });

describe('ranges', () => {
  it.each([
    [positions(0, 2), [0, 1, 2]],
    [positions(28_000, -1), [28_000, COUNT - 1]],
    [positions(5, 15_004), [5, 15_004]],
    [positions(0, 2, true), [COUNT - 1, COUNT - 2, COUNT - 3]],
    [positions(1, 15_000, true), [COUNT - 2, COUNT - 15_001]],
    [positions(0, -1, true), [COUNT - 1, 0]],
    [positions(40_000, -1), []],
    [positions(40_000, 50_000, true), []],
    [positions(5, 4), []],
    [{ ...positions(29_990, 31_000), rowsPerKey: 3 }, [29_990, 29_991, 29_992]],
  ])('reads positions of a list and ranks of a sorted set: %j', async (more, expected) => {
    await fillLarge('k', 'list');
    await fillLarge('z', 'zset');
    const list = await read('list', ['k'], [part('position'), part('element')], more);
    const zset = await read('zset', ['z'], [part('rank'), part('member')], more);
    const bare = await read('zset', ['z'], [part('member')], more);
    expect(list.error).toBeNull();
    expect(zset.rows).toEqual(list.rows);
    expect(bare.rows.map(([member]) => member)).toEqual(list.rows.map(([, element]) => element));
    expect(list.rows.map(([position, element]) => numbered[Number(position)] === element).every(Boolean)).toBe(true);
    const found = list.rows.map(([position]) => Number(position));
    if (expected.length === 2) expect([found[0], found.at(-1)]).toEqual(expected);
    else expect(found).toEqual(expected);
    expect(new Set(found).size).toBe(
      expected.length === 2 ? Math.abs((expected[1] ?? 0) - (expected[0] ?? 0)) + 1 : expected.length,
    );
  });

  it.each([
    ['-inf', '+inf', 0, COUNT - 1],
    ['100', '5000', 400, 20_003],
    ['(100', '(5000', 404, 19_999],
    ['7499', '+inf', COUNT - 4, COUNT - 1],
    ['(7499', '+inf', 0, -1],
    ['9', '3', 0, -1],
    ['-inf', '(0', 0, -1],
    ['-5', '0', 0, 3],
  ] as const)('reads scores from %s to %s, both ways', async (min, max, first, last) => {
    await fillLarge('z', 'zset');
    const expected = numbered.slice(first, last + 1).map((name, i) => [BigInt(first + i), name, (first + i) >> 2]);
    const columns = [part('rank'), part('member'), part('score')];
    expect((await read('zset', ['z'], columns, scores(min, max))).rows).toEqual(expected);
    expect((await read('zset', ['z'], columns, scores(min, max, true))).rows).toEqual(expected.toReversed());
    const members = (await read('zset', ['z'], [part('member')], { ...scores(min, max, true), rowsPerKey: 12 })).rows;
    expect(members.flat()).toEqual(
      expected
        .toReversed()
        .slice(0, 12)
        .map((row) => row[1]),
    );
  });

  it('reads members of one score in pieces', async () => {
    await redis.callAll(numbered.map((name) => ['ZADD', 'z', '0', name]));
    for (const isReversed of [false, true]) {
      const { rows } = await read('zset', ['z'], [part('member')], scores('0', '0', isReversed));
      expect(rows.flat()).toEqual(isReversed ? numbered.toReversed() : numbered);
    }
  });

  it.each([
    ['-', '+', 0, COUNT - 1],
    ['2-0', '3-7', 8, 23],
    ['(2-0', '(3-7', 9, 22],
    ['2', '2', 8, 15],
    ['3000-1', '+', 23_993, COUNT - 1],
    ['99999-0', '+', 0, -1],
    ['3-0', '2-0', 0, -1],
  ] as const)('reads ids from %s to %s, both ways', async (from, to, first, last) => {
    await fillLarge('s', 'stream');
    const expected = numbered.slice(first, last + 1);
    expect((await read('stream', ['s'], [field('f')], ids(from, to))).rows.flat()).toEqual(expected);
    expect((await read('stream', ['s'], [field('f')], ids(from, to, true))).rows.flat()).toEqual(expected.toReversed());
    const newest = await read('stream', ['s'], [field('f')], { ...ids(from, to, true), rowsPerKey: 2 });
    expect(newest.rows.flat()).toEqual(expected.toReversed().slice(0, 2));
  });

  it('reads members by name', async () => {
    await fillEachType();
    const members = [Buffer.from('c'), Buffer.from('nobody'), Buffer.from('a'), Buffer.from('c')];
    const set = await read('set', 'k:*', [KEY, part('member')], range({ kind: 'members', members }));
    expect(set.rows).toEqual([
      ['k:set', 'c'],
      ['k:set', 'a'],
    ]);
    expect(set.counters.skippedKeys).toBe(5);
    const names = ['top', 'nobody', 'low'].map((name) => Buffer.from(name));
    const zset = await read(
      'zset',
      'k:*',
      [part('member'), part('score'), part('rank'), KEY],
      range({ kind: 'members', members: names }),
    );
    expect(zset.rows).toEqual([
      ['top', Infinity, 3n, 'k:zset'],
      ['low', 1.5, 1n, 'k:zset'],
    ]);
    const bare = await read('zset', 'k:*', [TTL], range({ kind: 'members', members: names }, { rowsPerKey: 1 }));
    expect(bare.rows).toEqual([[null]]);
    expect((await read('set', ['k:missing'], [part('member')], range({ kind: 'members', members }))).rows).toEqual([]);
  });

  it('asks for the best ten of a large sorted set once', async () => {
    await fillLarge('z', 'zset');
    const columns = [part('member'), part('score')];
    const before = String(await redis.call('INFO', 'commandstats'));
    const best = await read('zset', ['z'], columns, { ...positions(0, -1, true), rowsPerKey: 10 });
    expect(best.rows.map(([member]) => member)).toEqual(numbered.toReversed().slice(0, 10));
    const after = String(await redis.call('INFO', 'commandstats'));
    const calls = (text: string): number => Number(/cmdstat_zrange:calls=(\d+)/.exec(text)?.[1] ?? 0);
    expect(calls(after) - calls(before)).toBe(1);
  });
});
