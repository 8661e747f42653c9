import { describe, expect, it } from 'vitest';
import {
  type AggregateCall,
  type AggregateGroup,
  type Constant,
  DEFAULT_SCAN_SETTINGS,
  type FilterAnswer,
  type Predicate,
  type ScanPlan,
  type ScanRequest,
} from '../../src/storage/index.ts';
import { bindCall, scanRequest, source } from '../support/scans.ts';

const { columns } = bindCall('timeseries', ['t:*'], { columns: { sensor: 'VARCHAR', unit: 'BIGINT', 'q=q': 'VARCHAR' } });
const [KEY, TS, VALUE, SENSOR, UNIT, ODD] = [0, 1, 2, 3, 4, 5];

const request = (filter: Predicate | null, more: Partial<ScanRequest> = {}): ScanRequest =>
  scanRequest({ source: 'timeseries', pattern: 't:*', columns, projection: [KEY, TS, VALUE], filter, ...more });
const planned = (filter: Predicate | null, more: Partial<ScanRequest> = {}): ScanPlan =>
  source('timeseries').plan(request(filter, more), null);

const text = (value: string | null): Constant => ({ type: 'VARCHAR', value });
const micros = (value: bigint): Constant => ({ type: 'TIMESTAMP WITH TIME ZONE', value });
type Op = Extract<Predicate, { kind: 'comparison' }>['op'];
const ts = (op: Op, value: bigint): Predicate => ({ kind: 'comparison', op, column: TS, value: micros(value) });
const is = (value: string | null, column = SENSOR): Predicate => ({ kind: 'comparison', op: '=', column, value: text(value) });
const isIn = (...values: (string | null)[]): Predicate => ({ kind: 'in', column: SENSOR, values: values.map(text) });
const all = (...children: Predicate[]): Predicate => ({ kind: 'and', children });
const any = (...children: Predicate[]): Predicate => ({ kind: 'or', children });

function shownAccess({ access }: ScanPlan): string {
  if (access.kind === 'series') return `series ${access.filters.join(' ')} of ${Buffer.from(access.pattern).toString()}`;
  if (access.kind === 'keys') return `keys ${access.keys.map((key) => Buffer.from(key).toString()).join(' ')}`;
  return access.kind === 'scan' ? `scan ${Buffer.from(access.pattern).toString()}` : access.kind;
}

const shownRange = ({ tasks: [task] }: ScanPlan): string => {
  const range = task?.range;
  if (range?.kind !== 'times') return 'none';
  return `${range.from} ${range.to}${range.isReversed ? ' reversed' : ''}${task?.rowsPerKey == null ? '' : ` ${task.rowsPerKey}`}`;
};

/** A test's name from what it filters by. */
const named = (filter: Predicate | null): string =>
  JSON.stringify(filter, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value));

const END = '9223372036854775';

describe('redis_timeseries, bound', () => {
  it('has its own columns, captures and labels', () => {
    const call = bindCall('timeseries', ['t:{room}'], { columns: { value: 'VARCHAR', _ts: 'DATE' } }, null, ['_ttl']);
    expect(call.columns.map(({ name, type, role }) => `${name} ${type.id} ${role}`)).toEqual([
      '_key VARCHAR key',
      '_ttl BIGINT ttl',
      '_ts TIMESTAMPTZ part',
      'value DOUBLE part',
      'room VARCHAR capture',
      'value_2 VARCHAR field',
      '_ts_2 DATE field',
    ]);
    expect(() => bindCall('timeseries', ['t:*'], { index: 'x' })).toThrow(/redis_timeseries has no argument «index»/);
  });
});

describe('timeseriesSource', () => {
  it.each<[string, Predicate | null, string, FilterAnswer]>(
    (
      [
        [null, '- +', 'exact'],
        // µs between two ms: the ms that lie in it, no more and no fewer.
        [ts('>', 1_000_000n), `1001 ${END}`, 'exact'],
        [ts('>', 999_999n), `1000 ${END}`, 'exact'],
        [ts('>', 1_000_001n), `1001 ${END}`, 'exact'],
        [ts('>=', 1_000_000n), `1000 ${END}`, 'exact'],
        [ts('>=', 1_000_001n), `1001 ${END}`, 'exact'],
        [ts('<', 1_000_000n), '- 999', 'exact'],
        [ts('<', 1_000_001n), '- 1000', 'exact'],
        [ts('<=', 1_000_000n), '- 1000', 'exact'],
        [ts('<=', 999_999n), '- 999', 'exact'],
        [ts('=', 5_000n), '5 5', 'exact'],
        [ts('=', 5_001n), '- +', 'exact'],
        [ts('<', 0n), '- +', 'exact'],
        [ts('>', -5n), `- ${END}`, 'exact'],
        [ts('<', -1n), '- +', 'exact'],
        [ts('<', 9_223_372_036_854_775_807n), `- ${END}`, 'exact'],
        [ts('<>', 5_000n), '- +', 'unsupported'],
        [all(ts('>=', 2_000n), ts('<', 9_000n)), '2 8', 'exact'],
        [all(ts('>', 9_000n), ts('<', 2_000n)), '- +', 'exact'],
        [any(ts('=', 2_000n), ts('=', 5_000n)), '2 5', 'inexact'],
        [any(ts('<', 3_000n), ts('>=', 3_000n)), `- ${END}`, 'exact'],
        [{ kind: 'isNull', column: TS }, '- +', 'exact'],
        [{ kind: 'isNotNull', column: TS }, '- +', 'exact'],
        [{ kind: 'comparison', op: '=', column: VALUE, value: { type: 'DOUBLE', value: 1 } }, '- +', 'unsupported'],
        [{ kind: 'comparison', op: '>', column: TS, value: { type: 'DATE', value: 1n } }, '- +', 'unsupported'],
      ] as [Predicate | null, string, FilterAnswer][]
    ).map(([filter, ...rest]) => [named(filter), filter, ...rest]),
  )('reads the times of %s', (_, filter, range, answer) => {
    const plan = planned(filter);
    expect([shownRange(plan), plan.filterAnswer]).toEqual([range, answer]);
    expect(source('timeseries').classify(filter ?? { kind: 'opaque', text: '' }, request(null))).toBe(
      filter === null ? 'unsupported' : answer,
    );
  });

  it('reads nothing where no time can be', () => {
    for (const filter of [
      ts('=', 5_001n),
      ts('<', 0n),
      all(ts('>', 9_000n), ts('<', 2_000n)),
      { kind: 'isNull', column: TS } as const,
    ]) {
      expect(planned(filter).access).toEqual({ kind: 'empty' });
    }
  });

  it.each<[string, Predicate, string, FilterAnswer]>(
    (
      [
        [is('a'), 'series sensor=a of t:*', 'exact'],
        [is('a b.C-1:ü/x'), 'series sensor=a b.C-1:ü/x of t:*', 'exact'],
        [isIn('a', 'b', null, 'a'), 'series sensor=(a,b) of t:*', 'exact'],
        [isIn('a'), 'series sensor=a of t:*', 'exact'],
        [is(null), 'empty', 'exact'],
        [all(is('a'), is('b')), 'empty', 'exact'],
        [any(is('a'), is('b')), 'series sensor=(a,b) of t:*', 'exact'],
        [all(is('a'), ts('>', 0n)), 'series sensor=a of t:*', 'exact'],
        [all(is('a'), { kind: 'comparison', op: '=', column: KEY, value: text('t:1') }), 'keys t:1', 'exact'],
        [all(is('a'), { kind: 'prefix', column: KEY, prefix: 't:1' }), 'series sensor=a of t:1*', 'exact'],
        // An empty label is none; the others would be read as something else in a FILTER.
        [is(''), 'scan t:*', 'unsupported'],
        [isIn('a', ''), 'scan t:*', 'unsupported'],
        ...['a,b', 'a=b', '(a)', 'a)', 'a"b', "a'b", 'a!b', ' a', 'a ', 'a\\b', 'a\nb', '\u0000'].map(
          (value): [Predicate, string, FilterAnswer] => [is(value), 'scan t:*', 'unsupported'],
        ),
        [is('a', ODD), 'scan t:*', 'unsupported'],
        [{ kind: 'comparison', op: '=', column: UNIT, value: { type: 'BIGINT', value: 7n } }, 'scan t:*', 'unsupported'],
        [{ kind: 'comparison', op: '<>', column: SENSOR, value: text('a') }, 'scan t:*', 'unsupported'],
        [{ kind: 'prefix', column: SENSOR, prefix: 'a' }, 'scan t:*', 'unsupported'],
        [{ kind: 'isNull', column: SENSOR }, 'scan t:*', 'unsupported'],
        [{ kind: 'not', child: is('a') }, 'scan t:*', 'unsupported'],
        [any(is('a'), ts('>', 0n)), 'scan t:*', 'unsupported'],
      ] as [Predicate, string, FilterAnswer][]
    ).map(([filter, ...rest]) => [named(filter), filter, ...rest]),
  )('finds the series of %s', (_, filter, access, answer) => {
    const plan = planned(filter);
    expect([shownAccess(plan), plan.filterAnswer]).toEqual([access, answer]);
  });

  it('tells the worker which labels to check, also where keys come otherwise', () => {
    const labels = JSON.stringify([['sensor', ['a']]]);
    expect(planned(is('a')).tasks[0]?.options).toEqual({ labels });
    const settings = { ...DEFAULT_SCAN_SETTINGS, useIndexes: false };
    expect(planned(is('a'), { settings })).toMatchObject({
      access: { kind: 'scan' },
      filterAnswer: 'exact',
      tasks: [{ options: { labels } }],
    });
    expect(planned(is('a'), { pattern: 't:[ä-ö]*' }).access.kind).toBe('scan');
    const off = { ...DEFAULT_SCAN_SETTINGS, pushdownFilters: false };
    expect(planned(is('a'), { settings: off })).toMatchObject({
      access: { kind: 'scan' },
      filterAnswer: 'unsupported',
      tasks: [{ options: {} }],
    });
  });

  const byTime = (isDescending: boolean, ...before: number[]) => ({
    keys: [...before, TS].map((column) => ({ column, isDescending, isNullsFirst: false })),
    rowCount: 5,
  });

  it.each<[string, Partial<ScanRequest>, Predicate | null, string]>([
    ['newest first', { topN: byTime(true) }, null, '- + reversed 5'],
    ['oldest first', { topN: byTime(false) }, null, '- + 5'],
    ['by series, then newest first', { topN: byTime(true, KEY, SENSOR) }, null, '- + reversed 5'],
    ['by value first', { topN: byTime(true, VALUE) }, null, '- +'],
    ['an exact filter', { topN: byTime(true) }, all(is('a'), ts('<', 9_000n)), '- 8 reversed 5'],
    ['a filter to check', { topN: byTime(true) }, { kind: 'opaque', text: 'x' }, '- +'],
    ['orders off', { topN: byTime(true), settings: { ...DEFAULT_SCAN_SETTINGS, pushdownOrder: false } }, null, '- +'],
    ['rows that may be left out', { topN: byTime(true), onError: 'skip' }, null, '- +'],
    ['times that may be NULL', { topN: byTime(true), onError: 'null' }, null, '- +'],
    ['times that are bounded', { topN: byTime(true), onError: 'null' }, ts('<', 9_000n), '- 8 reversed 5'],
    ['a limit', { rowLimit: 7 }, null, '- + 7'],
    ['a limit of none', { rowLimit: 0 }, null, '- + 1'],
    ['limits off', { rowLimit: 7, settings: { ...DEFAULT_SCAN_SETTINGS, pushdownLimits: false } }, null, '- +'],
  ])('reads no more than is needed: %s', (_, more, filter, range) => {
    expect(shownRange(planned(filter, more))).toBe(range);
  });

  it('names its commands', () => {
    expect(planned(is('a'), { projection: [TS, SENSOR], topN: byTime(true) }).commands).toEqual([
      'TS.QUERYINDEX sensor=a',
      'TS.INFO …',
      'TS.REVRANGE … - + COUNT 5',
    ]);
    expect(planned(ts('>=', 5_000n)).commands).toEqual(['SCAN 0 MATCH t:* COUNT 1000', `TS.RANGE … 5 ${END}`]);
  });
});

describe('buckets', () => {
  const bucket = (widthMs: number, originMs = 0): AggregateGroup => ({
    column: TS,
    bucket: { widthMs, originMs },
    type: { id: 'TIMESTAMPTZ' },
  });
  const key: AggregateGroup = { column: KEY, bucket: null, type: { id: 'VARCHAR' } };
  const sensor: AggregateGroup = { column: SENSOR, bucket: null, type: { id: 'VARCHAR' } };
  const call = (name: AggregateCall['name'], column: number | null = VALUE): AggregateCall => ({
    ...{ name, column },
    type: { id: name === 'count' || name === 'count_star' || name === 'count_distinct' ? 'BIGINT' : 'DOUBLE' },
  });
  const aggregated = (
    groups: AggregateGroup[],
    aggregates: AggregateCall[],
    filter: Predicate | null = null,
    more: Partial<ScanRequest> = {},
  ) => source('timeseries').planAggregate?.({ scan: request(filter, { projection: [], ...more }), groups, aggregates }) ?? null;
  const planOf = (plan: ScanPlan | string | null): ScanPlan | null => (typeof plan === 'string' ? null : plan);

  it('asks for a command an aggregator, each once, in the order of the columns', () => {
    const plan = planOf(
      aggregated(
        [bucket(300_000, 946_857_600_000), key, sensor],
        [call('avg'), call('count_star', null), call('count', TS), call('max')],
        ts('<', 9_000n),
      ),
    );
    expect(plan?.commands).toEqual([
      'SCAN 0 MATCH t:* COUNT 1000',
      'TS.INFO …',
      'TS.RANGE … - 8 ALIGN 0 AGGREGATION avg 300000',
      'TS.RANGE … - 8 ALIGN 0 AGGREGATION count 300000',
      'TS.RANGE … - 8 ALIGN 0 AGGREGATION max 300000',
    ]);
    expect(plan?.request.columns.map(({ name, role, part, aggregate, type }) => [name, role, part, aggregate, type.id])).toEqual([
      ['__g0', 'part', 'ts', undefined, 'TIMESTAMPTZ'],
      ['__g1', 'key', undefined, undefined, 'VARCHAR'],
      ['__g2', 'field', undefined, undefined, 'VARCHAR'],
      ['__a0', 'part', 'value', 0, 'DOUBLE'],
      ['__a1', 'part', 'value', 1, 'BIGINT'],
      ['__a2', 'part', 'value', 1, 'BIGINT'],
      ['__a3', 'part', 'value', 2, 'DOUBLE'],
    ]);
    expect(plan).toMatchObject({ filterAnswer: 'exact', request: { projection: [0, 1, 2, 3, 4, 5, 6], filter: null } });
  });

  it('lines buckets up with the origin', () => {
    const week = 7 * 86_400_000;
    expect(planOf(aggregated([bucket(week, 946_857_600_000), key], [call('sum')]))?.tasks[0]?.range).toMatchObject({
      bucket: { widthMs: week, alignMs: 4 * 86_400_000, aggregators: ['sum'] },
    });
    expect(planOf(aggregated([bucket(1_000, -250), key], [call('sum')]))?.tasks[0]?.range).toMatchObject({
      bucket: { alignMs: 750 },
    });
  });

  it.each<[string, ScanPlan | string | null]>([
    ['a bucket of each series', aggregated([bucket(1000), key], [call('first'), call('last'), call('min')])],
    ['no bucket: all of a series', aggregated([key], [call('avg')])],
    [
      'one series by name',
      aggregated([bucket(1000)], [call('avg')], { kind: 'comparison', op: '=', column: KEY, value: text('t:1') }),
    ],
    ['one series by pattern', aggregated([bucket(1000)], [call('avg')], null, { pattern: 't:1' })],
    ['groups without aggregates', aggregated([bucket(1000), key], [])],
    ['labels that are certain', aggregated([bucket(1000), key], [call('avg')], is('a'))],
  ])('answers %s', (_, plan) => {
    expect(planOf(plan)?.tasks[0]?.range).toMatchObject({ kind: 'times', bucket: expect.anything() });
  });

  const OWN_SERIES = 'Redis aggregates each series by itself: _key must be among the groups, or be one key';
  it.each<[string, string, ScanPlan | string | null]>([
    ['several series in a group', OWN_SERIES, aggregated([bucket(1000)], [call('avg')])],
    ['series by a label', OWN_SERIES, aggregated([bucket(1000), sensor], [call('avg')])],
    ['no group', 'Redis gives a row a bucket: without', aggregated([], [call('avg')], null, { pattern: 't:1' })],
    ['distinct values', 'TS.RANGE has no count of distinct of value', aggregated([key], [call('count_distinct')])],
    ['labels counted', 'TS.RANGE has no count of sensor', aggregated([key], [call('count', SENSOR)])],
    [
      'times aggregated',
      'TS.RANGE has no max of _ts',
      aggregated([key], [{ name: 'max', column: TS, type: { id: 'TIMESTAMPTZ' } }]),
    ],
    [
      'groups by value',
      'value differs within a series',
      aggregated([key, { column: VALUE, bucket: null, type: { id: 'DOUBLE' } }], [call('avg')]),
    ],
    [
      'groups by time itself',
      '_ts differs within a series',
      aggregated([key, { column: TS, bucket: null, type: { id: 'TIMESTAMPTZ' } }], [call('avg')]),
    ],
    ['two widths', 'TS.RANGE has buckets of one width', aggregated([key, bucket(1000), bucket(2000)], [call('avg')])],
    ['parts of a ms', 'buckets of TS.RANGE are of whole milliseconds', aggregated([key, bucket(0.5)], [call('avg')])],
    [
      'a type of its own',
      'TS.RANGE gives _ts as TIMESTAMPTZ, not as TIMESTAMP',
      aggregated([key, { ...bucket(1000), type: { id: 'TIMESTAMP' } }], [call('avg')]),
    ],
    ['a filter to check', 'the filter is not exact', aggregated([key], [call('avg')], { kind: 'opaque', text: 'x' })],
    ['a hull of times', 'the filter is not exact', aggregated([key], [call('avg')], any(ts('=', 2_000n), ts('=', 5_000n)))],
    [
      'rows that may be left out',
      "on_error => 'skip' makes other values of bad ones",
      aggregated([key], [call('avg')], null, { onError: 'skip' }),
    ],
    [
      'aggregates off',
      'pushdown_aggregates is false',
      aggregated([key], [call('avg')], null, { settings: { ...DEFAULT_SCAN_SETTINGS, pushdownAggregates: false } }),
    ],
  ])('leaves %s to DuckDB and says why', (_, why, plan) => {
    expect(plan).toEqual(expect.stringContaining(why));
  });
});
