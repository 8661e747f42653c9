/** A bracketed paste of 3,000 lines, until the key that follows it at once is drawn. */
import type { Bench, Measure } from '../support/measure.ts';
import { found, type Measured, seriesOf } from '../support/results.ts';
import { median } from '../support/statistics.ts';
import { builtNote, PROMPT, PseudoTerminal } from './pseudo-terminal.ts';

const LINES = 3000;
/** A key that is nowhere in the text. */
const KEY = '@';

export const terminalPaste: Measure = { name: 'terminal-paste', needsUsers: false, isForManyRows: false, run };

async function run({ redis, runCount, contenders }: Bench): Promise<Measured> {
  await using terminal = await PseudoTerminal.open(contenders);
  await terminal.startRedquery(redis.url);
  const lines = Array.from({ length: LINES }, (_, i) => (i === 0 ? 'SELECT 0' : ` + ${i}`));
  const paste = `\x1b[200~${lines.join('\r')}\x1b[201~${KEY}`;
  const samples: number[] = [];
  for (let i = 0; i <= runCount; i++) {
    const ms = await terminal.send(paste, KEY);
    await terminal.send('\x03', PROMPT);
    if (i > 0) samples.push(ms);
  }
  const title = 'a paste of 3,000 lines until the next key is drawn';
  return {
    series: [seriesOf(title, 'ms', samples)],
    findings: [found({ name: 'terminal-paste', title, unit: 'ms', must: 500, aim: 150 }, median(samples), builtNote)],
  };
}
