import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endpointFrom, type ScanBudget } from '../../src/storage/index.ts';
import { runScan } from '../../src/workers/scan-run.ts';
import { fillUsers } from '../support/live-session.ts';
import { type RunningRedis, startRedis } from '../support/redis-server.ts';
import { field, newTask, runTask, type TaskResult, task } from '../support/run-task.ts';

const NONE: ScanBudget = { maxKeys: null, maxBytes: null, keysPerSecond: null };
const COUNT = 3000;
let redis: RunningRedis;

beforeAll(async () => {
  redis = await startRedis({ modules: false });
  await fillUsers(redis, COUNT);
});
afterAll(() => redis.stop());

const endpoint = (): ReturnType<typeof endpointFrom> => endpointFrom('default', { url: redis.url });
const run = (budget: Partial<ScanBudget>, pattern: Parameters<typeof task>[0] = 'user:*', more = {}): Promise<TaskResult> =>
  runTask(endpoint(), task(pattern, [field('name')], { ...more, budget: { ...NONE, ...budget } }));

describe('the budget of a scan', () => {
  it('ends a scan that finds more keys', async () => {
    expect((await run({ maxKeys: COUNT })).error).toBeNull();
    expect((await run({ maxKeys: COUNT - 1 })).error).toMatchObject({ code: 'RQ_SCAN_LIMIT' });
    expect((await run({ maxKeys: 100 }, 'user:12*')).error).toMatchObject({
      message: expect.stringContaining('max_scan_keys is 100'),
    });
  });

  it('lets a limit and named keys stay below it', async () => {
    expect((await run({ maxKeys: 2000 }, 'user:*', { rowLimit: 10 })).error).toBeNull();
    expect((await run({ maxKeys: 1 }, ['user:1', 'user:2', 'user:3'])).error).toBeNull();
  });

  it('ends a scan that receives more bytes', async () => {
    const { error, counters } = await run({});
    expect(error).toBeNull();
    expect((await run({ maxBytes: counters.bytesReceived })).error).toBeNull();
    expect((await run({ maxBytes: counters.bytesReceived >> 1 })).error).toMatchObject({ code: 'RQ_SCAN_LIMIT' });
  });

  it('keeps the pace, and stops at once while it waits', async () => {
    const startedMs = performance.now();
    const { error, rows } = await run({ keysPerSecond: 6000 });
    const elapsedMs = performance.now() - startedMs;
    expect([error, rows.length]).toEqual([null, COUNT]);
    expect(elapsedMs).toBeGreaterThan(400);
    const slow = newTask(task('user:*', [field('name')], { budget: { ...NONE, keysPerSecond: 1 } }));
    const ended = runScan(slow.job, endpoint());
    while (slow.counters().batches === 0) await new Promise(setImmediate);
    slow.cancel();
    await ended;
    expect((await slow.result).error?.code).toBe('RQ_CANCELLED');
  });
});
