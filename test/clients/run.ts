/**
 * `npm run test:clients [-- SUITE …]`: real clients against a running server. Installs what they need into .cache/clients, starts
 * a Redis with the shop's data and `redquery serve` over it, runs each suite as a process of its own and says `NAME: N passed, N
 * failed`; ends with 1 where anything failed. REDQUERY_CLIENTS_TARGET=postgres runs the same against a real PostgreSQL.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { parseArgs } from 'node:util';
import { install } from './kits.ts';
import { SUITES, type Suite } from './suites.ts';
import { startTarget, type Target } from './support/target.ts';

const SUITE_LIMIT_MS = 10 * 60_000;
const KEPT_LINES = 30;
const USAGE = `usage: npm run test:clients [-- [--install-only] SUITE …]
suites: ${SUITES.map(({ name }) => name).join(', ')}
`;

interface Tally {
  passed: number;
  failed: number;
}

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { 'install-only': { type: 'boolean' }, verbose: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  const unknown = positionals.filter((name) => !SUITES.some((suite) => suite.name === name));
  if (values.help === true || unknown.length > 0) {
    process.stderr.write(unknown.length > 0 ? `no suite "${unknown.join(', ')}"\n${USAGE}` : USAGE);
    return unknown.length > 0 ? 2 : 0;
  }
  const chosen = SUITES.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const total: Tally = { passed: 0, failed: 0 };
  for (const suite of chosen) {
    const tally = values['install-only'] === true ? await prepare(suite) : await runSuite(suite, values.verbose === true);
    process.stdout.write(`${suite.name}: ${tally.passed} passed, ${tally.failed} failed\n`);
    total.passed += tally.passed;
    total.failed += tally.failed;
  }
  process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`);
  return total.failed === 0 ? 0 : 1;
}

/** Installs and builds; what fails to counts as a failure. */
async function prepare({ name, kits, build }: Suite): Promise<Tally> {
  try {
    for (const kit of kits) install(kit);
    build?.();
    return { passed: 0, failed: 0 };
  } catch (error) {
    process.stdout.write(`${name}  not ok - is installed: ${error instanceof Error ? error.message : String(error)}\n`);
    return { passed: 0, failed: 1 };
  }
}

/** Each suite has a server of its own, so that what one leaves behind is not the next one's. */
async function runSuite(suite: Suite, isVerbose: boolean): Promise<Tally> {
  const prepared = await prepare(suite);
  if (prepared.failed > 0) return prepared;
  await using target = await startTarget();
  const folder = await mkdtemp(path.join(tmpdir(), `redquery-${suite.name}-`));
  // A suite's PostgreSQL runs as another user.
  await chmod(folder, 0o755);
  try {
    return await drive(suite, target, folder, isVerbose);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function drive(suite: Suite, target: Target, folder: string, isVerbose: boolean): Promise<Tally> {
  const [program, ...words] = suite.command();
  const env = { ...process.env, ...target.environment, ...suite.environment?.(), TMPDIR: folder };
  const child = spawn(program, words, { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  // A suite is a group of processes: what it started goes with it.
  const endGroup = (): void => endAll(child.pid);
  const timer = setTimeout(endGroup, SUITE_LIMIT_MS);
  process.once('exit', endGroup);
  const tally: Tally = { passed: 0, failed: 0 };
  const others: string[] = [];
  readline.createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('ok - ')) tally.passed += 1;
    else if (line.startsWith('not ok - ')) tally.failed += 1;
    else others.push(line);
    if (line.startsWith('not ok - ') || (isVerbose && line.startsWith('ok - '))) process.stdout.write(`${suite.name}  ${line}\n`);
  });
  readline.createInterface({ input: child.stderr }).on('line', (line) => others.push(line));
  await once(child, 'close');
  clearTimeout(timer);
  process.off('exit', endGroup);
  endGroup();
  const isWhole = child.exitCode === (tally.failed > 0 ? 1 : 0) && tally.passed + tally.failed > 0;
  if (!isWhole) {
    tally.failed += 1;
    const status = child.exitCode ?? child.signalCode;
    process.stdout.write(`${suite.name}  not ok - runs to its end (${status}): ${others.slice(-KEPT_LINES).join('\n')}\n`);
  }
  return tally;
}

function endAll(group: number | undefined): void {
  try {
    if (group !== undefined) process.kill(-group, 'SIGKILL');
  } catch {
    // None of it is left.
  }
}
