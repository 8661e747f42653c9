/** Ctrl-C until the prompt is drawn again: in the middle of a scan, and of a sort inside DuckDB. */
import type { Bench, Measure } from '../support/measure.ts';
import { type Finding, found, type Measured, type Series, seriesOf } from '../support/results.ts';
import { usersTable } from '../support/seeded-users.ts';
import { median } from '../support/statistics.ts';
import { builtNote, PROMPT, PseudoTerminal } from './pseudo-terminal.ts';

/** Long enough to be in the middle of each, short enough not to be at its end. */
const INTO_IT_MS = 900;
const LEAST_RUNS = 5;
const scan = `SELECT age, score FROM ${usersTable('age', 'score')}`;

/** Each would go on for many seconds. */
const STATEMENTS = {
  'a scan': `SELECT count(*), avg(score) FROM (${Array.from({ length: 20 }, () => scan).join(' UNION ALL ')});`,
  'a sort': 'SELECT max(h) FROM (SELECT hash(i) AS h FROM range(400000000) t(i) ORDER BY hash(h) LIMIT 300000000);',
} as const;

export const terminalInterrupt: Measure = { name: 'terminal-interrupt', needsUsers: true, isForManyRows: false, run };

async function run({ redis, runCount, contenders }: Bench): Promise<Measured> {
  await using terminal = await PseudoTerminal.open(contenders);
  await terminal.startRedquery(redis.url);
  await terminal.send('.set ask_keys off\r', PROMPT);
  await terminal.send('SELECT 1;\r', String.raw`1 row[\s\S]*${PROMPT}`);
  const [series, findings]: [Series[], Finding[]] = [[], []];
  for (const [what, statement] of Object.entries(STATEMENTS)) {
    const samples: number[] = [];
    for (let i = 0; i <= Math.max(runCount, LEAST_RUNS); i++) {
      await terminal.send(`\x1b[200~${statement}\x1b[201~`, ';$');
      await terminal.send('\r', '\n');
      await terminal.settle(INTO_IT_MS);
      const ms = await terminal.send('\x03', String.raw`[Ii]nterrupted[\s\S]*${PROMPT}`);
      if (i > 0) samples.push(ms);
    }
    const title = `Ctrl-C until the prompt, during ${what}`;
    series.push(seriesOf(title, 'ms', samples));
    const name = `terminal-interrupt/${what.replace('a ', '')}`;
    findings.push(found({ name, title, unit: 'ms', must: 300, aim: 100 }, median(samples), builtNote));
  }
  return { series, findings };
}
