import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type Session } from '../../src/index.ts';
import { type LiveSession, startLive } from '../support/live-session.ts';

/** Keys whose names try a pattern's limits: prefixes of each other, wildcards, backslashes, what LIKE reads specially. */
const KEYS = [
  'a',
  'a:',
  'a:1',
  'a:10',
  'a:100',
  'a:2',
  'a:_',
  'a:%',
  'a:*',
  'a:?',
  'a:[x]',
  'a:\\',
  'a:\\xff',
  'a: b',
  'a:é',
  'a:日本',
  'ab:1',
  'b:1',
  'B:1',
];
const PATTERNS = ['*', 'a*', 'a:*', 'a:1*', 'a:1', 'a:[12]*', 'a:\\**', '?:*', 'nothing*'];

let live: LiveSession;
let without: Session;
beforeAll(async () => {
  live = await startLive();
  for (const [index, key] of KEYS.entries()) await live.redis.call('HSET', key, 'n', String(index), 'k', key);
  await live.redis.call('SET', 'a:string', 'no hash');
  without = await connect({ url: live.redis.url, pushDown: false });
});
afterAll(async () => {
  await without.close();
  await live[Symbol.asyncDispose]();
});

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
const key = fc.oneof(fc.constantFrom(...KEYS), fc.constantFrom('none', ''));
const condition: fc.Arbitrary<string> = fc.letrec<{ tree: string; leaf: string }>((tie) => ({
  leaf: fc.oneof(
    key.map((text) => `_key = ${quoted(text)}`),
    key.map((text) => `_key <> ${quoted(text)}`),
    key.map((text) => `_key > ${quoted(text)}`),
    key.map((text) => `k = ${quoted(text)}`),
    fc.array(key, { minLength: 1, maxLength: 6 }).map((texts) => `_key IN (${texts.map(quoted).join(', ')}, NULL)`),
    fc.array(key, { minLength: 1, maxLength: 3 }).map((texts) => `_key NOT IN (${texts.map(quoted).join(', ')})`),
    key.map((text) => `_key LIKE ${quoted(`${text}%`)}`),
    key.map((text) => `_key LIKE ${quoted(`${text}_`)}`),
    key.map((text) => `starts_with(_key, ${quoted(text)})`),
    fc.constantFrom(
      'n > 5',
      'n IS NULL',
      '_key IS NOT NULL',
      '_key = NULL',
      '_key = k',
      'true',
      "upper(_key) = 'A:1'",
      "_key = concat('a:', '1')",
    ),
  ),
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    fc.tuple(tie('tree'), fc.constantFrom('AND', 'OR'), tie('tree')).map(([left, word, right]) => `(${left} ${word} ${right})`),
    tie('tree').map((inner) => `NOT (${inner})`),
  ),
})).tree;

const pattern = fc
  .constantFrom(...PATTERNS)
  .map((text) => `redis_hash(${quoted(text)}, columns => {'n': 'BIGINT', 'k': 'VARCHAR'})`);
const flat = fc.array(condition, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(' AND '));
const statement = fc.oneof(
  fc.tuple(pattern, flat).map(([from, where]) => `SELECT _key, n, k AS _key FROM ${from} u WHERE ${where} ORDER BY ALL`),
  fc
    .tuple(pattern, flat)
    .map(([from, where]) =>
      `SELECT k AS _key, upper(k) AS k FROM ${from} WHERE u._key = 'a:1' AND ${where} ORDER BY 1, 2`.replace(
        ' WHERE',
        ' AS u WHERE',
      ),
    ),
  fc.tuple(pattern, condition).map(([from, where]) => `SELECT _key, n FROM ${from} WHERE ${where} ORDER BY ALL`),
  fc.tuple(pattern, condition).map(([from, where]) => `SELECT count(*) AS c FROM ${from} WHERE ${where}`),
  fc
    .tuple(pattern, pattern, condition, fc.constantFrom('JOIN', 'LEFT JOIN', 'FULL JOIN', 'SEMI JOIN', 'ANTI JOIN'))
    .map(
      ([left, right, where, join]) =>
        `SELECT a._key, a.n FROM (FROM ${left} WHERE ${where}) a ${join} ${right} b USING (_key) ORDER BY ALL`,
    ),
  fc
    .tuple(pattern, condition, condition)
    .map(
      ([from, one, two]) =>
        `WITH t AS (FROM ${from}) SELECT _key FROM t WHERE ${one} UNION ALL SELECT k FROM t WHERE ${two} ORDER BY ALL`,
    ),
  fc
    .tuple(pattern, condition, fc.nat(5))
    .map(([from, where, n]) => `SELECT count(*) AS c FROM (SELECT * FROM ${from} WHERE ${where} LIMIT ${n})`),
);

describe('push-down', () => {
  it('gives the rows that a scan of all keys gives, for generated statements', async () => {
    let pushed = 0;
    await fc.assert(
      fc.asyncProperty(statement, async (text) => {
        const result = live.session.query(text);
        expect(await result.rows(), text).toEqual(await without.query(text).rows());
        if (result.stats.scans.some((scan) => scan.access !== 'scan')) pushed++;
      }),
      { numRuns: 400, seed: 20_261_121 },
    );
    expect(pushed).toBeGreaterThan(30);
  });

  it.each([
    ["SELECT count(*) AS c FROM redis_hash('*', columns => {'n': 'BIGINT'}) WHERE _key LIKE 'a:\\%' ", 2n],
    ["SELECT count(*) AS c FROM redis_hash('*', columns => {'n': 'BIGINT'}) WHERE _key LIKE 'a:!%' ESCAPE '!'", 1n],
    ["SELECT count(*) AS c FROM redis_hash('*', columns => {'n': 'BIGINT'}) WHERE _key = 'a:\\xff'", 1n],
    ["SELECT count(*) AS c FROM redis_hash('a:*', columns => {'n': 'BIGINT'}) WHERE _key IN ('a:string', 'a:1', 'a:1')", 1n],
  ])('answers %s', async (text, expected) => {
    expect(await live.session.query(text).rows()).toEqual([{ c: expected }]);
    expect(await without.query(text).rows()).toEqual([{ c: expected }]);
  });
});
