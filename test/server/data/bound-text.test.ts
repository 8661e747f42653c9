import { describe, expect, it } from 'vitest';
import { bindValues } from '../../../src/server/data/bound-text.ts';
import { DEFAULT_STYLE } from '../../../src/server/types/index.ts';
import type { BoundValue } from '../../../src/server/words.ts';

const INT8 = 20;
const TEXT = 25;
const TEXT_ARRAY = 1009;

function text(value: string | null, typeOid = TEXT): BoundValue {
  return { typeOid, format: 0, bytes: value === null ? null : Buffer.from(value) };
}

describe('bindValues', () => {
  it('gives values the type that the statement has for them', () => {
    const bound = bindValues({ duckText: 'SELECT $1 + $1, $2' }, [text('3', INT8), text(null)], DEFAULT_STYLE);
    expect(bound.text).toBe('SELECT $1 + $1, $2');
    expect(bound.values).toEqual([
      { redqueryType: 'BIGINT', value: '3' },
      { redqueryType: 'VARCHAR', value: null },
    ]);
  });

  it('leaves a value of no type a bare text', () => {
    expect(bindValues({ duckText: 'SELECT $1' }, [text('x', 0)], DEFAULT_STYLE).values).toEqual(['x']);
  });

  it('writes the elements of an array out, and numbers anew', () => {
    const statement = { duckText: 'SELECT $2 WHERE a IN ($3)', listParameters: new Map([[3, 1]]) };
    const bound = bindValues(statement, [text('{a,"b,c"}', TEXT_ARRAY), text('z')], DEFAULT_STYLE);
    expect(bound.text).toBe('SELECT $1 WHERE a IN ($2, $3)');
    expect(bound.values).toEqual(['z', 'a', 'b,c'].map((value) => ({ redqueryType: 'VARCHAR', value })));
  });

  it.each([[null], ['{}']])('lets nothing equal any of %s', (array) => {
    const statement = { duckText: 'a IN ($2)', listParameters: new Map([[2, 1]]) };
    expect(bindValues(statement, [text(array, TEXT_ARRAY)], DEFAULT_STYLE)).toEqual({
      text: 'a IN (SELECT NULL WHERE FALSE)',
      values: [],
    });
  });

  it.each([
    ['a%', 'a LIKE $1'],
    ['a\\%', "a LIKE $1 ESCAPE '\\'"],
  ])('tells the engine of the backslash in the pattern %s', (pattern, expected) => {
    const statement = { duckText: 'a LIKE $2', patternParameters: new Map([[2, 1]]) };
    expect(bindValues(statement, [text(pattern)], DEFAULT_STYLE).text).toBe(expected);
  });

  it('leaves quoted text alone', () => {
    expect(bindValues({ duckText: "SELECT '$1', $1" }, [text('x')], DEFAULT_STYLE).text).toBe("SELECT '$1', $1");
  });
});
