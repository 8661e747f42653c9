import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Connection, placeOf } from '../../src/repl/connection.ts';
import { type RunningRedis, startRedis } from '../support/redis-server.ts';

let redis: RunningRedis;

beforeAll(async () => {
  redis = await startRedis({ modules: false });
  await redis.call('SELECT', '3');
  await redis.call('SET', 'only:here', '1');
});

afterAll(async () => {
  await redis.stop();
});

async function keysOf(connection: Connection): Promise<number> {
  const session = await connection.session();
  const rows = await session.query("SELECT count(*)::INTEGER AS n FROM redis_keys('*')").rows();
  return Number(rows[0]?.['n']);
}

describe('Connection', () => {
  it('opens another database of the same server', async () => {
    const first = new Connection(async () => ({ url: redis.url }), placeOf(redis.url));
    const other = first.inDatabase(3);
    expect(await keysOf(first)).toBe(0);
    expect(await keysOf(other)).toBe(1);
    expect(other.place).toBe(`${first.place}/3`);
    expect(other.inDatabase(0).place).toBe(first.place);
    await Promise.all([first.close(), other.close()]);
  });

  it('makes views and macros again after it was abandoned, and reads nothing for it', async () => {
    const connection = new Connection(async () => ({ url: redis.url }), 'here');
    const texts = ['CREATE VIEW v AS SELECT 1 AS a', "CREATE TABLE t AS SELECT * FROM redis_keys('*')"];
    for (const text of texts) {
      await (await connection.session()).query(text).rows();
      connection.remember(text);
    }
    connection.abandon();
    const session = await connection.session();
    expect(await session.query('FROM v').rows()).toEqual([{ a: 1 }]);
    await expect(session.query('FROM t').rows()).rejects.toMatchObject({ code: 'RQ_UNKNOWN_TABLE' });
    await connection.close();
  });

  it.each([
    [null, '127.0.0.1:6379'],
    ['redis://ann:secret@db.example:6380/2', 'db.example:6380/2'],
    ['redis://db.example', 'db.example:6379'],
    ['redis://db.example/0', 'db.example:6379'],
    ['unix:///run/redis.sock?db=1', '/run/redis.sock/1'],
    ['unix://ann:secret@/run/redis.sock', '/run/redis.sock'],
    ['rediss://:secret@[::1]:7000', '[::1]:7000'],
    ['unix:///tmp/%1b]0;x%07%0ay', '/tmp/\\x1b]0;x\\x07\\ny'],
    ['not a url at all', 'redis'],
  ])('says of %j where it leads, and no password', (url, place) => {
    expect(placeOf(url)).toBe(place);
  });
});
