/** How the kind form of a search is read: in pages, or by a cursor. A leaf: scan workers read it, too. */
import type { SearchAccess } from '../scan-words.ts';

/** A page walks over all that stands before it: the last pages of more keys would stop Redis for more than 100 ms. */
const MAX_PAGED_KEYS = 300_000;

/** True where a search of the form 'cursor' begins with pages of FT.SEARCH; only a cursor keeps an order. */
export function isPaged({ form, sortBy, expectedKeys }: SearchAccess): boolean {
  return form === 'cursor' && sortBy === null && expectedKeys <= MAX_PAGED_KEYS;
}
