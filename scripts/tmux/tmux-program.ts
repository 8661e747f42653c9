/**
 * Finds the tmux in which tests, benchmarks and screens drive the terminal: the one named by REDQUERY_TMUX, else the one on
 * the PATH; where none is there, Debian's package is installed, if this user may. It starts no terminal: tmux-terminal.ts does.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

const OLDEST = [3, 0];
const INSTALL_TIMEOUT_MS = 240_000;
const PROBE_TIMEOUT_MS = 10_000;
const HOW =
  'Install it (Debian, Ubuntu: apt-get install tmux; Fedora: dnf install tmux; macOS: brew install tmux), or name one in REDQUERY_TMUX.';

/** A tmux that can be started. */
export interface TmuxProgram {
  readonly command: string;
  /** As `tmux -V` tells it: 3.3a. */
  readonly version: string;
}

let found: Promise<TmuxProgram> | undefined;

/**
 * Finds tmux 3.0 or later; installs one by apt-get where there is none and this is root, or sudo asks nothing. Asked twice,
 * it looks once.
 * @throws {Error} where there is none in the end; the message says what was tried and how to get one.
 */
export async function findTmux(): Promise<TmuxProgram> {
  found ??= lookUp();
  return await found;
}

async function lookUp(): Promise<TmuxProgram> {
  const named = process.env['REDQUERY_TMUX'];
  const isNamed = named !== undefined && named !== '';
  const there = await programAt(isNamed ? named : 'tmux');
  if (there !== undefined) return there;
  if (isNamed) throw new Error(`REDQUERY_TMUX names ${named}, which is no tmux of version ${OLDEST.join('.')} or later`);
  const whyNot = await install();
  const installed = await programAt('tmux');
  if (installed !== undefined) return installed;
  throw new Error(
    `the terminal is tested in tmux, and there is none: ${whyNot ?? 'the package has no tmux that starts'}. ${HOW}`,
  );
}

async function programAt(command: string): Promise<TmuxProgram | undefined> {
  try {
    const { stdout } = await run(command, ['-V'], { timeout: PROBE_TIMEOUT_MS });
    const version = /(\d+)\.(\d+)\w*/.exec(stdout);
    const [major, minor] = [Number(version?.[1]), Number(version?.[2])];
    const [oldestMajor = 0, oldestMinor = 0] = OLDEST;
    const isNew = major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
    return version === null || !isNew ? undefined : { command, version: version[0] };
  } catch {
    return undefined;
  }
}

/** Says what stood in the way; undefined where the package is installed. A fresh machine's lists of packages are empty: so again after an update. */
async function install(): Promise<string | undefined> {
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const aptGet = async (...words: string[]): Promise<void> => {
    const [command = '', ...args] = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', ...words];
    await run(command, args, { timeout: INSTALL_TIMEOUT_MS });
  };
  if (!(await isThere('apt-get'))) return 'this system has no apt-get';
  if (asRoot.length > 0 && !(await isThere('sudo', '-n', 'true'))) return 'only root may install it';
  process.stderr.write('Installing tmux, for the tests of the terminal …\n');
  const words = ['install', '-y', '--no-install-recommends', 'tmux'];
  try {
    await aptGet(...words).catch(async () => {
      await aptGet('update');
      await aptGet(...words);
    });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.trim().replaceAll(/\s*\n\s*/g, '; ') : String(error);
  }
}

async function isThere(command: string, ...args: readonly string[]): Promise<boolean> {
  return await run(command, args.length > 0 ? args : ['--version'], { timeout: PROBE_TIMEOUT_MS }).then(
    () => true,
    () => false,
  );
}
