/** `SELECT name, age, score`, all rows read as Arrow record batches, against the floor for those three fields. */
import { Contender, numberIn } from '../support/contender.ts';
import { interleave, medianMs } from '../support/interleave.ts';
import type { Bench, Measure } from '../support/measure.ts';
import { found, type Measured } from '../support/results.ts';

const OURS = 'redquery record batches';
const FLOOR = 'floor (name, age, score)';
const FIELDS = ['name', 'age', 'score'];

export const arrowBatches: Measure = { name: 'arrow-batches', needsUsers: true, isForManyRows: false, run };

async function run({ redis, rowCount, runCount, contenders }: Bench): Promise<Measured> {
  await using floor = await Contender.node('floor.ts', [String(redis.port)], contenders);
  await using library = await Contender.node('library.ts', [redis.url], contenders);
  const runners = [
    { name: FLOOR, run: async () => await floor.run('scan', { fields: FIELDS }) },
    { name: OURS, run: async () => await library.run('recordBatches') },
    { name: 'redquery plain batches', run: async () => await library.run('batches') },
    { name: 'redquery rows as objects', run: async () => await library.run('rowObjects') },
  ];
  const outcome = await interleave(runners, runCount, redis);
  for (const [name, [first]] of outcome.answers) {
    if (first !== undefined && numberIn(first, 'rows') !== rowCount)
      throw new Error(`${name} read ${numberIn(first, 'rows')} rows of ${rowCount}`);
  }
  const target = {
    name: 'arrow/floor',
    title: 'SELECT name, age, score, all rows, as Arrow batches, against the floor',
    unit: '×',
    must: 1.35,
    aim: 1.1,
  } as const;
  return { series: outcome.series, findings: [found(target, medianMs(outcome, OURS) / medianMs(outcome, FLOOR))] };
}
