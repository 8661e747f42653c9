/**
 * Runs contenders in turn (A B C A B C …), so that what else the machine does meets all of them alike. The first round
 * warms up and does not count.
 */
import type { RunningRedis } from '../../scripts/redis/redis-options.ts';
import { type Answer, numberIn } from './contender.ts';
import { type Series, seriesOf } from './results.ts';
import { median } from './statistics.ts';

/** One who takes part: `run` gives at least `ms`. */
export interface Runner {
  readonly name: string;
  run(): Promise<Answer>;
}

/** By runner: its time, and what it counted. */
export interface Interleaved {
  readonly series: readonly Series[];
  readonly answers: ReadonlyMap<string, readonly Answer[]>;
}

const COUNTED = ['rows', 'bytes', 'cpuMs', 'serverCpuMs'];

/** Runs each of `runners` `runCount` times after one round of warming up. */
export async function interleave(runners: readonly Runner[], runCount: number, redis: RunningRedis): Promise<Interleaved> {
  const answers = new Map<string, Answer[]>(runners.map(({ name }) => [name, []]));
  for (let round = 0; round <= runCount; round++) {
    for (const runner of runners) {
      const before = await serverCpuMs(redis);
      const answer = await runner.run();
      const spentMs = (await serverCpuMs(redis)) - before;
      if (round > 0) answers.get(runner.name)?.push({ ...answer, serverCpuMs: spentMs });
      process.stderr.write(
        `  ${round === 0 ? 'warm-up' : `run ${round}`}  ${runner.name}: ${numberIn(answer, 'ms').toFixed(0)} ms\n`,
      );
    }
  }
  return {
    series: runners.map(({ name }) => seriesOf(name, 'ms', msOf(answers, name), countsOf(answers.get(name) ?? []))),
    answers,
  };
}

/** The median time of one runner. */
export function medianMs({ answers }: Interleaved, name: string): number {
  return median(msOf(answers, name));
}

function msOf(answers: ReadonlyMap<string, readonly Answer[]>, name: string): readonly number[] {
  return (answers.get(name) ?? []).map((answer) => numberIn(answer, 'ms'));
}

function countsOf(answers: readonly Answer[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of COUNTED) {
    const values = answers.map((answer) => answer[name]).filter((value) => typeof value === 'number');
    if (values.length > 0) counts[name] = median(values);
  }
  return counts;
}

/** CPU time of Redis' process so far. */
async function serverCpuMs(redis: RunningRedis): Promise<number> {
  const info = String(await redis.call('INFO', 'cpu'));
  const seconds = [...info.matchAll(/used_cpu_(?:sys|user):([\d.]+)/g)].reduce((sum, match) => sum + Number(match[1]), 0);
  return seconds * 1000;
}
