/** Where the baked data directory lies: beside the built files, else in a cache directory, made there when it is missing. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PgError } from '../../pg-error.ts';
import { DATABASE_SQL, ROLE_STATEMENTS, SERVER_SETTINGS } from './overrides.ts';

const IS_CHECKOUT = import.meta.url.endsWith('.ts');
const HERE = path.dirname(fileURLToPath(import.meta.url));
const BAKE_TIMEOUT_MS = 120_000;

/** Names what the directory is made of, so that another version never reads it. */
function dataFileName(): string {
  const require = createRequire(import.meta.url);
  const module = require.resolve('@electric-sql/pglite');
  const version = /"version":\s*"([^"]+)"/.exec(readFileSync(path.join(path.dirname(module), '..', 'package.json'), 'utf8'))?.[1];
  const sql = createHash('sha256')
    .update([...ROLE_STATEMENTS, DATABASE_SQL, ...SERVER_SETTINGS].join('\n'))
    .digest('hex');
  return `pglite-${version ?? 'unknown'}-${sql.slice(0, 12)}.tar.gz`;
}

function cacheDirectory(): string {
  if (IS_CHECKOUT) return path.resolve(HERE, '..', '..', '..', '..', '.cache', 'catalog');
  const base =
    process.env['XDG_CACHE_HOME'] ??
    (process.platform === 'win32' ? process.env['LOCALAPPDATA'] : undefined) ??
    path.join(homedir(), process.platform === 'darwin' ? 'Library/Caches' : '.cache');
  return path.join(base, 'redquery', 'catalog');
}

/** Where a build keeps its own: beside the programs in `dist`; a checkout's sources stay clean, so in the cache there. */
export function builtDataFile(): string {
  return path.join(IS_CHECKOUT ? cacheDirectory() : HERE, dataFileName());
}

/**
 * Gives the file that `pglite.child` loads; bakes it (some 3 s, in a process of its own) where there is none.
 * @throws {PgError} 58000 where it cannot be made.
 */
export async function ensureDataFile(directory: string | null = null): Promise<string> {
  const packaged = builtDataFile();
  if (directory === null && existsSync(packaged)) return packaged;
  const file = path.join(directory ?? cacheDirectory(), dataFileName());
  if (existsSync(file)) return file;
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    const program = path.join(HERE, IS_CHECKOUT ? 'bake.ts' : 'bake.js');
    await promisify(execFile)(process.execPath, [program, file], { timeout: BAKE_TIMEOUT_MS });
  } catch (error) {
    throw new PgError('58000', 'the catalog could not be prepared; the log of the server has it', { cause: error });
  }
  return file;
}
