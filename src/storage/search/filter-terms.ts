/** The terms of a filter, and the calls of match() among them. */
import { RedQueryError } from '../../errors.ts';
import { termsOf } from '../keys/predicate-terms.ts';
import type { Predicate } from '../scan-words.ts';

export type MatchCall = Extract<Predicate, { kind: 'call' }>;

/** The reason of a match() under NOT. */
export const NOT_OF_MATCH = 'NOT of match()';

/** Gives the terms of the outermost AND; none for no filter. */
export function termsOfFilter(filter: Predicate | null): Predicate[] {
  if (filter === null) return [];
  return filter.kind === 'and' ? termsOf(filter) : [filter];
}

/** Gives all calls of match() in a filter. */
export function matchCallsIn(filter: Predicate | null): MatchCall[] {
  if (filter === null) return [];
  if (filter.kind === 'call') return filter.name === 'match' ? [filter] : [];
  if (filter.kind === 'not') return matchCallsIn(filter.child);
  return filter.kind === 'and' || filter.kind === 'or' ? filter.children.flatMap(matchCallsIn) : [];
}

export function hasMatch(predicate: Predicate): boolean {
  return matchCallsIn(predicate).length > 0;
}

/** Gives the error for a match() among words that keep an index from answering it: RQ_NO_INDEX. */
export function surroundedError(why: string | null): RedQueryError {
  if (why === NOT_OF_MATCH) {
    return new RedQueryError('RQ_NO_INDEX', 'match() cannot stand under NOT: an index finds what matches, not what does not', {
      hint: "Name words to leave out in the text itself: match(title, '-word').",
    });
  }
  return new RedQueryError('RQ_NO_INDEX', `match() under OR needs an index that is exact for all beside it: ${why ?? ''}`, {
    hint: 'Let match() be a condition of its own, joined by AND.',
  });
}
