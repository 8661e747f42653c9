import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillUsers, type LiveSession, startLive } from '../support/live-session.ts';

const workers: Worker[] = [];
process.on('worker', (worker) => workers.push(worker));

let live: LiveSession;
beforeAll(async () => {
  live = await startLive({ workers: 1 });
  await fillUsers(live.redis, 200_000);
});
afterAll(() => live[Symbol.asyncDispose]());

const USERS = "redis_hash('user:*', columns => {'name': 'VARCHAR'})";
const SLOW = `SELECT count(DISTINCT name) AS n FROM ${USERS}`;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Threads in the order in which they start: the session's engine, then the one scan worker; each replacement of a kind alone. */
const kinds: ('engine' | 'scan')[] = ['engine', 'scan'];

describe('a thread that dies during a scan', () => {
  it.each(['engine', 'scan'] as const)(
    'fails the statement with RQ_INTERNAL within two seconds when it is the %s thread, and is replaced',
    async (kind) => {
      await live.session.query('CREATE OR REPLACE VIEW kept AS SELECT 42 AS a').rows();
      await live.session.query("CREATE OR REPLACE VIEW sampled AS FROM redis_hash('user:*')").rows();
      await live.session.query('CREATE OR REPLACE TABLE gone AS SELECT 1 AS a').rows();
      await live.session.query('CREATE OR REPLACE VIEW over_gone AS FROM gone').rows();
      expect(await live.session.query(SLOW).rows()).toEqual([{ n: 200_000n }]);
      const outcome = live.session
        .query(SLOW)
        .rows()
        .catch((error: unknown) => error);
      await pause(60);
      const victim = workers[kinds.indexOf(kind)];
      const startedAt = performance.now();
      // A thread that is ended from outside inside a native callback takes the process along; one that fails by itself does not.
      if (kind === 'engine') victim?.postMessage(null);
      else await victim?.terminate();
      expect(await outcome).toMatchObject({ code: 'RQ_INTERNAL' });
      expect(performance.now() - startedAt).toBeLessThan(2000);
      expect(await live.session.query(SLOW).rows()).toEqual([{ n: 200_000n }]);
      expect(await live.session.query('FROM kept').rows()).toEqual([{ a: 42 }]);
      expect(await live.session.query("SELECT age FROM sampled WHERE _key = 'user:3'").rows()).toEqual([{ age: 3n }]);
    },
  );
});

describe('a script that uses redquery', () => {
  const run = async (body: string, env: NodeJS.ProcessEnv = process.env) => {
    const index = fileURLToPath(new URL('../../src/index.ts', import.meta.url));
    const code = `import { connect } from ${JSON.stringify(index)};\nconst url = ${JSON.stringify(live.redis.url)};\n${body}`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'], env });
    let output = '';
    child.stdout.on('data', (data: Buffer) => {
      output += data.toString();
    });
    const [status] = (await once(child, 'close')) as [number | null];
    return { status, output };
  };

  it.each([
    [
      'closes its session',
      `const s = await connect(url); console.log((await s.query(${JSON.stringify(SLOW)}).rows())[0].n); await s.close();`,
      '200000n\n',
    ],
    [
      'closes it while a result is open',
      `const s = await connect(url); for await (const row of s.query("SELECT name FROM ${USERS}")) { console.log('one'); break; } const r = s.query("SELECT name FROM ${USERS}")[Symbol.asyncIterator](); await r.next(); await s.close();`,
      'one\n',
    ],
    [
      'exits in the middle of a long sum',
      `const s = await connect(url); s.query('SELECT count(*) FROM range(3000000000) a WHERE a.range % 7 = 3').rows().catch(() => {}); setTimeout(() => process.exit(0), 300);`,
      '',
    ],
    [
      'exits in the middle of a scan',
      `const s = await connect(url); s.query(${JSON.stringify(SLOW)}).rows().catch(() => {}); setTimeout(() => process.exit(0), 400);`,
      '',
    ],
    [
      'forgets to close it',
      `const s = await connect(url); console.log((await s.query(${JSON.stringify(SLOW)}).rows())[0].n);`,
      '200000n\n',
    ],
  ])('ends by itself when it %s', async (_, body, expected) => {
    expect(await run(body)).toEqual({ status: 0, output: expected });
  });

  it('leaves no spill folder behind', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'redquery-test-'));
    const body = `const s = await connect(url); await s.query('SELECT 1').rows(); await s.close();`;
    expect(await run(body, { ...process.env, TMPDIR: folder })).toEqual({ status: 0, output: '' });
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});
