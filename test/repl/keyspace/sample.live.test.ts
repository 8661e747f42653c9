import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type KeySample, sampleKeys, UNKNOWN_TYPE } from '../../../src/repl/keyspace/sample.ts';
import { ControlClient, endpointFrom } from '../../../src/storage/index.ts';
import { callsOf } from '../../support/live-session.ts';
import { type RunningRedis, startRedis } from '../../support/redis-server.ts';

const ALL = { pattern: '*', mostKeys: 20_000, mostMs: 60_000 } as const;
let redis: RunningRedis;
let client: ControlClient;

function clientAs(user: string): ControlClient {
  return new ControlClient(endpointFrom('default', redis.url.replace('redis://', `redis://${user}:pw@`)));
}

beforeAll(async () => {
  redis = await startRedis({
    modules: false,
    acl: ['thin on >pw ~* +scan', 'half on >pw ~user:* +scan +type +dbsize +pttl +memory'],
  });
  client = new ControlClient(endpointFrom('default', redis.url));
  await redis.callAll([
    ['SET', 'greeting', 'hello'],
    ['HSET', 'user:1', 'name', 'Ada'],
    ['HSET', 'user:2', 'name', 'Alan'],
    ['PEXPIRE', 'user:2', '90000'],
    ['RPUSH', 'queue', 'a'],
    ['SADD', 'tags', 'x'],
    ['ZADD', 'board', '1', 'x'],
    ['XADD', 'log', '*', 'a', '1'],
    ['SET', Buffer.from([0xff, 0x1b, 0x41]), 'binary'],
  ]);
});

afterAll(async () => {
  await client.close();
  await redis.stop();
});

function typesOf(sample: KeySample): Record<string, string> {
  return Object.fromEntries(sample.keys.map(({ key, type }) => [key, type]));
}

describe('sampleKeys', () => {
  it('gives every key of a small database with its type', async () => {
    const sample = await sampleKeys(client, ALL);
    expect(typesOf(sample)).toEqual({
      greeting: 'string',
      'user:1': 'hash',
      'user:2': 'hash',
      queue: 'list',
      tags: 'set',
      board: 'zset',
      log: 'stream',
      '\\xff\u001bA': 'string',
    });
    expect(sample).toMatchObject({ visitedKeys: 8, databaseKeys: 8, isWhole: true, stop: null });
    expect(sample.keys.every(({ ttlSeconds, bytes }) => ttlSeconds === null && bytes === null)).toBe(true);
  });

  it('gives memory and time to live where details are wanted', async () => {
    const { keys } = await sampleKeys(client, { ...ALL, details: true });
    const of = (name: string) => keys.find(({ key }) => key === name);
    expect(of('user:1')?.ttlSeconds).toBe(Number.POSITIVE_INFINITY);
    expect(of('user:2')?.ttlSeconds).toBeGreaterThan(80);
    expect(of('user:2')?.ttlSeconds).toBeLessThanOrEqual(90);
    expect(keys.every(({ bytes }) => bytes !== null && bytes > 20)).toBe(true);
  });

  it('keeps the keys of a pattern and counts all that it walked over', async () => {
    const sample = await sampleKeys(client, { ...ALL, pattern: 'user:*' });
    expect(typesOf(sample)).toEqual({ 'user:1': 'hash', 'user:2': 'hash' });
    expect(sample).toMatchObject({ visitedKeys: 8, databaseKeys: 8, isWhole: true });
  });

  it('looks a key without wildcards up instead of walking', async () => {
    const before = await callsOf(redis, 'scan');
    expect(typesOf(await sampleKeys(client, { ...ALL, pattern: 'user:2' }))).toEqual({ 'user:2': 'hash' });
    expect(typesOf(await sampleKeys(client, { ...ALL, pattern: 'nobody' }))).toEqual({});
    expect(await callsOf(redis, 'scan')).toBe(before);
  });

  it('leaves out what the user may not ask', async () => {
    const thin = clientAs('thin');
    const sample = await sampleKeys(thin, { ...ALL, details: true });
    await thin.close();
    expect(sample.keys).toHaveLength(8);
    expect(sample).toMatchObject({ databaseKeys: null, isWhole: true });
    expect(
      sample.keys.every(({ type, ttlSeconds, bytes }) => type === UNKNOWN_TYPE && ttlSeconds === null && bytes === null),
    ).toBe(true);
    const half = clientAs('half');
    const some = await sampleKeys(half, { ...ALL, details: true });
    await half.close();
    expect(typesOf(some)).toMatchObject({ 'user:1': 'hash', queue: UNKNOWN_TYPE });
    expect(some.keys.find(({ key }) => key === 'user:1')?.bytes).toBeGreaterThan(20);
  });

  it('leaves no trace on the keys', async () => {
    await redis.call('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lfu');
    const before = await redis.call('OBJECT', 'FREQ', 'user:1');
    await sampleKeys(client, { ...ALL, details: true });
    expect(await redis.call('OBJECT', 'FREQ', 'user:1')).toBe(before);
    await redis.call('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
  });

  it('ends when it is aborted', async () => {
    await expect(sampleKeys(client, { ...ALL, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'RQ_CANCELLED' });
    const controller = new AbortController();
    const sampling = sampleKeys(client, { ...ALL, signal: controller.signal });
    controller.abort();
    await expect(sampling).rejects.toMatchObject({ code: 'RQ_CANCELLED' });
  });
});

describe('sampleKeys in a large database', () => {
  const count = 50_000;

  beforeAll(async () => {
    await redis.call('EVAL', `for i = 1, ${count} do redis.call('SET', 'many:' .. i, i) end`, '0');
  });

  it('ends at the number of keys that is wanted, in small steps', async () => {
    await redis.call('CONFIG', 'RESETSTAT');
    const sample = await sampleKeys(client, { ...ALL, mostKeys: 5_000 });
    expect(sample.keys).toHaveLength(5_000);
    expect(new Set(sample.keys.map(({ key }) => key)).size).toBe(5_000);
    expect(sample).toMatchObject({ visitedKeys: 5_000, databaseKeys: count + 8, isWhole: false });
    expect(sample.stop).toBe('5,000 keys were looked at');
    expect(await callsOf(redis, 'scan')).toBeLessThanOrEqual(6);
    expect(await callsOf(redis, 'keys')).toBe(0);
  });

  it('asks no more once it is aborted', async () => {
    await redis.call('CONFIG', 'RESETSTAT');
    const controller = new AbortController();
    const sampling = sampleKeys(client, { ...ALL, signal: controller.signal });
    const { promise: answered, resolve } = Promise.withResolvers<void>();
    setImmediate(() => resolve());
    await answered;
    controller.abort();
    await expect(sampling).rejects.toMatchObject({ code: 'RQ_CANCELLED' });
    // Whatever was sent is answered before this.
    await client.call('PING');
    await client.call('PING');
    expect(await callsOf(redis, 'scan')).toBeLessThanOrEqual(2);
  });

  it('ends when its time is up', async () => {
    const sample = await sampleKeys(client, { ...ALL, mostKeys: 1_000_000, mostMs: 0 });
    expect(sample).toMatchObject({ isWhole: false, stop: '0 ms were up' });
    expect(sample.visitedKeys).toBeLessThan(1_100);
  });

  it('counts the keys walked over, not those that match', async () => {
    const sample = await sampleKeys(client, { ...ALL, pattern: 'many:*7', mostKeys: 1_000 });
    expect(sample.keys).toHaveLength(1_000);
    expect(sample.visitedKeys).toBeGreaterThan(8_500);
    expect(sample.visitedKeys).toBeLessThan(11_500);
  });
});
