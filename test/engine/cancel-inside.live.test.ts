/** A statement that is stopped while DuckDB works: it says so at once, and the session goes on at once. */
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type Session } from '../../src/index.ts';
import { fillUsers, type LiveSession, startLive } from '../support/live-session.ts';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A statement that is stopped settles in 30 ms or sooner; what is above that is the machine. */
const MOST_MS = 300;

const HASHES = "redis_hash('user:*', columns => {'name': 'VARCHAR', 'age': 'BIGINT'})";
const AT_WORK: Readonly<Record<string, string>> = {
  'a scan': `SELECT count(DISTINCT name) FROM ${HASHES}, range(50)`,
  'a sort of a scan': `SELECT name FROM (SELECT name || r.range AS name FROM ${HASHES}, range(40) r) ORDER BY name LIMIT 5 OFFSET 3000000`,
  'a sort': 'SELECT * FROM range(20000000) t(i) ORDER BY random()',
  'a cross join': 'SELECT count(*) FROM range(200000) a, range(200000) b WHERE a.range * b.range % 7 = 3',
  'a hash join': 'SELECT count(*) FROM range(10000000) a JOIN range(10000000) b ON a.range = b.range',
  'a window': 'SELECT max(x) FROM (SELECT sum(i) OVER (ORDER BY hash(i)) AS x FROM range(10000000) t(i))',
  'a long text': "SELECT length(string_agg(i::VARCHAR, ',')) FROM range(30000000) t(i)",
  'a long list': 'SELECT len(list(i ORDER BY hash(i))) FROM range(10000000) t(i)',
  groups: 'SELECT count(*) FROM (SELECT hash(i) AS h, count(*) FROM range(10000000) t(i) GROUP BY h)',
  'a median': 'SELECT median(hash(i)) FROM range(10000000) t(i)',
  recursion: 'WITH RECURSIVE r(n) AS (SELECT 1::BIGINT UNION ALL SELECT n + 1 FROM r WHERE n < 100000000) SELECT max(n) FROM r',
  'a table that is made': 'CREATE TABLE made AS SELECT i, hash(i) AS h FROM range(30000000) t(i)',
  // Computed while it is planned, by one call that DuckDB does not break off.
  'a constant': "SELECT levenshtein(repeat('ab', 8000), repeat('ba', 8000)) AS n",
  'a constant beside a scan': `SELECT levenshtein(repeat('ab', 8000), repeat('ba', 8000)) AS n, name FROM ${HASHES}`,
};

let live: LiveSession;
beforeAll(async () => {
  live = await startLive();
  await fillUsers(live.redis, 100_000);
});
afterAll(() => live[Symbol.asyncDispose]());

/** Stops a statement after so many ms; gives how long it took to say so, and what it said. */
async function stopAfter(session: Session, text: string, ms: number): Promise<{ tookMs: number; outcome: unknown }> {
  const controller = new AbortController();
  const reading = session.query(text, undefined, { signal: controller.signal }).rows();
  const outcome = reading.then(
    () => 'it ended',
    (error: unknown) => error,
  );
  await pause(ms);
  const startedAt = performance.now();
  controller.abort();
  return { outcome: await outcome, tookMs: performance.now() - startedAt };
}

describe('a statement that is stopped', () => {
  it.each(Object.entries(AT_WORK))('says so at once and lets the next one run: %s', async (_, text) => {
    for (const ms of [120, 300]) {
      const { outcome, tookMs } = await stopAfter(live.session, text, ms);
      expect(outcome).toMatchObject({ code: 'RQ_CANCELLED' });
      expect(tookMs).toBeLessThan(MOST_MS);
      const startedAt = performance.now();
      expect(await live.session.query('SELECT 1 AS a').rows()).toEqual([{ a: 1 }]);
      // It needs a plan and a scan, for which others would wait.
      expect(
        await live.session
          .query(`SELECT age FROM ${HASHES} WHERE name = 'User Number 7' AND _key IN ('user:7', 'user:8')`)
          .rows(),
      ).toEqual([{ age: 7n }]);
      expect(performance.now() - startedAt).toBeLessThan(1_500);
    }
  });

  it('leaves no table behind', async () => {
    await expect(live.session.query('FROM made').rows()).rejects.toMatchObject({ code: 'RQ_UNKNOWN_TABLE' });
  });

  it('leaves push-down as it was', async () => {
    await stopAfter(live.session, AT_WORK['a constant beside a scan'] ?? '', 100);
    const result = live.session.query(`SELECT name FROM ${HASHES} WHERE age = 7 AND (_key = 'user:7' OR _key = 'user:8')`);
    expect(await result.rows()).toEqual([{ name: 'User Number 7' }]);
    expect(result.stats.keysScanned).toBe(2);
    const settings = await live.session.query("SELECT value FROM duckdb_settings() WHERE name = 'disabled_optimizers'").rows();
    expect(settings).toEqual([{ value: 'window_self_join' }]);
  });

  it('is stopped while it waits for another one', async () => {
    const first = new AbortController();
    const long = live.session
      .query(`SELECT count(DISTINCT name) FROM ${HASHES}, range(100)`, undefined, { signal: first.signal })
      .rows();
    const ended = long.catch((error: unknown) => error);
    await pause(50);
    const { outcome, tookMs } = await stopAfter(live.session, `SELECT max(name) FROM ${HASHES}`, 30);
    expect(outcome).toMatchObject({ code: 'RQ_CANCELLED' });
    expect(tookMs).toBeLessThan(MOST_MS);
    first.abort();
    expect(await ended).toMatchObject({ code: 'RQ_CANCELLED' });
  });

  it('is not waited for when its session is closed, though DuckDB does not break it off', async () => {
    const session = await connect({ isLazy: true, workers: 3 });
    await stopAfter(session, "SELECT levenshtein(repeat('ab', 20000), repeat('ba', 20000))", 100);
    const startedAt = performance.now();
    await session.close();
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  it('keeps no process from ending in good order', () => {
    const program = `import { connect } from '${new URL('../../src/index.ts', import.meta.url).href}';
      const session = await connect({ isLazy: true });
      const reading = session.query("SELECT levenshtein(repeat('ab', 9000), repeat('ba', 9000))", [], { timeoutMs: 150 }).rows();
      console.log(await reading.catch((error) => error.code));
      await session.close();
      console.log('closed');
      process.exitCode = 7;`;
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
    });
    expect({ stdout, stderr, signal, status }).toEqual({ stdout: 'RQ_TIMEOUT\nclosed\n', stderr: '', signal: null, status: 7 });
  });
});
