import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../../src/engine/index.ts';
import { TableKeeper } from '../../../src/server/tables/table-keeper.ts';
import { type RunningRedis, startRedis } from '../../support/redis-server.ts';

let redis: RunningRedis;

beforeAll(async () => {
  redis = await startRedis({ modules: false });
});

afterAll(async () => {
  await redis.stop();
});

function keeperOf(options: { viewsFile?: string; hasClients?: boolean; opened?: () => void }): TableKeeper {
  return new TableKeeper({
    open: () => {
      options.opened?.();
      return connect({ url: redis.url, readOnly: true });
    },
    viewsFile: options.viewsFile ?? null,
    isDiscovering: true,
    hasClients: () => options.hasClients === true,
    warn: () => undefined,
  });
}

async function clientCount(): Promise<number> {
  return String(await redis.call('CLIENT', 'LIST'))
    .split('\n')
    .filter((line) => line.includes('lib-name') && !line.includes('cmd=client')).length;
}

describe('TableKeeper', () => {
  it('looks again soon where there was nothing', async () => {
    const keeper = keeperOf({});
    await keeper.start();
    await keeper.ready;
    expect(keeper.tables.all).toEqual([]);
    await redis.call('HSET', 'cart:1', 'n', '1');
    await expect.poll(() => keeper.tables.all.map(({ name }) => name), { timeout: 10_000 }).toEqual(['cart']);
    await keeper.close();
  });

  it('lets views read tables that are found', async () => {
    await redis.call('HSET', 'cart:1', 'n', '1');
    const viewsFile = path.join(tmpdir(), `redquery-views-${process.pid}.sql`);
    await writeFile(viewsFile, 'CREATE VIEW carts AS SELECT n FROM cart');
    const keeper = keeperOf({ viewsFile });
    await keeper.start();
    expect(keeper.tables.all.map(({ name, patterns }) => [name, patterns])).toEqual([
      ['cart', ['cart:*']],
      ['carts', ['cart:*']],
    ]);
    await keeper.close();
  });

  it('keeps no connection where nobody is connected', async () => {
    let opened = 0;
    const keeper = keeperOf({ opened: () => opened++ });
    await keeper.start();
    await keeper.ready;
    await expect.poll(clientCount, { timeout: 5_000 }).toBe(0);
    expect(opened).toBe(1);
    keeper.clientCame();
    expect(opened).toBe(1);
    await keeper.close();
  });
});
