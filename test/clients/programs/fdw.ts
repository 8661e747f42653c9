/** postgres_fdw of a second, real PostgreSQL: IMPORT FOREIGN SCHEMA, scans by cursor, pushed filters and aggregates, joins. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { startPostgres } from '../../../scripts/wire/start-postgres.ts';
import { check, run, runProgram } from '../support/suite.ts';

const of = (name: string): string => process.env[name] ?? '';
const local = await startPostgres();

async function rows(text: string): Promise<readonly string[]> {
  const words = ['-X', '-A', '-t', '-q', '-h', '127.0.0.1', '-p', String(local.port), '-U', 'redquery', '-d', 'postgres'];
  const program = path.join(local.programs, 'psql');
  const { output, errorText } = await runProgram(program, [...words, '-v', 'ON_ERROR_STOP=1'], { input: text });
  assert.equal(errorText, '');
  return output.trimEnd().split('\n');
}

check('imports the schema', async () => {
  const place = `host '${of('PGHOST')}', port '${of('PGPORT')}', dbname '${of('PGDATABASE')}'`;
  await rows(`CREATE EXTENSION postgres_fdw; CREATE SERVER shop FOREIGN DATA WRAPPER postgres_fdw OPTIONS (${place});
    CREATE USER MAPPING FOR CURRENT_USER SERVER shop OPTIONS (user '${of('PGUSER')}', password '${of('PGPASSWORD')}');
    CREATE SCHEMA shop; IMPORT FOREIGN SCHEMA public FROM SERVER shop INTO shop;`);
  const found = await rows(`SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
    WHERE attrelid = 'shop.orders'::regclass AND attnum > 0 ORDER BY attnum`);
  assert.deepEqual(found.slice(0, 5), ['_key|text', 'id|bigint', 'customer|text', 'city|text', 'amount|numeric(10,2)']);
});

check('reads rows', async () => {
  assert.deepEqual(await rows('SELECT * FROM shop.orders WHERE id = 3'), [
    'order:3|3|c21|Lima|237.57|0.375|t|2024-01-01 02:21:00+00|2024-01-01|["x",3]',
  ]);
  assert.deepEqual(await rows('SELECT words, numbers FROM shop.v_lists WHERE id = 2'), ['{a,c14}|{2,NULL,3}']);
});

check('scans by cursor', async () => {
  assert.deepEqual(await rows('SELECT count(DISTINCT md5(o::text)) FROM shop.orders o'), ['10000']);
});

check('pushes filters, aggregates and orders down', async () => {
  for (const [text, expected] of [
    ["SELECT count(*) FROM shop.orders WHERE city = 'Oslo'", '1407'],
    ["SELECT count(*) FROM shop.orders WHERE id >= 5 AND id <= 7 AND customer LIKE 'c%'", '3'],
    ["SELECT count(*) FROM shop.orders WHERE city IN ('Oslo', 'Rome') AND paid", '938'],
    ["SELECT count(*) FROM shop.orders WHERE created > '2024-03-01 00:00:00+00' AND amount > 990", '81'],
    ['SELECT count(*), sum(id), max(price) FROM shop.orders WHERE city IS NULL', '163|815326|1242.875'],
  ] as const)
    assert.deepEqual(await rows(text), [expected], text);
  assert.deepEqual(await rows('SELECT city FROM shop.orders GROUP BY city ORDER BY city NULLS FIRST LIMIT 2'), ['', 'Kyoto']);
  assert.deepEqual(await rows('SELECT id FROM shop.orders ORDER BY id DESC LIMIT 2 OFFSET 1'), ['9999', '9998']);
});

check('joins there and here', async () => {
  const text = `SELECT c.country, count(*) FROM shop.orders o JOIN shop.customers c ON c._key = 'customer:' || o.customer GROUP BY 1 ORDER BY 1`;
  assert.deepEqual(await rows(text), ['FR|2000', 'IT|2000', 'JP|2000', 'NO|2000', 'PE|2000']);
  assert.deepEqual(
    await rows(
      'CREATE TABLE own AS SELECT generate_series(1, 5)::bigint AS id; SELECT sum(price) FROM own JOIN shop.orders USING (id)',
    ),
    ['1.875'],
  );
});

check('uses estimates of the other side', async () => {
  const text = `ALTER FOREIGN TABLE shop.orders OPTIONS (use_remote_estimate 'true'); EXPLAIN SELECT * FROM shop.orders WHERE city = 'Oslo';
    ANALYZE shop.customers; SELECT reltuples FROM pg_class WHERE oid = 'shop.customers'::regclass`;
  assert.equal((await rows(text)).at(-1), '500');
});

check('keeps a transaction and its savepoints', async () => {
  const text = `BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM shop.customers; SAVEPOINT a; SELECT count(*) FROM shop.v_city;
    ROLLBACK TO a; SELECT count(*) FROM shop.customers; COMMIT`;
  assert.deepEqual(await rows(text), ['500', '8', '500']);
});

await run(() => local.stop());
