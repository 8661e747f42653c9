/** `redquery serve` for the measures of this folder: the built command where it is built, else the sources. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Serving, startServe } from '../../scripts/wire/start-serve.ts';
import type { Bench } from '../support/measure.ts';
import { usersTable } from '../support/seeded-users.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const BUILT = path.join(ROOT, 'dist/bin/redquery.js');
const KB_A_MB = 1024;

/** Whether `npm run build` made a command that can serve. */
export const isBuilt = existsSync(path.join(ROOT, 'dist/server/server.js'));

export const builtNote = isBuilt ? 'the built command' : 'the sources; npm run build for the built command';

/** Serves `users`, the bench's hashes with three declared columns. */
export async function serveUsers({ redis }: Pick<Bench, 'redis'>): Promise<Serving> {
  const views = `CREATE VIEW users AS SELECT * FROM ${usersTable('name', 'age', 'score')};`;
  return await startServe(redis.url, {
    views,
    words: ['--no-discovery', '--log', 'none'],
    ...(isBuilt && { command: BUILT }),
  });
}

/** Resident memory of a process and all that it started, in MB. Linux only. */
export function residentMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const own = Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / KB_A_MB;
  return own + childrenOf(pid).reduce((sum, child) => sum + residentMb(child), 0);
}

/** Every thread has a list of the children that it started. */
function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
    const words = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ');
    return words.filter((word) => word !== '').map(Number);
  });
}
