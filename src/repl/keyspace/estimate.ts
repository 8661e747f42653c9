/** What a sample says about all keys: a count and how far it may be off. */

/** What was looked at, of how many. */
export interface Coverage {
  readonly visitedKeys: number;
  /** Null where the server does not tell. */
  readonly databaseKeys: number | null;
  readonly isWhole: boolean;
}

export interface Estimate {
  readonly keys: number;
  /** The true number lies within ± this, 19 times of 20; 0 where `keys` is exact. */
  readonly plusMinus: number;
}

/** The normal distribution's 97.5 % point. */
const Z = 1.96;

/**
 * Estimates how many keys of the database are as `count` of the visited ones: Wilson's interval of a proportion with the
 * correction for a finite population, its longer side given as ±. So it holds for rare keys as well, where the usual
 * ± 1.96 √(p(1−p)/n) is far too small. Null where nothing is known of the whole.
 */
export function estimateOf(count: number, { visitedKeys, databaseKeys, isWhole }: Coverage): Estimate | null {
  if (isWhole) return { keys: count, plusMinus: 0 };
  if (databaseKeys === null || visitedKeys === 0) return null;
  const total = Math.max(databaseKeys, visitedKeys);
  const share = Math.min(1, count / visitedKeys);
  const z2 = (Z * Z * (total - visitedKeys)) / Math.max(1, total - 1) / visitedKeys;
  const centre = (share + z2 / 2) / (1 + z2);
  const half = (Math.sqrt(z2) / (1 + z2)) * Math.sqrt(share * (1 - share) + z2 / 4);
  const off = Math.max(centre + half - share, share - centre + half);
  return { keys: Math.round(share * total), plusMinus: Math.ceil(off * total) };
}
