import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LiveSession, startLive } from '../support/live-session.ts';

let live: LiveSession;

beforeAll(async () => {
  live = await startLive();
  for (let i = 1; i <= 10; i++) await live.redis.call('HSET', `d:${i}`, 'age', i === 3 ? '007' : String(i), 'name', `N${i}`);
  for (let i = 1; i <= 4; i++) await live.redis.call('HSET', `d:${i}`, 'seen', '2026-01-31');
});
afterAll(() => live[Symbol.asyncDispose]());

describe('DESCRIBE', () => {
  it('shows how the sample found each type', async () => {
    const rows = await live.session.query("DESCRIBE redis_hash('d:*')").rows();
    const extra = Object.fromEntries(rows.map((row) => [row['column_name'], row['extra']]));
    expect(extra['_key']).toBeNull();
    expect(extra['age']).toMatch(/^10 keys sampled: 90 % of the values are BIGINT \(not: 007\), 0 % NULL; values such as /);
    expect(extra['name']).toMatch(/^10 keys sampled: all of the values are VARCHAR, 0 % NULL; values such as N\d+/);
    expect(extra['seen']).toBe('10 keys sampled: all of the values are DATE, 60 % NULL; values such as 2026-01-31');
  });

  it('says nothing of columns that were declared', async () => {
    const rows = await live.session.query("DESCRIBE redis_hash('d:*', columns => {'age': 'BIGINT'})").rows();
    expect(rows.map((row) => row['extra'])).toEqual([null, null]);
  });

  it('leaves the description of other tables as it is', async () => {
    const rows = await live.session.query('DESCRIBE SELECT 1 AS one').rows();
    expect(rows).toEqual([{ column_name: 'one', column_type: 'INTEGER', null: 'YES', key: null, default: null, extra: null }]);
  });
});

describe('session.describe', () => {
  it('gives the same as data', async () => {
    const columns = await live.session.describe("redis_hash('d:*')");
    expect(columns.map(({ name }) => name).sort()).toEqual(['_key', 'age', 'name', 'seen']);
    const age = columns.find(({ name }) => name === 'age');
    expect(age).toMatchObject({
      type: { id: 'VARCHAR' },
      sample: { leading: { id: 'BIGINT' }, share: 0.9, nullShare: 0, disagreeing: ['007'], sampledKeys: 10 },
    });
  });

  it('works for views and declared tables, without samples', async () => {
    await live.session.query("CREATE VIEW people AS SELECT name, age FROM redis_hash('d:*')").rows();
    expect(await live.session.describe('people')).toMatchObject([{ name: 'name' }, { name: 'age' }]);
    const declared = await live.session.describe("redis_hash('d:*', columns => {'age': 'BIGINT'})");
    expect(declared).toEqual([
      { name: '_key', type: { id: 'VARCHAR' }, sample: null },
      { name: 'age', type: { id: 'BIGINT' }, sample: null },
    ]);
  });

  it.each(['redis_hash(', "redis_hash('d:*'); SELECT 1"])('refuses %s', async (table) => {
    await expect(live.session.describe(table)).rejects.toMatchObject({ code: 'RQ_SYNTAX' });
  });
});
