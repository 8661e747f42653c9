/** One key by name, prepared, over the wire: one connection against the library, and sixteen at once. */
import { Contender, numbersIn } from '../support/contender.ts';
import type { Bench, Measure } from '../support/measure.ts';
import { found, type Measured, seriesOf } from '../support/results.ts';
import { median, quantile } from '../support/statistics.ts';
import { serveUsers } from './serving.ts';

const WARM_UP_TURNS = 50;
const TURNS_A_RUN = 60;
const CLIENTS = 16;

export const wireOneKey: Measure = { name: 'wire-one-key', needsUsers: true, isForManyRows: false, run };

async function run(bench: Bench): Promise<Measured> {
  await using serving = await serveUsers(bench);
  const words = [String(serving.port), bench.redis.url, String(bench.rowCount)];
  await using contender = await Contender.node('wire-client.ts', words, bench.contenders);
  await contender.run('oneKey', { count: WARM_UP_TURNS });
  const alone = await contender.run('oneKey', { count: TURNS_A_RUN * bench.runCount });
  const [wire, library] = [numbersIn(alone, 'wire'), numbersIn(alone, 'library')];
  await contender.run('manyClients', { clients: CLIENTS, count: WARM_UP_TURNS });
  const together = numbersIn(
    await contender.run('manyClients', { clients: CLIENTS, count: TURNS_A_RUN * bench.runCount }),
    'samples',
  );
  const [p50, p99] = [median(together), quantile(together, 0.99)];
  const one = {
    name: 'wire-one-key/library',
    title: 'one key over the wire, p50, against the library',
    unit: '×',
    must: 1.5,
    aim: 1.2,
  } as const;
  const many = {
    name: 'wire-one-key/16',
    title: `one key, ${CLIENTS} connections, p99 against p50`,
    unit: '×',
    must: 20,
    aim: 5,
  } as const;
  return {
    series: [
      seriesOf('one key, wire', 'ms', wire),
      seriesOf('one key, library', 'ms', library),
      seriesOf(`one key, wire, ${CLIENTS} connections`, 'ms', together),
    ],
    findings: [
      found(one, median(wire) / median(library), `${median(wire).toFixed(2)} ms against ${median(library).toFixed(2)} ms`),
      found(many, p99 / p50, `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms; no error`),
    ],
  };
}
