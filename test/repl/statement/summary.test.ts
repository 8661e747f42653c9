import { describe, expect, it } from 'vitest';
import type { ScanStat, StatementStats } from '../../../src/engine/index.ts';
import { closingLines, type Outcome, summaryText } from '../../../src/repl/statement/summary.ts';

const COUNTERS = {
  keysScanned: 0,
  rows: 0,
  bytesReceived: 0,
  bytesSent: 0,
  roundTrips: 0,
  batches: 0,
  skippedKeys: 0,
  duplicateKeys: 0,
  vanishedKeys: 0,
  badValues: 0,
  driftedKeys: 0,
  indexFallbacks: 0,
  redisMicros: 0,
  forbiddenKeys: 0,
  walkedMillionths: 0,
};
const NOTHING: StatementStats = { ...COUNTERS, elapsedMs: 0, scans: [], notes: [], planning: COUNTERS };
const SCAN: ScanStat = {
  ...COUNTERS,
  keysScanned: 12_408,
  title: "redis_hash('user:*')",
  server: 'default',
  access: 'scan',
  accessText: 'user:*',
  commands: [],
  examples: [],
  index: null,
  estimatedRows: null,
  columns: [],
};
const READ: StatementStats = {
  ...NOTHING,
  keysScanned: 12_408,
  roundTrips: 41,
  bytesReceived: 96_000,
  redisMicros: 18_000,
  scans: [{ ...SCAN, access: 'search', index: 'idx:user' }],
};
const ON = { timer: true, redis: true };
const outcome: Outcome = { rowCount: 1_204, change: null, elapsedMs: 42, stats: READ, databaseKeys: null, footer: null };
const grouped = { ...SCAN, keysScanned: 0, access: 'aggregate', index: 'idx:user' };

describe('summaryText', () => {
  it.each<[string, Partial<Outcome>, Partial<typeof ON>, string | null]>([
    [
      'all of it',
      {},
      {},
      '1,204 rows in 42 ms · Redis: 12,408 keys scanned, 41 round trips, 96 kB, server 18 of 42 ms, index idx:user',
    ],
    [
      'without the time',
      {},
      { timer: false },
      '1,204 rows · Redis: 12,408 keys scanned, 41 round trips, 96 kB, server 18 of 42 ms, index idx:user',
    ],
    ['without Redis', {}, { redis: false }, '1,204 rows in 42 ms'],
    ['nothing at all', {}, { timer: false, redis: false }, null],
    ['a statement without rows', { rowCount: null, stats: NOTHING }, {}, 'Done in 42 ms'],
    ['rows that were changed', { rowCount: 1, change: 'deleted', stats: NOTHING }, {}, '1 row deleted in 42 ms'],
    [
      'rows that were changed, with all else off',
      { rowCount: 2, change: 'inserted' },
      { timer: false, redis: false },
      '2 rows inserted',
    ],
    [
      'one of each',
      {
        rowCount: 1,
        stats: {
          ...READ,
          keysScanned: 1,
          roundTrips: 1,
          bytesReceived: 7,
          redisMicros: 300,
          scans: [{ ...SCAN, keysScanned: 1 }],
        },
      },
      {},
      '1 row in 42 ms · Redis: 1 key scanned, 1 round trip, 7 B, server 0.3 of 42 ms',
    ],
    [
      'that a walk looked at more keys than it found',
      { stats: { ...READ, keysScanned: 2, scans: [{ ...SCAN, keysScanned: 2, walkedMillionths: 1e6 }] }, databaseKeys: 299_108 },
      {},
      '1,204 rows in 42 ms · Redis: 299,108 keys walked, 2 matched, 41 round trips, 96 kB, server 18 of 42 ms',
    ],
    [
      'another unit',
      { elapsedMs: 3_210, stats: { ...READ, scans: [SCAN] } },
      {},
      '1,204 rows in 3.2 s · Redis: 12,408 keys scanned, 41 round trips, 96 kB, server 18 ms of 3.2 s',
    ],
    [
      'groups that Redis made',
      { stats: { ...READ, keysScanned: 0, scans: [grouped] } },
      {},
      '1,204 rows in 42 ms · Redis: 41 round trips, 96 kB, server 18 of 42 ms, index idx:user, grouped by Redis',
    ],
    [
      'groups that Redis made beside a scan',
      { stats: { ...READ, scans: [grouped, { ...SCAN, index: 'idx:\u001b[31m' }] } },
      {},
      '1,204 rows in 42 ms · Redis: 12,408 keys scanned, 41 round trips, 96 kB, server 18 of 42 ms, indexes idx:user, idx:\\x1b[31m, 1 of 2 scans grouped by Redis',
    ],
    [
      'planning alone',
      { rowCount: null, stats: { ...NOTHING, roundTrips: 4, bytesReceived: 100_000, redisMicros: 4_000 } },
      {},
      'Done in 42 ms · Redis: 4 round trips, 100 kB, server 4.0 of 42 ms',
    ],
    [
      'a scan that had nothing to ask',
      { stats: { ...NOTHING, scans: [{ ...SCAN, access: 'empty' }] } },
      {},
      '1,204 rows in 42 ms · Redis: asked nothing',
    ],
  ])('says %s', (_, changes, settings, text) => {
    expect(summaryText({ ...outcome, ...changes }, { ...ON, ...settings })).toBe(text);
  });
});

describe('closingLines', () => {
  const withFooter = (footer: string | null): Outcome => ({ ...outcome, stats: NOTHING, footer });

  it('lets the count of the box take the place of its own', () => {
    expect(closingLines(withFooter('1,204 rows (40 shown) · values cut · all of it: .maxrows 0'), ON)).toEqual([
      'values cut · all of it: .maxrows 0',
      '1,204 rows (40 shown) in 42 ms',
    ]);
    expect(closingLines(withFooter('1,204 rows'), ON)).toEqual(['1,204 rows in 42 ms']);
  });

  it('says what there is where one of them is silent, or of another thing', () => {
    const off = { timer: false, redis: false };
    expect(closingLines(withFooter('1,204 rows · values cut'), off)).toEqual(['1,204 rows · values cut']);
    expect(closingLines(withFooter(null), ON)).toEqual(['1,204 rows in 42 ms']);
    expect(closingLines(withFooter('written to x.csv'), ON)).toEqual(['written to x.csv', '1,204 rows in 42 ms']);
    expect(closingLines(withFooter(null), off)).toEqual([]);
  });
});
