/** As aggregates.test.ts, of blocks over views: their bodies are not in the statement's text, and their calls have kept tags. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { SessionObjects } from '../../src/planner/index.ts';
import { quoteLiteral, tagScans } from '../../src/sql/index.ts';
import { rewriteOfText, runAnswered, textOf } from '../support/answered-blocks.ts';
import { type Outcome, PlanningDuckDb, type Row } from '../support/planning-duckdb.ts';

const ROWS = Array.from({ length: 60 }, (_, i): Row => {
  const n = BigInt(i);
  const [name, score] = [['ann', 'bob', null, 'Bob'][i % 4] ?? null, i % 5 === 0 ? null : i / 4];
  return [`u:${i}`, name, i % 7 === 0 ? null : n % 9n, score, i % 2 === 0, 18_000n + (n % 4n), n * 25n, null, null];
});

const VIEWS: readonly (readonly [name: string, names: readonly string[], body: string])[] = [
  ['users', [], "FROM redis_hash('u:*')"],
  ['starred', [], "SELECT * FROM redis_hash('u:*')"],
  ['grown', [], "SELECT Name AS who, u.age, score FROM redis_hash('u:*') u WHERE u.age > 3 AND name IS NOT NULL"],
  ['renamed', ['years', 'Who'], "SELECT age, name, price FROM redis_hash('u:*')"],
  ['swapped', [], 'SELECT score AS age, age AS score FROM users WHERE age > 1'],
  ['over', [], 'SELECT who, age FROM grown WHERE age < 8'],
  ['computed', [], "SELECT age % 3 AS third, name FROM redis_hash('u:*')"],
  ['cut', [], "SELECT age FROM redis_hash('u:*') LIMIT 20"],
  ['counted', [], "SELECT age, count(*) AS n FROM redis_hash('u:*') GROUP BY age"],
  ['correlated', [], "SELECT age FROM redis_hash('u:*') WHERE age > (SELECT 3)"],
  ['renumbered', [], "SELECT age, score AS AGE FROM redis_hash('u:*')"],
];

const ELIGIBLE: readonly string[] = [
  'SELECT count(*) FROM users',
  'SELECT count(*), sum(age), avg(score) FROM main.users',
  'SELECT age, count(*) FROM users GROUP BY age ORDER BY age',
  'SELECT users.age, max(users.name) FROM users WHERE users.active GROUP BY users.age ORDER BY ALL',
  'SELECT u.name AS n, count(*) c FROM USERS AS u WHERE u.age IN (2, 3) GROUP BY n HAVING c > 1 ORDER BY c DESC, n LIMIT 2',
  'SELECT name, active, count(DISTINCT age) FROM starred GROUP BY ALL ORDER BY ALL',
  'SELECT who, count(*), min(AGE) FROM grown WHERE score < 12 GROUP BY who ORDER BY who',
  'SELECT Years, max(who), max(price) FROM renamed GROUP BY Years ORDER BY 1',
  'SELECT age, count(*), max(score) FROM swapped WHERE age > 2 GROUP BY age ORDER BY age',
  'SELECT who, sum(age) FROM over GROUP BY who ORDER BY who',
  'SELECT * FROM (SELECT WHO, count(*) FROM grown GROUP BY WHO) ORDER BY 1',
  'SELECT * FROM (SELECT WHO, count(*) FROM renamed GROUP BY WHO) ORDER BY 1',
  'SELECT s.a, count(*) FROM (SELECT age AS a FROM users WHERE age > 2) s GROUP BY s.a ORDER BY 1',
  'WITH c AS (SELECT who, count(*) AS n FROM grown GROUP BY who) SELECT max(n) FROM c',
  "SELECT (SELECT count(*) FROM users), (SELECT max(age) FROM starred) AS m, 'x' AS x",
  'SELECT max(n) FROM (SELECT age, count(*) AS n FROM users GROUP BY age)',
];

const REFUSED: readonly (readonly [text: string, why: RegExp])[] = [
  ['SELECT third, count(*) FROM computed GROUP BY third', /expression/],
  ['SELECT max(name) FROM computed', /not in the text/],
  ['SELECT count(*) FROM cut', /^$/],
  ['SELECT max(n) FROM counted', /not in the text/],
  ['SELECT max(age) FROM correlated', /DuckDB keeps|more than its table|^$/],
  ['SELECT max(age) FROM renumbered', /one name/],
  ['SELECT count(*) FROM users u(k)', /names given/],
  ['SELECT count(*) FROM users UNION ALL SELECT count(*) FROM users WHERE age > 3', /more than once/],
  // The plan has one of the two only.
  ['SELECT count(*) FROM users WHERE age > 3 UNION ALL SELECT count(*) FROM users WHERE 1 = 0', /more than once/],
  ['SELECT count(*) FROM users WHERE age > 3 UNION ALL SELECT count(*) FROM swapped WHERE 1 = 0', /more than once/],
  ['SELECT count(*) FROM users WHERE age > 3 UNION ALL SELECT n FROM hidden() WHERE 1 = 0', /not in the text/],
  ["SELECT count(*) FROM users WHERE age > 3 UNION ALL SELECT count(*) FROM query_table('users') WHERE 1 = 0", /not in the text/],
  ['SELECT count(*) FROM users WHERE age > 3 UNION ALL SELECT count(*) FROM far.away WHERE 1 = 0', /not in the text/],
  ['WITH users AS (SELECT 1 AS age) SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM swapped)', /not in the text|^$/],
];

describe('rewriteAggregates over views', () => {
  let duckdb: PlanningDuckDb;
  let tag = 500;
  const views = new Map<string, { astJson: string; columns: readonly string[] }>();
  const objects: SessionObjects = { views, macros: new Set(['hidden']) };

  beforeAll(async () => {
    duckdb = await PlanningDuckDb.open((pattern) => (pattern === 'u:*' ? ROWS : []));
    for (const [name, columns, body] of VIEWS) {
      const { text } = tagScans(body, () => ++tag);
      await duckdb.run(`CREATE VIEW "${name}"${columns.length === 0 ? '' : ` (${columns.join()})`} AS ${text}`);
      views.set(name, { astJson: await textOf(duckdb, `SELECT json_serialize_sql(${quoteLiteral(text)})`), columns });
    }
    await duckdb.run('CREATE MACRO hidden() AS TABLE SELECT count(*) AS n FROM users');
    await duckdb.run('CREATE SCHEMA far');
    await duckdb.run('CREATE VIEW far.away AS FROM users');
  });

  it.each(ELIGIBLE)('keeps rows, names and types: %s', async (text) => {
    const original = await duckdb.run(text);
    const { reading, rewrite } = await rewriteOfText(duckdb, text, () => ++tag, objects);
    expect([...rewrite.refused, ...reading.refusals]).toEqual([]);
    const printed = await textOf(duckdb, `SELECT json_deserialize_sql(${quoteLiteral(rewrite.astJson ?? '')})`);
    const plain = printed.replace(/"[^"]*"/g, '');
    for (const [name] of VIEWS) expect(plain).not.toMatch(new RegExp(`FROM (main\\.)?${name}\\b`, 'i'));
    const answered = await runAnswered(duckdb, reading.blocks, rewrite.astJson ?? '');
    expect(ordered(answered, text)).toEqual(ordered(original, text));
  });

  it.each(REFUSED)('leaves alone, with a reason: %s', async (text, why) => {
    await duckdb.run(text);
    const { reading, rewrite } = await rewriteOfText(duckdb, text, () => ++tag, objects);
    expect(rewrite.done).toEqual([]);
    expect([...reading.refusals, ...rewrite.refused].map((refusal) => refusal.why).join('; ')).toMatch(why);
  });

  it('looks into no view that it is not told of', async () => {
    const { rewrite } = await rewriteOfText(duckdb, 'SELECT count(*) FROM users', () => ++tag);
    expect(rewrite).toMatchObject({ done: [], astJson: null, refused: [{ why: expect.stringMatching('not in the text') }] });
  });
});

function ordered({ names, types, rows }: Outcome, text: string): Outcome {
  return { names, types, rows: /ORDER BY/.test(text) ? rows : rows.toSorted() };
}
