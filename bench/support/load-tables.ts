/** Loads the data of the measures beside hashes, by scripts that run inside Redis: a million rows of each type. */
import type { RunningRedis } from '../../scripts/redis/redis-options.ts';

const ROWS_A_CALL = 20_000;

/** For row i (from 0), with n elements a key: e = i % n, k = floor(i / n). */
const WRITES: Readonly<Record<string, string>> = {
  string: `redis.call('SET', 'string:' .. i, 'value number ' .. i)`,
  set: `redis.call('SADD', 'set:' .. k, 'member ' .. i)`,
  list: `redis.call('RPUSH', 'list:' .. k, 'element ' .. i)`,
  zset: `redis.call('ZADD', 'zset:' .. k, e / 4, 'member ' .. i)`,
  stream: `redis.call('XADD', 'stream:' .. k, (1700000000000 + i) .. '-0', 'kind', 'click', 'n', i)`,
  json: `redis.call('JSON.SET', 'json:' .. i, '$', '{"name":"User ' .. i .. '","age":' .. (i % 60) .. ',"score":' .. (i / 8) .. ',"address":{"city":"Paris"}}')`,
  board: `redis.call('ZADD', 'board', (i * 7919) % 1000003, 'player ' .. i)`,
  series: `redis.call('TS.ADD', 'series:' .. math.floor(i / 100000), 1700000000000 + (i % 100000) * 1000, (i * 7919) % 1000)`,
};

/**
 * Writes `rowCount` rows of one type; sets, lists, sorted sets and streams have `elementsAKey` each.
 * @throws {Error} for a type that is none of the above.
 */
export async function loadRows(redis: RunningRedis, type: string, rowCount: number, elementsAKey = 1): Promise<void> {
  const write = WRITES[type];
  if (write === undefined) throw new Error(`no data of type "${type}"`);
  const script = `for i = tonumber(ARGV[1]), tonumber(ARGV[2]) do
    local e, k = i % ${elementsAKey}, math.floor(i / ${elementsAKey})
    ${write} end`;
  for (let from = 0; from < rowCount; from += ROWS_A_CALL) {
    await redis.call('EVAL', script, '0', String(from), String(Math.min(rowCount, from + ROWS_A_CALL) - 1));
  }
}
