import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeIdleSockets } from '../../src/storage/connections/idle-sockets.ts';
import { runScan } from '../../src/workers/scan-run.ts';
import { type RunningRedis, startRedis } from '../support/redis-server.ts';
import { FIELDS, field, KEY, newTask, runTask, TTL, task } from '../support/run-task.ts';
import { endpointAt } from '../support/stub-redis.ts';

let redis: RunningRedis;
const V = field('v', 'BIGINT');
const endpoint = () => endpointAt(redis.port);
const infoNumber = async (section: string, name: string): Promise<number> => {
  const text = String(await redis.call('INFO', section));
  return Number(new RegExp(`${name}:([0-9]+)`).exec(text)?.[1]);
};

beforeAll(async () => {
  redis = await startRedis({ modules: false, args: ['--hz', '100'], unixSocket: true });
});
afterAll(async () => {
  closeIdleSockets();
  await redis.stop();
});

async function fill(prefix: string, count: number): Promise<void> {
  await redis.callAll(Array.from({ length: count }, (_, i) => ['HSET', `${prefix}:${i}`, 'v', String(i), 'n', `name ${i}`]));
}

describe('a scan of a real server', () => {
  it('gives every key once, in every form of fetch', async () => {
    await redis.call('FLUSHALL');
    await fill('user', 20_000);
    await redis.call('SET', 'user:text', 'x');
    await redis.call('EXPIRE', 'user:7', '1000');
    const expected = Array.from({ length: 20_000 }, (_, i) => BigInt(i));
    const byNumber = (a: unknown, b: unknown): number => Number(a) - Number(b);
    const fields = await runTask(endpoint(), task('user:*', [V]));
    expect(fields.rows.flat().sort(byNumber)).toEqual(expected);
    expect(fields.counters.skippedKeys).toBe(1);
    const all = await runTask(endpoint(), task('user:*', [V, FIELDS]));
    expect(all.rows.find(([v]) => v === 5n)).toEqual([5n, { v: '5', n: 'name 5' }]);
    expect(all.rows).toHaveLength(20_000);
    const times = await runTask(endpoint(), task('user:*', [KEY, TTL]));
    expect(times.rows).toHaveLength(20_000);
    expect(times.rows.filter(([, ttl]) => ttl !== null).map(([key]) => key)).toEqual(['user:7']);
    expect((await runTask(endpoint(), task('user:*', []))).rows).toHaveLength(20_000);
    expect((await runTask(endpoint(), task('nothing:*', [V]))).rows).toEqual([]);
    expect((await runTask(endpoint(), task('user:1234?', [V]))).rows).toHaveLength(10);
  });

  it('works over a unix socket', async () => {
    await redis.call('FLUSHALL');
    await fill('user', 100);
    const overSocket = { ...endpoint(), address: { path: redis.socketPath ?? '' } };
    expect((await runTask(overSocket, task('user:*', [V]))).rows).toHaveLength(100);
  });

  it('reads keys of any bytes, and values as they are', async () => {
    await redis.call('FLUSHALL');
    const keys = ['with space', 'line\r\nbreak', 'nul\u0000byte', '*[x]?\\', 'ünï'];
    for (const key of keys) await redis.call('HSET', key, 'f\r\n', 'v\r\n$3\r\nabc\u0000');
    await redis.call('HSET', Buffer.from([0x61, 0xff]), 'f\r\n', 'w');
    const result = await runTask(endpoint(), task('*', [KEY, field('f\r\n')]));
    expect(result.rows.map(([key]) => String(key)).sort()).toEqual([...keys, 'a\\xff'].sort());
    expect(new Set(result.rows.map(([, value]) => value))).toEqual(new Set(['v\r\n$3\r\nabc\u0000', 'w']));
  });

  it('gives no key twice and misses none while the table shrinks and grows', async () => {
    await redis.call('FLUSHALL');
    await redis.callAll(Array.from({ length: 4000 }, (_, i) => ['HSET', `keep:${i}`, 'v', String(i)]));
    await redis.callAll(Array.from({ length: 120_000 }, (_, i) => ['SET', `other:${i}`, 'x']));
    const scanning = runTask(endpoint(), task('keep:*', [KEY, V]));
    await redis.callAll(Array.from({ length: 119_000 }, (_, i) => ['DEL', `other:${i}`]));
    await redis.callAll(Array.from({ length: 60_000 }, (_, i) => ['SET', `more:${i}`, 'x']));
    const { rows } = await scanning;
    expect(new Set(rows.map(([key]) => key)).size).toBe(4000);
    expect(rows).toHaveLength(4000);
  });

  it('makes no row of keys that die while it reads', async () => {
    await redis.call('FLUSHALL');
    await fill('user', 30_000);
    const scanning = runTask(endpoint(), task('user:*', [KEY, V]));
    await redis.callAll(
      Array.from({ length: 30_000 }, (_, i) => (i % 2 === 0 ? ['DEL', `user:${i}`] : ['PEXPIRE', `user:${i}`, '1'])),
    );
    const { rows, error, counters } = await scanning;
    expect(error).toBeNull();
    expect(rows.every(([, v]) => v !== null)).toBe(true);
    expect(counters.rows + counters.vanishedKeys).toBe(counters.keysScanned);
  });

  it('reads a hash of 10,000 fields and a value of 40 MB', async () => {
    await redis.call('FLUSHALL');
    const names = Array.from({ length: 10_000 }, (_, i) => `f${i}`);
    await redis.call('HSET', 'wide', ...names.flatMap((name, i) => [name, String(i)]));
    const wide = await runTask(
      endpoint(),
      task(
        'wide',
        names.map((name) => field(name, 'BIGINT')),
      ),
    );
    expect(wide.rows).toEqual([names.map((_, i) => BigInt(i))]);
    const [entries] = (await runTask(endpoint(), task('wide', [FIELDS]))).rows[0] ?? [];
    expect(Object.keys(entries as object)).toHaveLength(10_000);
    await redis.call('HSET', 'long', 'v', 'é'.repeat(20 << 20));
    const long = await runTask(endpoint(), task(['long'], [field('v')]));
    expect(String(long.rows[0]?.[0]).length).toBe(20 << 20);
  });

  it('leaves no trace: reading does not reset the idle time of a key', async () => {
    await redis.call('FLUSHALL');
    await fill('user', 3);
    await new Promise((resolve) => setTimeout(resolve, 2100));
    await runTask(endpoint(), task('user:*', [V, FIELDS, TTL]));
    expect(Number(await redis.call('OBJECT', 'IDLETIME', 'user:1'))).toBeGreaterThanOrEqual(1);
  });

  it('stops its SCANs when it is stopped', async () => {
    await redis.call('FLUSHALL');
    await fill('user', 50_000);
    const running = newTask(task('user:*', [V]), { isPaused: false });
    const ended = runScan(running.job, endpoint());
    await new Promise((resolve) => setTimeout(resolve, 15));
    running.cancel();
    await ended;
    const before = await infoNumber('commandstats', 'cmdstat_scan:calls=');
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(await infoNumber('commandstats', 'cmdstat_scan:calls=')).toBe(before);
    running.port.close();
  });

  it('keeps little in Redis for a reader that has paused, with values of 1 MB', async () => {
    await redis.call('FLUSHALL');
    for (let i = 0; i < 60; i++) await redis.call('HSET', `big:${i}`, 'v', 'x'.repeat(1 << 20));
    const before = await infoNumber('memory', 'used_memory');
    const running = newTask(task('big:*', [field('v')]), { isPaused: true });
    const ended = runScan(running.job, endpoint());
    let peak = 0;
    for (let i = 0; i < 12; i++) {
      await new Promise((resolve) => setTimeout(resolve, 40));
      peak = Math.max(peak, await infoNumber('memory', 'used_memory'));
    }
    expect(peak - before).toBeLessThan(8 << 20);
    running.port.close();
    await ended;
  });

  it('reports a server that is killed while it scans, and one that stops answering', async () => {
    await using victim = await startRedis({ modules: false });
    await victim.callAll(Array.from({ length: 50_000 }, (_, i) => ['HSET', `user:${i}`, 'v', String(i)]));
    const stopped = runTask({ ...endpointAt(victim.port), replyTimeoutMs: 300 }, task('user:*', [V]));
    process.kill(victim.pid, 'SIGSTOP');
    expect((await stopped).error).toMatchObject({ code: 'RQ_REDIS_TIMEOUT' });
    process.kill(victim.pid, 'SIGCONT');
    const lost = newTask(task('user:*', [V]));
    const ended = runScan(lost.job, endpointAt(victim.port));
    await new Promise((resolve) => setTimeout(resolve, 10));
    await victim.stop();
    expect(await ended).toMatchObject({ code: expect.stringMatching(/RQ_REDIS_(LOST|UNREACHABLE)/) });
  });
});

describe('who may read', () => {
  it('maps wrong passwords and missing permissions', async () => {
    await using server = await startRedis({
      modules: false,
      password: 'pw',
      acl: ['reader on >secret ~user:* +hmget +scan +client +select'],
    });
    const at = endpointAt(server.port);
    const code = async (more: object, columns = [V]) => (await runTask({ ...at, ...more }, task('user:*', columns))).error;
    expect(await code({})).toMatchObject({ code: 'RQ_REDIS_AUTH' });
    expect(await code({ password: 'no' })).toMatchObject({ code: 'RQ_REDIS_AUTH' });
    expect(await code({ password: 'pw' })).toBeNull();
    expect(await code({ username: 'reader', password: 'secret' })).toBeNull();
    expect(await code({ username: 'reader', password: 'secret', database: 2 })).toBeNull();
    const narrow = await runTask({ ...at, username: 'reader', password: 'secret' }, task(['user:1'], [KEY]));
    expect(narrow.error).toMatchObject({ code: 'RQ_REDIS_PERMISSION', message: expect.stringContaining('HLEN') });
  });
});
