/** What EXPLAIN and errors say of indexes: why one does not serve, and what would. */
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedQueryError } from '../../src/index.ts';
import { type LiveSession, startLive } from '../support/live-session.ts';

let live: LiveSession;

beforeAll(async () => {
  live = await startLive({}, { modules: true });
  const { redis } = live;
  const day = (i: number): string => `2010-01-${String(1 + (i % 28)).padStart(2, '0')}`;
  const hashes = Array.from({ length: 1000 }, (_, i) => {
    const fields = ['title', `word${i % 5} fox`, 'year', String(1900 + (i % 100)), 'day', day(i), 'city', `c${i % 3}`];
    return ['HSET', `m:${i}`, ...fields];
  });
  await redis.callAll(hashes);
  const index = 'FT.CREATE idx:m ON HASH PREFIX 1 m: SCHEMA title TEXT year NUMERIC INDEXMISSING day TAG';
  await redis.call(...(index.split(' ') as [string]));
  for (const [key, sensor] of [
    ['t:1', 'a'],
    ['t:2', 'a'],
  ] as const) {
    await redis.call('TS.ADD', key, '1000', '5', 'LABELS', 'sensor', sensor);
  }
  while (!JSON.stringify(await redis.call('FT.INFO', 'idx:m')).includes('"percent_indexed","1"')) await setTimeout(20);
});
afterAll(() => live[Symbol.asyncDispose]());

const FROM = "redis_hash('m:*', columns => {'title': 'VARCHAR', 'year': 'INTEGER', 'day': 'DATE', 'city': 'VARCHAR'})";

async function explained(text: string): Promise<string> {
  const rows = await live.session.query(`EXPLAIN ${text}`).rows();
  return rows.map((row) => (row['explain_key'] === 'redis' ? String(row['explain_value']) : '')).join('');
}

async function errorOf(condition: string): Promise<RedQueryError> {
  try {
    await live.session.query(`SELECT _key FROM ${FROM} WHERE ${condition}`).rows();
  } catch (error) {
    if (error instanceof RedQueryError) return error;
    throw error;
  }
  throw new Error('no error');
}

describe('match() that an index of its text cannot answer', () => {
  it.each([
    ["NOT match(title, 'fox')", 'RQ_NO_INDEX', 'cannot stand under NOT', "match(title, '-word')"],
    ["NOT match(title, 'fox') AND year = 1905", 'RQ_NO_INDEX', 'cannot stand under NOT', "match(title, '-word')"],
    ["match(title, '')", 'RQ_ARGUMENT', 'has no words to look for in ""', 'title IS NOT NULL'],
    ["match(title, '*')", 'RQ_ARGUMENT', 'has no words to look for in "*"', 'title IS NOT NULL'],
    ["match(title, 'fox') OR upper(title) = 'X'", 'RQ_NO_INDEX', 'beside it: a function of the column', 'joined by AND'],
    ["match(title, 'fox') OR city = 'c1'", 'RQ_NO_INDEX', 'beside it: not TAG in idx:m', 'joined by AND'],
    ["match(_key, 'x')", 'RQ_UNSUPPORTED', 'keys are in no index', '_key LIKE'],
  ])('%s: %s, and why', async (condition, code, message, hint) => {
    const error = await errorOf(condition);
    expect([error.code, error.message, error.hint]).toEqual([
      code,
      expect.stringContaining(message),
      expect.stringContaining(hint),
    ]);
    expect(error.hint).not.toContain('FT.CREATE');
  });

  it('takes words to leave out in its text', async () => {
    const text = `SELECT count(*)::INT AS n FROM ${FROM} WHERE match(title, '-word1')`;
    expect(await live.session.query(text).rows()).toEqual([{ n: 800 }]);
  });

  it('names the index to make where there is none of the text', async () => {
    const { hint } = await errorOf("match(city, 'c1')");
    expect(hint).toBe('This would make it work: FT.CREATE idx:m:2 ON HASH PREFIX 1 m: SCHEMA city TEXT INDEXMISSING');
  });
});

describe('EXPLAIN', () => {
  it.each([
    ["city = 'c1'", 'DuckDB: not TAG in idx:m'],
    ["title = 'fox'", 'DuckDB: TEXT is searched by words: use match()'],
    ["day > DATE '2010-01-20'", 'DuckDB: a tag knows = and IN of dates, not >; seconds in a NUMERIC, as TIMESTAMP_S, do'],
    ['year % 2 = 0', 'DuckDB: a function of the column'],
  ])('says of %s why no index serves it: %s', async (condition, why) => {
    const text = await explained(`SELECT _key FROM ${FROM} WHERE ${condition}`);
    expect(text).toContain(`→ ${why}`);
    expect(text).not.toContain('no index');
  });

  it('asks an index for dates, and gets the rows of the scan', async () => {
    for (const condition of ["day = DATE '2010-01-05'", "day IN (DATE '2010-01-05', DATE '2010-01-06', DATE '2011-01-01')"]) {
      expect(await explained(`SELECT year FROM ${FROM} WHERE ${condition}`)).toMatch(/→ index idx:m, exact/);
      const count = `SELECT count(year)::INT AS n, min(day)::VARCHAR AS d FROM ${FROM} WHERE ${condition}`;
      const byIndex = await live.session.query(count).rows();
      await live.session.query('SET use_indexes = false').rows();
      const byScan = await live.session.query(count).rows();
      await live.session.query('RESET use_indexes').rows();
      expect(byIndex).toEqual(byScan);
      expect(Number(byScan[0]?.['n'])).toBeGreaterThan(30);
    }
  });

  it.each(['', 'ANALYZE '])('%sadvises the index by which Redis would group a block, once', async (analyze) => {
    const text = await explained(`${analyze}SELECT city, count(*) FROM ${FROM} WHERE year < 1950 GROUP BY city`);
    expect(text).toContain('grouping  DuckDB: index idx:m: city is not SORTABLE UNF in the index');
    expect(text.match(/advice +(.*)/g)).toEqual([
      expect.stringMatching(/FT\.CREATE idx:m:2 ON HASH PREFIX 1 m: SCHEMA year NUMERIC .* city TAG .* SORTABLE UNF$/),
    ]);
    expect(text).toMatch(/saving +a scan of 1,0\d\d keys, of which 1,000 are read, takes about .* one FT\.AGGREGATE about/);
  });

  it('says that Redis aggregates each series by itself', async () => {
    const text = await explained(
      "SELECT sensor, time_bucket(INTERVAL '1 minute', _ts) AS b, avg(value) FROM redis_timeseries('t:*') GROUP BY ALL",
    );
    expect(text).toContain(
      'grouping  DuckDB: Redis aggregates each series by itself: _key must be among the groups, or be one key',
    );
  });
});
