import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  endOfString,
  endOfValue,
  isDefinitePath,
  JsonUnescaper,
  memberPath,
  parseNestedType,
  splitTypeAndPath,
  typeName,
  walkValues,
} from '../../src/types/index.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'utf8');

describe('endOfValue', () => {
  it.each<[string, string]>([
    ['5,6', '5'],
    ['-0.5e+3]', '-0.5e+3'],
    ['true}', 'true'],
    ['null', 'null'],
    ['"a\\"b",1', '"a\\"b"'],
    ['"a\\\\"]', '"a\\\\"'],
    ['[1,[2,"]"],{"a":"}"}],9', '[1,[2,"]"],{"a":"}"}]'],
    ['{"a\\"}":[{}]} ', '{"a\\"}":[{}]}'],
    ['[]', '[]'],
    ['9007199254740993 ', '9007199254740993'],
  ])('finds the end of the first value of %s', (text, value) => {
    const source = bytes(text);
    expect(source.toString('utf8', 0, endOfValue(source, 0, source.length))).toBe(value);
  });

  it('finds the end of what JSON.stringify prints, wherever strings and brackets stand', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.string(), (value, rest) => {
        const text = JSON.stringify([value, rest]);
        const source = bytes(text);
        const end = endOfValue(source, 1, source.length);
        expect(source.toString('utf8', 1, end)).toBe(JSON.stringify(value));
      }),
    );
  });

  it.each([40, 47, 48, 49, 100, 5000])('finds the end of a string of %d bytes with escapes at its end', (length) => {
    for (const tail of ['', '\\"', '\\\\', '\\\\\\"', '\\"\\\\']) {
      const source = bytes(`"${'x'.repeat(length)}${tail}","y"`);
      expect(endOfString(source, 0, source.length)).toBe(length + tail.length + 2);
    }
  });

  it.each(['', '"abc', '"abc\\"', '[1,2', '{"a":1', '"', '['])('refuses %s, which is cut', (text) => {
    const source = bytes(text);
    expect(() => endOfValue(source, 0, source.length)).toThrow(expect.objectContaining({ code: 'RQ_PROTOCOL' }));
  });

  it('never looks beyond its end', () => {
    const source = bytes('[1,2],"x"]');
    expect(() => endOfValue(source, 0, 4)).toThrow(expect.objectContaining({ code: 'RQ_PROTOCOL' }));
    const quoted = bytes(`"${'x'.repeat(80)}"`);
    expect(() => endOfString(quoted, 0, 70)).toThrow(expect.objectContaining({ code: 'RQ_PROTOCOL' }));
  });

  it('does not recurse: a million brackets are no more than a million bytes', () => {
    const source = bytes('['.repeat(1_000_000) + ']'.repeat(1_000_000));
    expect(endOfValue(source, 0, source.length)).toBe(2_000_000);
  });
});

describe('walkValues', () => {
  const members = (text: string): string[] => {
    const found: string[] = [];
    const source = bytes(text);
    walkValues(source, 0, source.length, (start, end, nameStart, nameEnd) => {
      const name = nameStart < 0 ? '' : `${source.toString('utf8', nameStart, nameEnd)}=`;
      found.push(`${name}${source.toString('utf8', start, end)}`);
      return true;
    });
    return found;
  };

  it('gives elements and members in their order, spaces or not', () => {
    expect(members('[1,"a,b",[2,3],{}]')).toEqual(['1', '"a,b"', '[2,3]', '{}']);
    expect(members('{"b":1,"a\\"":[1],"":null}')).toEqual(['b=1', 'a\\"=[1]', '=null']);
    expect(members(' [ 1 , 2 ] '.trim())).toEqual(['1', '2']);
    expect(members('{ "a" : 1 , "b" : { } }')).toEqual(['a=1', 'b={ }']);
    expect(members('[]')).toEqual([]);
    expect(members('{}')).toEqual([]);
  });

  it.each(['[1 2]', '{"a" 1}', '[1,'])('refuses %s', (text) => {
    expect(() => members(text)).toThrow(expect.objectContaining({ code: 'RQ_PROTOCOL' }));
  });
});

describe('JsonUnescaper', () => {
  const unescaper = new JsonUnescaper();
  const textOf = (inside: string): string | null => {
    const source = bytes(inside);
    return unescaper.unescape(source, 0, source.length) ? unescaper.bytes.toString('utf8', 0, unescaper.length) : null;
  };

  it('gives what JSON.parse gives', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const escaped = [...text].map(
          (char) =>
            `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}${
              char.length > 1 ? `\\u${char.charCodeAt(1).toString(16).padStart(4, '0')}` : ''
            }`,
        );
        expect(textOf(escaped.join(''))).toBe(text);
        expect(textOf(JSON.stringify(text).slice(1, -1))).toBe(text);
      }),
    );
    expect(textOf('\\/\\b\\f\\n\\r\\t\\"\\\\')).toBe('/\b\f\n\r\t"\\');
  });

  it.each(['\\ud800', '\\udc00x', '\\ud800\\u0041', '\\ud83d', '\\x41', '\\u12', '\\u12g4', '\\'])('refuses %s', (inside) => {
    expect(textOf(inside)).toBeNull();
  });
});

describe('paths', () => {
  it.each<[string, boolean]>([
    ['$', true],
    ['$.a', true],
    ['$.a.b-c', true],
    ['$["a b"].c', true],
    ["$['a']", true],
    ['$["a\\"]b"]', true],
    ['$.a[0][-1]', true],
    ['$.*', false],
    ['$..a', false],
    ['$.a[*]', false],
    ['$.a[0:2]', false],
    ['$.a[0,1]', false],
    ['$["a","b"]', false],
    ['$.a[?(@.b>1)]', false],
    ['$.', false],
  ])('%s matches one value at most: %s', (path, isDefinite) => {
    expect(isDefinitePath(path)).toBe(isDefinite);
  });

  it.each<[string, string]>([
    ['age', '$.age'],
    ['_a1', '$._a1'],
    ['1a', '$["1a"]'],
    ['na me', '$["na me"]'],
    ['a"b\\c', '$["a\\"b\\\\c"]'],
    ['ключ', '$["ключ"]'],
    ['', '$[""]'],
    ['a.b', '$["a.b"]'],
  ])('quotes the member %s', (name, path) => {
    expect(memberPath(name)).toBe(path);
  });

  it.each<[string, string, string | null]>([
    ['BIGINT', 'BIGINT', null],
    ['VARCHAR $.a.b', 'VARCHAR ', '$.a.b'],
    ['JSON $', 'JSON ', '$'],
    ['VARCHAR[] $.a["$ x"] ', 'VARCHAR[] ', '$.a["$ x"]'],
    ['STRUCT("a$" BIGINT) $.s', 'STRUCT("a$" BIGINT) ', '$.s'],
  ])('takes %s apart', (text, type, path) => {
    expect(splitTypeAndPath(text)).toEqual({ type, path });
  });

  it.each(['BIGINT $a', 'BIGINT $ .a', 'BIGINT $$'])('refuses the path of %s', (text) => {
    expect(() => splitTypeAndPath(text)).toThrow(expect.objectContaining({ code: 'RQ_ARGUMENT' }));
  });
});

describe('parseNestedType', () => {
  it.each<[string, string]>([
    ['bigint', 'BIGINT'],
    ['json', 'JSON'],
    ['varchar []', 'VARCHAR[]'],
    ['DECIMAL(10, 2)[][]', 'DECIMAL(10,2)[][]'],
    ['struct(a int, b varchar)', 'STRUCT(a INTEGER, b VARCHAR)'],
    ['STRUCT("b ""c" DOUBLE PRECISION, d STRUCT(e JSON[])[])[]', 'STRUCT("b ""c" DOUBLE, d STRUCT(e JSON[])[])[]'],
    ['STRUCT(x DECIMAL(4,1), y TIMESTAMP WITH TIME ZONE)', 'STRUCT(x DECIMAL(4,1), y TIMESTAMP WITH TIME ZONE)'],
    ['STRUCT("a,b" BIGINT, "c(" BIGINT)', 'STRUCT("a,b" BIGINT, "c(" BIGINT)'],
  ])('reads %s', (text, name) => {
    expect(typeName(parseNestedType(text))).toBe(name);
  });

  it.each([
    'BIGINTS[]',
    'BIGINT[3]',
    '[]',
    'STRUCT()',
    'STRUCT(a)',
    'STRUCT(a BIGINT, A BIGINT)',
    'STRUCT("" BIGINT)',
    'STRUCT("a BIGINT)',
    'STRUCT(a BIGINT',
    'BLOB[]',
    'STRUCT(a BLOB)',
    'MAP(VARCHAR, BIGINT)',
    `BIGINT${'[]'.repeat(200)}`,
  ])('refuses %s', (text) => {
    expect(() => parseNestedType(text)).toThrow(expect.objectContaining({ code: 'RQ_COLUMN_TYPE' }));
  });
});
