import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allowStatement } from '../../src/engine/allowed-statements.ts';
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
