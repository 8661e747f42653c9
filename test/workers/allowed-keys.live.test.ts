import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeIdleSockets } from '../../src/storage/connections/idle-sockets.ts';
import type { SourceName } from '../../src/storage/index.ts';
import { callsOf } from '../support/live-session.ts';
import { type RunningRedis, startRedis } from '../support/redis-server.ts';
import { field, KEY, part, runTask, task } from '../support/run-task.ts';
import { endpointAt } from '../support/stub-redis.ts';

let redis: RunningRedis;
const endpoint = () => endpointAt(redis.port);

beforeAll(async () => {
  redis = await startRedis({ modules: false });
  for (const key of ['mine:1', 'mine:2', 'mi', 'theirs:1', 'theirs:2']) {
    await redis.call('HSET', `h:${key}`, 'f', key);
    await redis.call('SET', `s:${key}`, key);
    await redis.call('RPUSH', `l:${key}`, key);
  }
});
afterAll(async () => {
  closeIdleSockets();
  await redis.stop();
});

const allowed = (prefix: string) => ({ allowedKeys: [`${prefix}:mine:*`, `${prefix}:[m]i`] });
const NAMES = ['mi', 'mine:1', 'mine:2'];

describe('a task for somebody who may read some keys', () => {
  it('leaves others out of a scan before they are asked for, and counts them', async () => {
    const before = await callsOf(redis, 'hmget');
    const { rows, counters, error } = await runTask(endpoint(), task('h:*', [field('f')], allowed('h')));
    expect([rows.map(String).sort(), counters.forbiddenKeys, error]).toEqual([NAMES, 2, null]);
    expect((await callsOf(redis, 'hmget')) - before).toBe(3);
  });

  it('leaves others out where only keys are read, or counted', async () => {
    const keys = await runTask(endpoint(), task('h:*', [KEY], allowed('h')));
    expect(keys.rows.map(String).sort()).toEqual(NAMES.map((name) => `h:${name}`));
    const counted = await runTask(endpoint(), task('h:*', [], allowed('h')));
    expect(counted.rows).toHaveLength(3);
  });

  it('leaves others out of named keys', async () => {
    const { rows, counters } = await runTask(endpoint(), task(['h:mine:1', 'h:theirs:1'], [field('f')], allowed('h')));
    expect([rows, counters.forbiddenKeys]).toEqual([[['mine:1']], 1]);
  });

  it.each([
    ['string', 's', part('value')],
    ['list', 'l', part('element')],
  ] as const)('leaves others out of a table of %s', async (source: SourceName, prefix, column) => {
    const { rows, counters } = await runTask(endpoint(), task(`${prefix}:*`, [column], { source, ...allowed(prefix) }));
    expect([rows.map(String).sort(), counters.forbiddenKeys]).toEqual([NAMES, 2]);
  });

  it('gives no row of INFO', async () => {
    const info = await runTask(endpoint(), {
      ...task('*', [field('name')], { source: 'info', allowedKeys: ['h:*'] }),
      access: { kind: 'command' },
    });
    expect([info.rows, info.error?.code]).toEqual([[], 'RQ_INTERNAL']);
  });

  it('reads all where nothing, or every key, is allowed by name', async () => {
    for (const more of [{}, { allowedKeys: ['*'] }]) {
      const { rows, counters } = await runTask(endpoint(), task('h:*', [KEY], more));
      expect([rows.length, counters.forbiddenKeys]).toEqual([5, 0]);
    }
    const none = await runTask(endpoint(), task('h:*', [KEY], { allowedKeys: [] }));
    expect([none.rows, none.counters.forbiddenKeys]).toEqual([[], 5]);
  });
});
