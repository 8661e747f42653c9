/** Starts `redquery serve` as a process of its own, as its users do, and ends it again. Client suites and benchmarks share it. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import readline from 'node:readline';

const SOURCE = path.resolve(import.meta.dirname, '../../src/bin/redquery.ts');
const KEPT_CHARS = 4000;

/** A running `redquery serve`. */
export interface Serving extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

export interface ServeOptions {
  /** The text of the file for --views. */
  readonly views?: string;
  /** Passwords by name, for --users; without them everybody is let in. */
  readonly users?: Readonly<Record<string, string>>;
  /** The file that Node runs; default the sources'. */
  readonly command?: string;
  /** Further words of the command. */
  readonly words?: readonly string[];
}

/**
 * Starts `redquery serve` on a free port and waits for the line that says where it listens.
 * @throws {Error} with what it wrote, where it ends before.
 */
export async function startServe(
  redisUrl: string,
  { views, users, words = [], command = SOURCE }: ServeOptions = {},
): Promise<Serving> {
  const folder = await mkdtemp(path.join(tmpdir(), 'redquery-serve-'));
  const fileWords: string[] = [];
  if (views !== undefined) {
    const file = path.join(folder, 'views.sql');
    await writeFile(file, views);
    fileWords.push('--views', file);
  }
  for (const [name, password] of Object.entries(users ?? {})) {
    const file = path.join(folder, 'users.json');
    execFileSync(process.execPath, [command, 'user', 'add', name, '--users', file], { input: `${password}\n`, stdio: 'pipe' });
    if (!fileWords.includes('--users')) fileWords.push('--users', file);
  }
  const args = [command, 'serve', redisUrl, '--listen', '127.0.0.1:0', ...fileWords, ...words];
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
        const match = /listens on 127\.0\.0\.1:(\d+)/.exec(line);
        if (match !== null) resolve(Number(match[1]));
      });
    child.once('exit', (status) => reject(new Error(`redquery serve ended with ${status}: ${written}`)));
  });
  return { port, pid: child.pid ?? 0, stop, [Symbol.asyncDispose]: stop };
}
