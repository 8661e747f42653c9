import { describe, expect, it } from 'vitest';
import { classifyStatement, sessionStatement } from '../../src/sql/index.ts';

describe('classifyStatement', () => {
  it.each([
    ['SELECT 1', 'select', 'plan read'],
    ['  -- c\n select 1', 'select', 'plan read'],
    ['(SELECT 1) UNION SELECT 2', 'select', 'plan read'],
    ['FROM t', 'select', 'plan read'],
    ['VALUES (1)', 'select', 'plan read'],
    ['TABLE t', 'select', 'plan read'],
    ['PIVOT t ON a IN (1)', 'select', 'plan read'],
    ['UNPIVOT t ON a', 'select', 'plan read'],
    ['SUMMARIZE t', 'select', 'plan read'],
    ['WITH a AS (SELECT 1) SELECT 2', 'select', 'plan read'],
    ['WITH RECURSIVE "insert"(x) AS NOT MATERIALIZED (SELECT 1), b AS (SELECT 2) FROM b', 'select', 'plan read'],
    ['WITH insert AS (SELECT 1) SELECT * FROM insert', 'select', 'plan read'],
    ['WITH a AS (SELECT 1) INSERT INTO t FROM a', 'insert', 'plan write'],
    ['WITH a(x) USING KEY (x) AS (SELECT 1) DELETE FROM t', 'delete', 'plan write'],
    ['INSERT INTO t VALUES (1)', 'insert', 'plan write'],
    ['UPDATE t SET a = 1', 'update', 'plan write'],
    ['DELETE FROM t', 'delete', 'plan write'],
    ['MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE', 'merge', 'plan write'],
    ['CREATE TABLE t AS SELECT 1', 'createTable', 'plan write'],
    ['CREATE OR REPLACE TEMP TABLE t(a) AS FROM u', 'createTable', 'plan write'],
    ['CREATE TABLE t (a INT DEFAULT (1 AS INT))', 'createTable', 'none write'],
    ['CREATE VIEW v AS SELECT 1', 'createView', 'none write'],
    ['CREATE MACRO m(a) AS a + 1', 'createMacro', 'none write'],
    ['CREATE FUNCTION m(a) AS TABLE SELECT a', 'createMacro', 'none write'],
    ['CREATE INDEX i ON t (a)', 'other', 'none write'],
    ["COPY (SELECT 1) TO 'x'", 'copy', 'plan write'],
    ["COPY t(a) TO 'x'", 'copy', 'plan write'],
    ["COPY t FROM 'x'", 'copy', 'none write'],
    ['COPY FROM DATABASE a TO b', 'copy', 'none write'],
    ["EXPORT DATABASE 'd'", 'other', 'none write'],
    ['DROP VIEW v', 'drop', 'none write'],
    ['SET threads = 1', 'set', 'none read'],
    ['RESET threads', 'set', 'none read'],
    ['USE a', 'use', 'none read'],
    ['PRAGMA version', 'pragma', 'none write'],
    ['CALL f()', 'call', 'none write'],
    ["ATTACH 'x'", 'attach', 'none write'],
    ['DETACH x', 'attach', 'none write'],
    ['BEGIN', 'transaction', 'none read'],
    ['ROLLBACK', 'transaction', 'none read'],
    ['PREPARE p AS SELECT 1', 'prepare', 'none write'],
    ['EXECUTE p', 'prepare', 'none write'],
    ['LOAD json', 'load', 'none write'],
    ['DESCRIBE t', 'describe', 'none read'],
    ['SHOW TABLES', 'describe', 'none read'],
    ['ALTER TABLE t ADD COLUMN a INT', 'other', 'none write'],
    ['"select" 1', 'other', 'none write'],
    ['EXPLAIN SELECT 1', 'explain', 'plan read'],
    ['EXPLAIN (SELECT 1)', 'explain', 'plan read'],
    ['EXPLAIN DELETE FROM t', 'explain', 'plan read'],
    ['EXPLAIN ANALYZE DELETE FROM t', 'explain', 'plan write'],
    ['EXPLAIN (FORMAT json, ANALYZE) DELETE FROM t', 'explain', 'plan write'],
    ['EXPLAIN ("analyze") DELETE FROM t', 'explain', 'plan write'],
    ['EXPLAIN (FORMAT json, "ANALYZE" true) DELETE FROM t', 'explain', 'plan write'],
    ['EXPLAIN (analyze false) DELETE FROM t', 'explain', 'plan write'],
    ['EXPLAIN /* ( */ ("x" y, FORMAT) DELETE FROM t', 'explain', 'plan write'],
    ['EXPLAIN ("format" json, FORMAT) DELETE FROM t', 'explain', 'plan read'],
    ['EXPLAIN (FROM t)', 'explain', 'plan read'],
    ['EXPLAIN (WITH a AS (SELECT 1) FROM a)', 'explain', 'plan read'],
    ['WITH recursive AS (SELECT 1) INSERT INTO t SELECT 1 AS x, (SELECT 2) FROM recursive', 'insert', 'plan write'],
    ['WITH recursive(a) AS (SELECT 1) DELETE FROM t', 'delete', 'plan write'],
    ['CREATE OR REPLACE PERSISTENT SECRET s (TYPE s3)', 'secret', 'none write'],
    ['CREATE SECRET (TYPE s3)', 'secret', 'none write'],
    ['DROP TEMPORARY SECRET IF EXISTS s', 'secret', 'none write'],
    ['DROP TABLE secret', 'drop', 'none write'],
    ['UPDATE EXTENSIONS (json)', 'load', 'none write'],
    ['UPDATE extensions AS e SET a = 1', 'update', 'plan write'],
    ['EXPLAIN CREATE VIEW v AS SELECT 1', 'explain', 'none read'],
    ['', 'other', 'none write'],
  ])('says of %j: %s, %s', (text, kind, expected) => {
    const found = classifyStatement(text);
    expect([found.kind, `${found.isPlannable ? 'plan' : 'none'} ${found.isReadOnly ? 'read' : 'write'}`]).toEqual([
      kind,
      expected,
    ]);
  });

  it.each([
    ['EXPLAIN SELECT 1 -- x', false, 'SELECT 1', 8],
    ['explain analyze  from t', true, 'from t', 17],
    ['EXPLAIN (FORMAT json) SELECT (1)', false, 'SELECT (1)', 22],
    ['EXPLAIN (ANALYZE, FORMAT json) (SELECT 1)', true, '(SELECT 1)', 31],
  ])('takes %j apart', (text, analyze, inner, innerOffset) => {
    expect(classifyStatement(text).explain).toEqual({ analyze, inner, innerOffset });
  });

  it.each([
    ['CREATE VIEW v AS SELECT 1', ['view', 'v', [], false, false, 'SELECT 1']],
    [
      'CREATE OR REPLACE TEMP VIEW memory.main."A b"(x, "as") AS (FROM t)',
      ['view', 'A b', ['memory', 'main'], true, false, '(FROM t)'],
    ],
    ['CREATE VIEW IF NOT EXISTS Users AS FROM t', ['view', 'Users', [], false, true, 'FROM t']],
    ['CREATE TABLE t (a INT)', ['table', 't', [], false, false, null]],
    ['CREATE FUNCTION s.f(a) AS TABLE FROM t', ['macro', 'f', ['s'], false, false, 'TABLE FROM t']],
    ['DROP VIEW IF EXISTS main.v CASCADE', ['view', 'v', ['main'], false, true, null]],
    ['DROP MACRO TABLE f', ['macro', 'f', [], false, false, null]],
    ['DROP TABLE "a""b"', ['table', 'a"b', [], false, false, null]],
  ])('names the target of %j', (text, [objectKind, name, qualifiers, isReplace, isConditional, body]) => {
    const target = classifyStatement(text).target;
    const bodyText = target?.bodyOffset == null ? null : text.slice(target.bodyOffset);
    expect([target?.objectKind, target?.name, target?.qualifiers, target?.isReplace, target?.isConditional, bodyText]).toEqual([
      objectKind,
      name,
      qualifiers,
      isReplace,
      isConditional,
      body,
    ]);
  });
});

describe('sessionStatement', () => {
  it.each([
    ['CREATE TEMP VIEW v AS SELECT 1', 'CREATE  VIEW v AS SELECT 1'],
    ['create or replace TEMPORARY table t(a int)', 'create or replace  table t(a int)'],
    ['CREATE VIEW temp AS SELECT 1', 'CREATE VIEW temp AS SELECT 1'],
    ['SELECT temp FROM t', 'SELECT temp FROM t'],
    ['CREATE /* TEMP */ TEMP SEQUENCE s', 'CREATE /* TEMP */  SEQUENCE s'],
    ["DESCRIBE redis_hash('a')", "DESCRIBE FROM redis_hash('a')"],
    ['desc t', 'desc t'],
    ["SUMMARIZE redis_hash('a')", "SUMMARIZE FROM redis_hash('a')"],
  ])('runs %j as %j', (text, expected) => {
    expect(sessionStatement(text).text).toBe(expected);
  });
});
