/** A box of 40,000 rows × 8 columns written to a file, against the same rows as CSV: kept rows, one process, in turn. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Contender } from '../support/contender.ts';
import { interleave, medianMs } from '../support/interleave.ts';
import type { Bench, Measure } from '../support/measure.ts';
import { found, type Measured } from '../support/results.ts';

const ROWS = 40_000;
const LEAST_RUNS = 15;

export const terminalBox: Measure = { name: 'terminal-box', needsUsers: false, isForManyRows: false, run };

async function run({ redis, runCount, contenders }: Bench): Promise<Measured> {
  const directory = await mkdtemp(path.join(tmpdir(), 'redquery-box-'));
  try {
    const words = [redis.url, path.join(directory, 'out'), String(ROWS)];
    await using contender = await Contender.node('written-rows.ts', words, contenders);
    const runners = ['csv', 'box'].map((format) => ({ name: format, run: () => contender.run('write', { format }) }));
    const times = await interleave(runners, Math.max(runCount, LEAST_RUNS), redis);
    const title = `a box of ${ROWS.toLocaleString('en')} rows × 8 columns to a file, against CSV`;
    const ratio = medianMs(times, 'box') / medianMs(times, 'csv');
    return {
      series: times.series,
      findings: [found({ name: 'terminal-box/csv', title, unit: '×', must: 3, aim: 1.5 }, ratio)],
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
