/** Says where and with what the numbers were taken: machine, commit, versions. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PACKAGES = ['@duckdb/node-api', 'apache-arrow', 'ioredis', 'piscina'];

/** The machine, the commit, and how busy it was with other things when the run began. */
export function describeMachine(): Readonly<Record<string, string>> {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: String(availableParallelism()),
    memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
    system: `${process.platform} ${release()}`,
    commit: commit(),
    load: (loadavg()[0] ?? 0).toFixed(1),
  };
}

/** Node, Redis and the packages that do the work. */
export function describeVersions(redisVersion: string): Readonly<Record<string, string>> {
  const packages = PACKAGES.map((name): [string, string] => [name, packageVersion(name)]);
  return { node: process.versions.node, redis: redisVersion, ...Object.fromEntries(packages) };
}

/** The short hash; `+` behind it where files differ from it. */
function commit(): string {
  try {
    const git = (...args: string[]): string =>
      execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    return git('rev-parse', '--short=10', 'HEAD') + (git('status', '--porcelain', '--', 'src', 'bench') === '' ? '' : '+');
  } catch {
    return 'unknown';
  }
}

function packageVersion(name: string): string {
  // Every package.json has a version.
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'node_modules', name, 'package.json'), 'utf8')) as {
    readonly version: string;
  };
  return version;
}
