/** What another client of the same Redis feels: the p99 of its GETs during our scan, against that during the floor's. */
import { type Answer, Contender, numbersIn } from '../support/contender.ts';
import { interleave } from '../support/interleave.ts';
import type { Bench, Measure } from '../support/measure.ts';
import { found, type Measured, seriesOf } from '../support/results.ts';
import { median, quantile } from '../support/statistics.ts';

const KEY = 'bench:neighbour';
const FLOOR = 'floor beside GETs';
const OURS = 'redquery beside GETs';

export const neighbour: Measure = { name: 'neighbour', needsUsers: true, isForManyRows: false, run };

async function run({ redis, runCount, contenders }: Bench): Promise<Measured> {
  await redis.call('SET', KEY, 'here');
  await using floor = await Contender.node('floor.ts', [String(redis.port)], contenders);
  await using library = await Contender.node('library.ts', [redis.url], contenders);
  await using probe = await Contender.node('get-probe.ts', [String(redis.port), KEY], contenders);
  const watched = (name: string, work: () => Promise<Answer>) => ({
    name,
    run: async (): Promise<Answer> => {
      await probe.run('start');
      const answer = await work();
      return { ...answer, gets: numbersIn(await probe.run('stop'), 'samples') };
    },
  });
  const runners = [
    watched(FLOOR, async () => await floor.run('scan', { fields: ['age', 'score'] })),
    watched(OURS, async () => await library.run('groupBy')),
  ];
  const { answers } = await interleave(runners, runCount, redis);
  await redis.call('DEL', KEY);
  const gets = (name: string): readonly (readonly number[])[] =>
    (answers.get(name) ?? []).map((answer) => numbersIn(answer, 'gets'));
  const p99 = (name: string): number => median(gets(name).map((samples) => quantile(samples, 0.99)));
  const target = {
    name: 'neighbour/floor',
    title: `another client's GET p99 during our scan, against the floor's`,
    unit: '×',
    must: 1.5,
    aim: 1.1,
  } as const;
  return {
    series: [FLOOR, OURS].map((name) => seriesOf(`GET: ${name}`, 'ms', gets(name).flat())),
    findings: [
      found(target, p99(OURS) / p99(FLOOR), `${p99(OURS).toFixed(2)} ms to ${p99(FLOOR).toFixed(2)} ms, medians of p99`),
    ],
  };
}
