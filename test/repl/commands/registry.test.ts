import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../src/output/index.ts';
import { insteadOf } from '../../../src/repl/commands/hints.ts';
import { COMMANDS, commandIn, commandNamed, helpTable } from '../../../src/repl/commands/index.ts';
import { MemoryShell, runLine } from '../../support/shell.ts';

const allNames = COMMANDS.flatMap(({ names }) => names);

describe('the registry', () => {
  it('has each name once, and finds each command by each of its names', () => {
    expect(new Set(allNames).size).toBe(allNames.length);
    for (const command of COMMANDS) {
      for (const name of command.names) expect(commandIn(name)?.command, name).toBe(command);
    }
  });

  it('begins names with a dot or a backslash, the words for leaving excepted, the first with a dot', () => {
    expect(allNames.filter((name) => !/^(?:[.\\][a-z?]+)$/.test(name))).toEqual(['exit', 'quit']);
    expect(COMMANDS.map(({ names: [first = ''] }) => first).filter((name) => !name.startsWith('.'))).toEqual([]);
  });

  it('has a summary of one short line for each', () => {
    const wrong = COMMANDS.filter(({ summary }) => summary === '' || summary.length > 40 || /\n|\.$/.test(summary));
    expect(wrong.map(({ names }) => names[0])).toEqual([]);
  });

  it("has the names that psql's users type", () => {
    const typed = ['\\d', '\\dt', '\\dv', '\\di', '\\df', '\\l', '\\c', '\\x', '\\timing', '\\q', '\\i', '\\o', '\\e', '\\s'];
    const more = ['\\h', '\\?', '\\watch', '\\set', '\\pset', '\\echo', '\\conninfo', 'exit', 'quit'];
    expect([...typed, ...more].filter((name) => !allNames.includes(name))).toEqual([]);
  });

  it('gives all commands as a table of Markdown', () => {
    const rows = helpTable().split('\n').slice(2);
    expect(rows.length).toBe(COMMANDS.length);
    expect(rows.filter((row) => row.replaceAll('\\|', '').split('|').length !== 5)).toEqual([]);
    expect(helpTable()).toContain('| `.timer [on\\|off]` | `\\timing` | the time of each statement |');
  });
});

describe('docs/terminal.md', () => {
  const document = readFileSync(path.resolve(import.meta.dirname, '../../../docs/terminal.md'), 'utf8');
  const named = [...document.matchAll(/`([.\\\\][a-z?]+)(?![\\w./])[^`]*`/g)].map(([, name = '']) => name);

  it('names every command by its dot', () => {
    const dots = COMMANDS.flatMap(({ names: [first = ''] }) => (first === '.pset' ? [] : [first]));
    expect(dots.filter((name) => !named.includes(name))).toEqual([]);
  });

  it('names no command that there is not, but those that it says are not there', () => {
    expect(named.filter((name) => commandNamed(name) === null && insteadOf(name) === null)).toEqual([]);
  });
});

describe('commandIn', () => {
  it.each([
    ['.tables', '.tables', ''],
    ['  .tables   user*  ', '.tables', 'user*'],
    ['\\d users;', '\\d', 'users'],
    ['\\d users ;', '\\d', 'users'],
    ['\\q;', '\\q', ''],
    ['quit', 'quit', ''],
    ['exit;', 'exit', ''],
    ['.TIMER ON', '.TIMER', 'ON'],
    ['\\dt+ user*', '\\dt+', 'user*'],
    ['\\l+', '\\l+', ''],
    ['.read "a;b;"', '.read', '"a;b;"'],
    ["\\d redis_hash('user:*')", '\\d', "redis_hash('user:*')"],
  ])('reads %j', (line, name, argument) => {
    expect(commandIn(line)).toMatchObject({ name, argument });
  });

  it.each(['SELECT 1', '', 'exit_code', 'quit now', 'FROM t'])('leaves %j to SQL', (line) => {
    expect(commandIn(line)).toBeNull();
  });

  it.each([
    ['.hepl', /no command \.hepl/, /\.help/],
    ['.tabels', /no command \.tabels/, /\.tables/],
    ['\\timng', /no command \\timng/, /\\timing/],
    ['.xyzzy', /no command \.xyzzy/, /^\.help lists all commands$/],
    ['\\D', /no command \\D/, /^did you mean \\d\?/],
    ['\\v', /no command \\v/, /^\.help lists all commands$/],
    ['\\encoding', /there is no \\encoding here/, /UTF-8/],
    ['\\dn', /there is no \\dn here/, /no schemas/],
    ['\\! ls', /there is no \\! here/, /starts no programs/],
    ['.shell ls', /there is no \.shell here/, /starts no programs/],
  ])('says of %j what was meant', (line, message, hint) => {
    expect(() => commandIn(line)).toThrow(
      expect.objectContaining({ code: 'RQ_OPTION', message: expect.stringMatching(message), hint: expect.stringMatching(hint) }),
    );
  });

  it('never shows control characters of a name', () => {
    expect(() => commandIn('.\u001b[31m')).toThrow('no command .\\x1b[31m');
  });
});

describe('.help', () => {
  it.each([160, 80, 60, 40])('fits %i columns, cuts nothing and keeps the names of psql', async (columns) => {
    const shell = new MemoryShell({ columns });
    await runLine(shell, '.help');
    expect(shell.text.split('\n').filter((line) => displayWidth(line) > columns)).toEqual([]);
    const words = shell.text.replaceAll(/\s+/g, ' ');
    for (const { names, usage, summary } of COMMANDS) {
      const psql = names.find((name) => name.startsWith('\\'));
      expect(words).toContain([names[0], usage, psql, summary].filter((part) => part !== '' && part !== undefined).join(' '));
    }
  });

  it('has a line a command in 80 columns', async () => {
    const shell = new MemoryShell();
    await runLine(shell, '.help');
    for (const { names, summary } of COMMANDS) {
      expect(
        shell.text.split('\n').filter((line) => line.startsWith(`  ${names[0]} `) && line.endsWith(` ${summary}`)).length,
      ).toBe(1);
    }
  });

  it.each(COMMANDS.map(({ names }) => names[0] ?? ''))('tells of %s, in any window', async (name) => {
    for (const columns of [40, 60, 100]) {
      const shell = new MemoryShell({ columns });
      await runLine(shell, `.help ${name}`);
      expect(shell.text).toContain(name);
      const tooWide = shell.text.split('\n').filter((line) => displayWidth(line) > columns && line.trim().includes(' '));
      expect(tooWide).toEqual([]);
    }
  });

  it.each(['tables', '.tables', '\\dt', 'dt'])('finds a command as %s', async (name) => {
    const shell = new MemoryShell();
    await runLine(shell, `.help ${name}`);
    expect(shell.text).toMatch(/^\.tables \[PATTERN\] {2}views and tables of this session\nalso \\dt, \\dv\n/);
  });

  it('keeps what stands behind a gap below itself', async () => {
    const shell = new MemoryShell({ columns: 60 });
    await runLine(shell, '.help chart');
    expect(shell.text).toContain(
      '\n.chart line day n city  a line for each value of a text\n                        column, six at most\n',
    );
  });

  it.each(['SELECT', 'redis_hash', 'create view'])('knows the statement %s', async (name) => {
    const [help, syntax] = [new MemoryShell(), new MemoryShell()];
    await runLine(help, `.help '${name}'`);
    await runLine(syntax, `\\h ${name}`);
    expect(help.text).toContain(syntax.text);
  });

  it('says which command may be meant', async () => {
    await expect(runLine(new MemoryShell(), '.help tabels')).rejects.toMatchObject({ code: 'RQ_OPTION', hint: /\.tables/ });
  });

  it('colours names on a terminal and not in a file', async () => {
    const shell = new MemoryShell({ hasColour: true });
    await runLine(shell, '.help');
    expect(shell.shown[0]).toContain('\u001b[');
    shell.settings.output = 'help.txt';
    await runLine(shell, '.help');
    expect(shell.shown[1]).not.toContain('\u001b');
  });
});

describe('\\h', () => {
  it.each([40, 60])('fits %i columns', async (columns) => {
    const shell = new MemoryShell({ columns });
    for (const word of ['', 'SELECT', 'redis_hash', 'SET', 'PIVOT']) await runLine(shell, `\\h ${word}`);
    expect(shell.text.split('\n').filter((line) => displayWidth(line) > columns)).toEqual([]);
    expect(shell.text).not.toMatch(/\S…$/m);
  });

  it('lists what there is help for', async () => {
    const shell = new MemoryShell();
    await runLine(shell, '\\h');
    expect(shell.text).toMatch(/^SELECT .*\nCREATE VIEW /);
    expect(shell.text).toContain('redis_hash');
  });

  it.each([
    ['select', 'GROUP BY ALL'],
    ['create view', 'CREATE [OR REPLACE] VIEW'],
    ['CREATE', 'CREATE [OR REPLACE] MACRO'],
    ["redis_hash('x')", "redis_hash('user:*'"],
    ['explain analyze;', 'EXPLAIN ANALYZE'],
  ])('knows %s', async (word, text) => {
    const shell = new MemoryShell();
    await runLine(shell, `\\h ${word}`);
    expect(shell.text).toContain(text);
  });

  it('says what may be meant', async () => {
    await expect(runLine(new MemoryShell(), '\\h SELCT')).rejects.toMatchObject({ code: 'RQ_OPTION', hint: /SELECT/ });
  });
});
