/**
 * Proves the rewriting of grouped scans without Redis: `redis_agg(tag)` is a table that DuckDB computes from the block alone
 * (its filter, groups and aggregates), and the rewritten statement must give the original's rows, names and types.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { aggregateBlocksOf, predicateText, readPlan, rewriteAggregates } from '../../src/planner/index.ts';
import { quoteLiteral } from '../../src/sql/index.ts';
import { rewriteOfText, runAnswered, textOf } from '../support/answered-blocks.ts';
import { COLUMN_NAMES, type Outcome, PlanningDuckDb, type Row } from '../support/planning-duckdb.ts';

const MINUTE = 60_000_000n;

function rowsOf(pattern: string): readonly Row[] {
  const count = pattern === 'none:*' ? 0 : 60;
  return Array.from({ length: count }, (_, i): Row => {
    const n = BigInt(i);
    return [
      `${pattern.replace('*', '')}${i}`,
      ['ann', 'bob', null, 'Bob', 'élan'][i % 5] ?? null,
      i % 7 === 0 ? null : n % 9n,
      i % 4 === 0 ? null : (i % 6) / 4,
      i % 3 === 0 ? null : i % 2 === 0,
      18_000n + (n % 4n),
      n * 25n,
      (n - 30n) * 17n * MINUTE,
      946_857_600_000_000n + (n - 30n) * 7n * MINUTE,
    ];
  });
}

const ELIGIBLE: readonly (readonly [title: string, text: string])[] = [
  ['a group and a count', "SELECT age, count(*) FROM redis_hash('u:*') GROUP BY age"],
  [
    'all at once',
    "SELECT age, count(*) c, avg(score) FROM redis_hash('u:*') u WHERE age > 3 GROUP BY age HAVING count(*) > 1 ORDER BY c DESC, age LIMIT 3",
  ],
  ['no group', "SELECT count(*), count(name), sum(age), avg(score), min(name), max(price) FROM redis_hash('u:*')"],
  ['no group over nothing', "SELECT count(*), sum(age), min(name) FROM redis_hash('none:*')"],
  ['no group, a filter that leaves nothing', "SELECT count(*) n, max(age) FROM redis_hash('u:*') WHERE age > 1000"],
  ['a group over nothing', "SELECT age, count(*) FROM redis_hash('none:*') GROUP BY age"],
  ['several groups', "SELECT name, active, sum(price) FROM redis_hash('u:*') GROUP BY name, active ORDER BY ALL"],
  ['a qualified name', "SELECT u.age, sum(u.score), u.age FROM redis_hash('u:*') AS u GROUP BY u.age ORDER BY u.age"],
  ['the function as name', "SELECT redis_hash.age, max(redis_hash.name) FROM redis_hash('u:*') GROUP BY redis_hash.age"],
  ['positions', "SELECT max(price), name FROM redis_hash('u:*') GROUP BY 2 ORDER BY 1 DESC, 2 NULLS FIRST"],
  ['an alias as group', "SELECT age AS years, count(*) FROM redis_hash('u:*') GROUP BY years ORDER BY years"],
  ['GROUP BY ALL', "SELECT name, active, count(age) FROM redis_hash('u:*') GROUP BY ALL ORDER BY ALL"],
  ['expressions over aggregates', "SELECT sum(age) / count(*), round(avg(score), 2)::VARCHAR || '!' FROM redis_hash('u:*')"],
  [
    'CASE, COALESCE, BETWEEN, IN over groups and aggregates',
    `SELECT CASE WHEN count(*) > 6 THEN 'many' ELSE 'few' END, coalesce(age, -1), max(age) BETWEEN 2 AND 5, age IN (1, 2)
       FROM redis_hash('u:*') GROUP BY age ORDER BY 2`,
  ],
  [
    'types of all kinds',
    "SELECT sum(age), typeof(sum(age)), avg(age), sum(price), min(born), max(seen), first(active) IS NULL FROM redis_hash('u:*')",
  ],
  ['count of distinct values', "SELECT active, count(DISTINCT name) FROM redis_hash('u:*') GROUP BY active ORDER BY active"],
  ['distinct extremes', "SELECT min(DISTINCT age), max(DISTINCT age), count(1), count() FROM redis_hash('u:*')"],
  ['mean is avg', "SELECT mean(age), avg(age), mean(age) + avg(age) FROM redis_hash('u:*')"],
  [
    'a filter of several terms',
    "SELECT name, count(*) FROM redis_hash('u:*') WHERE age BETWEEN 2 AND 6 AND name IN ('ann', 'bob') GROUP BY name",
  ],
  [
    'HAVING over a group and an alias',
    "SELECT age a, count(*) c FROM redis_hash('u:*') GROUP BY age HAVING a > 2 AND c > 1 AND u.age < 8".replace(
      "'u:*')",
      "'u:*') u",
    ),
  ],
  ['HAVING without a group', "SELECT count(*) FROM redis_hash('u:*') HAVING count(*) > 100"],
  ['an alias that is a column', "SELECT count(*) AS age FROM redis_hash('u:*') u GROUP BY u.age ORDER BY age, u.age LIMIT 4"],
  ['an order by an expression', "SELECT name FROM redis_hash('u:*') GROUP BY name ORDER BY sum(age) - count(*), name"],
  ['only groups', "SELECT DISTINCT name FROM redis_hash('u:*') GROUP BY name, age ORDER BY name"],
  ['a common table', "WITH c AS (SELECT age, count(*) AS n FROM redis_hash('u:*') GROUP BY age) SELECT max(n), min(age) FROM c"],
  [
    'a common table used twice',
    "WITH c AS MATERIALIZED (SELECT age, count(*) n FROM redis_hash('u:*') GROUP BY age) SELECT x.age, y.n FROM c x JOIN c y ON x.age = y.n",
  ],
  ['a subquery with *', "SELECT * FROM (SELECT age, count(*) FROM redis_hash('u:*') GROUP BY age) WHERE age > 3"],
  [
    'a subquery with filters from outside',
    "SELECT s FROM (SELECT age, name, sum(price) s FROM redis_hash('u:*') GROUP BY age, name) WHERE age = 4 AND s > 10",
  ],
  [
    'the arms of a union',
    "SELECT 'a', count(*) FROM redis_hash('a:*') UNION ALL SELECT max(name), sum(age) FROM redis_hash('b:*') ORDER BY 2",
  ],
  [
    'a join of two grouped subqueries',
    `SELECT a.age, a.n, b.m FROM (SELECT age, count(*) n FROM redis_hash('a:*') WHERE age > 1 GROUP BY age) a
       JOIN (SELECT age, max(score) m FROM redis_hash('b:*') GROUP BY age) b USING (age) WHERE b.age < 7`,
  ],
  ['a subquery of columns', "SELECT count(*) FROM (SELECT age FROM redis_hash('u:*') WHERE age > 1)"],
  [
    'a subquery that names and filters',
    "SELECT s.n, sum(s.a), avg(score) FROM (SELECT name AS n, age a, u.score FROM redis_hash('u:*') u WHERE a > 1 AND u.active) AS s WHERE n <> 'bob' GROUP BY s.n ORDER BY 1",
  ],
  [
    'subqueries in subqueries that swap names',
    "SELECT age, count(*), max(score) FROM (SELECT * FROM (SELECT score AS age, age AS score FROM redis_hash('u:*') WHERE age < 7) WHERE score > 1) WHERE age > 0 GROUP BY age ORDER BY 1",
  ],
  [
    'a column below * that a subquery has named',
    "SELECT * FROM (SELECT n, count(*) FROM (SELECT name AS N FROM redis_hash('u:*')) GROUP BY n) ORDER BY 1",
  ],
  ['a scalar subquery', "SELECT (SELECT count(*) FROM redis_hash('u:*')), 1 AS one"],
  [
    'a condition of a subquery',
    "SELECT range FROM range(10) WHERE range IN (SELECT age FROM redis_hash('u:*') GROUP BY age HAVING count(*) > 6)",
  ],
  [
    'buckets of minutes',
    "SELECT time_bucket(INTERVAL '30 minutes', seen) AS b, count(*), avg(score) FROM redis_hash('u:*') GROUP BY b ORDER BY b",
  ],
  [
    'buckets without an alias',
    "SELECT time_bucket(INTERVAL 90 MINUTES, made), max(age) FROM redis_hash('u:*') GROUP BY 1 ORDER BY 1",
  ],
  [
    'buckets of days',
    "SELECT time_bucket(INTERVAL '2 days', seen) b, first(name) IS NULL FROM redis_hash('u:*') WHERE name IS NULL GROUP BY ALL ORDER BY b",
  ],
  [
    'buckets with an origin',
    "SELECT time_bucket(INTERVAL '1 hour', seen, TIMESTAMPTZ '2000-01-01 00:20:00+00') b, count(*) FROM redis_hash('u:*') GROUP BY b ORDER BY b",
  ],
  [
    'buckets moved by an interval',
    "SELECT time_bucket(INTERVAL '1 hour', made, INTERVAL '7 minutes') b, name, count(*) FROM redis_hash('u:*') GROUP BY ALL ORDER BY ALL",
  ],
  [
    'numbers that JSON.parse would change',
    "SELECT age, count(*) + 9007199254740993, 1e0, 50.0::DOUBLE FROM redis_hash('u:*') GROUP BY age",
  ],
];

const REFUSED: readonly (readonly [title: string, text: string, why: RegExp])[] = [
  ['FILTER', "SELECT count(*) FILTER (WHERE age > 3) FROM redis_hash('u:*')", /FILTER/],
  ['ORDER BY inside', "SELECT first(name ORDER BY age) FROM redis_hash('u:*')", /arg_min/],
  ['DISTINCT sums', "SELECT sum(DISTINCT age) FROM redis_hash('u:*')", /sum/],
  ['other aggregates', "SELECT median(age) FROM redis_hash('u:*')", /median/],
  ['an aggregate of an expression', "SELECT sum(age + score) FROM redis_hash('u:*')", /expression/],
  ['an expression as group', "SELECT age + 1, count(*) FROM redis_hash('u:*') GROUP BY 1", /expression/],
  ['grouping sets', "SELECT age, name, count(*) FROM redis_hash('u:*') GROUP BY ROLLUP (age, name)", /grouping sets/],
  ['a window', "SELECT age, count(*), sum(count(*)) OVER () FROM redis_hash('u:*') GROUP BY age", /window/],
  ['a subquery inside', "SELECT count(*), (SELECT 1) FROM redis_hash('u:*')", /subquery/],
  ['an unknown function', "SELECT age, random(), count(*) FROM redis_hash('u:*') GROUP BY age", /random/],
  ['a macro that may be an aggregate', "SELECT age, total(age) FROM redis_hash('u:*') GROUP BY age", /total/],
  ['names for the columns', "SELECT k, count(*) FROM redis_hash('u:*') t(k) GROUP BY k", /names given/],
  [
    'a bucket of months',
    "SELECT time_bucket(INTERVAL '1 month', seen) b, count(*) FROM redis_hash('u:*') GROUP BY b",
    /time_bucket/,
  ],
  [
    'two buckets',
    "SELECT time_bucket(INTERVAL 1 HOUR, seen) a, time_bucket(INTERVAL 2 HOUR, seen) b, count(*) FROM redis_hash('u:*') GROUP BY ALL",
    /plan/,
  ],
  ['a subquery that computes', "SELECT count(*), max(a) FROM (SELECT age % 3 AS a FROM redis_hash('u:*'))", /expression/],
  ['a subquery that is cut', "SELECT count(*) FROM (SELECT age FROM redis_hash('u:*') LIMIT 20)", /^$/],
  ['a subquery of different rows', "SELECT count(*) FROM (SELECT DISTINCT age FROM redis_hash('u:*'))", /^$/],
  ['names given to a subquery', "SELECT count(x) FROM (SELECT age FROM redis_hash('u:*')) t(x)", /names given/],
  ['two columns of one name', "SELECT count(age) FROM (SELECT age, score AS age FROM redis_hash('u:*'))", /one name/],
  ['a window over a subquery', "SELECT age, count(*) OVER () FROM (SELECT age FROM redis_hash('u:*'))", /^$/],
  ['a view', 'SELECT count(*) FROM users', /text/],
  ['a nameless column below *', "SELECT * FROM (SELECT age, sum(score) FROM redis_hash('u:*') GROUP BY age)", /alias/],
  ['a scalar subquery without a name below *', "SELECT * FROM (SELECT (SELECT max(age) FROM redis_hash('u:*')))", /alias/],
  ['a DOUBLE in a nameless column below *', "SELECT * FROM (SELECT 1e0, count(*) FROM redis_hash('u:*'))", /DOUBLE/],
  ['DISTINCT ON', "SELECT DISTINCT ON (age) age, count(*) FROM redis_hash('u:*') GROUP BY age, name", /DISTINCT ON/],
  [
    'a correlated condition',
    "SELECT a.name, (SELECT count(*) FROM redis_hash('b:*') b WHERE b.age = a.age) AS n FROM redis_hash('a:*') a",
    /grouping sets/,
  ],
  [
    'a condition that DuckDB keeps',
    "SELECT count(*) FROM redis_hash('u:*') WHERE lower(name) = 'x'",
    /lower\(name\) = 'x': a function/,
  ],
  ['an alias like ours', "SELECT age AS __a0, count(*) FROM redis_hash('u:*') GROUP BY age", /__a0/],
];

describe('rewriteAggregates', () => {
  let duckdb: PlanningDuckDb;
  let tag = 0;

  beforeAll(async () => {
    duckdb = await PlanningDuckDb.open(rowsOf);
    await duckdb.connection.run("CREATE VIEW users AS FROM redis_hash('u:*', _scan => 1000)");
    await duckdb.connection.run('CREATE MACRO total(x) AS sum(x)');
  });

  const single = (sql: string): Promise<string> => textOf(duckdb, sql);
  const rewriteOf = (text: string): ReturnType<typeof rewriteOfText> => rewriteOfText(duckdb, text, () => ++tag);

  it.each(ELIGIBLE)('keeps rows, names and types: %s', async (_title, text) => {
    const original = await duckdb.run(text);
    const { reading, rewrite } = await rewriteOf(text);
    expect(rewrite.refused).toEqual([]);
    expect(reading.refusals).toEqual([]);
    const printed = await single(`SELECT json_deserialize_sql(${quoteLiteral(rewrite.astJson ?? '')})`);
    expect(printed.replace(/"[^"]*"/g, '')).not.toContain('redis_hash');
    const answered = await runAnswered(duckdb, reading.blocks, rewrite.astJson ?? '');
    expect(ordered(answered, text)).toEqual(ordered(original, text));
  });

  it.each(REFUSED)('leaves alone, with a reason: %s', async (_title, text, why) => {
    const { reading, rewrite } = await rewriteOf(text);
    expect(rewrite.done).toEqual([]);
    expect(rewrite.astJson).toBeNull();
    expect([...reading.refusals, ...rewrite.refused].map((refusal) => refusal.why).join('; ')).toMatch(why);
  });

  it('rewrites what it can beside what it cannot', async () => {
    const text =
      "SELECT a.n, b.m FROM (SELECT count(*) n FROM redis_hash('a:*')) a, (SELECT median(age) m FROM redis_hash('b:*')) b";
    const { reading, rewrite } = await rewriteOf(text);
    expect(rewrite.done).toHaveLength(1);
    expect(reading.refusals).toMatchObject([{ why: 'the aggregate median' }]);
    const printed = await single(`SELECT json_deserialize_sql(${quoteLiteral(rewrite.astJson ?? '')})`);
    expect(printed).toMatch(/redis_agg\(\d+\).*redis_hash\('b:\*'/);
  });

  it('takes the filters of HAVING and of what stands above into the block', async () => {
    const [block] = aggregateBlocksOf(
      await duckdb.planJson(
        "SELECT age, count(*) FROM redis_hash('u:*', _scan => 3) WHERE name = 'x' GROUP BY age HAVING age > 4",
      ),
    );
    expect(
      predicateText(block?.filter ?? { kind: 'opaque', text: '' }, COLUMN_NAMES)
        .split(' AND ')
        .toSorted(),
    ).toEqual(['age > 4', "name = 'x'"]);
    expect(block).toMatchObject({
      tag: 3,
      groups: [{ column: 2, bucket: null, type: { id: 'BIGINT' } }],
      aggregates: [{ name: 'count_star', column: null, type: { id: 'BIGINT' } }],
    });
  });

  it('finds no block where the call stands in the plan twice', async () => {
    const reading = readPlan(
      await duckdb.planJson(
        "WITH c AS NOT MATERIALIZED (SELECT age, count(*) n FROM redis_hash('u:*', _scan => 4) GROUP BY age) SELECT * FROM c x, c y WHERE x.age = 1 AND y.age = 2",
      ),
    );
    expect(reading.blocks).toEqual([]);
    expect(reading.refusals.map(({ why }) => why)).toEqual([
      'the scan stands in the plan more than once',
      'the scan stands in the plan more than once',
    ]);
  });

  it.each(['age > (SELECT 3)', 'age > other.age', 'EXISTS (SELECT 1)'])('drops no condition like %s', async (condition) => {
    // Such a condition gives no block; should one come about all the same, its condition must not go.
    const blocks = aggregateBlocksOf(await duckdb.planJson("SELECT count(*) n FROM redis_hash('u:*', _scan => 7) WHERE age > 3"));
    const text = `SELECT count(*) n FROM redis_hash('u:*', _scan => 7) WHERE ${condition}`;
    const ast = await single(`SELECT json_serialize_sql(${quoteLiteral(text)})`);
    expect(rewriteAggregates(ast, blocks, ['n']).refused).toEqual([{ tag: 7, why: 'a condition on more than its table' }]);
  });

  it('takes days of a zone for buckets only in UTC', async () => {
    const json = await duckdb.planJson(
      "SELECT time_bucket(INTERVAL '1 day', seen) b, count(*) FROM redis_hash('u:*', _scan => 5) GROUP BY b",
    );
    expect(aggregateBlocksOf(json, { isUtc: true })[0]?.groups[0]?.bucket).toEqual({
      widthMs: 86_400_000,
      originMs: 946_857_600_000,
    });
    expect(aggregateBlocksOf(json)).toEqual([]);
  });

  it.each(['', '{"error":true}', '{"error":false,"statements":[{"node":{"value":NaN}}]}', '{"error":false,"statements":[]}'])(
    'refuses an AST that is none: %s',
    async (ast) => {
      const blocks = aggregateBlocksOf(await duckdb.planJson("SELECT count(*) FROM redis_hash('u:*', _scan => 6)"));
      expect(rewriteAggregates(ast, blocks, ['n'])).toMatchObject({ astJson: null, done: [], refused: [{ tag: 6 }] });
    },
  );
});

function ordered({ names, types, rows }: Outcome, text: string): Outcome {
  return { names, types, rows: /ORDER BY/.test(text) ? rows : rows.toSorted() };
}
