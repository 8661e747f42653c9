/** postgres.js: tags, arrays of types from the catalog, cursors, several statements, COPY as a stream, cancel, transactions. */
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTarget, type Target } from '../../clients/support/target.ts';

const HEAVY = 'SELECT count(*) FROM orders a, orders b, orders c WHERE a.price + b.price + c.price > 1e9';

let target: Target;
let sql: postgres.Sql;

beforeAll(async () => {
  target = await startTarget();
  sql = postgres(target.url, { max: 4, onnotice: () => undefined });
}, 120_000);
afterAll(async () => {
  await sql.end({ timeout: 5 });
  await target.stop();
});

async function stateOf(work: PromiseLike<unknown>): Promise<string> {
  const outcome: unknown = await Promise.resolve(work).catch((error: unknown) => error);
  return outcome instanceof postgres.PostgresError ? outcome.code : String(outcome);
}

describe('postgres.js', () => {
  it('reads every type', async () => {
    const [row] = await sql`SELECT * FROM orders WHERE id = ${3}`;
    expect(row).toEqual({
      _key: 'order:3',
      id: '3',
      customer: 'c21',
      city: 'Lima',
      amount: '237.57',
      price: 0.375,
      paid: true,
      created: new Date('2024-01-01T02:21:00Z'),
      day: new Date('2024-01-01T00:00:00Z'),
      tags: ['x', 3],
    });
    expect(await sql`SELECT words FROM v_lists WHERE id = 2`).toEqual([{ words: ['a', 'c14'] }]);
  });

  it('binds values, lists and arrays', async () => {
    const cities = ['Oslo', 'Rome'];
    expect(await sql`SELECT count(*)::int AS n FROM orders WHERE city = ANY(${cities})`).toEqual([{ n: 2815 }]);
    expect(await sql`SELECT count(*)::int AS n FROM orders WHERE city IN ${sql(cities)}`).toEqual([{ n: 2815 }]);
    const march = new Date('2024-03-01T00:00:00Z');
    expect(await sql`SELECT count(*)::int AS n FROM orders WHERE created >= ${march} AND paid = ${true}`).toEqual([{ n: 2721 }]);
    const column = 'customer';
    expect(await sql`SELECT ${sql(column)} FROM ${sql('public.orders')} WHERE id = ${2}`).toEqual([{ customer: 'c14' }]);
  });

  it('knows columns and counts', async () => {
    const rows = await sql`SELECT id, amount AS a FROM orders WHERE id < ${4} ORDER BY id`;
    expect(rows.columns.map(({ name, type }) => [name, type])).toEqual([
      ['id', 20],
      ['a', 1700],
    ]);
    expect([rows.count, rows.command]).toEqual([3, 'SELECT']);
    const described = await sql`SELECT city FROM orders WHERE id = ${1} AND city = ${'x'}`.describe();
    expect(described.types).toEqual([20, 25]);
  });

  it('walks a cursor and stops early', async () => {
    const seen: number[] = [];
    await sql`SELECT id FROM orders WHERE id <= 1000 ORDER BY id`.cursor(99, (rows) => {
      seen.push(...rows.map(({ id }) => Number(id)));
    });
    expect(seen).toEqual(Array.from({ length: 1000 }, (_, at) => at + 1));
    for await (const rows of sql`SELECT id FROM orders`.cursor(10)) {
      expect(rows).toHaveLength(10);
      break;
    }
    expect(await sql`SELECT count(*)::int AS n FROM customers`).toEqual([{ n: 500 }]);
  });

  it('runs unsafe texts with several statements', async () => {
    const results = await sql.unsafe('SELECT 1 AS a; SELECT count(*)::int AS n FROM customers');
    expect(JSON.parse(JSON.stringify(results))).toEqual([[{ a: 1 }], [{ n: 500 }]]);
    expect(await sql.unsafe('SELECT $1::int + 1 AS n', [4])).toEqual([{ n: 5 }]);
    const simple = await sql`SELECT 1 AS a`.simple();
    expect(simple).toEqual([{ a: 1 }]);
  });

  it('copies out as a stream', async () => {
    const stream = await sql`COPY (SELECT id, city FROM orders WHERE id < 4 ORDER BY id) TO STDOUT`.readable();
    let text = '';
    for await (const chunk of stream) text += String(chunk);
    expect(text.split('\n')[0]).toBe('1\tRome');
    expect(text.trim().split('\n')).toHaveLength(3);
  });

  it('runs transactions and savepoints', async () => {
    const counts = await sql.begin('read only', async (inner) => {
      const state = await stateOf(inner.savepoint(async (nested) => await nested`SELECT * FROM nope`));
      const [row] = await inner`SELECT count(*)::int AS n FROM customers`;
      return [state, row?.['n']];
    });
    expect(counts).toEqual(['42P01', 500]);
  });

  it('cancels a query', async () => {
    const query = sql.unsafe(HEAVY);
    const state = stateOf(query);
    setTimeout(() => query.cancel(), 300);
    expect(await state).toBe('57014');
  });

  it('tells errors and goes on', async () => {
    expect(await stateOf(sql`SELECT nope FROM orders WHERE id = ${1}`)).toBe('42703');
    expect(await stateOf(sql`SELECT count(*) FROM orders WHERE id = ${'x'}`)).toBe('22P02');
    expect(await sql`SELECT 1 AS n`).toEqual([{ n: 1 }]);
  });

  it('runs many statements at once', async () => {
    const counts = await Promise.all(
      Array.from({ length: 40 }, async (_, id) => (await sql`SELECT count(*)::int AS n FROM orders WHERE id <= ${id}`)[0]?.['n']),
    );
    expect(counts).toEqual(Array.from({ length: 40 }, (_, id) => id));
  });
});
