import { describe, expect, it } from 'vitest';
import { valueReader } from '../../src/arrow/index.ts';
import type { SqlType } from '../../src/types/index.ts';
import { bigintColumn, mapColumn, textColumn } from '../support/columns.ts';
import { answer } from '../support/duckdb-table.ts';

const VARCHAR: SqlType = { id: 'VARCHAR' };
const BIGINT: SqlType = { id: 'BIGINT' };
const MAP: SqlType = { id: 'MAP', key: VARCHAR, value: VARCHAR };

async function column(sql: string, type: SqlType, data: Parameters<typeof valueReader>[1], rowCount: number, chunkRows?: number) {
  const { schema, batch } = await answer(sql, [{ name: 'c', type }], { rowCount, columns: [data] }, chunkRows);
  const [field] = schema;
  const [values] = batch.columns;
  if (field === undefined || values === undefined) throw new Error('no column came back');
  const read = valueReader(field.type, values, { integers: 'bigint' });
  return Array.from({ length: batch.rowCount }, (_, row) => read(row));
}

describe('rows into DuckDB and out again', () => {
  const texts = [
    '',
    'a',
    'twelve bytes',
    'thirteen byte',
    null,
    'é'.repeat(40),
    '\u{1f600} emoji',
    'x'.repeat(5000),
    null,
    'end',
  ];

  it('carries text of every length, NULL and empty apart', async () => {
    expect(await column('SELECT c FROM given()', VARCHAR, textColumn(texts), texts.length)).toEqual(texts);
  });

  it('carries a chunk whose strings are all short, all empty or all NULL', async () => {
    for (const values of [['a', 'bb'], ['', ''], [null, null], ['0123456789ab']]) {
      expect(await column('SELECT c FROM given()', VARCHAR, textColumn(values), values.length)).toEqual(values);
    }
  });

  it.each([1, 3, 7, 8, 9, 2048])('carries slices that begin anywhere: %i rows a chunk', async (chunkRows) => {
    const values = Array.from({ length: 5000 }, (_, i) => (i % 5 === 0 ? null : `value number ${i}`.slice(0, 3 + (i % 17))));
    expect(await column('SELECT c FROM given()', VARCHAR, textColumn(values), values.length, chunkRows)).toEqual(values);
  });

  it('carries numbers with NULLs through filters and sorts', async () => {
    const values = Array.from({ length: 10_000 }, (_, i) => (i % 3 === 0 ? null : BigInt(i * 7919) - 12345n));
    expect(await column('SELECT c FROM given()', BIGINT, bigintColumn(values), values.length, 1001)).toEqual(values);
    const sorted = values.filter((value) => value !== null && value % 2n === 0n).sort((a, b) => Number((b ?? 0n) - (a ?? 0n)));
    expect(
      await column('SELECT c FROM given() WHERE c % 2 = 0 ORDER BY c DESC', BIGINT, bigintColumn(values), values.length),
    ).toEqual(sorted);
  });

  it('carries maps, empty ones and NULL apart', async () => {
    const maps = [{ a: '1', 'long field name': 'a value that is long' }, {}, null, { b: '2' }];
    const expected = maps.map((map) => (map === null ? null : new Map(Object.entries(map))));
    expect(await column('SELECT c FROM given()', MAP, mapColumn(maps), maps.length)).toEqual(expected);
    expect(await column('SELECT c FROM given()', MAP, mapColumn(maps), maps.length, 1)).toEqual(expected);
  });

  it('carries strings that are sorted, cut and grouped, so that their bytes no longer adjoin', async () => {
    const values = Array.from({ length: 6000 }, (_, i) => `some longer text number ${(i * 7919) % 6000}`);
    expect(await column('SELECT c FROM given() ORDER BY c', VARCHAR, textColumn(values), values.length)).toEqual(
      [...values].sort(),
    );
    expect(await column('SELECT upper(c[6:]) FROM given()', VARCHAR, textColumn(values), values.length)).toEqual(
      values.map((value) => value.slice(5).toUpperCase()),
    );
  });
});

describe('text that is not valid UTF-8', () => {
  const bad = Buffer.concat([Buffer.from('a value that is long enough '), Buffer.from([0xff])]);
  const good = 'a good value of the chunk, long';

  it.each([
    ['the first', [bad, good, good]],
    ['a middle', [good, bad, good]],
    ['the last', [good, good, bad]],
    [
      'two halves of one code point in neighbouring',
      [Buffer.from('aaaaaaaaaaaaaaa\xc3', 'latin1'), Buffer.from('\xa9bbbbbbbbbbbbbbb', 'latin1')],
    ],
    ['a short', [Buffer.from([0x80])]],
  ])('never reaches DuckDB from %s value', async (_, values) => {
    await expect(column('SELECT c FROM given()', VARCHAR, textColumn(values), values.length)).rejects.toThrow('not valid UTF-8');
  });

  it('is what a BLOB may hold', async () => {
    const values = [bad, Buffer.from(good), Buffer.from([0x80])];
    const read = await column('SELECT c FROM given()', { id: 'BLOB' }, textColumn(values), values.length);
    expect(read.map((value) => Buffer.from(value as Uint8Array))).toEqual(values);
  });
});

describe('types that only DuckDB makes', () => {
  it.each([
    ['[1, 2, NULL]', [1, 2, null]],
    ['[]::INT[]', []],
    ["[['a'], [], NULL]", [['a'], [], null]],
    ["{'a': 1, 'b': 'x'}", { a: 1, b: 'x' }],
    ["'b'::ENUM('a', 'b')", 'b'],
    ["MAP {'k': [1]}", new Map([['k', [1]]])],
  ])('reads %s', async (expression, expected) => {
    const sql = `SELECT CASE WHEN c % 3 = 1 THEN NULL ELSE ${expression} END FROM given()`;
    const read = await column(sql, BIGINT, bigintColumn([0, 1, 2, 3]), 4);
    expect(read).toEqual([expected, null, expected, expected]);
  });
});
