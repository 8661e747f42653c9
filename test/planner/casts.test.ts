/**
 * Comparisons of casts are read as comparisons of the column itself: the predicate must be true for exactly the rows that
 * DuckDB selects, also where casts round, and where a constant lies beyond all values of the column.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { predicateText, readPlan } from '../../src/planner/index.ts';
import { COLUMN_NAMES, PlanningDuckDb, type Row } from '../support/planning-duckdb.ts';
import { isExactlyKnown, truthOf } from '../support/predicate-truth.ts';

const DAY = 86_400_000_000n;
const AGES = [
  ...[0n, 1n, -1n, 2n, 3n, 7n, 30n, 31n, -30n, 1000n],
  ...[2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 53n + 2n, 2n ** 53n + 3n, -(2n ** 53n) - 1n],
  ...[2n ** 63n - 1n, 2n ** 63n - 512n, 2n ** 63n - 1024n, -(2n ** 63n), -(2n ** 63n) + 1n, 2n ** 60n + 1n],
];
const TIMES = [0n, 1n, -1n, DAY - 1n, DAY, DAY + 1n, -DAY, -DAY - 1n, 19_000n * DAY, 19_000n * DAY + 43_200_000_000n, 2n ** 62n];

const NONE = [null, null, null, null, null, null, null, null] as const;
const INFINITE = 2n ** 63n - 1n;
/** What casts to TIMESTAMP without an error. */
const SECONDS = [0n, 1n, -1n, 86_399n, 86_400n, -86_400n, -86_401n, 1_641_643_200n, 9_223_372_036_854n, INFINITE, -INFINITE];
const MILLIS = [0n, 1n, -1n, 999n, 1000n, -1001n, 86_400_000n, -86_400_001n, 1_641_643_200_000n, 9_000_000_000_000_000n];
const NANOS = [
  ...[0n, 1n, -1n, 999n, -999n, 1000n, -1000n, -1001n, -1_001_000n, 1_641_643_200_000_000_999n, 86_400_000_000_000n],
  ...[-86_400_000_000_001n, INFINITE - 1n, INFINITE, -INFINITE],
];

const ROWS: readonly Row[] = [
  ...AGES.map((age, i): Row => [`age${i}`, null, age, null, null, null, null, null, null]),
  ...[-500n, 0n, 1n, 1249n, 1250n, 1251n, 999_999_999n].map(
    (price, i): Row => [`price${i}`, null, null, null, null, null, price, null, null],
  ),
  ...TIMES.map((time, i): Row => [`time${i}`, null, null, null, null, null, null, time, time]),
  ...[0n, 1n, -1n, 19_000n, 19_001n].map((day, i): Row => [`day${i}`, null, null, null, null, day, null, null, null]),
  ...SECONDS.map((at, i): Row => [`s${i}`, ...NONE, at, null, null]),
  ...MILLIS.map((at, i): Row => [`ms${i}`, ...NONE, null, at, null]),
  ...NANOS.map((at, i): Row => [`ns${i}`, ...NONE, null, null, at]),
  ['none', ...NONE, null, null, null],
];

const OPERATORS = ['=', '<>', '<', '<=', '>', '>='];
const AGE_CONSTANTS = [
  ...['30.0', '30.5', '-0.5', '-1.0', '0.001', '9223372036854775808', '-9223372036854775809', '9007199254740993.0'],
  ...['30::DOUBLE', '30.5::DOUBLE', '-0.5::DOUBLE', '9007199254740992::DOUBLE', '9007199254740994::DOUBLE', '1e300', '-1e300'],
  ...["'inf'::DOUBLE", "'-inf'::DOUBLE", '9223372036854775807::DOUBLE', '9.2e18', '-0.0::DOUBLE', '3::HUGEINT'],
];
const MOMENTS = [
  "'1970-01-01 00:00:00+00'",
  "'1970-01-02 00:00:00+00'",
  "'2022-01-08 12:00:00+00'",
  "'1969-12-31 23:59:59.999999+00'",
];

/** Finer than a second and than a millisecond, before 1970, at the ends of what a unit holds, beyond. */
const INSTANTS = [
  ...['1970-01-01 00:00:00', '1970-01-01 00:00:00.5', '1970-01-01 00:00:00.0005', '1969-12-31 23:59:59.999999'],
  ...['1969-12-31 23:59:58.9995', '2022-01-08 12:00:00', '2262-04-11 23:47:16.854775', '2262-04-11 23:47:17'],
  ...['1500-01-01', '9999-12-31 23:59:59.999999', 'infinity', '-infinity'],
].map((text) => `'${text}'`);

const UNIT_CONDITIONS = INSTANTS.flatMap((instant) =>
  OPERATORS.flatMap((op) => [
    ...['at_s', 'at_ms', 'at_ns::TIMESTAMP'].map((column) => `${column} ${op} TIMESTAMP ${instant}`),
    ...['at_s', 'at_ms', 'at_ns'].map((column) => `${column}::TIMESTAMPTZ ${op} TIMESTAMPTZ ${instant}`),
  ]),
);

const CONDITIONS: readonly string[] = [
  ...UNIT_CONDITIONS,
  ...OPERATORS.flatMap((op) => [
    `at_s ${op} TIMESTAMP_MS '1970-01-01 00:00:00.5'`,
    `at_ms::TIMESTAMP ${op} TIMESTAMPTZ '1970-01-01 00:00:00.0005+00'`,
    `at_s::DATE ${op} DATE '1969-12-31'`,
    `at_ms::DATE ${op} DATE '1970-01-02'`,
    `at_ns::DATE ${op} DATE '1969-12-31'`,
  ]),
  "at_s BETWEEN TIMESTAMP '1970-01-01 00:00:00.5' AND TIMESTAMP '2022-01-08 12:00:00'",
  "at_ms IN (TIMESTAMP '1970-01-01 00:00:00.0005', TIMESTAMP '1970-01-01 00:00:00.999')",
  "NOT (at_s > TIMESTAMP '1970-01-01 00:00:00.5')",
  "at_s::TIMESTAMPTZ > TIMESTAMPTZ '2022-01-08 13:00:00+00' - INTERVAL 1 HOUR",
  ...AGE_CONSTANTS.flatMap((constant) => OPERATORS.map((op) => `age ${op} ${constant}`)),
  ...['12.50001', '12.5000', '-5.000', '1e2::DECIMAL(12,3)', '99999999.99999'].flatMap((constant) =>
    OPERATORS.map((op) => `price ${op} ${constant}`),
  ),
  ...MOMENTS.flatMap((moment) =>
    OPERATORS.flatMap((op) => [
      `made ${op} TIMESTAMPTZ ${moment}`,
      `born ${op} TIMESTAMPTZ ${moment}`,
      `seen::DATE ${op} ${moment}::TIMESTAMPTZ::DATE`,
    ]),
  ),
  'age BETWEEN 0.5 AND 30.5',
  'age BETWEEN 2::DOUBLE AND 9007199254740992::DOUBLE',
  'age NOT BETWEEN 0.5 AND 30.5',
  'age IN (1.0, 2.5, 30.0)',
  'age NOT IN (1.0, 2.5, 30.0)',
  'NOT (age > 2.5)',
  'NOT (age = 30.0 OR price > 3.00001)',
];

describe('a comparison of a cast', () => {
  let duckdb: PlanningDuckDb;

  beforeAll(async () => {
    duckdb = await PlanningDuckDb.open(() => ROWS);
  });

  it.each(CONDITIONS)('selects the rows that DuckDB does: %s', async (condition) => {
    const text = `SELECT _key FROM redis_hash('u:*') WHERE ${condition}`;
    const filter = readPlan(await duckdb.planJson(text), { isUtc: true }).scans[0]?.filter ?? null;
    const shown = filter === null ? 'none' : predicateText(filter, COLUMN_NAMES);
    expect(filter !== null && isExactlyKnown(filter), shown).toBe(true);
    const selected = ROWS.filter((row) => filter !== null && truthOf(filter, row) === 'true').map((row) =>
      JSON.stringify([row[0]]),
    );
    expect(selected.toSorted(), shown).toEqual((await duckdb.run(text)).rows.toSorted());
  });

  it.each([
    'NOT coalesce(age < 9223372036854775808, false)',
    "age < 'nan'::DOUBLE",
    'age IS DISTINCT FROM 30.5',
    'age NOT IN (0.5, 1.5)',
    'age::DECIMAL(21,1)::DECIMAL(20,0) > 3',
    'price::BIGINT > 3',
    'price > 12.5::DOUBLE',
    'TRY_CAST(age AS DECIMAL(4,1)) > 3',
    'score::DECIMAL(9,2) > 1',
    "strftime(seen, '%Y') = '2024'",
    // A value beyond 2262 fails the cast.
    "at_s > TIMESTAMP_NS '2024-01-01'",
  ])('is left alone: %s', async (condition) => {
    const json = await duckdb.planJson(`SELECT 1 FROM redis_hash('u:*') WHERE ${condition}`);
    const filter = readPlan(json, { isUtc: true }).scans[0]?.filter ?? null;
    expect(filter === null || isExactlyKnown(filter)).toBe(false);
  });

  it.each([
    "made > TIMESTAMPTZ '2024-01-01 00:00:00+00'",
    "seen::DATE = DATE '2024-01-01'",
    "seen::TIMESTAMP > TIMESTAMP '2024-01-01 00:00:00'",
    "at_s::TIMESTAMPTZ > TIMESTAMPTZ '2024-01-01 00:00:00+00'",
    "at_ms::TIMESTAMP > TIMESTAMPTZ '2024-01-01 00:00:00+00'",
  ])('between times with and without a zone is read in UTC only: %s', async (condition) => {
    const json = await duckdb.planJson(`SELECT 1 FROM redis_hash('u:*') WHERE ${condition}`);
    expect(readPlan(json).scans[0]?.filter?.kind).toBe('opaque');
    expect(readPlan(json, { isUtc: false }).scans[0]?.filter?.kind).toBe('opaque');
    expect(readPlan(json, { isUtc: true }).scans[0]?.filter?.kind).not.toBe('opaque');
  });
});

describe('whyOpaque', () => {
  let duckdb: PlanningDuckDb;

  beforeAll(async () => {
    duckdb = await PlanningDuckDb.open();
  });

  it.each([
    ["lower(name) = 'x'", "lower(name) = 'x'", 'a function of the column'],
    ["name LIKE '%x_y%'", "name LIKE '%x_y%'", 'a pattern that is no prefix'],
    ['age > random() * 5', 'CAST(age AS DOUBLE) > (random() * 5)', 'a volatile function'],
    ['age > score', 'CAST(age AS DOUBLE) > score', 'it compares columns'],
    ['name::INTEGER > 5', 'CAST(name AS INTEGER) > 5', 'a cast of the column'],
    ['CASE WHEN active THEN true END', 'CASE …', 'a CASE'],
    ['coalesce(age, 5) > 6', 'coalesce(age, 5) > 6', 'a function of the column'],
    [
      "born + INTERVAL 1 MONTH > DATE '2024-01-01'",
      "(born + INTERVAL '1 months') > TIMESTAMP '2024-01-01 00:00:00'",
      'a function of the column',
    ],
    ['age NOT IN (1, NULL)', 'age NOT IN (1, NULL)', 'NULL under NOT'],
    ['price * 2 = 5.5', '(CAST(price AS DECIMAL(18,2)) * 2) = 5.50', 'a function of the column'],
    ['random() < 2', 'random() < 2', 'a volatile function'],
  ])('says why DuckDB keeps %s', async (condition, text, why) => {
    const json = await duckdb.planJson(`SELECT 1 FROM redis_hash('u:*') WHERE ${condition}`);
    expect(readPlan(json, { isUtc: true }).scans[0]?.filter).toEqual({ kind: 'opaque', text, why });
  });
});
