/** What becomes of an index that gave keys and then proved not to have all of them. */
import { RedQueryError } from '../../errors.ts';
import type { SearchAccess } from '../../storage/scan-words.ts';
import type { RecentKeysLimits } from '../keys/recent-keys.ts';

/**
 * Keys of an index that are remembered, so that a scan can give the others: a key that is written to moves to the end of
 * the index, so its repeat may be as far away as the index is long.
 */
export const SEARCH_MEMORY: RecentKeysLimits = { maxKeys: 1 << 20, maxBytes: 32 * 1024 * 1024 };

/** Gives the error for an index that failed after more keys than are remembered, or where no scan can do its work: RQ_INDEX_INCOMPLETE. */
export function indexIncompleteError({ index, isOnlyWay }: SearchAccess, reason: string): RedQueryError {
  const other = isOnlyWay === true ? '; match() has no other way' : ', or SET use_indexes = false';
  return new RedQueryError('RQ_INDEX_INCOMPLETE', `the index ${index} stopped half way through: ${reason}`, {
    hint: `Run the statement again${other}.`,
  });
}
