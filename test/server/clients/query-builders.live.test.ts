/** Drizzle and Kysely read: selects, joins, aggregates, prepared statements, transactions, introspection, streams. */
import { and, asc, count, desc, eq, gte, ilike, inArray, isNull, sql, sum } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { bigint, boolean, date, doublePrecision, json, numeric, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { Kysely, sql as kyselySql, PostgresDialect } from 'kysely';
import pg from 'pg';
import Cursor from 'pg-cursor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTarget, type Target } from '../../clients/support/target.ts';

const orders = pgTable('orders', {
  key: text('_key').primaryKey(),
  id: bigint({ mode: 'number' }),
  customer: text(),
  city: text(),
  amount: numeric({ precision: 10, scale: 2 }),
  price: doublePrecision(),
  paid: boolean(),
  created: timestamp({ withTimezone: true }),
  day: date(),
  tags: json(),
});
const customers = pgTable('customers', {
  key: text('_key').primaryKey(),
  id: bigint({ mode: 'number' }),
  name: text(),
  country: text(),
});

interface Tables {
  readonly orders: { _key: string; id: string; customer: string; city: string | null; amount: string; created: Date };
  readonly customers: { _key: string; id: string; name: string; country: string };
}

let target: Target;
let pool: pg.Pool;

beforeAll(async () => {
  target = await startTarget();
  pool = new pg.Pool({ connectionString: target.url, max: 4 });
  // PostgreSQL may tell an idle client of its end.
  pool.on('connect', (client) => client.on('error', () => undefined));
}, 120_000);
afterAll(async () => {
  await pool.end();
  await target.stop();
});

describe('Drizzle', () => {
  it('selects with filters, orders and pages', async () => {
    const db = drizzle(pool);
    const [order] = await db.select().from(orders).where(eq(orders.id, 3));
    expect(order).toMatchObject({
      key: 'order:3',
      amount: '237.57',
      created: new Date('2024-01-01T02:21:00Z'),
      day: '2024-01-01',
      tags: ['x', 3],
    });
    const filter = and(
      inArray(orders.city, ['Oslo', 'Rome']),
      ilike(orders.customer, 'C1%'),
      gte(orders.created, new Date('2024-03-01T00:00:00Z')),
    );
    expect(await db.$count(orders, filter)).toBe(508);
    const page = await db
      .select({ id: orders.id })
      .from(orders)
      .where(isNull(orders.city))
      .orderBy(desc(orders.id))
      .limit(2)
      .offset(1);
    expect(page).toEqual([{ id: 9882 }, { id: 9821 }]);
  });

  it('joins and aggregates', async () => {
    const db = drizzle(pool);
    const rows = await db
      .select({ country: customers.country, n: count(), total: sum(orders.amount) })
      .from(orders)
      .innerJoin(customers, eq(customers.key, sql`'customer:' || ${orders.customer}`))
      .groupBy(customers.country)
      .orderBy(asc(customers.country));
    expect(rows.map(({ country, n }) => [country, n])).toEqual(['FR', 'IT', 'JP', 'NO', 'PE'].map((country) => [country, 2000]));
    expect(rows.reduce((all, { total }) => all + Math.round(Number(total) * 100), 0)).toBe(499_895_000);
  });

  it('prepares, and runs a transaction', async () => {
    const db = drizzle(pool);
    const byId = db
      .select({ customer: orders.customer })
      .from(orders)
      .where(eq(orders.id, sql.placeholder('id')))
      .prepare('by_id');
    for (let id = 1; id < 9; id++) expect(await byId.execute({ id })).toEqual([{ customer: `c${id * 7}` }]);
    const found = await db.transaction(async (inner) => await inner.$count(customers), {
      isolationLevel: 'repeatable read',
      accessMode: 'read only',
    });
    expect(found).toBe(500);
  });
});

describe('Kysely', () => {
  it('selects, joins and aggregates', async () => {
    const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool, cursor: Cursor }) });
    const row = await db.selectFrom('orders').selectAll().where('id', '=', '3').executeTakeFirstOrThrow();
    expect(row).toMatchObject({ _key: 'order:3', city: 'Lima', amount: '237.57' });
    const rows = await db
      .selectFrom('orders as o')
      .innerJoin('customers as c', (join) => join.on('c._key', '=', kyselySql<string>`'customer:' || o.customer`))
      .select(({ fn }) => ['c.country', fn.countAll<string>().as('n')])
      .where('o.city', 'in', ['Oslo', 'Rome'])
      .groupBy('c.country')
      .orderBy('n', 'desc')
      .execute();
    expect(rows.reduce((all, { n }) => all + Number(n), 0)).toBe(2815);
  });

  it('streams, explains and runs a transaction', async () => {
    const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool, cursor: Cursor }) });
    let seen = 0;
    for await (const _row of db.selectFrom('orders').select('id').stream(500)) seen += 1;
    expect(seen).toBe(10_000);
    expect(await db.selectFrom('orders').select('id').where('id', '<', '9').explain('json')).toHaveLength(1);
    const inside = await db
      .transaction()
      .setIsolationLevel('serializable')
      .setAccessMode('read only')
      .execute(
        async (inner) =>
          await inner
            .selectFrom('customers')
            .select(({ fn }) => fn.countAll<string>().as('n'))
            .execute(),
      );
    expect(inside).toEqual([{ n: '500' }]);
  });

  it('introspects', async () => {
    const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
    const tables = await db.introspection.getTables();
    expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining(['orders', 'customers', 'v_city', 'v_lists']));
    const columns = tables.find(({ name }) => name === 'orders')?.columns ?? [];
    expect(columns.map(({ name, dataType }) => `${name} ${dataType}`)).toEqual(
      expect.arrayContaining(['_key text', 'id int8', 'amount numeric', 'created timestamptz', 'tags json']),
    );
    expect((await db.introspection.getSchemas()).map(({ name }) => name)).toContain('public');
  });
});
