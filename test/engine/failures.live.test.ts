import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { connect, RedQueryError } from '../../src/index.ts';
import { fillUsers, startLive } from '../support/live-session.ts';
import { startRedis } from '../support/redis-server.ts';

const SLOW = "SELECT count(DISTINCT name) AS n FROM redis_hash('user:*', columns => {'name': 'VARCHAR', 'age': 'BIGINT'})";
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'it succeeded',
    (error: unknown) => error,
  );

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('a server that is not there, or does not let us in', () => {
  it('is named when nothing listens', async () => {
    const port = await freePort();
    const error = await errorOf(connect(`redis://user:secret@127.0.0.1:${port}`));
    expect(error).toMatchObject({ code: 'RQ_REDIS_UNREACHABLE' });
    expect(String(error)).toContain(`127.0.0.1:${port}`);
    expect(String(error)).not.toContain('secret');
  });

  it('is needed by no statement that reads no key', async () => {
    await using session = await connect({ url: `redis://127.0.0.1:${await freePort()}`, isLazy: true });
    expect(await session.query('SELECT 1 AS a').rows()).toEqual([{ a: 1 }]);
    expect(await errorOf(session.query(SLOW).rows())).toMatchObject({ code: 'RQ_REDIS_UNREACHABLE' });
    expect(await errorOf(session.query("FROM redis_hash('user:*')").rows())).toMatchObject({ code: 'RQ_REDIS_UNREACHABLE' });
  });

  it('refuses a wrong password without repeating it', async () => {
    await using redis = await startRedis({ modules: false, password: 'right' });
    const error = await errorOf(connect({ url: redis.url, password: 'wrong-secret' }));
    expect(error).toMatchObject({ code: 'RQ_REDIS_AUTH' });
    expect(JSON.stringify(error) + String(error)).not.toContain('wrong-secret');
    await using session = await connect({ url: redis.url, password: 'right' });
    expect(await session.query(`SELECT count(*) AS n FROM redis_hash('x:*', columns => {'a': 'BIGINT'})`).rows()).toEqual([
      { n: 0n },
    ]);
  });

  it('names the command that a user may not run', async () => {
    await using redis = await startRedis({
      modules: false,
      acl: ['reader on >secret ~* +@all -hmget', 'blind on >secret ~* +@all -scan'],
    });
    await fillUsers(redis, 10);
    for (const [username, command] of [
      ['reader', 'hmget'],
      ['blind', 'scan'],
    ] as const) {
      await using session = await connect({ url: redis.url, username, password: 'secret' });
      const error = await errorOf(session.query(SLOW).rows());
      expect(error).toMatchObject({ code: 'RQ_REDIS_PERMISSION' });
      expect(String(error).toLowerCase()).toContain(command);
    }
  });
});

describe('a server that goes away', () => {
  it('ends a scan within two seconds when it is killed, and serves again once it is back', async () => {
    const live = await startLive({ replyTimeoutMs: 1500 });
    await fillUsers(live.redis, 200_000);
    const outcome = errorOf(live.session.query(SLOW).rows());
    await pause(80);
    const startedAt = performance.now();
    await live.redis.stop();
    expect(await outcome).toMatchObject({ code: expect.stringMatching(/^RQ_REDIS_(LOST|UNREACHABLE)$/) });
    expect(performance.now() - startedAt).toBeLessThan(2000);
    expect(await errorOf(live.session.query(SLOW).rows())).toMatchObject({ code: 'RQ_REDIS_UNREACHABLE' });
    await using again = await startRedis({ modules: false, port: live.redis.port });
    await fillUsers(again, 100);
    expect(await live.session.query(SLOW).rows()).toEqual([{ n: 100n }]);
    expect(await live.session.query("SELECT count(*) AS n FROM redis_hash('user:*')").rows()).toEqual([{ n: 100n }]);
    await live.session.close();
  });

  it('is given up when it falls silent', async () => {
    await using live = await startLive({ replyTimeoutMs: 600 });
    await fillUsers(live.redis, 100_000);
    const outcome = errorOf(live.session.query(SLOW).rows());
    await pause(40);
    process.kill(live.redis.pid, 'SIGSTOP');
    try {
      const startedAt = performance.now();
      expect(await outcome).toMatchObject({ code: 'RQ_REDIS_TIMEOUT' });
      expect(performance.now() - startedAt).toBeLessThan(3000);
    } finally {
      process.kill(live.redis.pid, 'SIGCONT');
    }
    expect(await live.session.query(SLOW).rows()).toEqual([{ n: 100_000n }]);
  });

  it('holds up no other session of the process while it is silent', async () => {
    await using live = await startLive({ replyTimeoutMs: 3000 });
    await using well = await startLive();
    await fillUsers(live.redis, 100_000);
    await fillUsers(well.redis, 1000);
    expect(await well.session.query(SLOW).rows()).toEqual([{ n: 1000n }]);
    const outcome = errorOf(live.session.query(SLOW).rows());
    await pause(40);
    process.kill(live.redis.pid, 'SIGSTOP');
    try {
      const startedAt = performance.now();
      expect(await well.session.query(SLOW).rows()).toEqual([{ n: 1000n }]);
      expect(performance.now() - startedAt).toBeLessThan(1000);
    } finally {
      process.kill(live.redis.pid, 'SIGCONT');
    }
    await outcome;
  });

  it('cuts a connection in the middle of a scan without a wrong row', async () => {
    await using live = await startLive();
    await fillUsers(live.redis, 200_000);
    expect(await live.session.query(SLOW).rows()).toEqual([{ n: 200_000n }]);
    const outcome = errorOf(live.session.query(SLOW).rows());
    await pause(60);
    await live.redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    const error = await outcome;
    expect(error).toMatchObject({ code: 'RQ_REDIS_LOST' });
    expect(error).toBeInstanceOf(RedQueryError);
    expect(await live.session.query(SLOW).rows()).toEqual([{ n: 200_000n }]);
  });
});

describe('one server beside another', () => {
  it('is named in SQL, and its password stands nowhere', async () => {
    await using second = await startRedis({ modules: false, password: 'second-secret' });
    await second.call('HSET', 'city:1', 'name', 'Berlin');
    await using live = await startLive({ servers: { geo: { url: second.url, password: 'second-secret' } } });
    await live.redis.call('HSET', 'user:1', 'city', '1');
    const text =
      "SELECT c.name FROM redis_hash('user:*') u JOIN redis_hash('city:*', server => 'geo') c ON c._key = 'city:' || u.city";
    const result = live.session.query(text);
    expect(await result.rows()).toEqual([{ name: 'Berlin' }]);
    const plan = await live.session.query(`EXPLAIN ANALYZE ${text}`).rows();
    expect(JSON.stringify([plan, result.stats])).not.toContain('second-secret');
    expect(JSON.stringify(plan)).toContain('geo');
  });
});

describe('a connection that ends', () => {
  it('may drop every connection between two statements, whatever they ask', async () => {
    await using live = await startLive({}, { modules: true });
    await fillUsers(live.redis, 500);
    await live.redis.call('FT.CREATE', 'idx:user', 'ON', 'HASH', 'PREFIX', '1', 'user:', 'SCHEMA', 'age', 'NUMERIC', 'SORTABLE');
    const drop = (): Promise<unknown> => live.redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    for (const text of [
      "SELECT name FROM redis_hash('user:*') WHERE _key = 'user:3'",
      SLOW,
      "SELECT count(*) FROM redis_keys('*')",
      "SELECT name FROM redis_hash('user:*') WHERE age = 3",
      "SELECT max(age) FROM redis_hash('user:*')",
      "SELECT _key FROM redis_search('idx:user', '@age:[3 3]')",
      'SELECT count(*) FROM redis_info()',
    ]) {
      await live.session.query(text).rows();
      await drop();
      expect(await live.session.query(text).rows(), text).not.toEqual([]);
      await drop();
      expect(await live.session.query("SELECT count(*) AS n FROM redis_hash('user:*') WHERE name LIKE '%'").rows()).toEqual([
        { n: 500n },
      ]);
    }
  });

  it('is named where the connection ends during a search', async () => {
    await using live = await startLive({}, { modules: true });
    await fillUsers(live.redis, 100);
    await live.redis.call('FT.CREATE', 'idx:user', 'ON', 'HASH', 'PREFIX', '1', 'user:', 'SCHEMA', 'age', 'NUMERIC', 'SORTABLE');
    const text = "SELECT name FROM redis_hash('user:*') WHERE age = 3";
    await live.session.query(text).rows();
    // It answers nothing while it is stopped, and is gone then.
    process.kill(live.redis.pid, 'SIGSTOP');
    const outcome = errorOf(live.session.query(text).rows());
    await pause(100);
    process.kill(live.redis.pid, 'SIGKILL');
    const error = await outcome;
    expect(error).toMatchObject({ code: expect.stringMatching(/^RQ_REDIS_(LOST|UNREACHABLE)$/) });
    expect(String(error)).toContain(`127.0.0.1:${live.redis.port}`);
  });
});
