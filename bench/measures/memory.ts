/**
 * Peak resident memory (VmHWM of the whole process, all threads) while all rows are read and thrown away, over what the idle
 * session holds (VmRSS after `SELECT 1`). Each run is a fresh process; Linux only.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Contender } from '../support/contender.ts';
import type { Bench, Measure } from '../support/measure.ts';
import { found, type Measured, notMeasured, seriesOf, type Target } from '../support/results.ts';
import { median } from '../support/statistics.ts';

const SETTLE_MS = 300;
const KB_A_MB = 1024;
/** Written to clear_refs, it sets VmHWM back to VmRSS (proc(5)). */
const RESET_PEAK = '5';
const MANY_ROWS = 10_000_000;

export const memory: Measure = { name: 'memory', needsUsers: true, isForManyRows: true, run };

async function run(bench: Bench): Promise<Measured> {
  const isMany = bench.rowCount >= MANY_ROWS;
  const title = `peak resident memory over idle, SELECT *, batches thrown away${isMany ? ' (10,000,000 rows)' : ''}`;
  const target: Target = { name: isMany ? 'memory-many/batches' : 'memory/batches', title, unit: 'MB', must: 200, aim: 100 };
  if (process.platform !== 'linux') return { series: [], findings: [notMeasured(target, 'needs /proc of Linux')] };
  const idle: number[] = [];
  const over: Record<'batches' | 'rowObjects', number[]> = { batches: [], rowObjects: [] };
  for (let i = 0; i < bench.runCount; i++) {
    for (const job of ['batches', 'rowObjects'] as const) {
      const { idleMb, peakMb } = await weigh(bench, job);
      idle.push(idleMb);
      over[job].push(peakMb - idleMb);
      process.stderr.write(`  run ${i + 1}  ${job}: ${peakMb.toFixed(0)} MB, idle ${idleMb.toFixed(0)} MB\n`);
    }
  }
  return {
    series: [
      seriesOf('idle session, VmRSS', 'MB', idle),
      seriesOf('over idle, SELECT * as batches', 'MB', over.batches),
      seriesOf('over idle, SELECT * as row objects', 'MB', over.rowObjects),
    ],
    findings: [found(target, median(over.batches), `row objects: ${median(over.rowObjects).toFixed(0)} MB`)],
  };
}

async function weigh({ redis, contenders }: Bench, job: string): Promise<{ idleMb: number; peakMb: number }> {
  await using contender = await Contender.node('memory.ts', [redis.url], contenders);
  await contender.run('idle');
  await sleep(SETTLE_MS);
  await writeFile(`/proc/${contender.pid}/clear_refs`, RESET_PEAK);
  const idleMb = await statusMb(contender.pid, 'VmRSS');
  await contender.run(job);
  return { idleMb, peakMb: await statusMb(contender.pid, 'VmHWM') };
}

async function statusMb(pid: number, field: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) / KB_A_MB;
}
