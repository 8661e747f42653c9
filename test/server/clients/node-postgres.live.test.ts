/** node-postgres with pg-cursor: both protocols, types in text and binary, names, cursors, pools, errors, cancel. */
import pg from 'pg';
import Cursor from 'pg-cursor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTarget, type Target } from '../../clients/support/target.ts';

const HEAVY = 'SELECT count(*) FROM orders a, orders b, orders c WHERE a.price + b.price + c.price > 1e9';

let target: Target;

beforeAll(async () => {
  target = await startTarget();
}, 120_000);
afterAll(() => target.stop());

async function withClient<T>(work: (client: pg.Client) => Promise<T>, config: pg.ClientConfig = {}): Promise<T> {
  const client = new pg.Client({ connectionString: target.url, ...config });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** What a statement is refused with. */
async function stateOf(work: Promise<unknown>): Promise<string | undefined> {
  const outcome = await work.then(
    () => 'no error',
    (error: unknown) => error,
  );
  return outcome instanceof pg.DatabaseError ? outcome.code : String(outcome);
}

describe('node-postgres', () => {
  it('reads every type', async () => {
    await withClient(async (client) => {
      const { rows, fields, command, rowCount } = await client.query('SELECT * FROM orders WHERE id = $1', [3]);
      expect({ ...rows[0], day: undefined }).toEqual({
        _key: 'order:3',
        id: '3',
        customer: 'c21',
        city: 'Lima',
        amount: '237.57',
        price: 0.375,
        paid: true,
        created: new Date('2024-01-01T02:21:00Z'),
        day: undefined,
        tags: ['x', 3],
      });
      expect([command, rowCount]).toEqual(['SELECT', 1]);
      expect(fields.map(({ dataTypeID }) => dataTypeID)).toEqual([25, 20, 25, 25, 1700, 701, 16, 1184, 1082, 114]);
    });
  });

  it('asks for binary', async () => {
    // The package reads float8 and times in binary wrongly, PostgreSQL's own, too: only what it reads right is looked at.
    const text = 'SELECT _key, id, id::int AS i, paid, customer, tags, words FROM orders JOIN v_lists USING (id) WHERE id = $1';
    // The types of the package lack this option.
    const config = { binary: true } as pg.ClientConfig;
    const { rows } = await withClient(async (client) => await client.query(text, [3]), config);
    expect(rows).toEqual([{ _key: 'order:3', id: '3', i: 3, paid: true, customer: 'c21', tags: '["x",3]', words: ['a', 'c21'] }]);
  });

  it('reads lists and NULL', async () => {
    await withClient(async (client) => {
      const { rows } = await client.query('SELECT words, numbers FROM v_lists WHERE id = 2');
      expect(rows).toEqual([{ words: ['a', 'c14'], numbers: ['2', null, '3'] }]);
      expect((await client.query('SELECT city FROM orders WHERE id = 61')).rows).toEqual([{ city: null }]);
    });
  });

  it.each([
    ['id = $1', 7, '1'],
    ['amount > $1', '990.00', '98'],
    ['city = $1', "L'Aquila", '1404'],
    ['city = ANY($1)', ['Oslo', 'Rome'], '2815'],
    ['created >= $1', new Date('2024-03-01T00:00:00Z'), '8162'],
    ['day = $1', '2024-03-01', '30'],
    ['paid = $1', true, '3333'],
    ['price < $1', 1.5, '11'],
    ['customer LIKE $1', 'c1%', '2220'],
    ['city IS NOT DISTINCT FROM $1', null, '163'],
  ])('binds a parameter: %s', async (filter, value, count) => {
    await withClient(async (client) => {
      const { rows } = await client.query(`SELECT count(*) AS n FROM orders WHERE ${filter}`, [value]);
      expect(rows).toEqual([{ n: count }]);
    });
  });

  it('runs a named statement many times', async () => {
    await withClient(async (client) => {
      for (let id = 1; id <= 12; id++) {
        const { rows } = await client.query({ name: 'by id', text: 'SELECT customer FROM orders WHERE id = $1', values: [id] });
        expect(rows).toEqual([{ customer: `c${id * 7}` }]);
      }
    });
  });

  it('answers several statements of one text, and none', async () => {
    await withClient(async (client) => {
      // Several statements give several results, which the types do not say.
      const results = (await client.query(
        'SELECT 1 AS a; SELECT 2 AS b; SET search_path = public',
      )) as unknown as pg.QueryResult[];
      expect(results.map(({ rows, command }) => [rows[0], command])).toEqual([
        [{ a: 1 }, 'SELECT'],
        [{ b: 2 }, 'SELECT'],
        [undefined, 'SET'],
      ]);
      for (const text of ['', ';', '-- ping']) expect((await client.query(text)).rows).toEqual([]);
    });
  });

  it('reads by pg-cursor, to the end and not to the end', async () => {
    await withClient(async (client) => {
      const cursor = client.query(new Cursor<{ id: string }>('SELECT id FROM orders WHERE id <= $1 ORDER BY id', [1000]));
      const seen: number[] = [];
      for (let rows = await cursor.read(77); rows.length > 0; rows = await cursor.read(77))
        seen.push(...rows.map(({ id }) => Number(id)));
      expect(seen).toEqual(Array.from({ length: 1000 }, (_, at) => at + 1));
      await cursor.close();
      const second = client.query(new Cursor('SELECT * FROM orders'));
      expect(await second.read(5)).toHaveLength(5);
      await second.close();
      expect((await client.query('SELECT count(*) AS n FROM customers')).rows).toEqual([{ n: '500' }]);
    });
  });

  it('tells where an error is and goes on', async () => {
    await withClient(async (client) => {
      const error = await client.query('SELECT id, nope FROM orders').catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: '42703', position: '12', severity: 'ERROR', message: 'column "nope" does not exist' });
      expect(await stateOf(client.query('SELECT * FROM nope WHERE id = $1', [1]))).toBe('42P01');
      expect(await stateOf(client.query('SELEC'))).toBe('42601');
      expect(await stateOf(client.query('SELECT 1/0 FROM orders'))).toBe('22012');
      expect(await stateOf(client.query('SELECT count(*) FROM orders WHERE id = $1', ['x']))).toBe('22P02');
      expect((await client.query('SELECT 5 AS n')).rows).toEqual([{ n: 5 }]);
    });
  });

  it('keeps the state of a transaction', async () => {
    await withClient(async (client) => {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      expect(await stateOf(client.query('SELECT nope'))).toBe('42703');
      expect(await stateOf(client.query('SELECT 1'))).toBe('25P02');
      await client.query('ROLLBACK');
      await client.query('BEGIN');
      await client.query('SAVEPOINT a');
      expect(await stateOf(client.query('SELECT nope'))).toBe('42703');
      await client.query('ROLLBACK TO a');
      expect((await client.query('SELECT count(*) AS n FROM v_city')).rows).toEqual([{ n: '8' }]);
      await client.query('COMMIT');
    });
  });

  it('shares a pool', async () => {
    const pool = new pg.Pool({ connectionString: target.url, max: 8 });
    const counts = await Promise.all(
      Array.from({ length: 40 }, (_, id) => pool.query<{ n: string }>('SELECT count(*) AS n FROM orders WHERE id <= $1', [id])),
    );
    expect(counts.map(({ rows }) => Number(rows[0]?.n))).toEqual(Array.from({ length: 40 }, (_, id) => id));
    await pool.end();
  });

  it('ends a statement by time-out and by pg_cancel_backend', async () => {
    await withClient(async (client) => expect(await stateOf(client.query(HEAVY))).toBe('57014'), { statement_timeout: 300 });
    await withClient(async (client) => {
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      const running = stateOf(client.query(HEAVY));
      await withClient(async (other) => {
        const isActive = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE pid = $1 AND state = 'active'`;
        while ((await other.query<{ n: number }>(isActive, [rows[0]?.pid])).rows[0]?.n !== 1) {}
        expect((await other.query('SELECT pg_cancel_backend($1) AS done', [rows[0]?.pid])).rows).toEqual([{ done: true }]);
      });
      expect(await running).toBe('57014');
      expect((await client.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }]);
    });
  });

  it('survives clients that go away in the middle', async () => {
    for (let i = 0; i < 5; i++) {
      const client = new pg.Client({ connectionString: target.url });
      client.on('error', () => undefined);
      await client.connect();
      const gone = stateOf(client.query(HEAVY));
      client.connection.stream.destroy();
      await gone;
    }
    expect(await withClient(async (client) => (await client.query('SELECT count(*) AS n FROM customers')).rows)).toEqual([
      { n: '500' },
    ]);
  });

  it('sees the settings of the startup message', async () => {
    await withClient(
      async (client) => {
        expect((await client.query('SHOW application_name')).rows).toEqual([{ application_name: 'suite' }]);
        expect((await client.query('SHOW search_path')).rows).toEqual([{ search_path: 'public' }]);
      },
      { application_name: 'suite', options: '-c search_path=public' },
    );
  });
});
