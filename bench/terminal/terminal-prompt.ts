/** `redquery URL` in a terminal until its prompt is drawn, against `node -e 0` in the same terminal until it has ended. */
import type { Bench, Measure } from '../support/measure.ts';
import { found, type Measured, seriesOf } from '../support/results.ts';
import { median } from '../support/statistics.ts';
import { builtNote, PseudoTerminal } from './pseudo-terminal.ts';

const LEAST_RUNS = 15;

export const terminalPrompt: Measure = { name: 'terminal-prompt', needsUsers: false, isForManyRows: false, run };

async function run({ redis, runCount, contenders }: Bench): Promise<Measured> {
  await using terminal = await PseudoTerminal.open(contenders);
  const [ours, node]: [number[], number[]] = [[], []];
  for (let i = 0; i <= Math.max(runCount, LEAST_RUNS); i++) {
    const nodeMs = await terminal.runNode('-e', '0');
    const oursMs = await terminal.startRedquery(redis.url);
    if (i === 0) continue;
    node.push(nodeMs);
    ours.push(oursMs);
  }
  const title = 'redquery until the prompt';
  return {
    series: [seriesOf('node -e 0', 'ms', node), seriesOf(title, 'ms', ours)],
    findings: [
      found({ name: 'terminal-prompt/ms', title, unit: 'ms', must: 150, aim: null }, median(ours), builtNote),
      found(
        { name: 'terminal-prompt/node', title: `${title}, against node -e 0`, unit: '×', must: 8, aim: 4 },
        median(ours) / median(node),
      ),
    ],
  };
}
