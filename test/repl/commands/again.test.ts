import { describe, expect, it } from 'vitest';
import { commandIn } from '../../../src/repl/commands/index.ts';
import { DEFAULT_SETTINGS, type TerminalSettings } from '../../../src/repl/settings.ts';
import type { PendingStatement } from '../../../src/repl/words.ts';
import { doneReport, MemoryShell, runLine } from '../../support/shell.ts';

const SCRIPT = 'SELECT 1 \\gx';
const STATEMENT: PendingStatement = { text: 'SELECT 1', place: { script: SCRIPT, offset: 0, end: 8, file: null } };

/** A shell that keeps the settings at each run. */
function watchedShell(end: 'done' | 'failed' = 'done') {
  const settings: TerminalSettings[] = [];
  const shell: MemoryShell = new MemoryShell({
    onRun: (text) => {
      settings.push({ ...shell.settings });
      // As a result uses it up.
      shell.settings.once = null;
      return doneReport(text, { end });
    },
  });
  return { shell, settings };
}

async function runBehind(shell: MemoryShell, line: string): Promise<void> {
  const found = commandIn(line);
  await found?.command.run(found.argument, shell, new AbortController().signal, found.name, STATEMENT);
}

describe('\\g and \\gx', () => {
  it.each([
    ['\\g', {}],
    ['\\gx', { expanded: 'on' }],
    ['\\gx;', { expanded: 'on' }],
    ['\\g out.csv', { once: 'out.csv' }],
    ["\\gx 'my file'", { expanded: 'on', once: 'my file' }],
    ['\\g |wc -l', { once: '|wc -l' }],
  ])('%s runs the statement before it, as nothing else is run', async (line, changed) => {
    const { shell, settings } = watchedShell();
    await runBehind(shell, line);
    expect(shell.ran).toEqual([{ text: 'SELECT 1', options: { place: STATEMENT.place } }]);
    expect(settings).toEqual([{ ...DEFAULT_SETTINGS, ...changed }]);
    expect(shell.settings).toEqual(DEFAULT_SETTINGS);
  });

  it.each(['\\g', '\\gx', '.again'])('%s alone runs the last one again', async (line) => {
    const shell = new MemoryShell();
    shell.lastStatement = doneReport('SELECT 2');
    await runLine(shell, line);
    expect(shell.ran.map(({ text }) => text)).toEqual(['SELECT 2']);
  });

  it('draw a column a line also where rows are no boxes', async () => {
    const { shell, settings } = watchedShell();
    shell.settings.mode = 'csv';
    await runBehind(shell, '\\gx');
    expect(settings[0]?.mode).toBe('line');
    expect(shell.settings.mode).toBe('csv');
  });

  it('put settings back after a failure, and leave .once to what comes', async () => {
    const { shell } = watchedShell('failed');
    shell.settings.once = 'later.csv';
    await runBehind(shell, '\\gx now.csv');
    expect(shell.settings).toEqual({ ...DEFAULT_SETTINGS, once: 'later.csv' });
  });

  it('use up what .once has set', async () => {
    const { shell, settings } = watchedShell();
    shell.settings.once = 'x.csv';
    await runBehind(shell, '\\gx');
    expect([settings[0]?.once, shell.settings.once]).toEqual(['x.csv', null]);
  });

  it('say what is wrong', async () => {
    await expect(runLine(new MemoryShell(), '\\g')).rejects.toMatchObject({ code: 'RQ_OPTION', message: /none ran before/ });
    await expect(runBehind(new MemoryShell(), '\\g (format=csv)')).rejects.toMatchObject({ code: 'RQ_OPTION', hint: /\.mode/ });
  });
});

describe('\\watch behind a statement', () => {
  it('runs that statement, errors in their place', async () => {
    const shell = new MemoryShell();
    shell.lastStatement = doneReport('SELECT 2');
    await runBehind(shell, '\\watch 0.1 c=2');
    expect(shell.ran.map(({ text, options }) => [text, options.place])).toEqual([
      ['SELECT 1', STATEMENT.place],
      ['SELECT 1', STATEMENT.place],
    ]);
  });

  it('takes no other statement', async () => {
    await expect(runBehind(new MemoryShell(), '\\watch 1 SELECT 2')).rejects.toMatchObject({ code: 'RQ_OPTION' });
  });
});
