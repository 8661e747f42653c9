import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { wasInterrupted } from '../../../src/repl/result/child.ts';

const CHILD = path.resolve(import.meta.dirname, '../../../src/repl/result/child.ts');

it('does not stay with the terminal when the process ends', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'redquery-'));
  const [program, started] = [path.join(folder, 'pager'), path.join(folder, 'pid')];
  // It reads nothing, so that the end of its input does not end it.
  writeFileSync(program, `#!/bin/sh\necho $$ > '${started}.new'\nmv '${started}.new' '${started}'\nexec sleep 60\n`);
  chmodSync(program, 0o755);
  const script = `
    import { existsSync } from 'node:fs';
    import { startChild } from ${JSON.stringify(CHILD)};
    void startChild(${JSON.stringify(program)}, process.env, (work) => work(), 'the pager');
    setInterval(() => existsSync(${JSON.stringify(started)}) && process.exit(0), 10);`;
  try {
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore', timeout: 20_000 });
    expect(existsSync(started)).toBe(true);
    const pid = Number(readFileSync(started, 'utf8'));
    await vi.waitUntil(() => !isAlive(pid), { timeout: 5_000 });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

it.each<[Parameters<typeof wasInterrupted>[0], boolean]>([
  [{ status: null, signal: 'SIGINT' }, true],
  [{ status: 130, signal: null }, true],
  [{ status: 0, signal: null }, false],
  [{ status: null, signal: 'SIGPIPE' }, false],
])('was interrupted or not: %j', (end, is) => expect(wasInterrupted(end)).toBe(is));
