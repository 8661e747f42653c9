/** The p99 of point queries in one session while another session of the same process scans all rows. */
import { Contender, numberIn, numbersIn } from '../support/contender.ts';
import type { Bench, Measure } from '../support/measure.ts';
import { found, type Measured, seriesOf } from '../support/results.ts';
import { median, quantile } from '../support/statistics.ts';

const ALONE_COUNT = 100;

export const pointBesideScan: Measure = { name: 'point-beside-scan', needsUsers: true, isForManyRows: false, run };

async function run({ redis, rowCount, runCount, contenders }: Bench): Promise<Measured> {
  await using contender = await Contender.node('point-beside-scan.ts', [redis.url, String(rowCount)], contenders);
  const alone: number[] = [];
  const beside: number[][] = [];
  const scans: number[] = [];
  for (let i = 0; i <= runCount; i++) {
    const quiet = numbersIn(await contender.run('alone', { count: ALONE_COUNT }), 'samples');
    const answer = await contender.run('besideScan');
    if (i === 0) continue;
    alone.push(...quiet);
    beside.push([...numbersIn(answer, 'samples')]);
    scans.push(numberIn(answer, 'scanMs'));
  }
  const p99 = median(beside.map((samples) => quantile(samples, 0.99)));
  const target = {
    name: 'point-beside-scan',
    title: `a point query's p99 while another session scans all rows`,
    unit: 'ms',
    must: 100,
    aim: 20,
  } as const;
  return {
    series: [
      seriesOf('_key =, alone', 'ms', alone),
      seriesOf('_key =, beside a scan', 'ms', beside.flat()),
      seriesOf('the scan beside it', 'ms', scans),
    ],
    findings: [found(target, p99)],
  };
}
