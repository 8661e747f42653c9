import { describe, expect, it } from 'vitest';
import { reportOf } from './run/report.ts';
import { runQueries } from './run/run-queries.ts';
import { shrink } from './run/shrink.ts';

/** `npm run test:equivalence -- --queries 20000` asks more. */
const QUERY_COUNT = 500;
const LEAST_PUSHED_SHARE = 0.6;

describe('equivalence', () => {
  it('gives the same rows with push-down, without, and in a plain DuckDB', { timeout: 240_000 }, async () => {
    const reports: string[] = [];
    const { tally } = await runQueries({
      queryCount: QUERY_COUNT,
      seed: 'npm test',
      queriesAWorld: 50,
      mostFailures: 1,
      explainEvery: 1,
      sources: null,
      onFailure: async (failure, bench) => {
        reports.push(await reportOf(await shrink(failure, bench), bench));
      },
    });
    expect(reports.join('\n')).toBe('');
    expect(tally.compared).toBeGreaterThan(0.95 * QUERY_COUNT);
    expect(tally.pushedShare).toBeGreaterThanOrEqual(LEAST_PUSHED_SHARE);
  });
});
