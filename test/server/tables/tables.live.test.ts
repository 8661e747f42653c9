import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { declareViews } from '../../../src/server/tables/declared-views.ts';
import { discoverTables } from '../../../src/server/tables/discover.ts';
import type { ServedTable } from '../../../src/server/words.ts';
import { fillUsers, type LiveSession, startLive } from '../../support/live-session.ts';

let live: LiveSession;
let found: ReadonlyMap<string, ServedTable>;

beforeAll(async () => {
  live = await startLive();
  await fillUsers(live.redis, 500);
  const call = (...words: string[]) => live.redis.call(...(words as [string, ...string[]]));
  await call('HSET', 'order:1', 'id', '7', 'total', '3.5');
  await call('HSET', 'order:1:item:1', 'sku', 'a');
  await call('HSET', 'order:2:item:1', 'sku', 'b');
  await call('ZADD', 'leaderboard', '1', 'ann', '2', 'bob');
  await call('SET', 'visits', '3');
  await call('SADD', 'tag:red', 'x');
  await call('SADD', 'tag:blue', 'y');
  found = new Map((await discoverTables(live.session)).map((table) => [table.name, table]));
});

afterAll(async () => {
  await live[Symbol.asyncDispose]();
});

describe('discoverTables', () => {
  it('makes one table of each shape of keys, and none of a single string', () => {
    expect([...found.keys()].sort()).toEqual(['leaderboard', 'order_item', 'orders', 'tag', 'users']);
  });

  it('gives a table of hashes its columns, key, comment and number of rows', () => {
    const users = found.get('users');
    expect(users?.columns.map(({ name, type }) => `${name} ${type.id}`)).toEqual([
      '_key VARCHAR',
      'name VARCHAR',
      'age BIGINT',
      'score DOUBLE',
    ]);
    expect(users).toMatchObject({
      kind: 'table',
      primaryKey: '_key',
      comment: "redis_hash('user:*')",
      patterns: ['user:*'],
      estimatedRows: 500,
    });
  });

  it('keeps longer keys of the same type out of a table, by a template whose capture hides no field', async () => {
    expect(found.get('orders')?.comment).toBe("redis_hash('order:{key_id}')");
    const rows = await live.session.query(found.get('orders')?.select ?? '').rows();
    expect(rows).toEqual([{ _key: 'order:1', key_id: '1', id: 7n, total: 3.5 }]);
  });

  it('shows a single collection as a view', () => {
    expect(found.get('leaderboard')).toMatchObject({ kind: 'view', primaryKey: null, comment: "redis_zset('leaderboard')" });
  });
});

describe('discoverTables in a database of many kinds', () => {
  it('finds each of them, under names that PostgreSQL takes', async () => {
    await using many = await startLive();
    const long = 'x'.repeat(80);
    for (let n = 0; n < 60; n++) await many.redis.call('HSET', `kind${n}:1`, 'a', '1');
    for (const name of ['pg_class', 'Пользователь', long]) await many.redis.call('HSET', `${name}:1`, 'a', '1');
    const names = (await discoverTables(many.session)).map(({ name }) => name);
    expect(names).toHaveLength(63);
    expect(names).toEqual(expect.arrayContaining(['redis_pg_class', 'пользователь']));
    expect(names.filter((name) => Buffer.byteLength(name) > 63)).toEqual([]);
  });
});

describe('declareViews', () => {
  it('writes the sampled columns into a view', async () => {
    const [view] = await declareViews(live.session, "CREATE VIEW adults AS FROM redis_hash('user:*') WHERE age >= 18;");
    expect(view?.select).toBe(
      "FROM redis_hash('user:*', columns => {'name': 'VARCHAR', 'age': 'BIGINT', 'score': 'DOUBLE'}) WHERE age >= 18",
    );
    expect(view?.patterns).toEqual(['user:*']);
  });

  it('lets a view read an earlier one, and knows its keys', async () => {
    const views = await declareViews(
      live.session,
      `CREATE VIEW one AS SELECT * FROM redis_hash('user:{n}', columns => {'age': 'BIGINT'});
       CREATE OR REPLACE VIEW "Two" AS SELECT n FROM one`,
    );
    expect(views.map(({ name, patterns, columns }) => [name, patterns, columns.map((column) => column.name)])).toEqual([
      ['one', ['user:*'], ['_key', 'n', 'age']],
      ['Two', ['user:*'], ['n']],
    ]);
  });

  it.each([
    ["SELECT * FROM redis_hash('user:*')", 'table'],
    ["SELECT _key, age * 2 AS twice FROM redis_hash('user:*') AS u WHERE age > 3 ORDER BY age", 'table'],
    ["FROM redis_hash('user:*') LIMIT 3", 'table'],
    ["SELECT name FROM redis_hash('user:*')", 'view'],
    ["SELECT a._key FROM redis_hash('user:*') a, range(3)", 'view'],
    ["SELECT a._key FROM redis_hash('user:*') a JOIN range(3) ON true", 'view'],
    ["SELECT max(_key) AS _key FROM redis_hash('user:*')", 'view'],
    ["SELECT DISTINCT _key FROM redis_hash('user:*')", 'view'],
    ["SELECT * FROM redis_zset('leaderboard')", 'view'],
  ])('shows %s as a %s', async (body, kind) => {
    const [view] = await declareViews(live.session, `CREATE VIEW shown AS ${body}`);
    expect(view).toMatchObject({ kind, primaryKey: kind === 'table' ? '_key' : null });
  });

  it('does not know the keys of a view over an index', async () => {
    const [view] = await declareViews(live.session, "CREATE VIEW v AS SELECT 1 AS a FROM redis_hash(concat('user', ':*'))");
    expect(view?.patterns).toEqual([]);
  });

  it.each([
    ['SELECT 1', /is no CREATE VIEW/],
    ['CREATE VIEW pg_users AS SELECT 1', /begin with pg_/],
    ['CREATE TABLE t (a INT)', /is no CREATE VIEW/],
    ["CREATE VIEW bad AS SELECT nope FROM redis_hash('user:*')", /^view "bad": .*nope/],
  ])('refuses %s', async (text, message) => {
    await expect(declareViews(live.session, text)).rejects.toThrow(message);
  });
});
