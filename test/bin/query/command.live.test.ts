import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand, runShell } from '../../support/command.ts';
import { type RunningRedis, startRedis } from '../../support/redis-server.ts';

const MANY = 200_000;
let redis: RunningRedis;
let folder: string;

const manyUrl = (): string => `${redis.url}/1`;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'redquery-command-'));
  redis = await startRedis({ modules: false, acl: ['reader on >opensesame ~* +@all'] });
  // In a database of its own, so that the other tests do not walk over them.
  const fill = `redis.call('SELECT', '1') for i = 1, ${MANY} do redis.call('HSET', 'many:' .. i, 'n', i, 'text', string.rep('x', 300)) end`;
  await redis.call('EVAL', fill, '0');
  await redis.call('HSET', 'user:1', 'name', 'Ada', 'age', '36');
  await redis.call('HSET', 'user:2', 'name', 'evil\u001b[2Jname', 'age', '41');
});

afterAll(async () => {
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
});

const USERS = "FROM redis_hash('user:*', columns => {'name': 'VARCHAR', 'age': 'INTEGER'})";
const MANY_ROWS = "FROM redis_hash('many:*', columns => {'n': 'BIGINT', 'text': 'VARCHAR'})";

async function scanCalls(): Promise<number> {
  const stats = String(await redis.call('INFO', 'commandstats'));
  return Number(/cmdstat_scan:calls=(\d+)/.exec(stats)?.[1] ?? 0);
}

async function untilScanning(callsBefore: number): Promise<void> {
  while ((await scanCalls()) <= callsBefore) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('redquery', () => {
  it('answers without a Redis where none is named', async () => {
    const { status, stdout, stderr } = await runCommand(['redis://127.0.0.1:1', '-c', 'select 1 as x']);
    expect({ status, stdout: stdout.toString(), stderr }).toEqual({ status: 0, stdout: '{"x":1}\n', stderr: '' });
  });

  it.each([
    ['ndjson', '{"name":"Ada","age":36}\n'],
    ['json', '[\n{"name":"Ada","age":36}\n]\n'],
    ['csv', 'name,age\nAda,36\n'],
    ['markdown', '| name | age |\n|---|---:|\n| Ada | 36 |\n'],
    [
      'table',
      '┌─────────┬─────────┐\n│ name    │     age │\n│ varchar │ integer │\n├─────────┼─────────┤\n│ Ada     │      36 │\n└─────────┴─────────┘\n',
    ],
  ])('prints %s', async (format, text) => {
    const { status, stdout } = await runCommand([
      redis.url,
      '--format',
      format,
      '-c',
      `SELECT name, age ${USERS} WHERE _key = 'user:1'`,
    ]);
    expect(stdout.toString()).toBe(text);
    expect(status).toBe(0);
  });

  it('prints an Arrow stream', async () => {
    const { stdout } = await runCommand([redis.url, '--format', 'arrow', '-c', `SELECT name, age ${USERS} ORDER BY age`]);
    const table = tableFromIPC(stdout);
    expect(table.numRows).toBe(2);
    expect(table.getChild('name')?.get(0)).toBe('Ada');
    expect(table.getChild('age')?.get(1)).toBe(41);
  });

  it('takes the URL from REDQUERY_URL, else from REDIS_URL', async () => {
    const words = ['-c', `SELECT count(*) AS n ${USERS}`];
    const own = await runCommand(words, { env: { REDQUERY_URL: redis.url, REDIS_URL: 'redis://127.0.0.1:1' } });
    expect(own.stdout.toString()).toBe('{"n":2}\n');
    const common = await runCommand(words, { env: { REDIS_URL: redis.url } });
    expect(common.stdout.toString()).toBe('{"n":2}\n');
  });

  it('binds parameters, with and without a type', async () => {
    const sql = `SELECT name, typeof($since) AS t ${USERS} WHERE age < $most AND name <> $other`;
    const { stdout, stderr } = await runCommand([
      redis.url,
      '-c',
      sql,
      '-p',
      'most=40',
      '-p',
      "other=O'Hara",
      '-p',
      'since:date=2024-01-01',
    ]);
    expect(stderr).toBe('');
    expect(stdout.toString()).toBe('{"name":"Ada","t":"DATE"}\n');
  });

  it('takes SQL that begins with a comment', async () => {
    const { status, stdout } = await runCommand(['-c', '-- top\nselect 1 as x']);
    expect({ status, stdout: stdout.toString() }).toEqual({ status: 0, stdout: '{"x":1}\n' });
  });

  it.each([
    ["k:varchar[]=['user:1', 'user:9']", '_key IN $k', '{"n":1}\n'],
    ['k:varchar[]=["user:1", "user:2"]', '_key IN $k', '{"n":2}\n'],
    ['k:varchar[]=[]', '_key IN $k', '{"n":0}\n'],
    ['k:integer[]=[36, 41, null]', 'age IN $k', '{"n":2}\n'],
  ])('binds the list %s behind IN', async (parameter, where, text) => {
    const { stdout, stderr } = await runCommand([
      redis.url,
      '-p',
      parameter,
      '-c',
      `SELECT count(*) AS n ${USERS} WHERE ${where}`,
    ]);
    expect(stdout.toString() + stderr).toBe(text);
  });

  it('asks for the keys of a list alone', async () => {
    const words = ['-p', "k:varchar[]=['user:1','user:2']", '-c', `EXPLAIN SELECT count(*) ${USERS} WHERE _key IN $k`];
    expect((await runCommand([redis.url, ...words])).stdout.toString()).toContain('2 keys, no SCAN');
  });

  it('puts the caret at the end where the end is missing', async () => {
    const { stderr } = await runCommand(['-c', 'select 1 +']);
    expect(stderr).toBe(`RQ_SYNTAX: syntax error at end of input\n  select 1 +\n${' '.repeat(12)}^\n`);
  });

  it('runs statements in order and stops at the first error', async () => {
    const script = `CREATE VIEW users AS ${USERS};\nSELECT count(*) AS n FROM users;\nSELECT nme FROM users;\nSELECT 3;`;
    const { status, stdout, stderr } = await runCommand([redis.url], { stdin: script });
    expect(status).toBe(1);
    expect(stdout.toString()).toBe('{"n":2}\n');
    expect(stderr).toMatch(/^RQ_UNKNOWN_COLUMN: .*\nline 3: SELECT nme FROM users;\n {15}\^\n/);
  });

  it('names file and line where a file holds the error', async () => {
    const file = path.join(folder, 'bad.sql');
    await writeFile(file, 'select 1 as x;\n\nselect foo;\n');
    const { status, stdout, stderr } = await runCommand(['-f', file]);
    expect(stdout.toString()).toBe('{"x":1}\n');
    expect(status).toBe(1);
    expect(stderr).toContain(`${file}:3: select foo`);
  });

  it('reads the password from a file, the URL or the environment', async () => {
    const file = path.join(folder, 'password');
    await writeFile(file, 'opensesame\n');
    const bare = redis.url.replace('redis://', 'redis://reader@');
    const words = ['-c', `SELECT count(*) AS n ${USERS}`];
    const ways = await Promise.all([
      runCommand([bare, '--password-file', file, ...words]),
      runCommand([redis.url.replace('redis://', 'redis://reader:opensesame@'), ...words], {
        env: { REDQUERY_PASSWORD: 'not this' },
      }),
      runCommand([bare, ...words], { env: { REDQUERY_PASSWORD: 'opensesame' } }),
    ]);
    expect(ways.map(({ stdout, stderr }) => stdout.toString() + stderr)).toEqual(['{"n":2}\n', '{"n":2}\n', '{"n":2}\n']);
  });
});

describe('exit status', () => {
  it('is 3 where nothing listens, and 3 for a wrong password', async () => {
    const silent = await runCommand(['redis://127.0.0.1:1', '-c', `SELECT count(*) ${USERS}`]);
    expect(silent.stderr).toMatch(/^RQ_REDIS_UNREACHABLE: /);
    expect(silent.status).toBe(3);
    const wrong = await runCommand([
      redis.url.replace('redis://', 'redis://reader:wrongword@'),
      '-c',
      `SELECT count(*) ${USERS}`,
    ]);
    expect(wrong.stderr).toMatch(/^RQ_REDIS_AUTH: /);
    expect(wrong.stderr).not.toContain('wrongword');
    expect(wrong.status).toBe(3);
  });

  it.each([
    [['--format', 'xml', '-c', 'select 1'], /xml.*table, box, json/],
    [['-c', 'select 1', '--nonsense'], /nonsense/],
    [['-c', ' ; -- nothing'], /no SQL/],
    [['-c', 'select 1', '-p', 'x=1'], /no statement uses the parameter x/],
    [['http://localhost', '-c', 'select 1'], /http/],
    [['-f', '/nonexistent/file.sql'], /RQ_FILE.*ENOENT/],
  ])('is 2 for %j', async (words, message) => {
    const { status, stdout, stderr } = await runCommand(words);
    expect(stderr).toMatch(message);
    expect(stdout).toHaveLength(0);
    expect(status).toBe(2);
  });

  it('is 2 for a variable that holds no URL, and names it', async () => {
    const { status, stderr } = await runCommand(['-c', 'select 1'], { env: { REDIS_URL: 'garbage' } });
    expect(stderr).toMatch(/^RQ_OPTION: the variable REDIS_URL: .*redis:\/\//);
    expect(status).toBe(2);
  });

  it('is 1 for a statement that fails while it runs', async () => {
    const { status, stderr } = await runCommand([
      redis.url,
      '-c',
      "SELECT name FROM redis_hash('user:*', columns => {'name': 'INTEGER'})",
    ]);
    expect(stderr).toMatch(/^RQ_BAD_VALUE: /);
    expect(stderr).not.toContain('\u001b');
    expect(status).toBe(1);
  });
});

describe('a reader that goes away', () => {
  it('stops the scan; status 0, no text', async () => {
    const before = await scanCalls();
    const { stdout, stderr } = await runShell(
      `$REDQUERY "${manyUrl()}" -c "SELECT n, text ${MANY_ROWS}" | head -1; echo "status \${PIPESTATUS[0]}"`,
    );
    const [first, second] = stdout.toString().split('\n');
    expect(Object.keys(JSON.parse(first ?? ''))).toEqual(['n', 'text']);
    expect(second).toBe('status 0');
    expect(stderr).toBe('');
    const after = await scanCalls();
    expect(after - before).toBeGreaterThan(0);
    // All of it would be at least this many calls of 1,000 keys.
    expect(after - before).toBeLessThan(MANY / 1000 / 2);
  });
});

describe('an interrupt', () => {
  it('ends the statement with one line and status 130, and stops the scan', async () => {
    const sql = `SELECT count(*) ${MANY_ROWS} a, range(1000000) b WHERE a.n * b.range % 7 = 3`;
    const before = await scanCalls();
    let interruptedAt = 0;
    const { status, stdout, stderr } = await runCommand([manyUrl(), '-c', sql], {
      onStart: (child) => {
        void untilScanning(before).then(() => {
          interruptedAt = performance.now();
          child.kill('SIGINT');
        });
      },
    });
    expect(status).toBe(130);
    expect(stderr).toBe('RQ_CANCELLED: interrupted\n');
    expect(stdout).toHaveLength(0);
    expect(performance.now() - interruptedAt).toBeLessThan(3_000);
    const calls = await scanCalls();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await scanCalls()).toBe(calls);
  });
});
