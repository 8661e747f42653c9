/** Prisma 7 with its adapter over node-postgres: a generated client reads. REDQUERY_KIT is the folder where it is installed. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { check, run } from '../support/suite.ts';

const SCHEMA = `
generator client {
  provider = "prisma-client-js"
  output = "./generated"
}
datasource db {
  provider = "postgresql"
}
model orders {
  key String @id @map("_key")
  id BigInt
  customer String
  city String?
  amount Decimal @db.Decimal(10, 2)
  price Float
  paid Boolean
  created DateTime @db.Timestamptz(6)
  day DateTime @db.Date
  tags Json @db.Json
}
model customers {
  key String @id @map("_key")
  id BigInt
  name String
  country String
}
`;

/** As much of a generated client as is used here. */
interface Model {
  findMany(query: object): Promise<Record<string, unknown>[]>;
  findUnique(query: object): Promise<Record<string, unknown> | null>;
  findFirst(query: object): Promise<Record<string, unknown> | null>;
  count(query?: object): Promise<number>;
  aggregate(query: object): Promise<Record<string, Record<string, unknown>>>;
  groupBy(query: object): Promise<Record<string, unknown>[]>;
  create(query: object): Promise<unknown>;
}
interface Client {
  readonly orders: Model;
  readonly customers: Model;
  $queryRaw(parts: TemplateStringsArray, ...values: unknown[]): Promise<Record<string, unknown>[]>;
  $transaction<T>(work: (client: Client) => Promise<T>): Promise<T>;
  $disconnect(): Promise<void>;
}

const kit = process.env['REDQUERY_KIT'] ?? '';
const client = await generate();

async function generate(): Promise<Client> {
  mkdirSync(path.join(kit, 'shop'), { recursive: true });
  writeFileSync(path.join(kit, 'shop', 'schema.prisma'), SCHEMA);
  const words = ['generate', '--schema', 'shop/schema.prisma'];
  // Reading needs no engine for migrations, which would be fetched from elsewhere.
  const env = {
    ...process.env,
    PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true',
    CHECKPOINT_DISABLE: '1',
    DATABASE_URL: 'postgres://unused',
  };
  execFileSync(path.join(kit, 'node_modules', '.bin', 'prisma'), words, {
    cwd: kit,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const load = async (file: string): Promise<Record<string, new (options: object) => unknown>> => {
    // Made by Prisma a moment ago: it has no types here.
    const loaded = (await import(pathToFileURL(path.join(kit, file)).href)) as { default?: object };
    return { ...loaded.default, ...loaded } as Record<string, new (options: object) => unknown>;
  };
  const { PrismaPg } = await load('node_modules/@prisma/adapter-pg/dist/index.js');
  const { PrismaClient } = await load('shop/generated/index.js');
  const { PGHOST: host, PGPORT: port, PGUSER: user, PGDATABASE: database, PGPASSWORD: password } = process.env;
  if (PrismaPg === undefined || PrismaClient === undefined) throw new Error('Prisma lacks its classes');
  const adapter = new PrismaPg({ host, port: Number(port), user, database, password });
  // What `generate` wrote for SCHEMA.
  return new PrismaClient({ adapter }) as Client;
}

check('finds one by its key', async () => {
  const order = await client.orders.findUnique({ where: { key: 'order:3' } });
  assert.deepEqual([order?.['id'], order?.['city'], String(order?.['amount']), order?.['paid']], [3n, 'Lima', '237.57', true]);
  assert.deepEqual([order?.['created'], order?.['tags']], [new Date('2024-01-01T02:21:00Z'), ['x', 3]]);
});

check('finds many', async () => {
  const where = { city: { in: ['Oslo', 'Rome'] }, id: { lt: 100n }, customer: { startsWith: 'c1', mode: 'insensitive' } };
  const found = await client.orders.findMany({ where, orderBy: { id: 'asc' }, skip: 1, take: 3, select: { id: true } });
  assert.equal(found.length, 3);
  assert.equal(await client.orders.count({ where: { created: { gte: new Date('2024-03-01T00:00:00Z') } } }), 8162);
  assert.equal(await client.orders.count({ where: { OR: [{ city: null }, { id: 1n }] } }), 164);
  assert.equal((await client.orders.findFirst({ orderBy: { id: 'desc' } }))?.['id'], 10_000n);
});

check('aggregates and groups', async () => {
  const sums = await client.orders.aggregate({ _sum: { amount: true }, _max: { price: true }, _count: { city: true } });
  assert.deepEqual(
    [String(sums['_sum']?.['amount']), sums['_max']?.['price'], sums['_count']?.['city']],
    ['4998950', 1250, 9837],
  );
  const groups = await client.orders.groupBy({
    by: ['city'],
    _count: { _all: true },
    orderBy: { city: 'asc' },
    having: { id: { _count: { gt: 200 } } },
  });
  assert.equal(groups.length, 7);
});

check('reads raw and in a transaction', async () => {
  const rows = await client.$queryRaw`SELECT count(*) AS n FROM orders WHERE id <= ${5}`;
  assert.deepEqual(rows, [{ n: 5n }]);
  const both = await client.$transaction(async (inner) => [await inner.customers.count(), await inner.orders.count()]);
  assert.deepEqual(both, [500, 10_000]);
});

check('is told of errors and goes on', async () => {
  await assert.rejects(client.$queryRaw`SELECT * FROM nope`, /42P01/);
  assert.equal(await client.customers.count(), 500);
});

await run(() => client.$disconnect());
