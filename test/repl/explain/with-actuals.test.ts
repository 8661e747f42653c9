import { describe, expect, it } from 'vitest';
import type { ExplainedScan, ScanStat } from '../../../src/engine/index.ts';
import { withActuals } from '../../../src/repl/explain/show-plan.ts';

function scan(title: string, command: string): ExplainedScan {
  return {
    title,
    server: 'default',
    access: 'scan',
    lines: [],
    commands: [command],
    index: null,
    estimatedRows: null,
    estimatedKeys: null,
    actual: null,
    advice: null,
  };
}

function stat(title: string, command: string, rows: number): ScanStat {
  return {
    title,
    server: 'default',
    access: 'scan',
    accessText: '',
    commands: [command],
    examples: [command],
    index: null,
    estimatedRows: null,
    columns: [],
    keysScanned: 0,
    rows,
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
}

describe('withActuals', () => {
  it.each([
    ['by title', [scan('a', '1'), scan('b', '1')], [stat('b', '1', 20), stat('a', '1', 10)], [10, 20]],
    ['of one title by their commands', [scan('a', '1'), scan('a', '2')], [stat('a', '2', 20), stat('a', '1', 10)], [10, 20]],
    ['that are alike by their order', [scan('a', '1'), scan('a', '1')], [stat('a', '1', 10), stat('a', '1', 20)], [10, 20]],
    ['whose commands came out otherwise', [scan('a', '1')], [stat('a', '2', 10)], [10]],
    ['that did not run', [scan('a', '1'), scan('b', '1')], [stat('b', '1', 20)], [null, 20]],
  ])('joins scans %s', (_, scans, stats, rows) => {
    const plan = { schema: [], root: null, scans, elapsedMs: null, notes: [], stats: null };
    const joined = withActuals(plan, { scans: stats, elapsedMs: 7 });
    expect(joined.scans.map(({ actual }) => actual?.rows ?? null)).toEqual(rows);
  });
});
