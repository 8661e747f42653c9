/** `redquery serve` until it accepts, what a session's start costs (psql's `\d`), and the server's memory without and with its catalog. */
import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Contender, numbersIn } from '../support/contender.ts';
import type { Bench, Measure } from '../support/measure.ts';
import { type Finding, found, type Measured, notMeasured, seriesOf, type Target } from '../support/results.ts';
import { median } from '../support/statistics.ts';
import { builtNote, residentMb, serveUsers } from './serving.ts';

const LEAST_STARTS = 5;
const CATALOG_STARTS = 40;
/** The catalog settles: what it needed for its start is given back. */
const SETTLE_MS = 3000;

export const wireStart: Measure = { name: 'wire-start', needsUsers: true, isForManyRows: false, run };

const ACCEPTS = {
  name: 'wire-start/accepts',
  title: 'redquery serve until it accepts',
  unit: 'ms',
  must: 600,
  aim: 300,
} as const;
const CATALOG = {
  name: 'wire-start/catalog',
  title: 'a new session up to psql’s \\d, warm',
  unit: 'ms',
  must: 15,
  aim: 5,
} as const;
const NEVER: Target = {
  name: 'wire-memory/never',
  title: 'memory of the server, PGlite never started',
  unit: 'MB',
  must: 200,
  aim: 120,
};
const IDLE: Target = {
  name: 'wire-memory/idle',
  title: 'memory of the server with PGlite idle',
  unit: 'MB',
  must: 450,
  aim: 350,
};

async function run(bench: Bench): Promise<Measured> {
  const starts: number[] = [];
  const never: number[] = [];
  for (let i = 0; i <= Math.max(bench.runCount, LEAST_STARTS); i++) {
    const startedAt = performance.now();
    await using serving = await serveUsers(bench);
    const socket = net.connect(serving.port, '127.0.0.1');
    await once(socket, 'connect');
    const ms = performance.now() - startedAt;
    socket.destroy();
    if (i === 0) continue;
    starts.push(ms);
    if (process.platform !== 'linux') continue;
    await sleep(SETTLE_MS);
    never.push(residentMb(serving.pid));
  }
  const { catalog, idleMb } = await catalogOf(bench);
  const [whole, query] = [numbersIn(catalog, 'whole'), numbersIn(catalog, 'query')];
  return {
    series: [
      seriesOf('until it accepts', 'ms', starts),
      seriesOf('new session and \\d', 'ms', whole),
      seriesOf('\\d alone', 'ms', query),
      ...(never.length > 0 ? [seriesOf('resident, PGlite never started', 'MB', never)] : []),
    ],
    findings: [
      found(ACCEPTS, median(starts), builtNote),
      found(CATALOG, median(whole), `the query alone ${median(query).toFixed(1)} ms`),
      weighed(NEVER, never.length > 0 ? median(never) : null, 'after its start'),
      weighed(IDLE, idleMb, 'both processes, after 40 sessions'),
    ],
  };
}

function weighed(target: Target, mb: number | null, note: string): Finding {
  return mb === null ? notMeasured(target, 'needs /proc of Linux') : found(target, mb, note);
}

async function catalogOf(bench: Bench) {
  await using serving = await serveUsers(bench);
  const words = [String(serving.port), bench.redis.url, String(bench.rowCount)];
  await using contender = await Contender.node('wire-client.ts', words, bench.contenders);
  await contender.run('catalogStart', { count: 5 });
  const catalog = await contender.run('catalogStart', { count: CATALOG_STARTS });
  await sleep(SETTLE_MS);
  return { catalog, idleMb: process.platform === 'linux' ? residentMb(serving.pid) : null };
}
