import { describe, expect, it } from 'vitest';
import { type AggregateBlock, explainAggregate, explainScan } from '../../src/planner/index.ts';
import type { AggregateAnswer, ConjunctNote, Predicate, ScanPlan, ScanRequest, TableColumn } from '../../src/storage/index.ts';
import { goldenText } from '../support/golden-file.ts';
import { scanPlan, scanRequest, scanTask } from '../support/scans.ts';

const COLUMNS: readonly TableColumn[] = [
  { name: '_key', type: { id: 'VARCHAR' }, role: 'key' },
  { name: '_ttl', type: { id: 'BIGINT' }, role: 'ttl' },
  { name: 'age', type: { id: 'BIGINT' }, role: 'field' },
  { name: 'score', type: { id: 'DOUBLE' }, role: 'field' },
  { name: '_fields', type: { id: 'MAP', key: { id: 'VARCHAR' }, value: { id: 'VARCHAR' } }, role: 'fields' },
];
const REQUEST = scanRequest({ columns: COLUMNS, projection: [2, 3] });

function planOf(request: Partial<ScanRequest>, rest: Partial<ScanPlan> = {}): ScanPlan {
  const access = { kind: 'scan', pattern: Buffer.from('user:*') } as const;
  return scanPlan({ request: { ...REQUEST, ...request }, access, accessText: 'user:*', ...rest });
}

const OLD: Predicate = { kind: 'comparison', op: '>', column: 2, value: { type: 'BIGINT', value: 30n } };
const LOWER: Predicate = { kind: 'opaque', text: "lower(score) = 'x'", why: 'a function of the column' };
const NOTES: readonly ConjunctNote[] = [
  { predicate: OLD, where: 'index idx:user', answer: 'exact', why: null },
  {
    predicate: { kind: 'comparison', op: '=', column: 3, value: { type: 'VARCHAR', value: 'Par\nis' } },
    where: 'index idx:user',
    answer: 'inexact',
    why: 'tag ignores case',
  },
  { predicate: LOWER, where: 'DuckDB', answer: 'unsupported', why: 'no index' },
  {
    predicate: { kind: 'call', name: 'match', column: 2, args: [{ type: 'VARCHAR', value: 'a b' }] },
    where: 'index idx:user',
    answer: 'exact',
    why: null,
  },
];
const FILTER: Predicate = { kind: 'and', children: NOTES.map((note) => note.predicate) };
const SEARCH = {
  kind: 'search',
  index: 'idx:user',
  query: '@age:[(30 +inf]',
  params: [],
  sortBy: null,
  limit: null,
  form: 'cursor',
  expectedKeys: 2_830_000,
  pattern: Buffer.from('user:*'),
} as const;
const BLOCK: Pick<AggregateBlock, 'groups' | 'aggregates' | 'filter'> = {
  filter: OLD,
  groups: [
    { column: 2, bucket: null, type: { id: 'BIGINT' } },
    { column: 3, bucket: { widthMs: 300_000, originMs: 0 }, type: { id: 'TIMESTAMPTZ' } },
  ],
  aggregates: [
    { name: 'count_star', column: null, type: { id: 'BIGINT' } },
    { name: 'count_distinct', column: 3, type: { id: 'BIGINT' } },
    { name: 'avg', column: 3, type: { id: 'DOUBLE' } },
  ],
};
const ANSWERS: readonly AggregateAnswer[] = [
  {
    kind: 'rows',
    batch: { rowCount: 1234, columns: [] },
    command: 'FT.AGGREGATE idx:user @age:[(30 +inf] GROUPBY 1 @age',
    remarks: ['the index holds each value of age as a DOUBLE'],
  },
  {
    kind: 'rows',
    batch: { rowCount: 0, columns: [] },
    isDry: true,
    command: 'FT.AGGREGATE idx:user @age:[(30 +inf] GROUPBY 1 @age',
    moreCommands: ['FT.AGGREGATE idx:user "(@age:[(30 +inf]) (ismissing(@score))" GROUPBY 1 @age'],
    remarks: [],
  },
  { kind: 'refused', why: 'an index prints 12 digits of a group' },
];
const GOLDEN: Readonly<Record<string, string>> = {
  predicates: explainScan(planOf({ filter: FILTER, rowLimit: 10 }, { conjuncts: NOTES, filterAnswer: 'inexact' }), null, null),
  index: explainScan(
    planOf(
      { filter: FILTER, topN: { keys: [{ column: 2, isDescending: true, isNullsFirst: false }], rowCount: 10 } },
      {
        access: SEARCH,
        accessText: 'idx:user @age:[(30 +inf]',
        conjuncts: NOTES,
        commands: ['FT.AGGREGATE idx:user @age:[(30 +inf] LOAD 1 @__key WITHCURSOR COUNT 1000', 'HMGET … age score'],
        remarks: ['a blocking search would stop Redis for about 310 ms; max_block_ms is 100', ''],
        estimatedRows: 283_000.4,
        advice: { command: 'FT.CREATE idx:user2 ON HASH PREFIX 1 user: SCHEMA age NUMERIC', saving: 'about 2 s of 3 s' },
      },
    ),
    {
      keysScanned: 0,
      rows: 280_000,
      recheckedAway: 3000,
      bytesReceived: 9_000_000,
      roundTrips: 300,
      batches: 35,
      indexFallbacks: 1,
    },
    1412,
  ),
  element: explainScan(
    planOf(
      { source: 'zset', pattern: "it's\u2028", projection: [0, 3] },
      {
        access: { kind: 'keys', keys: [Buffer.from('board')] },
        accessText: 'board',
        commands: ['ZRANGE board 0 9 REV WITHSCORES'],
      },
    ),
    null,
    null,
  ),
  aggregates: ANSWERS.map((answer) =>
    explainAggregate("redis_hash('user:*')", BLOCK, answer, ['_key', '_ttl', 'age', 'score']),
  ).join('\n'),
};

describe('explainScan', () => {
  it('says what will be asked', () => {
    expect(explainScan(planOf({}), null, null)).toBe(
      ["redis_hash('user:*')  server default", '  access    SCAN MATCH user:*', '  fields    age, score (HMGET)'].join('\n'),
    );
  });

  it('says that Redis leaves out other types where no field tells them', () => {
    expect(explainScan(planOf({ projection: [0] }), null, null)).toContain('  access    SCAN MATCH user:* TYPE hash\n');
    expect(explainScan(planOf({ projection: [0], onError: 'skip' }), null, null)).toContain('  access    SCAN MATCH user:*\n');
  });

  it('says what was read', () => {
    const counters = {
      keysScanned: 1_000_000n,
      rows: 12,
      bytesReceived: 5,
      roundTrips: 3n,
      batches: 1,
      skippedKeys: 0,
      vanishedKeys: 2,
    };
    const text = explainScan(planOf({ onError: 'skip' }), counters, 1234.4);
    expect(text).toContain('  on error  skip\n');
    expect(text).toContain(
      '  read      keys scanned 1,000,000, rows fetched 12, bytes received 5, round trips 3, batches 1, skipped keys (another type) 0, vanished keys 2\n',
    );
    expect(text).toMatch(/ {2}time {6}1,234 ms$/);
  });

  it.each([
    [[0], 'none'],
    [[], 'none'],
    [[1], 'none; time to live (TTL)'],
    [[2, 4], 'all fields (HGETALL)'],
  ])('names the fields of %j', (projection, fields) => {
    expect(explainScan(planOf({ projection }), null, null)).toContain(`  fields    ${fields}`);
  });

  it('shows filter and keys', () => {
    const filter = { kind: 'in', column: 0, values: [{ type: 'VARCHAR', value: "it's" }] } as const;
    const access = { kind: 'keys', keys: [Buffer.from("it's")] } as const;
    const text = explainScan(planOf({ filter }, { access, accessText: "it's", filterAnswer: 'exact' }), null, null);
    expect(text).toContain("  access    1 key, no SCAN: it's\n");
    expect(text).toContain("  filter    _key IN ('it''s')  (pushed, exact; re-checked by DuckDB)");
  });

  it('tells a limit that ends the scan from one that DuckDB counts', () => {
    const access = { kind: 'scan', pattern: Buffer.from('user:*') } as const;
    const tasks = [scanTask({ access, columns: [], rowLimit: 10 })];
    expect(explainScan(planOf({ rowLimit: 10 }, { tasks }), null, null)).toContain('  limit     stops after 10 rows');
    expect(explainScan(planOf({ rowLimit: 1 }), null, null)).toContain('  limit     1 row, counted by DuckDB');
  });

  it('divides the time where the waiting was counted', () => {
    const text = explainScan(planOf({}), { rows: 5, recheckedAway: 0n, redisMicros: 30_000 }, 50);
    expect(text).toContain('rows fetched 5, rows re-checked away 0\n');
    expect(text).toMatch(/time {6}50 ms: 30 ms in Redis and on the way, 20 ms outside$/);
  });

  it.each(['predicates', 'index', 'element', 'aggregates'])('explains as written down: %s', (name) => {
    const text = GOLDEN[name] ?? '';
    expect(text).toBe(goldenText(`explain/${name}.txt`, text));
  });

  it('keeps to its own lines whatever the pattern holds', () => {
    const text = explainScan(planOf({ pattern: "a\n'\u001b[31m" }, { accessText: 'a\r\n' }), null, null);
    expect(text.split('\n')).toHaveLength(3);
    expect(text).toContain(String.raw`redis_hash('a\x0a''\x1b[31m')`);
  });
});
