import { describe, expect, it } from 'vitest';
import { JsonSamples } from '../../src/storage/sampling/json-samples.ts';
import { typeName } from '../../src/types/index.ts';

function sample(documents: readonly string[], allVarchar = false) {
  const samples = new JsonSamples({ allVarchar });
  for (const document of documents) samples.add(Buffer.from(document));
  return samples.finish();
}
const typeOf = (...values: string[]): string => {
  const [column] = sample(values.map((value) => `{"a":${value}}`)).columns;
  return column === undefined ? '' : typeName(column.type);
};

describe('JsonSamples', () => {
  it.each<[readonly string[], string]>([
    [['1', '-9223372036854775808'], 'BIGINT'],
    [['1', '18446744073709551615'], 'HUGEINT'],
    [['1', '2.5'], 'DOUBLE'],
    [['1e300'], 'DOUBLE'],
    [['9007199254740993', '2.5'], 'JSON'],
    [['true', 'false', 'null'], 'BOOLEAN'],
    [['"a"', '"5"'], 'VARCHAR'],
    [['"5"'], 'VARCHAR'],
    [['"true"'], 'VARCHAR'],
    [['"2024-01-02"', 'null'], 'DATE'],
    [['"2024-01-02 03:04:05"'], 'TIMESTAMP'],
    [['"2024-01-02"', '"x"'], 'VARCHAR'],
    [['null'], 'JSON'],
    [['[1,2]', '[]', '[null]'], 'BIGINT[]'],
    [['["a"]'], 'VARCHAR[]'],
    [['[[1],[2.5]]'], 'DOUBLE[][]'],
    [['[]'], 'JSON'],
    [['[1,"a"]'], 'JSON'],
    [['[{"x":1},{"x":2}]'], 'STRUCT(x BIGINT)[]'],
    [['{"x":1,"y":["a"]}', '{"y":[],"x":null}', 'null'], 'STRUCT(x BIGINT, y VARCHAR[])'],
    [['{"x":1}', '{"x":1,"y":2}'], 'JSON'],
    [['{}'], 'JSON'],
    [['{"x":1,"X":2}'], 'JSON'],
    [['{"":1}'], 'JSON'],
    [['{"x":{"y":{"z":1}}}'], 'STRUCT(x STRUCT(y STRUCT(z BIGINT)))'],
    [['{"x":[1,"a"]}'], 'STRUCT(x JSON)'],
    [['1', '"a"'], 'JSON'],
    [['{"\\u0061":1}', '{"a":2}'], 'STRUCT(a BIGINT)'],
  ])('reads %j as %s', (values, type) => {
    expect(typeOf(...values)).toBe(type);
  });

  it('says which members there are, how often, and of which kinds their values are', () => {
    const { columns, notes, columnNotes } = sample(['{"b":1,"a":null}', '{"b":"x","é\\n":[1]}', '[1]', '{"b":2}']);
    expect(columns.map(({ name, share, nullShare }) => [name, share, nullShare])).toEqual([
      ['b', 2 / 3, 0.25],
      ['a', 1, 1],
      ['é\n', 1, 0.75],
    ]);
    expect(columns[0]?.examples).toEqual(['1', '"x"', '2']);
    expect(notes).toEqual(['1 sampled document is no object, and so without members: _json holds what there is.']);
    expect(columnNotes).toEqual([
      { column: 'b', text: 'Column "b" is JSON, because its values are of several kinds: 1 string, 2 numbers.' },
    ]);
  });

  it('makes columns of the 256 most frequent members', () => {
    const rare = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`m${i}`, i]));
    const { columns, notes } = sample([JSON.stringify(rare), '{"m299":1}']);
    expect(columns).toHaveLength(256);
    expect(columns.at(-1)?.name).toBe('m299');
    expect(notes[0]).toMatch(/^300 members were found: the 256 most frequent/);
  });

  it('reads all as text where it is told to', () => {
    expect(sample(['{"a":1,"b":[1]}'], true).columns.map(({ type }) => typeName(type))).toEqual(['VARCHAR', 'VARCHAR']);
  });

  it('leaves structs of many members and deep ones as JSON', () => {
    const wide = JSON.stringify(Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`m${i}`, i])));
    expect(typeOf(wide)).toBe('JSON');
    expect(typeOf(`${'['.repeat(100)}1${']'.repeat(100)}`)).toBe('JSON');
  });
});
