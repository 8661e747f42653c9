import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LiveTables, startTables } from '../../support/live-tables.ts';

let tables: LiveTables;

beforeAll(async () => {
  tables = await startTables({}, { modules: true });
});
afterAll(async () => {
  await tables[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await tables.redis.call('FLUSHALL');
});

async function put(documents: Readonly<Record<string, string>>): Promise<void> {
  for (const [key, text] of Object.entries(documents)) await tables.redis.call('JSON.SET', key, '$', text);
}

const columnsOf = (columns: Readonly<Record<string, string>>): string => {
  const members = Object.entries(columns).map(([name, type]) => `'${name}': '${type.replaceAll("'", "''")}'`);
  return `columns => {${members.join(', ')}}`;
};
const first = async (text: string): Promise<unknown> => (await tables.rows(text))[0];

describe('redis_json', () => {
  it('infers the members of documents', async () => {
    await put({
      'doc:1':
        '{"name":"Ann","age":30,"score":1.5,"ok":true,"born":"1990-01-02","tags":["a","b"],"place":{"city":"Paris","zip":75001},"odd":1}',
      'doc:2': '{"name":"Böb","age":31,"score":2,"ok":false,"born":null,"tags":[],"place":{"city":"Rome","zip":null},"odd":"x"}',
    });
    await tables.redis.call('SET', 'doc:text', 'x');
    const described = await tables.session.query(`DESCRIBE redis_json('doc:*')`).rows();
    expect(described.map((row) => `${String(row['column_name'])} ${String(row['column_type'])}`)).toEqual(
      expect.arrayContaining([
        '_key VARCHAR',
        'name VARCHAR',
        'age BIGINT',
        'score DOUBLE',
        'ok BOOLEAN',
        'born DATE',
        'tags VARCHAR[]',
        'place STRUCT(city VARCHAR, zip BIGINT)',
        'odd JSON',
      ]),
    );
    expect(
      await tables.rows(`SELECT * EXCLUDE (_key), place.city AS city, len(tags) AS n FROM redis_json('doc:*') ORDER BY age`),
    ).toEqual([
      {
        ...{ name: 'Ann', age: 30n, score: 1.5, ok: true, born: '1990-01-02', tags: ['a', 'b'] },
        place: { city: 'Paris', zip: 75001n },
        odd: '1',
        city: 'Paris',
        n: 2n,
      },
      {
        ...{ name: 'Böb', age: 31n, score: 2, ok: false, born: null, tags: [] },
        place: { city: 'Rome', zip: null },
        odd: '"x"',
        city: 'Rome',
        n: 0n,
      },
    ]);
  });

  it('gives a path the same value with one column or twenty', async () => {
    await put({ 'doc:1': '{"a":{"b":[1,{"c":"x"}]},"n":null,"e":[],"s":"te\\"xt","f":1e3,"big":9007199254740993,"m":5}' });
    const paths: Record<string, string> = {
      b: 'JSON $.a.b',
      c: 'VARCHAR $.a.b[1].c',
      n: 'JSON $.n',
      e: 'VARCHAR[] $.e',
      s: 'VARCHAR $.s',
      f: 'DOUBLE $.f',
      big: 'BIGINT $.big',
      all: 'VARCHAR[] $.a.b[*]',
      none: 'JSON $.none',
      anywhere: 'JSON[] $..c',
      root: 'JSON $',
      quoted: 'BIGINT $["m"]',
    };
    for (let i = 0; i < 10; i += 1) paths[`more${i}`] = `VARCHAR $.more${i}`;
    const together = (await first(`FROM redis_json('doc:*', ${columnsOf(paths)})`)) as Record<string, unknown>;
    expect(together).toMatchObject({
      ...{ b: '[1,{"c":"x"}]', c: 'x', n: null, e: [], s: 'te"xt', f: 1000, big: 9007199254740993n, none: null },
      ...{ all: ['1', '{"c":"x"}'], anywhere: ['"x"'], quoted: 5n, more9: null },
      root: '{"a":{"b":[1,{"c":"x"}]},"n":null,"e":[],"s":"te\\"xt","f":1000.0,"big":9007199254740993,"m":5}',
    });
    for (const [name, type] of Object.entries(paths)) {
      const alone = await first(`SELECT "${name}" FROM redis_json('doc:*', ${columnsOf({ [name]: type })})`);
      expect(alone).toEqual({ [name]: together[name] });
    }
  });

  it('takes any name of a member as it is', async () => {
    const names = ['na me', 'a.b', 'q"x', 'back\\slash', 'ключ', "it's", '$', '😀', 'tab\t', 'line\n', '[0]', '*'];
    await put({ 'names:1': JSON.stringify(Object.fromEntries(names.map((name, i) => [name, i]))) });
    const inferred = await first(`SELECT * EXCLUDE (_key) FROM redis_json('names:*')`);
    expect(inferred).toEqual(Object.fromEntries(names.map((name, i) => [name, BigInt(i)])));
  });

  it('keeps numbers, members and texts as the server has them', async () => {
    await put({
      'doc:1': '{"z":18446744073709551615,"a":-9223372036854775808,"d":0.1,"e":1e-7,"s":"\\u0000\\ud83d\\ude00\\u007f/"}',
    });
    const columns = { z: 'HUGEINT', a: 'BIGINT', d: 'DECIMAL(20,10)', e: 'DOUBLE', s: 'VARCHAR' };
    expect(await first(`SELECT * EXCLUDE (_key), _json FROM redis_json('doc:*', ${columnsOf(columns)})`)).toMatchObject({
      ...{ z: 18446744073709551615n, a: -9223372036854775808n, d: '0.1000000000', e: 1e-7, s: '\u0000😀\u007f/' },
      _json: '{"z":18446744073709551615,"a":-9223372036854775808,"d":0.1,"e":1e-7,"s":"\\u0000😀\u007f/"}',
    });
  });

  it('reads 10,000 elements, deep documents and long texts', async () => {
    const numbers = Array.from({ length: 10_000 }, (_, i) => i);
    const deep = `${'{"x":'.repeat(60)}1${'}'.repeat(60)}`;
    const long = 'é"\\'.repeat(100_000);
    await put({ 'doc:1': `{"n":${JSON.stringify(numbers)},"deep":${deep},"long":${JSON.stringify(long)}}` });
    const columns = {
      n: 'BIGINT[]',
      pick: `BIGINT $${'.x'.repeat(0)}.n[9999]`,
      deep: 'JSON',
      end: `BIGINT $.deep${'.x'.repeat(60)}`,
      long: 'VARCHAR',
    };
    const row = (await first(`FROM redis_json('doc:1', ${columnsOf(columns)})`)) as Record<string, unknown>;
    expect(row['n']).toEqual(numbers.map(BigInt));
    expect(row).toMatchObject({ pick: 9999n, deep, end: 1n });
    expect(row['long'] === long).toBe(true);
    expect(
      await first(`SELECT sum(x) AS total FROM (SELECT unnest(n) AS x FROM redis_json('doc:1', ${columnsOf(columns)}))`),
    ).toEqual({
      total: 49_995_000n,
    });
  });

  it('gives several chunks of lists and structs as they are', async () => {
    const count = 5000;
    await tables.redis.callAll(
      Array.from({ length: count }, (_, i) => [
        'JSON.SET',
        `doc:${i}`,
        '$',
        JSON.stringify({
          i,
          l: i % 3 === 0 ? null : Array(i % 5).fill(`v${i}`),
          s: i % 4 === 0 ? null : { t: `text of ${i}`, l: [i] },
        }),
      ]),
    );
    const columns = { i: 'BIGINT', l: 'VARCHAR[]', s: 'STRUCT(t VARCHAR, l BIGINT[])' };
    const rows = await tables.session.query(`FROM redis_json('doc:*', ${columnsOf(columns)}) ORDER BY i`).rows();
    expect(rows).toHaveLength(count);
    for (const [i, row] of rows.entries()) {
      expect(row).toEqual({
        ...{ _key: `doc:${i}`, i: BigInt(i) },
        l: i % 3 === 0 ? null : Array(i % 5).fill(`v${i}`),
        s: i % 4 === 0 ? null : { t: `text of ${i}`, l: [BigInt(i)] },
      });
    }
  });

  it('has captures, TTL and keys, and skips keys of other types', async () => {
    await put({ 'doc:a:1': '{"v":1}', 'doc:b:2': '{"v":2}', 'doc:c:3': '[1]', 'doc:d:4': '5' });
    await tables.redis.call('EXPIRE', 'doc:a:1', '1000');
    await tables.redis.call('HSET', 'doc:h:5', 'v', '1');
    const from = `redis_json('doc:{part}:{id}', ${columnsOf({ v: 'BIGINT', id: 'BIGINT' })})`;
    expect(await tables.lines(`SELECT _key, part, id, v, _ttl > 0 AS has_ttl FROM ${from} ORDER BY id`)).toEqual([
      'doc:a:1 a 1 1 true',
      'doc:b:2 b 2 2 NULL',
      'doc:c:3 c 3 NULL NULL',
      'doc:d:4 d 4 NULL NULL',
    ]);
    expect(await tables.lines(`SELECT count(*) FROM ${from}`)).toEqual(['4']);
    expect(await tables.lines(`SELECT v FROM ${from} WHERE part = 'b'`)).toEqual(['2']);
    expect(await tables.lines(`SELECT _key FROM ${from} WHERE _key IN ('doc:c:3', 'doc:h:5', 'doc:z:9')`)).toEqual(['doc:c:3']);
    const result = tables.session.query(`SELECT v FROM ${from}`);
    await result.rows();
    expect(result.stats).toMatchObject({ skippedKeys: 1 });
  });

  it('asks for the paths that are used, in one command', async () => {
    await put({ 'doc:1': '{"a":1,"b":2,"c":3}' });
    const from = `redis_json('doc:*', ${columnsOf({ a: 'BIGINT', b: 'BIGINT', c: 'BIGINT' })})`;
    const commands = await tables.commands(`SELECT a, b FROM ${from} WHERE _key = 'doc:1'`);
    expect(commands.filter((command) => /JSON|SCAN/i.test(command))).toEqual([
      expect.stringMatching(/"?JSON\.GET"? "?doc:1"? "?\$\.a"? "?\$\.b"?$/i),
    ]);
  });

  it('does with values of another type what on_error says', async () => {
    await put({ 'doc:1': '{"v":1,"l":[1]}', 'doc:2': '{"v":"x","l":[1]}', 'doc:3': '{"v":3,"l":[1,"y"]}' });
    const from = (more: string): string => `redis_json('doc:*', ${columnsOf({ v: 'BIGINT', l: 'BIGINT[]' })}${more})`;
    await expect(tables.session.query(`SELECT v FROM ${from('')}`).rows()).rejects.toMatchObject({
      code: 'RQ_BAD_VALUE',
      message: expect.stringContaining('path $.v of key "doc:2" is no BIGINT: ""x""'),
    });
    await expect(tables.session.query(`SELECT l FROM ${from('')}`).rows()).rejects.toMatchObject({
      message: expect.stringContaining('path $.l of key "doc:3" is no BIGINT[]: "[1,"y"]"'),
    });
    expect(await tables.lines(`SELECT v, l FROM ${from(", on_error => 'null'")} ORDER BY _key`)).toEqual([
      '1 1',
      'NULL 1',
      '3 NULL',
    ]);
    expect(await tables.lines(`SELECT v FROM ${from(", on_error => 'skip'")}`)).toEqual(['1']);
  });

  it('refuses a sampled type to what the sample had not', async () => {
    await put(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`late:${i}`, `{"v":${i}}`])));
    await tables.session.query(`SELECT v FROM redis_json('late:*')`).rows();
    await put({ 'late:new': '{"v":"5"}' });
    await expect(tables.session.query(`SELECT v FROM redis_json('late:*')`).rows()).rejects.toMatchObject({
      code: 'RQ_BAD_VALUE',
      message: expect.stringContaining('path $.v of key "late:new" does not read back unchanged as BIGINT'),
    });
  });

  it.each([
    [{ a: 'BIGINT $.x[' }, 'a', '$.x['],
    [{ ok: 'BIGINT $.v', bad: 'BIGINT $.[' }, 'bad', '$.['],
    [{ ok: 'BIGINT $.v', also: 'JSON $', bad: 'BIGINT $..' }, 'bad', '$..'],
  ])('says which path is wrong, in the words of the server: %j', async (columns, name, path) => {
    await put({ 'doc:1': '{"v":1}', 'doc:2': '{"v":2}' });
    await expect(
      tables.session.query(`FROM redis_json('doc:*', ${columnsOf(columns as Record<string, string>)})`).rows(),
    ).rejects.toMatchObject({
      code: 'RQ_ARGUMENT',
      message: expect.stringMatching(
        new RegExp(`column «${name}».*path «${path.replaceAll(/[[$.]/g, '\\$&')}»: Error occurred on position`),
      ),
    });
  });

  it('makes no row of keys that die, and gives each of those that live once', async () => {
    const count = 20_000;
    await tables.redis.callAll(Array.from({ length: count }, (_, i) => ['JSON.SET', `doc:${i}`, '$', `{"v":${i}}`]));
    const result = tables.session.query(`SELECT _key, v FROM redis_json('doc:*', ${columnsOf({ v: 'BIGINT' })})`);
    const reading = result.rows();
    await tables.redis.callAll(Array.from({ length: count / 2 }, (_, i) => ['DEL', `doc:${i * 2}`]));
    await tables.redis.callAll(Array.from({ length: 5_000 }, (_, i) => ['JSON.SET', `doc:new${i}`, '$', '{"v":-1}']));
    const rows = await reading;
    const keys = rows.map((row) => String(row['_key']));
    expect(new Set(keys).size).toBe(keys.length);
    const lived = new Set(keys);
    for (let i = 1; i < count; i += 2) expect(lived.has(`doc:${i}`)).toBe(true);
    expect(rows.every((row) => row['v'] !== null)).toBe(true);
  });
});

describe('redis_json without its module', () => {
  it('says what is missing', async () => {
    await using plain = await startTables();
    await plain.redis.call('SET', 'doc:1', 'x');
    for (const text of [`FROM redis_json('doc:*')`, `FROM redis_json('doc:*', columns => {'a': 'BIGINT'})`]) {
      await expect(plain.session.query(text).rows()).rejects.toMatchObject({
        code: 'RQ_UNSUPPORTED',
        message: expect.stringContaining('RedisJSON is not loaded'),
      });
    }
  });
});
