import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { highlight, highlighterFor } from '../../../src/repl/input/highlight.ts';
import type { Highlighter } from '../../../src/repl/words.ts';

const shown = (text: string, highlighter: Highlighter = highlight): string[] =>
  highlighter(text).map(({ start, end, style }) => `${style} ${text.slice(start, end)}`);

describe('highlight', () => {
  it.each([
    ['SELECT name FROM users', ['keyword SELECT', 'keyword FROM']],
    ['select count(*), 1.5', ['keyword select', 'function count', 'number 1.5']],
    ["'it''s' \"a b\"", ["string 'it''s'", 'name "a b"']],
    ['a -- b\n/* c */', ['comment -- b', 'comment /* c */']],
    ['SELECT year, name, value, type FROM t', ['keyword SELECT', 'keyword type', 'keyword FROM']],
    ['SELECT year(d)', ['keyword SELECT', 'function year']],
    ['x IN (1)', ['keyword IN', 'number 1']],
    ['left(a, 1) LEFT JOIN b', ['function left', 'number 1', 'keyword LEFT', 'keyword JOIN']],
    ['sum(x) OVER (PARTITION BY y)', ['function sum', 'keyword OVER', 'keyword PARTITION', 'keyword BY']],
    ['x::varchar', ['keyword varchar']],
    ['t.select, t.f(1)', ['function f', 'number 1']],
    ['a AS set', ['keyword AS']],
    ['$1 ?', ['number $1', 'number ?']],
    ["redis_hash('user:*', on_error => 'skip')", ['function redis_hash', "string 'user:*'", "string 'skip'"]],
    ['.mode box', ['command .mode']],
    ['\\d users', ['command \\d']],
    ['SELECT 1; \\q', ['keyword SELECT', 'number 1', 'command \\q']],
    ['quit', ['command quit']],
  ])('colours %j', (text, expected) => {
    expect(shown(text)).toEqual(expected);
  });

  it.each([
    ["SELECT 'abc\n;", ['keyword SELECT', "error '", 'string abc\n;']],
    ["E'abc", ['string E', "error '", 'string abc']],
    ['"abc', ['error "', 'name abc']],
    ['$a$ b', ['error $a$', 'string  b']],
    ['1 /* b', ['number 1', 'error /*', 'comment  b']],
    ['(a', ['error (']],
    ['(a]', ['error (', 'error ]']],
    ['a)', ['error )']],
    ['f(a[1)', ['function f', 'error (', 'error [', 'number 1', 'error )']],
    ['(a; b)', ['error (', 'error )']],
    ['((a)', ['error (']],
    ['a $ b', ['error $']],
  ])('marks what is wrong in %j', (text, expected) => {
    expect(shown(text)).toEqual(expected);
  });

  it.each([
    ['.tables', ['command .tables']],
    ['.tab', ['command .tab']],
    ['.tab ', ['error .tab']],
    ['.tabs', ['error .tabs']],
    ['\\d users', ['command \\d']],
    ['\\nothing', ['error \\nothing']],
    ['exit', ['command exit']],
  ])('tells the commands that there are from others: %j', (text, expected) => {
    expect(shown(text, highlighterFor(['.tables', '\\d', '.exit']))).toEqual(expected);
  });

  it('gives spans in order, within the text, and never throws', () => {
    const part = fc.constantFrom(
      ...'\'"$-/*\\;()[]{}. \nabE1',
      '--',
      '/*',
      '*/',
      '$a$',
      '.x\n',
      'SELECT',
      '\0',
      '😀',
      '\ud800',
      '::',
      'U&"',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        const text = parts.join('');
        let end = 0;
        for (const span of highlight(text)) {
          expect(span.start).toBeGreaterThanOrEqual(end);
          expect(span.end).toBeGreaterThan(span.start);
          end = span.end;
        }
        expect(end).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 2_000 },
    );
  });

  const line =
    "SELECT name, count(*) AS n FROM redis_hash('user:*') WHERE age > 30 AND city = 'Paris' -- people\n GROUP BY ALL;\n";
  const megabyte = line.repeat(Math.ceil(1_000_000 / line.length));
  it.each([
    ['statements', megabyte],
    ['an open string', `'${'a'.repeat(1_000_000)}`],
    ['doubled quotes', `'${"''".repeat(500_000)}`],
    ['open brackets', '('.repeat(200_000)],
    ['control characters', '\u0001'.repeat(1_000_000)],
    ['backslashes', 'a \\1'.repeat(250_000)],
  ])('takes a megabyte of %s', (_, text) => {
    const startMs = performance.now();
    highlight(text);
    // 70 ms on an idle machine; tests share theirs.
    expect(performance.now() - startMs).toBeLessThan(1_500);
  });

  it('takes another letter behind a megabyte faster than the megabyte', () => {
    const timeOf = (work: () => unknown): number => {
      const startMs = performance.now();
      work();
      return performance.now() - startMs;
    };
    const times = Array.from({ length: 5 }, (_, at) => {
      highlight('');
      return { all: timeOf(() => highlight(megabyte)), one: timeOf(() => highlight(`${megabyte}${at}`)) };
    });
    const least = (values: readonly number[]): number => Math.min(...values);
    expect(least(times.map(({ one }) => one))).toBeLessThan(least(times.map(({ all }) => all)));
  });
});
