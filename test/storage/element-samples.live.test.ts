import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ControlClient, endpointFrom, type InferredSchema, inferSchema, type SchemaNeed } from '../../src/storage/index.ts';
import { typeName } from '../../src/types/index.ts';
import { type RunningRedis, startRedis } from '../support/redis-server.ts';

let redis: RunningRedis;
let client: ControlClient;

beforeAll(async () => {
  redis = await startRedis({ modules: false, acl: ['thin on >pw ~* +@all -memory'] });
  client = new ControlClient(endpointFrom('default', redis.url));
});

afterEach(async () => {
  await redis.call('FLUSHALL');
});

afterAll(async () => {
  await client.close();
  await redis.stop();
});

type Sampled = 'string' | 'set' | 'list' | 'zset' | 'stream';

async function infer(source: Sampled, pattern: string, options: Partial<SchemaNeed> = {}, by = client): Promise<InferredSchema> {
  return await inferSchema(by, { source, server: 'default', pattern, sampleSize: 1_000, allVarchar: false, ...options });
}

function columnsOf({ columns }: InferredSchema): string[] {
  return columns.map(({ name, type }) => `${name} ${typeName(type)}`);
}

/** Writes values as elements of one key, as the source has them. */
async function write(source: Sampled, key: string, ...values: readonly (string | Buffer)[]): Promise<void> {
  const commands = {
    string: () => values.map((value, i) => ['SET', `${key}:${i}`, value]),
    set: () => [['SADD', key, ...values]],
    list: () => [['RPUSH', key, ...values]],
    zset: () => [['ZADD', key, ...values.flatMap((value, i) => [String(i), value])]],
    stream: () => values.map((value) => ['XADD', key, '*', 'value', value]),
  };
  await redis.callAll(commands[source]());
}

const COLUMNS = { string: 'value', set: 'member', list: 'element', zset: 'member', stream: 'value' } as const;
const SOURCES: readonly Sampled[] = ['string', 'set', 'list', 'zset', 'stream'];

describe.each(SOURCES)('the sample of a %s', (source) => {
  const column = COLUMNS[source];

  it.each<[string, (string | Buffer)[], string]>([
    ['whole numbers', ['1', '-7', '9223372036854775807'], 'BIGINT'],
    ['numbers', ['1.5', '2.25'], 'DOUBLE'],
    ['truth values', ['true', 'false'], 'BOOLEAN'],
    ['dates', ['2024-01-01', '2024-02-29'], 'DATE'],
    ['numbers in other spellings', ['01', '02'], 'VARCHAR'],
    ['texts', ['a', 'b c', ''], 'VARCHAR'],
    ['bytes', [Buffer.from([0xff]), 'a'], 'BLOB'],
    ['a long text among numbers', ['1', 'x'.repeat(70_000)], 'VARCHAR'],
  ])('reads %s as they are', async (_, values, type) => {
    await write(source, 'k:1', ...values);
    const schema = await infer(source, 'k:*');
    expect(columnsOf(schema)).toEqual([`${column} ${type}`]);
    expect(schema.sampledKeys).toBe(source === 'string' ? values.length : 1);
    expect(columnsOf(await infer(source, 'k:*', { allVarchar: true }))).toEqual([`${column} VARCHAR`]);
  });

  it('says which values are odd', async () => {
    await write(source, 'k:1', ...Array.from({ length: 9 }, (_, i) => String(i)), 'n/a');
    const schema = await infer(source, 'k:*');
    expect(schema.columns).toMatchObject([{ name: column, share: 0.9, nullShare: 0, disagreeing: ['n/a'] }]);
    expect(schema.notes).toEqual([`Column "${column}" is VARCHAR, because 1 of 10 values is no BIGINT ('n/a').`]);
  });

  it('leaves keys of other types out, and says so', async () => {
    await write(source, 'k:1', '1');
    await redis.callAll([['HSET', 'k:hash', 'a', '1'], source === 'list' ? ['SET', 'k:other', '1'] : ['RPUSH', 'k:other', 'x']]);
    const schema = await infer(source, 'k:*');
    expect(columnsOf(schema)).toEqual([`${column} BIGINT`]);
    expect(schema).toMatchObject({ sampledKeys: 1, skippedKeys: 2 });
    expect(schema.notes.join()).toMatch(/2 sampled keys under 'k:\*' are no .*; they are left out/);
  });

  it('finds nothing where there is none, and says so', async () => {
    await redis.call('HSET', 'k:hash', 'a', '1');
    expect(await infer(source, 'nobody:*')).toMatchObject({ columns: [], sampledKeys: 0 });
    expect((await infer(source, 'nobody:*')).notes.join()).toMatch(/^No .* was found under 'nobody:\*'/);
    expect(await infer(source, 'k:hash')).toMatchObject({ columns: [], skippedKeys: 1 });
    expect(await infer(source, 'nobody')).toMatchObject({ columns: [], sampledKeys: 0 });
  });

  it('reads where the server may not tell sizes', async () => {
    await write(source, 'k:1', '1', '2', '3');
    const thin = new ControlClient(endpointFrom('default', redis.url.replace('redis://', 'redis://thin:pw@')));
    try {
      expect(columnsOf(await infer(source, 'k:*', {}, thin))).toEqual([`${column} BIGINT`]);
    } finally {
      await thin.close();
    }
  });

  it('can be cancelled', async () => {
    const need: SchemaNeed = { source, server: 'default', pattern: 'k:*', sampleSize: 10, allVarchar: false };
    await expect(inferSchema(client, need, AbortSignal.abort())).rejects.toMatchObject({ code: 'RQ_CANCELLED' });
  });
});

describe('the sample of large keys', () => {
  /** Bytes that the server sent since it started. */
  async function sentBytes(): Promise<number> {
    const stats = String(await redis.call('INFO', 'stats'));
    return Number(/total_net_output_bytes:(\d+)/.exec(stats)?.[1]);
  }

  it.each<Sampled>(['set', 'list', 'zset', 'stream'])('of a %s is bounded in elements', async (source) => {
    for (let piece = 0; piece < 20; piece++) {
      await write(source, 'big', ...Array.from({ length: 1_000 }, (_, i) => String(piece * 1_000 + i)));
    }
    const before = await sentBytes();
    expect(columnsOf(await infer(source, 'big'))).toEqual([`${COLUMNS[source]} BIGINT`]);
    expect((await sentBytes()) - before).toBeLessThan(100_000);
  });

  it.each<Sampled>(['string', 'set', 'list', 'zset', 'stream'])('of a %s is bounded in bytes', async (source) => {
    const huge = Array.from({ length: 4 }, (_, i) => `${i}${'x'.repeat(2_000_000)}`);
    await write(source, 'huge', ...huge);
    const before = await sentBytes();
    const schema = await infer(source, 'huge*');
    const isRead = source !== 'stream';
    expect(columnsOf(schema)).toEqual(isRead ? [`${COLUMNS[source]} VARCHAR`] : []);
    expect((await sentBytes()) - before).toBeLessThan(10_000);
  });

  it('takes some elements of each of many keys', async () => {
    await redis.callAll(
      Array.from({ length: 500 }, (_, i) => ['SADD', `s:${i}`, ...Array.from({ length: 50 }, (_unused, k) => `${i * 50 + k}`)]),
    );
    const schema = await infer('set', 's:*', { sampleSize: 300 });
    expect(schema.sampledKeys).toBe(300);
    expect(columnsOf(schema)).toEqual(['member BIGINT']);
  });
});

describe('the sample of entries', () => {
  it('gives fields with their share of entries', async () => {
    await redis.callAll([
      ['XADD', 'log', '*', 'level', 'info', 'code', '1'],
      ['XADD', 'log', '*', 'level', 'warn', 'code', '2', 'code', '3'],
      ['XADD', 'log', '*', 'level', 'info', 'user', 'x'],
      ['XADD', 'empty', '1-1', 'a', 'b'],
      ['XDEL', 'empty', '1-1'],
    ]);
    const schema = await infer('stream', 'log');
    expect(columnsOf(schema).sort()).toEqual(['code BIGINT', 'level VARCHAR', 'user VARCHAR']);
    const code = schema.columns.find(({ name }) => name === 'code');
    expect(code).toMatchObject({ share: 1 });
    expect(code?.nullShare).toBeCloseTo(1 / 3);
    // Of a field that an entry has twice, the last value is what SQL sees.
    expect([...(code?.examples ?? [])].sort()).toEqual(['1', '3']);
    expect(columnsOf(await infer('stream', 'empty'))).toEqual([]);
  });
});
