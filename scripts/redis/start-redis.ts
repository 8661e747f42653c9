/**
 * Starts a throw-away Redis on a free loopback port and ends it again. Tests, demo, benchmarks and `npm run redis` share it.
 * Nothing is kept: no snapshot, no append-only file, a working directory that is removed at the end.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Invocation, invocationOf, type RedisPlace } from './redis-invocation.ts';
import type { RedisOptions, RunningRedis } from './redis-options.ts';
import { findRedisProgram, type RedisProgram } from './redis-program.ts';
import { TinyClient } from './tiny-client.ts';

const START_ATTEMPTS = 5;
const START_TIMEOUT_MS = 60_000;
const READY = 'Ready to accept connections';
const PORT_TAKEN = /Address already in use|Failed listening on port/;

/**
 * A shell that waits for the end of its input, which comes when this process dies, by whatever signal; then it ends the server.
 * `$1` is the folder to remove, the other words end the server.
 */
const WATCHDOG = 'folder=$1; shift; cat > /dev/null; "$@"; rm -rf "$folder"';

interface Launched {
  readonly child: ChildProcess;
  readonly watchdog: ChildProcess;
  readonly invocation: Invocation;
  readonly place: RedisPlace;
}

/**
 * Starts a Redis and waits until it answers.
 * @throws {Error} where no Redis is found, or it does not start; the message ends with the server's own last lines.
 */
export async function startRedis(options: RedisOptions = {}): Promise<RunningRedis> {
  const program = await findRedisProgram();
  for (let attempt = 1; ; attempt++) {
    const place = await choosePlace(options);
    const launched = launch(invocationOf(program, options, place), place);
    try {
      await untilReady(launched);
      return await openHandle(launched, program, options);
    } catch (error) {
      await end(launched);
      // Between finding a free port and taking it, another process may have been quicker.
      const isTaken = error instanceof Error && PORT_TAKEN.test(error.message);
      if (!isTaken || options.port !== undefined || attempt === START_ATTEMPTS) throw error;
    }
  }
}

async function choosePlace(options: RedisOptions): Promise<RedisPlace> {
  const directory = await mkdtemp(path.join(tmpdir(), 'redquery-redis-'));
  const port = options.port ?? (await freePort());
  const tlsPort = options.tls === undefined ? undefined : await freePort();
  const socketPath = options.unixSocket === true ? path.join(directory, 'redis.sock') : undefined;
  return { port, tlsPort, socketPath, directory };
}

function launch(invocation: Invocation, place: RedisPlace): Launched {
  const child = spawn(invocation.command, invocation.args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const endWords = invocation.endCommand ?? ['kill', '-9', String(child.pid ?? 0)];
  const watchdogWords = ['-c', WATCHDOG, 'sh', place.directory, ...endWords];
  const watchdog = spawn('sh', watchdogWords, { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  watchdog.unref();
  watchdog.once('error', (error) => process.emitWarning(`nothing watches over the throw-away Redis: ${error.message}`));
  return { child, watchdog, invocation, place };
}

async function untilReady({ child, invocation }: Launched): Promise<void> {
  let log = '';
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => fail(`was not ready within ${START_TIMEOUT_MS} ms`), START_TIMEOUT_MS);
    const fail = (why: string): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`${invocation.command} ${why}\n${log.trimEnd().split('\n').slice(-15).join('\n')}`));
    };
    const read = (chunk: Buffer): void => {
      log = (log + chunk.toString()).slice(-20_000);
      if (!log.includes(READY)) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', (error) => fail(`does not start: ${error.message}`));
    // 'close' comes after the last output, 'exit' may come before it.
    child.once('close', (code) => fail(`ended with status ${code} before it was ready`));
  });
}

async function openHandle(launched: Launched, program: RedisProgram, options: RedisOptions): Promise<RunningRedis> {
  const { port, tlsPort, socketPath } = launched.place;
  const client = new TinyClient({ host: '127.0.0.1', port });
  if (options.password !== undefined) await client.call('AUTH', options.password);
  const [info, modules] = await Promise.all([client.call('INFO', 'server'), client.call('MODULE', 'LIST')]);
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    client.close();
    stopping ??= end(launched);
    await stopping;
  };
  return {
    host: '127.0.0.1',
    port,
    url: `redis://127.0.0.1:${port}`,
    tlsPort,
    tlsUrl: tlsPort === undefined ? undefined : `rediss://127.0.0.1:${tlsPort}`,
    socketPath,
    pid: launched.child.pid ?? 0,
    version: /redis_version:(\S+)/.exec(String(info))?.[1] ?? program.version,
    hasSearch: /\bsearch\b/i.test(JSON.stringify(modules)),
    note: program.note,
    call: async (...words) => await client.call(...words),
    callBytes: async (...words) => await client.callBytes(...words),
    callAll: async (commands) => await client.callAll(commands),
    ended: new Promise((resolve) => launched.child.once('exit', () => resolve())),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function end({ child, watchdog, invocation, place }: Launched): Promise<void> {
  // Its whole group: the shell, and the program that it waits with.
  if (watchdog.pid !== undefined && watchdog.exitCode === null) process.kill(-watchdog.pid, 'SIGKILL');
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit');
    if (invocation.endCommand === undefined) child.kill('SIGKILL');
    else spawnSync(invocation.endCommand[0], invocation.endCommand.slice(1));
    await exited;
  }
  await rm(place.directory, { recursive: true, force: true });
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('the system gave no free port');
  return address.port;
}
