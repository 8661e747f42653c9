/** Keys of every type for tests of elements: one small one of each, and large ones. */
import type { SourceName } from '../../src/storage/index.ts';
import type { RunningRedis } from './redis-server.ts';

/** Elements of a large key: more than three pieces of 10,000 hold. */
export const LARGE_COUNT = 30_000;
/** Their names, in the order of their bytes. */
export const LARGE_NAMES = Array.from({ length: LARGE_COUNT }, (_, i) => `e${String(i).padStart(5, '0')}`);

/** Makes a key of each type under `k:`. */
export async function fillEachType(redis: RunningRedis): Promise<void> {
  await redis.call('SET', 'k:string', 'text');
  await redis.call('HSET', 'k:hash', 'f', 'v');
  await redis.call('SADD', 'k:set', 'a', 'b', 'c');
  await redis.call('RPUSH', 'k:list', 'x', 'y', 'x');
  await redis.call('ZADD', 'k:zset', '1.5', 'low', '-inf', 'lowest', 'inf', 'top', '1e300', 'high');
  await redis.call('XADD', 'k:stream', '1700000000123-7', 'f', '1', 'g', 'é');
}

/** Makes a key of the first `count` names; scores go by fours, the times of ids by eights. */
export async function fillLarge(redis: RunningRedis, key: string, source: SourceName, count = LARGE_COUNT): Promise<void> {
  const commands: Readonly<Record<string, (name: string, i: number) => string[]>> = {
    set: (name) => ['SADD', key, name],
    list: (name) => ['RPUSH', key, name],
    zset: (name, i) => ['ZADD', key, String(i >> 2), name],
    stream: (name, i) => ['XADD', key, `${1 + (i >> 3)}-${i & 7}`, 'f', name],
  };
  await redis.callAll(LARGE_NAMES.slice(0, count).map((name, i) => commands[source]?.(name, i) ?? []));
}
