import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import type { ScanStat, StatementStats } from '../../../src/engine/index.ts';
import { watchFrom } from '../../../src/repl/commands/statements/watch.ts';
import { DEFAULT_SETTINGS } from '../../../src/repl/settings.ts';
import type { LastResult } from '../../../src/repl/words.ts';
import { integers, table } from '../../support/plain-columns.ts';
import { doneReport, MemoryShell, runLine } from '../../support/shell.ts';

const result: LastResult = { text: 'SELECT 1', schema: [], batches: [], rowCount: 1, isWhole: true };

/** A result of one column of whole numbers. */
function numbers(values: readonly number[]): LastResult {
  const { schema, batch } = table(values.length, [['n', { id: 'BIGINT' }, integers(8, values)]]);
  return { text: 'SELECT n', schema, batches: [batch], rowCount: values.length, isWhole: true };
}

/** Stats as `.redis` reads them: of the rest nothing is asked. */
function statsOf(...scans: readonly { readonly title: string; readonly examples: readonly string[] }[]): StatementStats {
  return { scans: scans as readonly ScanStat[] } as StatementStats;
}

describe('.last', () => {
  it('shows the last result', async () => {
    const shell = new MemoryShell();
    shell.lastResult = result;
    await runLine(shell, '.last');
    expect(shell.drawnWith.length).toBe(1);
    expect(shell.said).toEqual([]);
  });

  it('says where not all of it was kept, and where there is none', async () => {
    const shell = new MemoryShell();
    await runLine(shell, '.last');
    shell.lastResult = { ...result, rowCount: 100_000, isWhole: false };
    await runLine(shell, '.last');
    expect(shell.said).toEqual(['There is no last result yet.', 'The first 100,000 rows; more are not kept.']);
  });
});

describe('.redis', () => {
  it('shows the commands of the last statement, ready for redis-cli', async () => {
    const shell = new MemoryShell();
    const stats = statsOf({ title: "redis_hash('user:*')", examples: ['SCAN 0 MATCH user:* COUNT 1000', 'HMGET user:7 name'] });
    shell.lastStatement = doneReport('x', { stats });
    await runLine(shell, '.redis');
    expect(shell.shown).toEqual(['SCAN 0 MATCH user:* COUNT 1000\nHMGET user:7 name']);
  });

  it('says what planning asked beside them', async () => {
    const shell = new MemoryShell();
    const stats = {
      ...statsOf({ title: 'a', examples: ['HLEN a'] }),
      planning: { roundTrips: 1, bytesReceived: 0, bytesSent: 0, redisMicros: 0 },
    };
    shell.lastStatement = doneReport('x', { stats });
    await runLine(shell, '.redis');
    expect(shell.shown[0]).toMatch(/^HLEN a\n# and 1 round trip for planning: SCAN, .*FT\.INFO$/);
  });

  it('tells several scans apart, and escapes what is in keys', async () => {
    const shell = new MemoryShell();
    const stats = statsOf({ title: 'a', examples: ['GET \u001b[2J'] }, { title: 'b', examples: [] });
    shell.lastStatement = doneReport('x', { stats });
    await runLine(shell, '.redis');
    expect(shell.shown).toEqual(['# a\nGET \\x1b[2J\n# b\n# nothing to ask']);
  });

  it('says where there is nothing', async () => {
    const shell = new MemoryShell();
    await runLine(shell, '.redis');
    shell.lastStatement = doneReport('SELECT 1', { stats: statsOf() });
    await runLine(shell, '.redis');
    shell.lastStatement = doneReport('CREATE VIEW v …', { stats: { ...statsOf(), roundTrips: 3 } });
    await runLine(shell, '.redis');
    expect(shell.said).toEqual([
      'No statement has run yet.',
      'The last statement asked nothing of Redis.',
      'The last statement looked at a sample of keys, and scanned none.',
    ]);
  });
});

describe('.history', () => {
  it('shows the last entries, numbered, each of their lines', async () => {
    const shell = new MemoryShell({ columns: 20 });
    shell.history = ['a', 'SELECT\n  1;', `x${'y'.repeat(40)}`];
    await runLine(shell, '\\s 2');
    expect(shell.shown).toEqual([`2  SELECT\n     1;\n3  x${'y'.repeat(15)}…`]);
  });

  it('shows twenty unless told otherwise', async () => {
    const shell = new MemoryShell();
    shell.history = Array.from({ length: 30 }, (_, at) => `q${at}`);
    await runLine(shell, '.history');
    expect(shell.text.split('\n').length).toBe(20);
    expect(shell.text).toMatch(/^11 {2}q10\n[^]*\n30 {2}q29$/);
  });

  it.each(['0', '-1', 'all'])('refuses %s', async (argument) => {
    await expect(runLine(new MemoryShell(), `.history ${argument}`)).rejects.toMatchObject({ code: 'RQ_OPTION' });
  });
});

describe('.watch', () => {
  it.each([
    ['', { seconds: 2, count: null, leastRows: null, text: '' }],
    ['5', { seconds: 5, count: null, leastRows: null, text: '' }],
    ['0.5s SELECT 1;', { seconds: 0.5, count: null, leastRows: null, text: 'SELECT 1' }],
    ['i=1 c=3 m=2 SELECT 1', { seconds: 1, count: 3, leastRows: 2, text: 'SELECT 1' }],
    ['c=3 5', { seconds: 5, count: 3, leastRows: null, text: '' }],
    ['interval=1 count=2 min_rows=1', { seconds: 1, count: 2, leastRows: 1, text: '' }],
    ['FROM t\nLIMIT 1', { seconds: 2, count: null, leastRows: null, text: 'FROM t\nLIMIT 1' }],
  ])('reads %j', (argument, wanted) => {
    expect(watchFrom(argument)).toEqual(wanted);
  });

  it.each(['0', 'i=x', 'c=0', 'c=1.5', 'm=-1', '100000'])('refuses %j', (argument) => {
    expect(() => watchFrom(argument)).toThrow(expect.objectContaining({ code: 'RQ_OPTION' }));
  });

  it('needs a statement', async () => {
    await expect(runLine(new MemoryShell(), '.watch')).rejects.toMatchObject({ code: 'RQ_OPTION', message: /no statement/ });
  });

  it('runs the last statement again, asking once, redrawing in place, what changed lit', async () => {
    let run = 0;
    const shell: MemoryShell = new MemoryShell({
      hasColour: true,
      onRun: (text) => {
        run++;
        shell.lastResult = numbers([1, 2 + (run > 1 ? 5 : 0), 3]);
        return doneReport(text, { rowCount: 3, elapsedMs: 12 });
      },
    });
    shell.lastStatement = doneReport('SELECT n\nFROM t');
    await runLine(shell, '.watch i=0.1 c=3');
    expect(shell.ran.map(({ text, options }) => [text, options])).toEqual([
      ['SELECT n\nFROM t', { isConfirmed: false, isQuiet: true }],
      ['SELECT n\nFROM t', { isConfirmed: true, isQuiet: true }],
      ['SELECT n\nFROM t', { isConfirmed: true, isQuiet: true }],
    ]);
    expect(shell.clearedCount).toBe(3);
    const plain = shell.said.map(stripVTControlCharacters);
    expect(plain[0]).toMatch(/^every 0\.1 s · \d\d:\d\d:\d\d · 3 rows in 12 ms · SELECT n FROM t\n┌─/);
    expect(plain[1]).toMatch(/│ +1 │\n│ +7 │\n│ +3 │/);
    const lit = shell.said.map((text) => [...text.matchAll(/\u001b\[7m([^\u001b]*)/g)].map(([, value]) => value));
    expect(lit).toEqual([[], ['7'], []]);
    expect(shell.settings).toEqual(DEFAULT_SETTINGS);
  });

  it.each(['box', 'csv'] as const)('stays within the window: %s', async (mode) => {
    const shell: MemoryShell = new MemoryShell({
      rows: 20,
      onRun: (text) => {
        shell.lastResult = numbers(Array.from({ length: 1_000 }, (_, at) => at));
        return doneReport(text);
      },
    });
    shell.settings.mode = mode;
    await runLine(shell, '.watch c=1 SELECT 1');
    const lines = shell.text.split('\n');
    expect(lines.length).toBeLessThan(20);
    expect(lines.length).toBeGreaterThan(10);
  });

  it('never starts a run before the one before it has ended', async () => {
    let running = 0;
    let most = 0;
    const shell = new MemoryShell({
      onRun: async (text) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 150));
        running--;
        return doneReport(text);
      },
    });
    await runLine(shell, '.watch 0.1 c=3 SELECT 1');
    expect([most, shell.ran.length]).toEqual([1, 3]);
  });

  it('shows no older result for a statement without rows', async () => {
    const shell = new MemoryShell();
    shell.lastResult = result;
    await runLine(shell, '.watch c=1 DROP VIEW v');
    expect(shell.text).toMatch(/^every 2 s · [^\n]*DROP VIEW v$/);
  });

  it.each(['failed', 'refused', 'interrupted'] as const)('ends after a run that was %s', async (end) => {
    const shell = new MemoryShell({ onRun: (text) => doneReport(text, { end }) });
    await runLine(shell, '.watch 0.1 SELECT 1');
    expect(shell.ran.length).toBe(1);
    expect(shell.clearedCount).toBe(0);
  });

  it('ends where fewer rows come than m=', async () => {
    let rowCount = 3;
    const shell = new MemoryShell({ onRun: (text) => doneReport(text, { rowCount: --rowCount }) });
    await runLine(shell, '.watch 0.1 m=2 SELECT 1');
    expect(shell.ran.length).toBe(2);
  });

  it('ends its pause at Ctrl-C', async () => {
    const abort = new AbortController();
    const shell = new MemoryShell({
      onRun: (text) => {
        setTimeout(() => abort.abort(), 20);
        return doneReport(text);
      },
    });
    const start = performance.now();
    await runLine(shell, '.watch 60 SELECT 1', abort.signal);
    expect(performance.now() - start).toBeLessThan(2_000);
    expect(shell.ran.length).toBe(1);
  });

  it.each([
    ['a script', { isInteractive: false }, {}],
    ['a file', {}, { output: 'x.csv' }],
  ])('writes one result behind the other to %s', async (_, options, settings) => {
    const shell = new MemoryShell(options);
    Object.assign(shell.settings, settings);
    await runLine(shell, '.watch 0.1 c=2 SELECT 1');
    expect(shell.ran.map(({ options: given }) => given.isQuiet)).toEqual([undefined, undefined]);
    expect(shell.clearedCount).toBe(0);
  });
});

describe('.edit', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'redquery-editor-'));
  const script = path.join(folder, 'editor.sh');
  const seen = path.join(folder, 'seen');

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  afterEach(() => {
    vi.unstubAllEnvs();
  });

  /** An editor that notes what it was given, and does as it is told. */
  function useEditor(commands: string): void {
    writeFileSync(script, `#!/bin/sh\nprintf '%s\\n' "$@" > ${seen}\ncat -- "$1" >> ${seen} 2> /dev/null\n${commands}\n`, {
      mode: 0o755,
    });
    vi.stubEnv('VISUAL', script);
  }

  const givenFile = (): string => readFileSync(seen, 'utf8').split('\n')[0] ?? '';

  it('offers what the editor leaves, and deletes the file', async () => {
    useEditor(`stat -c %a "$1" "$(dirname "$1")" >> ${seen}; printf 'SELECT 2\\n  + 1;\\n\\n' > "$1"`);
    const shell = new MemoryShell();
    shell.history = ['SELECT 1', '.tables'];
    await runLine(shell, '\\e');
    expect(shell.offered).toEqual(['SELECT 2\n  + 1;']);
    expect(shell.lentCount).toBe(1);
    expect(readFileSync(seen, 'utf8').split('\n').slice(1)).toEqual(['SELECT 1;', '600', '700', '']);
    expect(existsSync(path.dirname(givenFile()))).toBe(false);
  });

  it('offers nothing where nothing is left', async () => {
    useEditor(`: > "$1"`);
    const shell = new MemoryShell();
    shell.lastStatement = doneReport('SELECT 1;');
    await runLine(shell, '.edit');
    expect(shell.offered).toEqual([]);
    expect(readFileSync(seen, 'utf8')).toContain('SELECT 1;\n');
  });

  it('deletes the file after an editor that failed, and says so', async () => {
    useEditor('exit 3');
    const shell = new MemoryShell();
    await expect(runLine(shell, '.edit')).rejects.toMatchObject({ code: 'RQ_FILE', message: /it ended with status 3/ });
    expect(existsSync(givenFile())).toBe(false);
  });

  it('leaves neither its file nor the editor behind where the terminal is ended meanwhile', async () => {
    const before = new Set(process.listeners('exit'));
    const added = () => process.listeners('exit').filter((listener) => !before.has(listener));
    class EndedShell extends MemoryShell {
      override async lend<Value>(work: () => Promise<Value>): Promise<Value> {
        const working = work();
        await vi.waitUntil(() => existsSync(seen) && readFileSync(seen, 'utf8').includes('SELECT leave'), { timeout: 5_000 });
        // As `process.exit` does, behind which no promise goes on.
        for (const listener of added()) listener(0);
        expect(existsSync(path.dirname(givenFile()))).toBe(false);
        return await working;
      }
    }
    useEditor('exec sleep 60');
    const shell = new EndedShell();
    shell.history = ['SELECT leave'];
    await expect(runLine(shell, '.edit')).rejects.toMatchObject({ message: expect.stringMatching(/ended by SIGHUP/) });
    expect(added()).toEqual([]);
  });

  it('takes an editor with arguments, EDITOR after VISUAL', async () => {
    useEditor(`printf 'SELECT 3;' > "$2"`);
    vi.stubEnv('VISUAL', '');
    vi.stubEnv('EDITOR', `${script} --wait`);
    const shell = new MemoryShell();
    await runLine(shell, '.edit');
    expect(shell.offered).toEqual(['SELECT 3;']);
    expect(givenFile()).toBe('--wait');
    vi.stubEnv('EDITOR', `WAIT=1 ${script} --later`);
    await runLine(shell, '.edit');
    expect(givenFile()).toBe('--later');
  });

  it('needs a terminal', async () => {
    await expect(runLine(new MemoryShell({ isInteractive: false }), '.edit')).rejects.toMatchObject({ code: 'RQ_OPTION' });
  });
});
