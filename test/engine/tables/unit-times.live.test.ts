/** Times of a declared unit (TIMESTAMP_S, TIMESTAMP_MS) against times of DuckDB's own: asked of a NUMERIC field, exactly. */
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedQueryError } from '../../../src/index.ts';
import { callsOf } from '../../support/live-session.ts';
import { type LiveTables, startTables } from '../../support/live-tables.ts';

const HASHES = "redis_hash('ev:*', columns => {'ep': 'TIMESTAMP_S', 'ems': 'TIMESTAMP_MS'})";
const NOW = Math.floor(Date.now() / 1000);

let tables: LiveTables;

beforeAll(async () => {
  tables = await startTables({}, { modules: true });
  const times = [NOW - 7200, NOW - 3700, NOW - 3500, NOW - 10, NOW + 600, 0, -1, 1_704_067_200, 1_704_067_201];
  await tables.write(
    'FT.CREATE idx:ev ON HASH PREFIX 1 ev: SCHEMA ep NUMERIC ems NUMERIC',
    ...times.map((seconds, i) => `HSET ev:${i} ep ${seconds} ems ${seconds * 1000 + (i % 3) * 250}`),
    `JSON.SET doc:1 $ {"addr":{"zip":"z5","geo":{"lat":1.5}},"n":1}`,
    `JSON.SET doc:2 $ {"addr":{"zip":"z6","geo":{"lat":2.5}},"n":2}`,
  );
  while (!/"num_docs","?9\b/.test(JSON.stringify(await tables.redis.call('FT.INFO', 'idx:ev')))) await setTimeout(20);
});
afterAll(() => tables[Symbol.asyncDispose]());

describe('a time of a declared unit', () => {
  it.each([
    ['ep::TIMESTAMPTZ > now() - INTERVAL 1 HOUR', 'ev:2 ev:3 ev:4'],
    ['ep::TIMESTAMP > now() - INTERVAL 1 HOUR AND ep::TIMESTAMP < now()', 'ev:2 ev:3'],
    ['ems::TIMESTAMPTZ > now() - INTERVAL 1 HOUR', 'ev:2 ev:3 ev:4'],
    ["ep > TIMESTAMP '2024-01-01 00:00:00.5' AND ep < TIMESTAMP '2024-01-02'", 'ev:8'],
    ["ep <= TIMESTAMP '1969-12-31 23:59:59.5'", 'ev:6'],
    ["ep >= TIMESTAMP '2099-01-01'", ''],
    ["ems = TIMESTAMP '2024-01-01 00:00:00.25'", 'ev:7'],
    ["ems BETWEEN TIMESTAMP '1969-12-31 23:59:59' AND TIMESTAMP '1970-01-01 00:00:00.5'", 'ev:5 ev:6'],
  ])('%s is asked of an index exactly', async (condition, keys) => {
    const text = `SELECT _key FROM ${HASHES} WHERE ${condition} ORDER BY _key`;
    expect((await tables.lines(text)).join(' ')).toBe(keys);
    // So few keys would be scanned.
    const explained = await tables.explain(text.replace('columns =>', "access => 'index', columns =>"));
    expect(explained).toMatch(/filter .*→ index idx:ev, exact/);
    expect(explained).not.toContain('→ DuckDB');
  });

  it('is counted by the index', async () => {
    const text = `SELECT count(*) AS n FROM ${HASHES} WHERE ep::TIMESTAMPTZ > now() - INTERVAL 1 HOUR`;
    const before = await callsOf(tables.redis, 'hmget');
    expect(await tables.session.query(text).rows()).toEqual([{ n: 3n }]);
    expect(await callsOf(tables.redis, 'hmget')).toBe(before);
  });

  it('is compared with a Date', async () => {
    const since = new Date((NOW - 3600) * 1000);
    const text = `SELECT count(*) AS n FROM ${HASHES} WHERE ep::TIMESTAMPTZ > ?`;
    expect(await tables.session.query(text, [since]).rows()).toEqual([{ n: 3n }]);
  });

  it.each(['ep > now() - INTERVAL 1 HOUR', "ems < TIMESTAMPTZ '2024-01-01'"])(
    '%s fails with the form that works',
    async (condition) => {
      const error: unknown = await tables.session
        .query(`SELECT _key FROM ${HASHES} WHERE ${condition}`)
        .rows()
        .catch((failure: unknown) => failure);
      const { code, hint } = error instanceof RedQueryError ? error : new RedQueryError('RQ_INTERNAL', String(error));
      expect([code, hint]).toEqual(['RQ_BIND', expect.stringContaining('::TIMESTAMPTZ > now() - INTERVAL 1 HOUR')]);
    },
  );

  it('means the local time in another zone, which only DuckDB can tell', async () => {
    await tables.session.query("SET TimeZone = 'Asia/Tokyo'").rows();
    const text = `SELECT _key FROM ${HASHES} WHERE ep::TIMESTAMPTZ > now() - INTERVAL 1 HOUR ORDER BY _key`;
    expect((await tables.session.query(text).rows()).map((row) => row['_key'])).toEqual([]);
    expect(await tables.explain(text)).toContain('a cast of the column');
    await tables.session.query('RESET TimeZone').rows();
  });
});

describe('a member of a structure', () => {
  const declared = (columns: string): string => `redis_json('doc:*', columns => ${columns})`;

  it.each([
    ["addr.zip = 'z5'", "a member of a structure: declare a column for it, columns => {'zip': 'VARCHAR $.addr.zip'}"],
    ["addr.ZIP IN ('z5', 'z6')", "columns => {'zip': 'VARCHAR $.addr.zip'}"],
    ["addr['zip'] LIKE 'z%'", "columns => {'zip': 'VARCHAR $.addr.zip'}"],
    ['addr.geo.lat > 2', "columns => {'lat': 'DOUBLE $.addr.geo.lat'}"],
    ['addr.geo IS NULL', 'a member of a structure'],
    ["lower(addr.zip) = 'z5'", 'a function of the column'],
    ['addr.geo.lat = length(addr.zip)', 'a function of the column'],
  ])('%s says what would let it go down', async (condition, why) => {
    expect(await tables.explain(`SELECT n FROM redis_json('doc:*') WHERE ${condition}`)).toContain(why);
  });

  it('is found by the column that is advised', async () => {
    expect(await tables.lines(`SELECT _key FROM ${declared("{'zip': 'VARCHAR $.addr.zip'}")} WHERE zip = 'z5'`)).toEqual([
      'doc:1',
    ]);
    expect(await tables.lines(`SELECT _key FROM ${declared("{'lat': 'DOUBLE $.addr.geo.lat'}")} WHERE lat > 2`)).toEqual([
      'doc:2',
    ]);
  });
});
