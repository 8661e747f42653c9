import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/index.ts';
import { fillUsers, type LiveSession, startLive } from '../support/live-session.ts';

let live: LiveSession;
beforeAll(async () => {
  live = await startLive({ workers: 1 });
  await fillUsers(live.redis, 60_000);
});
afterAll(() => live[Symbol.asyncDispose]());

const USERS = "redis_hash('user:*', columns => {'age': 'BIGINT', 'name': 'VARCHAR'})";

describe('many statements at once', () => {
  it('answers an eight-way UNION ALL with one worker', async () => {
    const arms = Array.from({ length: 8 }, (_, i) => `SELECT max(age) AS a, ${i} AS i FROM ${USERS}`);
    const found = await live.session.query(`SELECT sum(a) AS s, count(*) AS n FROM (${arms.join(' UNION ALL ')})`).rows();
    expect(found).toEqual([{ s: 8n * 79n, n: 8n }]);
  });

  it('answers a join of six scans of one pattern', async () => {
    const joins = Array.from({ length: 5 }, (_, i) => `JOIN ${USERS} t${i} ON t${i}._key = u._key`).join(' ');
    expect(await live.session.query(`SELECT count(*) AS n FROM ${USERS} u ${joins}`).rows()).toEqual([{ n: 60_000n }]);
  });

  it('runs fifty nested loops over open results in one session', async () => {
    let depth = 0;
    const nest = async (): Promise<void> => {
      for await (const row of live.session.query(`SELECT name FROM ${USERS}`)) {
        expect(row['name']).toMatch(/^User Number \d+$/);
        depth++;
        if (depth < 50) await nest();
        return;
      }
    };
    await nest();
    expect(depth).toBe(50);
  });

  it('keeps a hundred half-read results open, reads one to its end, and answers others meanwhile', async () => {
    const open = Array.from({ length: 100 }, () => live.session.query(`SELECT name FROM ${USERS}`)[Symbol.asyncIterator]());
    for (const reader of open) expect((await reader.next()).done).toBe(false);
    expect(await live.session.query('SELECT 1 AS a').rows()).toEqual([{ a: 1 }]);
    let rowCount = 1;
    for (let next = await open[50]?.next(); next && !next.done; next = await open[50]?.next()) rowCount++;
    expect(rowCount).toBe(60_000);
    await Promise.all(open.map((reader) => reader.return?.()));
    expect(await live.session.query(`SELECT count(*) AS n FROM ${USERS}`).rows()).toEqual([{ n: 60_000n }]);
  });

  it('answers small statements of this and another session while large ones run', async () => {
    await using other = await connect(live.redis.url);
    const large = Promise.all(
      Array.from({ length: 3 }, () => live.session.query(`SELECT count(DISTINCT name) AS n FROM ${USERS}`).rows()),
    );
    let answered = 0;
    let isDone = false;
    void large.finally(() => {
      isDone = true;
    });
    while (!isDone) {
      await live.session.query('SELECT 1').rows();
      await other.query(`SELECT age FROM ${USERS} WHERE _key = 'user:5'`).rows();
      answered++;
    }
    expect(await large).toEqual(Array.from({ length: 3 }, () => [{ n: 60_000n }]));
    expect(answered).toBeGreaterThan(1);
  });

  it('runs two hundred statements at once in ten sessions', async () => {
    const sessions = await Promise.all(Array.from({ length: 10 }, () => connect(live.redis.url)));
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        sessions[i % 10]?.query(`SELECT age FROM ${USERS} WHERE _key = $1`, [`user:${i + 1}`]).rows(),
      ),
    );
    expect(answers.map((rows) => rows?.[0]?.['age'])).toEqual(Array.from({ length: 200 }, (_, i) => BigInt((i + 1) % 80)));
    await Promise.all(sessions.map((session) => session.close()));
  });
});

describe('a scan that two workers share', () => {
  it('gives every row once, over two fetch sockets', async () => {
    await using own = await startLive({ workers: 2 });
    await fillUsers(own.redis, 60_000);
    const text = `SELECT count(*) AS n, count(DISTINCT name) AS d, sum(age) AS s FROM ${USERS}`;
    const sum = Array.from({ length: 60_000 }, (_, i) => (i + 1) % 80).reduce((total, age) => total + age, 0);
    // The first statement starts the threads; the second one's sockets are counted.
    for (let i = 0; i < 2; i++) {
      await own.redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(await own.session.query(text).rows()).toEqual([{ n: 60_000n, d: 60_000n, s: BigInt(sum) }]);
    }
    const clients = String(await own.redis.call('CLIENT', 'LIST')).split('\n');
    expect(clients.filter((line) => line.includes('cmd=hmget'))).toHaveLength(2);
  });
});
