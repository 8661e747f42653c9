/**
 * Functions of DuckDB that make much out of little, or take time by the square of it, with bounds: macros of their names, which
 * a user's session finds before DuckDB's own. Those that make much are not constant to the optimiser either: it computes constants
 * while it plans, when nobody else of the instance can plan, and what it computes cannot be interrupted.
 */

import { PATTERN_MACROS } from './bounded-patterns.ts';

/** The catalog that has them. */
export const BOUNDED_CATALOG = 'redquery_bounded';

/** Bytes, about, that one value may become; PostgreSQL's own limit is 1 GB. */
const MOST_BYTES = 16_000_000;
const MOST_ITEMS = 10_000_000;
/** Of a text whose distance to another is asked for: 1 ms. PostgreSQL's own limit is 255. */
const MOST_COMPARED = 1_000;

/** An expression's value, where the condition does not hold. */
const unless = (condition: string, message: string, value: string): string =>
  `CASE WHEN ${condition} THEN error('${message}') ELSE ${value} END`;

/** As `unless`, and volatile, without which DuckDB takes a CASE away whose conditions are constant. */
const latelyUnless = (condition: string, message: string, value: string): string =>
  `CASE WHEN random() < 0 THEN NULL WHEN ${condition} THEN error('${message}') ELSE ${value} END`;

const length = (value: string, most: number): string => latelyUnless(`${value} > ${most}`, 'requested length too large', value);

const stepCount = `coalesce(
  abs((try_cast(b::VARCHAR AS DOUBLE) - try_cast(a::VARCHAR AS DOUBLE)) / nullif(try_cast(c::VARCHAR AS DOUBLE), 0)),
  abs((epoch(try_cast(b::VARCHAR AS TIMESTAMPTZ)) - epoch(try_cast(a::VARCHAR AS TIMESTAMPTZ)))
    / nullif(epoch(try_cast(c::VARCHAR AS INTERVAL)), 0)), 0)`;

const series = (
  name: string,
): string => `${name}(a) AS system.main.${name}(${latelyUnless(`a::DOUBLE > ${MOST_ITEMS}`, 'too many items', 'a')}),
  (a, b) AS system.main.${name}(a, ${latelyUnless(`b::DOUBLE - a::DOUBLE > ${MOST_ITEMS}`, 'too many items', 'b')}),
  (a, b, c) AS system.main.${name}(a, ${latelyUnless(`${stepCount} > ${MOST_ITEMS}`, 'too many items', 'b')}, c)`;

const resize = (name: string): string =>
  `${name}(a, n) AS system.main.${name}(a, ${length('n', MOST_ITEMS)}), (a, n, x) AS system.main.${name}(a, ${length('n', MOST_ITEMS)}, x)`;

const compared = (name: string): string => {
  const isLong = `length(a) > ${MOST_COMPARED} OR length(b) > ${MOST_COMPARED}`;
  const call = (rest: string): string => `system.main.${name}(left(a, ${MOST_COMPARED}), left(b, ${MOST_COMPARED})${rest})`;
  const bounded = (rest: string): string =>
    unless(isLong, `${name}() argument exceeds maximum length of ${MOST_COMPARED} characters`, call(rest));
  return name.startsWith('jaro')
    ? `${name}(a, b) AS ${bounded('')}, (a, b, c) AS ${bounded(', c')}`
    : `${name}(a, b) AS ${bounded('')}`;
};

const MACROS: readonly string[] = [
  `repeat(a, n) AS system.main.repeat(a, ${latelyUnless(`n::DOUBLE * length(a::VARCHAR) > ${MOST_BYTES}`, 'requested length too large', 'n')})`,
  ...['lpad', 'rpad'].map((name) => `${name}(a, n, x) AS system.main.${name}(a, ${length('n', MOST_BYTES / 4)}, x)`),
  `bitstring(a, n) AS system.main.bitstring(a, ${length('n', MOST_BYTES)})`,
  ...['range', 'generate_series'].map(series),
  ...['list_resize', 'array_resize'].map(resize),
  ...['levenshtein', 'editdist3', 'damerau_levenshtein', 'jaro_similarity', 'jaro_winkler_similarity'].map(compared),
  ...PATTERN_MACROS,
];

/** Make the catalog and what it has. */
export const BOUNDED_STATEMENTS: readonly string[] = [
  `ATTACH ':memory:' AS ${BOUNDED_CATALOG}`,
  ...MACROS.map((macro) => `CREATE MACRO ${BOUNDED_CATALOG}.main.${macro}`),
];

/** Their names: with pg_catalog before it, such a name would be DuckDB's own function. */
export const BOUNDED_NAMES: ReadonlySet<string> = new Set(
  MACROS.map((macro) => macro.slice(0, macro.indexOf('(')).replaceAll('"', '')),
);
