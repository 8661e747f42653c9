import { beforeAll, describe, expect, it } from 'vitest';
import { redisCallsIn, tagScans, untagName } from '../../src/sql/index.ts';
import { PlanningDuckDb } from '../support/planning-duckdb.ts';

function tagged(text: string): string {
  let tag = 0;
  return tagScans(text, () => ++tag).text;
}

describe('tagScans', () => {
  it.each([
    ["FROM redis_hash('a')", "FROM redis_hash('a', _scan => 1)"],
    [
      "FROM REDIS_HASH ( 'a' ) a, main.\"redis_hash\"('b') b",
      "FROM REDIS_HASH ( 'a' , _scan => 1) a, main.\"redis_hash\"('b', _scan => 2) b",
    ],
    [
      "FROM redis_hash('a)', columns => {'x': 'DECIMAL(1,0)'}, server => lower('S'))",
      "FROM redis_hash('a)', columns => {'x': 'DECIMAL(1,0)'}, server => lower('S'), _scan => 1)",
    ],
    ['FROM redis_hash( /* ) */ )', 'FROM redis_hash( /* ) */ _scan => 1)'],
    ["FROM redis_hash('a' -- )\n)", "FROM redis_hash('a' -- )\n, _scan => 1)"],
    [
      "SELECT 'redis_hash(''a'')', \"redis_hash(x)\" -- redis_hash('a')",
      "SELECT 'redis_hash(''a'')', \"redis_hash(x)\" -- redis_hash('a')",
    ],
    ["CREATE VIEW v AS FROM redis_hash('a')", "CREATE VIEW v AS FROM redis_hash('a', _scan => 1)"],
    [
      "CREATE OR REPLACE MACRO m() AS TABLE FROM redis_hash('a')",
      "CREATE OR REPLACE MACRO m() AS TABLE FROM redis_hash('a', _scan => 1)",
    ],
    ["EXPLAIN CREATE VIEW v AS FROM redis_hash('a')", "EXPLAIN CREATE VIEW v AS FROM redis_hash('a', _scan => 1)"],
    ["CREATE TABLE t AS FROM redis_hash('a')", "CREATE TABLE t AS FROM redis_hash('a', _scan => 1)"],
    ["EXPLAIN ANALYZE FROM redis_hash('a')", "EXPLAIN ANALYZE FROM redis_hash('a', _scan => 1)"],
    ['INSERT INTO redis_hash (a, b) VALUES (1, 2)', 'INSERT INTO redis_hash (a, b) VALUES (1, 2)'],
    ['FROM t AS redis_hash(a, b)', 'FROM t AS redis_hash(a, b)'],
    ["FROM redis_other('a'), my_redis_hash('b')", "FROM redis_other('a'), my_redis_hash('b')"],
    ["FROM redis_hash('a'", "FROM redis_hash('a'"],
  ])('makes of %j: %j', (text, expected) => {
    expect(tagged(text)).toBe(expected);
  });

  it('counts the calls and takes each tag from the counter', () => {
    const numbers = [40, 7];
    const found = tagScans("FROM redis_hash('a'), redis_hash('b')", () => numbers.shift() ?? 0);
    expect(found.text).toBe("FROM redis_hash('a', _scan => 40), redis_hash('b', _scan => 7)");
    expect(found.calls).toBe(2);
  });

  it('shows a place of the new text in the old one', () => {
    const text = "SELECT x FROM redis_hash('a') JOIN redis_hash('b') y";
    const found = tagScans(text, () => 123);
    for (const piece of ['x FROM', "'b'", 'y'])
      expect(found.mapPosition(found.text.lastIndexOf(piece))).toBe(text.lastIndexOf(piece));
    expect(text[found.mapPosition(found.text.indexOf('_scan'))]).toBe(')');
  });

  it.each([
    ['SELECT _ttl FROM t', ['_ttl']],
    ['SELECT t."_TTL", _fields[\'a\'] FROM t', ['_ttl', '_fields']],
    ["SELECT '_ttl', _ttl2 -- _fields", []],
  ])('lists what %j mentions', (text, names) => {
    expect([...tagScans(text, () => 1).mentions]).toEqual(names);
  });

  it.each(['_scan => 3', '_scan := 3', '_scan = 3', '"_SCAN" => 3'])('refuses an own %s', (argument) => {
    const text = `FROM redis_hash('a', ${argument})`;
    expect(() => tagged(text)).toThrow(expect.objectContaining({ code: 'RQ_ARGUMENT', position: text.search(/"?_scan/i) }));
  });
});

describe('redisCallsIn', () => {
  it.each([
    ["FROM redis_hash('a')", true],
    ['FROM main."REDIS_json" (\'a\')', true],
    ["SELECT 'redis_hash(' FROM t -- redis_hash(", false],
    ['SELECT redis_hash FROM t', false],
  ])('says of %j: %s', (text, expected) => {
    expect(redisCallsIn(text)).toBe(expected);
  });
});

describe('untagName', () => {
  let duckdb: PlanningDuckDb;

  beforeAll(async () => {
    duckdb = await PlanningDuckDb.open();
  });

  it.each([
    "SELECT (SELECT count(*) FROM redis_hash('x') r WHERE r.age > 3), EXISTS (SELECT name FROM redis_hash('y', sample_size => 3))",
    "SELECT 1 IN (SELECT a.age FROM redis_hash('a', columns => {'a': 'BIGINT'}) a JOIN main.redis_hash('b') b USING (age)) AND true",
    "SELECT (SELECT max(age) FROM redis_hash('it''s (a)')), 'redis_hash(''a'')', name FROM redis_hash('y')",
  ])('gives the names that the untagged statement has: %s', async (text) => {
    const { names } = await duckdb.run(tagged(text));
    expect(names.map(untagName)).toEqual((await duckdb.run(text)).names);
    expect(names.join()).toContain('_scan');
  });

  it('leaves other names alone', () => {
    expect(['_scan', 'f(_scan := 3)', 'redis_hash'].map(untagName)).toEqual(['_scan', 'f(_scan := 3)', 'redis_hash']);
  });
});
