import { describe, expect, it } from 'vitest';
import { jsonWriter, rowReader, textReader, uniqueNames, valueReader } from '../../src/arrow/index.ts';
import { RedQueryError } from '../../src/errors.ts';
import type { SqlType } from '../../src/types/index.ts';
import { doubles, integers, lists, structs, table, varlen } from '../support/plain-columns.ts';

const BIGINT: SqlType = { id: 'BIGINT' };
const VARCHAR: SqlType = { id: 'VARCHAR' };
const JSON_TYPE: SqlType = { id: 'VARCHAR', alias: 'JSON' };

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('integers', () => {
  it.each([
    ['bigint', 9007199254740993n],
    ['string', '9007199254740993'],
  ] as const)('reads BIGINT as %s', (form, value) => {
    expect(valueReader(BIGINT, integers(8, [9007199254740993n]), { integers: form })(0)).toBe(value);
  });

  function readAsNumber(value: bigint): Record<string, unknown> {
    const { schema, batch } = table(1, [
      ['id', BIGINT, integers(8, [1])],
      ['n', BIGINT, integers(8, [value])],
    ]);
    return rowReader(schema, batch, { integers: 'number' })(0);
  }

  it.each([2n ** 53n - 1n, -(2n ** 53n) + 1n])('reads %s as a number, which is exact', (value) => {
    expect(readAsNumber(value)).toEqual({ id: 1, n: Number(value) });
  });

  it.each([2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n])('refuses to read %s as a number, naming the column', (value) => {
    const error = thrownBy(() => readAsNumber(value));
    expect(error).toBeInstanceOf(RedQueryError);
    expect(error).toMatchObject({ code: 'RQ_OUT_OF_RANGE' });
    expect(String(error)).toMatch(new RegExp(`column "n".*${value}`));
  });

  it('goes for values inside others, too', () => {
    const type: SqlType = { id: 'LIST', child: BIGINT };
    expect(valueReader(type, lists([2], integers(8, [1, 2])), { integers: 'string' })(0)).toEqual(['1', '2']);
    expect(valueReader(type, lists([2], integers(8, [1, 2])), { integers: 'number' })(0)).toEqual([1, 2]);
  });
});

describe('text', () => {
  it.each([
    ['short ASCII', ['a', '', 'xyz', null, 'end']],
    ['beyond ASCII', ['é', '', 'ß日本', null, '😀']],
    ['long', ['x'.repeat(100_000), 'y', null, '']],
  ])('reads %s values from offsets that do not begin at 0', (_, values) => {
    const read = valueReader(VARCHAR, varlen(values, 7), { integers: 'bigint' });
    expect(values.map((__, row) => read(row))).toEqual(values);
  });

  it('gives a BLOB that outlives its batch', () => {
    const column = varlen([Uint8Array.of(1, 2), Uint8Array.of(3)]);
    const value = valueReader({ id: 'BLOB' }, column, { integers: 'bigint' })(1);
    if (column.layout === 'varlen') new Uint8Array(column.values).fill(9);
    expect(value).toEqual(Uint8Array.of(3));
  });
});

describe('rows', () => {
  it('names two columns of one name apart, without taking a name that is there', () => {
    expect(uniqueNames(['name', 'name', 'name_1', 'name', 'x', 'x'])).toEqual(['name', 'name_2', 'name_1', 'name_3', 'x', 'x_1']);
  });

  it('has a column named __proto__ as a member like any other', () => {
    const { schema, batch } = table(1, [['__proto__', BIGINT, integers(8, [1])]]);
    const row = rowReader(schema, batch, { integers: 'bigint' })(0);
    expect(Object.entries(row)).toEqual([['__proto__', 1n]]);
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
  });

  it('reads validity bit by bit', () => {
    const values = Array.from({ length: 20 }, (_, i) => (i % 3 === 0 ? null : i));
    const { schema, batch } = table(20, [['x', { id: 'INTEGER' }, integers(4, values)]]);
    const read = rowReader(schema, batch, { integers: 'bigint' });
    expect(values.map((_, row) => read(row)['x'])).toEqual(values);
  });

  it('reads a struct without names as an array', () => {
    const type: SqlType = {
      id: 'STRUCT',
      fields: [
        { name: '', type: BIGINT },
        { name: '', type: VARCHAR },
      ],
    };
    const column = structs([0], integers(8, [1]), varlen(['a, b']));
    expect(valueReader(type, column, { integers: 'bigint' })(0)).toEqual([1n, 'a, b']);
    expect(textReader(type, column)(0)).toBe("(1, 'a, b')");
    expect(jsonWriter([{ name: 'x', type }], { rowCount: 1, columns: [column] })(0)).toBe('{"x":[1,"a, b"]}');
  });

  it('says so when a column has not the layout of its type', () => {
    expect(thrownBy(() => valueReader(VARCHAR, integers(8, [1]), { integers: 'bigint' }))).toMatchObject({ code: 'RQ_INTERNAL' });
  });
});

describe('JSON lines', () => {
  function lineOf(type: SqlType, column: Parameters<typeof textReader>[1]): string {
    return jsonWriter([{ name: 'x', type }], { rowCount: 1, columns: [column] })(0);
  }

  it.each([
    [Number.NaN, '"NaN"'],
    [Number.POSITIVE_INFINITY, '"Infinity"'],
    [Number.NEGATIVE_INFINITY, '"-Infinity"'],
    [-0, '-0.0'],
    [1e300, '1e+300'],
    [5e-324, '5e-324'],
  ])('writes the DOUBLE %s', (value, json) => {
    expect(lineOf({ id: 'DOUBLE' }, doubles([value]))).toBe(`{"x":${json}}`);
  });

  it.each([
    ['text with quotes and controls', VARCHAR, 'a"b\\\n\u0001', '"a\\"b\\\\\\n\\u0001"'],
    ['text that looks like JSON', VARCHAR, '{}', '"{}"'],
    ['JSON', JSON_TYPE, '{}', '{}'],
    ['JSON that is none', JSON_TYPE, '{bad', '"{bad"'],
  ])('writes %s', (_, type, text, json) => {
    expect(lineOf(type, varlen([text]))).toBe(`{"x":${json}}`);
  });

  it('embeds JSON on one line, with all digits', () => {
    expect(lineOf(JSON_TYPE, varlen(['{\n  "a": 12345678901234567890\r\n}\n']))).toBe('{"x":{   "a": 12345678901234567890 }}');
  });

  it('writes a MAP with other keys than text as pairs', () => {
    const type: SqlType = { id: 'MAP', key: BIGINT, value: VARCHAR };
    expect(lineOf(type, lists([2], structs([0, 0], integers(8, [1, 2]), varlen(['a', null]))))).toBe('{"x":[[1,"a"],[2,null]]}');
  });

  it('escapes and tells apart the names of members', () => {
    const { schema, batch } = table(1, [
      ['a"b', BIGINT, integers(8, [1])],
      ['a"b', BIGINT, integers(8, [2])],
    ]);
    expect(jsonWriter(schema, batch)(0)).toBe('{"a\\"b":1,"a\\"b_1":2}');
  });
});

describe('text of nested values', () => {
  // Each as DuckDB 1.5.6 casts it to VARCHAR.
  it.each([
    ['plain', 'plain'],
    ['b c', 'b c'],
    ['', "''"],
    ['NuLl', "'NuLl'"],
    ["it's", "'it\\'s'"],
    ['a"b', "'a\"b'"],
    ['x=y', "'x=y'"],
    ['a:b', "'a:b'"],
    ['(x)', "'(x)'"],
    [' lead', "' lead'"],
    ['trail ', "'trail '"],
    ['\ttab', "'\ttab'"],
    ['back\\slash', 'back\\slash'],
    ['a, b\\c', "'a, b\\\\c'"],
    ['a;b', 'a;b'],
  ])('quotes %j in a list as %s', (value, text) => {
    expect(textReader({ id: 'LIST', child: VARCHAR }, lists([1], varlen([value])))(0)).toBe(`[${text}]`);
  });

  it('quotes times, for their colons, but not what is nested', () => {
    const times: SqlType = { id: 'LIST', child: { id: 'TIME' } };
    expect(textReader(times, lists([1], integers(8, [3_600_000_000n])))(0)).toBe("['01:00:00']");
    const nested: SqlType = { id: 'LIST', child: { id: 'LIST', child: VARCHAR } };
    expect(textReader(nested, lists([2], lists([1, 0], varlen(['a']))))(0)).toBe('[[a], []]');
  });

  it('quotes JSON in a struct and not in a list', () => {
    const json = varlen(['{"a": 1}']);
    expect(textReader({ id: 'LIST', child: JSON_TYPE }, lists([1], json))(0)).toBe('[{"a": 1}]');
    expect(textReader({ id: 'STRUCT', fields: [{ name: "it's", type: JSON_TYPE }] }, structs([0], json))(0)).toBe(
      "{'it\\'s': '{\"a\": 1}'}",
    );
  });
});
