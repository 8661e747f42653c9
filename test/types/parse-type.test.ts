import { describe, expect, it } from 'vitest';
import { parseColumnType, physicalOf, type SqlType, typeName } from '../../src/types/index.ts';

describe('parseColumnType', () => {
  it.each<[string, SqlType]>([
    ['BIGINT', { id: 'BIGINT' }],
    ['bigint', { id: 'BIGINT' }],
    ['  Int  ', { id: 'INTEGER' }],
    ['int8', { id: 'BIGINT' }],
    ['text', { id: 'VARCHAR' }],
    ['STRING', { id: 'VARCHAR' }],
    ['varchar(20)', { id: 'VARCHAR' }],
    ['bool', { id: 'BOOLEAN' }],
    ['real', { id: 'FLOAT' }],
    ['double  precision', { id: 'DOUBLE' }],
    ['bytea', { id: 'BLOB' }],
    ['json', { id: 'VARCHAR', alias: 'JSON' }],
    ['DATETIME', { id: 'TIMESTAMP' }],
    ['timestamp', { id: 'TIMESTAMP' }],
    ['TIMESTAMP_MS', { id: 'TIMESTAMP_MS' }],
    ['timestamp with\ttime zone', { id: 'TIMESTAMPTZ' }],
    ['timestamptz', { id: 'TIMESTAMPTZ' }],
    ['uuid', { id: 'UUID' }],
    ['DECIMAL', { id: 'DECIMAL', width: 18, scale: 3 }],
    ['numeric(10)', { id: 'DECIMAL', width: 10, scale: 0 }],
    ['decimal( 38 , 38 )', { id: 'DECIMAL', width: 38, scale: 38 }],
    ['dec(4,2)', { id: 'DECIMAL', width: 4, scale: 2 }],
  ])('reads %j', (text, type) => {
    expect(parseColumnType(text)).toEqual(type);
  });

  it.each([
    '',
    'BIGINTT',
    'INTEGER[]',
    'STRUCT(a INTEGER)',
    'MAP(VARCHAR, VARCHAR)',
    'BIGINT(3)',
    'VARCHAR(1,2)',
    'JSON(1)',
    'ENUM',
    'INTERVAL',
    'null',
    "BIGINT'; --",
  ])('refuses %j and names the valid types', (text) => {
    expect(() => parseColumnType(text)).toThrow(
      expect.objectContaining({
        code: 'RQ_COLUMN_TYPE',
        message: expect.stringMatching(`«${text.replaceAll(/[()[\]]/g, '\\$&')}».*BIGINT.*TIMESTAMPTZ`),
      }),
    );
  });

  it.each(['DECIMAL(39,0)', 'DECIMAL(0,0)', 'DECIMAL(4,5)'])('refuses %s', (text) => {
    expect(() => parseColumnType(text)).toThrow(
      expect.objectContaining({ code: 'RQ_COLUMN_TYPE', message: expect.stringContaining('1 to 38') }),
    );
  });
});

const INTEGER: SqlType = { id: 'INTEGER' };
const VARCHAR: SqlType = { id: 'VARCHAR' };

describe('typeName and physicalOf', () => {
  it.each<[string, SqlType, object]>([
    ['BOOLEAN', { id: 'BOOLEAN' }, { layout: 'fixed', byteWidth: 1 }],
    ['TIMESTAMP WITH TIME ZONE', { id: 'TIMESTAMPTZ' }, { layout: 'fixed', byteWidth: 8 }],
    ['TIME WITH TIME ZONE', { id: 'TIMETZ' }, { layout: 'fixed', byteWidth: 8 }],
    ['INTERVAL', { id: 'INTERVAL' }, { layout: 'fixed', byteWidth: 16 }],
    ['DECIMAL(4,2)', { id: 'DECIMAL', width: 4, scale: 2 }, { layout: 'fixed', byteWidth: 2 }],
    ['DECIMAL(9,0)', { id: 'DECIMAL', width: 9, scale: 0 }, { layout: 'fixed', byteWidth: 4 }],
    ['DECIMAL(18,3)', { id: 'DECIMAL', width: 18, scale: 3 }, { layout: 'fixed', byteWidth: 8 }],
    ['DECIMAL(19,3)', { id: 'DECIMAL', width: 19, scale: 3 }, { layout: 'fixed', byteWidth: 16 }],
    ['JSON', { id: 'VARCHAR', alias: 'JSON' }, { layout: 'varlen' }],
    ['"NULL"', { id: 'NULL' }, { layout: 'fixed', byteWidth: 4 }],
    ["ENUM('a', 'b''c')", { id: 'ENUM', values: ['a', "b'c"] }, { layout: 'fixed', byteWidth: 1 }],
    [
      'INTEGER[][]',
      { id: 'LIST', child: { id: 'LIST', child: INTEGER } },
      { layout: 'list', child: { id: 'LIST', child: INTEGER } },
    ],
    ['VARCHAR[3]', { id: 'ARRAY', child: VARCHAR, length: 3 }, { layout: 'array', child: VARCHAR, length: 3 }],
    [
      'STRUCT(a INTEGER, "b c" VARCHAR[])',
      {
        id: 'STRUCT',
        fields: [
          { name: 'a', type: INTEGER },
          { name: 'b c', type: { id: 'LIST', child: VARCHAR } },
        ],
      },
      { layout: 'struct', children: [INTEGER, { id: 'LIST', child: VARCHAR }] },
    ],
    [
      'UNION(num INTEGER, str VARCHAR)',
      {
        id: 'UNION',
        fields: [
          { name: 'num', type: INTEGER },
          { name: 'str', type: VARCHAR },
        ],
      },
      { layout: 'struct', children: [{ id: 'UTINYINT' }, INTEGER, VARCHAR] },
    ],
    [
      'MAP(VARCHAR, INTEGER)',
      { id: 'MAP', key: VARCHAR, value: INTEGER },
      {
        layout: 'list',
        child: {
          id: 'STRUCT',
          fields: [
            { name: 'key', type: VARCHAR },
            { name: 'value', type: INTEGER },
          ],
        },
      },
    ],
  ])('spells and lays out %s', (name, type, physical) => {
    expect(typeName(type)).toBe(name);
    expect(physicalOf(type)).toEqual(physical);
  });

  it('widens an ENUM at 256 and 65,536 words, as DuckDB does', () => {
    const widthOf = (wordCount: number) => physicalOf({ id: 'ENUM', values: Array.from({ length: wordCount }, String) });
    expect([255, 256, 65_535, 65_536].map(widthOf)).toEqual([1, 2, 2, 4].map((byteWidth) => ({ layout: 'fixed', byteWidth })));
  });

  it('reports a nested type without its parts', () => {
    expect(() => physicalOf({ id: 'LIST' })).toThrow(expect.objectContaining({ code: 'RQ_INTERNAL' }));
  });
});
