/** Takes AND and OR of many terms apart. */
import type { Predicate } from '../scan-words.ts';

/**
 * Gives the terms of an AND or OR from left to right; those of nested ones of the same kind stand in their place. Does not
 * recurse: a statement of some thousand ORs nests as deep.
 */
export function termsOf(junction: Extract<Predicate, { kind: 'and' | 'or' }>): Predicate[] {
  const terms: Predicate[] = [];
  const waiting: Predicate[] = [junction];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if ((next.kind === 'and' || next.kind === 'or') && next.kind === junction.kind) {
      for (const child of next.children.toReversed()) waiting.push(child);
    } else terms.push(next);
  }
  return terms;
}
