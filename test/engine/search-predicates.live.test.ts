import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedQueryError } from '../../src/index.ts';
import { type LiveSession, startLive } from '../support/live-session.ts';

let live: LiveSession;

const PEOPLE = [
  ['Ada Lovelace', '-0.1276,51.5072', [1, 0]],
  ['Blaise Pascal', '2.3522,48.8566', [0, 1]],
  ['Carl Gauss', '9.9937,53.5511', [0.6, 0.8]],
  ['Ada Yonath', '35.2137,31.7683', [0.8, 0.6]],
] as const;

beforeAll(async () => {
  live = await startLive({}, { modules: true });
  for (const [index, [name, place, vector]] of PEOPLE.entries()) {
    await live.redis.call('HSET', `p:${index}`, 'name', name, 'place', place, 'ear', String(index));
    await live.redis.call('JSON.SET', `v:${index}`, '$', JSON.stringify({ name, vector }));
  }
  await live.redis.call(...('FT.CREATE idx:p ON HASH PREFIX 1 p: SCHEMA name TEXT NOSTEM place GEO'.split(' ') as [string]));
  while (!JSON.stringify(await live.redis.call('FT.INFO', 'idx:p')).includes('"percent_indexed","1"')) await setTimeout(20);
});
afterAll(() => live[Symbol.asyncDispose]());

const keysOf = async (condition: string): Promise<string> => {
  const rows = await live.session.query(`SELECT _key FROM redis_hash('p:*') WHERE ${condition} ORDER BY 1`).rows();
  return rows.map((row) => String(row['_key'])).join(' ');
};
const errorOf = async (text: string): Promise<RedQueryError> =>
  live.session
    .query(text)
    .rows()
    .then(
      () => new RedQueryError('RQ_INTERNAL', 'none'),
      (error: unknown) => (error instanceof RedQueryError ? error : new RedQueryError('RQ_INTERNAL', String(error))),
    );

describe('match', () => {
  it.each([
    ["match(name, 'ada')", 'p:0 p:3'],
    ["match(name, 'ada') AND ear = 3", 'p:3'],
    ["match(name, 'ada') AND _key = 'p:1'", ''],
    ["match(name, 'ada') AND _key IN ('p:0', 'p:1')", 'p:0'],
    ["match(name, 'gau*')", 'p:2'],
    ["match(name, '%gaus%')", 'p:2'],
    ["match(name, 'nobody')", ''],
  ])('%s: %s', async (condition, expected) => {
    expect(await keysOf(condition)).toBe(expected);
  });

  it('takes a text as the words of a query, whatever is in it', async () => {
    expect(
      await keysOf("match(name, 'ada') AND match(name, '@place:[0 0 1 km]')").catch((error: unknown) => String(error)),
    ).not.toContain('p:');
  });

  it.each([
    "SELECT match(name, 'ada') FROM redis_hash('p:*')",
    "SELECT _key FROM redis_hash('p:*') WHERE match(name, 'ada') OR ear = 1",
    "SELECT _key FROM redis_hash('p:*') WHERE NOT match(name, 'ada')",
    "SELECT a._key FROM redis_hash('p:*') a, redis_hash('p:*') b WHERE match(a.name, 'ada') AND (match(b.name, 'ada') OR a._key = b._key)",
    "SELECT match('Ada', 'ada')",
  ])('%s is an error, not a guess', async (text) => {
    expect((await errorOf(text)).code).toMatch(/^RQ_(UNSUPPORTED|NO_INDEX)$/);
  });

  it('names the index that would make it work', async () => {
    const { code, hint } = await errorOf(
      "SELECT * FROM redis_hash('q:*', columns => {'name': 'VARCHAR'}) WHERE match(name, 'x')",
    );
    expect([code, hint]).toEqual(['RQ_NO_INDEX', expect.stringMatching(/FT\.CREATE .* ON HASH PREFIX 1 q: SCHEMA name TEXT/)]);
  });

  it('says that push-down is off where it is', async () => {
    await live.session.query('SET pushdown_filters = false').rows();
    const { code, message } = await errorOf("SELECT * FROM redis_hash('p:*') WHERE match(name, 'ada')");
    expect([code, message]).toEqual(['RQ_UNSUPPORTED', expect.stringContaining('pushdown_filters is off')]);
    await live.session.query('RESET pushdown_filters').rows();
  });

  it('is refused where indexes are off', async () => {
    await live.session.query('SET use_indexes = false').rows();
    expect((await errorOf("SELECT * FROM redis_hash('p:*') WHERE match(name, 'ada')")).code).toBe('RQ_NO_INDEX');
    await live.session.query('RESET use_indexes').rows();
  });
});

describe('geo_within', () => {
  it.each([
    ["geo_within(place, 2.35, 48.85, 5, 'km')", 'p:1'],
    ["geo_within(place, 2.35, 48.85, 400, 'km')", 'p:0 p:1'],
    ["geo_within(place, 2.35, 48.85, 5, 'm')", ''],
    ["NOT geo_within(place, 2.35, 48.85, 400, 'km')", 'p:2 p:3'],
  ])('%s: %s, by the index and by a scan', async (condition, expected) => {
    expect(await keysOf(condition)).toBe(expected);
    await live.session.query('SET use_indexes = false').rows();
    expect(await keysOf(condition)).toBe(expected);
    await live.session.query('RESET use_indexes').rows();
  });
});

describe('vector_distance', () => {
  it('measures lists of a document', async () => {
    const rows = await live.session
      .query(
        "SELECT name FROM redis_json('v:*') WHERE vector_distance(vector, [1, 0]) < 0.3 ORDER BY vector_distance(vector, [1, 0])",
      )
      .rows();
    expect(rows.map((row) => row['name'])).toEqual(['Ada Lovelace', 'Ada Yonath']);
  });

  it.each(["vector_distance([1, 2], '[1, 2]')", "vector_distance('abc', [1, 2])", "vector_distance([1], [1], 'near')"])(
    '%s is an error',
    async (text) => {
      expect((await errorOf(`SELECT ${text}`)).code).toBe('RQ_ARGUMENT');
    },
  );

  it.each([
    ["vector_distance([3, 4], [0, 0], 'l2')", 25],
    ["vector_distance([1, 2], [3, 4], 'ip')", -10],
    ['vector_distance([1, 2], [1])', null],
    ["vector_distance('\\x00\\x00\\x80?'::BLOB, [2])", 0],
  ])('%s = %s', async (text, expected) => {
    expect(await live.session.query(`SELECT ${text} AS d`).rows()).toEqual([{ d: expected }]);
  });
});
