import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ConnectOptions, connect } from '../../src/index.ts';
import { makeCertificates } from '../support/certificates.ts';
import { startRedis } from '../support/redis-server.ts';

const QUERY = "SELECT a FROM redis_hash('k:*')";

async function answerOf(options: ConnectOptions | string): Promise<unknown> {
  await using session = await connect(options);
  return await session.query(QUERY).rows();
}

describe('connecting', () => {
  it('speaks TLS, checks the server, and shows a certificate of its own', async () => {
    using files = makeCertificates();
    await using redis = await startRedis({ modules: false, tls: { ...files, clientCertificates: true } });
    await redis.call('HSET', 'k:1', 'a', '7');
    const ca = readFileSync(files.caFile);
    const client = { cert: readFileSync(files.clientCertFile), key: readFileSync(files.clientKeyFile) };
    const url = `rediss://127.0.0.1:${redis.tlsPort}`;
    expect(await answerOf({ url, tls: { ca, ...client } })).toEqual([{ a: 7n }]);
    await expect(answerOf({ url, tls: { ...client } })).rejects.toMatchObject({ code: 'RQ_REDIS_TLS' });
    await expect(answerOf({ url, tls: { ca } })).rejects.toMatchObject({
      code: expect.stringMatching(/^RQ_REDIS_(TLS|LOST|UNREACHABLE)$/),
    });
    expect(await answerOf({ url, tls: { rejectUnauthorized: false, ...client } })).toEqual([{ a: 7n }]);
  });

  it('uses unix sockets, database numbers, users and names that need a look-up', async () => {
    await using redis = await startRedis({ modules: false, unixSocket: true, acl: ['ann on >p@ss/word ~* +@all'] });
    await redis.call('HSET', 'k:1', 'a', '1');
    await redis.call('SELECT', '3');
    await redis.call('HSET', 'k:1', 'a', '3');
    expect(await answerOf(`unix://${redis.socketPath}`)).toEqual([{ a: 1n }]);
    expect(await answerOf(`unix://${redis.socketPath}?db=3`)).toEqual([{ a: 3n }]);
    expect(await answerOf(`redis://ann:p%40ss%2Fword@127.0.0.1:${redis.port}/3`)).toEqual([{ a: 3n }]);
    expect(await answerOf({ host: 'localhost', port: redis.port })).toEqual([{ a: 1n }]);
  });

  it.each([
    [{ url: 'http://x' }, 'URL'],
    [{ ulr: 'redis://x' } as ConnectOptions, 'ulr'],
    [{ workers: 0 }, 'workers'],
    [{ integers: 'int' as 'bigint' }, 'integers'],
    [{ servers: { default: 'redis://x' } }, 'servers'],
  ])('refuses %j, naming the option', async (options, name) => {
    const error = await connect(options).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'RQ_OPTION' });
    expect(String(error)).toContain(name);
  });
});

describe('data that is not tidy', () => {
  it('reads keys with blanks, line breaks, NUL and bytes that are no UTF-8', async () => {
    await using redis = await startRedis({ modules: false });
    const names = ['k:with blank', 'k:with\r\nbreak', 'k:with\0nul', 'k:[a]?*\\'];
    for (const name of names) await redis.call('HSET', name, 'a', '1');
    await redis.call('HSET', Buffer.from([0x6b, 0x3a, 0xff, 0xc3]), 'a', '2');
    await using session = await connect(redis.url);
    const found = await session.query("SELECT _key, a FROM redis_hash('k:*') ORDER BY _key").rows();
    expect(new Set(found.map((row) => row['_key']))).toEqual(new Set([...names, 'k:\\xff\\xc3']));
    for (const name of names.filter((one) => !one.includes('\0'))) {
      expect(await session.query("SELECT a FROM redis_hash('k:*') WHERE _key = $1", [name]).rows()).toEqual([{ a: 1n }]);
    }
    expect(await session.query("SELECT a FROM redis_hash('k:*') WHERE _key = $1", ['k:\\xff\\xc3']).rows()).toEqual([{ a: 2n }]);
  });

  it('reads a field of 100 MB and a hash of 10,000 fields', async () => {
    await using redis = await startRedis({ modules: false, args: ['--proto-max-bulk-len', '512mb'] });
    await redis.call('HSET', 'big:1', 'small', '1', 'large', 'x'.repeat(100 << 20));
    const fields = Array.from({ length: 10_000 }, (_, i) => [`f${i}`, String(i)]).flat();
    await redis.call('HSET', 'wide:1', ...fields);
    await using session = await connect(redis.url);
    const large = "redis_hash('big:*', columns => {'small': 'BIGINT', 'large': 'VARCHAR'})";
    expect(await session.query(`SELECT small, length(large) AS n FROM ${large}`).rows()).toEqual([
      { small: 1n, n: BigInt(100 << 20) },
    ]);
    const wide = await session
      .query("SELECT f9999, cardinality(_fields) AS n FROM redis_hash('wide:*', columns => {'f9999': 'BIGINT'})")
      .rows();
    expect(wide).toEqual([{ f9999: 9999n, n: 10_000n }]);
    const inferred = session.query("SELECT * FROM redis_hash('wide:*')");
    expect(Object.keys((await inferred.rows())[0] ?? {})).toHaveLength(257);
    expect(inferred.stats.notes.join(' ')).toMatch(/256/);
  });

  it('gives a hash that lives without any of the columns one row of NULLs, and a dead one none', async () => {
    await using redis = await startRedis({ modules: false });
    await redis.call('HSET', 'k:1', 'other', '1');
    await redis.call('HSET', 'k:2', 'a', '2');
    await using session = await connect(redis.url);
    const table = "redis_hash('k:*', columns => {'a': 'BIGINT'})";
    expect(await session.query(`SELECT _key, a FROM ${table} ORDER BY _key`).rows()).toEqual([
      { _key: 'k:1', a: null },
      { _key: 'k:2', a: 2n },
    ]);
    expect(await session.query(`SELECT a FROM ${table} WHERE _key IN ('k:1', 'k:9')`).rows()).toEqual([{ a: null }]);
  });

  it('holds invalid UTF-8 back from VARCHAR, wherever it stands', async () => {
    await using redis = await startRedis({ modules: false });
    const good = 'a value that is long enough to be stored apart';
    for (let i = 0; i < 3000; i++) await redis.call('HSET', `k:${i}`, 'a', good + i);
    await redis.call('HSET', 'k:7', 'a', Buffer.concat([Buffer.from('a value that is long enough '), Buffer.from([0xc3])]));
    await using session = await connect(redis.url);
    const call = (onError: string) => `redis_hash('k:*', columns => {'a': 'VARCHAR'}, on_error => '${onError}')`;
    await expect(session.query(`SELECT max(a) FROM ${call('error')}`).rows()).rejects.toMatchObject({ code: 'RQ_BAD_UTF8' });
    expect(await session.query(`SELECT count(*) AS n, count(a) AS a FROM ${call('null')}`).rows()).toEqual([
      { n: 3000n, a: 2999n },
    ]);
    expect(await session.query(`SELECT count(*) AS n FROM ${call('skip')} WHERE a LIKE '${good}%'`).rows()).toEqual([
      { n: 2999n },
    ]);
    const blobs = await session.query("SELECT count(a) AS n FROM redis_hash('k:*', columns => {'a': 'BLOB'})").rows();
    expect(blobs).toEqual([{ n: 3000n }]);
  });
});
