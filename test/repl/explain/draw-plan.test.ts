import { describe, expect, it } from 'vitest';
import type { ExplainedPlan, ExplainedScan, PlanNode } from '../../../src/engine/index.ts';
import { displayWidth, paletteOf } from '../../../src/output/index.ts';
import { drawPlan } from '../../../src/repl/explain/draw-plan.ts';

const plain = paletteOf(false);

function node(name: string, changes: Partial<PlanNode> = {}): PlanNode {
  return { name, details: [], estimatedRows: null, rows: null, elapsedMs: null, scan: null, children: [], ...changes };
}

const SCAN: ExplainedScan = {
  title: "redis_hash('user:*')",
  server: 'default',
  access: 'scan',
  lines: [
    ['access', 'SCAN MATCH user:*'],
    ['fields', 'age, city (HMGET)'],
    ['filter', 'age > 30 → DuckDB: only a search index finds values'],
  ],
  commands: ['SCAN 0 MATCH user:* COUNT 1000', 'HMGET … age city'],
  index: null,
  estimatedRows: 1_200_000,
  estimatedKeys: 4_000_000,
  actual: null,
  advice: null,
};
const ACTUAL = {
  rows: 1_204,
  keysScanned: 12_408,
  walkedMillionths: 1e6,
  roundTrips: 41,
  bytesReceived: 96_000,
  redisMs: 18,
  elapsedMs: 40,
};
const ADVICE = { command: 'FT.CREATE idx:user ON HASH PREFIX 1 user: SCHEMA age NUMERIC', saving: '4.0M keys → 1.2k' };

function plan(root: PlanNode | null, scans: readonly ExplainedScan[] = [], elapsedMs: number | null = null): ExplainedPlan {
  return { schema: [], root, scans, elapsedMs, notes: [], stats: null };
}

const groups = node('HASH_GROUP_BY', {
  details: [
    ['Groups', 'city'],
    ['Aggregates', 'count_star()'],
  ],
  children: [node('FILTER', { details: [['Expression', '(age > 30)']], children: [node('REDIS', { scan: 0 })] })],
});

const ran = node('HASH_JOIN', {
  details: [['Conditions', 'a = b\nc = d']],
  rows: 90,
  estimatedRows: 100,
  elapsedMs: 30,
  children: [
    node('REDIS', { scan: 0, rows: 1_204, elapsedMs: 60 }),
    node('PROJECTION', { rows: 1, elapsedMs: 0, children: [node('RANGE', { rows: 1, estimatedRows: 1, elapsedMs: 10 })] }),
  ],
});

describe('drawPlan', () => {
  it('draws a plan that has not run', () => {
    expect(drawPlan(plan(groups, [SCAN]), { columns: 80, palette: plain })).toBe(
      `HASH GROUP BY  city · count_star()
└─ FILTER  (age > 30)
   └─ redis_hash('user:*')  SCAN  est 1.2M rows
        looks at all 4.0M keys
        fields age, city (HMGET)
        filter age > 30 → DuckDB: only a search index finds values
        > SCAN 0 MATCH user:* COUNT 1000
        > HMGET … age city
`,
    );
  });

  it('draws what each operator took, and marks estimates that were far off', () => {
    const scans = [{ ...SCAN, actual: ACTUAL, advice: ADVICE }];
    expect(drawPlan(plan(ran, scans, 104), { columns: 100, palette: plain })).toBe(
      `HASH JOIN  a = b, c = d          30 ms  ██▍             est 100 → 90 rows
├─ redis_hash('user:*')  SCAN    60 ms  ████▊     est 1.2M → 1,204 rows !
│    4,000,000 keys walked, 12,408 matched · 41 round trips · 96 kB · Redis 18 ms
│    fields age, city (HMGET)
│    filter age > 30 → DuckDB: only a search index finds values
│    > SCAN 0 MATCH user:* COUNT 1000
│    > HMGET … age city
└─ PROJECTION                   0.0 ms                              1 row
   └─ RANGE                      10 ms  ▊                   est 1 → 1 row
104 ms in all
try: FT.CREATE idx:user ON HASH PREFIX 1 user: SCHEMA age NUMERIC
     4.0M keys → 1.2k
`,
    );
  });

  it.each([36, 40, 52, 60, 72, 80, 120])('fits a window of %i columns', (columns) => {
    const scans = [{ ...SCAN, actual: ACTUAL, title: `redis_hash('${'日本'.repeat(30)}:*')` }];
    const lines = drawPlan(plan(ran, scans, 104), { columns, palette: plain }).split('\n');
    expect(lines.filter((line) => displayWidth(line) > columns)).toEqual([]);
    expect(lines.join('\n')).toContain('30 ms');
    expect(lines.join('\n')).toContain('1,204 rows');
  });

  it('puts numbers under their operator in a narrow window', () => {
    const scans = [{ ...SCAN, actual: ACTUAL, lines: [], commands: [] }];
    expect(drawPlan(plan(ran, scans), { columns: 36, palette: plain })).toBe(
      `HASH JOIN  a = b, c = d
  30 ms · est 100 → 90 rows
├─ redis_hash('user:*')  SCAN
│    60 ms · est 1.2M → 1,204 rows !
│    4,000,000 keys walked, 12,408
│      matched · 41 round trips · 96
│      kB · Redis 18 ms
└─ PROJECTION
     0.0 ms · 1 row
   └─ RANGE
        10 ms · est 1 → 1 row
`,
    );
  });

  it('draws scans that have no operator, as Redis groups them', () => {
    const scan: ExplainedScan = {
      ...SCAN,
      access: 'aggregate',
      index: 'idx:user',
      server: 'cache',
      lines: [['groups', 'city']],
      commands: ['FT.AGGREGATE idx:user * GROUPBY 1 @city'],
      estimatedKeys: null,
      estimatedRows: null,
    };
    expect(drawPlan(plan(node('COLUMN_DATA_SCAN'), [scan]), { columns: 80, palette: plain })).toBe(
      `COLUMN DATA SCAN
redis_hash('user:*')  grouped by Redis on cache, index idx:user
  groups city
  > FT.AGGREGATE idx:user * GROUPBY 1 @city
`,
    );
  });

  it('says that there is no plan', () => {
    expect(drawPlan(plan(null), { columns: 80, palette: plain })).toBe('No plan: DuckDB carries this statement out as it is.\n');
  });

  it('lets nothing of Redis or of the statement command the terminal', () => {
    const evil = '\u001b]0;x\u0007\u202e\n';
    const scan = { ...SCAN, title: evil, index: evil, server: evil, commands: [evil], advice: { command: evil, saving: evil } };
    const lines: ExplainedScan['lines'] = [['filter', evil]];
    const root = node(evil, { details: [[evil, evil]], children: [node('SCAN', { scan: 0 })] });
    const drawn = drawPlan(plan(root, [{ ...scan, lines }]), { columns: 80, palette: plain });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(drawn.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
  });

  it('says the same in colours', () => {
    const scans = [{ ...SCAN, actual: ACTUAL, advice: ADVICE }];
    const drawn = drawPlan(plan(ran, scans, 104), { columns: 100, palette: paletteOf(true) });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is taken out
    expect(drawn.replace(/\u001b\[[\d;]*m/g, '')).toBe(drawPlan(plan(ran, scans, 104), { columns: 100, palette: plain }));
    expect(drawn).toContain('\u001b[33m');
  });

  it('shows an advice once, and never cuts it', () => {
    const scans = [SCAN, SCAN].map((scan) => ({
      ...scan,
      advice: { ...ADVICE, command: `${ADVICE.command} ${'x'.repeat(100)}` },
    }));
    const root = node('JOIN', { children: [node('A', { scan: 0 }), node('B', { scan: 1 })] });
    const lines = drawPlan(plan(root, scans), { columns: 60, palette: plain }).split('\n');
    expect(lines.filter((line) => line.startsWith('try: '))).toEqual([`try: ${scans[0]?.advice.command}`]);
  });
});
