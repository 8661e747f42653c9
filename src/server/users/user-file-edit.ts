/** Changes the user file: one at a time, whole or not at all. */
import { chmod, chown, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RedQueryError } from '../../errors.ts';
import { emptyUserFile, readUserFile, type UserFile, userFileText } from './user-file.ts';

const LOCK_WAIT_MS = 5_000;
const LOCK_RETRY_MS = 25;
const OWNER_ONLY = 0o600;

/**
 * Reads the file (an empty one where there is none and `mayCreate`), changes it, and puts the new one in its place by rename:
 * a reader sees the old or the new. Its mode and, where this process may, its owner stay. A lock file beside it keeps two such
 * changes apart.
 * @throws {RedQueryError} RQ_FILE, RQ_OPTION as `readUserFile`; what `change` throws.
 */
export async function editUserFile(
  givenPath: string,
  mayCreate: boolean,
  change: (file: UserFile) => UserFile,
): Promise<UserFile> {
  // A link stays a link: the file behind it is changed.
  const target = await realpath(givenPath).catch(() => givenPath);
  const unlock = await lock(`${target}.lock`);
  try {
    const before = await stat(target).catch(() => null);
    const old = before === null && mayCreate ? emptyUserFile() : (await readUserFile(target)).file;
    const changed = change(old);
    await replace(target, userFileText(changed), before);
    return changed;
  } finally {
    await unlock();
  }
}

async function replace(target: string, text: string, before: { mode: number; uid: number; gid: number } | null): Promise<void> {
  const fresh = `${target}.new`;
  try {
    await rm(fresh, { force: true });
    await writeDurably(fresh, text);
    if (before !== null) {
      await chmod(fresh, before.mode & 0o777);
      // Root changes the file of the account that the server runs as; others can only change their own.
      await chown(fresh, before.uid, before.gid).catch(() => undefined);
    }
    await rename(fresh, target);
  } catch (cause) {
    await rm(fresh, { force: true });
    throw fileError(`the user file ${target} cannot be written`, cause);
  }
  await syncFolder(path.dirname(target));
}

async function writeDurably(file: string, text: string): Promise<void> {
  await using handle = await open(file, 'wx', OWNER_ONLY);
  await handle.writeFile(text);
  await handle.sync();
}

/** So that the rename outlives a power cut; not every system lets folders be opened. */
async function syncFolder(folder: string): Promise<void> {
  try {
    await using handle = await open(folder, 'r');
    await handle.sync();
  } catch {
    // The rename has happened; only its durability is the system's own affair.
  }
}

async function lock(lockPath: string): Promise<() => Promise<void>> {
  const giveUpAt = Date.now() + LOCK_WAIT_MS;
  for (;;) {
    try {
      await using handle = await open(lockPath, 'wx', OWNER_ONLY);
      await handle.writeFile(`${process.pid}\n`);
      return () => rm(lockPath, { force: true });
    } catch (cause) {
      if (!hasCode(cause, 'EEXIST')) throw fileError(`the user file cannot be locked (${lockPath})`, cause);
    }
    if (await isAbandoned(lockPath)) await rm(lockPath, { force: true });
    else if (Date.now() > giveUpAt) {
      throw new RedQueryError('RQ_FILE', `somebody else is changing the user file (${lockPath})`, {
        hint: 'try again; if nobody is, remove that file',
      });
    } else await sleep(LOCK_RETRY_MS);
  }
}

/** True where the process that made the lock is no more. */
async function isAbandoned(lockPath: string): Promise<boolean> {
  const text = await readFile(lockPath, 'utf8').catch(() => '');
  const owner = /^([1-9][0-9]*)\n$/.exec(text)?.[1];
  // Just made and not yet written, or gone meanwhile.
  if (owner === undefined) return false;
  try {
    process.kill(Number(owner), 0);
    return false;
  } catch (error) {
    return hasCode(error, 'ESRCH');
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function fileError(words: string, cause: unknown): RedQueryError {
  return new RedQueryError('RQ_FILE', `${words}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
}
