import { describe, expect, it } from 'vitest';
import { PgError } from '../../../src/server/pg-error.ts';
import {
  boundText,
  DEFAULT_STYLE,
  OID,
  pgTypeByOid,
  pgTypeOf,
  rowEncoder,
  type TextStyle,
} from '../../../src/server/types/index.ts';
import type { Format } from '../../../src/server/words.ts';
import { answer } from '../../support/duckdb-table.ts';
import { cellsOf, columnOf } from './support/rows.ts';

/** Encodes what one expression of DuckDB gives as the described type. */
async function encoded(sql: string, oid: number, format: Format, modifier = -1, style: TextStyle = DEFAULT_STYLE) {
  const { schema, batch } = await answer(`SELECT ${sql} AS c`, [], { rowCount: 0, columns: [] });
  const bytes = rowEncoder(schema, [columnOf(oid, modifier)], [format], style)(batch, 0, batch.rowCount);
  return cellsOf(bytes)[0]?.[0];
}

const NUMERIC_10_2 = ((10 << 16) | 2) + 4;
const BERLIN = { ...DEFAULT_STYLE, timeZone: 'Europe/Berlin' };

/** Engine's expression, described oid, text; binary follows from the text by the golden values. */
const CONVERTED: readonly (readonly [sql: string, oid: number, text: string, modifier?: number])[] = [
  ['5::HUGEINT', OID.INT8, '5'],
  ['(-9223372036854775808)::HUGEINT', OID.INT8, '-9223372036854775808'],
  ['9223372036854775807::UBIGINT', OID.INT8, '9223372036854775807'],
  ['5::HUGEINT', OID.INT4, '5'],
  ['5::HUGEINT', OID.NUMERIC, '5'],
  ['340282366920938463463374607431768211455::UHUGEINT', OID.NUMERIC, '340282366920938463463374607431768211455'],
  ['(-170141183460469231731687303715884105728)::HUGEINT', OID.NUMERIC, '-170141183460469231731687303715884105728'],
  ["'-123456789012345678901234567890123456789012345'::BIGNUM", OID.NUMERIC, '-123456789012345678901234567890123456789012345'],
  ['255::UTINYINT', OID.INT2, '255'],
  ['65535::USMALLINT', OID.INT4, '65535'],
  ['4294967295::UINTEGER', OID.INT8, '4294967295'],
  ['4294967295::UINTEGER', OID.OID, '4294967295'],
  ['(-128)::TINYINT', OID.INT8, '-128'],
  ['(-7)::BIGINT', OID.INT4, '-7'],
  ['(-7)::BIGINT', OID.INT2, '-7'],
  ['7::INTEGER', OID.FLOAT8, '7'],
  ['7::BIGINT', OID.FLOAT4, '7'],
  ['9007199254740993::BIGINT', OID.NUMERIC, '9007199254740993'],
  ['9223372036854775807::BIGINT', OID.NUMERIC, '9223372036854775807'],
  ['7::INTEGER', OID.NUMERIC, '7.00', NUMERIC_10_2],
  ['7::INTEGER', OID.TEXT, '7'],
  ['7::INTEGER', OID.BOOL, 't'],
  ['2.5::DOUBLE', OID.NUMERIC, '2.5'],
  ['1e20::DOUBLE', OID.NUMERIC, '100000000000000000000'],
  ['2.345::DOUBLE', OID.NUMERIC, '2.35', NUMERIC_10_2],
  ['2.5::DOUBLE', OID.INT4, '2'],
  ['3.5::DOUBLE', OID.INT8, '4'],
  ['(-0.5)::DOUBLE', OID.INT4, '0'],
  ['2.5::DECIMAL(5,1)', OID.INT4, '3'],
  ['2.5::DECIMAL(5,1)', OID.FLOAT8, '2.5'],
  ['2.5::DECIMAL(5,1)', OID.NUMERIC, '2.50', NUMERIC_10_2],
  ['0.1::FLOAT', OID.FLOAT8, '0.10000000149011612'],
  ['0.1::DOUBLE', OID.FLOAT4, '0.1'],
  ["'nan'::DOUBLE", OID.NUMERIC, 'NaN'],
  ["' 42 '", OID.INT4, '42'],
  ["'2024-01-02'", OID.DATE, '2024-01-02'],
  ["'t'", OID.BOOL, 't'],
  ["'{1,2}'", 1007, '{1,2}'],
  ["'abcdef'", OID.VARCHAR, 'abc', 7],
  ["'ab'", OID.BPCHAR, 'ab   ', 9],
  ["'abc'", OID.UNKNOWN, 'abc'],
  ["'abc'", OID.NAME, 'abc'],
  ["'a'::ENUM('b', 'a')", OID.TEXT, 'a'],
  ["'1'::ENUM('1', '2')", OID.INT4, '1'],
  ['true', OID.TEXT, 'true'],
  ['true', OID.INT4, '1'],
  ["'ab'::BLOB", OID.TEXT, 'ab'],
  ["'ab'::BLOB", OID.BYTEA, '\\x6162'],
  ["TIMESTAMP '2024-01-02 03:04:05'", OID.DATE, '2024-01-02'],
  ["DATE '2024-01-02'", OID.TIMESTAMP, '2024-01-02 00:00:00'],
  ["TIMESTAMP '2024-01-02 03:04:05.123456'", OID.TIMESTAMP, '2024-01-02 03:04:05.12', 2],
  ["TIMESTAMP '2024-01-02 03:04:05'", OID.TIME, '03:04:05'],
  ["'2024-01-02 03:04:05'::TIMESTAMP_S", OID.TIMESTAMP, '2024-01-02 03:04:05'],
  ["'2024-01-02 03:04:05.5'::TIMESTAMP_MS", OID.TIMESTAMP, '2024-01-02 03:04:05.5'],
  ["'1969-12-31 23:59:59.999999999'::TIMESTAMP_NS", OID.TIMESTAMP, '1969-12-31 23:59:59.999999'],
  ["'infinity'::TIMESTAMP", OID.TIMESTAMP, 'infinity'],
  ["INTERVAL '26 hours'", OID.TEXT, '26:00:00'],
  ["UUID '123e4567-e89b-12d3-a456-426614174000'", OID.TEXT, '123e4567-e89b-12d3-a456-426614174000'],
  ['\'{"b":1,"a":2}\'::JSON', OID.JSON, '{"b":1,"a":2}'],
  ['\'{"b":1,"a":2}\'::JSON', OID.JSONB, '{"a": 2, "b": 1}'],
  ['\'{"b":1}\'::JSON', OID.TEXT, '{"b":1}'],
  ["'[1]'", OID.JSONB, '[1]'],
  ["{'b': 1, 'aa': [1, NULL], 'c': {'d': 'x'}}", OID.JSONB, '{"b": 1, "c": {"d": "x"}, "aa": [1, null]}'],
  ["{'b': 1}", OID.JSON, '{"b":1}'],
  ["MAP {'k': 1}", OID.JSONB, '{"k": 1}'],
  ['union_value(num := 2)', OID.JSONB, '{"num": 2}'],
  ['[1, 2, NULL]', 1007, '{1,2,NULL}'],
  ['[1, 2, NULL]', 1016, '{1,2,NULL}'],
  ['[1.5, 2]', 1231, '{1.5,2.0}'],
  ["['a', 'b c', NULL, 'NULL', '']", 1009, '{a,"b c",NULL,"NULL",""}'],
  ["['a', 'b c']", OID.TEXT, '{a,"b c"}'],
  ["['a', 'b c']", OID.JSONB, '["a", "b c"]'],
  ['[]::INTEGER[]', 1007, '{}'],
  ['[[1, 2], [3, NULL]]', 1007, '{{1,2},{3,NULL}}'],
  ['[[[1], [2]], [[3], [4]]]', 1007, '{{{1},{2}},{{3},{4}}}'],
  ['[[1, 2], [3]]', OID.JSONB, '[[1, 2], [3]]'],
  ['[[1, 2], NULL]::INTEGER[2][2]', 1007, '{{1,2},{NULL,NULL}}'],
  ["['1', '2']", 1007, '{1,2}'],
  ["[DATE '2024-01-02']", 1182, '{2024-01-02}'],
  ["[{'a': 1}]", 3807, '{"{\\"a\\": 1}"}'],
];

describe('a value whose type in the engine is not the described one', () => {
  it.each(CONVERTED.map(([sql, oid, text, modifier]) => ({ sql, oid, text, modifier })))(
    '$sql as oid $oid is $text',
    async ({ sql, oid, text, modifier }) => {
      expect((await encoded(sql, oid, 0, modifier))?.toString()).toBe(text);
      const binary = await encoded(sql, oid, 1, modifier);
      expect(boundText({ typeOid: oid, format: 1, bytes: binary ?? null })).toBe(text);
    },
  );
});

const REFUSED: readonly (readonly [sql: string, oid: number, sqlState: string, message: string, modifier?: number])[] = [
  ['9223372036854775808::HUGEINT', OID.INT8, '22003', 'bigint out of range'],
  ['2147483648::BIGINT', OID.INT4, '22003', 'integer out of range'],
  ['32768::INTEGER', OID.INT2, '22003', 'smallint out of range'],
  ['1e300::DOUBLE', OID.FLOAT4, '22003', 'value out of range: overflow'],
  ['1e300::DOUBLE', OID.INT8, '22003', 'bigint out of range'],
  ["'nan'::DOUBLE", OID.INT4, '22003', 'integer out of range'],
  ["'x'", OID.INT4, '22P02', 'invalid input syntax for type integer: "x"'],
  ['123456789.5::DECIMAL(18,1)', OID.NUMERIC, '22003', 'numeric field overflow', NUMERIC_10_2],
  ["'x'::BLOB", OID.INT4, '42846', 'cannot cast type bytea to integer'],
  ["DATE '2024-01-02'", OID.INT4, '42846', 'cannot cast type date to integer'],
  ['1::INTEGER', OID.UUID, '42846', 'cannot cast type integer to uuid'],
  ['[1]', OID.INT4, '42846', 'cannot cast type integer[] to integer'],
  ["'\\xff'::BLOB", OID.TEXT, '22021', 'invalid byte sequence for encoding "UTF8"'],
  ['[[1, 2], [3]]', 1007, '2202E', 'multidimensional arrays must have array expressions with matching dimensions'],
];

describe('a value that cannot be what was described', () => {
  it.each(REFUSED.map(([sql, oid, sqlState, message, modifier]) => ({ sql, oid, sqlState, message, modifier })))(
    '$sql as oid $oid is refused with $sqlState',
    async ({ sql, oid, sqlState, message, modifier }) => {
      for (const format of [0, 1] as const) {
        await expect(encoded(sql, oid, format, modifier)).rejects.toThrow(PgError);
        await expect(encoded(sql, oid, format, modifier)).rejects.toMatchObject({ sqlState, message });
      }
    },
  );

  it('is no error while there is no value', async () => {
    expect(await encoded('NULL::DATE', OID.INT4, 1)).toBeNull();
    expect(await encoded('NULL', OID.INT4, 1)).toBeNull();
  });

  it('is an error for another number of columns', async () => {
    const { schema } = await answer('SELECT 1, 2', [], { rowCount: 0, columns: [] });
    expect(() => rowEncoder(schema, [columnOf(OID.INT4)], [], DEFAULT_STYLE)).toThrow(
      expect.objectContaining({ sqlState: '0A000' }),
    );
  });
});

describe('time zones between the engine and the client', () => {
  it('reads a timestamp as local to the session where it is told to be one with time zone', async () => {
    expect((await encoded("TIMESTAMP '2024-07-02 03:04:05'", OID.TIMESTAMPTZ, 0, -1, BERLIN))?.toString()).toBe(
      '2024-07-02 03:04:05+02',
    );
    expect((await encoded("TIMESTAMP '2024-07-02 03:04:05'", OID.TIMESTAMPTZ, 1, -1, BERLIN))?.toString('hex')).toBe(
      (await encoded("TIMESTAMPTZ '2024-07-02 01:04:05+00'", OID.TIMESTAMPTZ, 1))?.toString('hex'),
    );
  });

  it('shows an instant in the session, and gives its local time where that is told', async () => {
    expect((await encoded("TIMESTAMPTZ '2024-07-02 01:04:05+00'", OID.TIMESTAMP, 0, -1, BERLIN))?.toString()).toBe(
      '2024-07-02 03:04:05',
    );
    expect((await encoded("TIMESTAMPTZ '2024-07-01 23:04:05+00'", OID.DATE, 0, -1, BERLIN))?.toString()).toBe('2024-07-02');
  });
});

describe('pgTypeOf', () => {
  it.each([
    ['1::TINYINT', 'int2'],
    ['1::UTINYINT', 'int2'],
    ['1::USMALLINT', 'int4'],
    ['1::UINTEGER', 'int8'],
    ['1::UBIGINT', 'numeric'],
    ['1::HUGEINT', 'numeric'],
    ["'1'::BIGNUM", 'numeric'],
    ["'x'", 'text'],
    ["'1'::JSON", 'json'],
    ["'a'::ENUM('a')", 'text'],
    ["'101'::BIT", 'varbit'],
    ["'x'::BLOB", 'bytea'],
    ["'2024-01-02'::TIMESTAMP_NS", 'timestamp'],
    ["{'a': 1}", 'jsonb'],
    ["MAP {'a': 1}", 'jsonb'],
    ['[1]', '_int4'],
    ["['1'::JSON]", '_json'],
    ["[{'a': 1}]", '_jsonb'],
    ['[[1]]', 'jsonb'],
    ['[[1, 2]]::INTEGER[2][]', '_int4'],
    ['[[1, 2]]::INTEGER[2][1]', '_int4'],
  ])('calls %s %s', async (sql, name) => {
    const { schema } = await answer(`SELECT ${sql} AS c`, [], { rowCount: 0, columns: [] });
    expect(pgTypeByOid(pgTypeOf(schema[0]?.type ?? { id: 'NULL' }).oid)?.name).toBe(name);
  });

  it('calls what has no type text', () => {
    expect(pgTypeOf({ id: 'NULL' }).oid).toBe(OID.TEXT);
    expect(pgTypeOf({ id: 'LIST', child: { id: 'NULL' } }).oid).toBe(1009);
  });

  it('gives width and scale of a DECIMAL as the type modifier, also in a list', () => {
    const type = { id: 'DECIMAL', width: 10, scale: 2 } as const;
    expect(pgTypeOf(type)).toEqual({ oid: OID.NUMERIC, size: -1, modifier: NUMERIC_10_2 });
    expect(pgTypeOf({ id: 'LIST', child: type })).toEqual({ oid: 1231, size: -1, modifier: NUMERIC_10_2 });
  });
});
