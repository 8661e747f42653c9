/**
 * Makes the Python environment in which polars-redis runs, in `.cache/bench-python`, once; exact versions. Where the index has
 * no wheel of polars-redis for this machine, pip builds it from its source, which needs Rust and some twenty minutes.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PACKAGES = ['polars-redis==0.1.6', 'polars==1.37.1', 'redis==7.1.0'];
const DIRECTORY = path.resolve(import.meta.dirname, '../../.cache/bench-python');
const STAMP = path.join(DIRECTORY, 'packages');
const INSTALL_TIMEOUT_MS = 3_600_000;

/** What is compared with, for the line of versions. */
export const POLARS_VERSIONS = PACKAGES.join(' ');

/**
 * Gives the path of a Python that has polars-redis.
 * @throws {Error} where python3, its venv or pip is missing, or the packages do not install; the message says which.
 */
export async function polarsPython(): Promise<string> {
  const python = path.join(DIRECTORY, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const wanted = createHash('sha256').update(PACKAGES.join()).digest('hex');
  if ((await readFile(STAMP, 'utf8').catch(() => '')) === wanted) return python;
  process.stderr.write(
    `Making a Python environment with ${PACKAGES.join(', ')} (once; without a ready wheel some twenty minutes) …\n`,
  );
  await rm(DIRECTORY, { recursive: true, force: true });
  await mkdir(path.dirname(DIRECTORY), { recursive: true });
  await step('python3', '-m', 'venv', DIRECTORY);
  await step(python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--prefer-binary', ...PACKAGES);
  await writeFile(STAMP, wanted);
  return python;
}

async function step(command: string, ...args: string[]): Promise<void> {
  try {
    await run(command, args, { timeout: INSTALL_TIMEOUT_MS });
  } catch (error) {
    // execFile's error carries what the program wrote.
    const text = (error as { readonly stderr?: string }).stderr?.trim() || String(error);
    throw new Error(`${path.basename(command)} ${args.slice(0, 3).join(' ')}: ${text.slice(-300)}`, { cause: error });
  }
}
