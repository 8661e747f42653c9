import { describe, expect, it } from 'vitest';
import { RedQueryError } from '../../../src/errors.ts';
import { paletteOf } from '../../../src/output/index.ts';
import { failureText } from '../../../src/repl/statement/failure/failure-text.ts';

const plain = { palette: paletteOf(false), columns: 100 };

function linesOf(error: RedQueryError, script: string, columns = 200): string[] {
  const place = { script, offset: 0, end: script.length, file: null };
  return failureText(error, place, { ...plain, columns }).split('\n');
}

const syntaxErrorAt = (position: number): RedQueryError => new RedQueryError('RQ_SYNTAX', 'syntax error', { position });

describe('what was meant', () => {
  it.each<[string, number, string | null]>([
    ['HGETALL device:1', 0, "this is SQL, not the commands of Redis: FROM redis_hash('device:1')"],
    ["get 'x y';", 0, "this is SQL, not the commands of Redis: FROM redis_string('x y')"],
    ['smembers', 0, "this is SQL, not the commands of Redis: FROM redis_set('PATTERN')"],
    ['json.get x', 0, "this is SQL, not the commands of Redis: FROM redis_json('x')"],
    ['keys *', 0, "this is SQL, not the commands of Redis: .keys is a map of the keys, FROM redis_keys('*') lists them"],
    ['ping', 0, 'this is SQL, not the commands of Redis: .info tells of the server'],
    ['DEL x', 0, 'this is SQL, not the commands of Redis, and it changes no keys'],
    ['SELCT 1', 0, 'did you mean SELECT?'],
    ['SELECT * FORM x', 14, 'did you mean FROM?'],
    ['SELECT a FROM x wher a = 1', 21, 'did you mean WHERE?'],
    ['select 1 +', 10, null],
    ['select sum from', 15, null],
    ["select 'open", 7, null],
    ['nonsense', 0, null],
  ])('is guessed from %s', (script, position, hint) => {
    const lines = linesOf(syntaxErrorAt(position), script);
    expect(lines[3] ?? null).toBe(hint === null ? null : `hint: ${hint}`);
  });

  it('is a function where a table was not found, and no table of DuckDB itself', () => {
    const error = new RedQueryError('RQ_UNKNOWN_TABLE', 'Table with name device does not exist!\nDid you mean "duckdb_views"?', {
      position: 14,
    });
    expect(linesOf(error, 'SELECT * FROM device', 200)).toEqual([
      'RQ_UNKNOWN_TABLE: Table with name device does not exist!',
      '  SELECT * FROM device',
      '                ^',
      "hint: keys are read by functions, hashes by FROM redis_hash('device:*'); .keys device:* shows which keys there are, .tables the views",
    ]);
    const near = new RedQueryError('RQ_UNKNOWN_TABLE', 'Table with name devices does not exist!\nDid you mean "device"?');
    expect(linesOf(near, 'FROM devices')[1]).toBe('  Did you mean "device"?');
  });

  it('is left to a hint that is there', () => {
    const error = new RedQueryError('RQ_SYNTAX', 'no', { position: 0, hint: 'this way' });
    expect(linesOf(error, 'nonsense').at(-1)).toBe('hint: this way');
  });
});

describe('failureText', () => {
  it('breaks at blanks in a narrow window, dim from the hint on', () => {
    const error = new RedQueryError('RQ_BIND', `what ${'is wrong '.repeat(12)}`, { hint: 'mend it '.repeat(12) });
    const palette = (style: string, text: string): string => `<${style}>${text}`;
    const lines = failureText(error, null, { palette, columns: 40 }).split('\n');
    expect(lines[0]).toMatch(/^<error>RQ_BIND: what is wrong/);
    expect(lines.every((line) => line.replace(/<\w+>/g, '').length <= 40)).toBe(true);
    const hintAt = lines.findIndex((line) => line.includes('hint:'));
    expect(lines.map((line) => line.startsWith('<dim>'))).toEqual(lines.map((_, at) => at >= hintAt));
  });

  it('says that a lost connection is mended by the next statement', () => {
    expect(linesOf(new RedQueryError('RQ_REDIS_LOST', 'gone'), 'select 1').at(-1)).toBe('The next statement connects again.');
    expect(failureText(new RedQueryError('RQ_REDIS_LOST', 'gone'), null, plain)).toBe('RQ_REDIS_LOST: gone');
  });
});
