/** How far a SCAN has come, read from its cursor. */

/**
 * Gives the share of the keyspace before `cursor`, 0 to 1. Redis counts cursors up from their highest bit (dict.c, dictScan):
 * the bits in reverse order are a binary fraction of the table, whatever the table's size.
 */
export function walkedShare(cursor: string): number {
  // The lowest bits weigh the most: none may be lost, as a number beyond 2^53 would lose them.
  let rest = BigInt(cursor);
  let share = 0;
  for (let weight = 0.5; rest > 0n; weight /= 2) {
    if ((rest & 1n) === 1n) share += weight;
    rest >>= 1n;
  }
  return share;
}
