/** What is known of a group of sampled keys, added up: how many, how large, for how long. */
import type { KeyFacts } from './sample.ts';

/** Times to live are counted by their order of magnitude: under a minute, an hour, a day, a week, 30 days, and longer. */
export const TTL_LIMITS_SECONDS: readonly number[] = [60, 3_600, 86_400, 604_800, 2_592_000, Number.POSITIVE_INFINITY];

export interface KeyStats {
  /** Sampled keys; the other numbers of a sum are weighed and may be broken. */
  readonly count: number;
  /** Memory of those `sizedCount` keys of which it is known. */
  readonly bytes: number;
  readonly sizedCount: number;
  /** Keys that expire, by TTL_LIMITS_SECONDS. */
  readonly ttlCounts: readonly number[];
  /** Keys that never expire. */
  readonly neverCount: number;
}

export function statsOf(keys: readonly KeyFacts[]): KeyStats {
  const ttlCounts = TTL_LIMITS_SECONDS.map(() => 0);
  let bytes = 0;
  let sizedCount = 0;
  let neverCount = 0;
  for (const key of keys) {
    if (key.bytes !== null) {
      bytes += key.bytes;
      sizedCount++;
    }
    if (key.ttlSeconds === Number.POSITIVE_INFINITY) neverCount++;
    else if (key.ttlSeconds !== null) {
      const ttl = key.ttlSeconds;
      const at = TTL_LIMITS_SECONDS.findIndex((limit) => ttl < limit);
      ttlCounts[at] = (ttlCounts[at] ?? 0) + 1;
    }
  }
  return { count: keys.length, bytes, sizedCount, ttlCounts, neverCount };
}

/**
 * Adds up groups that have no key in common. Each weighs as much as it has keys, of however few of them memory and time to
 * live are known.
 */
export function sumOf(all: readonly KeyStats[]): KeyStats {
  const weighed = all.map((one) => {
    const known = one.ttlCounts.reduce((sum, count) => sum + count, one.neverCount);
    return { ...one, sizes: weightOf(one.count, one.sizedCount), ttls: weightOf(one.count, known) };
  });
  return {
    count: all.reduce((sum, { count }) => sum + count, 0),
    bytes: weighed.reduce((sum, { bytes, sizes }) => sum + bytes * sizes, 0),
    sizedCount: weighed.reduce((sum, { sizedCount, sizes }) => sum + sizedCount * sizes, 0),
    ttlCounts: TTL_LIMITS_SECONDS.map((_, at) => weighed.reduce((sum, one) => sum + (one.ttlCounts[at] ?? 0) * one.ttls, 0)),
    neverCount: weighed.reduce((sum, { neverCount, ttls }) => sum + neverCount * ttls, 0),
  };
}

function weightOf(count: number, knownCount: number): number {
  return knownCount === 0 ? 0 : count / knownCount;
}
