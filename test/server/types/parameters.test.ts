import { describe, expect, it } from 'vitest';
import { textReader } from '../../../src/arrow/index.ts';
import { PgError } from '../../../src/server/pg-error.ts';
import {
  binaryFromText,
  DEFAULT_STYLE,
  engineParameter,
  engineTypeName,
  OID,
  parameterText,
} from '../../../src/server/types/index.ts';
import type { Format } from '../../../src/server/words.ts';
import { typed } from '../../../src/sql/index.ts';
import { literalOf } from '../../../src/sql/parameters/parameter-literals.ts';
import { answer } from '../../support/duckdb-table.ts';

function bound(typeOid: number, format: Format, bytes: Uint8Array | string | null) {
  return { typeOid, format, bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes };
}

const hex = (digits: string): Buffer => Buffer.from(digits.replaceAll(' ', ''), 'hex');

describe('a bound value on its way into the engine', () => {
  it.each([
    [OID.INT2, 1, hex('0007'), 'SMALLINT', '7'],
    [OID.INT4, 1, hex('ffffffff'), 'INTEGER', '-1'],
    [OID.INT8, 1, hex('7fffffffffffffff'), 'BIGINT', '9223372036854775807'],
    [OID.INT8, 0, '9007199254740993', 'BIGINT', '9007199254740993'],
    [OID.OID, 1, hex('ffffffff'), 'UINTEGER', '4294967295'],
    [OID.BOOL, 1, hex('01'), 'BOOLEAN', 'true'],
    [OID.BOOL, 0, 'off', 'BOOLEAN', 'false'],
    [OID.FLOAT8, 1, hex('3fb999999999999a'), 'DOUBLE', '0.1'],
    [OID.FLOAT8, 0, 'Infinity', 'DOUBLE', 'inf'],
    [OID.FLOAT4, 1, hex('80000000'), 'FLOAT', '-0.0'],
    [OID.NUMERIC, 0, '1.5e3', 'DECIMAL(4,0)', '1500'],
    [OID.NUMERIC, 0, '-12.50', 'DECIMAL(4,2)', '-12.50'],
    [OID.NUMERIC, 1, hex('0002 0000 4000 0002 000c 1388'), 'DECIMAL(4,2)', '-12.50'],
    [OID.NUMERIC, 0, 'NaN', 'DOUBLE', 'nan'],
    [OID.NUMERIC, 0, `1${'0'.repeat(40)}`, 'DOUBLE', `1${'0'.repeat(40)}`],
    [OID.TEXT, 0, 'äöü', 'VARCHAR', 'äöü'],
    [OID.TEXT, 1, 'äöü', 'VARCHAR', 'äöü'],
    [OID.VARCHAR, 0, 'x', 'VARCHAR', 'x'],
    [OID.CHAR, 1, 'r', 'VARCHAR', 'r'],
    [OID.NAME, 0, 'pg_class', 'VARCHAR', 'pg_class'],
    [2205, 0, '"t"', 'VARCHAR', '"t"'],
    [2205, 1, hex('000004d2'), 'VARCHAR', '1234'],
    [OID.BYTEA, 0, '\\x00ff41', 'BLOB', '\\x00\\xff\\x41'],
    [OID.BYTEA, 1, hex('00ff41'), 'BLOB', '\\x00\\xff\\x41'],
    [OID.DATE, 1, hex('00000000'), 'DATE', '2000-01-01'],
    [OID.DATE, 1, hex('7fffffff'), 'DATE', 'infinity'],
    [OID.DATE, 0, '0044-03-15 BC', 'DATE', '0044-03-15 (BC)'],
    [OID.TIME, 1, hex('0000000000000001'), 'TIME', '00:00:00.000001'],
    [OID.TIMETZ, 0, '03:04:05+05:30', 'TIME WITH TIME ZONE', '03:04:05+05:30'],
    [OID.TIMESTAMP, 1, hex('8000000000000000'), 'TIMESTAMP', '-infinity'],
    [OID.TIMESTAMP, 1, hex('ffffffffffffffff'), 'TIMESTAMP', '1999-12-31 23:59:59.999999'],
    [OID.TIMESTAMPTZ, 1, hex('0000000000000000'), 'TIMESTAMP WITH TIME ZONE', '2000-01-01 00:00:00+00'],
    [OID.TIMESTAMPTZ, 0, '2024-07-02 03:04:05+02', 'TIMESTAMP WITH TIME ZONE', '2024-07-02 01:04:05+00'],
    [OID.INTERVAL, 1, hex('ffffffffffffffff 00000003 0000000e'), 'INTERVAL', '14 months 3 days -00:00:00.000001'],
    [OID.UUID, 1, hex('123e4567e89b12d3a456426614174000'), 'UUID', '123e4567-e89b-12d3-a456-426614174000'],
    [OID.JSON, 0, '{"a":1}', 'JSON', '{"a":1}'],
    [OID.JSONB, 1, '\x01{"a":1}', 'JSON', '{"a": 1}'],
    [OID.VARBIT, 1, hex('00000003 a0'), 'BIT', '101'],
    [1005, 1, hex('00000001 00000000 00000015 00000002 00000001 00000002 0001 00000002 ffff'), 'SMALLINT[]', '["1", "-1"]'],
    [1007, 0, '{1,NULL}', 'INTEGER[]', '["1", NULL]'],
    [1007, 0, '[0:1]={5,6}', 'INTEGER[]', '["5", "6"]'],
    [1007, 0, '{{1,2},{3,4}}', 'INTEGER[][]', '[["1", "2"], ["3", "4"]]'],
    [1007, 0, '{}', 'INTEGER[]', '[]'],
    [1007, 1, hex('00000000 00000000 00000017'), 'INTEGER[]', '[]'],
    [1009, 0, '{a,"b \\"c"}', 'VARCHAR[]', '["a", "b \\"c"]'],
    [1231, 0, '{1.50,20000}', 'DECIMAL(7,2)[]', '["1.50", "20000"]'],
    [3807, 0, '{"{\\"a\\": 1}",NULL}', 'JSON[]', '[{"a": 1}, null]'],
    [0, 0, '1', 'VARCHAR', '1'],
    [999_999, 0, 'x', 'VARCHAR', 'x'],
  ] as const)('of oid %i in format %i, %o, is a %s', (oid, format, bytes, typeName, text) => {
    expect(engineParameter(bound(oid, format, bytes))).toMatchObject({ typeName, text });
    expect(parameterText(bound(oid, format, bytes))).toBe(text);
  });

  it('says whether the client named a type', () => {
    expect(engineParameter(bound(0, 0, 'x')).isUntyped).toBe(true);
    expect(engineParameter(bound(OID.UNKNOWN, 0, 'x')).isUntyped).toBe(true);
    expect(engineParameter(bound(OID.TEXT, 0, 'x')).isUntyped).toBe(false);
  });

  it('is NULL without bytes, with the type that was named', () => {
    expect(engineParameter(bound(OID.INT4, 1, null))).toEqual({ typeName: 'INTEGER', text: null, isUntyped: false });
    expect(engineTypeName(OID.TIMESTAMPTZ)).toBe('TIMESTAMP WITH TIME ZONE');
  });

  it('may be a JSON nested deep, but not endlessly', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(parameterText(bound(OID.JSONB, 0, nested(1000)))).toBe(nested(1000));
    expect(() => parameterText(bound(OID.JSONB, 0, nested(100_000)))).toThrow(expect.objectContaining({ sqlState: '54001' }));
  });

  it('is read in the time zone of the session', () => {
    const style = { ...DEFAULT_STYLE, timeZone: 'Europe/Berlin' };
    expect(parameterText(bound(OID.TIMESTAMPTZ, 0, '2024-07-02 03:04:05'), style)).toBe('2024-07-02 01:04:05+00');
  });
});

describe('a bad value', () => {
  it.each([
    [OID.INT4, 0, 'x', '22P02', 'invalid input syntax for type integer: "x"'],
    [OID.INT4, 1, hex('00'), '22P03', 'incorrect binary data format'],
    [OID.INT8, 1, hex('0000000000000000ff'), '22P03', 'incorrect binary data format'],
    [OID.BOOL, 1, hex(''), '22P03', 'incorrect binary data format'],
    [OID.NUMERIC, 1, hex('0001 0000 0000 0000 2710'), '22P03', 'incorrect binary data format'],
    [OID.NUMERIC, 1, hex('7fff 0000 0000 0000'), '22P03', 'incorrect binary data format'],
    [OID.UUID, 1, hex('00'), '22P03', 'incorrect binary data format'],
    [OID.TIME, 1, hex('7fffffffffffffff'), '22P03', 'incorrect binary data format'],
    [OID.VARBIT, 1, hex('7fffffff a0'), '22P03', 'incorrect binary data format'],
    [1007, 1, hex('00000007 00000000 00000017'), '22P03', 'incorrect binary data format'],
    [1007, 1, hex('00000001 00000000 00000017 7fffffff 00000001'), '22P03', 'incorrect binary data format'],
    [
      1007,
      1,
      hex('00000001 00000000 00000019 00000001 00000001 ffffffff'),
      '42804',
      'binary data has array element type 25 instead of expected 23',
    ],
    [OID.TEXT, 0, hex('61ff62'), '22021', 'invalid byte sequence for encoding "UTF8": 0xff'],
    [OID.TEXT, 1, hex('e28261'), '22021', 'invalid byte sequence for encoding "UTF8": 0xe2 0x82 0x61'],
    [OID.TEXT, 0, hex('6100'), '22021', 'invalid byte sequence for encoding "UTF8": 0x00'],
    [OID.JSONB, 1, '{}', 'XX000', 'unsupported jsonb version number 123'],
    [OID.TIMESTAMP, 0, 'x', '22007', 'invalid input syntax for type timestamp: "x"'],
    [600, 1, hex('00'), '42883', 'no binary input function available for type type with oid 600'],
  ] as const)('of oid %i in format %i, %o, is refused: %s %s', (oid, format, bytes, sqlState, message) => {
    const read = () => engineParameter(bound(oid, format, bytes));
    expect(read).toThrow(PgError);
    expect(read).toThrow(expect.objectContaining({ sqlState, message }));
  });
});

describe('binaryFromText', () => {
  it('gives the binary form of a text', () => {
    expect(Buffer.from(binaryFromText(OID.INT4, '-2')).toString('hex')).toBe('fffffffe');
    expect(Buffer.from(binaryFromText(1007, '{1}')).toString('hex')).toBe(
      '00000001000000000000001700000001000000010000000400000001',
    );
  });

  it('refuses a type whose binary form is not known', () => {
    expect(() => binaryFromText(600, '(1,2)')).toThrow(expect.objectContaining({ sqlState: '42883' }));
  });
});

describe('the literal of a parameter', () => {
  it.each([
    ['{"a b","c\\"d","e\\\\f",NULL,"NULL","","{x}","it\'s","[y]","a,b","ä🙂"}', 1009],
    ['{"\\\\x00ff","\\\\x41"}', 1001],
    ['{1.50,-20000}', 1231],
  ])('gives the engine the elements of %s', async (text, oid) => {
    const { typeName, text: engineText } = engineParameter(bound(oid, 0, text));
    const literal = literalOf(typed(typeName, engineText), '$1');
    const { schema, batch } = await answer(`SELECT unnest(${literal})::VARCHAR`, [], { rowCount: 0, columns: [] });
    const [column] = batch.columns;
    if (column === undefined) throw new Error('no column');
    const read = textReader(schema[0]?.type ?? { id: 'NULL' }, column);
    const items = Array.from({ length: batch.rowCount }, (_, row) => read(row));
    const expected: Record<number, (string | null)[]> = {
      1009: ['a b', 'c"d', 'e\\f', null, 'NULL', '', '{x}', "it's", '[y]', 'a,b', 'ä🙂'],
      1001: ['\\x00\\xFF', 'A'],
      1231: ['1.50', '-20000.00'],
    };
    expect(items).toEqual(expected[oid]);
  });
});
