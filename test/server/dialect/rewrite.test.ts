import { describe, expect, it } from 'vitest';
import { MACROS } from '../../../src/server/dialect/macros.ts';
import { dataOf } from './session-context.ts';

describe('what the engine runs', () => {
  it.each([
    // Names.
    ['select o.id from redis.public.orders as o', 'SELECT o.id FROM orders AS o'],
    ['select public.orders.id from only public.orders', 'SELECT orders.id FROM orders'],
    ['select Id, "Id", "select", pivot, qualify from t', 'SELECT id, "Id", "select", "pivot", "qualify" FROM t'],
    ['select a from t as map', 'SELECT a FROM t AS "map"'],
    // Comparisons stay bare, so that they can be pushed down.
    ['select 1 from t where age > 30', 'SELECT 1 FROM t WHERE age > 30'],
    ["select 1 from t where n between $1 and $2 and s like 'a%'", "SELECT 1 FROM t WHERE n BETWEEN $1 AND $2 AND s LIKE 'a%'"],
    ['select 1 from t where s = any(\'{a,"b c",NULL}\')', "SELECT 1 FROM t WHERE s IN ('a', 'b c', NULL)"],
    ["select 1 from t where n = any('{1,2}'::int[])", "SELECT 1 FROM t WHERE n IN ('1', '2')"],
    ["select 1 from t where s <> all(array['a', $1])", "SELECT 1 FROM t WHERE s NOT IN ('a', $1)"],
    ["select 1 from t where s = any('{}')", 'SELECT 1 FROM t WHERE false'],
    ["select 1 from t where s ~~ 'a%' and s !~~* 'b_'", "SELECT 1 FROM t WHERE s LIKE 'a%' AND s NOT ILIKE 'b_'"],
    ["select 1 from t where s like 'a!%%' escape '!'", "SELECT 1 FROM t WHERE like_escape(s, 'a!%%', '!')"],
    ["select 1 from t where s like 'a%' escape '\\'", "SELECT 1 FROM t WHERE s LIKE 'a%'"],
    ["select 1 from t where s::text = 'a'", "SELECT 1 FROM t WHERE _pg_text(s) = 'a'"],
    [
      "select 1 from t where ts > now() - interval '1 day'",
      "SELECT 1 FROM t WHERE ts > CAST(now() - '1 day'::interval AS timestamp)",
    ],
    ['select 1 from t where id in ($1, $2) limit $3 offset $4', 'SELECT 1 FROM t WHERE id IN ($1, $2) LIMIT $3 OFFSET $4'],
    // Ranges of PostgreSQL's pages: of those without overlap, one has all rows.
    ["select 1 from t where ctid between '(0,0)'::tid and '(1000,0)'::tid and n > 1", 'SELECT 1 FROM t WHERE true AND n > 1'],
    ["select 1 from t where ctid between '(1000,0)'::tid and '(2000,0)'::tid", 'SELECT 1 FROM t WHERE false'],
    ["select 1 from t where t.ctid >= '(0,0)'::tid and ctid < '(0,1)'::tid", 'SELECT 1 FROM t WHERE true AND false'],
    ["select 1 from t where '(0,0)' <= ctid and '(9,9)'::tid < ctid", 'SELECT 1 FROM t WHERE true AND false'],
    ["select 1 from t where ctid in ('(0,1)', '(0,2)') or ctid not in ('(0,1)')", 'SELECT 1 FROM t WHERE true OR false'],
    ['select 1 from t where ctid = any(\'{"(0,1)","(0,2)"}\'::tid[])', 'SELECT 1 FROM t WHERE true'],
    ["select 1 from t where ctid = any(array['(0,2)']::tid[])", 'SELECT 1 FROM t WHERE false'],
    ["select 1 from t where ctid not between '(1,0)'::tid and '(2,0)'::tid", 'SELECT 1 FROM t WHERE true'],
    [
      'select ctid, t.ctid as place from t order by ctid',
      "SELECT CAST('(0,1)' AS text) AS ctid, CAST('(0,1)' AS text) AS place FROM t ORDER BY CAST('(0,1)' AS text)",
    ],
    // Division.
    ['select a / 2, a % 3 from t', 'SELECT a / 2, a % 3 FROM t'],
    ['select a / b from t', "SELECT CASE WHEN b = 0 THEN error('division by zero') ELSE a / b END FROM t"],
    [
      'select round(avg(a), 2), trunc(a, 1) from t',
      'SELECT CAST(round(avg(a), 2) AS numeric(38, 2)) AS round, CAST(trunc(a, 1) AS numeric(38, 1)) AS trunc FROM t',
    ],
    // What only JSON has: a column may be a struct of the engine's.
    ["select 1 from t where j - 'w' is null", "SELECT 1 FROM t WHERE _pg_json_without(to_json(j), 'w') IS NULL"],
    // Types.
    [
      'select cast(a as pg_catalog.int8), a::"text", a::numeric(10,2) from t',
      'SELECT a::int8 AS a, _pg_text(a) AS a, CAST(a AS numeric(10, 2)) AS a FROM t',
    ],
    ["select a::jsonb, '\\x6162'::bytea from t", "SELECT a::json AS a, unhex('6162') AS bytea FROM t"],
    [
      "select interval '1' day, interval '1:30' hour to minute from t",
      'SELECT \'1 days\'::interval AS "interval", \'1:30:00\'::interval AS "interval" FROM t',
    ],
    ["select 0x1F, 1_000, b'101' from t", "SELECT 31, 1000, '101'::bit FROM t"],
    // Functions of Redis are as they were written.
    [
      "select h.a from redis_hash('u:*', columns => {'a': 'BIGINT'}, on_error => 'null') as h",
      "SELECT h.a FROM redis_hash('u:*', columns => {'a': 'BIGINT'}, on_error => 'null') AS h",
    ],
    ["select * from redis_keys('*')", "SELECT * FROM redis_keys('*') AS redis_keys"],
    // The session's facts are constants.
    ['select current_user, current_schema from t', 'SELECT \'ann\' AS "current_user", \'public\' AS "current_schema" FROM t'],
    // Names that DuckDB would give otherwise.
    ['select x.count from (select count(*) from t) x', 'SELECT x.count FROM ( SELECT count(*) AS count FROM t ) AS x'],
  ])('%s', (text, expected) => {
    expect(plain(dataOf(text).duckText)).toBe(plain(expected));
  });

  it('gives a list and a pattern that are parameters numbers of their own', () => {
    const statement = dataOf(
      'select 1 from t where a = any($1) and b like $2 and c = $2 and d <> all($1::int[]) and e ilike $3::text',
    );
    expect(plain(statement.duckText)).toBe(
      'SELECT 1 FROM t WHERE a IN ($4) AND b LIKE $5 AND c = $2 AND d NOT IN ($6) AND e ILIKE $7',
    );
    expect([...(statement.listParameters ?? [])]).toEqual([
      [4, 1],
      [6, 1],
    ]);
    expect([...(statement.patternParameters ?? [])]).toEqual([
      [5, 2],
      [7, 3],
    ]);
  });

  it('names macros behind those that they use', () => {
    expect(dataOf('select quote_nullable(s) from t').macros).toEqual(['_pg_quote_literal', '_pg_quote_nullable']);
    expect(dataOf('select s from t').macros).toEqual([]);
    for (const [name, text] of MACROS) expect(text).toMatch(new RegExp(`^CREATE OR REPLACE MACRO ${name}\\(`));
  });

  it('leaves the tree that it is given as it was', () => {
    const text = "select s::text, a / b, n = any('{1}') from public.t where j ->> 'a' ~* 'x' order by 1 using >";
    const first = dataOf(text);
    expect(dataOf(text)).toEqual(first);
  });

  it.each([1, 10, 350])('takes expressions that are %s deep', (depth) => {
    expect(() => dataOf(`select ${'not '.repeat(depth)}b, ${'abs('.repeat(depth)}n${')'.repeat(depth)} from t`)).not.toThrow();
  });

  it.each(['not ', '- ', 'abs('])('refuses what is nested too deeply for it: %s', (open) => {
    const close = open === 'abs(' ? ')' : '';
    expect(() => dataOf(`select ${open.repeat(1500)}b${close.repeat(1500)} from t`)).toThrow(
      expect.objectContaining({ sqlState: '54001' }),
    );
  });
});

/** Blanks inside brackets are the deparser's own business. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/\( /g, '(').replace(/ \)/g, ')');
}
