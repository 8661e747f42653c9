/** The database that the terminal's tests look at: users, pages, an index, and a key with an escape sequence in it. */
import { type RedisOptions, type RunningRedis, startRedis } from './redis-server.ts';

/** `user:1` … of these many. */
export const USER_COUNT = 3000;

const CITIES = ['Berlin', 'Paris', 'London', 'Rome'];
const ESCAPES = '\x1b[2J\x1b]0;title\x07red';

/** Starts a Redis and fills it. With modules there is the index `idx:user` over the users' city and age. */
export async function startDatabase(options: RedisOptions = {}): Promise<RunningRedis> {
  const redis = await startRedis({ modules: false, ...options });
  const users = Array.from({ length: USER_COUNT }, (_, i) => {
    const fields = ['name', `User Number ${i + 1}`, 'age', String(20 + (i % 60)), 'city', CITIES[i % CITIES.length] ?? ''];
    return ['HSET', `user:${i + 1}`, ...fields, ...(i % 10 === 0 ? [] : ['score', String(i / 2)])];
  });
  const pages = Array.from({ length: 200 }, (_, i) => ['SET', `page:${i}`, String(i * 7), 'EX', String(3600 + i * 60)]);
  await redis.callAll([
    ...users,
    ...pages,
    ['HSET', 'odd:1', 'text', ESCAPES, 'empty', ''],
    ['HSET', 'odd:2', 'text', 'plain'],
    ...(options.modules === true
      ? [['FT.CREATE', 'idx:user', 'PREFIX', '1', 'user:', 'SCHEMA', 'city', 'TAG', 'age', 'NUMERIC']]
      : []),
  ]);
  return redis;
}
