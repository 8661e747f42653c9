/** One statement's decoding by two workers against one, from a stub that plays recorded replies, so that Redis is no limit. */
import { availableParallelism } from 'node:os';
import { Contender, numberIn } from '../support/contender.ts';
import { interleave, medianMs } from '../support/interleave.ts';
import type { Bench, Measure } from '../support/measure.ts';
import { found, type Measured, notMeasured, type Target } from '../support/results.ts';

/** Stub, engine and two workers each need one. */
const LEAST_CORES = 4;
const ONE = '1 worker, recorded replies';
const TWO = '2 workers, recorded replies';
const TARGET: Target = {
  name: 'decoders',
  title: '2 workers against 1, recorded replies: times faster',
  unit: '×',
  must: 1.5,
  aim: 1.9,
  isMoreBetter: true,
};

export const decoders: Measure = { name: 'decoders', needsUsers: false, isForManyRows: false, run };

async function run({ redis, rowCount, runCount, contenders }: Bench): Promise<Measured> {
  const cores = availableParallelism();
  if (cores < LEAST_CORES) {
    const why = `skipped: ${cores} cores, needs ${LEAST_CORES}`;
    process.stderr.write(`  ${why}\n`);
    return { series: [], findings: [notMeasured(TARGET, why)] };
  }
  await using stub = await Contender.node('stub-server.ts', [String(redis.port), String(rowCount)], contenders);
  const port = String(numberIn(await stub.run('port'), 'port'));
  await using one = await Contender.node('decoders.ts', [port, '1'], contenders);
  await using two = await Contender.node('decoders.ts', [port, '2'], contenders);
  const runners = [
    { name: ONE, run: async () => await one.run('sum') },
    { name: TWO, run: async () => await two.run('sum') },
  ];
  const outcome = await interleave(runners, runCount, redis);
  for (const [name, [first]] of outcome.answers) {
    if (first !== undefined && numberIn(first, 'rows') !== rowCount)
      throw new Error(`${name} read ${numberIn(first, 'rows')} rows of ${rowCount}`);
  }
  return { series: outcome.series, findings: [found(TARGET, medianMs(outcome, ONE) / medianMs(outcome, TWO))] };
}
