import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { closeIdleSockets } from '../../src/storage/connections/idle-sockets.ts';
import type { KeyTemplate, TableColumn } from '../../src/storage/index.ts';
import { parseTemplate } from '../../src/storage/keys/template.ts';
import { type RunningRedis, startRedis } from '../support/redis-server.ts';
import { field, KEY, part, runTask, TTL, task } from '../support/run-task.ts';
import { endpointAt } from '../support/stub-redis.ts';

let redis: RunningRedis;
const endpoint = () => endpointAt(redis.port);

beforeAll(async () => {
  redis = await startRedis({ modules: false });
});
afterAll(async () => {
  closeIdleSockets();
  await redis.stop();
});
beforeEach(async () => {
  await redis.call('FLUSHALL');
});

const capture = (index: number, id: TableColumn['type']['id'] = 'VARCHAR'): TableColumn => ({
  name: `c${index}`,
  role: 'capture',
  type: { id },
  capture: index,
});
const templateOf = (text: string): { pattern: string; template: KeyTemplate | null } => parseTemplate(text);

describe('templates in a scan', () => {
  const ORDERS = 'user:{id}:order:{o}';

  async function fillOrders(): Promise<void> {
    for (const key of ['user:7:order:9', 'user:8:order:x', 'user:7:8:order:9', 'user::order:1'])
      await redis.call('HSET', key, 'f', key);
  }

  it('keeps the keys that match and gives what it captures', async () => {
    await fillOrders();
    const { pattern, template } = templateOf(ORDERS);
    const rows = await runTask(endpoint(), task(pattern, [capture(1), field('f'), capture(0)], { template }));
    expect(rows.rows.map(String).sort()).toEqual(['9,user:7:order:9,7', 'x,user:8:order:x,8']);
    const keysOnly = await runTask(endpoint(), task(pattern, [capture(0)], { template }));
    expect(keysOnly.rows.map(String).sort()).toEqual(['7', '8']);
    const counted = await runTask(endpoint(), task(pattern, [], { template }));
    expect(counted.rows).toHaveLength(2);
    const named = await runTask(
      endpoint(),
      task(['user:7:order:9', 'user::order:1', 'user:9:order:1'], [KEY, capture(1), TTL], { template }),
    );
    expect(named.rows).toEqual([['user:7:order:9', '9', null]]);
  });

  it('reads captures as their column says', async () => {
    await fillOrders();
    const { pattern, template } = templateOf(ORDERS);
    const columns = [capture(0, 'BIGINT'), capture(1, 'BIGINT')];
    const failed = await runTask(endpoint(), task(pattern, columns, { template }));
    expect(failed.error).toMatchObject({ code: 'RQ_BAD_VALUE' });
    expect(failed.error?.message).toContain('key "user:8:order:x" is no BIGINT: "x"');
    const asNull = await runTask(endpoint(), task(pattern, columns, { template, onError: 'null' }));
    expect(asNull.rows.map(String).sort()).toEqual(['7,9', '8,']);
    const skipped = await runTask(endpoint(), task(pattern, columns, { template, onError: 'skip' }));
    expect([skipped.rows, skipped.counters.badValues]).toEqual([[[7n, 9n]], 1]);
  });

  it('gives each element of a key its captures', async () => {
    const names = Array.from({ length: 15_000 }, (_, i) => `m${i}`);
    await redis.call('SADD', 'tags:a', ...names);
    await redis.call('SADD', 'tags:b:c', 'x');
    await redis.call('SADD', Buffer.from('tags:\u00ff', 'latin1'), 'y');
    const { pattern, template } = templateOf('tags:{of*}');
    const { rows } = await runTask(endpoint(), task(pattern, [capture(0), part('member')], { source: 'set', template }));
    expect(rows).toHaveLength(15_002);
    expect(rows.filter(([of]) => of === 'a')).toHaveLength(15_000);
    expect(
      rows
        .filter(([of]) => of !== 'a')
        .map(String)
        .sort(),
    ).toEqual(['\\xff,y', 'b:c,x']);
  });
});
