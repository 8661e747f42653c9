import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../../src/index.ts';
import { type LiveSession, startLive } from '../../support/live-session.ts';

let live: LiveSession;
const vector = (...numbers: number[]): Buffer => Buffer.from(Float32Array.from(numbers).buffer);

beforeAll(async () => {
  live = await startLive({}, { modules: true });
  const { redis } = live;
  await redis.call(
    ...['FT.CREATE', 'docs', 'ON', 'HASH', 'PREFIX', '1', 'd:', 'SCHEMA', 'title', 'TEXT', 'SORTABLE', 'body', 'TEXT'],
    ...['tag', 'AS', 'label', 'TAG', 'SORTABLE', 'age', 'NUMERIC', 'SORTABLE'],
    ...['v', 'VECTOR', 'FLAT', '6', 'TYPE', 'FLOAT32', 'DIM', '2', 'DISTANCE_METRIC', 'L2'],
  );
  const add = (key: string, fields: Record<string, string | Buffer>): Promise<unknown> =>
    redis.call('HSET', key, ...Object.entries(fields).flat());
  await add('d:1', { title: 'Hello WORLD', body: 'the quick fox', tag: 'RÉD', age: '007', v: vector(1, 2) });
  await add('d:2', { title: 'Hello there', body: 'a fox, and another fox', tag: 'Blue', age: '1e3', v: vector(3, 4) });
  await add('d:3', { title: 'other', body: '', tag: '', extra: 'x' });
  await redis.call(
    ...['FT.CREATE', 'people', 'ON', 'JSON', 'PREFIX', '1', 'p:', 'SCHEMA', '$.name', 'AS', 'name', 'TEXT'],
    ...['$.tags[*]', 'AS', 'tags', 'TAG', '$.n', 'AS', 'n', 'NUMERIC', '$.ok', 'AS', 'ok', 'TAG'],
  );
  await redis.call('JSON.SET', 'p:1', '$', '{"name":"Ann Lee","tags":["a","b"],"n":1.5,"o":{"x":1},"ok":true}');
  await redis.call('JSON.SET', 'p:2', '$', '{"name":"Bob Lee","tags":[],"n":12345678901234}');
});
afterAll(() => live[Symbol.asyncDispose]());

const rows = (text: string, params?: readonly unknown[]) => live.session.query(text, params).rows();

describe('redis_search over hashes', () => {
  it("gives the index's attributes as columns, values as they were stored", async () => {
    const found = await rows("SELECT _key, title, label, age, _score FROM redis_search('docs', 'hello') ORDER BY _key");
    expect(found).toEqual([
      { _key: 'd:1', title: 'Hello WORLD', label: 'RÉD', age: 7, _score: expect.any(Number) },
      { _key: 'd:2', title: 'Hello there', label: 'Blue', age: 1000, _score: expect.any(Number) },
    ]);
    const text = await rows("SELECT age FROM redis_search('docs', 'world', columns => {'age': 'VARCHAR'})");
    expect(text).toEqual([{ age: '007' }]);
    const all = await rows(
      "SELECT age, v FROM redis_search('docs', 'another', all_varchar => true, columns => {'age': 'VARCHAR', 'v': 'BLOB'})",
    );
    expect(all).toEqual([{ age: '1e3', v: new Uint8Array(vector(3, 4)) }]);
  });

  it('describes itself', async () => {
    const described = await rows("SELECT column_name AS n, column_type AS t FROM (DESCRIBE FROM redis_search('docs', '*'))");
    expect(described.map(({ n, t }) => `${String(n)} ${String(t)}`)).toEqual([
      ...['_key VARCHAR', 'title VARCHAR', 'body VARCHAR', 'label VARCHAR', 'age DOUBLE', 'v BLOB', '_score DOUBLE'],
    ]);
  });

  it('reads fields that the index does not have', async () => {
    expect(await rows("SELECT extra, _ttl FROM redis_search('docs', 'other', columns => {'extra': 'VARCHAR'})")).toEqual([
      { extra: 'x', _ttl: null },
    ]);
  });

  it('marks what was found', async () => {
    const found = await rows("SELECT _highlight->>'body' AS b, body FROM redis_search('docs', 'quick', highlight => true)");
    expect(found).toEqual([{ b: 'the <b>quick</b> fox', body: 'the quick fox' }]);
    const named = await rows(
      "SELECT _highlight AS h FROM redis_search('docs', 'hello fox', highlight => ['title'], sort_by => 'age')",
    );
    expect(named[0]).toEqual({ h: '{"title":"<b>Hello</b> WORLD"}' });
    await expect(rows("SELECT _highlight FROM redis_search('docs', 'fox')")).rejects.toMatchObject({ code: 'RQ_UNKNOWN_COLUMN' });
  });

  it('finds the nearest vectors', async () => {
    const knn = "knn => 2, vector_field => 'v', vector => [1.0, 1.0]";
    const nearest = [
      { _key: 'd:1', _distance: 1 },
      { _key: 'd:2', _distance: 13 },
    ];
    expect(await rows(`SELECT _key, _distance FROM redis_search('docs', '*', ${knn}) ORDER BY _distance`)).toEqual(nearest);
    expect(await rows(`SELECT _key, _distance FROM redis_search('docs', 'another', ${knn})`)).toEqual([nearest[1]]);
    const own = "redis_search('docs', '*=>[KNN 1 @v $vector AS far]', vector => '\\x00\\x00\\x80?\\x00\\x00\\x80?'::BLOB)";
    expect(await rows(`SELECT _key, _distance FROM ${own}`)).toEqual([nearest[0]]);
    const near = "redis_search('docs', '@v:[VECTOR_RANGE 2 $vector]=>{$YIELD_DISTANCE_AS: d}', vector => [1, 1])";
    expect(await rows(`SELECT _key, _distance FROM ${near}`)).toEqual([nearest[0]]);
  });

  it('gives the nearest first, so that LIMIT and max_rows leave the best', async () => {
    await live.redis.call(
      ...['FT.CREATE', 'near', 'ON', 'HASH', 'PREFIX', '1', 'near:', 'SCHEMA', 'title', 'TEXT', 'n', 'NUMERIC', 'SORTABLE'],
      ...['my-v', 'VECTOR', 'FLAT', '6', 'TYPE', 'FLOAT32', 'DIM', '2', 'DISTANCE_METRIC', 'L2'],
    );
    const vectors = [vector(0, 0.1), vector(1, 1), vector(1, 0.9)];
    for (const [i, v] of vectors.entries()) await live.redis.call('HSET', `near:${i}`, 'my-v', v, 'title', 'fox', 'n', String(i));
    const asked = "vector => [0.9, 0.9], knn => 3, vector_field => 'my-v'";
    const ordered = ['near:2', 'near:1', 'near:0'];
    for (const query of ['*', 'fox']) {
      const found = await rows(`SELECT _key, _distance, _score FROM redis_search('near', '${query}', ${asked})`);
      expect(found.map((row) => row['_key'])).toEqual(ordered);
      expect(found[0]?.['_distance']).toBeCloseTo(0.01);
    }
    for (const text of [
      `SELECT _key FROM redis_search('near', '*', ${asked}) LIMIT 1`,
      `SELECT _key FROM redis_search('near', '*', ${asked}, max_rows => 1)`,
      "SELECT _key FROM redis_search('near', '*=>[KNN 3 @my\\-v $vector]', vector => [0.9, 0.9]) LIMIT 1",
      "SELECT _key FROM redis_search('near', '@my\\-v:[VECTOR_RANGE 9 $vector]=>{$YIELD_DISTANCE_AS: d}', vector => [0.9, 0.9]) LIMIT 1",
    ]) {
      expect(await rows(text)).toEqual([{ _key: 'near:2' }]);
    }
    const own = await rows(`SELECT _key FROM redis_search('near', '*', ${asked}, sort_by => 'n')`);
    expect(own.map((row) => row['_key'])).toEqual(['near:0', 'near:1', 'near:2']);
    await live.redis.call('FT.DROPINDEX', 'near');
  });

  it('names the dimensions that a vector has, and those that it should have', async () => {
    const asked = "vector => [1.0, 0.0, 1.0], knn => 3, vector_field => 'v'";
    await expect(rows(`SELECT _key FROM redis_search('docs', '*', ${asked})`)).rejects.toMatchObject({
      code: 'RQ_ARGUMENT',
      message: 'the vector has other dimensions than the index docs has: 3 numbers of 32 bits where 2 are expected',
    });
  });

  it('takes values as parameters, which say nothing but themselves', async () => {
    const search = (value: string): Promise<unknown> =>
      rows(`SELECT _key FROM redis_search('docs', '@label:{$t}', params => {'t': '${value}'})`);
    expect(await search('blue')).toEqual([{ _key: 'd:2' }]);
    expect(await search('blue} | @title:(hello')).toEqual([]);
    expect(await search('*')).toEqual([]);
    expect(await search('x" DIALECT 1 LIMIT 0 100\r\nFLUSHALL\r\n')).toEqual([]);
    expect(await rows("SELECT _key FROM redis_search('docs', '@age:[$lo $hi]', params => {'lo': 5, 'hi': 10})")).toEqual([
      { _key: 'd:1' },
    ]);
  });

  it('sends a query as one argument, whatever is in it', async () => {
    const strange = [
      '',
      ' ',
      '"',
      "''",
      '\\',
      '$',
      '@',
      '{',
      '}',
      '*',
      'LIMIT 0 0',
      '\n',
      'ÿ€😀',
      '-',
      '|',
      '%%',
      '()',
      'a\u0001b',
    ];
    const codes = new Set<unknown>();
    for (const first of strange) {
      for (const second of strange) {
        const search = rows(`SELECT _key FROM redis_search('docs', '${first}hello${second}')`);
        codes.add(await search.then(() => 'rows').catch((error: { code: unknown }) => error.code));
      }
    }
    expect(codes).toEqual(new Set(['RQ_ARGUMENT', 'rows']));
    expect(await rows("SELECT count(*)::INT AS n FROM redis_search('docs', '*')")).toEqual([{ n: 3 }]);
  });

  it('sorts and cuts as it is told', async () => {
    const sorted = "redis_search('docs', '*', sort_by => 'age desc', max_rows => 1)";
    expect(await rows(`SELECT _key FROM ${sorted}`)).toEqual([{ _key: 'd:2' }]);
    expect(await rows("SELECT _key FROM redis_search('docs', '*', sort_by => 'age') LIMIT 1")).toEqual([{ _key: 'd:1' }]);
    expect(await rows("SELECT _key FROM redis_search('docs', '*') WHERE age > 10 LIMIT 1")).toEqual([{ _key: 'd:2' }]);
    expect(await rows("SELECT _key FROM redis_search('docs', 'foxes')")).toHaveLength(2);
    expect(await rows("SELECT _key FROM redis_search('docs', 'foxes', verbatim => true)")).toEqual([]);
  });

  it('gives each of many documents once', async () => {
    const script = "for i = 1, 4000 do redis.call('HSET', 'd:many:' .. i, 'title', 'many ' .. i, 'age', i) end";
    await live.redis.call('EVAL', script, '0');
    const many = "redis_search('docs', '@title:many')";
    const found = await rows(`SELECT count(*)::INT AS n, count(DISTINCT _key)::INT AS d, sum(age)::INT AS s FROM ${many}`);
    expect(found).toEqual([{ n: 4000, d: 4000, s: 8_002_000 }]);
    expect(await rows(`SELECT _key FROM ${many} LIMIT 7`)).toHaveLength(7);
    expect(await rows(`SELECT _key FROM ${many} LIMIT 1500`)).toHaveLength(1500);
    await live.redis.call('FT.CONFIG', 'SET', 'MAXSEARCHRESULTS', '2000');
    await expect(rows(`SELECT _key FROM ${many}`)).rejects.toMatchObject({ code: 'RQ_INDEX_INCOMPLETE' });
    expect(await rows(`SELECT _key FROM redis_search('docs', '@title:many', max_rows => 1999)`)).toHaveLength(1999);
    await live.redis.call('FT.CONFIG', 'SET', 'MAXSEARCHRESULTS', '1000000');
  });

  it('keeps its meaning in a view', async () => {
    await rows("CREATE TEMP VIEW found AS FROM redis_search('docs', 'world')");
    expect(await rows('SELECT title, _score FROM found')).toEqual([{ title: 'Hello WORLD', _score: expect.any(Number) }]);
  });
});

describe('redis_search over documents', () => {
  it('gives paths as columns', async () => {
    expect(await rows("FROM redis_search('people', 'lee') ORDER BY n")).toEqual([
      { _key: 'p:1', name: 'Ann Lee', tags: ['a', 'b'], n: 1.5, ok: 'true', _score: expect.any(Number) },
      { _key: 'p:2', name: 'Bob Lee', tags: null, n: 12345678901234, ok: null, _score: expect.any(Number) },
    ]);
    expect(await rows("SELECT _key FROM redis_search('people', 'bob')")).toEqual([{ _key: 'p:2' }]);
  });

  it('takes declared paths', async () => {
    const declared = "columns => {'ok': 'BOOLEAN', 'x': 'BIGINT $.o.x', 'name': 'VARCHAR'}, highlight => 'name'";
    expect(await rows(`SELECT ok, x, _highlight AS h FROM redis_search('people', 'ann', ${declared})`)).toEqual([
      { ok: true, x: 1n, h: '{"name":"<b>Ann</b> Lee"}' },
    ]);
  });
});

describe('what redis_search refuses', () => {
  it.each([
    ["redis_search('nope', 'x')", 'RQ_UNKNOWN_INDEX', /"nope"; there are docs, people/],
    ["redis_search('docs', 'hello (')", 'RQ_ARGUMENT', /Syntax error at offset 6.*at 6: hello ⟨here⟩\(/],
    ["redis_search('docs', '@age:[$x 3]')", 'RQ_ARGUMENT', /No such parameter/],
    ["redis_search('docs', '*', sort_by => 'nope')", 'RQ_ARGUMENT', /nope/],
    ["redis_search('docs', '*', knn => 3)", 'RQ_ARGUMENT', /knn, vector_field and vector together/],
    ["redis_search('docs', '*', vector => 'near')", 'RQ_ARGUMENT', /a list of numbers/],
    ["redis_search('docs', '*', knn => 1, vector_field => 'v', vector => [1, 2, 3])", 'RQ_ARGUMENT', /vector/],
    ["redis_search('docs', '*', params => 'x')", 'RQ_ARGUMENT', /a struct of texts/],
    ["redis_search('docs', '*', max_rows => 0)", 'RQ_ARGUMENT', /max_rows/],
    ["redis_search('docs', '*', language => 'klingon')", 'RQ_ARGUMENT', /klingon|[Ll]anguage/],
    ["redis_search('docs', '*', limits => 3)", 'RQ_UNKNOWN_ARGUMENT', /max_rows/],
    ["redis_search('docs')", 'RQ_ARGUMENT', /redis_search/],
  ])('%s', async (call, code, message) => {
    await expect(rows(`SELECT _key FROM ${call}`)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('refuses a database that no index is about', async () => {
    await using other = await connect({ url: `${live.redis.url}/1` });
    const result = other.query("SELECT _key FROM redis_search('docs', 'hello')").rows();
    await expect(result).rejects.toMatchObject({ code: 'RQ_UNSUPPORTED', message: expect.stringContaining('database 1') });
  });

  it('says what a server without search lacks', async () => {
    await using plain = await startLive();
    await expect(plain.session.query("FROM redis_search('docs', 'x')").rows()).rejects.toMatchObject({
      code: 'RQ_NO_SEARCH',
      message: expect.stringContaining('search module'),
    });
  });
});
