/**
 * Looks whether the ranges of a NUMERIC attribute find anything. Module 2.10 splits its tree of numbers at their mean, which
 * is NaN where both inf and -inf are among them: from then on no range finds a document (measured: 1 of 300 sets of 60
 * numbers). Such a split can only be the tree's first, so that a range over all numbers then finds nothing at all.
 */
import { RedQueryError } from '../../../errors.ts';
import { attributeName } from '../query/fragment.ts';
import type { SearchConnections } from './index-catalog.ts';
import type { IndexInfo } from './index-info.ts';
import { searchReplyFrom } from './replies.ts';

/** One document is found at once; the second try is for a server that was held up. */
const TRIES_MS = [10, 50];

/** Verdicts of one reading of the index, which is a second old at most. */
const verdicts = new WeakMap<IndexInfo, Map<string, Promise<boolean>>>();

/** Gives the NUMERIC attributes whose ranges a query asks for, as it names them. */
export function rangesIn(index: IndexInfo, query: string): string[] {
  return index.attributes.flatMap(({ type, alias }) => {
    const name = type === 'NUMERIC' ? attributeName(alias) : null;
    return name !== null && query.includes(`${name}:[`) ? [name] : [];
  });
}

/** Gives the first of the attributes whose ranges find no document; null where all find some. */
export async function barrenRange(
  index: IndexInfo,
  names: readonly string[],
  connections: SearchConnections,
): Promise<string | null> {
  const known = verdicts.get(index) ?? new Map<string, Promise<boolean>>();
  verdicts.set(index, known);
  const found = await Promise.all(
    names.map((name) => {
      const verdict = known.get(name) ?? findsSome(index, name, connections);
      known.set(name, verdict);
      return verdict;
    }),
  );
  return names.find((_, i) => found[i] === false) ?? null;
}

async function findsSome({ name: index, docCount }: IndexInfo, name: string, { query }: SearchConnections): Promise<boolean> {
  if (docCount === 0) return true;
  const search = ['FT.SEARCH', index, `${name}:[-inf +inf]`, 'NOCONTENT'];
  for (const timeoutMs of TRIES_MS) {
    const end = ['LIMIT', 0, 1, 'TIMEOUT', timeoutMs, 'DIALECT', 2];
    const reply = await query.call([...search, 'WITHOUTCOUNT', ...end]).catch(async (error: unknown) => {
      // A version that always counts.
      if (!(error instanceof RedQueryError) || !/WITHOUTCOUNT/i.test(error.message)) throw error;
      return await query.call([...search, ...end]);
    });
    if (searchReplyFrom(reply).total > 0) return true;
  }
  return false;
}
