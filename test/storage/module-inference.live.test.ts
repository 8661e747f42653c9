import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ControlClient, endpointFrom, type InferredSchema, inferSchema, type SchemaNeed } from '../../src/storage/index.ts';
import { typeName } from '../../src/types/index.ts';
import { type RunningRedis, startRedis } from '../support/redis-server.ts';

let redis: RunningRedis;
let client: ControlClient;

beforeAll(async () => {
  redis = await startRedis({
    modules: true,
    acl: ['thin on >pw ~doc:* ~t:* +@all -memory', 'mute on >pw ~doc:* ~t:* +@all -json.get -ts.info'],
  });
  client = new ControlClient(endpointFrom('default', redis.url));
});
afterEach(async () => {
  await redis.call('FLUSHALL');
});
afterAll(async () => {
  await client.close();
  await redis.stop();
});

const need = (source: SchemaNeed['source'], pattern: string, more: Partial<SchemaNeed> = {}): SchemaNeed => ({
  ...{ source, server: 'default', pattern, sampleSize: 1000, allVarchar: false, ...more },
});
const columnsOf = ({ columns }: InferredSchema): string[] => columns.map(({ name, type }) => `${name} ${typeName(type)}`);

async function as<T>(user: string, work: (other: ControlClient) => Promise<T>): Promise<T> {
  const other = new ControlClient(endpointFrom('default', redis.url.replace('redis://', `redis://${user}:pw@`)));
  try {
    return await work(other);
  } finally {
    await other.close();
  }
}

describe('the sample of documents', () => {
  it('reads documents only, and tells of the rest', async () => {
    await redis.call('JSON.SET', 'doc:1', '$', '{"a":1,"b":{"c":"x"}}');
    await redis.call('JSON.SET', 'doc:2', '$', '[1]');
    await redis.call('SET', 'doc:3', 'x');
    await redis.call('HSET', 'doc:4', 'a', '1');
    await redis.call('JSON.SET', 'other', '$', '{"z":1}');
    const schema = await inferSchema(client, need('json', 'doc:*'));
    expect(columnsOf(schema)).toEqual(['a BIGINT', 'b STRUCT(c VARCHAR)']);
    expect(schema).toMatchObject({ sampledKeys: 2, skippedKeys: 2 });
    expect(schema.notes).toEqual([
      "2 sampled keys under 'doc:*' are no documents; they are left out.",
      '1 sampled document is no object, and so without members: _json holds what there is.',
    ]);
    expect(columnsOf(await inferSchema(client, need('json', 'doc:1')))).toEqual(['a BIGINT', 'b STRUCT(c VARCHAR)']);
  });

  it('says where there is none', async () => {
    const { columns, notes } = await inferSchema(client, need('json', 'doc:*'));
    expect([columns, notes]).toEqual([
      [],
      ["No document was found under 'doc:*' among 0 keys: _key is the only column; columns => {…} declares more."],
    ]);
  });

  it('does not read documents of many MB, and as many as are asked for', async () => {
    await redis.call('JSON.SET', 'doc:big', '$', JSON.stringify({ long: 'x'.repeat(5 << 20) }));
    await redis.callAll(Array.from({ length: 600 }, (_, i) => ['JSON.SET', `doc:${i}`, '$', `{"a":${i}}`]));
    const schema = await inferSchema(client, need('json', 'doc:*'));
    expect(columnsOf(schema)).toEqual(['a BIGINT']);
    expect(schema.notes).toContain('1 sampled keys hold over 4 MiB; they were not looked at.');
    expect((await inferSchema(client, need('json', 'doc:*', { sampleSize: 300 }))).sampledKeys).toBe(300);
    expect(columnsOf(await inferSchema(client, need('json', 'doc:1', { allVarchar: true })))).toEqual(['a VARCHAR']);
  });

  it('works without MEMORY USAGE, not without JSON.GET', async () => {
    await redis.call('JSON.SET', 'doc:1', '$', '{"a":1}');
    expect(columnsOf(await as('thin', (other) => inferSchema(other, need('json', 'doc:*'))))).toEqual(['a BIGINT']);
    await expect(as('mute', (other) => inferSchema(other, need('json', 'doc:*')))).rejects.toMatchObject({
      code: 'RQ_REDIS_PERMISSION',
    });
  });

  it('ends when it is told to', async () => {
    await expect(inferSchema(client, need('json', 'doc:*'), AbortSignal.abort())).rejects.toMatchObject({ code: 'RQ_CANCELLED' });
  });
});

describe('the sample of time series', () => {
  it('gives the labels of series as text', async () => {
    await redis.call('TS.CREATE', 't:1', 'LABELS', 'sensor', 'a', 'n', '5');
    await redis.call('TS.CREATE', 't:2', 'LABELS', 'sensor', 'b', 'sensor', 'c');
    await redis.call('TS.CREATE', 't:3');
    await redis.call('SET', 't:4', 'x');
    const schema = await inferSchema(client, need('timeseries', 't:*'));
    expect(columnsOf(schema).sort()).toEqual(['n VARCHAR', 'sensor VARCHAR']);
    expect(schema.columns.find(({ name }) => name === 'sensor')).toMatchObject({
      nullShare: expect.closeTo(1 / 3),
      examples: expect.not.arrayContaining(['c']),
    });
    expect(schema).toMatchObject({
      sampledKeys: 3,
      skippedKeys: 1,
      notes: ["1 sampled key under 't:*' is no time series; it is left out."],
    });
  });

  it('says where there is none, and what it may not ask', async () => {
    const { notes } = await inferSchema(client, need('timeseries', 't:*'));
    expect(notes).toEqual([
      "No time series was found under 't:*' among 0 keys: _key, _ts and value are the only columns; columns => {…} declares more.",
    ]);
    await redis.call('TS.CREATE', 't:1');
    await expect(as('mute', (other) => inferSchema(other, need('timeseries', 't:*')))).rejects.toMatchObject({
      code: 'RQ_REDIS_PERMISSION',
    });
  });
});
