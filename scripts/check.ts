/**
 * The gate before a commit, `npm run check`: format, lint, types, the tests that need no server, unused code, package. All
 * of it runs, two steps at a time, whatever fails; what a step prints is shown where it fails.
 */
import { spawn } from 'node:child_process';
import path from 'node:path';

interface Step {
  readonly name: string;
  /** Run one after the other; the first that fails ends the step. */
  readonly commands: readonly (readonly [string, ...string[]])[];
}

interface Outcome {
  readonly name: string;
  readonly isGood: boolean;
  readonly output: string;
  readonly durationMs: number;
}

const ROOT = path.resolve(import.meta.dirname, '..');
const LANES = 2;

/** The longest first, so that the lanes end together. */
const STEPS: readonly Step[] = [
  { name: 'tests without a server', commands: [['vitest', 'run', '--project', 'unit']] },
  {
    name: 'package',
    commands: [
      ['node', 'scripts/run.mjs', 'build'],
      ['publint', '--strict'],
    ],
  },
  { name: 'lint', commands: [['oxlint', '--type-aware', '--deny-warnings']] },
  { name: 'unused code', commands: [['knip']] },
  { name: 'types', commands: [['tsc', '-p', '.']] },
  { name: 'format', commands: [['biome', 'check', '--error-on-warnings']] },
];

async function runStep({ name, commands }: Step): Promise<Outcome> {
  const start = performance.now();
  let output = '';
  let isGood = true;
  for (const [program, ...args] of commands) {
    const child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    const take = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    const status = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    isGood = status === 0;
    if (!isGood) break;
  }
  return { name, isGood, output, durationMs: performance.now() - start };
}

async function runLane(queue: Step[], outcomes: Outcome[]): Promise<void> {
  for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
    const outcome = await runStep(step);
    outcomes.push(outcome);
    const seconds = (outcome.durationMs / 1000).toFixed(1);
    console.log(`${outcome.isGood ? 'ok    ' : 'FAILED'} ${outcome.name} (${seconds} s)`);
    if (!outcome.isGood) console.log(outcome.output);
  }
}

const start = performance.now();
const queue = [...STEPS];
const outcomes: Outcome[] = [];
await Promise.all(Array.from({ length: LANES }, () => runLane(queue, outcomes)));
const failed = outcomes.filter(({ isGood }) => !isGood).map(({ name }) => name);
const seconds = ((performance.now() - start) / 1000).toFixed(1);
console.log(failed.length === 0 ? `all good in ${seconds} s` : `failed: ${failed.join(', ')} (${seconds} s)`);
process.exitCode = failed.length === 0 ? 0 : 1;
