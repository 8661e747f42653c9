/** `GROUP BY age, avg(score)` over all rows, against the floor for those two fields and against what others need for it. */
import { type Answer, Contender, numberIn } from '../support/contender.ts';
import { type Interleaved, interleave, medianMs, type Runner } from '../support/interleave.ts';
import type { Bench, Measure } from '../support/measure.ts';
import { POLARS_VERSIONS, polarsPython } from '../support/polars-python.ts';
import { type Finding, found, type Measured, notMeasured, type Target } from '../support/results.ts';

const OURS = 'redquery GROUP BY';
const FLOOR = 'floor (age, score)';
const POLARS = 'polars-redis';
const POLARS_PARALLEL = 'polars-redis parallel=4';
const MANY_ROWS = 10_000_000;
/** Of two sums of sixty averages, which are added in different orders. */
const MOST_RELATIVE_ERROR = 1e-9;

export const groupBy: Measure = { name: 'group-by', needsUsers: true, isForManyRows: true, run };

async function run(bench: Bench): Promise<Measured> {
  await using stack = new AsyncDisposableStack();
  const { redis, contenders } = bench;
  const floor = stack.use(await Contender.node('floor.ts', [String(redis.port)], contenders));
  const library = stack.use(await Contender.node('library.ts', [redis.url], contenders));
  const runners: Runner[] = [
    { name: FLOOR, run: async () => await floor.run('scan', { fields: ['age', 'score'] }) },
    { name: OURS, run: async () => await library.run('groupBy') },
  ];
  const why = bench.hasPeers ? await addPeers(bench, runners, stack) : 'left out by --no-peers, or too many rows';
  const outcome = await interleave(runners, bench.runCount, redis);
  expectEqualAnswers(outcome, bench.rowCount);
  return { series: outcome.series, findings: [againstFloor(outcome, bench.rowCount), ...againstPolars(outcome, why)] };
}

/** Adds ioredis and polars-redis; gives the reason where the latter cannot take part. */
async function addPeers({ redis, contenders }: Bench, runners: Runner[], stack: AsyncDisposableStack): Promise<string | null> {
  const ioredis = stack.use(await Contender.node('ioredis-rows.ts', [String(redis.port)], contenders));
  runners.push({ name: 'ioredis pipeline, rows as objects', run: async () => await ioredis.run('groupBy') });
  try {
    const python = await polarsPython();
    const script = new URL('../contenders/polars-redis.py', import.meta.url).pathname;
    const polars = stack.use(await Contender.start(POLARS, python, [script, redis.url], contenders));
    // A trial, so that an installation that does not work is a reason and not a failed measure.
    await polars.run('groupBy');
    runners.push({ name: POLARS, run: async () => await polars.run('groupBy') });
    runners.push({ name: POLARS_PARALLEL, run: async () => await polars.run('groupBy', { parallel: 4 }) });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function againstFloor(outcome: Interleaved, rowCount: number): Finding {
  const isMany = rowCount >= MANY_ROWS;
  const target: Target = {
    name: isMany ? 'group-by-many/floor' : 'group-by/floor',
    title: `GROUP BY age, avg(score), all rows${isMany ? ' (10,000,000)' : ''}, against the floor`,
    unit: '×',
    must: 1.2,
    aim: 1.05,
  };
  return found(target, medianMs(outcome, OURS) / medianMs(outcome, FLOOR));
}

/** How many times faster than polars-redis; the aim is what 1.05 × the floor would give in this run. */
function againstPolars(outcome: Interleaved, whyNot: string | null): Finding[] {
  const limits = [
    { peer: POLARS, must: 1.7 },
    { peer: POLARS_PARALLEL, must: 1.15 },
  ];
  return limits.map(({ peer, must }) => {
    const peerMs = medianMs(outcome, peer);
    const aim = Number.isNaN(peerMs) ? null : peerMs / (1.05 * medianMs(outcome, FLOOR));
    const title = `GROUP BY, times faster than ${peer}`;
    const target: Target = { name: `group-by/${peer}`, title, unit: '×', must, aim, isMoreBetter: true };
    return whyNot === null ? found(target, peerMs / medianMs(outcome, OURS), POLARS_VERSIONS) : notMeasured(target, whyNot);
  });
}

/** A contender that reads less, or reads wrongly, is no measure. */
function expectEqualAnswers({ answers }: Interleaved, rowCount: number): void {
  let check: number | undefined;
  for (const [name, [first]] of answers) {
    if (first === undefined) continue;
    if (numberIn(first, 'rows') !== rowCount) throw new Error(`${name} read ${numberIn(first, 'rows')} rows of ${rowCount}`);
    if (!('check' in first)) continue;
    check ??= checkOf(first);
    if (Math.abs(checkOf(first) / check - 1) > MOST_RELATIVE_ERROR)
      throw new Error(`${name} answers ${checkOf(first)}, another ${check}`);
  }
}

function checkOf(answer: Answer): number {
  return numberIn(answer, 'check');
}
