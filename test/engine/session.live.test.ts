import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, RedQueryError, sql, typed } from '../../src/index.ts';
import { callsOf, fillUsers, type LiveSession, startLive } from '../support/live-session.ts';

let live: LiveSession;
beforeAll(async () => {
  live = await startLive();
  await fillUsers(live.redis, 3000);
  await live.redis.call('HSET', 'order:1', 'user', '1', 'total', '10.50', 'placed', '2024-01-02T03:04:05Z');
  await live.redis.call('HSET', 'order:2', 'user', '1', 'total', '5.25', 'placed', '2024-01-03T00:00:00+02:00');
  await live.redis.call('HSET', 'order:3', 'user', '2', 'total', '1.00', 'placed', '2024-01-04');
});
afterAll(() => live[Symbol.asyncDispose]());

const rows = (text: string, params?: readonly unknown[]) => live.session.query(text, params).rows();
const codeOf = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => new Error('it succeeded'),
    (caught: unknown) => caught,
  );
  return error instanceof RedQueryError ? error.code : String(error);
};

describe('statements over hashes', () => {
  it('groups, filters and orders every key of a pattern once', async () => {
    const found = await rows(
      "SELECT age, count(*) AS n, avg(score) AS s FROM redis_hash('user:*') WHERE age > 77 GROUP BY age ORDER BY age",
    );
    expect(found).toEqual([
      { age: 78n, n: 37n, s: expect.closeTo(759, 6) },
      { age: 79n, n: 37n, s: expect.closeTo(759.5, 6) },
    ]);
  });

  it('infers types from a sample and keeps what would change as text', async () => {
    await live.redis.call('HSET', 'zip:1', 'code', '01234', 'n', '7', 'ok', 'true');
    await live.redis.call('HSET', 'zip:2', 'code', '99999', 'n', '-8', 'ok', 'false');
    const described = await rows("DESCRIBE redis_hash('zip:*')");
    expect(described.map((row) => [row['column_name'], row['column_type']])).toEqual([
      ['_key', 'VARCHAR'],
      ['code', 'VARCHAR'],
      ['n', 'BIGINT'],
      ['ok', 'BOOLEAN'],
    ]);
  });

  it('joins two patterns', async () => {
    const found = await rows(`
      SELECT u.name, sum(o.total) AS total FROM redis_hash('order:*', columns => {'user': 'VARCHAR', 'total': 'DECIMAL(10,2)'}) o
      JOIN redis_hash('user:*') u ON u._key = 'user:' || o."user" GROUP BY u.name ORDER BY total`);
    expect(found).toEqual([
      { name: 'User Number 2', total: '1.00' },
      { name: 'User Number 1', total: '15.75' },
    ]);
  });

  it('applies the offsets of times and takes a session in UTC', async () => {
    const found = await rows("SELECT placed FROM redis_hash('order:*', columns => {'placed': 'TIMESTAMP'}) ORDER BY placed");
    expect(found.map((row) => row['placed'])).toEqual(['2024-01-02 03:04:05', '2024-01-02 22:00:00', '2024-01-04 00:00:00']);
  });

  it('names tables by views, whose columns stay when the data changes', async () => {
    await live.redis.call('HSET', 'grow:1', 'a', '1');
    await rows("CREATE VIEW grow AS FROM redis_hash('grow:*')");
    expect(await rows('SELECT * FROM grow')).toEqual([{ _key: 'grow:1', a: 1n }]);
    await live.redis.call('HSET', 'grow:1', 'b', '2');
    expect(await rows("SELECT * FROM redis_hash('grow:*', sample_size => 5)")).toEqual([{ _key: 'grow:1', a: 1n, b: 2n }]);
    expect(await rows('SELECT * FROM grow')).toEqual([{ _key: 'grow:1', a: 1n }]);
    await rows("CREATE VIEW lives AS SELECT *, _ttl FROM redis_hash('grow:*')");
    expect(await rows('SELECT a, _ttl FROM lives')).toEqual([{ a: 1n, _ttl: null }]);
    expect(await rows("SELECT count(*) AS n FROM grow g1 JOIN grow g2 USING (_key) WHERE g1._key = 'grow:1'")).toEqual([
      { n: 1n },
    ]);
  });

  it.each([
    ['CTE', "WITH a AS (SELECT age FROM redis_hash('user:*')) SELECT count(*) AS n FROM a", 3000n],
    ['window', "SELECT max(r) AS n FROM (SELECT row_number() OVER (ORDER BY _key) AS r FROM redis_hash('user:*'))", 3000n],
    ['subquery', "SELECT count(*) AS n FROM redis_hash('user:*') WHERE age = (SELECT max(age) FROM redis_hash('user:*'))", 37n],
    ['self join', "SELECT count(*) AS n FROM redis_hash('user:*') a JOIN redis_hash('user:*') b USING (_key)", 3000n],
    [
      'set operation',
      "SELECT count(*) AS n FROM (SELECT _key FROM redis_hash('user:*') EXCEPT SELECT _key FROM redis_hash('user:1*'))",
      1889n,
    ],
  ])('runs a %s', async (_, text, expected) => {
    expect(await rows(text)).toEqual([{ n: expected }]);
  });

  it('runs PIVOT, SUMMARIZE and DESCRIBE', async () => {
    const pivoted = await rows("PIVOT (SELECT age % 2 AS odd, 1 AS one FROM redis_hash('user:*')) ON odd USING sum(one)");
    expect(pivoted).toEqual([{ '0': 1500n, '1': 1500n }]);
    const summary = await rows("SUMMARIZE SELECT age FROM redis_hash('user:*')");
    expect(summary[0]).toMatchObject({ column_name: 'age', min: '0', max: '79', count: 3000n });
  });

  it('gives the virtual columns to statements that name them', async () => {
    await live.redis.call('HSET', 'ttl:1', 'a', '1', 'b', 'x');
    await live.redis.call('EXPIRE', 'ttl:1', '1000');
    await live.redis.call('HSET', 'ttl:2', 'a', '2');
    const found = await rows("SELECT _key, a, _ttl, _fields FROM redis_hash('ttl:*') ORDER BY _key");
    expect(found).toEqual([
      {
        _key: 'ttl:1',
        a: 1n,
        _ttl: expect.toSatisfy((ttl) => ttl === 1000n || ttl === 999n),
        _fields: new Map([
          ['a', '1'],
          ['b', 'x'],
        ]),
      },
      { _key: 'ttl:2', a: 2n, _ttl: null, _fields: new Map([['a', '2']]) },
    ]);
    expect(Object.keys((await rows("SELECT * FROM redis_hash('ttl:*')"))[0] ?? {})).toEqual(['_key', 'a', 'b']);
  });

  it('keeps the order of declared columns, whatever their names', async () => {
    const result = live.session.query(
      "SELECT * FROM redis_hash('nothing:*', columns => {'s': 'VARCHAR', '2': 'BIGINT', '10': 'BIGINT', '1': 'BIGINT'})",
    );
    expect((await result.schema()).map((field) => field.name)).toEqual(['_key', 's', '2', '10', '1']);
    await result.close();
  });

  it('gives no row and the declared columns where no key matches', async () => {
    const result = live.session.query("SELECT * FROM redis_hash('nothing:*', columns => {'a': 'DOUBLE'})");
    expect((await result.schema()).map((field) => [field.name, field.type.id])).toEqual([
      ['_key', 'VARCHAR'],
      ['a', 'DOUBLE'],
    ]);
    expect(await result.rows()).toEqual([]);
  });

  it('skips and counts keys of another type', async () => {
    await live.redis.call('HSET', 'mix:1', 'a', '1');
    await live.redis.call('SET', 'mix:2', 'text');
    const result = live.session.query("SELECT a FROM redis_hash('mix:*')");
    expect(await result.rows()).toEqual([{ a: 1n }]);
    expect(result.stats).toMatchObject({ skippedKeys: 1, rows: 1 });
  });
});

describe('what is asked of Redis', () => {
  it('asks for a named key without a SCAN', async () => {
    const before = await callsOf(live.redis, 'scan');
    const columns = "columns => {'age': 'BIGINT'}";
    const result = live.session.query(`SELECT age FROM redis_hash('user:*', ${columns}) WHERE _key = $1`, ['user:77']);
    expect(await result.rows()).toEqual([{ age: 77n }]);
    expect(
      await rows(
        `SELECT age FROM redis_hash('user:*', ${columns}) WHERE _key IN ('user:3', 'user:4', 'none', 'order:1') ORDER BY age`,
      ),
    ).toEqual([{ age: 3n }, { age: 4n }]);
    expect(await callsOf(live.redis, 'scan')).toBe(before);
    expect(result.stats.scans).toMatchObject([{ access: 'keys', keysScanned: 1 }]);
  });

  it('narrows the pattern by a prefix', async () => {
    const result = live.session.query("SELECT count(*) AS n FROM redis_hash('user:*') WHERE _key LIKE 'user:12%'");
    expect(await result.rows()).toEqual([{ n: 111n }]);
    expect(result.stats.scans).toMatchObject([{ access: 'scan', accessText: expect.stringContaining('user:12*'), rows: 111 }]);
  });

  it('fetches no field for count(*), and only those that are used', async () => {
    const columns = "columns => {'age': 'BIGINT', 'name': 'VARCHAR'}";
    const before = await callsOf(live.redis, 'hmget');
    expect(await rows(`SELECT count(*) AS n FROM redis_hash('user:*', ${columns})`)).toEqual([{ n: 3000n }]);
    expect(await callsOf(live.redis, 'hmget')).toBe(before);
    expect(await callsOf(live.redis, 'hgetall')).toBe(await callsOf(live.redis, 'hgetall'));
    const result = live.session.query(`SELECT max(age) AS n FROM redis_hash('user:*', ${columns})`);
    expect(await result.rows()).toEqual([{ n: 79n }]);
    expect(result.stats.scans[0]?.columns).toEqual(['age']);
  });

  it('leaves no trace: idle times of keys go on', async () => {
    await live.redis.call('HSET', 'idle:1', 'a', '1');
    await new Promise((resolve) => setTimeout(resolve, 2100));
    await rows("SELECT a FROM redis_hash('idle:*')");
    expect(Number(await live.redis.call('OBJECT', 'IDLETIME', 'idle:1'))).toBeGreaterThanOrEqual(2);
  });

  it('explains what it will ask, and after running what it took', async () => {
    const plan = await rows("EXPLAIN SELECT age FROM redis_hash('user:*') WHERE _key LIKE 'user:1%' AND age > 3");
    expect(String(plan.find((row) => row['explain_key'] === 'redis')?.['explain_value'])).toMatch(
      /redis_hash\('user:\*'\)[^]*user:1\*[^]*age/,
    );
    const ran = await rows("EXPLAIN ANALYZE SELECT age FROM redis_hash('user:*')");
    expect(String(ran.find((row) => row['explain_key'] === 'redis')?.['explain_value'])).toMatch(/3,?000/);
  });
});

describe('parameters and results', () => {
  it('binds every style and type', async () => {
    expect(await rows('SELECT $1 + 1 AS a, $2 AS b', [41, "it's"])).toEqual([{ a: 42n, b: "it's" }]);
    expect(await rows('SELECT ? AS a, ? AS b', [null, true])).toEqual([{ a: null, b: true }]);
    expect(await live.session.query('SELECT $low AS a', { low: 2n ** 63n - 1n }).rows()).toEqual([{ a: 2n ** 63n - 1n }]);
    expect(await live.session.query(sql`SELECT ${typed('DECIMAL(10,2)', '1.50')} AS a, ${[1, 2]} AS b`).rows()).toEqual([
      { a: '1.50', b: [1n, 2n] },
    ]);
  });

  it('gives two columns of one name names of their own', async () => {
    expect(await rows('SELECT 1 AS a, 2 AS a, $1', [3])).toEqual([{ a: 1, a_1: 2, $1: 3n }]);
  });

  it('is read once, and not after it was closed', async () => {
    const result = live.session.query('SELECT 1 AS a');
    await result.rows();
    expect(await codeOf(result.rows())).toBe('RQ_RESULT_STATE');
    const closed = live.session.query('SELECT 1 AS a');
    await closed.close();
    expect(await codeOf(closed.rows())).toBe('RQ_RESULT_STATE');
  });

  it('is read as Arrow, as IPC and as a Polars frame', async () => {
    const text = "SELECT age, count(*) AS n FROM redis_hash('user:*') GROUP BY age ORDER BY age";
    const table = await live.session.query(text).table();
    expect([table.numRows, table.schema.fields.map((field) => field.name)]).toEqual([80, ['age', 'n']]);
    expect((await live.session.query(text).ipc()).byteLength).toBeGreaterThan(1000);
    const frame = await live.session.query(text).polars();
    expect(frame.shape).toEqual({ height: 80, width: 2 });
    let rowCount = 0;
    for await (const batch of live.session.query(text).recordBatches()) rowCount += batch.numRows;
    expect(rowCount).toBe(80);
  });

  it.each([
    ['SELEC 1', 'RQ_SYNTAX'],
    ["SELECT agee FROM redis_hash('user:*')", 'RQ_UNKNOWN_COLUMN'],
    ['SELECT * FROM nowhere', 'RQ_UNKNOWN_TABLE'],
    ['SELECT nothing_like_it(1)', 'RQ_UNKNOWN_FUNCTION'],
    ["SELECT * FROM redis_hash('user:*', sample => 3)", 'RQ_UNKNOWN_ARGUMENT'],
    ['SELECT * FROM redis_hash(3)', 'RQ_ARGUMENT'],
    ['SELECT * FROM redis_hash(NULL)', 'RQ_ARGUMENT'],
    ["SELECT * FROM redis_hash('user:*', columns => {'age': 'BIGIN'})", 'RQ_COLUMN_TYPE'],
    ["SELECT * FROM redis_hash('user:*', on_error => 'perhaps')", 'RQ_ARGUMENT'],
    ["SELECT * FROM redis_hash('user:*', server => 'other')", 'RQ_UNKNOWN_SERVER'],
    [
      "SELECT age FROM redis_hash('order:*', columns => {'user': 'BIGINT', 'placed': 'BIGINT'}) WHERE placed > 1",
      'RQ_UNKNOWN_COLUMN',
    ],
    ["SELECT placed FROM redis_hash('order:*', columns => {'placed': 'BIGINT'})", 'RQ_BAD_VALUE'],
    ['BEGIN', 'RQ_UNSUPPORTED'],
    ['SET memory_limit = 1', 'RQ_UNSUPPORTED'],
    ["SELECT * FROM redis_hash('user:*', sample_size => 1.5)", 'RQ_ARGUMENT'],
    ["SELECT * FROM redis_hash('user:*', all_varchar => 'maybe')", 'RQ_ARGUMENT'],
    ["SELECT CAST('x' AS INTEGER)", 'RQ_DATA'],
    ['SELECT 1; SELECT 2', 'RQ_SYNTAX'],
    ['SELECT $1', 'RQ_PARAMETER'],
  ])('refuses %s with %s, and works on', async (text, code) => {
    expect(await codeOf(rows(text))).toBe(code);
    expect(await rows('SELECT 1 AS a')).toEqual([{ a: 1 }]);
  });

  it('points at the place of an error, also behind parameters and tags', async () => {
    const text = "SELECT $1 AS x, agee FROM redis_hash('user:*') WHERE age > $2";
    const error = await live.session
      .query(text, ['a long parameter', 3])
      .rows()
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: 'RQ_UNKNOWN_COLUMN',
      position: text.indexOf('agee'),
      message: expect.stringContaining('"age"'),
    });
  });

  it.each([
    ["SELECT '漢字漢字', nope FROM redis_hash('user:*')", 'nope'],
    ["SELECT\t\tnope FROM redis_hash('user:*')", 'nope'],
    ["SELECT '漢字',\n\t'é', nope", 'nope'],
    ["EXPLAIN SELECT '漢', nope FROM redis_hash('user:*')", 'nope'],
    ["SELECT '\u{1f600}' FROM FROM", 'FROM', 17],
  ])('points at the place in %j', async (text, word, from = 0) => {
    const error = await rows(text).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ position: text.indexOf(word, from) });
  });

  it.each([
    ["SELECT CAST(CASE WHEN i = 500000 THEN 'x' ELSE '1' END AS INTEGER) AS a FROM range(1000000) t(i)", 'RQ_DATA', /'x'/],
    [
      "SELECT name, CAST(replace(_key, 'user:2999', 'x') AS VARCHAR), error('late') FROM redis_hash('user:*') WHERE _key = 'user:2999'",
      'RQ_DATA',
      /late/,
    ],
    [
      "SELECT CAST(age AS TINYINT) + CASE WHEN _key = 'user:2998' THEN 127 ELSE 0 END::TINYINT FROM redis_hash('user:*')",
      'RQ_OUT_OF_RANGE',
      /127/,
    ],
  ])('tells an error that comes late in a stream: %s', async (text, code, message) => {
    const error = await rows(text).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    let rowCount = 0;
    const looped = await (async () => {
      for await (const _ of live.session.query(text)) rowCount++;
    })().catch((caught: unknown) => caught);
    expect(looped).toMatchObject({ code });
    expect(rowCount).toBeLessThan(1_000_000);
  });

  it('tells a bad value at the very end of a large scan', async () => {
    await fillUsers(live.redis, 40_000, 'late:');
    await live.redis.call('HSET', 'late:777', 'age', 'oops');
    const text = "SELECT age FROM redis_hash('late:*', columns => {'age': 'BIGINT'})";
    for (let i = 0; i < 5; i++) expect(await codeOf(rows(text))).toBe('RQ_BAD_VALUE');
  });

  it('names key, field, value and type of a value that does not parse, or counts it', async () => {
    await live.redis.call('HSET', 'bad:1', 'n', '12x');
    await live.redis.call('HSET', 'bad:2', 'n', '5');
    const call = (onError: string) => `redis_hash('bad:*', columns => {'n': 'BIGINT'}, on_error => '${onError}')`;
    const error = await rows(`SELECT n FROM ${call('error')}`).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'RQ_BAD_VALUE' });
    expect(String(error)).toMatch(/field "n" of key "bad:1" is no BIGINT: "12x"/);
    const asNull = live.session.query(`SELECT n FROM ${call('null')} ORDER BY n`);
    expect(await asNull.rows()).toEqual([{ n: 5n }, { n: null }]);
    expect(asNull.stats.badValues).toBe(1);
    const skipped = live.session.query(`SELECT count(*) AS c FROM ${call('skip')}`);
    expect(await skipped.rows()).toEqual([{ c: 1n }]);
    expect(skipped.stats.badValues).toBe(1);
  });

  it.each([
    [() => live.session.query('SELECT 1', [], { timeoutMs: -1 })],
    [() => live.session.query('SELECT 1', [], { timeout: 1 } as never)],
    [() => live.session.query('SELECT 1', [], { signal: {} as never })],
    [() => live.session.query(5 as never).rows()],
    [() => connect(null as never)],
  ])('refuses wrong options: %s', async (call) => {
    expect(await codeOf((async () => call())())).toBe('RQ_OPTION');
  });

  it('explains a statement that has no plan', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'redquery-csv-')), 'a.csv');
    await rows(`COPY (SELECT 1 AS a) TO '${file}'`);
    const text = `SELECT u.name FROM read_csv('${file}') c JOIN redis_hash('user:*') u ON u.age = c.a AND u._key = 'user:1'`;
    const plan = await rows(`EXPLAIN ${text}`);
    expect(String(plan.find((row) => row['explain_key'] === 'redis')?.['explain_value'])).toMatch(
      /redis_hash\('user:\*'\)[^]*none that can be read/,
    );
    expect(await rows(text)).toEqual([{ name: 'User Number 1' }]);
    rmSync(dirname(file), { recursive: true });
  });

  it('keeps a read-only session from changing anything', async () => {
    const session = await connect({ url: live.redis.url, readOnly: true });
    const statements = [
      'CREATE TABLE t AS SELECT 1',
      "COPY (SELECT 1) TO '/tmp/never-written.csv'",
      'DROP VIEW v',
      'EXPLAIN ANALYZE CREATE TABLE t AS SELECT 1',
    ];
    for (const text of statements) expect(await codeOf(session.query(text).rows())).toBe('RQ_READ_ONLY');
    await session.query('CREATE VIEW v AS SELECT 1 AS a').rows();
    expect(await session.query('FROM v').rows()).toEqual([{ a: 1 }]);
    await session.close();
    expect(await codeOf(session.query('SELECT 1').rows())).toBe('RQ_CLOSED');
  });

  it('keeps tables, settings and variables for all of a session, and from other sessions', async () => {
    await using other = await connect(live.redis.url);
    await rows('CREATE TEMP TABLE mine AS SELECT 1 AS a');
    await rows('SET VARIABLE x = 7');
    await rows("SET TimeZone = 'Europe/Berlin'");
    const open = live.session.query('SELECT * FROM range(100000)')[Symbol.asyncIterator]();
    await open.next();
    expect(await rows("SELECT a, getvariable('x') AS x, current_setting('TimeZone') AS z FROM mine")).toEqual([
      { a: 1, x: 7, z: 'Europe/Berlin' },
    ]);
    await open.return?.();
    await rows("SET TimeZone = 'UTC'");
    expect(await codeOf(other.query('FROM mine').rows())).toBe('RQ_UNKNOWN_TABLE');
  });
});
