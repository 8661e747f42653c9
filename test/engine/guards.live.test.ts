import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allowStatement } from '../../src/engine/session/allowed-statements.ts';
import { connect, type Session } from '../../src/index.ts';
import { type LiveSession, startLive } from '../support/live-session.ts';

let live: LiveSession;
let reader: Session;
let folder: string;
beforeAll(async () => {
  live = await startLive();
  reader = await connect({ url: live.redis.url, readOnly: true });
  folder = mkdtempSync(join(tmpdir(), 'redquery-guards-'));
  for (let i = 1; i <= 3; i++) await live.redis.call('HSET', `k:${i}`, 'a', String(i), 'b', i % 2 ? 'odd' : 'even');
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await reader.close();
  await live[Symbol.asyncDispose]();
});

const rows = (text: string) => live.session.query(text).rows();

describe('settings', () => {
  it.each([
    "SET memory_limit = '1GB'",
    "/* x */ SET memory_limit = '1GB'",
    "SET /**/ memory_limit = '1GB'",
    "/**/ SET disabled_optimizers = ''",
    '-- SET timezone\nSET threads = 1',
    'SET "memory_limit" = \'1GB\'',
    'SET "MEMORY_LIMIT" TO \'1GB\'',
    "SET SESSION memory_limit = '1GB'",
    'SET SESSION "schema" = \'x\'',
    "SET GLOBAL timezone = 'UTC'",
    "SET GLOBAL TIME ZONE 'UTC'",
    'SET /* SESSION */ GLOBAL "timezone" = \'UTC\'',
    "SET search_path = 'session_1'",
    'RESET memory_limit',
    'RESET /**/ "memory_limit"',
    'RESET GLOBAL timezone',
    'RESET ALL',
    "SET variable.memory_limit = '1GB'",
    "SET timezone.memory_limit = '1GB'",
    "SET timezone = 'UTC', memory_limit = '1GB'",
    "SET timezone = concat('U', 'TC')",
    "SET VARIABLE = '1GB'",
    'SET',
  ])('refuses %j', (text) => {
    expect(() => allowStatement(text, false)).toThrow(expect.objectContaining({ code: 'RQ_UNSUPPORTED' }));
  });

  it.each([
    "SET TimeZone = 'UTC'",
    '/* x */ set session "timezone" to \'UTC\' -- y',
    "SET TIME ZONE 'UTC'",
    "SET SESSION TIME ZONE 'UTC'",
    'RESET TimeZone',
    'RESET SESSION timezone',
    'RESET TIME ZONE',
    "SET default_null_order = 'nulls_last'",
    'RESET default_null_order',
    'SET integer_division = false',
    "SET integer_division = CAST('f' AS BOOLEAN)",
    'SET VARIABLE a = (SELECT 1)',
    'SET VARIABLE "a b" TO 2',
    'SET VARIABLE a=-1',
    'RESET VARIABLE a',
  ])('takes %j, in a read-only session, too', async (text) => {
    expect(await reader.query(text).rows()).toEqual([]);
  });
});

describe('a read-only session', () => {
  it.each([
    'EXPLAIN ("analyze") COPY (SELECT 1) TO \'$F\'',
    'EXPLAIN (FORMAT json, "analyze") COPY (SELECT 1) TO \'$F\'',
    'EXPLAIN ("ANALYZE" true, FORMAT json) COPY (SELECT 1) TO \'$F\'',
    "EXPLAIN (ANALYZE false) COPY (SELECT 1) TO '$F'",
    "EXPLAIN (analyse on) COPY (SELECT 1) TO '$F'",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO '$F'",
    "EXPLAIN /* ( */ ANALYSE /* ) */ COPY (SELECT 1) TO '$F'",
    "/* SELECT */ COPY (SELECT 1) TO '$F'",
    "COPY (SELECT 1 AS a) TO '$F' (FORMAT parquet)",
    "COPY t FROM '$F'",
    'COPY FROM DATABASE memory TO memory',
    "EXPORT DATABASE '$F'",
    "IMPORT DATABASE '$F'",
    'CREATE TABLE t AS SELECT 1',
    'CREATE TEMP TABLE t AS SELECT 1',
    'CREATE SEQUENCE s',
    "CREATE TYPE e AS ENUM ('a')",
    'CREATE SCHEMA s',
    'CREATE INDEX i ON t (a)',
    'WITH x AS (SELECT 1) INSERT INTO t FROM x',
    'WITH recursive AS (SELECT 1) INSERT INTO t SELECT 1 AS x, (SELECT 2) FROM recursive',
    'INSERT INTO t VALUES (1)',
    'MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE',
    'TRUNCATE t',
    'DROP VIEW v',
    'ALTER TABLE t ADD COLUMN b INTEGER',
    "COMMENT ON TABLE t IS 'x'",
    'CHECKPOINT',
    'FORCE CHECKPOINT',
    'VACUUM',
    'ANALYZE',
    "FROM query('SELECT 1')",
    'FROM "query" /**/ (\'SELECT 1\')',
    "FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",
    "CREATE VIEW v AS FROM query('SELECT 1')",
  ])('refuses %j', async (text) => {
    const file = join(folder, 'refused');
    const work = reader.query(text.replace('$F', file)).rows();
    await expect(work).rejects.toMatchObject({ code: 'RQ_READ_ONLY' });
    expect(existsSync(file)).toBe(false);
  });

  it.each([
    'SELECT 1',
    '(SELECT 1)',
    'WITH a AS (SELECT 1) FROM a',
    'EXPLAIN SELECT 1',
    'EXPLAIN (SELECT 1)',
    'EXPLAIN (FORMAT json) SELECT 1',
    'EXPLAIN ("analyze") SELECT 1',
    "EXPLAIN COPY (SELECT 1) TO '$F'",
    'DESCRIBE SELECT 1',
    'SHOW TABLES',
    'CREATE OR REPLACE VIEW one AS SELECT 1',
  ])('runs %j and writes no file', async (text) => {
    await expect(reader.query(text.replace('$F', join(folder, 'plain'))).rows()).resolves.toBeInstanceOf(Array);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('every session', () => {
  it.each([
    'CREATE SECRET s (TYPE http)',
    'CREATE OR REPLACE PERSISTENT SECRET s (TYPE http)',
    'CREATE /* TABLE */ TEMPORARY SECRET (TYPE http)',
    'DROP SECRET s',
    'DROP PERSISTENT SECRET IF EXISTS s',
    'UPDATE EXTENSIONS',
    'UPDATE EXTENSIONS (json)',
    'FROM enable_logging()',
    'SELECT * FROM "Enable_Logging" (storage := \'file\')',
    'FROM main.enable_profiling()',
    'FROM enable_peg_parser()',
    'CREATE MACRO m() AS TABLE FROM enable_profiling()',
    'EXPLAIN SET memory_limit = 1',
    'EXPLAIN ("analyze") SET memory_limit = \'1GB\'',
    'EXPLAIN ANALYZE PRAGMA enable_profiling',
  ])('refuses %j', async (text) => {
    await expect(rows(text)).rejects.toMatchObject({ code: 'RQ_UNSUPPORTED' });
  });

  it('takes tables that bear the names of what is refused', async () => {
    await rows('CREATE TABLE checkpoint (a INTEGER)');
    await rows('INSERT INTO checkpoint (a) VALUES (1)');
    await rows('CREATE TABLE extensions AS SELECT 1 AS a');
    await rows('UPDATE extensions SET a = 2');
    expect(await rows('SELECT a FROM extensions UNION ALL FROM checkpoint ORDER BY a')).toEqual([{ a: 1 }, { a: 2 }]);
    await rows('DROP TABLE extensions');
  });
});

describe('settings on many connections', () => {
  /** Runs a query on as many connections at once, all open while each is read. */
  const everywhere = async (session: Session, text: string): Promise<unknown[]> => {
    const results = Array.from({ length: 3 }, () => session.query(text));
    const iterators = results.map((result) => result[Symbol.asyncIterator]());
    const firsts = await Promise.all(iterators.map((iterator) => iterator.next()));
    await Promise.all(iterators.map((iterator) => iterator.return?.()));
    return firsts.map((first) => first.value);
  };
  const MANY = "(SELECT count(*) FROM range(3_000_000) a, redis_hash('k:*'))";

  it('keeps the value of a variable, not the query that gave it', async () => {
    await using session = await connect({ url: live.redis.url });
    await session.query("SET VARIABLE n = (SELECT max(a) FROM redis_hash('k:*'))").rows();
    await live.redis.call('HSET', 'k:4', 'a', '99', 'b', 'even');
    const found = await everywhere(session, "SELECT getvariable('n') AS n FROM range(100000)");
    expect(found).toEqual([{ n: 3n }, { n: 3n }, { n: 3n }]);
    await live.redis.call('DEL', 'k:4');
  });

  it.each([
    ["'it''s'", "it's"],
    ['NULL', null],
    ['1.50', '1.50'],
    ["DATE '2024-01-02'", '2024-01-02'],
    ["[{'a': 'x,''y', 'b': NULL}]", [{ a: "x,'y", b: null }]],
    ["'\\xFF'::BLOB", Uint8Array.of(255)],
    ["map {'k': 1}", new Map([['k', 1]])],
  ])('gives %s to all connections', async (text, value) => {
    await using session = await connect({ url: live.redis.url });
    await session.query(`SET VARIABLE "a ""b" = ${text}`).rows();
    const found = await everywhere(session, "SELECT getvariable('a \"b') AS v FROM range(100000)");
    expect(found).toEqual([{ v: value }, { v: value }, { v: value }]);
  });

  it('refuses a value that only one connection could have', async () => {
    await using session = await connect({ url: live.redis.url });
    await expect(session.query("SET VARIABLE z = 'a' || chr(0)").rows()).rejects.toMatchObject({
      code: 'RQ_UNSUPPORTED',
      message: expect.stringContaining('"z" is reset'),
    });
    const found = await everywhere(session, "SELECT getvariable('z') AS z FROM range(100000)");
    expect(found).toEqual([{ z: null }, { z: null }, { z: null }]);
  });

  it('lets the last SET and RESET of a name win', async () => {
    await using session = await connect({ url: live.redis.url });
    const slow = session.query(`SELECT ${MANY} AS n`).rows();
    await session.query("SET TimeZone = 'Europe/Paris'").rows();
    for (let i = 0; i < 200; i++) await session.query(`SET VARIABLE v = ${i}`).rows();
    await session.query('SET VARIABLE gone = 1').rows();
    await session.query('RESET VARIABLE gone').rows();
    await session.query("SET SESSION TIME ZONE 'Asia/Tokyo'").rows();
    await slow;
    const found = await everywhere(
      session,
      "SELECT getvariable('v') AS v, getvariable('gone') AS gone, current_setting('TimeZone') AS zone FROM range(100000)",
    );
    const one = { v: 199, gone: null, zone: 'Asia/Tokyo' };
    expect(found).toEqual([one, one, one]);
  });
});

describe('what DuckDB hides', () => {
  it.each(['EXPLAIN', 'EXPLAIN ANALYZE'])('%s draws a PIVOT whose columns come from the data', async (word) => {
    await rows("FROM redis_hash('k:*')");
    const drawn = await rows(`${word} PIVOT (SELECT b, a FROM redis_hash('k:*')) ON b USING sum(a)`);
    expect(drawn[0]?.['explain_value']).toEqual(expect.stringContaining('REDIS_HASH'));
    expect(await rows('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('samples what only a dynamic PIVOT names', async () => {
    await using session = await connect({ url: live.redis.url });
    const pivoted = await session.query("PIVOT (SELECT b, a FROM redis_hash('k:*')) ON b USING max(a)").rows();
    expect(pivoted).toEqual([{ even: 2n, odd: 3n }]);
  });

  it.each([
    "FROM redis_hash('k:1' || chr(0) || '*')",
    "FROM redis_hash('é' || chr(0) || '*')",
    "FROM redis_hash('k' || chr(0) || 'é')",
    'FROM redis_hash(chr(0))',
  ])('refuses a pattern with U+0000: %s', async (text) => {
    await expect(rows(text)).rejects.toMatchObject({ code: 'RQ_ARGUMENT', message: expect.stringContaining('U+0000') });
  });

  it.each(["'é*'", "'k\\x00*'", "'é\\u0000'", "'é\\\\u0000\\q'", "'k:[12]'"])(
    'takes a pattern without it: %s',
    async (pattern) => {
      await expect(rows(`FROM redis_hash(${pattern}, columns => {'a': 'BIGINT'})`)).resolves.toBeInstanceOf(Array);
    },
  );

  it('refuses a column whose type is NULL', async () => {
    await expect(rows("FROM redis_hash('k:*', columns => {'a': 'BIGINT', 's': NULL})")).rejects.toMatchObject({
      code: 'RQ_ARGUMENT',
      message: expect.stringContaining('"s" is NULL'),
    });
  });

  it('calls it busy when two statements change one view', async () => {
    const all = Array.from({ length: 20 }, (_, i) => rows(`CREATE OR REPLACE VIEW contested AS SELECT ${i} AS a`));
    const failures = (await Promise.allSettled(all)).flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    for (const failure of failures) {
      expect(failure).toMatchObject({
        code: 'RQ_BUSY',
        message: 'another statement of the session changed "contested" at the same time; run this one again',
      });
    }
    expect(failures.length).toBeLessThan(20);
  });

  it.each(['SELECT 1::VARIANT AS v', 'SELECT [1::VARIANT] AS v'])('says how to read %s', async (text) => {
    await expect(rows(text)).rejects.toMatchObject({ code: 'RQ_UNSUPPORTED', message: expect.stringContaining('cast') });
  });
});
