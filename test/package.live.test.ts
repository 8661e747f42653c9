import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRedis } from './support/redis-server.ts';

const run = promisify(execFile);
const ROOT = path.resolve(import.meta.dirname, '..');
const INSTALL_TIMEOUT_MS = 240_000;

let folder = '';
let packed: string[] = [];

/** What an `npm test` around this one says of its own package must not reach the package under test. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(
    ([name]) =>
      !/^npm_(package|lifecycle|command|config_local_prefix)|^(INIT_CWD|NODE_OPTIONS|NODE_ENV|REDQUERY_URL|REDIS_URL|VITEST.*)$/.test(
        name,
      ),
  );
  return Object.fromEntries(entries);
}

async function command(program: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(program, args, { cwd: folder, env: cleanEnvironment() });
  return stdout;
}

async function runScript(name: string, text: string, ...args: string[]): Promise<string> {
  writeFileSync(path.join(folder, name), text);
  return await command(process.execPath, name, ...args);
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'redquery-package-'));
  const env = cleanEnvironment();
  await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: ROOT, env }).catch((error: { stdout: string }) => {
    throw new Error(`npm pack failed: ${error.stdout}`, { cause: error });
  });
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? 'no tarball';
  packed = (await command('tar', '-tzf', tarball)).trim().split('\n');
  writeFileSync(path.join(folder, 'package.json'), '{ "name": "consumer", "private": true, "type": "module" }');
  await command('npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', `./${tarball}`);
}, INSTALL_TIMEOUT_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package, installed into an empty folder', () => {
  it('holds what it needs and nothing else', () => {
    const others = packed.filter((name) => !/^package\/dist\/.*\.(js|d\.ts)$/.test(name));
    const [baked, ...rest] = others.sort(
      (a, b) => Number(b.endsWith('.tar.gz')) - Number(a.endsWith('.tar.gz')) || (a < b ? -1 : 1),
    );
    expect(baked).toMatch(/^package\/dist\/server\/catalog\/process\/pglite-[\d.]+-[0-9a-f]+\.tar\.gz$/);
    expect(rest).toEqual(['package/CHANGELOG.md', 'package/LICENSE', 'package/README.md', 'package/package.json']);
    expect(packed).toContain('package/dist/index.js');
    expect(packed.filter((name) => name.endsWith('.worker.js')).length).toBeGreaterThanOrEqual(2);
  });

  it('answers from application code, on its own threads, and lets the process end', async () => {
    await using redis = await startRedis({ modules: false });
    await redis.call('HSET', 'user:1', 'name', 'Ada', 'age', '36');
    await redis.call('HSET', 'user:2', 'name', 'Alan', 'age', '41');
    const script = `import { connect } from 'redquery';
      await using session = await connect(process.argv[2]);
      const rows = await session.query("SELECT name, age FROM redis_hash('user:*') WHERE age > $1 ORDER BY age", [40]).rows();
      console.log(JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? Number(value) : value)));`;
    expect(JSON.parse(await runScript('application.mjs', script, redis.url))).toEqual([{ name: 'Alan', age: 41 }]);
  });

  it('can be required from CommonJS', async () => {
    const script = "const { connect, RedQueryError } = require('redquery'); console.log(typeof connect, typeof RedQueryError);";
    expect(await runScript('application.cjs', script)).toBe('function function\n');
  });

  it('has a shell command', async () => {
    expect(await command('npx', '--no-install', 'redquery', '--help')).toContain('redquery');
    expect(await command('npx', '--no-install', 'redquery', '-c', 'select 1 as one', '--format', 'csv')).toBe('one\n1\n');
  });

  it('serves PostgreSQL with the catalog that it brings', async () => {
    await using redis = await startRedis({ modules: false });
    await redis.call('HSET', 'cart:1', 'total', '3.5');
    const env = { ...cleanEnvironment(), XDG_CACHE_HOME: path.join(folder, 'no-cache'), NODE_DISABLE_COMPILE_CACHE: '1' };
    const args = ['serve', redis.url, '--listen', '127.0.0.1:0'];
    const server = spawn(path.join(folder, 'node_modules/.bin/redquery'), args, {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(server, 'exit');
    try {
      const [line] = await once(readline.createInterface(server.stdout), 'line');
      const port = Number(/127\.0\.0\.1:(\d+)/.exec(String(line))?.[1]);
      const client = new pg.Client({ host: '127.0.0.1', port, user: 'me', database: 'redis' });
      await client.connect();
      expect((await client.query("SELECT relname FROM pg_class WHERE relname = 'cart'")).rows).toEqual([{ relname: 'cart' }]);
      expect((await client.query('SELECT total FROM cart')).rows).toEqual([{ total: 3.5 }]);
      await client.end();
      expect(existsSync(path.join(folder, 'no-cache'))).toBe(false);
    } finally {
      server.kill();
      await ended;
    }
  });

  it('has types that compile with all checks on', async () => {
    writeFileSync(
      path.join(folder, 'consumer.ts'),
      `import { connect, RedQueryError, type Session, sql } from 'redquery';
      export async function names(session: Session, age: number): Promise<unknown[]> {
        const rows = await session.query(sql\`SELECT name FROM redis_hash('user:*') WHERE age > \${age}\`).rows();
        return rows.map((row) => row['name']);
      }
      try {
        await using session = await connect({ url: 'redis://127.0.0.1:6379', readOnly: true });
        for await (const row of session.query('SELECT 1 AS one')) console.log(row['one']);
        // @ts-expect-error: there is no such option
        await connect({ nosuch: 1 });
      } catch (error) {
        if (error instanceof RedQueryError && error.code === 'RQ_SYNTAX') console.log(error.position);
      }`,
    );
    const options = {
      module: 'nodenext',
      target: 'es2024',
      lib: ['es2024', 'esnext.disposable', 'dom'],
      strict: true,
      noEmit: true,
    };
    writeFileSync(
      path.join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: { ...options, skipLibCheck: false, types: ['node'] }, files: ['consumer.ts'] }),
    );
    const output = await command(path.join(ROOT, 'node_modules/.bin/tsc'), '-p', '.').catch(
      (error: { stdout: string }) => error.stdout,
    );
    expect(output).toBe('');
  });
});
