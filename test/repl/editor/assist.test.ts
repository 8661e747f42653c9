import { describe, expect, it } from 'vitest';
import type { Candidate, Completer } from '../../../src/repl/words.ts';
import { openEditor } from './open-editor.ts';

const BLUE = 4;

function candidate(text: string, detail = ''): Candidate {
  return { text, label: text, detail, kind: 'table' };
}

/** Completes the word before the cursor from a list. */
function completerOf(...texts: readonly string[]): Completer {
  return (text, cursor) => {
    const from = text.slice(0, cursor).search(/\w*$/);
    const typed = text.slice(from, cursor).toLowerCase();
    const candidates = texts.filter((word) => word.toLowerCase().startsWith(typed)).map((word) => candidate(word));
    return Promise.resolve({ from, to: cursor, candidates });
  };
}

describe('Tab', () => {
  it.each([
    ['puts the only candidate in', 'from us', ['users', 'orders'], ['rq> from users']],
    ['does nothing where nothing fits', 'from x', ['users'], ['rq> from x']],
    [
      'puts in what all begin with, and shows them',
      'from u',
      ['user_names', 'user_ids'],
      ['rq> from user_', '         user_names  table', '         user_ids    table'],
    ],
    ['takes the letters as they are written', 'US', ['users', 'userx'], ['rq> user', '    users  table', '    userx  table']],
    ['keeps characters whole', '', ['a😀', 'a😁'], ['rq> a', '    a😀  table', '    a😁  table']],
  ])('%s', async (_, text, words, lines) => {
    const { screen, read } = openEditor({ complete: completerOf(...words) });
    read(text);
    await screen.key('tab');
    expect(screen.lines().map((line) => line.trimEnd())).toEqual(lines);
  });

  const WORDS = ['users', 'orders', 'items'];

  it.each([
    ['Enter takes the first', ['enter'], 'users'],
    ['Down and Enter take the second', ['down', 'enter'], 'orders'],
    ['Tab goes on', ['tab', 'tab', 'enter'], 'items'],
    ['around at the end', ['tab', 'tab', 'tab', 'enter'], 'users'],
    ['Shift-Tab goes back', ['shift-tab', 'enter'], 'items'],
    ['Up goes back', ['down', 'up', 'enter'], 'users'],
    ['Esc takes none', ['escape'], ''],
    ['Ctrl-C closes the menu only', ['ctrl-c'], ''],
    ['a blank closes the menu and is typed', ['space'], ' '],
  ])('%s', async (_, keys, expected) => {
    const { screen, read } = openEditor({ complete: completerOf(...WORDS) });
    read('from ');
    await screen.key('tab');
    expect(screen.lines()).toHaveLength(4);
    await screen.key(...keys);
    await screen.until(() => screen.lines().length === 1);
    expect(screen.lines()[0]).toBe(`rq> from ${expected}`);
  });

  it('narrows the menu by letters, and puts nothing in by itself', async () => {
    const { screen, read } = openEditor({ complete: completerOf('users', 'user_ids', 'orders') });
    read('from ');
    await screen.key('tab', 'down');
    screen.type('u');
    await screen.settled();
    expect(screen.lines()).toEqual(['rq> from u', '         users     table', '         user_ids  table']);
    screen.type('ser');
    screen.type('s');
    await screen.settled();
    expect(screen.lines()).toEqual(['rq> from users']);
    screen.type('_');
    await screen.settled();
    expect(screen.lines()).toEqual(['rq> from users_']);
  });

  it('keeps the last candidate in the menu until it is taken', async () => {
    const { screen, read } = openEditor({ complete: completerOf('users', 'orders') });
    read('from ');
    await screen.key('tab');
    screen.type('o');
    await screen.settled();
    expect(screen.lines()).toEqual(['rq> from o', '         orders  table']);
    await screen.key('enter');
    expect(screen.lines()).toEqual(['rq> from orders']);
  });

  it('marks the one selected, and draws kinds and details dim', async () => {
    const complete: Completer = () =>
      Promise.resolve({ from: 0, to: 0, candidates: [candidate('a', '12 keys'), candidate('b')] });
    const { screen, read } = openEditor({ complete, hasColour: true });
    read();
    await screen.key('tab', 'down');
    expect(screen.lines()).toEqual(['rq> ', '    a  table 12 keys', '    b  table']);
    expect(screen.styleAt(1, 4)).toMatchObject({ text: 'a', isInverse: false });
    expect(screen.styleAt(2, 4)).toMatchObject({ text: 'b', isInverse: true });
    expect(screen.styleAt(1, 7)).toMatchObject({ text: 't', isDim: true });
  });

  it('scrolls a long list, and says where one is', async () => {
    const words = Array.from({ length: 30 }, (_, number) => `t${number}`);
    const { screen, read } = openEditor({ complete: completerOf(...words) });
    read('from ');
    await screen.key('tab');
    expect(screen.lines()).toHaveLength(10);
    expect(screen.lines().at(-1)?.trim()).toBe('1 of 30');
    await screen.key('shift-tab');
    expect(screen.lines().at(-2)?.trim()).toBe('t29  table');
    expect(screen.lines().at(-1)?.trim()).toBe('30 of 30');
    await screen.key('page-up');
    expect(screen.lines().at(-1)?.trim()).toBe('22 of 30');
  });

  it('fits the menu into a small window', async () => {
    const words = Array.from({ length: 30 }, (_, number) => `${number}${'t'.repeat(60)}`);
    const { screen, read } = openEditor({ complete: completerOf(...words), columns: 30, rows: 4 });
    screen.window.write('before\n');
    read('a\nb\nfrom ');
    await screen.key('tab');
    expect(screen.lines()).toHaveLength(4);
    expect(screen.lines().map((line) => line.length)).toEqual(expect.arrayContaining([29]));
    expect(screen.cursor().row).toBe(0);
    await screen.key('escape');
    await screen.until(() => screen.lines()[0] === 'rq> a');
    expect(screen.allLines()[0]).toBe('before');
  });

  it('shows candidates without obeying them', async () => {
    const odd = { ...candidate('a', '\x1b[31mred'), label: '\u0301a\x07' };
    const { screen, read } = openEditor({
      complete: () => Promise.resolve({ from: 0, to: 0, candidates: [odd, candidate('b')] }),
    });
    read();
    await screen.key('tab');
    expect(screen.lines()).toEqual(['rq> ', '    \\u0301a\\x07  table \\x1b[31mred', '    b            table']);
  });

  it('takes the place of text on both sides of the cursor', async () => {
    const complete: Completer = () => Promise.resolve({ from: 7, to: 12, candidates: [candidate('orders')] });
    const { screen, read } = openEditor({ complete });
    read('select users;');
    await screen.key('left', 'left', 'left', 'tab');
    expect(screen.lines()).toEqual(['rq> select orders;']);
    expect(screen.cursor().column).toBe(17);
  });

  it('can be taken back', async () => {
    const { screen, read } = openEditor({ complete: completerOf('users') });
    read('from us');
    await screen.key('tab', 'ctrl-_');
    expect(screen.lines()).toEqual(['rq> from us']);
  });

  /** A completer that answers when told to. */
  function slowCompleter() {
    const signals: AbortSignal[] = [];
    const answers: (() => void)[] = [];
    const complete: Completer = (_, cursor, signal) => {
      signals.push(signal);
      return new Promise((resolve) => {
        answers.push(() => resolve({ from: cursor, to: cursor, candidates: [candidate('late')] }));
      });
    };
    return { complete, signals, answers };
  }

  it.each([
    ['a letter', 'space', 'rq> a '],
    ['Ctrl-C, which does nothing else', 'ctrl-c', 'rq> a'],
    ['Enter', 'enter', 'rq> a'],
    ['another Tab', 'tab', 'rq> a'],
  ])('is given up at %s', async (_, key, line) => {
    const { complete, signals, answers } = slowCompleter();
    const { screen, read } = openEditor({ complete });
    read('a');
    await screen.key('tab', key);
    expect(signals[0]?.aborted).toBe(true);
    answers[0]?.();
    await screen.settled();
    expect(screen.lines()[0]).toBe(line);
  });

  it('shows an answer that comes later, without a key', async () => {
    const { complete, answers } = slowCompleter();
    const { screen, read } = openEditor({ complete });
    read('a ');
    await screen.key('tab');
    expect(screen.lines()).toEqual(['rq> a ']);
    answers[0]?.();
    await screen.settled();
    expect(screen.lines()).toEqual(['rq> a late']);
  });

  it.each([
    ['goes when the answer is there', null, 'rq> a late'],
    ['goes at any key', 'b', 'rq> a b'],
  ])('shows after a moment that it is looked up, which %s', async (_, typed, expected) => {
    const { complete, answers } = slowCompleter();
    const { screen, read } = openEditor({ complete, hasColour: true });
    read('a ');
    await screen.key('tab');
    expect(screen.lines()).toEqual(['rq> a ']);
    await screen.until(() => screen.lines()[0] === 'rq> a  …');
    expect(screen.styleAt(0, 7)).toMatchObject({ text: '…', isDim: true });
    expect(screen.cursor()).toEqual({ row: 0, column: 6 });
    if (typed === null) answers[0]?.();
    else screen.type(typed);
    await screen.settled();
    expect(screen.lines()).toEqual([expected]);
  });

  it('is given up after 2 s', async () => {
    const { complete, signals, answers } = slowCompleter();
    const { screen, read } = openEditor({ complete });
    read('a ');
    const start = performance.now();
    await screen.key('tab');
    await screen.until(() => signals[0]?.aborted === true);
    expect(performance.now() - start).toBeGreaterThan(1900);
    await screen.until(() => screen.lines()[0] === 'rq> a ');
    answers[0]?.();
    await screen.settled();
    expect(screen.lines()).toEqual(['rq> a ']);
  });

  it('bears a completer that fails', async () => {
    const { screen, read } = openEditor({
      complete: () => {
        throw new Error('broken');
      },
    });
    read('a');
    await screen.key('tab', 'space');
    expect(screen.lines()).toEqual(['rq> a ']);
  });
});

describe('history', () => {
  const texts = ['select 1;', 'select\n  2;', 'delete;', 'select 3;'];

  it.each([
    ['Up: the newest', ['up'], 'select 3;', 'select 3;|'],
    ['Up twice', ['up', 'up'], 'delete;', 'delete;|'],
    ['Up to one of two lines: the cursor in its first', ['up', 'up', 'up'], '', 'select|\n  2;'],
    ['Up goes on from there', ['up', 'up', 'up', 'up'], '', 'select 1;|'],
    ['Up stops at the oldest', ['up', 'up', 'up', 'up', 'up', 'up'], '', 'select 1;|'],
    ['Down moves within the lines first', ['up', 'up', 'up', 'down'], '', 'select\n  2;|'],
    ['Down: newer', ['up', 'up', 'down'], '', 'select 3;|'],
    ['Down: the draft', ['up', 'up', 'down', 'down'], '', '|'],
    ['PageUp and PageDown do not move within lines', ['page-up', 'page-up', 'page-up', 'page-down'], '', 'delete;|'],
    ['Ctrl-P and Ctrl-N', ['ctrl-p', 'ctrl-p', 'ctrl-n'], '', 'select 3;|'],
  ])('%s', async (_, keys, __, expected) => {
    const { screen, read } = openEditor({ texts });
    read();
    await screen.key(...keys);
    const { row, column } = screen.cursor();
    const lines = screen
      .lines()
      .map((line, number) => (number === row ? `${line.slice(0, column)}|${line.slice(column)}` : line));
    expect(lines.map((line) => line.slice(4)).join('\n')).toBe(expected);
  });

  it('walks over entries that begin as the text does, and keeps the draft', async () => {
    const { screen, read } = openEditor({ texts });
    read('sel');
    await screen.key('up');
    expect(screen.lines()).toEqual(['rq> select 3;']);
    await screen.key('up');
    expect(screen.lines()).toEqual(['rq> select', '      2;']);
    await screen.key('down', 'down', 'down');
    expect(screen.lines()).toEqual(['rq> sel']);
  });

  it('passes over what is there already', async () => {
    const { screen, read } = openEditor({ texts: ['a;', 'b;', 'b;', 'b;'] });
    read();
    await screen.key('up', 'up');
    expect(screen.lines()).toEqual(['rq> a;']);
  });

  it('runs an entry with Enter wherever the cursor is', async () => {
    const { screen, read, entries } = openEditor({ texts });
    read();
    await screen.key('up', 'up', 'up', 'enter');
    expect(entries).toEqual([{ kind: 'text', text: 'select\n  2;' }]);
  });
});

describe('Ctrl-R', () => {
  const texts = ['select 1 from users;', 'delete from users;', 'select 2\nfrom orders;', 'select 3;'];

  it.each([
    ['finds the newest', 'from', [], 'select 2\n|from orders;'],
    ['goes further back', 'from', ['ctrl-r'], 'delete |from users;'],
    ['goes forward', 'from', ['ctrl-r', 'ctrl-r', 'ctrl-s'], 'delete |from users;'],
    ['does not tell upper from lower case', 'FROM USERS', ['ctrl-r'], 'select 1 |from users;'],
    ['looks again for a shorter text', 'fromx', ['backspace'], 'select 2\n|from orders;'],
  ])('%s, and Enter takes it without running it', async (_, query, keys, expected) => {
    const { screen, read, entries } = openEditor({ texts });
    read('draft');
    await screen.key('ctrl-r');
    screen.type(query);
    await screen.settled();
    await screen.key(...keys, 'enter');
    const { row, column } = screen.cursor();
    const lines = screen
      .lines()
      .map((line, number) => (number === row ? `${line.slice(0, column)}|${line.slice(column)}` : line));
    expect(lines.map((line) => line.slice(4)).join('\n')).toBe(expected);
    expect(entries).toEqual([]);
  });

  it.each(['escape', 'ctrl-g', 'ctrl-c'])('gives the draft back at %s', async (key) => {
    const { screen, read } = openEditor({ texts });
    read('draft');
    await screen.key('ctrl-r');
    screen.type('from');
    await screen.key(key);
    await screen.until(() => screen.lines().length === 1);
    expect(screen.lines()).toEqual(['rq> draft']);
  });

  it('marks what was found, and puts the cursor behind what is searched', async () => {
    const { screen, read } = openEditor({ texts, hasColour: true });
    read();
    await screen.key('ctrl-r');
    screen.type('ers');
    await screen.settled();
    expect(screen.lines()[2]).toMatch(/^search: ers /);
    expect(screen.cursor()).toEqual({ row: 2, column: 11 });
    expect(screen.styleAt(1, 12)).toMatchObject({ text: 'e', isInverse: true });
    expect(screen.styleAt(1, 11)).toMatchObject({ text: 'd', isInverse: false });
    expect(screen.styleAt(0, 0)).toMatchObject({ text: 'r', colour: BLUE });
  });

  it('shows what is searched without obeying it', async () => {
    const { screen, read } = openEditor({ texts });
    read();
    await screen.key('ctrl-r');
    screen.type('\u0301\u202e');
    await screen.settled();
    expect(screen.lines()[1]).toMatch(/^not found: \\u0301\\u202e/);
  });

  it('says that nothing was found', async () => {
    const { screen, read } = openEditor({ texts });
    read('draft');
    await screen.key('ctrl-r');
    screen.type('nowhere');
    await screen.settled();
    expect(screen.lines()[0]).toBe('rq> draft');
    expect(screen.lines()[1]).toMatch(/^not found: nowhere/);
  });

  it('edits what was found with any other key', async () => {
    const { screen, read } = openEditor({ texts });
    read();
    await screen.key('ctrl-r');
    screen.type('delete');
    await screen.key('ctrl-e', 'backspace');
    expect(screen.lines()).toEqual(['rq> delete from users']);
    await screen.key('ctrl-_', 'ctrl-_');
    expect(screen.lines()).toEqual(['rq> ']);
  });
});
