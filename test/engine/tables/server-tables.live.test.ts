import { describe, expect, it } from 'vitest';
import { startLive } from '../../support/live-session.ts';

describe('redis_info', () => {
  it('gives what the server says of itself', async () => {
    await using live = await startLive();
    const { session } = live;
    const rows = await session.query("SELECT section, name, value FROM redis_info() WHERE name = 'redis_version'").rows();
    expect(rows).toEqual([{ section: 'Server', name: 'redis_version', value: live.redis.version }]);
    const [count] = await session.query('SELECT count(*) AS n FROM redis_info()').rows();
    expect(Number(count?.n)).toBeGreaterThan(100);
    await expect(session.query('FROM redis_info(pattern => 1)').rows()).rejects.toMatchObject({ code: 'RQ_UNKNOWN_ARGUMENT' });
  });
});

describe('redis_indexes', () => {
  it('gives nothing where there is no search', async () => {
    await using live = await startLive();
    expect(await live.session.query('FROM redis_indexes()').rows()).toEqual([]);
  });

  it('gives a row an index', async () => {
    await using live = await startLive({}, { modules: true });
    const { session, redis } = live;
    await redis.call('FT.CREATE', 'b', 'ON', 'HASH', 'PREFIX', '2', 'u:', 'ü:', 'FILTER', '@age>3', 'SCHEMA', 'age', 'NUMERIC');
    await redis.call('FT.CREATE', 'a', 'ON', 'JSON', 'SCHEMA', '$.city', 'AS', 'city', 'TAG');
    await redis.call('HSET', 'u:1', 'age', '7');
    await redis.call('HSET', 'u:2', 'age', 'seven');
    const rows = await session
      .query('SELECT name, key_type, prefixes, filter, num_docs, indexing, percent_indexed, failures FROM redis_indexes()')
      .rows();
    expect(rows).toEqual([
      expect.objectContaining({ name: 'a', key_type: 'JSON', prefixes: [''], filter: null, num_docs: 0n, failures: 0n }),
      expect.objectContaining({ name: 'b', key_type: 'HASH', prefixes: ['u:', 'ü:'], filter: '@age>3', indexing: false }),
    ]);
    const attributes = await session
      .query("SELECT attributes->>'$[0].attribute' AS a, attributes->>'$[0].type' AS t FROM redis_indexes() ORDER BY name")
      .rows();
    expect(attributes).toEqual([
      { a: 'city', t: 'TAG' },
      { a: 'age', t: 'NUMERIC' },
    ]);
  });
});
