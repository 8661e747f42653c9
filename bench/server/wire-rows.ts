/** All rows over the wire, by node-postgres with a cursor and by psql, against the library; and the first of them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { postgresPrograms } from '../../scripts/wire/start-postgres.ts';
import { type Answer, Contender, numbersIn } from '../support/contender.ts';
import { interleave, medianMs } from '../support/interleave.ts';
import type { Bench, Measure } from '../support/measure.ts';
import { found, type Measured, notMeasured, seriesOf, type Target } from '../support/results.ts';
import { median } from '../support/statistics.ts';
import { serveUsers } from './serving.ts';

const FIRST_ROWS_A_RUN = 6;

export const wireRows: Measure = { name: 'wire-rows', needsUsers: true, isForManyRows: false, run };

async function run(bench: Bench): Promise<Measured> {
  await using serving = await serveUsers(bench);
  const words = [String(serving.port), bench.redis.url, String(bench.rowCount)];
  await using contender = await Contender.node('wire-client.ts', words, bench.contenders);
  const programs = postgresPrograms();
  const runners = ['rowObjects', 'batches', 'cursor'].map((name) => ({ name, run: async () => await contender.run(name) }));
  if (programs !== undefined) runners.push({ name: 'psql', run: async () => await psql(programs, serving.port) });
  const interleaved = await interleave(runners, bench.runCount, bench.redis);
  const first = numbersIn(await contender.run('firstRow', { count: FIRST_ROWS_A_RUN * bench.runCount }), 'samples');
  const base = medianMs(interleaved, 'rowObjects');
  const targetOf = (name: string, by: string): Target => ({
    name: `wire-rows/${name}`,
    title: `all rows × 3 columns by ${by}, against the library`,
    unit: '×',
    must: 2,
    aim: 1.4,
  });
  const cursor = targetOf('cursor', 'node-postgres with a cursor');
  const toNull = targetOf('psql', 'psql to /dev/null');
  const note = `library: ${base.toFixed(0)} ms as row objects, ${medianMs(interleaved, 'batches').toFixed(0)} ms as batches`;
  const firstRow = {
    name: 'wire-rows/first',
    title: 'first row of a full scan over the wire',
    unit: 'ms',
    must: 60,
    aim: 20,
  } as const;
  return {
    series: [...interleaved.series, seriesOf('first row over the wire', 'ms', first)],
    findings: [
      found(cursor, medianMs(interleaved, 'cursor') / base, note),
      programs === undefined ? notMeasured(toNull, 'no psql') : found(toNull, medianMs(interleaved, 'psql') / base, note),
      found(firstRow, median(first)),
    ],
  };
}

async function psql(programs: string, port: number): Promise<Answer> {
  const place = ['-X', '-h', '127.0.0.1', '-p', String(port), '-U', 'bench', '-d', 'redis', '-A', '-t', '-o', '/dev/null'];
  const startedAt = performance.now();
  const child = spawn(path.join(programs, 'psql'), [...place, '-c', 'SELECT name, age, score FROM users'], { stdio: 'inherit' });
  await once(child, 'exit');
  if (child.exitCode !== 0) throw new Error(`psql ended with ${child.exitCode}`);
  return { ms: performance.now() - startedAt };
}
