import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type Session } from '../../src/index.ts';
import { fillUsers, type LiveSession, startLive } from '../support/live-session.ts';

let live: LiveSession;
beforeAll(async () => {
  live = await startLive();
  await fillUsers(live.redis, 60_000);
});
afterAll(() => live[Symbol.asyncDispose]());

const USERS = "redis_hash('user:*', columns => {'age': 'BIGINT', 'name': 'VARCHAR'})";
const ENDLESS = 'SELECT count(*) FROM range(3000000000) a WHERE a.range % 7 = 3';
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const outcomeOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

describe('sessions that share an engine thread', () => {
  it('each get the rows of their own statements, interleaved as they may be', async () => {
    const sessions: Session[] = [];
    for (let i = 0; i < 5; i++) sessions.push(await connect(live.redis.url));
    const readers = sessions.map((session, i) =>
      session.query(`SELECT ${i} AS owner, name FROM ${USERS}`)[Symbol.asyncIterator](),
    );
    const counts = sessions.map(() => 0);
    for (let isOpen = true; isOpen; ) {
      isOpen = false;
      for (const [i, reader] of readers.entries()) {
        for (let k = 0; k < 997; k++) {
          const next = await reader.next();
          if (next.done) break;
          isOpen = true;
          expect(next.value['owner']).toBe(i);
          counts[i] = (counts[i] ?? 0) + 1;
        }
      }
      await sessions[2]?.query('SELECT 1').rows();
    }
    expect(counts).toEqual(sessions.map(() => 60_000));
    await Promise.all(sessions.map((session) => session.close()));
  });

  it('aggregate all rows while others come and go', async () => {
    const large = Array.from({ length: 4 }, async () => {
      await using session = await connect(live.redis.url);
      return await session.query(`SELECT count(*) AS n, count(DISTINCT name) AS d FROM ${USERS}`).rows();
    });
    for (let i = 0; i < 20; i++) {
      await using session = await connect(live.redis.url);
      expect(await session.query('SELECT 1 AS a').rows()).toEqual([{ a: 1 }]);
    }
    expect(await Promise.all(large)).toEqual(large.map(() => [{ n: 60_000n, d: 60_000n }]));
  });
});

describe('stopping', () => {
  it('works at every moment of a statement', async () => {
    for (let delayMs = 0; delayMs < 24; delayMs += 2) {
      const controller = new AbortController();
      const outcome = outcomeOf(live.session.query(ENDLESS, [], { signal: controller.signal }).rows());
      await pause(delayMs);
      const startedAt = performance.now();
      controller.abort();
      expect(await outcome).toMatchObject({ code: 'RQ_CANCELLED' });
      expect(performance.now() - startedAt).toBeLessThan(1500);
    }
    expect(await live.session.query('SELECT 1 AS a').rows()).toEqual([{ a: 1 }]);
  });

  it('reaches a sample that waits for a silent server', async () => {
    await using own = await startLive({ replyTimeoutMs: 20_000 });
    await fillUsers(own.redis, 10);
    process.kill(own.redis.pid, 'SIGSTOP');
    try {
      const startedAt = performance.now();
      const outcome = await outcomeOf(own.session.query("FROM redis_hash('user:*')", [], { timeoutMs: 200 }).rows());
      expect(outcome).toMatchObject({ code: 'RQ_TIMEOUT' });
      const waiting = outcomeOf(own.session.query("FROM redis_hash('user:*')").rows());
      await pause(100);
      await own.session.close();
      expect(await waiting).toMatchObject({ code: 'RQ_CLOSED' });
      expect(performance.now() - startedAt).toBeLessThan(5000);
    } finally {
      process.kill(own.redis.pid, 'SIGCONT');
    }
  });

  it('gives places back when results are closed while they start, and is heard while waiting for one', async () => {
    await using session = await connect({ url: live.redis.url, memoryLimitMb: 777 });
    for (let i = 0; i < 300; i++) {
      const result = session.query(`SELECT name FROM ${USERS}`);
      const reading = outcomeOf(result.rows());
      await result.close();
      expect(await reading).toMatchObject({ code: expect.stringMatching(/^RQ_(RESULT_STATE|CANCELLED)$/) });
    }
    expect(await session.query('SELECT 1 AS a').rows()).toEqual([{ a: 1 }]);
    const open = Array.from({ length: 256 }, () => session.query('SELECT * FROM range(100000)')[Symbol.asyncIterator]());
    await Promise.all(open.map((reader) => reader.next()));
    const startedAt = performance.now();
    expect(await outcomeOf(session.query('SELECT 1', [], { timeoutMs: 100 }).rows())).toMatchObject({ code: 'RQ_TIMEOUT' });
    expect(performance.now() - startedAt).toBeLessThan(2000);
    await Promise.all(open.map((reader) => reader.return?.()));
    expect(await session.query('SELECT 1 AS a').rows()).toEqual([{ a: 1 }]);
  });
});

describe('long statements', () => {
  it('leave room for other sessions, for Redis, and for files of the program', async () => {
    await using busy = await connect(live.redis.url);
    await using other = await connect(live.redis.url);
    const controller = new AbortController();
    const long = Array.from({ length: 4 }, () => outcomeOf(busy.query(ENDLESS, [], { signal: controller.signal }).rows()));
    await pause(200);
    expect(await other.query('SELECT 1 AS a').rows()).toEqual([{ a: 1 }]);
    expect(await other.query(`SELECT age FROM ${USERS} WHERE _key = 'user:7'`).rows()).toEqual([{ age: 7n }]);
    expect(await busy.query('SELECT 2 AS a').rows()).toEqual([{ a: 2 }]);
    expect((await readFile(fileURLToPath(import.meta.url))).length).toBeGreaterThan(1000);
    controller.abort();
    for (const outcome of await Promise.all(long)) expect(outcome).toMatchObject({ code: 'RQ_CANCELLED' });
  }, 60_000);
});

describe('large values and a reader who pauses', () => {
  it('are held by the byte, not by the row', async () => {
    await using own = await startLive();
    const value = 'x'.repeat(1 << 20);
    for (let i = 0; i < 200; i++) await own.redis.call('HSET', `big:${i}`, 'v', value);
    const result = own.session.query("SELECT v FROM redis_hash('big:*', columns => {'v': 'VARCHAR'})");
    const reader = result[Symbol.asyncIterator]();
    await reader.next();
    await pause(500);
    expect(result.stats.rows).toBeLessThan(60);
    let rowCount = 1;
    while (!(await reader.next()).done) rowCount++;
    expect(rowCount).toBe(200);
  });
});
