import { describe, expect, it } from 'vitest';
import { walkedShare } from '../../src/workers/keys/walked-share.ts';

describe('walkedShare', () => {
  it.each([
    ['0', 0],
    // A table of eight slots is walked 0, 4, 2, 6, 1, 5, 3, 7.
    ['4', 1 / 8],
    ['2', 2 / 8],
    ['6', 3 / 8],
    ['1', 4 / 8],
    ['7', 7 / 8],
    ['9007199254740993', 0.5],
  ])('reads the cursor %s', (cursor, share) => expect(walkedShare(cursor)).toBeCloseTo(share, 12));
});
