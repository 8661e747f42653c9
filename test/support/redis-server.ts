/** The doorway of the tests to a throw-away Redis; the launcher itself lies in scripts/redis, where demo and benchmarks use it, too. */
export type { RedisOptions, RedisTlsOptions, RunningRedis } from '../../scripts/redis/redis-options.ts';
export { startRedis } from '../../scripts/redis/start-redis.ts';
export { TinyClient } from '../../scripts/redis/tiny-client.ts';
