import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect, type StatementStats } from '../../src/index.ts';
import { type LiveSession, startLive } from '../support/live-session.ts';

let live: LiveSession;
beforeAll(async () => {
  live = await startLive({}, { modules: true });
  const fill = `for i = 1, 3000 do redis.call('HSET', 'user:' .. i, 'age', i % 50, 'city', 'City' .. i % 7) end`;
  await live.redis.call('EVAL', fill, '0');
  const index = 'FT.CREATE idx:user ON HASH PREFIX 1 user: SCHEMA age NUMERIC SORTABLE city TAG';
  await live.redis.call(...(index.split(' ') as [string, ...string[]]));
  await vi.waitUntil(async () => /"percent_indexed","?1\b/.test(JSON.stringify(await live.redis.call('FT.INFO', 'idx:user'))));
});
afterAll(() => live[Symbol.asyncDispose]());

async function statsOf(text: string, of = live.session): Promise<StatementStats> {
  const result = of.query(text);
  await result.rows();
  return result.stats;
}

const SUMMED = ['roundTrips', 'bytesReceived', 'bytesSent', 'redisMicros'] as const;

describe('the stats of a statement', () => {
  it('name the commands, the server and the index of each scan', async () => {
    const stats = await statsOf("SELECT city FROM redis_hash('user:*') WHERE age = 7");
    expect(stats.scans).toMatchObject([
      {
        ...{ title: "redis_hash('user:*')", server: 'default', access: 'search', index: 'idx:user', rows: 60, keysScanned: 60 },
        commands: [expect.stringMatching(/^FT\.(SEARCH|AGGREGATE) idx:user "@age:\[7 7\]"/), 'HMGET … age city'],
      },
    ]);
    expect(stats.scans[0]?.estimatedRows).toBe(60);
    const scanned = await statsOf("SELECT city FROM redis_hash('user:*') WHERE city LIKE '%3'");
    expect(scanned.scans).toMatchObject([
      { access: 'scan', index: null, commands: ['SCAN 0 MATCH user:* COUNT 1000', 'HMGET … city'] },
    ]);
    expect(scanned.scans[0]?.examples).toEqual([
      'SCAN 0 MATCH user:* COUNT 1000',
      expect.stringMatching(/^HMGET user:\d+ city$/),
      expect.stringMatching(/^… and so on for [\d,]+ more keys$/),
    ]);
  });

  it('count a block that Redis grouped as one that was asked for', async () => {
    const text = "SELECT count(*) FROM redis_keys('*')";
    const stats = await statsOf(text);
    expect(stats.scans).toMatchObject([
      {
        ...{ title: "redis_keys('*')", access: 'aggregate', commands: ['DBSIZE'], index: null },
        rows: 1,
        keysScanned: 0,
        roundTrips: 1,
      },
    ]);
    // INFO keyspace and DBSIZE, written together: their replies, and no others.
    expect(stats.scans[0]?.bytesReceived).toBeGreaterThan(40);
    expect(stats.scans[0]?.bytesReceived).toBeLessThan(200);
    expect(stats.redisMicros).toBeGreaterThan(0);
    expect(stats.redisMicros).toBeLessThanOrEqual(stats.elapsedMs * 1000);
  });

  it('name the index that grouped', async () => {
    const stats = await statsOf("SELECT age, count(*) FROM redis_hash('user:*') WHERE age < 10 GROUP BY age");
    expect(stats.scans).toMatchObject([{ access: 'aggregate', index: 'idx:user', rows: 10, columns: ['age'] }]);
    expect(stats.scans[0]?.commands[0]).toMatch(/^FT\.AGGREGATE idx:user /);
    expect(stats.scans[0]?.bytesReceived).toBeGreaterThan(200);
  });

  it('count no block that EXPLAIN did not ask for', async () => {
    const stats = await statsOf("EXPLAIN SELECT count(*) FROM redis_keys('*')");
    expect(stats.scans).toEqual([]);
  });

  it('count samples and questions as planning, once', async () => {
    await using fresh = await connect(live.redis.url);
    const text = "SELECT city FROM redis_hash('user:*') WHERE city LIKE '%3'";
    const first = await statsOf(text, fresh);
    expect(first.planning.roundTrips).toBeGreaterThan(1);
    // A thousand keys and their fields.
    expect(first.planning.bytesReceived).toBeGreaterThan(20_000);
    expect(first.planning.redisMicros).toBeGreaterThan(0);
    const second = await statsOf(text, fresh);
    expect(second.planning.bytesReceived).toBeLessThan(5_000);
    for (const stats of [first, second]) {
      for (const name of SUMMED)
        expect(stats[name]).toBe(stats.planning[name] + stats.scans.reduce((sum, scan) => sum + scan[name], 0));
    }
    expect(await statsOf('SELECT 1', fresh)).toMatchObject({ roundTrips: 0, bytesReceived: 0, scans: [] });
  });

  it('do not count what another statement asked at the same time', async () => {
    const [sized, ...many] = await Promise.all([
      statsOf("SELECT count(*) FROM redis_keys('*')"),
      ...Array.from({ length: 10 }, (_, age) =>
        statsOf(`SELECT age, count(*) FROM redis_hash('user:*') WHERE age > ${age} GROUP BY age`),
      ),
    ]);
    expect(sized?.bytesReceived).toBeLessThan(200);
    expect(many.every(({ scans }) => scans[0]?.access === 'aggregate')).toBe(true);
  });
});
