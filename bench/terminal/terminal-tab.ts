/** Tab until the menu is drawn, with `--rows` keys in the database (the limit is for ten million of them). */
import type { Bench, Measure } from '../support/measure.ts';
import { found, type Measured, seriesOf } from '../support/results.ts';
import { median } from '../support/statistics.ts';
import { builtNote, PROMPT, PseudoTerminal } from './pseudo-terminal.ts';

const LEAST_RUNS = 20;
/** The catalogue loads behind the prompt; what Tab costs without it is a series of its own. */
const CATALOGUE_MS = 5000;
const TYPED = "SELECT  FROM redis_hash('user:*')";
const BACK_TO_COLUMNS = '\x1b[D'.repeat(" FROM redis_hash('user:*')".length);

export const terminalTab: Measure = { name: 'terminal-tab', needsUsers: true, isForManyRows: true, run };

async function run({ redis, rowCount, runCount, contenders }: Bench): Promise<Measured> {
  await using terminal = await PseudoTerminal.open(contenders);
  const cold: number[] = [];
  for (let i = 0; i < 3; i++) {
    await terminal.startRedquery(redis.url);
    await terminal.send('FROM ', 'FROM ?$');
    cold.push(await terminal.send('\t', 'redis_hash'));
  }
  await terminal.startRedquery(redis.url);
  await terminal.settle(CATALOGUE_MS);
  const samples: Record<'keys' | 'columns', number[]> = { keys: [], columns: [] };
  for (let i = 0; i <= Math.max(runCount, LEAST_RUNS); i++) {
    await terminal.send('FROM ', 'FROM ?$');
    const keysMs = await terminal.send('\t', 'user:');
    await terminal.send('\x1b', '');
    await terminal.settle(100);
    await terminal.send('\x03', PROMPT);
    await terminal.send(TYPED, String.raw`user:\*'\)$`);
    await terminal.send(BACK_TO_COLUMNS, '');
    await terminal.settle(50);
    const columnsMs = await terminal.send('\t', String.raw`\bcity\b`);
    await terminal.send('\x1b', '');
    await terminal.settle(100);
    await terminal.send('\x03', PROMPT);
    if (i === 0) continue;
    samples.keys.push(keysMs);
    samples.columns.push(columnsMs);
  }
  const title = (what: string): string => `Tab until the menu of ${what}, ${rowCount.toLocaleString('en')} keys`;
  const target = { unit: 'ms', must: 100, aim: 30 } as const;
  return {
    series: [
      seriesOf('Tab at once after the start', 'ms', cold),
      seriesOf(title('keys'), 'ms', samples.keys),
      seriesOf(title('columns'), 'ms', samples.columns),
    ],
    findings: [
      found({ ...target, name: 'terminal-tab/keys', title: title('keys') }, median(samples.keys), builtNote),
      found({ ...target, name: 'terminal-tab/columns', title: title('columns') }, median(samples.columns), builtNote),
    ],
  };
}
