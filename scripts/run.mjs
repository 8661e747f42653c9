/**
 * The way in of every npm script: sets up what is missing, then runs the task under a Node that is new enough.
 * Usage: node scripts/run.mjs TASK [ARGUMENT …]. Plain JavaScript for Node 18 and later.
 */
import { spawn } from 'node:child_process';
import { chmodSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ROOT, setUp } from './setup.mjs';

const [task = '', ...args] = process.argv.slice(2);

/** A command is the words after Node, so that each runs under the Node of the set-up. */
const TASKS = {
  setup: async () => 0,
  test: async () => await node('node_modules/vitest/vitest.mjs', 'run', ...args),
  equivalence: async () => await node('scripts/equivalence.ts', ...args),
  mutants: async () => await node('scripts/equivalence-mutants.ts', ...args),
  check: async () => await node('scripts/check.ts', ...args),
  format: async () => await program('biome', 'check', '--write', ...args),
  build,
  demo: async () => await node('scripts/demo/main.ts', ...args),
  redis: async () => await node('scripts/redis/serve.ts', ...args),
  clients: async () => await node('test/clients/run.ts', ...args),
  bench: async () => await node('bench/run.ts', ...args),
};

const chosen = TASKS[task];
if (chosen === undefined) {
  console.error(`no task "${task}"; tasks: ${Object.keys(TASKS).join(', ')}`);
  process.exit(2);
}
const { node: nodeFile, env } = setUpOrEnd();
process.exitCode = await chosen();

function setUpOrEnd() {
  try {
    return setUp();
  } catch (error) {
    console.error(`set-up failed: ${error.message}`);
    process.exit(1);
  }
}

/** Puts the new `dist` in place only when it is whole: a test may read the old one meanwhile. */
async function build() {
  const [made, dist] = [path.join(ROOT, '.cache', `dist-${process.pid}`), path.join(ROOT, 'dist')];
  let status = await program('tsc', '-p', 'tsconfig.build.json', '--outDir', made);
  // The package brings its catalog ready made.
  if (status === 0) status = await node(path.join(made, 'server', 'catalog', 'process', 'bake.js'));
  if (status === 0) {
    chmodSync(path.join(made, 'bin', 'redquery.js'), 0o755);
    rmSync(dist, { recursive: true, force: true });
    renameSync(made, dist);
  }
  rmSync(made, { recursive: true, force: true });
  return status;
}

async function node(...words) {
  return await run(nodeFile, words);
}

/** Runs a program of node_modules/.bin. */
async function program(name, ...words) {
  return await run(path.join(ROOT, 'node_modules', '.bin', name), words);
}

/** Runs a command to its end; the signals that end this process reach it, too, and it cleans up in its own time. */
async function run(command, words) {
  const child = spawn(command, words, { cwd: ROOT, env, stdio: 'inherit' });
  // Ctrl-C goes to the whole group; a signal to this process alone is passed on.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (status, signal) => resolve(status ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}
