import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { closeIdleSockets } from '../../src/storage/connections/idle-sockets.ts';
import type { ScanTask, SourceName, TableColumn } from '../../src/storage/index.ts';
import { runScan } from '../../src/workers/scan-run.ts';
import { type RunningRedis, startRedis } from '../support/redis-server.ts';
import { field, KEY, newTask, part, runTask, type TaskResult, TTL, task } from '../support/run-task.ts';
import { endpointAt } from '../support/stub-redis.ts';

let redis: RunningRedis;
const endpoint = () => endpointAt(redis.port);

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

const COUNT = 60_000;
const names = Array.from({ length: COUNT }, (_, i) => `e${String(i).padStart(5, '0')}`);
const COLUMNS = {
  set: part('member'),
  list: part('element'),
  zset: part('member'),
  stream: field('f'),
} satisfies Partial<Record<SourceName, TableColumn>>;
type Source = keyof typeof COLUMNS;
const SOURCES: readonly Source[] = ['set', 'list', 'zset', 'stream'];

function adding(source: Source, key: string, name: string, i: number): string[] {
  switch (source) {
    case 'set':
      return ['SADD', key, name];
    case 'list':
      return ['RPUSH', key, name];
    case 'zset':
      return ['ZADD', key, String(i), name];
    case 'stream':
      return ['XADD', key, `${i + 1}-0`, 'f', name];
  }
}

async function fill(source: Source, key: string, elements: readonly string[]): Promise<void> {
  await redis.callAll(elements.map((name, i) => adding(source, key, name, i)));
}

/** Reads the key while `change` is at work, and sees to it that it began before the reading ended. */
async function readWhile(source: Source, change: () => Promise<void>, more: Partial<ScanTask> = {}): Promise<TaskResult> {
  const running = newTask(task(['k'], [COLUMNS[source]], { source, batchRows: 2048, ...more }), { isPaused: true });
  const scan = runScan(running.job, endpoint());
  // The reader holds its batches back, so that the scan stands still after a few pieces.
  await until(() => running.counters().rows > 0);
  await change();
  running.resume();
  await scan;
  const result = await running.result;
  expect(result.error).toBeNull();
  return result;
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 10_000;
  while (!(await isTrue())) {
    if (performance.now() > end) throw new Error('it never came true');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('keys that change while they are read', () => {
  it.each([
    ['set', 'added to', (i: number) => ['SADD', 'k', `new${i}`]],
    ['set', 'taken from', (i: number) => ['SREM', 'k', `go${i}`]],
    ['zset', 'added to below', (i: number) => ['ZADD', 'k', '-1', `new${i}`]],
    ['zset', 'added to above', (i: number) => ['ZADD', 'k', '1e9', `new${i}`]],
    ['zset', 'taken from', (i: number) => ['ZREM', 'k', `go${i}`]],
    ['stream', 'added to', (i: number) => ['XADD', 'k', '*', 'f', `new${i}`]],
    ['stream', 'taken from', (i: number) => ['XDEL', 'k', `${i * 3 + 1}-0`]],
  ] as const)('gives each element of a %s that is %s once, if it lived throughout', async (source, _, command) => {
    // Every third element goes, where elements go.
    const given = names.map((name, i) => (i % 3 === 0 && command(0)[0] !== 'SADD' ? `go${i / 3}` : name));
    await fill(source, 'k', given);
    const result = await readWhile(source, () => redis.callAll(Array.from({ length: 20_000 }, (__, i) => command(i))));
    const kept = new Set(given.filter((name) => name.startsWith('e')));
    const rows = result.rows.map(([name]) => String(name));
    const stayed = rows.filter((name) => kept.has(name));
    expect(stayed).toHaveLength(kept.size);
    expect(new Set(stayed).size).toBe(kept.size);
    expect(new Set(rows).size).toBe(rows.length);
    expect(result.counters.driftedKeys).toBe(source === 'zset' ? 1 : 0);
  });

  it('reads a sorted set of one score on where it was, though all before it goes', async () => {
    await redis.callAll(names.map((name) => ['ZADD', 'k', '7', name]));
    const gone = names.filter((_, i) => i % 2 === 0);
    for (const isReversed of [false, true]) {
      await redis.callAll(gone.map((name) => ['ZADD', 'k', '7', name]));
      const result = await readWhile(
        'zset',
        async () => {
          await redis.callAll(gone.map((name) => ['ZREM', 'k', name]));
        },
        { range: { kind: 'scores', min: '-inf', max: '+inf', isReversed } },
      );
      const odd = result.rows.map(([name]) => String(name)).filter((name) => Number(name.slice(1)) % 2 === 1);
      expect(odd).toHaveLength(COUNT / 2);
      expect(new Set(odd).size).toBe(COUNT / 2);
      expect(result.counters.driftedKeys).toBe(1);
    }
  });

  it.each([
    ['LPUSH', () => [['LPUSH', 'k', 'x']]],
    ['LPOP', () => [['LPOP', 'k']]],
    [
      'LPUSH and RPOP, which leave the length',
      () => [
        ['LPUSH', 'k', 'x'],
        ['RPOP', 'k'],
      ],
    ],
  ])('counts a list that drifts by %s', async (_, commands) => {
    await fill('list', 'k', names);
    const result = await readWhile('list', () => redis.callAll(Array.from({ length: 2000 }, commands).flat()));
    expect(result.counters.driftedKeys).toBe(1);
    expect(result.rows.length).toBeGreaterThan(COUNT - 2001);
  });

  it.each(SOURCES)('ends well when a large %s is deleted or becomes another type', async (source) => {
    for (const change of [
      ['DEL', 'k'],
      ['SET', 'k', 'text'],
    ]) {
      await redis.call('DEL', 'k');
      await fill(source, 'k', names);
      const result = await readWhile(source, async () => void (await redis.call(...change)));
      expect(result.rows.length).toBeLessThan(COUNT);
      expect(result.counters.skippedKeys).toBe(0);
    }
  });

  it.each([...SOURCES, 'string'] as const)('makes no row of %ss that die while they are read', async (source) => {
    const keys = Array.from({ length: 20_000 }, (_, i) => `k:${i}`);
    await redis.callAll(keys.map((key) => (source === 'string' ? ['SET', key, 'v'] : adding(source, key, 'v', 0))));
    const column = source === 'string' ? part('value') : COLUMNS[source];
    const scanning = runTask(endpoint(), task('k:*', [KEY, column], { source }));
    await redis.callAll(keys.map((key, i) => (i % 2 === 0 ? ['DEL', key] : ['PEXPIRE', key, '1'])));
    const { rows, counters, error } = await scanning;
    expect(error).toBeNull();
    expect(rows.every(([, value]) => value === 'v')).toBe(true);
    expect(counters.rows + (source === 'stream' ? 0 : counters.vanishedKeys)).toBe(
      source === 'stream' ? counters.rows : counters.keysScanned,
    );
  });

  it('tells strings that are gone from those that became another type', async () => {
    await redis.callAll(Array.from({ length: 2000 }, (_, i) => ['SET', `k:${i}`, String(i)]));
    await redis.callAll(Array.from({ length: 500 }, (_, i) => ['RPUSH', `k:l${i}`, 'x']));
    await redis.call('SET', 'k:empty', '');
    const byName = ['k:1', 'k:gone', 'k:l1', 'k:empty', 'k:gone2'];
    const named = await runTask(endpoint(), task(byName, [KEY, part('value')], { source: 'string' }));
    expect(named.rows).toEqual([
      ['k:1', '1'],
      ['k:empty', ''],
    ]);
    expect([named.counters.vanishedKeys, named.counters.skippedKeys]).toEqual([2, 1]);
    const scanned = await runTask(endpoint(), task('k:*', [part('value'), KEY], { source: 'string' }));
    expect([scanned.rows.length, scanned.counters.skippedKeys]).toEqual([2001, 500]);
    const timed = await runTask(endpoint(), task('k:*', [part('value'), TTL], { source: 'string' }));
    expect([timed.rows.length, timed.counters.skippedKeys]).toEqual([2001, 500]);
    const keysOnly = await runTask(endpoint(), task('k:*', [KEY, TTL], { source: 'string' }));
    expect(keysOnly.rows).toHaveLength(2001);
  });
});

describe('what is under way', () => {
  it.each(SOURCES)('holds little in Redis and here of a %s that a paused reader reads', async (source) => {
    const value = 'x'.repeat(1 << 20);
    await fill(
      source,
      'k',
      Array.from({ length: 60 }, (_, i) => `${i}${value}`),
    );
    const running = newTask(task(['k'], [COLUMNS[source]], { source }), { isPaused: true });
    const scan = runScan(running.job, endpoint());
    await until(() => running.counters().batches >= 2);
    let most = 0;
    for (let i = 0; i < 20; i++) {
      most = Math.max(most, await outputBytes());
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(most).toBeLessThan(12 << 20);
    expect(running.counters().rows).toBeLessThan(20);
    running.cancel();
    await scan;
    expect((await running.result).error?.code).toBe('RQ_CANCELLED');
    await until(async () => (await outputBytes()) < 100_000);
  });

  it('makes few rows of many large keys for a paused reader that only counts', async () => {
    const members = names.slice(0, 2000);
    await redis.callAll(Array.from({ length: 400 }, (_, i) => ['SADD', `many:${i}`, ...members]));
    const running = newTask(task('many:*', [KEY], { source: 'set' }), { isPaused: true });
    const scan = runScan(running.job, endpoint());
    await until(() => running.counters().batches >= 2);
    // What was under way has come by the time of another client's next answers.
    for (let i = 0; i < 20; i++) await redis.call('PING');
    expect(running.counters().rows).toBeLessThan(200_000);
    running.resume();
    await scan;
    const result = await running.result;
    expect(result.counters.rows).toBe(800_000);
  });

  it.each(SOURCES)('stops in the middle of a large %s', async (source) => {
    await fill(source, 'k', names);
    const running = newTask(task(['k'], [COLUMNS[source]], { source }), { isPaused: true });
    const scan = runScan(running.job, endpoint());
    await until(() => running.counters().rows > 0);
    running.cancel();
    expect(await scan).toMatchObject({ code: 'RQ_CANCELLED' });
    await running.result;
    expect(running.counters().rows).toBeLessThan(COUNT);
  });

  async function outputBytes(): Promise<number> {
    const clients = String(await redis.call('CLIENT', 'LIST'));
    return Math.max(...[...clients.matchAll(/ omem=(\d+)/g)].map((match) => Number(match[1])));
  }
});
