import { describe, expect, it } from 'vitest';
import { displayWidth, paletteOf } from '../../../src/output/index.ts';
import { patternTest, unquoted, wordsIn } from '../../../src/repl/commands/arguments.ts';
import { columnsText } from '../../../src/repl/commands/columns-text.ts';
import { nearestNames } from '../../../src/repl/commands/nearest.ts';

describe('words', () => {
  it.each([
    ['', []],
    ['a  b', ['a', 'b']],
    [`'a b' "c d"`, ['a b', 'c d']],
    [`'it''s' "a""b"`, ["it's", 'a"b']],
    [`''`, ['']],
    [`it's fine`, ["it's", 'fine']],
    [`'open`, ["'open"]],
    [`a'b c'd`, ["a'b", "c'd"]],
  ])('of %j', (text, words) => {
    expect(wordsIn(text)).toEqual(words);
  });

  it('takes the quotes off a whole text only', () => {
    expect(unquoted("'a b '")).toBe('a b ');
    expect(unquoted("'a' 'b'")).toBe("'a' 'b'");
  });
});

describe('patterns', () => {
  it.each([
    ['user*', ['users', 'USER', 'user_42'], ['my_users']],
    ['t?', ['t1', 'tä'], ['t', 't12']],
    ['a.b', ['a.b'], ['axb']],
    ['**x**', ['x', 'axb'], ['y']],
  ])('%s', (pattern, fitting, others) => {
    expect([...fitting, ...others].filter(patternTest(pattern))).toEqual(fitting);
  });

  it('takes no longer for many stars', () => {
    const start = performance.now();
    expect(patternTest(`${'*'.repeat(20)}b`)('a'.repeat(60))).toBe(false);
    expect(performance.now() - start).toBeLessThan(200);
  });
});

describe('nearest names', () => {
  const names = ['.tables', '.timer', '.describe', '\\d', '\\dt'];
  it.each([
    ['.tabels', ['.tables']],
    ['.tmier', ['.timer']],
    ['.desc', ['.describe']],
    ['.zzzzzz', []],
  ])('to %s', (typed, wanted) => {
    expect(nearestNames(typed, names)).toEqual(wanted);
  });
});

describe('columns', () => {
  const plain = (columns: number) => ({ columns, palette: paletteOf(false) });
  const heads = [{ head: 'name' }, { head: 'n', align: 'right' as const }, { head: 'text' }];

  it('are aligned, numbers to the right, without blanks at the end', () => {
    const rows = [
      ['a', '1', ''],
      ['longer', '1,000', 'x'],
    ];
    expect(columnsText(heads, rows, plain(80))).toBe('name        n  text\na           1\nlonger  1,000  x');
  });

  it('take from the widest where the window is narrow, and are whole in a file', () => {
    const rows = [['a', '1', 'x'.repeat(100)]];
    const [, line = ''] = columnsText(heads, rows, plain(30)).split('\n');
    expect(displayWidth(line)).toBe(30);
    expect(line).toMatch(/x…$/);
    expect(columnsText(heads, rows, plain(Infinity))).toContain('x'.repeat(100));
  });

  it('wrap where they are told to', () => {
    const columns = [{ head: 'k' }, { head: 'v', isWrapped: true }];
    expect(columnsText(columns, [['a', 'one two three four']], plain(14))).toBe('k  v\na  one two\n   three four');
  });

  it('escape what could command a terminal', () => {
    expect(columnsText([{ head: 'k' }], [['\u001b[2J\u202e\n']], plain(80))).toBe('k\n\\x1b[2J\\u202e\\n');
  });

  it('count wide letters twice', () => {
    expect(columnsText([{ head: 'k' }, { head: 'v' }], [['日本', 'x']], plain(80))).toBe('k     v\n日本  x');
  });
});
