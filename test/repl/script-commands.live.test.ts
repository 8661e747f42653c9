import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/command.ts';
import { type RunningRedis, startRedis } from '../support/redis-server.ts';

let redis: RunningRedis;
const folder = mkdtempSync(path.join(os.tmpdir(), 'redquery-script-'));

beforeAll(async () => {
  redis = await startRedis();
});

afterAll(async () => {
  await redis.stop();
  rmSync(folder, { recursive: true });
});

async function runScript(...lines: readonly string[]) {
  const { status, stdout, stderr } = await runCommand(['repl', redis.url], { stdin: lines.join('\n') });
  return { status, stdout: stdout.toString(), stderr };
}

describe('a command behind a statement', () => {
  it('is how that statement is run, once', async () => {
    const file = path.join(folder, 'one.csv');
    const { status, stdout, stderr } = await runScript(
      'SELECT 1 AS a, 2 AS b \\gx',
      `SELECT 3 AS c \\g ${file}`,
      'SELECT 4 AS d',
      '\\g',
      'SELECT 5 AS e; \\g',
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^a = 1\nb = 2\n+d\n4\ne\n5\ne\n5\n$/);
    expect(readFileSync(file, 'utf8')).toBe('c\n3\n');
  });

  it.each([
    ['SELECT nme \\gx', 'line 2: SELECT nme \\gx'],
    ['SELECT nme \\watch 1', 'line 2: SELECT nme \\watch 1'],
    ['.watch SELECT nme', 'SELECT nme'],
  ])('fails as the statement does: %s', async (line, shown) => {
    const { status, stdout, stderr } = await runScript('SELECT 1 AS a;', line, 'SELECT 2 AS b;');
    expect(status).not.toBe(0);
    expect(stdout).toBe('a\n1\n');
    expect(stderr).toContain('The statement behind it was not run.');
    expect(stderr).toContain(shown);
  });

  it('that is not known leaves the statement alone', async () => {
    const { stdout, stderr } = await runScript('SELECT 1 AS a \\gset');
    expect(stdout).toBe('');
    expect(stderr).toContain('there is no \\gset here');
  });
});
