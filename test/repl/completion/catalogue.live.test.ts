import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect, type Session } from '../../../src/index.ts';
import { COMMANDS } from '../../../src/repl/commands/index.ts';
import { Catalogue } from '../../../src/repl/completion/catalogue.ts';
import { completerFor } from '../../../src/repl/completion/completer.ts';
import { ARGUMENT_VALUES, COLUMNS_ON_DEMAND, ROW_OF, SETTING_VALUES } from '../../../src/repl/completion/offers/values.ts';
import type { Shell } from '../../../src/repl/words.ts';
import { ControlClient, endpointFrom, SCAN_SETTING_NAMES, TABLE_SOURCES } from '../../../src/storage/index.ts';
import { callsOf } from '../../support/live-session.ts';
import { type RunningRedis, startRedis } from '../../support/redis-server.ts';

interface Place extends AsyncDisposable {
  readonly session: Session;
  readonly catalogue: Catalogue;
  /** How often the catalogue asked for the session: twice a load. */
  readonly sessionCalls: number;
  /** Goes to another server, as far as the catalogue can tell. */
  place: string;
  /** Texts of the candidates at the `|`. */
  tab(marked: string): Promise<readonly string[]>;
}

let redis: RunningRedis;
beforeAll(async () => {
  redis = await startRedis({ modules: true });
  for (let id = 1; id <= 50; id++) {
    await redis.call('HSET', `user:${id}`, 'name', `Ann ${id}`, 'age', String(id), 'city', 'Paris');
    await redis.call('SADD', `tags:${id}`, 'a');
  }
  await redis.call('JSON.SET', 'doc:1', '$', '{"title":"x","at":{"lon":1.5}}');
  await redis.call('JSON.SET', 'doc:2', '$', '{"title":"y","at":{"lon":2.5}}');
  await redis.call('HSET', 'bad:\u001b[2J:1', 'a', 'b');
  await redis.call('FT.CREATE', 'idx:user', 'ON', 'HASH', 'PREFIX', '1', 'user:', 'SCHEMA', 'name', 'TEXT', 'age', 'NUMERIC');
});
afterAll(() => redis.stop());

async function openPlace(url = redis.url): Promise<Place> {
  const session = await connect({ url, isLazy: true });
  const client = new ControlClient(endpointFrom('default', { url }));
  const shell = {
    place: url,
    calls: 0,
    async session() {
      shell.calls++;
      return session;
    },
    redis: async () => client,
  };
  const catalogue = new Catalogue(shell);
  // The completer gives the shell to commands only.
  const complete = completerFor(catalogue, COMMANDS, shell as unknown as Shell);
  return {
    session,
    catalogue,
    get sessionCalls() {
      return shell.calls;
    },
    get place() {
      return shell.place;
    },
    set place(name) {
      shell.place = name;
    },
    async tab(marked) {
      const cursor = marked.indexOf('|');
      const text = marked.slice(0, cursor) + marked.slice(cursor + 1);
      return ((await complete(text, cursor, new AbortController().signal))?.candidates ?? []).map((one) => one.text);
    },
    async [Symbol.asyncDispose]() {
      catalogue.stop();
      await session.close();
      await client.close();
    },
  };
}

async function load(catalogue: Catalogue): Promise<void> {
  catalogue.refresh();
  await catalogue.settled();
}

describe('the catalogue', () => {
  it('knows what a session and its server have', async () => {
    await using place = await openPlace();
    await place.session.query("CREATE VIEW people AS FROM redis_hash('user:*')").rows();
    await place.session.query('CREATE TABLE "My T" (a INTEGER, "b c" VARCHAR)').rows();
    await place.session.query('CREATE MACRO add_tax(x) AS x * 1.2').rows();
    await load(place.catalogue);
    const { tables, functions, sources, indexes, keys, settings } = place.catalogue.facts;
    expect(tables).toEqual([
      {
        name: 'My T',
        kind: 'table',
        columns: [
          { name: 'a', type: 'INTEGER' },
          { name: 'b c', type: 'VARCHAR' },
        ],
      },
      { name: 'people', kind: 'view', columns: expect.arrayContaining([{ name: 'age', type: 'BIGINT' }]) },
    ]);
    expect(functions.length).toBeGreaterThan(500);
    expect(functions).toContainEqual({
      name: 'add_tax',
      kind: 'macro',
      parameters: ['x'],
      isBare: false,
      returnType: null,
      isOwn: true,
    });
    expect(functions.find(({ name }) => name === 'now')?.isBare).toBe(true);
    expect(sources.map(({ name }) => name)).toEqual(TABLE_SOURCES.map(({ functionName }) => functionName));
    expect(indexes).toEqual([
      {
        name: 'idx:user',
        keyType: 'HASH',
        documents: 50,
        attributes: [
          { name: 'name', type: 'TEXT' },
          { name: 'age', type: 'NUMERIC' },
        ],
      },
    ]);
    expect(keys).toContainEqual({ pattern: 'user:*', template: 'user:{id}', type: 'hash', count: 50 });
    expect(keys).toContainEqual({ pattern: 'doc:*', template: 'doc:{id}', type: 'ReJSON-RL', count: 2 });
    expect(keys.some(({ pattern }) => pattern.includes('\u001b'))).toBe(false);
    expect(settings.find(({ name }) => name === 'TimeZone')).toEqual({ name: 'TimeZone', value: 'UTC' });
  });

  it('answers Tab with columns of tables in the line', async () => {
    await using place = await openPlace();
    await place.session.query("CREATE VIEW people AS FROM redis_hash('user:*')").rows();
    await load(place.catalogue);
    expect(await place.tab('SELECT ag| FROM people')).toContain('age');
    expect(await place.tab('WITH a AS (SELECT age AS years FROM people) SELECT y| FROM a')).toContain('years');
    expect(await place.tab('SELECT s.| FROM (SELECT city AS town FROM people) s')).toEqual(['town']);
  });

  it.each([
    ["SELECT ag| FROM redis_hash('user:*')", 'age'],
    ["SELECT id| FROM redis_hash('user:{id}')", 'id'],
    ["SELECT ci| FROM redis_hash('user:1')", 'city'],
    ["SELECT ag| FROM redis_hash('user:*', all_varchar => true)", 'age'],
    ["SELECT ag| FROM redis_hash('user:*', columns => {'aged': 'BIGINT'})", 'aged'],
    ["SELECT at.| FROM redis_json('doc:*')", 'lon'],
    ["SELECT mem| FROM redis_set('tags:*')", 'member'],
    ["SELECT nam| FROM redis_search('idx:user')", 'name'],
    ["SELECT nam| FROM redis_search('idx:user', 'ann')", 'name'],
    ["SELECT s.| FROM (SELECT age AS years FROM redis_hash('user:*')) s", 'years'],
    ["WITH a AS (SELECT title AS t FROM redis_json('doc:*')) SELECT a.| FROM a", 't'],
    ["SELECT s.| FROM (SELECT count(*) AS n FROM redis_hash('user:*') JOIN redis_set('tags:*') USING (_key)) s", 'n'],
    ["SELECT nam| FROM redis_hash('user:*') WHERE _key = 'x", 'name'],
  ])('knows what fits %j at the first Tab, and looks for no key', async (marked, expected) => {
    await using place = await openPlace();
    await load(place.catalogue);
    const scans = await callsOf(redis, 'scan');
    expect(await place.tab(marked)).toContain(expected);
    expect(await callsOf(redis, 'scan')).toBe(scans);
  });

  it.each([
    ["FROM redis_hash('us|", "user:*'"],
    ["SELECT ag| FROM redis_hash('user:*')", 'age'],
    ["FROM redis_search('|", "idx:user'"],
    ['SET |', 'max_scan_keys = '],
    ['FROM red|', "redis_hash('"],
    ['.keys us|', 'user:*'],
  ])('waits for what it needs where it is asked %j at once', async (marked, expected) => {
    await using place = await openPlace();
    place.catalogue.refresh();
    expect(await place.tab(marked)).toContain(expected);
  });

  it('waits for a table that was just made', async () => {
    await using place = await openPlace();
    await load(place.catalogue);
    await place.session.query('CREATE TABLE fresh (appeared INTEGER)').rows();
    place.catalogue.refresh();
    expect(await place.tab('SELECT app| FROM fresh')).toContain('appeared');
  });

  it('learns columns from a statement where the sample has no key of its pattern', async () => {
    await using place = await openPlace();
    await load(place.catalogue);
    await redis.call('HSET', 'rare:1', 'weight', '5');
    const statement = "SELECT * FROM redis_hash('rare:*')";
    expect(await place.tab("SELECT wei| FROM redis_hash('rare:*')")).not.toContain('weight');
    await place.session.query(statement).rows();
    const scans = await callsOf(redis, 'scan');
    place.catalogue.learn(statement);
    await expect.poll(() => place.tab("SELECT wei| FROM redis_hash('rare:*')")).toContain('weight');
    expect(await callsOf(redis, 'scan')).toBe(scans);
    await redis.call('DEL', 'rare:1');
  });

  it('gives up waiting where it is stopped', async () => {
    await using place = await openPlace('redis://127.0.0.1:1');
    const answer = place.tab("FROM redis_hash('|");
    place.catalogue.stop();
    expect(await answer).toEqual([]);
  });

  it('asks Redis for nothing at Tab', async () => {
    await using place = await openPlace();
    await load(place.catalogue);
    const before = [await callsOf(redis, 'scan'), await callsOf(redis, 'ft._list'), await callsOf(redis, 'keys')];
    for (const marked of ['|', 'SELECT | FROM x', "FROM redis_hash('|", "FROM redis_search('|", '.keys |', 'SET |']) {
      await place.tab(marked);
    }
    expect([await callsOf(redis, 'scan'), await callsOf(redis, 'ft._list'), await callsOf(redis, 'keys')]).toEqual(before);
  });

  it('sees what was made and dropped after a refresh', async () => {
    await using place = await openPlace();
    await load(place.catalogue);
    const scans = await callsOf(redis, 'scan');
    await place.session.query('CREATE TABLE fresh (a INTEGER)').rows();
    await place.session.query('CREATE MACRO twice(x) AS x * 2').rows();
    await load(place.catalogue);
    expect(place.catalogue.facts.tables.map(({ name }) => name)).toEqual(['fresh']);
    expect(place.catalogue.facts.functions.filter(({ isOwn }) => isOwn).map(({ name }) => name)).toEqual(['twice']);
    await place.session.query('DROP TABLE fresh').rows();
    await place.session.query('DROP MACRO twice').rows();
    await load(place.catalogue);
    expect(place.catalogue.facts.tables).toEqual([]);
    expect(place.catalogue.facts.functions.filter(({ isOwn }) => isOwn)).toEqual([]);
    expect(place.catalogue.facts.functions.length).toBeGreaterThan(500);
    // Keys are not sampled for it.
    expect(await callsOf(redis, 'scan')).toBe(scans);
  });

  it('looks at the keys again when that was a minute ago', async () => {
    await using place = await openPlace();
    await load(place.catalogue);
    const scans = await callsOf(redis, 'scan');
    place.catalogue.refreshIfOld();
    await place.catalogue.settled();
    expect(await callsOf(redis, 'scan')).toBe(scans);
    const now = performance.now();
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now + 70_000);
    try {
      await redis.call('SET', 'fresh:1', 'x');
      place.catalogue.refreshIfOld();
      await place.catalogue.settled();
      expect(place.catalogue.facts.keys.map(({ pattern }) => pattern)).toContain('fresh:*');
    } finally {
      clock.mockRestore();
    }
  });

  it('forgets keys and indexes on the way to another server', async () => {
    await using place = await openPlace();
    await load(place.catalogue);
    place.place = 'elsewhere';
    place.catalogue.refresh();
    const early = place.catalogue.facts;
    expect([early.keys, early.indexes, early.tables]).toEqual([[], [], []]);
    await place.catalogue.settled();
    expect(place.catalogue.facts.keys).not.toEqual([]);
  });

  it('knows words and functions where there is no Redis', async () => {
    await using place = await openPlace('redis://127.0.0.1:1');
    await load(place.catalogue);
    expect(place.catalogue.facts.keys).toEqual([]);
    expect(await place.tab('SELECT date_tr|')).toEqual(['date_trunc(']);
    expect(await place.tab('SELECT * FROM redis_h|')).toEqual(["redis_hash('"]);
    expect(await place.tab("SELECT | FROM redis_hash('user:*')")).toContain('_ttl');
  });

  it('ends what it loads', async () => {
    await using place = await openPlace();
    place.catalogue.refresh();
    place.catalogue.stop();
    await place.catalogue.settled();
    expect(place.catalogue.facts.keys).toEqual([]);
  });

  it('loads once for many refreshes', async () => {
    await using place = await openPlace();
    await load(place.catalogue);
    const before = place.sessionCalls;
    for (let n = 0; n < 100; n++) place.catalogue.refresh();
    await place.catalogue.settled();
    expect(place.sessionCalls - before).toBeLessThanOrEqual(4);
    expect(place.sessionCalls).toBeGreaterThan(before);
  });
});

describe('data of completion', () => {
  it('has values for every setting and argument, and a word for every table function', () => {
    expect(SCAN_SETTING_NAMES.filter((name) => !SETTING_VALUES.has(name))).toEqual([]);
    const names = new Set(TABLE_SOURCES.flatMap(({ argumentNames }) => argumentNames));
    expect([...names].filter((name) => !ARGUMENT_VALUES.has(name) && !['sort_by', 'vector_field'].includes(name))).toEqual([]);
    expect(TABLE_SOURCES.map(({ functionName }) => functionName)).toEqual([...ROW_OF.keys()]);
  });

  it('has settings that a session takes', async () => {
    await using place = await openPlace();
    for (const [name, values] of SETTING_VALUES) {
      for (const value of values) {
        await expect(place.session.query(`SET ${name} = ${value}`).rows(), `${name} = ${value}`).resolves.toEqual([]);
      }
    }
  });

  it('has the columns on demand that tables have', async () => {
    await using place = await openPlace();
    const patterns = new Map([
      ['redis_hash', "'user:*'"],
      ['redis_json', "'doc:*'"],
      ['redis_search', "'idx:user', '*'"],
    ]);
    for (const [name, columns] of COLUMNS_ON_DEMAND) {
      const call = `${name}(${patterns.get(name) ?? "'tags:*'"})`;
      const schema = await place.session
        .query(`SELECT ${columns.map(([column]) => column).join(', ')} FROM ${call} LIMIT 0`)
        .schema();
      expect(schema.map((field) => field.name)).toEqual(columns.map(([column]) => column));
    }
  });
});
