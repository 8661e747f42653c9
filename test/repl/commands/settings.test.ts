import os from 'node:os';
import { describe, expect, it } from 'vitest';
import { commandNamed } from '../../../src/repl/commands/index.ts';
import { SETTING_SPECS } from '../../../src/repl/commands/settings/specs.ts';
import { DEFAULT_SETTINGS, MODES } from '../../../src/repl/settings.ts';
import { MemoryShell, runLine } from '../../support/shell.ts';

describe('settings', () => {
  it('are all known, each with a meaning', () => {
    expect(SETTING_SPECS.map(({ name }) => name).toSorted()).toEqual(Object.keys(DEFAULT_SETTINGS).toSorted());
    expect(SETTING_SPECS.filter(({ meaning, values }) => meaning === '' || values === '')).toEqual([]);
  });

  it.each([
    ['.mode csv', { mode: 'csv' }],
    ['.mode CSV;', { mode: 'csv' }],
    ['.mode duckbox', { mode: 'box' }],
    ['\\pset format aligned', { mode: 'box' }],
    ['\\pset format markdown', { mode: 'markdown' }],
    ['.set mode = line', { mode: 'line' }],
    ['.set mode line', { mode: 'line' }],
    ["\\pset null ''", { null: '' }],
    ['.null (none)', { null: '(none)' }],
    [".null 'not there'", { null: 'not there' }],
    ['.maxrows 0', { maxrows: 0 }],
    ['.maxrows AUTO', { maxrows: 'auto' }],
    ['.maxrows 1,000', { maxrows: 1000 }],
    ['\\x on', { expanded: 'on' }],
    ['\\x auto', { expanded: 'auto' }],
    ['\\x', { expanded: 'on' }],
    ['\\pset x', { expanded: 'on' }],
    ['\\timing', { timer: false }],
    ['\\timing off', { timer: false }],
    ['.timer no', { timer: false }],
    ['.redis off', { redis: false }],
    ['.explain on', { explain: true }],
    ['.progress off', { progress: false }],
    ['.pager off', { pager: 'off' }],
    ['\\pset pager on', { pager: 'on' }],
    ['.ask 100_000', { ask_keys: 100_000 }],
    ['.ask off', { ask_keys: null }],
    ['.ask 0', { ask_keys: 0 }],
    ['.set ask-keys off', { ask_keys: null }],
    [".prompt '{db}# '", { prompt: '{db}# ' }],
    ['.prompt {db}#', { prompt: '{db}# ' }],
    [".prompt '{db}#'", { prompt: '{db}#' }],
    ['.set prompt {n} of {place}>', { prompt: '{n} of {place}> ' }],
    ['.mode jsonl', { mode: 'ndjson' }],
    ['.output report.csv', { output: 'report.csv' }],
    ['.output "a b.csv"', { output: 'a b.csv' }],
    ['.output ~/report.csv', { output: `${os.homedir()}/report.csv` }],
    ["\\o |grep 'a b'", { output: "|grep 'a b'" }],
    ['.once |less', { once: '|less' }],
    ['.once users.json', { once: 'users.json' }],
  ])('%s', async (line, changed) => {
    const shell = new MemoryShell();
    await runLine(shell, line);
    expect(shell.settings).toEqual({ ...DEFAULT_SETTINGS, ...changed });
  });

  it('come back to the terminal with .output alone', async () => {
    const shell = new MemoryShell();
    for (const line of ['\\o file', '\\o', '.set once file', '.set once off']) await runLine(shell, line);
    expect(shell.settings).toEqual(DEFAULT_SETTINGS);
  });

  it.each([
    ['.mode excel', /mode cannot be "excel"; valid: box \| table/],
    ['.maxrows -1', /maxrows cannot be "-1"; valid: auto \(what fits the window\), or a whole number/],
    ['.maxrows 1,00', /maxrows cannot be/],
    ['.timer auto', /timer cannot be "auto"; valid: on \| off$/],
    ['\\x sideways', /valid: on \| off \| auto/],
    ['.ask many', /ask_keys cannot be "many"/],
    ['.prompt \u001b[2J', /prompt cannot be/],
    ['.set colour red', /no setting "colour"; settings: mode, null/],
    ['.once', /\.once needs/],
    ['.redis maybe', /redis cannot be "maybe"/],
  ])('%j is refused, naming what is valid', async (line, message) => {
    const shell = new MemoryShell();
    await expect(runLine(shell, line)).rejects.toMatchObject({ code: 'RQ_OPTION', message: expect.stringMatching(message) });
    expect(shell.settings).toEqual(DEFAULT_SETTINGS);
  });

  it('are said between words in a narrow window, and on one line in a script', async () => {
    const [narrow, script] = [new MemoryShell({ columns: 40 }), new MemoryShell({ columns: 40, isInteractive: false })];
    for (const shell of [narrow, script]) await runLine(shell, '.mode');
    const whole = `mode is box; valid: ${MODES.join(' | ')}`;
    expect(script.said).toEqual([whole]);
    expect(narrow.text.split('\n').filter((line) => line.length > 40)).toEqual([]);
    expect(narrow.text.replaceAll('\n  ', ' ')).toBe(whole);
  });

  it('are said when they are turned over or asked for, and not when they are given', async () => {
    const shell = new MemoryShell({ columns: 160 });
    for (const line of ['.timer', '.mode', '.maxrows', '.set null', '.mode csv', '.timer on']) await runLine(shell, line);
    expect(shell.said).toEqual([
      'timer is off',
      `mode is box; valid: ${MODES.join(' | ')}`,
      'maxrows is auto; valid: auto (what fits the window), or a whole number; 0: all',
      'null is NULL (what NULL looks like); valid: any text',
    ]);
  });

  it('are listed by .set, with what is valid where there is room', async () => {
    const narrow = new MemoryShell();
    const wide = new MemoryShell({ columns: 160 });
    for (const shell of [narrow, wide]) await runLine(shell, '.set');
    for (const { name } of SETTING_SPECS) expect(narrow.text).toMatch(new RegExp(`^${name} `, 'm'));
    expect(narrow.text).toMatch(/^mode +box +how rows are drawn$/m);
    expect(wide.text).toMatch(/^timer .* on \| off$/m);
  });

  it('names a setting that may be meant', async () => {
    await expect(runLine(new MemoryShell(), '.set timr off')).rejects.toMatchObject({ hint: 'did you mean timer?' });
  });
});

describe('Tab', () => {
  const texts = (name: string, argument: string): readonly string[] => {
    const completion = commandNamed(name)?.complete?.(argument, argument.length, new MemoryShell());
    return completion?.candidates.map(({ text }) => text) ?? [];
  };

  it.each([
    ['.mode', 'm', ['markdown']],
    ['\\x', '', ['on', 'off', 'auto']],
    ['.set', 'ti', ['timer']],
    ['.set', 'timer o', ['on', 'off']],
    ['\\pset', 'format h', ['html']],
    ['.help', 'ta', ['tables']],
    ['.help', '.wa', ['.watch']],
    ['\\h', 'exp', ['EXPLAIN']],
    ['.redis', 'of', ['off']],
    ['.mode', 'q', []],
  ])('gives for %s %j', (name, argument, wanted) => {
    expect(texts(name, argument)).toEqual(wanted);
  });

  it('gives files and folders for names of files, hidden ones only when asked for', () => {
    expect(texts('.read', 'test/repl/comm')).toEqual(['commands/']);
    expect(texts('.read', 'package.j')).toEqual(['package.json']);
    expect(texts('.read', '')).not.toContain('.git/');
    expect(texts('.output', '|le')).toEqual([]);
    expect(texts('.read', 'no/such/folder/')).toEqual([]);
  });
});
