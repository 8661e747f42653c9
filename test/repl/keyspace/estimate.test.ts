import { describe, expect, it } from 'vitest';
import { estimateOf } from '../../../src/repl/keyspace/estimate.ts';

/** Numbers from 0 to 1, the same in each run (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How many of `draws` keys, taken one by one and not put back, are of the `wanted` ones among `total`. */
function drawn(random: () => number, total: number, wanted: number, draws: number): number {
  let left = wanted;
  for (let n = 0; n < draws; n++) if (random() * (total - n) < left) left--;
  return wanted - left;
}

const RUNS = 500;

describe('estimateOf', () => {
  it.each([
    [1_000_000, 600_000, 2_000],
    [1_000_000, 30_000, 2_000],
    [1_000_000, 1_500, 2_000],
    [1_000_000, 500, 2_000],
    [1_000_000, 200, 2_000],
    [4_000, 3_990, 1_000],
    [4_000, 40, 3_600],
    [4_000, 7, 3_900],
    [2_100, 1_000, 2_000],
  ])('holds the true number in 93 of 100 runs: of %d keys %d, %d sampled', (total, wanted, draws) => {
    const random = randomFrom(total + wanted + draws);
    let seenCount = 0;
    let rightCount = 0;
    for (let run = 0; run < RUNS; run++) {
      const count = drawn(random, total, wanted, draws);
      // What is not in the sample is not on the map.
      if (count === 0) continue;
      seenCount++;
      const estimate = estimateOf(count, { visitedKeys: draws, databaseKeys: total, isWhole: false });
      if (estimate !== null && Math.abs(estimate.keys - wanted) <= estimate.plusMinus) rightCount++;
    }
    expect(seenCount).toBeGreaterThan(80);
    expect(rightCount / seenCount).toBeGreaterThanOrEqual(0.93);
  });

  it('says no more than it has to: the error of half of all keys is the textbook one', () => {
    const estimate = estimateOf(10_000, { visitedKeys: 20_000, databaseKeys: 4_000_000, isWhole: false });
    // 1.96 × √(½ × ½ ÷ 20,000) = 0.69 %; of 4 million keys: 27,719.
    expect(estimate?.keys).toBe(2_000_000);
    expect(estimate?.plusMinus).toBeGreaterThan(27_000);
    expect(estimate?.plusMinus).toBeLessThan(28_000);
  });

  it('is exact where every key was looked at', () => {
    expect(estimateOf(7, { visitedKeys: 9, databaseKeys: 9, isWhole: true })).toEqual({ keys: 7, plusMinus: 0 });
  });

  it('knows nothing of a database whose size is unknown', () => {
    expect(estimateOf(7, { visitedKeys: 9, databaseKeys: null, isWhole: false })).toBeNull();
  });
});
