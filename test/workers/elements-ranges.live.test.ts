import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { closeIdleSockets } from '../../src/storage/connections/idle-sockets.ts';
import type { ElementRange, ScanTask, SourceName, TableColumn } from '../../src/storage/index.ts';
import { fillEachType, fillLarge, LARGE_COUNT, LARGE_NAMES } from '../support/element-keys.ts';
import { type RunningRedis, startRedis } from '../support/redis-server.ts';
import { field, KEY, part, runTask, type TaskResult, TTL, task } from '../support/run-task.ts';
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

const range = (given: ElementRange, more: Partial<ScanTask> = {}): Partial<ScanTask> => ({ range: given, ...more });
const positions = (first: number, last: number, isReversed = false): Partial<ScanTask> =>
  range({ kind: 'positions', first, last, isReversed });
const scores = (min: string, max: string, isReversed = false): Partial<ScanTask> =>
  range({ kind: 'scores', min, max, isReversed });
const ids = (from: string, to: string, isReversed = false): Partial<ScanTask> => range({ kind: 'ids', from, to, isReversed });

describe('ranges', () => {
  it.each([
    [positions(0, 2), [0, 1, 2]],
    [positions(28_000, -1), [28_000, LARGE_COUNT - 1]],
    [positions(5, 15_004), [5, 15_004]],
    [positions(0, 2, true), [LARGE_COUNT - 1, LARGE_COUNT - 2, LARGE_COUNT - 3]],
    [positions(1, 15_000, true), [LARGE_COUNT - 2, LARGE_COUNT - 15_001]],
    [positions(0, -1, true), [LARGE_COUNT - 1, 0]],
    [positions(40_000, -1), []],
    [positions(40_000, 50_000, true), []],
    [positions(5, 4), []],
    [{ ...positions(29_990, 31_000), rowsPerKey: 3 }, [29_990, 29_991, 29_992]],
  ])('reads positions of a list and ranks of a sorted set: %j', async (more, expected) => {
    await fillLarge(redis, 'k', 'list');
    await fillLarge(redis, 'z', 'zset');
    const list = await read('list', ['k'], [part('position'), part('element')], more);
    const zset = await read('zset', ['z'], [part('rank'), part('member')], more);
    const bare = await read('zset', ['z'], [part('member')], more);
    expect(list.error).toBeNull();
    expect(zset.rows).toEqual(list.rows);
    expect(bare.rows.map(([member]) => member)).toEqual(list.rows.map(([, element]) => element));
    expect(list.rows.map(([position, element]) => LARGE_NAMES[Number(position)] === element).every(Boolean)).toBe(true);
    const found = list.rows.map(([position]) => Number(position));
    expect(expected.length === 2 ? [found[0], found.at(-1)] : found).toEqual(expected);
    expect(new Set(found).size).toBe(
      expected.length === 2 ? Math.abs((expected[1] ?? 0) - (expected[0] ?? 0)) + 1 : expected.length,
    );
  });

  it.each([
    ['-inf', '+inf', 0, LARGE_COUNT - 1],
    ['100', '5000', 400, 20_003],
    ['(100', '(5000', 404, 19_999],
    ['7499', '+inf', LARGE_COUNT - 4, LARGE_COUNT - 1],
    ['(7499', '+inf', 0, -1],
    ['9', '3', 0, -1],
    ['-inf', '(0', 0, -1],
    ['-5', '0', 0, 3],
  ] as const)('reads scores from %s to %s, both ways', async (min, max, first, last) => {
    await fillLarge(redis, 'z', 'zset');
    const expected = LARGE_NAMES.slice(first, last + 1).map((name, i) => [BigInt(first + i), name, (first + i) >> 2]);
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
    await redis.callAll(LARGE_NAMES.map((name) => ['ZADD', 'z', '0', name]));
    for (const isReversed of [false, true]) {
      const { rows } = await read('zset', ['z'], [part('member')], scores('0', '0', isReversed));
      expect(rows.flat()).toEqual(isReversed ? LARGE_NAMES.toReversed() : LARGE_NAMES);
    }
  });

  it.each([
    ['-', '+', 0, LARGE_COUNT - 1],
    ['2-0', '3-7', 8, 23],
    ['(2-0', '(3-7', 9, 22],
    ['2', '2', 8, 15],
    ['3000-1', '+', 23_993, LARGE_COUNT - 1],
    ['99999-0', '+', 0, -1],
    ['3-0', '2-0', 0, -1],
  ] as const)('reads ids from %s to %s, both ways', async (from, to, first, last) => {
    await fillLarge(redis, 's', 'stream');
    const expected = LARGE_NAMES.slice(first, last + 1);
    expect((await read('stream', ['s'], [field('f')], ids(from, to))).rows.flat()).toEqual(expected);
    expect((await read('stream', ['s'], [field('f')], ids(from, to, true))).rows.flat()).toEqual(expected.toReversed());
    const newest = await read('stream', ['s'], [field('f')], { ...ids(from, to, true), rowsPerKey: 2 });
    expect(newest.rows.flat()).toEqual(expected.toReversed().slice(0, 2));
  });

  it('reads members by name', async () => {
    await fillEachType(redis);
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
    await fillLarge(redis, 'z', 'zset');
    const columns = [part('member'), part('score')];
    const before = String(await redis.call('INFO', 'commandstats'));
    const best = await read('zset', ['z'], columns, { ...positions(0, -1, true), rowsPerKey: 10 });
    expect(best.rows.map(([member]) => member)).toEqual(LARGE_NAMES.toReversed().slice(0, 10));
    const after = String(await redis.call('INFO', 'commandstats'));
    const calls = (text: string): number => Number(/cmdstat_zrange:calls=(\d+)/.exec(text)?.[1] ?? 0);
    expect(calls(after) - calls(before)).toBe(1);
  });
});
