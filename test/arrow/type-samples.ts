/** One value of every SQL type in each form: the table of docs/api.md, «Types». Row 0 is the value, row 1 is NULL. */
import type { ColumnData } from '../../src/arrow/index.ts';
import type { SqlType, SqlTypeId } from '../../src/types/index.ts';
import { arrays, booleans, doubles, floats, integers, intervals, lists, structs, varlen } from '../support/plain-columns.ts';

export interface TypeSample {
  readonly type: SqlType;
  readonly column: ColumnData;
  readonly js: unknown;
  readonly json: string;
  /** As DuckDB 1.5 casts the value to VARCHAR. */
  readonly text: string;
  /** As apache-arrow names the type. */
  readonly arrow: string;
}

const VARCHAR: SqlType = { id: 'VARCHAR' };
const INTEGER: SqlType = { id: 'INTEGER' };
const both = [0, null];
const UUID_BITS = 0x1111111122223333444455555555aaaan;

/** Every id has one: the compiler holds the list complete. */
export const TYPE_SAMPLES: Readonly<Record<SqlTypeId, TypeSample>> = {
  BOOLEAN: { type: { id: 'BOOLEAN' }, column: booleans([true, null]), js: true, json: 'true', text: 'true', arrow: 'Bool' },
  TINYINT: { type: { id: 'TINYINT' }, column: integers(1, [-5, null]), js: -5, json: '-5', text: '-5', arrow: 'Int8' },
  SMALLINT: { type: { id: 'SMALLINT' }, column: integers(2, [-300, null]), js: -300, json: '-300', text: '-300', arrow: 'Int16' },
  INTEGER: { type: INTEGER, column: integers(4, [-70_000, null]), js: -70_000, json: '-70000', text: '-70000', arrow: 'Int32' },
  BIGINT: {
    type: { id: 'BIGINT' },
    column: integers(8, [-9007199254740993n, null]),
    js: -9007199254740993n,
    json: '-9007199254740993',
    text: '-9007199254740993',
    arrow: 'Int64',
  },
  HUGEINT: {
    type: { id: 'HUGEINT' },
    column: integers(16, [-(2n ** 127n), null]),
    js: -(2n ** 127n),
    json: '-170141183460469231731687303715884105728',
    text: '-170141183460469231731687303715884105728',
    arrow: 'Decimal[38e0]',
  },
  UTINYINT: { type: { id: 'UTINYINT' }, column: integers(1, [255, null]), js: 255, json: '255', text: '255', arrow: 'Uint8' },
  USMALLINT: {
    type: { id: 'USMALLINT' },
    column: integers(2, [65_535, null]),
    js: 65_535,
    json: '65535',
    text: '65535',
    arrow: 'Uint16',
  },
  UINTEGER: {
    type: { id: 'UINTEGER' },
    column: integers(4, [4_294_967_295, null]),
    js: 4_294_967_295,
    json: '4294967295',
    text: '4294967295',
    arrow: 'Uint32',
  },
  UBIGINT: {
    type: { id: 'UBIGINT' },
    column: integers(8, [2n ** 64n - 1n, null]),
    js: 2n ** 64n - 1n,
    json: '18446744073709551615',
    text: '18446744073709551615',
    arrow: 'Uint64',
  },
  UHUGEINT: {
    type: { id: 'UHUGEINT' },
    column: integers(16, [2n ** 128n - 1n, null]),
    js: 2n ** 128n - 1n,
    json: '340282366920938463463374607431768211455',
    text: '340282366920938463463374607431768211455',
    arrow: 'Utf8',
  },
  FLOAT: {
    type: { id: 'FLOAT' },
    column: floats([0.1, null]),
    js: 0.10000000149011612,
    json: '0.1',
    text: '0.1',
    arrow: 'Float32',
  },
  DOUBLE: { type: { id: 'DOUBLE' }, column: doubles([0.1, null]), js: 0.1, json: '0.1', text: '0.1', arrow: 'Float64' },
  DECIMAL: {
    type: { id: 'DECIMAL', width: 10, scale: 2 },
    column: integers(8, [-1230, null]),
    js: '-12.30',
    json: '-12.30',
    text: '-12.30',
    arrow: 'Decimal[10e+2]',
  },
  VARCHAR: { type: VARCHAR, column: varlen(['Zoë', null]), js: 'Zoë', json: '"Zoë"', text: 'Zoë', arrow: 'Utf8' },
  BLOB: {
    type: { id: 'BLOB' },
    column: varlen([Uint8Array.of(0xff, 0x00, 0x61), null]),
    js: Uint8Array.of(0xff, 0x00, 0x61),
    json: '"/wBh"',
    text: '\\xFF\\x00a',
    arrow: 'Binary',
  },
  BIT: {
    type: { id: 'BIT' },
    column: varlen([Uint8Array.of(4, 0xf5), null]),
    js: '0101',
    json: '"0101"',
    text: '0101',
    arrow: 'Utf8',
  },
  BIGNUM: {
    type: { id: 'BIGNUM' },
    column: varlen([Uint8Array.of(0x7f, 0xff, 0xfd, 0xfe, 0xff), null]),
    js: -256n,
    json: '-256',
    text: '-256',
    arrow: 'Utf8',
  },
  UUID: {
    type: { id: 'UUID' },
    column: integers(16, [UUID_BITS ^ (1n << 127n), null]),
    js: '11111111-2222-3333-4444-55555555aaaa',
    json: '"11111111-2222-3333-4444-55555555aaaa"',
    text: '11111111-2222-3333-4444-55555555aaaa',
    arrow: 'Utf8',
  },
  DATE: {
    type: { id: 'DATE' },
    column: integers(4, [19_724, null]),
    js: '2024-01-02',
    json: '"2024-01-02"',
    text: '2024-01-02',
    arrow: 'Date32<DAY>',
  },
  TIME: {
    type: { id: 'TIME' },
    column: integers(8, [11_045_100_000n, null]),
    js: '03:04:05.1',
    json: '"03:04:05.1"',
    text: '03:04:05.1',
    arrow: 'Time64<MICROSECOND>',
  },
  TIME_NS: {
    type: { id: 'TIME_NS' },
    column: integers(8, [11_045_000_000_001n, null]),
    js: '03:04:05.000000001',
    json: '"03:04:05.000000001"',
    text: '03:04:05.000000001',
    arrow: 'Time64<NANOSECOND>',
  },
  TIMETZ: {
    type: { id: 'TIMETZ' },
    // Offsets are stored inverted: 57,599 less the seconds.
    column: integers(8, [(11_045_100_000n << 24n) | BigInt(57_599 - 19_800), null]),
    js: '03:04:05.1+05:30',
    json: '"03:04:05.1+05:30"',
    text: '03:04:05.1+05:30',
    arrow: 'Utf8',
  },
  TIMESTAMP: {
    type: { id: 'TIMESTAMP' },
    column: integers(8, [1_704_164_645_123_456n, null]),
    js: '2024-01-02 03:04:05.123456',
    json: '"2024-01-02T03:04:05.123456"',
    text: '2024-01-02 03:04:05.123456',
    arrow: 'Timestamp<MICROSECOND>',
  },
  TIMESTAMP_S: {
    type: { id: 'TIMESTAMP_S' },
    column: integers(8, [1_704_164_645n, null]),
    js: '2024-01-02 03:04:05',
    json: '"2024-01-02T03:04:05"',
    text: '2024-01-02 03:04:05',
    arrow: 'Timestamp<SECOND>',
  },
  TIMESTAMP_MS: {
    type: { id: 'TIMESTAMP_MS' },
    column: integers(8, [1_704_164_645_123n, null]),
    js: '2024-01-02 03:04:05.123',
    json: '"2024-01-02T03:04:05.123"',
    text: '2024-01-02 03:04:05.123',
    arrow: 'Timestamp<MILLISECOND>',
  },
  TIMESTAMP_NS: {
    type: { id: 'TIMESTAMP_NS' },
    column: integers(8, [1_704_164_645_123_456_789n, null]),
    js: '2024-01-02 03:04:05.123456789',
    json: '"2024-01-02T03:04:05.123456789"',
    text: '2024-01-02 03:04:05.123456789',
    arrow: 'Timestamp<NANOSECOND>',
  },
  TIMESTAMPTZ: {
    type: { id: 'TIMESTAMPTZ' },
    column: integers(8, [1_704_164_645_100_000n, null]),
    js: '2024-01-02 03:04:05.1+00',
    json: '"2024-01-02T03:04:05.1Z"',
    text: '2024-01-02 03:04:05.1+00',
    arrow: 'Timestamp<MICROSECOND, UTC>',
  },
  INTERVAL: {
    type: { id: 'INTERVAL' },
    column: intervals([[14, -3, 14_706_700_000n], null]),
    js: { months: 14, days: -3, micros: 14_706_700_000n },
    json: '"1 year 2 months -3 days 04:05:06.7"',
    text: '1 year 2 months -3 days 04:05:06.7',
    arrow: 'Interval<MONTH_DAY_NANO>',
  },
  ENUM: {
    type: { id: 'ENUM', values: ['low', 'high'] },
    column: integers(1, [1, null]),
    js: 'high',
    json: '"high"',
    text: 'high',
    arrow: 'Dictionary<Uint8, Utf8>',
  },
  LIST: {
    type: { id: 'LIST', child: VARCHAR },
    column: lists([3, null], varlen(['a', null, 'b, c'])),
    js: ['a', null, 'b, c'],
    json: '["a",null,"b, c"]',
    text: "[a, NULL, 'b, c']",
    arrow: 'List<Utf8>',
  },
  ARRAY: {
    type: { id: 'ARRAY', child: INTEGER, length: 2 },
    column: arrays(2, both, integers(4, [1, 2, 0, 0])),
    js: [1, 2],
    json: '[1,2]',
    text: '[1, 2]',
    arrow: 'FixedSizeList[2]<Int32>',
  },
  STRUCT: {
    type: {
      id: 'STRUCT',
      fields: [
        { name: 'a', type: INTEGER },
        { name: 'b', type: VARCHAR },
      ],
    },
    column: structs(both, integers(4, [1, 0]), varlen(['x', ''])),
    js: { a: 1, b: 'x' },
    json: '{"a":1,"b":"x"}',
    text: "{'a': 1, 'b': x}",
    arrow: 'Struct<{a:Int32, b:Utf8}>',
  },
  MAP: {
    type: { id: 'MAP', key: VARCHAR, value: INTEGER },
    column: lists([2, null], structs([0, 0], varlen(['k', 'l']), integers(4, [1, null]))),
    js: new Map([
      ['k', 1],
      ['l', null],
    ]),
    json: '{"k":1,"l":null}',
    text: '{k=1, l=NULL}',
    arrow: 'Map<{key:Utf8, value:Int32}>',
  },
  UNION: {
    type: {
      id: 'UNION',
      fields: [
        { name: 'number', type: INTEGER },
        { name: 'name', type: VARCHAR },
      ],
    },
    column: structs(both, integers(1, [1, 0]), integers(4, [null, null]), varlen(['x', null])),
    js: { tag: 'name', value: 'x' },
    json: '{"name":"x"}',
    text: 'x',
    arrow: 'Union<Int32 | Utf8>',
  },
  NULL: { type: { id: 'NULL' }, column: integers(4, [null, null]), js: null, json: 'null', text: 'NULL', arrow: 'Null' },
};
