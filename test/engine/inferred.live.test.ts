import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillUsers, type LiveSession, startLive } from '../support/live-session.ts';

const HASHES = 30_000;

let live: LiveSession;

beforeAll(async () => {
  live = await startLive();
  await fillUsers(live.redis, HASHES);
});

afterAll(async () => {
  await live[Symbol.asyncDispose]();
});

/** A key that the session's sample cannot have seen: it is changed after the columns were inferred. */
async function withOddValue(field: string, value: string, test: () => Promise<void>): Promise<void> {
  const { redis, session } = live;
  await session.query("SELECT count(age) FROM redis_hash('user:*')").rows();
  const before = String(await redis.call('HGET', 'user:12345', field));
  await redis.call('HSET', 'user:12345', field, value);
  try {
    await test();
  } finally {
    await redis.call('HSET', 'user:12345', field, before);
  }
}

describe('a value outside of the sample', () => {
  it.each([
    ['age', '01234', 'BIGINT'],
    ['age', '-0', 'BIGINT'],
    ['age', 'n/a', 'BIGINT'],
    ['score', '1e3', 'DOUBLE'],
    ['score', '1.50', 'DOUBLE'],
  ])('in the column %s, %s, is refused and never read as another %s', async (field, value, type) => {
    await withOddValue(field, value, async () => {
      const { session } = live;
      await expect(session.query(`SELECT ${field} FROM redis_hash('user:*')`).rows()).rejects.toMatchObject({
        code: 'RQ_BAD_VALUE',
        message: expect.stringContaining(
          `field "${field}" of key "user:12345" does not read back unchanged as ${type}, a type inferred from a sample`,
        ),
        hint: expect.stringMatching(`columns => {'${field}': 'VARCHAR'}.*all_varchar => true`),
      });
      for (const [onError, count] of [
        ['null', HASHES],
        ['skip', HASHES - 1],
      ] as const) {
        const call = `redis_hash('user:*', on_error => '${onError}')`;
        const result = session.query(`SELECT count(*) AS n, count(${field}) AS v FROM ${call}`);
        expect(await result.rows()).toEqual([{ n: BigInt(count), v: BigInt(HASHES - 1) }]);
        expect(result.stats.badValues).toBe(1);
      }
    });
  });

  it('is read as it is, once the column is declared or all are text', async () => {
    await withOddValue('age', '01234', async () => {
      const { session } = live;
      const ageIn = async (call: string) => await session.query(`SELECT age FROM ${call} WHERE _key = 'user:12345'`).rows();
      expect(await ageIn("redis_hash('user:*', all_varchar => true)")).toEqual([{ age: '01234' }]);
      expect(await ageIn("redis_hash('user:*', columns => {'age': 'VARCHAR'})")).toEqual([{ age: '01234' }]);
      expect(await ageIn("redis_hash('user:*', columns => {'age': 'BIGINT'})")).toEqual([{ age: 1234n }]);
    });
  });

  it('is refused by a view, too, whose columns were inferred when it was made', async () => {
    const { session } = live;
    await session.query("CREATE VIEW users AS SELECT * FROM redis_hash('user:*')").rows();
    await withOddValue('age', '01234', async () => {
      await expect(session.query('SELECT max(age) FROM users').rows()).rejects.toMatchObject({
        code: 'RQ_BAD_VALUE',
        message: expect.stringContaining('inferred from a sample'),
      });
      expect(await session.query("SELECT name FROM users WHERE _key = 'user:12345'").rows()).toEqual([
        { name: 'User Number 12345' },
      ]);
    });
  });
});

describe('a type that one value made', () => {
  // Nothing else is there: a sample that ends by its clock has seen all three.
  beforeAll(async () => {
    await live.redis.call('FLUSHALL');
    for (const [index, age] of ['1', '2', '007'].entries()) await live.redis.call('HSET', `odd:${index}`, 'age', age);
  });

  it.each([
    ["SELECT * FROM redis_hash('odd:*') WHERE age > 3", 'Cannot compare values of type VARCHAR'],
    [
      "SELECT avg(age) FROM redis_hash('odd:*')",
      "No function matches the given name and argument types 'avg(VARCHAR)'; there are avg(",
    ],
  ])('%s tells which', async (text, message) => {
    await expect(live.session.query(text).rows()).rejects.toMatchObject({
      code: 'RQ_BIND',
      message: expect.stringContaining(message),
      hint: expect.stringMatching(
        /"age" is VARCHAR, because 1 of 3 values is no BIGINT \('007' would come back as 7\)\. Declare the types that you want: columns => \{'age': 'BIGINT'\}/,
      ),
    });
  });

  it('says nothing of columns that the statement does not name', async () => {
    const error: unknown = await live.session
      .query("SELECT _key > 3 FROM redis_hash('odd:*')")
      .rows()
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'RQ_BIND', hint: undefined });
  });

  it('offers columns only where they can be declared', async () => {
    await live.redis.call('SADD', 'odd-set', 'a');
    const error: unknown = await live.session
      .query("SELECT nope FROM redis_set('odd-set')")
      .rows()
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'RQ_UNKNOWN_COLUMN', hint: undefined });
  });
});
