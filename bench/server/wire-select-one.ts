/** `select 1` by pgbench, one connection, simple and prepared: latency against a real PostgreSQL on this machine, in turn. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { postgresPrograms, startPostgres } from '../../scripts/wire/start-postgres.ts';
import type { Bench, Measure } from '../support/measure.ts';
import { type Finding, found, type Measured, notMeasured, type Series, seriesOf, type Target } from '../support/results.ts';
import { median } from '../support/statistics.ts';
import { serveUsers } from './serving.ts';

const TRANSACTIONS = 4000;

export const wireSelectOne: Measure = { name: 'wire-select-one', needsUsers: false, isForManyRows: false, run };

async function run(bench: Bench): Promise<Measured> {
  const targetOf = (protocol: string): Target => ({
    name: `wire-select-one/${protocol}`,
    title: `select 1, ${protocol}, pgbench, against PostgreSQL`,
    unit: '×',
    must: 10,
    aim: 3,
  });
  const protocols = ['simple', 'prepared'];
  if (postgresPrograms() === undefined)
    return { series: [], findings: protocols.map((one) => notMeasured(targetOf(one), 'no PostgreSQL on this machine')) };
  await using postgres = await startPostgres();
  await using serving = await serveUsers(bench);
  const folder = await mkdtemp(path.join(tmpdir(), 'redquery-pgbench-'));
  const script = path.join(folder, 'one.sql');
  await writeFile(script, 'select 1;\n');
  const [findings, series]: [Finding[], Series[]] = [[], []];
  for (const protocol of protocols) {
    const latency = (port: number): number => latencyMs(path.join(postgres.programs, 'pgbench'), port, protocol, script);
    const [theirs, ours]: [number[], number[]] = [[], []];
    for (let i = 0; i <= bench.runCount; i++) {
      const [postgresMs, ownMs] = [latency(postgres.port), latency(serving.port)];
      if (i === 0) continue;
      theirs.push(postgresMs);
      ours.push(ownMs);
    }
    series.push(seriesOf(`select 1, ${protocol}, PostgreSQL`, 'ms', theirs), seriesOf(`select 1, ${protocol}`, 'ms', ours));
    const note = `${median(ours).toFixed(3)} ms against ${median(theirs).toFixed(3)} ms`;
    findings.push(found(targetOf(protocol), median(ours) / median(theirs), note));
  }
  await rm(folder, { recursive: true, force: true });
  return { series, findings };
}

/** pgbench's own average. */
function latencyMs(pgbench: string, port: number, protocol: string, script: string): number {
  const place = ['-h', '127.0.0.1', '-p', String(port), '-U', 'redquery'];
  const words = [...place, '-n', '-M', protocol, '-f', script, '-c', '1', '-t', String(TRANSACTIONS), 'redis'];
  const output = execFileSync(pgbench, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const ms = Number(/latency average = ([\d.]+) ms/.exec(output)?.[1]);
  if (!output.includes(`${TRANSACTIONS}/${TRANSACTIONS}`) || Number.isNaN(ms))
    throw new Error(`pgbench: ${output.slice(0, 500)}`);
  return ms;
}
