import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecentKeys } from '../../src/workers/keys/recent-keys.ts';

const isRepeat = (recent: RecentKeys, key: string): boolean => {
  const bytes = Buffer.from(`..${key}..`);
  return recent.isRepeat(bytes, 2, bytes.length - 2);
};

describe('RecentKeys', () => {
  it('tells what a set tells, for any few keys', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat({ max: 30 }).map(String), fc.string())), (keys) => {
        const recent = new RecentKeys();
        const seen = new Set<string>();
        for (const key of keys) {
          expect(isRepeat(recent, key)).toBe(seen.has(key));
          seen.add(key);
        }
        expect(isRepeat(recent, 'never seen before')).toBe(false);
      }),
    );
  });

  it('remembers the last 131,072 keys and no more', () => {
    const recent = new RecentKeys();
    const count = 300_000;
    let repeats = 0;
    for (let i = 0; i < count; i++) if (isRepeat(recent, `user:${i}`)) repeats += 1;
    expect(repeats).toBe(0);
    for (let i = count - 1; i > count - 130_000; i--) if (isRepeat(recent, `user:${i}`)) repeats += 1;
    expect(repeats).toBe(129_999);
    expect(isRepeat(recent, 'user:1')).toBe(false);
  });

  it('forgets the oldest of large keys and keeps its memory', () => {
    const recent = new RecentKeys();
    const key = (i: number): string => `${i}:${'x'.repeat(200_000)}`;
    for (let i = 0; i < 300; i++) expect(isRepeat(recent, key(i))).toBe(false);
    for (let i = 240; i < 300; i++) expect(isRepeat(recent, key(i))).toBe(true);
    expect(isRepeat(recent, key(0))).toBe(false);
  });
});
