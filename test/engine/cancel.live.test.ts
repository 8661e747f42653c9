import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/index.ts';
import { callsOf, fillUsers, type LiveSession, startLive } from '../support/live-session.ts';

let live: LiveSession;
beforeAll(async () => {
  live = await startLive();
  await fillUsers(live.redis, 200_000);
});
afterAll(() => live[Symbol.asyncDispose]());

const SLOW = "SELECT name, age, score FROM redis_hash('user:*')";
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** SCANs that the server still gets from 100 ms after now. */
async function scansAfter(): Promise<number> {
  await pause(100);
  const before = await callsOf(live.redis, 'scan');
  await pause(300);
  return (await callsOf(live.redis, 'scan')) - before;
}

describe('a statement that is given up stops its SCAN on the server', () => {
  it('when its signal is aborted during an aggregate', async () => {
    const controller = new AbortController();
    const reading = live.session.query(`SELECT count(DISTINCT name) FROM (${SLOW})`, [], { signal: controller.signal }).rows();
    const outcome = reading.catch((error: unknown) => error);
    await pause(60);
    controller.abort();
    expect(await outcome).toMatchObject({ code: 'RQ_CANCELLED' });
    expect(await scansAfter()).toBe(0);
  });

  it('when its signal was aborted before', async () => {
    const before = await callsOf(live.redis, 'scan');
    const result = live.session.query(SLOW, [], { signal: AbortSignal.abort() });
    await expect(result.rows()).rejects.toMatchObject({ code: 'RQ_CANCELLED' });
    expect(await callsOf(live.redis, 'scan')).toBe(before);
  });

  it('when the loop over its rows is left', async () => {
    const before = await callsOf(live.redis, 'scan');
    for await (const row of live.session.query(SLOW)) {
      expect(row).toHaveProperty('name');
      break;
    }
    expect(await scansAfter()).toBe(0);
    expect((await callsOf(live.redis, 'scan')) - before).toBeLessThan(150);
  });

  it('when its reader pauses, and goes on when the reader does', async () => {
    const before = await callsOf(live.redis, 'scan');
    const reader = live.session.query(SLOW)[Symbol.asyncIterator]();
    await reader.next();
    // A busy machine takes its time until what is under way has come; a scan that was not held back would be at its end by then.
    await expect.poll(scansAfter, { timeout: 15_000, interval: 300 }).toBe(0);
    expect((await callsOf(live.redis, 'scan')) - before).toBeLessThan(150);
    let rowCount = 1;
    while (!(await reader.next()).done) rowCount++;
    expect(rowCount).toBe(200_000);
  });

  it('when its time is over', async () => {
    const slow = live.session.query(`SELECT count(*) FROM (${SLOW}) a, range(100000) b WHERE a.age < b.range`, [], {
      timeoutMs: 150,
    });
    const startedAt = performance.now();
    await expect(slow.rows()).rejects.toMatchObject({ code: 'RQ_TIMEOUT' });
    expect(performance.now() - startedAt).toBeLessThan(2000);
    expect(await scansAfter()).toBe(0);
  });

  it('when its limit is reached', async () => {
    const before = await callsOf(live.redis, 'scan');
    expect(await live.session.query(`${SLOW} LIMIT 10`).rows()).toHaveLength(10);
    expect(await scansAfter()).toBe(0);
    expect((await callsOf(live.redis, 'scan')) - before).toBeLessThan(20);
  });

  it('when its session is closed', async () => {
    const session = await connect(live.redis.url);
    const reading = session
      .query(`SELECT count(DISTINCT name) FROM (${SLOW})`)
      .rows()
      .catch((error: unknown) => error);
    await pause(50);
    const startedAt = performance.now();
    await session.close();
    expect(performance.now() - startedAt).toBeLessThan(2000);
    expect(await reading).toMatchObject({ code: 'RQ_CLOSED' });
    expect(await scansAfter()).toBe(0);
  });

  it('while DuckDB itself is at work', async () => {
    const controller = new AbortController();
    const reading = live.session
      .query('SELECT sum(a.range * b.range) FROM range(200000) a, range(200000) b', [], { signal: controller.signal })
      .rows();
    const outcome = reading.catch((error: unknown) => error);
    await pause(200);
    const startedAt = performance.now();
    controller.abort();
    expect(await outcome).toMatchObject({ code: 'RQ_CANCELLED' });
    expect(performance.now() - startedAt).toBeLessThan(1000);
    expect(await live.session.query('SELECT 1 AS a').rows()).toEqual([{ a: 1 }]);
  });
});
