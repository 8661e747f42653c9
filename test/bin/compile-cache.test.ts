import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runShell } from '../support/command.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'redquery-cache-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const filesIn = (place: string): string[] => readdirSync(place, { recursive: true, encoding: 'utf8' });
const select = (env: string) => runShell(`env ${env} $REDQUERY -c 'SELECT 7 AS n' --format csv`);
const WANTED = '-u NODE_DISABLE_COMPILE_CACHE';

describe("the command's compiled modules", () => {
  it("are kept in the user's cache folder, those of the engine's thread, too", async () => {
    const env = `${WANTED} XDG_CACHE_HOME=${folder}`;
    for (const _ of ['first', 'second']) {
      const { status, stdout, stderr } = await select(env);
      expect({ status, stdout: String(stdout), stderr }).toMatchObject({ status: 0, stdout: 'n\n7\n' });
    }
    const kept = filesIn(path.join(folder, 'redquery', 'compiled'));
    // Those of the main thread alone are fewer.
    expect(kept.length).toBeGreaterThan(500);
  }, 30_000);

  it('are not kept where nothing may be written, or nobody wants it', async () => {
    for (const env of [`${WANTED} XDG_CACHE_HOME=/dev/null/nowhere`, `XDG_CACHE_HOME=${folder}`]) {
      const { status, stdout, stderr } = await select(env);
      expect({ status, stdout: String(stdout), stderr }).toMatchObject({ status: 0, stdout: 'n\n7\n', stderr: '' });
    }
    expect(filesIn(folder)).toEqual([]);
  }, 30_000);
});
