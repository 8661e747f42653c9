/** A million samples in buckets of five minutes: on the server, against fetched and bucketed in DuckDB. */
import { startRedis } from '../../scripts/redis/start-redis.ts';
import { Contender, numberIn } from '../support/contender.ts';
import { interleave, medianMs } from '../support/interleave.ts';
import { loadRows } from '../support/load-tables.ts';
import type { Bench, Measure } from '../support/measure.ts';
import { found, type Measured } from '../support/results.ts';

const PUSHED = 'buckets on the server';
const FETCHED = 'samples fetched, buckets in DuckDB';
const SQL = `SELECT _key, time_bucket(INTERVAL '5 minutes', _ts) AS bucket, avg(value) AS mean, max(value) AS most
  FROM redis_timeseries('series:*') GROUP BY ALL`;

export const timeSeries: Measure = { name: 'time-series', needsUsers: false, isForManyRows: false, run };

async function run({ rowCount, runCount, contenders }: Bench): Promise<Measured> {
  await using redis = await startRedis();
  await loadRows(redis, 'series', rowCount);
  await using pushing = await Contender.node('statements.ts', [redis.url], contenders);
  await using fetching = await Contender.node('statements.ts', [redis.url, 'pushdown_aggregates = false'], contenders);
  const runners = [
    { name: PUSHED, run: async () => await pushing.run('batches', { sql: SQL }) },
    { name: FETCHED, run: async () => await fetching.run('batches', { sql: SQL }) },
  ];
  const outcome = await interleave(runners, runCount, redis);
  const [pushed, fetched] = [PUSHED, FETCHED].map((name) => numberIn(outcome.answers.get(name)?.[0] ?? {}, 'rows'));
  if (pushed !== fetched) throw new Error(`${pushed} buckets instead of ${fetched}`);
  const title = 'time series bucketed on the server, times faster than fetched';
  const target = { name: 'time-series', title, unit: '×', must: 10, aim: 30, isMoreBetter: true } as const;
  return { series: outcome.series, findings: [found(target, medianMs(outcome, FETCHED) / medianMs(outcome, PUSHED))] };
}
