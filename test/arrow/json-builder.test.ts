import { describe, expect, it } from 'vitest';
import { createMatchesBuilder } from '../../src/arrow/builders.ts';
import { type ColumnBuilder, valueReader } from '../../src/arrow/index.ts';
import { parseNestedType, type SqlType } from '../../src/types/index.ts';

/** What becomes of each text: its value, or 'refused'. */
function read(type: SqlType, texts: readonly string[], isInferred = false, takesAll = false): unknown[] {
  const builder = createMatchesBuilder(type, isInferred, takesAll);
  const kept = texts.map((text) => append(builder, text));
  const column = builder.finish();
  const valueAt = valueReader(type, column, { integers: 'bigint' });
  let row = 0;
  return kept.map((isKept) => (isKept ? valueAt(row++) : 'refused'));
}

/** The value stands in the middle of other bytes, as in a reply. */
function append(builder: ColumnBuilder, text: string): boolean {
  const value = Buffer.from(text, 'utf8');
  const bytes = Buffer.concat([Buffer.from('[é'), value, Buffer.from('é]')]);
  return builder.append(bytes, 3, 3 + value.length, true);
}

describe('createMatchesBuilder', () => {
  it.each<[string, [string, unknown][]]>([
    [
      'BIGINT',
      [
        ['5', 5n],
        ['"5"', 5n],
        ['9223372036854775807', 9223372036854775807n],
        ['9223372036854775808', 'refused'],
        ['1.0', 'refused'],
        ['true', 'refused'],
        ['[1]', 'refused'],
        ['null', null],
        ['', null],
        ['1,2', 1n],
      ],
    ],
    ['HUGEINT', [['18446744073709551615', 18446744073709551615n]]],
    [
      'DOUBLE',
      [
        ['1.5', 1.5],
        ['1e300', 1e300],
        ['-0.0', -0],
        ['7', 7],
        ['"2.5"', 2.5],
        ['"x"', 'refused'],
        ['{}', 'refused'],
      ],
    ],
    [
      'BOOLEAN',
      [
        ['true', true],
        ['false', false],
        ['"yes"', true],
        ['1', true],
        ['2', 'refused'],
      ],
    ],
    [
      'DECIMAL(6,2)',
      [
        ['1.25', '1.25'],
        ['1.255', 'refused'],
      ],
    ],
    [
      'DATE',
      [
        ['"2024-02-29"', '2024-02-29'],
        ['"2023-02-29"', 'refused'],
        ['20240229', 'refused'],
      ],
    ],
    [
      'TIMESTAMP',
      [
        ['"2024-01-02T03:04:05Z"', '2024-01-02 03:04:05'],
        ['1700000000', '2023-11-14 22:13:20'],
      ],
    ],
    [
      'VARCHAR',
      [
        ['"plain"', 'plain'],
        ['"q\\"b\\\\s\\/n\\nu\\u00e9\\ud83d\\ude00"', 'q"b\\s/n\nué😀'],
        ['"\\u0000"', '\u0000'],
        ['""', ''],
        ['1.50', '1.50'],
        ['true', 'true'],
        ['{"a":[1,"x"]}', '{"a":[1,"x"]}'],
        ['[]', '[]'],
        ['null', null],
        ['"\\ud800"', 'refused'],
      ],
    ],
    [
      'JSON',
      [
        ['"plain"', '"plain"'],
        ['9007199254740993', '9007199254740993'],
        ['{"b":1,"a":2}', '{"b":1,"a":2}'],
        ['null', null],
      ],
    ],
    ['BLOB', [['"é"', Uint8Array.from([0xc3, 0xa9])]]],
    ['UUID', [['"123e4567-e89b-12d3-a456-426614174000"', '123e4567-e89b-12d3-a456-426614174000']]],
    [
      'BIGINT[]',
      [
        ['[1,"2",null]', [1n, 2n, null]],
        ['[]', []],
        ['[1,"x",2]', 'refused'],
        ['5', 'refused'],
        ['null', null],
        ['[ 1 , 2 ]', [1n, 2n]],
      ],
    ],
    ['VARCHAR[][]', [['[["a"],[],null,["b","c"]]', [['a'], [], null, ['b', 'c']]]]],
    ['JSON[]', [['[1,{"a":2},null,"x"]', ['1', '{"a":2}', null, '"x"']]]],
    [
      'STRUCT(a BIGINT, b VARCHAR[])',
      [
        ['{"b":["x"],"a":1}', { a: 1n, b: ['x'] }],
        ['{"a":1,"other":[1,{}]}', { a: 1n, b: null }],
        ['{}', { a: null, b: null }],
        ['{"a":"x"}', 'refused'],
        ['{"b":["x","y"],"a":1.5}', 'refused'],
        ['[1]', 'refused'],
        ['null', null],
        ['{"\\u0061":7}', { a: 7n, b: null }],
      ],
    ],
    ['STRUCT("q""x" BIGINT)', [['{"q\\"x":3}', { 'q"x': 3n }]]],
    ['STRUCT(s STRUCT(t BIGINT)[])[]', [['[{"s":[{"t":1},null,{}]},null]', [{ s: [{ t: 1n }, null, { t: null }] }, null]]]],
  ])('reads %s', (text, cases) => {
    const texts = cases.map(([value]) => value);
    expect(read(parseNestedType(text), texts)).toEqual(cases.map(([, value]) => value));
  });

  it('takes all that a path matched as the elements of a list, none at all as NULL', () => {
    const texts = ['1,2,"3"', '', 'null', '[1]', '7'];
    expect(read(parseNestedType('BIGINT[]'), texts, false, true)).toEqual([[1n, 2n, 3n], null, [null], 'refused', [7n]]);
    expect(read(parseNestedType('BIGINT[][]'), ['[1],[],[2,3]'], false, true)).toEqual([[[1n], [], [2n, 3n]]]);
  });

  it.each<[string, [string, unknown][]]>([
    [
      'BIGINT',
      [
        ['5', 5n],
        ['"5"', 'refused'],
        ['true', 'refused'],
      ],
    ],
    [
      'DOUBLE',
      [
        ['1.5', 1.5],
        ['1e300', 1e300],
        ['9007199254740991', 9007199254740991],
        ['9007199254740993', 'refused'],
        ['"1"', 'refused'],
      ],
    ],
    [
      'BOOLEAN',
      [
        ['true', true],
        ['1', 'refused'],
        ['"true"', 'refused'],
      ],
    ],
    [
      'DATE',
      [
        ['"2024-01-02"', '2024-01-02'],
        ['5', 'refused'],
        ['"x"', 'refused'],
      ],
    ],
    [
      'TIMESTAMP',
      [
        ['"2024-01-02 03:04:05"', '2024-01-02 03:04:05'],
        ['"2024-01-02T03:04:05"', 'refused'],
        ['1700000000', 'refused'],
      ],
    ],
    [
      'VARCHAR',
      [
        ['"a"', 'a'],
        ['5', '5'],
        ['{}', '{}'],
      ],
    ],
    [
      'BIGINT[]',
      [
        ['[1]', [1n]],
        ['["1"]', 'refused'],
      ],
    ],
    [
      'STRUCT(a BIGINT)',
      [
        ['{"a":1}', { a: 1n }],
        ['{}', { a: null }],
        ['{"a":1,"b":2}', 'refused'],
      ],
    ],
  ])('refuses what an inferred %s does not say all of', (text, cases) => {
    const texts = cases.map(([value]) => value);
    expect(read(parseNestedType(text), texts, true)).toEqual(cases.map(([, value]) => value));
  });

  it('takes back what was appended, also of lists in structs', () => {
    const type = parseNestedType('STRUCT(a BIGINT[], b VARCHAR)[]');
    const builder = createMatchesBuilder(type, false, false);
    append(builder, '[{"a":[1,2],"b":"x"}]');
    append(builder, 'null');
    append(builder, '[{"a":[3],"b":"y"},{"a":[4,"x"]}]');
    append(builder, '[{"a":[5]}]');
    builder.truncate(2);
    append(builder, '[{"a":[6]}]');
    expect(builder.rowCount).toBe(3);
    const valueAt = valueReader(type, builder.finish(), { integers: 'bigint' });
    expect([0, 1, 2].map(valueAt)).toEqual([[{ a: [1n, 2n], b: 'x' }], null, [{ a: [6n], b: null }]]);
    expect(builder.rowCount).toBe(0);
    append(builder, '[]');
    expect(valueReader(type, builder.finish(), { integers: 'bigint' })(0)).toEqual([]);
  });

  it('grows beyond its first rows, with NULLs between', () => {
    const type = parseNestedType('STRUCT(a BIGINT[])');
    const texts = Array.from({ length: 3000 }, (_, i) => (i % 7 === 0 ? 'null' : `{"a":[${i},${i + 1}]}`));
    const expected = texts.map((_, i) => (i % 7 === 0 ? null : { a: [BigInt(i), BigInt(i + 1)] }));
    expect(read(type, texts)).toEqual(expected);
  });
});
