/** `redquery -c 'select 1'`, the whole process from start to end, against `node -e 0`. The built command where it is built, else the sources. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Bench, Measure } from '../support/measure.ts';
import { found, type Measured, seriesOf } from '../support/results.ts';
import { median } from '../support/statistics.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const BUILT = path.join(ROOT, 'dist/bin/redquery.js');
const SOURCE = path.join(ROOT, 'src/bin/redquery.ts');
const LEAST_RUNS = 10;
const TIME_LIMIT_MS = 20_000;

export const processStart: Measure = { name: 'process-start', needsUsers: false, isForManyRows: false, run };

async function run({ runCount }: Bench): Promise<Measured> {
  const isBuilt = existsSync(BUILT);
  const command = isBuilt ? BUILT : SOURCE;
  const note = isBuilt
    ? `dist, built ${statSync(BUILT).mtime.toISOString().slice(0, 16)}`
    : 'the sources; npm run build for the built command';
  const ours: number[] = [];
  const node: number[] = [];
  for (let i = 0; i <= Math.max(runCount, LEAST_RUNS); i++) {
    const nodeMs = await wholeProcessMs(['-e', '0']);
    const oursMs = await wholeProcessMs([command, '-c', 'select 1']);
    if (i === 0) continue;
    node.push(nodeMs);
    ours.push(oursMs);
  }
  const title = `redquery -c 'select 1', whole process`;
  return {
    series: [seriesOf('node -e 0', 'ms', node), seriesOf(title, 'ms', ours)],
    findings: [
      found({ name: 'process/ms', title, unit: 'ms', must: 500, aim: 250 }, median(ours), note),
      found(
        { name: 'process/node', title: `${title}, against node -e 0`, unit: '×', must: 8, aim: 4 },
        median(ours) / median(node),
      ),
    ],
  };
}

async function wholeProcessMs(args: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: TIME_LIMIT_MS });
  let errorText = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errorText += chunk.toString();
  });
  await once(child, 'exit');
  const ms = performance.now() - startedAt;
  if (child.exitCode !== 0)
    throw new Error(`${args.join(' ')} ended with ${child.exitCode ?? child.signalCode}: ${errorText.slice(0, 500)}`);
  return ms;
}
