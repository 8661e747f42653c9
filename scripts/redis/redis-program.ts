/**
 * Finds a Redis to start: the one named by REDQUERY_REDIS_SERVER, one with search on the PATH, the cached or fetched
 * package, Docker, and last a plain redis-server, with a note of what is missing. It starts nothing: start-redis.ts does.
 */
import { execFile } from 'node:child_process';
import { access, constants, realpath } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { fetchWheel } from './redis-wheel.ts';

const run = promisify(execFile);

/** A Redis that can be started. */
export interface RedisProgram {
  readonly origin: 'named' | 'path' | 'wheel' | 'docker' | 'plain';
  /** The redis-server file; for Docker the name of its client. */
  readonly command: string;
  /** As `--version` tells it, such as 7.4.1; empty for Docker. */
  readonly version: string;
  /** Module files to load, search first; empty where there are none. */
  readonly modules: readonly string[];
  /** What this Redis lacks and how to get it, for a person to read. */
  readonly note?: string;
}

/** The Docker image of the last resort but one, and where its modules lie. */
export const DOCKER_IMAGE = 'redis:8';
const DOCKER_MODULE_DIRECTORY = '/usr/local/lib/redis/modules';

const MODULE_FILES = ['redisearch.so', 'rejson.so', 'redistimeseries.so', 'redisbloom.so'];
const MODULE_DIRECTORIES = [
  '../lib',
  '../lib/redis/modules',
  '../modules',
  '/usr/local/lib/redis/modules',
  '/usr/lib/redis/modules',
];
const OLDEST_WITH_SEARCH_BUILT_IN = 8;
const PROBE_TIMEOUT_MS = 10_000;

let found: Promise<RedisProgram> | undefined;

/**
 * Finds the best Redis of this machine; fetches one where none with search is there. Asked twice, it looks once.
 * @throws {Error} where there is no Redis of any kind; the message lists what was tried.
 */
export async function findRedisProgram(): Promise<RedisProgram> {
  found ??= lookUp();
  return await found;
}

async function lookUp(): Promise<RedisProgram> {
  const named = process.env['REDQUERY_REDIS_SERVER'];
  if (named !== undefined && named !== '') return await namedProgram(named);
  const tried: string[] = [];
  for (const look of [programOnPath, wheelProgram, dockerProgram]) {
    try {
      return await look();
    } catch (error) {
      tried.push(error instanceof Error ? firstLine(error.message) : String(error));
    }
  }
  const plain = await serverOnPath('redis-server');
  const missing = `no Redis with search was found:\n  ${tried.join('\n  ')}\nInstall Python 3 with pip, Docker, or Redis 8, or name a redis-server in REDQUERY_REDIS_SERVER.`;
  if (plain === undefined) throw new Error(missing);
  return { origin: 'plain', ...plain, modules: [], note: missing };
}

async function namedProgram(file: string): Promise<RedisProgram> {
  const command = path.resolve(file);
  const version = await versionOf(command);
  if (version === undefined) throw new Error(`REDQUERY_REDIS_SERVER names ${file}, which is no redis-server that starts here`);
  const modules = await modulesBeside(command);
  const note = modules.length > 0 ? {} : { note: `${file} has no search module beside it` };
  return { origin: 'named', command, version, modules, ...note };
}

async function programOnPath(): Promise<RedisProgram> {
  for (const name of ['redis-stack-server', 'redis-server']) {
    const server = await serverOnPath(name);
    if (server === undefined) continue;
    const modules = await modulesBeside(server.command);
    const isNew = name === 'redis-stack-server' || Number.parseInt(server.version, 10) >= OLDEST_WITH_SEARCH_BUILT_IN;
    if (isNew && modules.length > 0) return { origin: 'path', ...server, modules };
  }
  throw new Error('the PATH has no redis-stack-server, and no redis-server of version 8 with its modules');
}

async function wheelProgram(): Promise<RedisProgram> {
  const command = await fetchWheel();
  const version = await versionOf(command);
  if (version === undefined) throw new Error(`${command} does not start here (it needs glibc 2.34 and OpenSSL 3)`);
  return { origin: 'wheel', command, version, modules: await modulesBeside(command) };
}

async function dockerProgram(): Promise<RedisProgram> {
  await run('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: PROBE_TIMEOUT_MS }).catch(() => {
    throw new Error('no Docker engine answers');
  });
  const modules = MODULE_FILES.map((name) => `${DOCKER_MODULE_DIRECTORY}/${name}`);
  return { origin: 'docker', command: 'docker', version: '', modules };
}

/** Looks a server up on the PATH; a redis-stack-server is a wrapper script, so its neighbour redis-server is taken. */
async function serverOnPath(name: string): Promise<{ command: string; version: string } | undefined> {
  for (const directory of (process.env['PATH'] ?? '').split(path.delimiter)) {
    const file = path.join(directory, name);
    if (directory === '' || !(await isRunnable(file))) continue;
    const command =
      name === 'redis-server' ? await realpath(file) : path.join(path.dirname(await realpath(file)), 'redis-server');
    const version = await versionOf(command);
    if (version !== undefined) return { command, version };
  }
  return undefined;
}

async function modulesBeside(command: string): Promise<readonly string[]> {
  for (const candidate of MODULE_DIRECTORIES) {
    const directory = path.resolve(path.dirname(command), candidate);
    const files = MODULE_FILES.map((name) => path.join(directory, name));
    const there = await Promise.all(files.map(isRunnable));
    if (there[0] === true) return files.filter((_, i) => there[i] === true);
  }
  return [];
}

async function versionOf(command: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(command, ['--version'], { timeout: PROBE_TIMEOUT_MS });
    return /v=(\S+)/.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}

async function isRunnable(file: string): Promise<boolean> {
  return await access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
