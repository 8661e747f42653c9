import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorFromDuckDb } from '../../src/engine/thread/errors/duckdb-errors.ts';
import { RedQueryError } from '../../src/errors.ts';
import { type LiveSession, startLive } from '../support/live-session.ts';

let live: LiveSession;

beforeAll(async () => {
  live = await startLive();
});

afterAll(async () => {
  await live[Symbol.asyncDispose]();
});

async function failureOf(text: string): Promise<RedQueryError> {
  const error: unknown = await live.session
    .query(text)
    .rows()
    .then(
      () => null,
      (thrown: unknown) => thrown,
    );
  if (error instanceof RedQueryError) return error;
  throw new Error(`${text} did not fail`);
}

describe('an error says what would be valid', () => {
  it.each([
    ['HGETALL device:1', "the hash device:1 is: SELECT * FROM redis_hash('device:1')"],
    ['get "two words"', "the string two words is: SELECT * FROM redis_string('two words')"],
    ['LRANGE l 0 -1', "the list l is: SELECT * FROM redis_list('l')"],
    ['JSON.GET doc:1', "the json doc:1 is: SELECT * FROM redis_json('doc:1')"],
    ['hgetall', "such keys are: SELECT * FROM redis_hash('user:*')"],
    ['KEYS user:*', "keys are listed by SELECT * FROM redis_keys('user:*')"],
    ['SCAN 0', "keys are listed by SELECT * FROM redis_keys('user:*')"],
    ['PING', 'SELECT * FROM redis_info()'],
    ['DEL device:1', 'which reads keys and changes none'],
    ['FT.SEARCH idx x', "SELECT * FROM redis_search('index', 'query')"],
    ['SELCT 1', 'did you mean SELECT?'],
  ])('%s', async (text, hint) => {
    expect(await failureOf(text)).toMatchObject({ code: 'RQ_SYNTAX', hint: expect.stringContaining(hint) });
  });

  it('with the place of the word that is mistyped', async () => {
    expect(await failureOf('SELECT * FORM x')).toMatchObject({ hint: 'did you mean FROM?', position: 9 });
    expect(await failureOf('SELECT * FROM range(3) WHER range > 1')).toMatchObject({ hint: 'did you mean WHERE?', position: 23 });
    expect(await failureOf('SELECT 1 +')).not.toHaveProperty('hint', expect.stringContaining('mean'));
  });

  it('and how keys are read, where a table is looked for', async () => {
    const error = await failureOf('FROM device');
    expect(error.message).toBe('Table with name device does not exist!');
    expect(error.hint).toBe("keys are read by functions, hashes by FROM redis_hash('device:*')");
    expect((await failureOf('FROM "user:7"')).hint).toContain("redis_hash('user:7')");
    await live.session.query('CREATE VIEW devices AS SELECT 1 AS name, 2 AS a').rows();
    const near = await failureOf('FROM devicse');
    expect(near.message).not.toContain('duckdb_');
  });

  it('and column names only where they are near', async () => {
    expect((await failureOf('SELECT nme FROM (SELECT 1 AS name, 2 AS _key, 3 AS age)')).message).toBe(
      'no column "nme"; nearest names: "name"',
    );
    expect((await failureOf('SELECT nme FROM (SELECT 2 AS _key)')).message).toBe('no column "nme"');
  });

  it.each([
    ['duckdb_views', false],
    ['pg_catalog.pg_am', false],
    ['orders', false],
    ['devices', true],
    ['main.devices', true],
  ])('of the guess %s it keeps: %s', (guess, isKept) => {
    const text = `Catalog Error: Table with name device does not exist!\nDid you mean "${guess}"?`;
    expect(errorFromDuckDb(new Error(text), 'FROM device').message.includes(guess)).toBe(isKept);
  });
});
