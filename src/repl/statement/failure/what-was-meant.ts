/** Hints that only a terminal gives: to who types Redis' own commands, looks for keys as tables, or mistypes a word. */
import { errorFromData, RedQueryError } from '../../../errors.ts';
import { quoteLiteral, type Token, tokensOf } from '../../../sql/index.ts';
import { nearestNames } from '../../commands/nearest.ts';

/** Redis' commands by the function that reads the same. */
const READERS: Readonly<Record<string, readonly string[]>> = {
  redis_hash: ['hgetall', 'hget', 'hmget', 'hkeys', 'hvals', 'hlen', 'hscan', 'hexists'],
  redis_string: ['get', 'mget', 'strlen', 'getrange', 'getex'],
  redis_set: ['smembers', 'scard', 'sismember', 'sscan', 'srandmember'],
  redis_list: ['lrange', 'llen', 'lindex'],
  redis_zset: ['zrange', 'zrevrange', 'zrangebyscore', 'zscore', 'zcard', 'zscan'],
  redis_stream: ['xrange', 'xrevrange', 'xread', 'xlen'],
  redis_json: ['json'],
};
/** Those that look for keys, at the server, and those that change something. */
const FINDERS = new Set(['keys', 'scan', 'type', 'ttl', 'pttl', 'exists', 'dbsize', 'randomkey', 'object', 'memory']);
const ASKERS = new Set(['info', 'ping', 'client', 'config', 'command', 'hello', 'auth', 'monitor', 'slowlog', 'acl']);
const CHANGERS = new Set(
  [
    'del',
    'unlink',
    'expire',
    'persist',
    'rename',
    'hset',
    'hdel',
    'hincrby',
    'setex',
    'setnx',
    'mset',
    'incr',
    'decr',
    'append',
  ].concat([
    'lpush',
    'rpush',
    'lpop',
    'rpop',
    'sadd',
    'srem',
    'zadd',
    'zrem',
    'xadd',
    'xdel',
    'flushdb',
    'flushall',
    'eval',
    'publish',
  ]),
);
/** Words that statements are made of, for who mistypes one. */
const WORDS = 'select from where group order having limit join left union values insert into update delete create table view'
  .concat(' drop alter explain describe summarize pivot unpivot copy with')
  .split(' ');

/** Gives the error with a hint, where it has none and one is known. `text` is the statement, positions are those in it. */
export function withHint(error: unknown, text: string): unknown {
  if (!(error instanceof RedQueryError) || error.hint !== undefined) return error;
  if (error.code === 'RQ_UNKNOWN_TABLE') return unknownTable(error);
  const hint = error.code === 'RQ_SYNTAX' ? syntaxHint(error, text) : null;
  return hint === null ? error : changed(error, error.message, hint);
}

function changed({ code, position }: RedQueryError, message: string, hint: string): RedQueryError {
  return errorFromData({ code, message, hint, ...(position === undefined ? {} : { position }) });
}

function syntaxHint({ position }: RedQueryError, text: string): string | null {
  const tokens = tokensIn(text);
  const [first, second] = tokens;
  if (first === undefined) return null;
  const at = tokens.findIndex(({ start }) => start === position);
  return (at === 0 ? redisHint(first, second, text) : null) ?? mistypedHint(tokens, at);
}

function tokensIn(text: string): readonly Token[] {
  try {
    return tokensOf(text);
  } catch {
    return [];
  }
}

function redisHint({ value }: Token, second: Token | undefined, text: string): string | null {
  const rest = second === undefined ? '' : text.slice(second.start).replace(/[\s;]+$/, '');
  const [key = ''] = rest.replaceAll(/^["']|["']$/g, '').split(/\s/);
  const isSql = 'this is SQL, not the commands of Redis';
  if (value === 'ft') return `${isSql}: FROM redis_search('INDEX', 'QUERY'); .indexes lists the indexes`;
  if (ASKERS.has(value)) return `${isSql}: .info tells of the server`;
  if (CHANGERS.has(value)) return `${isSql}, and it changes no keys`;
  if (FINDERS.has(value)) return `${isSql}: .keys is a map of the keys, FROM redis_keys('PATTERN') lists them`;
  const reader = Object.keys(READERS).find((name) => READERS[name]?.includes(value));
  const pattern = value === 'json' || key === '' ? 'PATTERN' : key;
  return reader === undefined ? null : `${isSql}: FROM ${reader}(${quoteLiteral(pattern)})`;
}

/** The word that is wrong is the one that is complained of, or the one before it. */
function mistypedHint(tokens: readonly Token[], at: number): string | null {
  for (const token of [tokens[at], tokens[at - 1]]) {
    if (token?.kind !== 'identifier' || token.value.length < 3 || WORDS.includes(token.value)) continue;
    const [near] = nearestNames(token.value, WORDS, 1);
    // What begins like a word may be anything: `sum`, `with_id`.
    if (near !== undefined && Math.abs(near.length - token.value.length) <= 1) return `did you mean ${near.toUpperCase()}?`;
  }
  return null;
}

/** DuckDB's own tables, which it takes for what was meant. */
const SYSTEM_TABLE = /\nDid you mean "(?:duckdb_|pg_|sqlite_|pragma_|information_schema)[^"]*"\?$/;
const MISSING = /^Table with name (.+) does not exist!/;

function unknownTable(error: RedQueryError): RedQueryError {
  const name = MISSING.exec(error.message)?.[1];
  if (name === undefined) return error;
  const pattern = /[:*?[]/.test(name) ? name : `${name}:*`;
  const call = `FROM redis_hash(${quoteLiteral(pattern)})`;
  const hint = `keys are read by functions, hashes by ${call}; .keys ${pattern} shows which keys there are, .tables the views`;
  return changed(error, error.message.replace(SYSTEM_TABLE, ''), hint);
}
