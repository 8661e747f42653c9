/** The search commands of planning: a query's count, a value at a place of an order. What they answer is never a row. */
import { RedQueryError } from '../../errors.ts';
import type { SearchConnections } from './catalog/index-catalog.ts';
import { attributesOf, searchReplyFrom, textOf } from './catalog/replies.ts';
import { COST } from './cost.ts';
import type { QueryText } from './query/fragment.ts';

/** How much slower than was measured a server may count. */
const MARGIN = 8;

/** A question about an index; `query` null is every document. */
export interface IndexQuestion {
  readonly index: string;
  readonly text: QueryText | null;
  /** Documents of the index, where that is known: few are counted without a time-out. */
  readonly docCount?: number;
}

/** Gives the words of a command's PARAMS and its end. timeoutMs 0: as long as it takes. */
export function endOfCommand(text: QueryText | null, timeoutMs: number): (string | Uint8Array | number)[] {
  const params = text?.params ?? [];
  const words = params.length === 0 ? [] : ['PARAMS', params.length * 2, ...params.flat()];
  return [...words, 'TIMEOUT', timeoutMs, 'DIALECT', 2];
}

/**
 * Counts the documents of a query, stopping Redis for at most about so many ms. `isWhole` false: there are more than these
 * (module 2.10 does not say when a time-out cut a count short: measured; the clock does).
 */
export async function countDocuments(
  { query }: SearchConnections,
  { index, text, docCount }: IndexQuestion,
  mostMs: number,
  signal?: AbortSignal,
): Promise<{ readonly count: number; readonly isWhole: boolean }> {
  // However busy this process is, the count of a small index is whole.
  const isSmall = docCount !== undefined && (docCount * COST.countDocument * MARGIN) / 1000 <= mostMs;
  const timeoutMs = isSmall ? 0 : Math.max(1, Math.floor(mostMs));
  const startMs = performance.now();
  const command = ['FT.SEARCH', index, text?.query ?? '*', 'LIMIT', 0, 0, ...endOfCommand(text, timeoutMs)];
  try {
    const { total, warnings } = searchReplyFrom(await query.call(command, { signal }));
    return { count: total, isWhole: warnings.length === 0 && (isSmall || performance.now() - startMs < timeoutMs * 0.9) };
  } catch (error) {
    if (!isTimeout(error)) throw error;
    return { count: 0, isWhole: false };
  }
}

/** With ON_TIMEOUT FAIL a search that is cut short is an error. */
function isTimeout(error: unknown): boolean {
  return error instanceof RedQueryError && error.code === 'RQ_REDIS_ERROR' && /timeout limit/i.test(error.message);
}

/** Counts all documents of a query, however long it takes; null where the server warns that it did not. */
export async function countExactly(
  { query }: SearchConnections,
  { index, text }: IndexQuestion,
  signal?: AbortSignal,
): Promise<number | null> {
  const command = ['FT.SEARCH', index, text?.query ?? '*', 'LIMIT', 0, 0, ...endOfCommand(text, 0)];
  const { total, warnings } = searchReplyFrom(await query.call(command, { signal }));
  return warnings.length === 0 ? total : null;
}

/** Gives the text of an attribute of the document at a place of its order; null: no such document, undefined: without the attribute. */
export async function valueAt(
  { query }: SearchConnections,
  { index, text }: IndexQuestion,
  order: { readonly alias: string; readonly isDescending: boolean; readonly position: number },
  signal?: AbortSignal,
): Promise<string | null | undefined> {
  const { alias, isDescending, position } = order;
  const sort = ['SORTBY', alias, isDescending ? 'DESC' : 'ASC', 'RETURN', 1, alias, 'LIMIT', position, 1];
  const command = ['FT.SEARCH', index, text?.query ?? '*', ...sort, ...endOfCommand(text, 0)];
  const { results, warnings } = searchReplyFrom(await query.call(command, { signal }));
  const [result] = results;
  if (warnings.length > 0) return undefined;
  if (result === undefined) return null;
  const value = attributesOf(result).get(alias);
  return value === undefined || value === null ? undefined : textOf(value);
}
