/**
 * What the client suites connect to: `redquery serve` over a Redis of its own, or, with REDQUERY_CLIENTS_TARGET=postgres, a real
 * PostgreSQL with equal tables, which proves the suites themselves.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { startRedis } from '../../../scripts/redis/start-redis.ts';
import { startPostgres } from './postgres.ts';
import { fillRedis, VIEWS } from './shop.ts';

export const IS_POSTGRES = process.env['REDQUERY_CLIENTS_TARGET'] === 'postgres';

const COMMAND = path.resolve(import.meta.dirname, '../../../src/bin/redquery.ts');
const KEPT_CHARS = 4000;

export interface Target extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  /** `postgres://…` */
  readonly url: string;
  /** The process that accepts. */
  readonly pid: number;
  /** PGHOST, PGPORT, … as libpq and most drivers read them. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Starts what the environment asks for, with the shop's data in it. */
export async function startTarget(): Promise<Target> {
  if (IS_POSTGRES) {
    const postgres = await startPostgres();
    return targetOf(postgres.port, 0, () => postgres.stop());
  }
  const redis = await startRedis({ modules: false });
  try {
    await fillRedis(redis.port);
    const server = await startServe(redis.url, { views: VIEWS });
    return targetOf(server.port, server.pid, async () => {
      await server.stop();
      await redis.stop();
    });
  } catch (error) {
    await redis.stop();
    throw error;
  }
}

function targetOf(port: number, pid: number, stop: () => Promise<void>): Target {
  const [host, user, database] = ['127.0.0.1', 'redquery', 'redis'];
  return {
    ...{ host, port, user, database, pid, stop },
    url: `postgres://${user}@${host}:${port}/${database}`,
    environment: { PGHOST: host, PGPORT: String(port), PGUSER: user, PGDATABASE: database, PGPASSWORD: 'secret', PGSSLMODE: 'disable' },
    [Symbol.asyncDispose]: stop,
  };
}

export interface Serving {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

export interface ServeOptions {
  /** The text of the file for --views. */
  readonly views?: string;
  /** Further words of the command. */
  readonly words?: readonly string[];
}

/**
 * Starts `redquery serve` on a free port and waits for the line that says where it listens.
 * @throws {Error} with what it wrote, where it ends before.
 */
export async function startServe(redisUrl: string, { views, words = [] }: ServeOptions = {}): Promise<Serving> {
  const folder = await mkdtemp(path.join(tmpdir(), 'redquery-serve-'));
  const viewWords: string[] = [];
  if (views !== undefined) {
    const file = path.join(folder, 'views.sql');
    await writeFile(file, views);
    viewWords.push('--views', file);
  }
  const args = [COMMAND, 'serve', redisUrl, '--listen', '127.0.0.1:0', ...viewWords, ...words];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  let written = '';
  const port = await new Promise<number>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      readline.createInterface({ input: stream }).on('line', (line) => {
        written = `${written}${line}\n`.slice(-KEPT_CHARS);
        const match = /127\.0\.0\.1:(\d+)/.exec(line);
        if (match !== null) resolve(Number(match[1]));
      });
    child.once('exit', (status) => reject(new Error(`redquery serve ended with ${status}: ${written}`)));
  });
  return { port, pid: child.pid ?? 0, stop };
}
