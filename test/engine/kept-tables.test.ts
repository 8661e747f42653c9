import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Batch } from '../../src/arrow/index.ts';
import { connect, type Session, type SqlField } from '../../src/index.ts';

/** Two rows of values of every kind that a result can carry, and one of NULLs. */
const VALUES: readonly string[] = [
  'true',
  '-5::TINYINT',
  '-300::SMALLINT',
  '70000',
  '9007199254740993::BIGINT',
  '(-170141183460469231731687303715884105727)::HUGEINT',
  '255::UTINYINT',
  '65535::USMALLINT',
  '4294967295::UINTEGER',
  '18446744073709551615::UBIGINT',
  '340282366920938463463374607431768211455::UHUGEINT',
  '0.1::FLOAT',
  "'-nan'::DOUBLE",
  '-1.5::DECIMAL(4,1)',
  '12345.678::DECIMAL(9,3)',
  '12345678901.25::DECIMAL(18,2)',
  '123456789012345678901234567890.12345678::DECIMAL(38,8)',
  "'Zoë, a text of more than twelve bytes'",
  "'short'",
  "''",
  "'\\xFF\\x00\\xAB bytes that are no text'::BLOB",
  "'0101'::BIT",
  "'123456789012345678901234567890123456789012345678901234567890'::BIGNUM",
  "'11111111-2222-3333-4444-55555555aaaa'::UUID",
  "DATE '2024-01-02'",
  "TIME '03:04:05.1'",
  "'03:04:05.000000001'::TIME_NS",
  "'03:04:05.1+05:30'::TIMETZ",
  "TIMESTAMP '2024-01-02 03:04:05.123456'",
  "'2024-01-02 03:04:05'::TIMESTAMP_S",
  "'2024-01-02 03:04:05.123'::TIMESTAMP_MS",
  "'2024-01-02 03:04:05.123456789'::TIMESTAMP_NS",
  "'2024-01-02 03:04:05+00'::TIMESTAMPTZ",
  "INTERVAL '1 year 2 months 3 days 4.5 seconds'",
  "'b'::ENUM('a', 'b')",
  `'{"a": [1, null]}'::JSON`,
  '[1, NULL, 3]',
  "['a longer text than twelve', NULL, 'b']",
  '[1, 2, 3]::INTEGER[3]',
  "[['x'], NULL, []]::VARCHAR[][]",
  "{'a': 1, 'select': 'two', 'b c': [true, NULL]}",
  "{'bytes': '\\xFF'::BLOB, 'text': 'é'}",
  "MAP {'k': [1, 2], 'l': NULL}",
  'union_value(num := 7)::UNION(num INTEGER, str VARCHAR)',
  'NULL',
  "[NULL, [{'a': MAP {1: [[1.5, NULL]]::DOUBLE[2][]}}]]",
];

async function session(): Promise<Session> {
  return connect({ isLazy: true, readOnly: true });
}

async function read(of: Session, text: string): Promise<{ schema: readonly SqlField[]; batches: Batch[] }> {
  const result = of.query(text);
  const schema = await result.schema();
  const batches: Batch[] = [];
  for await (const batch of result.batches()) batches.push(batch);
  return { schema, batches };
}

describe('a kept table', () => {
  let sql: Session;
  beforeAll(async () => {
    sql = await session();
  });
  afterAll(() => sql.close());

  it.each(VALUES)('has the values and the type of %s', async (value) => {
    const text = `SELECT ${value} AS x UNION ALL SELECT NULL UNION ALL SELECT ${value}`;
    const { schema, batches } = await read(sql, text);
    await sql.keep('_', schema, batches);
    expect((await sql.query('FROM _').schema()).map(({ type }) => type)).toEqual(schema.map(({ type }) => type));
    const texts = 'CAST(x AS VARCHAR) AS x';
    expect(await sql.query(`SELECT ${texts} FROM _`).rows()).toEqual(await sql.query(`SELECT ${texts} FROM (${text})`).rows());
  });

  it('has every row of many batches, in order, in chunks that begin anywhere', async () => {
    const text = `SELECT i, CASE WHEN i % 3 = 0 THEN NULL ELSE repeat(chr((97 + i % 26)::INTEGER), i % 40) END AS s,
      CASE WHEN i % 5 = 0 THEN NULL ELSE [i, NULL, i + 1] END AS l, [i % 2 = 0, NULL]::BOOLEAN[2] AS a,
      {'x': i, 'y': CASE WHEN i % 7 = 0 THEN NULL ELSE 'text of row ' || i END} AS st FROM range(50000) t(i)`;
    const { schema, batches } = await read(sql, text);
    expect(batches.length).toBeGreaterThan(3);
    await sql.keep('kept rows', schema, batches);
    const difference = `(FROM "kept rows" EXCEPT ALL (${text})) UNION ALL ((${text}) EXCEPT ALL FROM "kept rows")`;
    expect(await sql.query(`SELECT count(*) AS n FROM (${difference})`).rows()).toEqual([{ n: 0n }]);
    expect(await sql.query('SELECT i FROM "kept rows" LIMIT 2 OFFSET 49998').rows()).toEqual([{ i: 49998n }, { i: 49999n }]);
    // They are the caller's still.
    expect(
      batches.every((batch) => batch.columns.every((column) => column.validity === null || column.validity.byteLength > 0)),
    ).toBe(true);
    await sql.keep('kept rows', schema.slice(0, 1), [{ rowCount: 1, columns: batches[0]?.columns.slice(0, 1) ?? [] }]);
    expect(await sql.query('FROM "kept rows"').rows()).toEqual([{ i: 0n }]);
  });

  it('tells columns apart that differ in case only', async () => {
    const { schema, batches } = await read(sql, 'SELECT 1 AS a, 2 AS "A", 3 AS a_1');
    await sql.keep('_', schema, batches);
    expect(await sql.query('FROM _').rows()).toEqual([{ a: 1, A_2: 2, a_1: 3 }]);
  });

  it('is refused by the name of the column whose type no table has', async () => {
    const { schema, batches } = await read(sql, 'SELECT 1 AS a, row(1, 2) AS pair');
    await expect(sql.keep('_', schema, batches)).rejects.toMatchObject({
      code: 'RQ_UNSUPPORTED',
      message: expect.stringContaining('"pair"'),
    });
    expect(await sql.query('SELECT 1 AS works').rows()).toEqual([{ works: 1 }]);
  });

  it('is no table of another session, nor of one that is closed', async () => {
    await using other = await session();
    const { schema, batches } = await read(sql, 'SELECT 1 AS a');
    await sql.keep('_', schema, batches);
    await expect(other.query('FROM _').rows()).rejects.toMatchObject({ code: 'RQ_UNKNOWN_TABLE' });
    await other.close();
    await expect(other.keep('_', schema, batches)).rejects.toMatchObject({ code: 'RQ_CLOSED' });
  });

  it('is not made where a view has the name', async () => {
    await sql.query('CREATE VIEW mine AS SELECT 7 AS a').rows();
    const { schema, batches } = await read(sql, 'SELECT 1 AS a');
    await expect(sql.keep('mine', schema, batches)).rejects.toMatchObject({ message: expect.stringContaining('mine') });
    expect(await sql.query('FROM mine').rows()).toEqual([{ a: 7 }]);
  });
});
