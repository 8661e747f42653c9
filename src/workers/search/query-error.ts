/** What the search module says of a query that it refuses, in words for whoever wrote it. */
import { RedQueryError } from '../../errors.ts';
import { redisErrorFrom } from '../../storage/connections/redis-error.ts';
import type { QueryAccess } from '../../storage/scan-words.ts';

const NEAR_CHARS = 20;

/** Gives the error for a refused search: RQ_ARGUMENT, RQ_UNKNOWN_INDEX, RQ_NO_SEARCH, RQ_INDEX_INCOMPLETE, else as redisErrorFrom. */
export function queryErrorFrom(reply: string, access: QueryAccess): RedQueryError {
  const { index, query } = access;
  if (/unknown command/i.test(reply)) {
    return new RedQueryError('RQ_NO_SEARCH', 'redis_search needs the search module, which this server does not have');
  }
  if (/no such index|unknown index/i.test(reply)) {
    return new RedQueryError('RQ_UNKNOWN_INDEX', `no search index is called "${index}"; FROM redis_indexes() lists them`);
  }
  if (/LIMIT exceeds maximum/i.test(reply)) return cutError(access, reply);
  const [, given, wanted] = /blob size \((\d+)\) does not match index's expected size \((\d+)\)/i.exec(reply) ?? [];
  if (given !== undefined && wanted !== undefined) return dimensionError(index, Number(given), Number(wanted));
  const error = redisErrorFrom(reply, 'FT.SEARCH');
  if (error.code !== 'RQ_REDIS_ERROR') return error;
  return new RedQueryError('RQ_ARGUMENT', `the server refused the search in ${index}: ${reply}${placeIn(reply, query)}`, {
    hint: `The query was: ${query}`,
  });
}

/** Sizes are bytes; a list of numbers is sent as FLOAT32. */
function dimensionError(index: string, given: number, wanted: number): RedQueryError {
  const numbers = `${given / 4} numbers of 32 bits where ${wanted / 4} are expected`;
  return new RedQueryError('RQ_ARGUMENT', `the vector has other dimensions than the index ${index} has: ${numbers}`, {
    hint: 'An index of another type than FLOAT32 takes the bytes of a vector, as BLOB.',
  });
}

/** Gives the error for a search where no index is: RQ_UNSUPPORTED. */
export function otherDatabaseError(database: number): RedQueryError {
  return new RedQueryError(
    'RQ_UNSUPPORTED',
    `redis_search reads database 0 only, where search indexes are; this is database ${database}`,
  );
}

/** Gives the error for a search that found more than the server gives out. */
export function cutError({ index, limit }: QueryAccess, why: string): RedQueryError {
  return new RedQueryError('RQ_INDEX_INCOMPLETE', `the search in ${index} was cut: ${why}`, {
    hint:
      limit === null
        ? 'Say how many are enough, max_rows => 1000, or raise MAXSEARCHRESULTS on the server.'
        : 'Ask for fewer, or raise MAXSEARCHRESULTS on the server.',
  });
}

/** Offsets are bytes of the query: the place is shown in it. */
function placeIn(reply: string, query: string): string {
  const [, digits] = /at offset (\d+)/i.exec(reply) ?? [];
  if (digits === undefined) return '';
  const before = Buffer.from(query, 'utf8').subarray(0, Number(digits)).toString('utf8');
  const shown = before.length > NEAR_CHARS ? `…${before.slice(-NEAR_CHARS)}` : before;
  const after = query.slice(before.length, before.length + NEAR_CHARS);
  return ` (at ${before.length}: ${shown}⟨here⟩${after}${query.length > before.length + NEAR_CHARS ? '…' : ''})`;
}
