/** Recognises who types Redis' own commands where SQL is read, and what reads the same here. */
import { type Token, tokensOf } from './lexer.ts';

/** What a text that begins with a command of Redis wants. */
export type RedisCommand =
  /** A key is read: by this function. `key` null: none was named. */
  | { readonly kind: 'read'; readonly functionName: string; readonly key: string | null }
  /** Keys are looked for; `pattern` null: none was named. */
  | { readonly kind: 'find'; readonly pattern: string | null }
  | { readonly kind: 'search' }
  /** The server is asked about itself. */
  | { readonly kind: 'ask' }
  | { readonly kind: 'change' };

const READERS: Readonly<Record<string, string>> = {
  redis_hash: 'hgetall hget hmget hkeys hvals hlen hscan hexists hrandfield',
  redis_string: 'get mget strlen getrange getex',
  redis_set: 'smembers scard sismember smismember sscan srandmember',
  redis_list: 'lrange llen lindex lpos',
  redis_zset: 'zrange zrevrange zrangebyscore zrevrangebyscore zscore zmscore zcard zcount zrank zscan',
  redis_stream: 'xrange xrevrange xread xlen xinfo',
  redis_json: 'json.get json.mget json.type',
  redis_timeseries: 'ts.range ts.revrange ts.get ts.mrange ts.info',
};
const FINDERS = words('keys scan type ttl pttl exists dbsize randomkey object memory');
const ASKERS = words('info ping client config command hello auth monitor slowlog acl echo lastsave role');
const CHANGERS = words(
  'del unlink set expire pexpire persist rename hset hmset hdel hincrby setex setnx mset incr incrby decr append lpush rpush lpop',
  'rpop lset ltrim sadd srem spop zadd zrem zincrby xadd xdel xtrim flushdb flushall eval publish json.set json.del ts.add ts.create',
);
const READING = new Map(Object.entries(READERS).flatMap(([name, verbs]) => verbs.split(' ').map((verb) => [verb, name])));

function words(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.split(' ')));
}

/** Reads the first words of a text; null where they are no command of Redis. Some are words of SQL, too: SET, SELECT, COPY. */
export function redisCommandIn(text: string): RedisCommand | null {
  const tokens = tokensIn(text);
  const [first, dot, second] = tokens;
  if (first?.kind !== 'identifier') return null;
  const isOfModule = dot?.value === '.' && dot.start === first.end && second?.start === dot.end;
  if (first.value === 'ft' && isOfModule) return { kind: 'search' };
  const verb = isOfModule ? `${first.value}.${second.value}` : first.value;
  const key = firstWord(text.slice((isOfModule ? second : first).end));
  const functionName = READING.get(verb);
  if (functionName !== undefined) return { kind: 'read', functionName, key };
  if (FINDERS.has(verb)) return { kind: 'find', pattern: verb === 'keys' ? key : null };
  if (ASKERS.has(verb)) return { kind: 'ask' };
  return CHANGERS.has(verb) ? { kind: 'change' } : null;
}

function firstWord(text: string): string | null {
  const [, double, single, plain] = /^\s*(?:"([^"]*)"|'([^']*)'|([^\s;]+))/.exec(text) ?? [];
  const word = double ?? single ?? plain ?? '';
  return word === '' ? null : word;
}

function tokensIn(text: string): readonly Token[] {
  try {
    return tokensOf(text);
  } catch {
    return [];
  }
}
