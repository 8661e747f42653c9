import { describe, expect, it } from 'vitest';
import { quickFilter } from '../../src/planner/index.ts';

const KEY = { kind: 'comparison', op: '=', column: 0, value: { type: 'VARCHAR', value: 'k' } };
const CALL = "redis_hash('a:*', columns => {'n': 'BIGINT'}, _scan => 3)";

describe('quickFilter', () => {
  it.each([
    `SELECT * FROM ${CALL} WHERE _key = 'k'`,
    `select n, upper(x) as y from ${CALL} u where u._key = ('k') and n > 3 order by n limit 5;`,
    `SELECT count(*) FROM ${CALL} AS u WHERE n IS NULL AND "_KEY" = 'k' AND x LIKE 'a%' GROUP BY n HAVING count(*) > 1`,
    `SELECT row_number() OVER (ORDER BY n) FROM ${CALL} WHERE (n = 1 OR n = 2) AND _key = 'k' QUALIFY true`,
  ])('reads the key of %s', (text) => {
    expect(quickFilter(text)).toEqual(KEY);
  });

  it.each(['redis_hash', 'redis_json', 'redis_string', 'redis_keys', 'REDIS_HASH', '"redis_hash"'])('knows %s', (name) => {
    expect(quickFilter(`SELECT * FROM ${name}('a:*', _scan => 1) WHERE _key = 'k'`)).toEqual(KEY);
  });

  it.each(['set', 'list', 'zset', 'stream', 'timeseries', 'search', 'indexes', 'info'])(
    'leaves redis_%s to the plan, where a key has many rows or none',
    (name) => {
      expect(quickFilter(`SELECT * FROM redis_${name}('a', 'b', _scan => 1) WHERE _key = 'k'`)).toBeNull();
    },
  );

  it('undoubles quotes', () => {
    expect(quickFilter(`SELECT 1 FROM ${CALL} WHERE _key = 'it''s'`)).toMatchObject({ value: { value: "it's" } });
  });

  it.each([
    `SELECT * FROM ${CALL} WHERE _key = 'k' OR n = 1`,
    `SELECT * FROM ${CALL} WHERE NOT _key = 'k'`,
    `SELECT * FROM ${CALL} WHERE n BETWEEN 1 AND 2 AND _key = 'k'`,
    `SELECT * FROM ${CALL} WHERE CASE WHEN true AND _key = 'k' THEN true END`,
    `SELECT * FROM ${CALL} WHERE _key = 'k' || 'x'`,
    `SELECT * FROM ${CALL} WHERE _key = 'k' COLLATE NOCASE`,
    `SELECT * FROM ${CALL} WHERE _key = E'k'`,
    `SELECT * FROM ${CALL} WHERE _key = 'k'\n'x'`,
    `SELECT * FROM ${CALL} WHERE _key <> 'k'`,
    `SELECT * FROM ${CALL} WHERE lower(_key) = 'k'`,
    `SELECT * FROM ${CALL} WHERE (_key = 'k')::VARCHAR = 'false'`,
    `SELECT * FROM ${CALL} WHERE js AND _key ->> 'a' = 'k' AND _key = 'k'`,
    `SELECT * FROM ${CALL} u(a, b) WHERE _key = 'k'`,
    `SELECT * FROM ${CALL} TABLESAMPLE 10% WHERE _key = 'k'`,
    `SELECT * FROM ${CALL}, t WHERE _key = 'k'`,
    `SELECT * FROM ${CALL} JOIN t ON true WHERE _key = 'k'`,
    `SELECT * FROM ${CALL} WHERE _key = 'k' UNION ALL SELECT 1`,
    `SELECT * FROM ${CALL} WHERE _key IN (SELECT 'k')`,
    `SELECT (SELECT 1 FROM t) FROM ${CALL} WHERE _key = 'k'`,
    `SELECT * FROM (SELECT * FROM ${CALL}) WHERE _key = 'k'`,
    `WITH a AS (FROM t) SELECT * FROM ${CALL} WHERE _key = 'k'`,
    `FROM ${CALL} WHERE _key = 'k'`,
    `SELECT * FROM ${CALL} WHERE match(x, 'a b') AND _key = 'k'`,
    `SELECT match(x, 'a') FROM ${CALL} WHERE _key = 'k'`,
    `SELECT * FROM ${CALL} WHERE _key = 'k' ORDER BY vector_distance(v, [1]) LIMIT 3`,
    `SELECT * FROM ${CALL}`,
    `SELECT count(*) FILTER (WHERE _key = 'k') FROM ${CALL}`,
    `SELECT * FROM ${CALL} WHERE n = 1 AND (n = 2 AND _key = 'k'`,
  ])('leaves %s to the plan', (text) => {
    expect(quickFilter(text)).toBeNull();
  });
});
