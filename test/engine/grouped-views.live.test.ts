/** Blocks over views are grouped by an index as those over the call itself: other tools see tables and views only. */
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connect, type Session } from '../../src/index.ts';
import { callsOf } from '../support/live-session.ts';
import { type LiveTables, startTables } from '../support/live-tables.ts';

const COLUMNS = "columns => {'city': 'VARCHAR', 'age': 'BIGINT', 'score': 'DOUBLE'}";
const USERS = `redis_hash('user:*', ${COLUMNS})`;

let tables: LiveTables;
let session: Session;

beforeAll(async () => {
  tables = await startTables({}, { modules: true });
  const users = Array.from(
    { length: 60 },
    (_, i) => `HSET user:${i} city ${['Paris', 'Rome'][i % 2]} age ${i % 10} score ${i / 4}`,
  );
  await tables.write(
    'FT.CREATE idx:user ON HASH PREFIX 1 user: SCHEMA age NUMERIC SORTABLE score NUMERIC SORTABLE city TAG CASESENSITIVE SORTABLE UNF',
    ...users,
  );
  while (!/"num_docs","?60\b/.test(JSON.stringify(await tables.redis.call('FT.INFO', 'idx:user')))) await setTimeout(20);
});
afterAll(() => tables[Symbol.asyncDispose]());

beforeEach(async () => {
  session = await connect({ url: tables.redis.url });
  return () => session.close();
});

const run = (text: string): Promise<unknown[]> => session.query(text).rows();

/** The rows, how often an index grouped, and how often fields were read; what is asked once of an index has been asked before. */
async function answered(text: string): Promise<readonly [rows: unknown[], aggregates: number, reads: number]> {
  await run(text);
  const before = await Promise.all(['FT.AGGREGATE', 'hmget'].map((name) => callsOf(tables.redis, name)));
  const rows = await run(text);
  const after = await Promise.all(['FT.AGGREGATE', 'hmget'].map((name) => callsOf(tables.redis, name)));
  const [aggregates = 0, reads = 0] = after.map((count, i) => count - (before[i] ?? 0));
  return [rows, aggregates, reads];
}

describe('a block over a view', () => {
  it.each([
    [`FROM ${USERS}`, 'SELECT count(*) AS n FROM v WHERE age > 6'],
    [`FROM ${USERS}`, 'SELECT age, count(*) AS n, max(score) AS m FROM v GROUP BY age ORDER BY age'],
    [`SELECT * FROM ${USERS}`, 'SELECT sum(v.age) AS s, count(*) AS n FROM main.v'],
    [
      `SELECT age AS years, score FROM ${USERS} WHERE score > 2`,
      'SELECT years, count(*) FROM v WHERE years < 8 GROUP BY years ORDER BY 1',
    ],
  ])('%s: %s is grouped by the index', async (body, text) => {
    await run(`CREATE VIEW v AS ${body}`);
    const [rows, aggregates, reads] = await answered(text);
    expect([aggregates > 0, reads]).toEqual([true, 0]);
    await run('SET pushdown_aggregates = false');
    expect(await run(text)).toEqual(rows);
    await run('RESET pushdown_aggregates');
    const explained = await session.query(`EXPLAIN ${text}`).rows();
    expect(JSON.stringify(explained)).toContain("redis_hash('user:*')  grouped");
  });

  it('sees through views over views, also inferred ones', async () => {
    await run("CREATE VIEW a AS FROM redis_hash('user:*')");
    await run('CREATE VIEW b (how_old, town) AS SELECT age, city FROM a WHERE age >= 5');
    await run('CREATE VIEW c AS SELECT town, how_old FROM b WHERE how_old < 9');
    const [rows, aggregates, reads] = await answered('SELECT how_old, count(*) AS n FROM c GROUP BY how_old ORDER BY 1');
    expect(rows).toEqual([5n, 6n, 7n, 8n].map((age) => ({ how_old: age, n: 6n })));
    expect([aggregates > 0, reads]).toEqual([true, 0]);
  });

  it('follows a view that is replaced, dropped and made a table', async () => {
    const text = 'SELECT count(*) AS n FROM v';
    await run(`CREATE VIEW v AS FROM ${USERS}`);
    expect(await run(text)).toEqual([{ n: 60n }]);
    await run(`CREATE OR REPLACE VIEW v AS SELECT age FROM ${USERS} WHERE age > 6`);
    expect(await run(text)).toEqual([{ n: 18n }]);
    await run('CREATE OR REPLACE VIEW v AS SELECT 1 AS age');
    expect(await run(text)).toEqual([{ n: 1n }]);
    await run('DROP VIEW v');
    await run(`CREATE TABLE v AS SELECT age FROM ${USERS} WHERE age > 7`);
    expect(await run(text)).toEqual([{ n: 12n }]);
  });

  it.each([
    ['WITH v AS (SELECT 1 AS age) SELECT count(*) AS n FROM v', [{ n: 1n }]],
    ['SELECT count(*) AS n FROM v WHERE age > 6 UNION ALL SELECT count(*) FROM v WHERE 1 = 0', [{ n: 18n }, { n: 0n }]],
    ['SELECT a.n + b.n AS n FROM (SELECT count(*) AS n FROM v) a, (SELECT count(*) AS n FROM v WHERE age > 6) b', [{ n: 78n }]],
    ['SELECT count(*) AS n FROM v WHERE age > 6 UNION ALL SELECT n FROM m() WHERE n < 0', [{ n: 18n }]],
    ['SELECT count(*) AS n FROM other.v', [{ n: 2n }]],
  ])('is not mixed up with another: %s', async (text, rows) => {
    await run(`CREATE VIEW v AS FROM ${USERS}`);
    await run('CREATE MACRO m() AS TABLE SELECT count(*) AS n FROM v');
    await run('CREATE SCHEMA other');
    await run('CREATE VIEW other.v AS SELECT unnest([1, 2]) AS age');
    expect((await run(text)).toSorted((a, b) => JSON.stringify(b, show).localeCompare(JSON.stringify(a, show)))).toEqual(rows);
  });

  it('is not mixed up with a temporary table of its name', async () => {
    await run(`CREATE VIEW v AS FROM ${USERS}`);
    const isMade = await run('CREATE TABLE temp.v AS SELECT 1 AS age').then(
      () => true,
      () => false,
    );
    expect(await run('SELECT count(*) AS n FROM v')).toEqual([{ n: isMade ? 1n : 60n }]);
  });
});

function show(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}
