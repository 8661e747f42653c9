import { describe, expect, it } from 'vitest';
import { exitStatusOf } from '../../src/bin/exit-status.ts';
import { type ErrorCode, RedQueryError } from '../../src/errors.ts';
import { errorText, type Place } from '../../src/output/error-text.ts';
import { displayWidth } from '../../src/output/index.ts';

function textAt(position: number, place: Partial<Place> & { script: string }): string[] {
  const error = new RedQueryError('RQ_SYNTAX', 'bad', { position });
  return errorText(error, { offset: 0, end: place.script.length, file: null, ...place }).split('\n');
}

describe('errorText', () => {
  it('shows the line of one statement without its number', () => {
    expect(textAt(7, { script: 'select foo' })).toEqual(['RQ_SYNTAX: bad', '  select foo', '         ^', '']);
  });

  it('counts lines from the beginning of the script', () => {
    const script = 'select 1;\nselect\n  foo;\n';
    expect(textAt(9, { script, offset: 10 })).toEqual(['RQ_SYNTAX: bad', 'line 3:   foo;', '          ^', '']);
    expect(textAt(9, { script, offset: 10, file: 'a.sql' })[1]).toBe('a.sql:3:   foo;');
  });

  it('puts the caret under wide characters and tabs as they are drawn', () => {
    expect(textAt(7, { script: "\t'日本' x" })).toEqual(['RQ_SYNTAX: bad', "    '日本' x".slice(1), `${' '.repeat(11)}^`, '']);
  });

  it('cuts a long line around the place', () => {
    const lines = textAt(500, { script: `${'a'.repeat(500)}X${'b'.repeat(500)}` });
    expect(lines[1]).toBe(`  …${'a'.repeat(60)}X${'b'.repeat(59)}…`);
    expect(lines[2]).toBe(`${' '.repeat(63)}^`);
  });

  it.each([24, 40, 60, 61, 100, 200])('fits a window of %i columns, the caret under its place', (columns) => {
    const words = "select\t'日本語', \"größe\", sum(balance) from redis_hash('shop:*') where ".repeat(3);
    for (const [before, behind] of [
      [words, words],
      ['', words],
      [words, ''],
      ['select ', ' from t'],
      ["\t'日本' ", words],
    ] as const) {
      for (const place of [{}, { file: 'a-rather-long-name-of-a-file.sql' }]) {
        const script = `${before}X${behind}`;
        const error = new RedQueryError('RQ_SYNTAX', `no such thing: ${'one, two '.repeat(20)}`, {
          position: before.length,
          hint: 'three four '.repeat(20),
        });
        const whole = { script, offset: 0, end: script.length, file: null, ...place };
        const lines = errorText(error, whole, columns).trimEnd().split('\n');
        expect(lines.filter((line) => displayWidth(line) > columns)).toEqual([]);
        const caretAt = lines.findIndex((line) => /^ *\^$/.test(line));
        const [excerpt = '', caret = ''] = lines.slice(caretAt - 1);
        expect(displayWidth(excerpt.split('X')[0] ?? '')).toBe(caret.indexOf('^'));
        expect(excerpt).toContain('X');
        // The window is made use of.
        const isLong = before + behind === words + words;
        expect(isLong ? displayWidth(excerpt) : columns).toBeGreaterThan(Math.min(columns, 120) - 4);
        expect(
          lines
            .slice(0, caretAt - 1)
            .join(' ')
            .replaceAll(/ +/g, ' '),
        ).toContain(error.message.trim());
        expect(
          lines
            .slice(caretAt + 1)
            .join(' ')
            .replaceAll(/ +/g, ' '),
        ).toBe(`hint: ${error.hint?.trim()}`);
      }
    }
  });

  it('looks at no more of a huge line than it shows', () => {
    const script = `select '${'x'.repeat(5_000_000)}' foo`;
    const startedAt = performance.now();
    expect(textAt(script.length - 3, { script })[1]).toMatch(/^ {2}…x+' foo$/);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });

  it('copes with a place at the end and beyond it', () => {
    expect(textAt(8, { script: 'select 1' })[2]).toBe(`${' '.repeat(10)}^`);
    expect(textAt(99, { script: 'select 1' })[2]).toBe(`${' '.repeat(10)}^`);
  });

  it('lets no control character through, and gives the hint', () => {
    const error = new RedQueryError('RQ_BAD_VALUE', 'value "\u001b[2J"', { hint: 'mend \u0007it' });
    expect(errorText(error, null)).toBe('RQ_BAD_VALUE: value "\\x1b[2J"\nhint: mend \\x07it\n');
  });

  it('breaks lines where the message does, and indents them', () => {
    const error = new RedQueryError('RQ_BIND', 'no such thing:\r\n\tone\nRQ_INTERNAL: two\n', { hint: 'a\nb' });
    expect(errorText(error, null)).toBe('RQ_BIND: no such thing:\n  \\tone\n  RQ_INTERNAL: two\nhint: a\n  b\n');
  });

  it('puts the caret behind the statement where its end is missing', () => {
    const script = 'select 1;\nselect 1 +;\nselect 2';
    const place = { script, offset: 10, end: 20, file: null };
    const text = (message: string) => errorText(new RedQueryError('RQ_SYNTAX', message), place).split('\n');
    expect(text('syntax error at end of input').slice(1)).toEqual(['line 2: select 1 +;', `${' '.repeat(18)}^`, '']);
    expect(text('something else')).toEqual(['RQ_SYNTAX: something else', '']);
  });

  it('calls what is not ours an internal error', () => {
    expect(errorText(new TypeError('oops'), null)).toBe('RQ_INTERNAL: oops\n');
  });
});

describe('exitStatusOf', () => {
  it.each([
    ['RQ_REDIS_UNREACHABLE', false, 3],
    ['RQ_REDIS_AUTH', false, 3],
    ['RQ_REDIS_TLS', false, 3],
    ['RQ_REDIS_TIMEOUT', false, 3],
    ['RQ_REDIS_TIMEOUT', true, 1],
    ['RQ_REDIS_LOST', true, 1],
    ['RQ_SYNTAX', false, 1],
  ] satisfies [ErrorCode, boolean, number][])('gives for %s (connected before: %s) %s', (code, wasConnected, status) => {
    expect(exitStatusOf(new RedQueryError(code, 'x'), wasConnected)).toBe(status);
  });
});
