/** A throw-away PostgreSQL on a free loopback port: the judge of the client suites, and the base of ratios in the benchmarks. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const PROGRAMS = '/usr/lib/postgresql';
/** PostgreSQL refuses to run as root; Debian's package makes this user. */
const UNPRIVILEGED = 'postgres';
const START_LIMIT_MS = 30_000;
const POLL_MS = 50;

export interface RunningPostgres extends AsyncDisposable {
  readonly port: number;
  /** The folder of its programs: psql, pgbench. */
  readonly programs: string;
  /** Runs statements in the database `redis`, as its owner `redquery`; `input` is for COPY … FROM STDIN. */
  psql(text: string, input?: string): void;
  stop(): Promise<void>;
}

/** The folder of PostgreSQL's programs of the newest version that is installed; undefined: none. */
export function postgresPrograms(): string | undefined {
  const versions = existsSync(PROGRAMS) ? readdirSync(PROGRAMS) : [];
  return versions
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => path.join(PROGRAMS, version, 'bin'))
    .find((folder) => existsSync(path.join(folder, 'postgres')));
}

/** @throws {Error} where Debian's package is not there, or it does not start. */
export async function startPostgres(): Promise<RunningPostgres> {
  const programs = postgresPrograms();
  if (programs === undefined) throw new Error(`no PostgreSQL in ${PROGRAMS}; apt-get install postgresql`);
  const directory = await mkdtemp(path.join(tmpdir(), 'redquery-postgres-'));
  if (process.getuid?.() === 0) execFileSync('chown', [UNPRIVILEGED, directory]);
  const data = path.join(directory, 'data');
  const init = ['-D', data, '-U', 'redquery', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'];
  const [initProgram, initWords] = unprivileged(path.join(programs, 'initdb'), init);
  execFileSync(initProgram, initWords, { stdio: 'ignore', cwd: directory });
  const port = await freePort();
  const settings = ['fsync=off', 'timezone=UTC', 'max_connections=300', 'listen_addresses=127.0.0.1'];
  const words = ['-D', data, '-p', String(port), '-k', directory, ...settings.flatMap((setting) => ['-c', setting])];
  const [program, programWords] = unprivileged(path.join(programs, 'postgres'), words);
  const child = spawn(program, programWords, { stdio: 'ignore', cwd: directory });
  const stop = async (): Promise<void> => {
    await end(child);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await untilReady(programs, port);
    psql(programs, port, 'postgres', 'CREATE DATABASE redis');
  } catch (error) {
    await stop();
    throw error;
  }
  const run = (text: string, input = ''): void => psql(programs, port, 'redis', text, input);
  return { port, programs, psql: run, stop, [Symbol.asyncDispose]: stop };
}

function unprivileged(program: string, words: string[]): [string, string[]] {
  return process.getuid?.() === 0 ? ['setpriv', privileges(program, words)] : [program, words];
}

/** setpriv replaces itself by the program, so that a signal to the child reaches PostgreSQL. */
function privileges(program: string, words: string[]): string[] {
  return [`--reuid=${UNPRIVILEGED}`, `--regid=${UNPRIVILEGED}`, '--clear-groups', program, ...words];
}

async function untilReady(programs: string, port: number): Promise<void> {
  const until = Date.now() + START_LIMIT_MS;
  for (;;) {
    try {
      execFileSync(path.join(programs, 'pg_isready'), ['-q', '-h', '127.0.0.1', '-p', String(port)]);
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
      await sleep(POLL_MS);
    }
  }
}

function psql(programs: string, port: number, database: string, text: string, input = ''): void {
  const place = ['-X', '-q', '-h', '127.0.0.1', '-p', String(port), '-U', 'redquery', '-d', database];
  const words = [...place, '-v', 'ON_ERROR_STOP=1', '-c', text];
  execFileSync(path.join(programs, 'psql'), words, { input, stdio: ['pipe', 'ignore', 'inherit'] });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  // «Fast shutdown»: sessions are ended.
  child.kill('SIGINT');
  await exited;
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
