import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/index.ts';
import { fillUsers } from '../support/live-session.ts';
import { type RunningRedis, startRedis } from '../support/redis-server.ts';

const COLUMNS = "columns => {'name': 'VARCHAR'}";

let redis: RunningRedis;

beforeAll(async () => {
  redis = await startRedis({
    modules: false,
    acl: [
      'no-ttl on >pw ~* +@all -ttl',
      'no-hmget on >pw ~* +@all -hmget',
      'no-hgetall on >pw ~* +@all -hgetall',
      'no-hlen on >pw ~* +@all -hlen',
      'others on >pw ~other:* +@all',
    ],
  });
  await fillUsers(redis, 10);
});

afterAll(async () => {
  await redis.stop();
});

describe('a user who may not run a command', () => {
  it.each([
    ['no-ttl', 'TTL', `SELECT _ttl, name FROM redis_hash('user:*', ${COLUMNS})`],
    ['no-ttl', 'TTL', `SELECT _ttl FROM redis_hash('user:*', ${COLUMNS})`],
    ['no-ttl', 'TTL', `SELECT _ttl, _fields FROM redis_hash('user:*', ${COLUMNS})`],
    ['no-ttl', 'TTL', `SELECT _ttl FROM redis_hash('user:*', ${COLUMNS}) WHERE _key = 'user:1'`],
    ['no-hmget', 'HMGET', `SELECT name, _ttl FROM redis_hash('user:*', ${COLUMNS})`],
    ['no-hgetall', 'HGETALL', `SELECT _fields FROM redis_hash('user:*', ${COLUMNS})`],
    ['no-hlen', 'HLEN', `SELECT _key FROM redis_hash('user:*', ${COLUMNS}) WHERE _key = 'user:1'`],
    ['others', 'HMGET', `SELECT name FROM redis_hash('user:*', ${COLUMNS})`],
    ['others', 'HMGET', `SELECT name, _ttl FROM redis_hash('user:*', ${COLUMNS}) WHERE _key = 'user:1'`],
    ['others', 'TTL', `SELECT _key, _ttl FROM redis_hash('user:*', ${COLUMNS})`],
  ])('(%s) is told that it is %s: %s', async (username, command, sql) => {
    await using session = await connect({ url: redis.url, username, password: 'pw' });
    await expect(session.query(sql).rows()).rejects.toMatchObject({
      code: 'RQ_REDIS_PERMISSION',
      message: expect.stringContaining(`no permission to run ${command}: NOPERM`),
    });
  });

  it('reads what needs no such command', async () => {
    await using session = await connect({ url: redis.url, username: 'no-ttl', password: 'pw' });
    const names = session.query(`SELECT count(name) AS n FROM redis_hash('user:*', ${COLUMNS})`);
    expect(await names.rows()).toEqual([{ n: 10n }]);
  });
});
