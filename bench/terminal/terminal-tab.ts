/** Tab until the menu is drawn, with `--rows` keys in the database (the limit is for ten million of them). */
import type { Bench, Measure } from '../support/measure.ts';
import { found, type Measured, seriesOf } from '../support/results.ts';
import { median } from '../support/statistics.ts';
import { builtNote, PROMPT, PseudoTerminal } from './pseudo-terminal.ts';

const LEAST_RUNS = 20;
/** The catalogue loads behind the prompt. */
const CATALOGUE_MS = 5000;
/** Until what was drawn for one key is drawn to its end. */
const STEP_MS = 100;
const TYPED = "SELECT  FROM redis_hash('user:*')";
const BACK_TO_COLUMNS = '\x1b[D'.repeat(" FROM redis_hash('user:*')".length);

export const terminalTab: Measure = { name: 'terminal-tab', needsUsers: true, isForManyRows: true, run };

async function run({ redis, rowCount, runCount, contenders }: Bench): Promise<Measured> {
  await using terminal = await PseudoTerminal.open(contenders);
  await terminal.startRedquery(redis.url);
  await terminal.settle(CATALOGUE_MS);
  const samples: Record<'keys' | 'columns', number[]> = { keys: [], columns: [] };
  // The columns of a pattern are looked at when they are first asked for.
  await columnsMenu(terminal, '');
  await terminal.settle(CATALOGUE_MS);
  await closeMenu(terminal);
  for (let i = 0; i <= Math.max(runCount, LEAST_RUNS); i++) {
    await terminal.send("FROM redis_hash('", "hash\\('$");
    const keysMs = await terminal.send('\t', 'user:');
    await closeMenu(terminal);
    const columnsMs = await columnsMenu(terminal, String.raw`\bcity\b`);
    await closeMenu(terminal);
    if (i === 0) continue;
    samples.keys.push(keysMs);
    samples.columns.push(columnsMs);
  }
  const title = (what: string): string => `Tab until the menu of ${what}, ${rowCount.toLocaleString('en')} keys`;
  const target = { unit: 'ms', must: 100, aim: 30 } as const;
  return {
    series: [seriesOf(title('keys'), 'ms', samples.keys), seriesOf(title('columns'), 'ms', samples.columns)],
    findings: [
      found({ ...target, name: 'terminal-tab/keys', title: title('keys') }, median(samples.keys), builtNote),
      found({ ...target, name: 'terminal-tab/columns', title: title('columns') }, median(samples.columns), builtNote),
    ],
  };
}

/** Types a statement, goes back to where its columns stand, and gives the milliseconds from Tab until `wanted` is drawn. */
async function columnsMenu(terminal: PseudoTerminal, wanted: string): Promise<number> {
  await terminal.send(TYPED, String.raw`user:\*'\)$`);
  await terminal.send(BACK_TO_COLUMNS, '');
  await terminal.settle(STEP_MS);
  return await terminal.send('\t', wanted);
}

/** Leaves an empty prompt, whether there is a menu or not. */
async function closeMenu(terminal: PseudoTerminal): Promise<void> {
  await terminal.send('\x03', '');
  await terminal.settle(STEP_MS);
  await terminal.send('\x03', PROMPT);
}
