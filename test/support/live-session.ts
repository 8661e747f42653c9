/** A Redis of a test's own with a session on it, both ended together. */
import { type ConnectOptions, connect, type Session } from '../../src/index.ts';
import { type RedisOptions, type RunningRedis, startRedis } from './redis-server.ts';

export interface LiveSession extends AsyncDisposable {
  readonly redis: RunningRedis;
  readonly session: Session;
}

/** Starts a Redis without modules (they cost a second) unless told otherwise, and connects to it. */
export async function startLive(options: ConnectOptions = {}, redisOptions: RedisOptions = {}): Promise<LiveSession> {
  const redis = await startRedis({ modules: false, ...redisOptions });
  const session = await connect({ url: redis.url, ...options });
  return {
    redis,
    session,
    async [Symbol.asyncDispose]() {
      await session.close();
      await redis.stop();
    },
  };
}

/** Writes `count` hashes `prefix1`, `prefix2`, … by a Lua script; each has name, age (i % 80) and score (i / 2). */
export async function fillUsers(redis: RunningRedis, count: number, prefix = 'user:'): Promise<void> {
  const script = `for i = tonumber(ARGV[1]), tonumber(ARGV[2]) do
    redis.call('HSET', ARGV[3] .. i, 'name', 'User Number ' .. i, 'age', i % 80, 'score', tostring(i / 2)) end`;
  for (let from = 1; from <= count; from += 20_000) {
    await redis.call('EVAL', script, '0', String(from), String(Math.min(count, from + 19_999)), prefix);
  }
}

/** How often a command ran on the server since it started. */
export async function callsOf(redis: RunningRedis, command: string): Promise<number> {
  const info = String(await redis.call('INFO', 'commandstats'));
  const match = new RegExp(`^cmdstat_${command}:calls=(\\d+)`, 'm').exec(info);
  return Number(match?.[1] ?? 0);
}
