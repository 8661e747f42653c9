import { afterAll, expect, it } from 'vitest';
import { connect } from '../../../src/engine/index.ts';
import { statementErrorFrom } from '../../../src/server/data/engine-errors.ts';

const cases: readonly (readonly [string, string, string])[] = [
  ["SELECT x::BIGINT FROM (VALUES ('x')) v(x)", '22P02', 'invalid input syntax for type bigint: "x"'],
  ["SELECT x::BOOLEAN FROM (VALUES ('zz')) v(x)", '22P02', 'invalid input syntax for type boolean: "zz"'],
  ["SELECT x::UUID FROM (VALUES ('zz')) v(x)", '22P02', 'invalid input syntax for type uuid: "zz"'],
  ["SELECT x::DOUBLE FROM (VALUES ('zz')) v(x)", '22P02', 'invalid input syntax for type double precision: "zz"'],
  ["SELECT x::DECIMAL(5,2) FROM (VALUES ('abc')) v(x)", '22P02', 'invalid input syntax for type numeric: "abc"'],
  ["SELECT x::INTERVAL FROM (VALUES ('zz')) v(x)", '22007', 'invalid input syntax for type interval: "zz"'],
  ["SELECT x::DATE FROM (VALUES ('zz')) v(x)", '22007', 'invalid input syntax for type date: "zz"'],
  ["SELECT x::TIMESTAMP FROM (VALUES ('zz')) v(x)", '22007', 'invalid input syntax for type timestamp: "zz"'],
  ["SELECT x::TIMESTAMP FROM (VALUES ('2024-13-45')) v(x)", '22008', 'date/time field value out of range: "2024-13-45"'],
  ['SELECT x::SMALLINT FROM (VALUES (40001)) v(x)', '22003', 'smallint out of range'],
  ['SELECT 9223372036854775807 + x FROM (VALUES (1)) v(x)', '22003', 'bigint out of range'],
  ["SELECT x::DECIMAL(5,2) FROM (VALUES ('12345678')) v(x)", '22003', 'numeric field overflow'],
  ['SELECT x::DECIMAL(5,2) FROM (VALUES (12345678)) v(x)', '22003', 'numeric field overflow'],
  ["SELECT x::INTEGER[] FROM (VALUES ('zz')) v(x)", '22P02', 'malformed array literal: "zz"'],
  ['SELECT 1 LIMIT -1', '2201W', 'LIMIT must not be negative'],
  ['SELECT (SELECT x FROM (VALUES (1), (2)) v(x))', '21000', 'more than one row returned by a subquery used as an expression'],
  ['SELECT ln(x) FROM (VALUES (0)) v(x)', '2201E', 'cannot take logarithm of zero'],
  ['SELECT make_date(2024, 13, x) FROM (VALUES (1)) v(x)', '22008', 'date field value out of range: 2024-13-1'],
  ['SELECT make_time(25, x, 0) FROM (VALUES (0)) v(x)', '22008', 'time field value out of range: 25:0:0.0'],
  ['SELECT acos(x) FROM (VALUES (2)) v(x)', '22003', 'input is out of range'],
  ["SELECT unhex(x) FROM (VALUES ('vv')) v(x)", '22023', 'invalid hexadecimal digit: "v"'],
  ["SELECT regexp_matches(x, '(') FROM (VALUES ('a')) v(x)", '2201B', 'invalid regular expression: missing ): ('],
  [
    "SELECT regexp_matches(x, '*a') FROM (VALUES ('a')) v(x)",
    '2201B',
    'invalid regular expression: no argument for repetition operator: *',
  ],
  ["SELECT repeat(x, 100000000000) FROM (VALUES ('ab')) v(x)", '54000', 'requested length too large'],
];

const session = await connect({ isLazy: true });
afterAll(() => session.close());

it.each(cases)('tells of %s with %s', async (text, sqlState, message) => {
  const error: unknown = await session
    .query(text)
    .rows()
    .then(
      () => null,
      (reason: unknown) => reason,
    );
  expect(statementErrorFrom(error)).toMatchObject({ sqlState, message });
});
