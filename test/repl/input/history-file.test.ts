import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HistoryFile, historyPath } from '../../../src/repl/input/history-file.ts';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'redquery-history-'));
  file = path.join(folder, 'state', 'redquery', 'history.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const entryOf = (text: string) => ({ text, place: '127.0.0.1:6379', ms: 1.6, rows: 2, ok: true });
const lines = (): unknown[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));

describe('HistoryFile', () => {
  it('keeps a statement a line, with where, when and how it went', () => {
    const history = HistoryFile.open(file);
    history.add(entryOf('SELECT\n  1;'));
    history.add({ ...entryOf('SELECT x;'), rows: null, ok: false });
    expect(lines()).toEqual([
      {
        t: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        db: '127.0.0.1:6379',
        ms: 2,
        rows: 2,
        ok: true,
        q: 'SELECT\n  1;',
      },
      { t: expect.any(String), db: '127.0.0.1:6379', ms: 2, rows: null, ok: false, q: 'SELECT x;' },
    ]);
    expect(HistoryFile.open(file).texts).toEqual(['SELECT\n  1;', 'SELECT x;']);
  });

  it('is for its owner alone', () => {
    HistoryFile.open(file).add(entryOf('SELECT 1;'));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
  });

  it('takes from others what they may read of an older file', () => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, '', { mode: 0o644 });
    chmodSync(file, 0o644);
    HistoryFile.open(file).add(entryOf('SELECT 1;'));
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('shows of the same text several times on end one, and keeps all', () => {
    const history = HistoryFile.open(file);
    for (const text of ['a;', 'a;', 'b;', 'a;']) history.add(entryOf(text));
    expect(history.texts).toEqual(['a;', 'b;', 'a;']);
    expect(lines()).toHaveLength(4);
    expect(HistoryFile.open(file).texts).toEqual(['a;', 'b;', 'a;']);
  });

  it.each([
    ' SELECT 1;',
    '\nSELECT 1;',
    '',
    'AUTH hunter2',
    'auth ann hunter2',
    'ACL SETUSER ann >hunter2',
    'HELLO 3 AUTH ann hunter2',
    '.redis HELLO 3',
    "SELECT * FROM t WHERE password = 'hunter2';",
    'CREATE SECRET s (TYPE s3);',
    "SELECT 'x' AS api_key;",
    'SELECT token FROM t;',
    '.connect redis://ann:hunter2@host:6379',
    '.connect rediss://:p%2Fw@host',
    '.connect redis://:p/w@host',
    "SELECT * FROM read_csv('https://ann:x@host/a.csv');",
  ])('keeps %j nowhere', (text) => {
    const history = HistoryFile.open(file);
    history.add(entryOf('SELECT 1;'));
    expect(history.add(entryOf(text))).toBe(false);
    expect(history.texts).toEqual(['SELECT 1;']);
    expect(lines()).toHaveLength(1);
  });

  it.each([
    "SELECT * FROM redis_search('i', 'hello');",
    'SELECT author FROM books;',
    'SELECT tokens, oracle FROM t;',
    '.connect redis://host',
  ])('keeps %j, which holds no secret', (text) => {
    const history = HistoryFile.open(file);
    expect(history.add(entryOf(text))).toBe(true);
    expect(HistoryFile.open(file).texts).toEqual([text]);
  });

  it('skips lines that are broken, foreign or secret', () => {
    mkdirSync(path.dirname(file), { recursive: true });
    const good = JSON.stringify({ q: 'SELECT 1;' });
    writeFileSync(file, `{"q":"SELE\n\n[1]\n"x"\n{"q":5}\n{"q":"AUTH x"}\nnull\n${good}\n{"q":"cut`);
    expect(HistoryFile.open(file).texts).toEqual(['SELECT 1;']);
    HistoryFile.open(file).add(entryOf('SELECT 2;'));
    expect(HistoryFile.open(file).texts).toEqual(['SELECT 1;', 'SELECT 2;']);
  });

  it('reads no more than the end of a file, and 10,000 texts', () => {
    mkdirSync(path.dirname(file), { recursive: true });
    const small = Array.from({ length: 12_000 }, (_, at) => JSON.stringify({ q: `SELECT ${at};` })).join('\n');
    writeFileSync(file, `${small}\n`);
    const { texts } = HistoryFile.open(file);
    expect([texts.length, texts[0], texts.at(-1)]).toEqual([10_000, 'SELECT 2000;', 'SELECT 11999;']);
    const large = Array.from({ length: 300 }, (_, at) => JSON.stringify({ q: `${'x'.repeat(99_000)} ${at}` })).join('\n');
    writeFileSync(file, `${large}\n`);
    const { length } = HistoryFile.open(file).texts;
    expect(length).toBeGreaterThan(50);
    expect(length).toBeLessThan(100);
  });

  it('keeps a script that is too long while the terminal lasts only', () => {
    const history = HistoryFile.open(file);
    const text = `SELECT '${'x'.repeat(100_000)}';`;
    expect(history.add(entryOf(text))).toBe(true);
    history.add(entryOf('SELECT 1;'));
    expect(history.texts).toEqual([text, 'SELECT 1;']);
    expect(HistoryFile.open(file).texts).toEqual(['SELECT 1;']);
  });

  it('says once that it cannot write, and goes on', () => {
    writeFileSync(path.join(folder, 'state'), 'a file where a folder is needed');
    const told: string[] = [];
    const history = HistoryFile.open(file, (text) => told.push(text));
    history.add(entryOf('SELECT 1;'));
    history.add(entryOf('SELECT 2;'));
    expect(history.texts).toEqual(['SELECT 1;', 'SELECT 2;']);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/history's file cannot be written/);
  });

  it('leaves the rights of a file behind a link as they are', () => {
    const target = path.join(folder, 'target');
    writeFileSync(target, '', { mode: 0o644 });
    chmodSync(target, 0o644);
    const link = path.join(folder, 'link');
    symlinkSync(target, link);
    expect(HistoryFile.open(link).add(entryOf('SELECT 1;'))).toBe(true);
    expect(statSync(target).mode & 0o777).toBe(0o644);
    expect(HistoryFile.open(link).texts).toEqual(['SELECT 1;']);
  });

  it('says so where no folder can be made', () => {
    const told: string[] = [];
    HistoryFile.open('/proc/nope/redquery/x', (text) => told.push(text)).add(entryOf('SELECT 1;'));
    expect(told).toEqual([expect.stringMatching(/cannot be written/)]);
  });

  it('writes no pipe, for which somebody would have to wait', () => {
    const told: string[] = [];
    const history = HistoryFile.open(folder, (text) => told.push(text));
    history.add(entryOf('SELECT 1;'));
    expect(told).toEqual([expect.stringContaining('is no file')]);
  });

  it('leaves a device as it is', () => {
    const { mode } = statSync('/dev/null');
    const history = HistoryFile.open('/dev/null', expect.unreachable);
    history.add(entryOf('SELECT 1;'));
    expect(history.texts).toEqual(['SELECT 1;']);
    expect(statSync('/dev/null').mode).toBe(mode);
  });

  it('writes nothing where none is wanted', () => {
    const history = HistoryFile.open(null);
    history.add(entryOf('SELECT 1;'));
    expect(history.texts).toEqual(['SELECT 1;']);
  });

  it('keeps the lines of terminals that write at the same time', async () => {
    const script = path.join(folder, 'writer.ts');
    const source = path.resolve(import.meta.dirname, '../../../src/repl/input/history-file.ts');
    writeFileSync(
      script,
      `import { HistoryFile } from ${JSON.stringify(source)};
       const history = HistoryFile.open(process.argv[2]);
       for (let n = 0; n < 500; n++) history.add({ text: 'SELECT ' + process.argv[3] + ' + ' + n + ';' + ' '.repeat(n), place: 'x', ms: 1, rows: 1, ok: true });`,
    );
    const writers = [1, 2, 3].map((number) => fork(script, [file, String(number)], { execArgv: [] }));
    const codes = await Promise.all(writers.map((writer) => once(writer, 'exit')));
    expect(codes.map(([code]: unknown[]) => code)).toEqual([0, 0, 0]);
    expect(lines()).toHaveLength(1_500);
    expect(new Set(HistoryFile.open(file).texts).size).toBe(1_500);
  });
});

describe('historyPath', () => {
  it.each([
    [{ REDQUERY_HISTORY: '/tmp/h' }, '/tmp/h'],
    [{ REDQUERY_HISTORY: '', HOME: '/people/ann' }, null],
    [{ XDG_STATE_HOME: '/state', HOME: '/people/ann' }, '/state/redquery/history.jsonl'],
    [{ XDG_STATE_HOME: 'state', HOME: '/people/ann' }, '/people/ann/.local/state/redquery/history.jsonl'],
    [{ HOME: '/people/ann' }, '/people/ann/.local/state/redquery/history.jsonl'],
  ])('of %j is %j', (env, expected) => {
    expect(historyPath(env)).toBe(expected);
  });
});
