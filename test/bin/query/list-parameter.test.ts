import { describe, expect, it } from 'vitest';
import { listParameter } from '../../../src/bin/query/list-parameter.ts';

function elements(type: string, text: string): (string | null)[] | null {
  return listParameter(type, text)?.map(({ value }) => value) ?? null;
}

describe('listParameter', () => {
  it.each([
    ["['user:1','user:2']", ['user:1', 'user:2']],
    ['["a", "b\\n\\u00e9"]', ['a', 'b\né']],
    ['[1, -2,3.5 ]', ['1', '-2', '3.5']],
    ['[a b, c]', ['a b', 'c']],
    ["['it\\'s', 'O''Hara', 'a,b]']", ["it's", "O'Hara", 'a,b]']],
    ["[NULL, null, 'null']", [null, null, 'null']],
    ['[\'\', ""]', ['', '']],
    ["  [ 'x' ]  ", ['x']],
    ['[]', []],
    ['[ ]', []],
    ['[日本, 𝄞]', ['日本', '𝄞']],
  ])('reads %j', (text, values) => {
    expect(elements('varchar[]', text)).toEqual(values);
  });

  it.each(['', 'a', 'a,b', '[', '[a', '[a,', '[a,]', '[,a]', '[a] b', '[[a]]', '[{a: 1}]', "['a' 'b']", "['a", '[a]]'])(
    'leaves %j to DuckDB',
    (text) => {
      expect(elements('varchar[]', text)).toBeNull();
    },
  );

  it('gives each element the type of the list', () => {
    expect(listParameter('DECIMAL(10, 2)[]', '[1.5]')).toEqual([{ redqueryType: 'DECIMAL(10, 2)', value: '1.5' }]);
    expect(listParameter('timestamp with time zone []', "['2024-01-01']")?.[0]?.redqueryType).toBe('timestamp with time zone');
  });

  it.each(['varchar', 'varchar[][]', 'varchar[2]', 'struct(a integer)[]', "enum('a')[]"])(
    'leaves the type %s to DuckDB',
    (type) => {
      expect(elements(type, "['a']")).toBeNull();
    },
  );

  it('refuses a type that is none', () => {
    expect(() => listParameter('no such words[]', '[1]')).toThrow('is not the name of a type');
  });
});
