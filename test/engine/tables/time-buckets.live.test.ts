import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LiveTables, startTables } from '../../support/live-tables.ts';

let tables: LiveTables;

beforeAll(async () => {
  tables = await startTables({}, { modules: true });
  for (const [key, sensor, from] of [
    ['t:1', 'a', 0],
    ['t:2', 'b', 1_700_000_000_000],
    ['t:3', 'a', 1_700_000_000_000],
  ] as const) {
    await tables.redis.call('TS.CREATE', key, 'LABELS', 'sensor', sensor);
    const samples = Array.from({ length: 1500 }, (_, i) => [String(from + i * 7919), String(Math.sin(i) * 1000)]);
    await tables.redis.callAll(samples.map((sample) => ['TS.ADD', key, ...sample]));
  }
});
afterAll(async () => {
  await tables[Symbol.asyncDispose]();
});

const FROM = `redis_timeseries('t:*', columns => {'sensor': 'VARCHAR'})`;
const SINCE = `_ts >= TIMESTAMPTZ '2023-11-14 22:20:00.0005+00'`;

describe('time_bucket over redis_timeseries', () => {
  it.each([
    `SELECT _key, time_bucket(INTERVAL '5 minutes', _ts) AS b, avg(value), min(value), max(value), sum(value), count(*), count(value) FROM ${FROM} GROUP BY ALL ORDER BY ALL`,
    `SELECT _key, time_bucket(INTERVAL '1 hour', _ts) AS b, first(value), last(value) FROM ${FROM} WHERE ${SINCE} GROUP BY ALL ORDER BY ALL`,
    `SELECT time_bucket(INTERVAL '90 seconds', _ts) AS b, avg(value) FROM redis_timeseries('t:2', columns => {'sensor': 'VARCHAR'}) GROUP BY b ORDER BY b`,
    `SELECT sensor, _key, count(*) AS n FROM ${FROM} WHERE sensor = 'a' GROUP BY ALL HAVING count(*) > 0 ORDER BY ALL`,
    `SELECT _key, time_bucket(INTERVAL '7 days', _ts) AS b, sum(value) / count(*) AS mean FROM ${FROM} GROUP BY _key, b ORDER BY ALL`,
    `SELECT _key, time_bucket(INTERVAL '1 minute', _ts, TIMESTAMPTZ '2020-01-01 00:00:07+00') AS b, max(value) FROM ${FROM} WHERE _key = 't:3' GROUP BY ALL ORDER BY ALL`,
  ])('asks Redis for the buckets: %s', async (text) => {
    expect((await tables.rows(text)).length).toBeGreaterThan(0);
    const commands = (await tables.commands(text)).filter((command) => command.startsWith('TS.RANGE'));
    expect(commands.length).toBeGreaterThan(0);
    expect(commands.filter((command) => !command.includes(' AGGREGATION '))).toEqual([]);
  });

  it.each([
    `SELECT time_bucket(INTERVAL '5 minutes', _ts) AS b, avg(value) FROM ${FROM} GROUP BY b ORDER BY b`,
    `SELECT sensor, time_bucket(INTERVAL '5 minutes', _ts) AS b, count(*) FROM ${FROM} GROUP BY ALL ORDER BY ALL`,
    `SELECT _key, time_bucket(INTERVAL '1 month', _ts) AS b, count(*) FROM ${FROM} GROUP BY ALL ORDER BY ALL`,
    `SELECT _key, avg(value) FILTER (WHERE value > 0) FROM ${FROM} GROUP BY _key ORDER BY ALL`,
    `SELECT _key, avg(value) FROM ${FROM} WHERE value > 0 GROUP BY _key ORDER BY ALL`,
    `SELECT _key, count(DISTINCT value) FROM ${FROM} GROUP BY _key ORDER BY ALL`,
    `SELECT _key, stddev(value) FROM ${FROM} GROUP BY _key ORDER BY ALL`,
    `SELECT avg(value) FROM ${FROM} WHERE _key = 't:none'`,
  ])('leaves to DuckDB what buckets of Redis do not say: %s', async (text) => {
    expect((await tables.rows(text)).length).toBeGreaterThan(0);
    const commands = (await tables.commands(text)).filter((command) => command.startsWith('TS.RANGE'));
    expect(commands.filter((command) => command.includes(' AGGREGATION '))).toEqual([]);
  });
});
