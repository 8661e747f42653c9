import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { closeIdleSockets } from '../../src/storage/connections/idle-sockets.ts';
import type { AggregateCall, AggregateGroup, Predicate } from '../../src/storage/index.ts';
import { type RunningRedis, startRedis } from '../support/redis-server.ts';
import { runTask } from '../support/run-task.ts';
import { bindCall, scanRequest, source } from '../support/scans.ts';
import { endpointAt } from '../support/stub-redis.ts';

let redis: RunningRedis;

beforeAll(async () => {
  redis = await startRedis({ modules: true });
});
afterAll(async () => {
  closeIdleSockets();
  await redis.stop();
});
beforeEach(async () => {
  await redis.call('FLUSHALL');
});

const { columns } = bindCall('timeseries', ['t:*'], { columns: { sensor: 'VARCHAR' } });
const [KEY, TS, VALUE, SENSOR] = [0, 1, 2, 3];
const NAMES = ['avg', 'min', 'max', 'sum', 'count_star', 'first', 'last'] as const;
const CALLS = NAMES.map(
  (name): AggregateCall => ({
    ...{ name, column: name === 'count_star' ? null : VALUE },
    type: { id: name === 'count_star' ? 'BIGINT' : 'DOUBLE' },
  }),
);
const key: AggregateGroup = { column: KEY, bucket: null, type: { id: 'VARCHAR' } };
const bucket = (widthMs: number, originMs: number): AggregateGroup => ({
  column: TS,
  bucket: { widthMs, originMs },
  type: { id: 'TIMESTAMPTZ' },
});
const between = (from: number, to: number): Predicate => ({
  kind: 'and',
  children: [
    { kind: 'comparison', op: '>=', column: TS, value: { type: 'TIMESTAMP WITH TIME ZONE', value: BigInt(from) * 1000n } },
    { kind: 'comparison', op: '<', column: TS, value: { type: 'TIMESTAMP WITH TIME ZONE', value: BigInt(to) * 1000n } },
  ],
});

async function buckets(groups: readonly AggregateGroup[], calls: readonly AggregateCall[], filter: Predicate | null) {
  const scan = scanRequest({ source: 'timeseries', pattern: 't:*', columns, filter });
  const plan = source('timeseries').planAggregate?.({ scan, groups, aggregates: calls });
  const [task] = typeof plan === 'object' ? (plan?.tasks ?? []) : [];
  if (task === undefined) throw new Error('refused');
  const { rows, error } = await runTask(endpointAt(redis.port), task);
  expect(error).toBeNull();
  return rows
    .map((row) => [...row])
    .sort(([a, from], [b, to]) => String(a).localeCompare(String(b)) || Number(from) - Number(to));
}

type Sample = readonly [time: number, value: number];

/** The same by hand: as SQL says it. */
function bucketsOf(name: string, samples: readonly Sample[], widthMs: number, originMs: number): unknown[][] {
  const byStart = Map.groupBy(samples, ([time]) => Math.floor((time - originMs) / widthMs) * widthMs + originMs);
  return [...byStart].map(([start, own]) => {
    const values = own.map(([, value]) => value);
    const sum = values.reduce((total, value) => total + value, 0);
    return [
      name,
      BigInt(start) * 1000n,
      sum / values.length,
      Math.min(...values),
      Math.max(...values),
      sum,
      BigInt(values.length),
      values[0],
      values.at(-1),
    ];
  });
}

async function fill(name: string, samples: readonly Sample[], ...labels: string[]): Promise<void> {
  await redis.call('TS.CREATE', name, ...(labels.length === 0 ? [] : ['LABELS', ...labels]));
  await redis.callAll(samples.map(([time, value]) => ['TS.ADD', name, String(time), String(value)]));
}

const samplesOf = (count: number, step: number, from = 0): Sample[] =>
  Array.from({ length: count }, (_, i) => [from + i * step + (i % 3), Math.round(Math.sin(i) * 1e6) / 1e3 + 0.1]);

describe('buckets of time series', () => {
  it.each([
    [1000, 0],
    [1000, 946_857_600_000],
    [700, 946_857_600_000],
    [60_000, 250],
    [7 * 86_400_000, 946_857_600_000],
    [10, -3],
  ])('are what SQL says, of %d ms from %d', async (widthMs, originMs) => {
    const [one, two] = [samplesOf(900, 37), samplesOf(300, 611, 1_600_000_000_000)];
    await fill('t:1', one);
    await fill('t:2', two);
    await redis.call('SET', 't:text', 'x');
    expect(await buckets([key, bucket(widthMs, originMs)], CALLS, null)).toEqual([
      ...bucketsOf('t:1', one, widthMs, originMs),
      ...bucketsOf('t:2', two, widthMs, originMs),
    ]);
  });

  it('are cut by a range of times as samples are', async () => {
    const samples = samplesOf(500, 10);
    await fill('t:1', samples);
    const kept = samples.filter(([time]) => time >= 1003 && time < 3997);
    expect(await buckets([key, bucket(1000, 0)], CALLS, between(1003, 3997))).toEqual(bucketsOf('t:1', kept, 1000, 0));
    expect(await buckets([key, bucket(1000, 0)], CALLS, between(90_000, 99_000))).toEqual([]);
  });

  it('come in pieces where there are many', async () => {
    const samples = Array.from({ length: 25_000 }, (_, i): Sample => [i * 10, i % 100]);
    await redis.call('EVAL', `for i = 0, 24999 do redis.call('TS.ADD', 't:1', i * 10, i % 100) end`, '0');
    expect(await buckets([key, bucket(20, 0)], CALLS, null)).toEqual(bucketsOf('t:1', samples, 20, 0));
  });

  it('are one where there is no width, and none of an empty series', async () => {
    const samples = samplesOf(100, 10);
    await fill('t:1', samples, 'sensor', 'a');
    await fill('t:2', [], 'sensor', 'b');
    const sum = samples.reduce((total, [, value]) => total + value, 0);
    const calls = CALLS.filter(({ name }) => name === 'sum' || name === 'count_star');
    const sensor: AggregateGroup = { column: SENSOR, bucket: null, type: { id: 'VARCHAR' } };
    expect(await buckets([key, sensor], calls, null)).toEqual([['t:1', 'a', sum, 100n]]);
  });

  it('are those of the series whose labels are asked for', async () => {
    for (const [name, label] of [
      ['t:1', 'a'],
      ['t:2', 'b'],
      ['t:3', 'a'],
      ['other', 'a'],
    ] as const)
      await fill(name, [[1, 1]], 'sensor', label);
    const filter: Predicate = { kind: 'comparison', op: '=', column: SENSOR, value: { type: 'VARCHAR', value: 'a' } };
    const calls = CALLS.filter(({ name }) => name === 'count_star');
    expect(await buckets([key], calls, filter)).toEqual([
      ['t:1', 1n],
      ['t:3', 1n],
    ]);
  });

  it('count above a million as doubles print them', async () => {
    await redis.call('EVAL', `for i = 1, 1000000 do redis.call('TS.ADD', 't:1', i, 1) end`, '0');
    const calls = CALLS.filter(({ name }) => name === 'count_star' || name === 'sum');
    expect(await buckets([key], calls, null)).toEqual([['t:1', 1_000_000, 1_000_000n]]);
  });
});
