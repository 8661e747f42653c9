import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  ControlClient,
  endpointFrom,
  type InferenceOptions,
  type InferredSchema,
  inferHashSchema,
} from '../../src/storage/index.ts';
import { typeName } from '../../src/types/index.ts';
import { type RunningRedis, startRedis } from '../support/redis-server.ts';

/** The user that docs/connecting.md proposes. */
const REPORTING = 'reporting on >pw ~user:* ~order:* resetchannels -@all +@read +@connection';

let redis: RunningRedis;
let client: ControlClient;

beforeAll(async () => {
  redis = await startRedis({
    modules: false,
    acl: ['thin on >pw ~user:* +@all -memory', 'mute on >pw ~none:* +@all', REPORTING],
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

async function infer(pattern: string, options: Partial<InferenceOptions> = {}): Promise<InferredSchema> {
  return await inferHashSchema(client, { pattern, sampleSize: 1_000, allVarchar: false, ...options });
}

function columnsOf(schema: InferredSchema): string[] {
  return schema.columns.map(({ name, type }) => `${name} ${typeName(type)}`);
}

describe('inferHashSchema', () => {
  it('finds the columns in order of first appearance, with shares and examples', async () => {
    await redis.call('HSET', 'user:1', 'name', 'Ada', 'age', '36', 'zip', '01234');
    await redis.call('HSET', 'user:2', 'name', 'Bob', 'age', '41', 'zip', '99999');
    await redis.call('HSET', 'user:3', 'name', 'Cy', 'age', '7', 'zip', '00001', 'note', '');
    await redis.call('HSET', 'item:1', 'other', '1');
    const schema = await infer('user:*');
    expect(columnsOf(schema).sort()).toEqual(['age BIGINT', 'name VARCHAR', 'note VARCHAR', 'zip VARCHAR']);
    expect(columnsOf(schema).slice(0, 3)).toEqual(['name VARCHAR', 'age BIGINT', 'zip VARCHAR']);
    const [name, age] = schema.columns;
    expect(age).toMatchObject({ field: Buffer.from('age'), share: 1, nullShare: 0 });
    expect([...(name?.examples ?? [])].sort()).toEqual(['Ada', 'Bob', 'Cy']);
    expect(schema.columns.find((column) => column.name === 'note')?.nullShare).toBeCloseTo(2 / 3);
    expect(schema).toMatchObject({ sampledKeys: 3, visitedKeys: 4, skippedKeys: 0 });
    expect(schema.notes.filter((note) => !note.includes('"zip"'))).toEqual([]);
    expect(structuredClone(schema).columns).toHaveLength(4);
  });

  it('reports a conflict and does not guess over it', async () => {
    await redis.callAll(Array.from({ length: 10 }, (_, i) => ['HSET', `user:${i}`, 'age', i === 3 ? 'n/a' : String(i + 20)]));
    const schema = await infer('user:*');
    expect(schema.columns).toMatchObject([{ name: 'age', type: { id: 'VARCHAR' }, share: 0.9 }]);
    const text = `Column "age" is VARCHAR, because 1 of 10 values is no BIGINT ('n/a').`;
    expect(schema).toMatchObject({ notes: [text], columnNotes: [{ column: 'age', text }] });
  });

  it('says of a number that it would come back otherwise', async () => {
    const values = ['1.5', '2.25', '3.75', '97489.70', '1186.80'];
    await redis.callAll(values.map((value, i) => ['HSET', `user:${i}`, 'balance', value]));
    expect((await infer('user:*')).columnNotes).toEqual([
      {
        column: 'balance',
        text: `Column "balance" is VARCHAR, because 2 of 5 values are no DOUBLE ('97489.70' would come back as 97489.7, '1186.80').`,
        declarable: 'DOUBLE',
      },
    ]);
  });

  it('tells of ten conflicts, and keeps the text of each for its column', async () => {
    const names = Array.from({ length: 12 }, (_, i) => `f${i}`);
    for (const [key, value] of [
      ['user:1', '1'],
      ['user:2', '2'],
      ['user:3', 'x'],
    ] as const) {
      await redis.call('HSET', key, ...names.flatMap((name) => [name, value]));
    }
    const { notes, columnNotes } = await infer('user:*');
    expect(columnNotes.map(({ column }) => column).sort()).toEqual([...names].sort());
    expect(notes).toEqual([...columnNotes.slice(0, 10).map(({ text }) => text), '2 more columns have values of several types.']);
  });

  it('gives VARCHAR for everything under all_varchar, without a word', async () => {
    await redis.call('HSET', 'user:1', 'age', '36');
    await redis.call('HSET', 'user:2', 'age', 'x');
    expect(await infer('user:*', { allVarchar: true })).toMatchObject({
      columns: [{ type: { id: 'VARCHAR' }, share: 1 }],
      notes: [],
    });
  });

  it('reads the one key of a pattern without wildcards and scans nothing', async () => {
    await redis.call('HSET', 'a*b', 'x', '1');
    await redis.call('HSET', 'aab', 'y', '1');
    await redis.call('CONFIG', 'RESETSTAT');
    expect(await infer('a\\*b')).toMatchObject({ columns: [{ name: 'x' }], sampledKeys: 1, visitedKeys: 1 });
    expect(String(await redis.call('INFO', 'commandstats'))).not.toContain('cmdstat_scan:');
  });

  it('says so where no hash is found', async () => {
    await redis.callAll([
      ['SET', 'user:1', 'x'],
      ['SADD', 'user:2', 'x'],
    ]);
    for (const [pattern, skippedKeys, where] of [
      ['user:*', 2, ' among 2 keys (2 keys are no hashes)'],
      ['user:1', 1, ' (1 key is no hash)'],
      ['none', 0, ''],
      ['none:*', 0, ' among 2 keys'],
    ] as const) {
      const schema = await infer(pattern);
      expect(schema).toMatchObject({ columns: [], sampledKeys: 0, skippedKeys });
      expect(schema.notes).toEqual([
        `No hash was found under '${pattern}'${where}: _key is the only column; columns => {…} declares more.`,
      ]);
    }
  });

  it('leaves keys of other types out and tells their number', async () => {
    await redis.callAll([
      ['SET', 'user:1', 'x'],
      ['HSET', 'user:2', 'a', '1'],
    ]);
    const schema = await infer('user:*');
    expect(schema).toMatchObject({ columns: [{ name: 'a' }], sampledKeys: 1, skippedKeys: 1 });
    expect(schema.notes).toEqual(["1 sampled key under 'user:*' is no hash; it is left out."]);
    await redis.call('SET', 'user:3', 'x');
    expect((await infer('user:*')).notes).toEqual(["2 sampled keys under 'user:*' are no hashes; they are left out."]);
  });

  it('reads no more hashes than asked for', async () => {
    await redis.callAll(Array.from({ length: 600 }, (_, i) => ['HSET', `user:${i}`, 'age', String(i)]));
    await redis.call('CONFIG', 'RESETSTAT');
    const schema = await infer('user:*', { sampleSize: 10 });
    expect(schema).toMatchObject({ sampledKeys: 10, notes: [] });
    expect(String(await redis.call('INFO', 'commandstats'))).toMatch(/cmdstat_hgetall:calls=10,/);
  });

  it('goes on until it finds a hash, wherever in the keyspace that is', async () => {
    await redis.callAll(
      (function* () {
        for (let i = 0; i < 60_000; i++) yield ['SET', `other:${i}`, ''] as const;
      })(),
    );
    expect(await infer('rare:*')).toMatchObject({
      columns: [],
      visitedKeys: 60_000,
      notes: ["No hash was found under 'rare:*' among 60,000 keys: _key is the only column; columns => {…} declares more."],
    });
    // Ten, so that some lie behind the first 20,000 keys; each is looked for by itself.
    for (let i = 0; i < 10; i++) {
      await redis.call('HSET', `rare${i}:1`, 'name', 'x');
      expect(await infer(`rare${i}:*`)).toMatchObject({ columns: [{ name: 'name' }], sampledKeys: 1 });
    }
  });

  it('stops at 20,000 keys once it has found a hash, and says that the sample is small', async () => {
    await redis.callAll(
      (function* () {
        for (let i = 0; i < 60_000; i++) yield ['SET', `other:${i}`, ''] as const;
        for (let i = 0; i < 600; i++) yield ['HSET', `user:${i}`, 'name', 'x'] as const;
      })(),
    );
    const schema = await infer('user:*');
    expect(schema.visitedKeys).toBeLessThanOrEqual(22_000);
    expect(schema.sampledKeys).toBeLessThan(600);
    expect(schema.notes).toEqual([
      expect.stringMatching(
        /^The columns of 'user:\*' come from \d+ hashes instead of 1,000: (\d\d,000 keys were visited|the sample was ended after 50 ms)\.$/,
      ),
    ]);
  });

  it('says nothing of the size of a sample that holds every hash', async () => {
    await redis.call('HSET', 'user:1', 'name', 'x');
    await redis.callAll(Array.from({ length: 3_000 }, (_, i) => ['SET', `other:${i}`, '']));
    expect(await infer('user:*')).toMatchObject({ sampledKeys: 1, notes: [] });
  });

  it('reads the 1,000 hashes it was asked for, however slow the machine', async () => {
    await redis.callAll(Array.from({ length: 5_000 }, (_, i) => ['HSET', `user:${i}`, 'age', String(i)]));
    expect(await infer('user:*')).toMatchObject({ sampledKeys: 1_000, notes: [] });
  });

  it('takes the 256 most frequent of many fields', async () => {
    const names = Array.from({ length: 300 }, (_, i) => `f${i}`);
    await redis.call('HSET', 'user:1', ...names.flatMap((name) => [name, '1']));
    await redis.call('HSET', 'user:2', ...names.slice(100).flatMap((name) => [name, '1']));
    const schema = await infer('user:*');
    expect(schema.columns).toHaveLength(256);
    expect(schema.columns.filter(({ nullShare }) => nullShare === 0)).toHaveLength(200);
    expect(schema.notes).toEqual(['300 fields were found: the 256 most frequent are columns, _fields holds all of them.']);
  });

  it('looks at about 1,000 fields of a hash that has more', async () => {
    await redis.call('HSET', 'user:1', ...Array.from({ length: 10_000 }, (_, i) => [`f${i}`, '1']).flat());
    const schema = await infer('user:1');
    expect(schema.columns).toHaveLength(256);
    expect(schema.columns.every(({ type }) => type.id === 'BIGINT')).toBe(true);
    const found = Number(/^More than (\d+) fields were found: the 256 most/.exec(schema.notes.join('\n'))?.[1]);
    expect(found).toBeGreaterThanOrEqual(1_000);
    expect(found).toBeLessThan(2_000);
    expect(schema.notes).toHaveLength(1);
  });

  it('does not fetch long values, and takes them for text', async () => {
    const long = Buffer.alloc(8 * 1024 * 1024, '7');
    await redis.call('HSET', 'user:1', 'age', '1', 'body', long);
    await redis.call('HSET', 'user:2', 'age', '2', 'body', '3');
    const sent = async (): Promise<number> =>
      Number(/total_net_output_bytes:(\d+)/.exec(String(await redis.call('INFO', 'stats')))?.[1]);
    const before = await sent();
    const schema = await infer('user:*');
    expect((await sent()) - before).toBeLessThan(64 * 1024);
    expect(columnsOf(schema).sort()).toEqual(['age BIGINT', 'body VARCHAR']);
    expect(schema.notes).toEqual(['Column "body" is VARCHAR, because 1 of 2 values is no BIGINT (too long to be one).']);
  });

  it('stops at 16 MiB of values', async () => {
    const value = Buffer.alloc(200 * 1024, 'x');
    await redis.callAll(Array.from({ length: 200 }, (_, i) => ['HSET', `user:${i}`, 'body', value]));
    const schema = await infer('user:*');
    expect(schema.sampledKeys).toBeLessThan(110);
    expect(schema.notes[0]).toMatch(
      /come from \d+ hashes instead of 1,000: (they hold over 16 MiB|the sample was ended after 50 ms)\./,
    );
  });

  it('names fields and keys that are no UTF-8, and calls such values BLOB', async () => {
    await redis.call(
      'HSET',
      Buffer.from('user:\xff', 'latin1'),
      Buffer.from('f\xff', 'latin1'),
      Buffer.from('\xff\xfe', 'latin1'),
      '',
      'x',
    );
    const schema = await infer('user:*');
    expect(schema.columns).toMatchObject([
      { field: Buffer.from('f\xff', 'latin1'), name: 'f\\xff', type: { id: 'BLOB' } },
      { field: Buffer.alloc(0), name: '', type: { id: 'VARCHAR' } },
    ]);
  });

  it('does without MEMORY USAGE where that is not permitted', async () => {
    await redis.call('HSET', 'user:1', 'age', '36', 'name', 'Ada');
    const thin = new ControlClient(endpointFrom('default', { url: redis.url, username: 'thin', password: 'pw' }));
    const schema = await inferHashSchema(thin, { pattern: 'user:*', sampleSize: 10, allVarchar: false });
    expect(columnsOf(schema)).toEqual(['age BIGINT', 'name VARCHAR']);
    await thin.close();
  });

  it('works for a user who may only read', async () => {
    await redis.call('HSET', 'user:1', 'age', '36');
    await redis.call('HSET', 'user:2', 'age', Buffer.alloc(300_000, 'x'));
    const reporting = new ControlClient(endpointFrom('default', { url: redis.url, username: 'reporting', password: 'pw' }));
    const schema = await inferHashSchema(reporting, { pattern: 'user:*', sampleSize: 10, allVarchar: false });
    expect(schema).toMatchObject({ columns: [{ name: 'age', type: { id: 'VARCHAR' } }], sampledKeys: 2 });
    await reporting.close();
  });

  it('fails where the keys may not be read', async () => {
    await redis.call('HSET', 'user:1', 'age', '36');
    const mute = new ControlClient(endpointFrom('default', { url: redis.url, username: 'mute', password: 'pw' }));
    const sampling = inferHashSchema(mute, { pattern: 'user:1', sampleSize: 10, allVarchar: false });
    await expect(sampling).rejects.toMatchObject({ code: 'RQ_REDIS_PERMISSION' });
    await mute.close();
  });

  it('stops when it is aborted', async () => {
    await redis.call('HSET', 'user:1', 'age', '36');
    await expect(infer('user:*', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'RQ_CANCELLED' });
  });

  it('stops when it is aborted while it looks for a first hash', async () => {
    await redis.callAll(
      (function* () {
        for (let i = 0; i < 60_000; i++) yield ['SET', `other:${i}`, ''] as const;
      })(),
    );
    await redis.call('CONFIG', 'RESETSTAT');
    const controller = new AbortController();
    const sampling = infer('user:*', { signal: controller.signal });
    setTimeout(() => controller.abort(), 5);
    await expect(sampling).rejects.toMatchObject({ code: 'RQ_CANCELLED' });
    // Nothing goes on behind its back: at most the SCAN that was under way.
    const scans = async (): Promise<number> =>
      Number(/cmdstat_scan:calls=(\d+)/.exec(String(await redis.call('INFO', 'commandstats')))?.[1] ?? 0);
    await client.call('PING');
    const before = await scans();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await scans()).toBe(before);
    expect(before).toBeLessThan(15);
  });

  it('leaves no trace on the keys it reads', async () => {
    await redis.call('HSET', 'user:1', 'age', '36');
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await infer('user:*');
    expect(Number(await redis.call('OBJECT', 'IDLETIME', 'user:1'))).toBeGreaterThanOrEqual(1);
  });
});
