/**
 * Has the equivalence run teeth? Puts one bug at a time into a copy of the tree and runs it there: each must be found.
 * Usage: node scripts/equivalence-mutants.ts [--queries N] [--seed S] [--only NAME …].
 */
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { MUTANTS, type Mutant } from '../test/equivalence/mutants/mutants.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
/** Of the tree; the others are links. */
const COPIED = ['src', 'test', 'scripts', 'package.json'];
const LINKED = ['node_modules', '.cache'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    queries: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', multiple: true },
  },
});
const names = [...(values.only ?? []), ...positionals];
const chosen = MUTANTS.filter(({ name }) => names.length === 0 || names.includes(name));
const missed: string[] = [];
const own = await tryMutant({ name: 'the tree as it is', edits: [] });
if (own !== null) {
  process.stdout.write(`the tree as it is differs already, so that nothing can be told: ${own}\n`);
  process.exit(2);
}
for (const mutant of chosen) {
  const found = await tryMutant(mutant);
  if (found === null) missed.push(mutant.name);
  process.stdout.write(`${found === null ? 'MISSED' : 'found '} ${mutant.name}${found === null ? '' : `: ${found}`}\n`);
}
process.stdout.write(`${chosen.length - missed.length} of ${chosen.length} bugs found, seed ${values.seed}\n`);
process.exitCode = missed.length === 0 ? 0 : 1;

/** Gives what was found; null where the run was clean. */
async function tryMutant(mutant: Mutant): Promise<string | null> {
  const folder = await mkdtemp(path.join(tmpdir(), 'redquery-mutant-'));
  try {
    for (const name of COPIED) await cp(path.join(ROOT, name), path.join(folder, name), { recursive: true });
    for (const name of LINKED) await symlink(path.join(ROOT, name), path.join(folder, name));
    await patch(folder, mutant);
    const args = [
      'scripts/equivalence.ts',
      '--queries',
      values.queries,
      '--seed',
      values.seed,
      '--explain',
      '1000000',
      '--no-shrink',
      '--world',
      '40',
      '--quiet',
    ];
    const { output, status } = await run(folder, args);
    const count = /(\d+) queries, (\d+) differences/.exec(output);
    if (count === null)
      throw new Error(`the run of "${mutant.name}" did not end well (${String(status)}):\n${output.slice(-2000)}`);
    return count[2] === '0' ? null : (/DIFFERENCE (.{0,160})/.exec(output)?.[1] ?? '');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @throws {Error} where the code has moved on, so that the bug is none any more. */
async function patch(folder: string, { name, edits }: Mutant): Promise<void> {
  for (const { file, find, replace } of edits) {
    const target = path.join(folder, file);
    const parts = (await readFile(target, 'utf8')).split(find);
    if (parts.length !== 2) throw new Error(`"${name}": ${parts.length - 1} places in ${file} instead of one: ${find}`);
    await writeFile(target, parts.join(replace));
  }
}

async function run(cwd: string, args: readonly string[]): Promise<{ readonly output: string; readonly status: unknown }> {
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const take = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const status = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { output, status };
}
