import { describe, expect, it } from 'vitest';
import { type ColumnWish, layOut } from '../../src/output/box/layout.ts';

const text = (data: number, name = 1): ColumnWish => ({ name, type: 1, data, later: 1, isRigid: false, isKey: false });
const number = (data: number, name = 1, later = 1): ColumnWish => ({ ...text(data, name), type: 6, later, isRigid: true });
const key = (data: number): ColumnWish => ({ ...text(data, 4), isKey: true });

describe('layOut', () => {
  it.each<[string, ColumnWish[], number | null, (number | null)[], number[], boolean]>([
    ['any width', [text(5), text(5)], null, [0, 1], [5, 5], false],
    ['a width that is enough', [text(5), text(5)], 17, [0, 1], [5, 5], false],
    ['a long text', [text(5), text(50)], 40, [0, 1], [5, 28], true],
    ['two long texts', [text(30), text(30)], 40, [0, 1], [17, 16], true],
    ['too many texts', Array.from({ length: 5 }, () => text(20)), 40, [0, 1, null, 4], [9, 9, 1, 8], true],
    ['no room at all', [text(3), text(3)], 4, [0, null], [1, 1], true],
    ['a number before a text', [text(30), number(19)], 40, [0, 1], [14, 19], true],
    ['a name above a number, before a text is cut further', [number(3, 20), text(50)], 40, [0, 1], [17, 16], true],
    ['a number, by leaving out', [number(16), number(16), number(16)], 44, [0, null, 2], [16, 1, 16], true],
    ['a number, by leaving out all but one', [number(16), number(16), number(16)], 30, [0, null], [16, 1], true],
    ['one of two numbers', [number(16), number(19)], 30, [0, null], [16, 1], true],
    ['a number that is wider than the window', [number(90), text(5)], 30, [0, null], [22, 1], true],
    ['a key before texts', [key(20), text(40), text(40)], 60, [0, 1, 2], [20, 15, 15], true],
    ['a long key, with the least of others', [key(60), text(40), number(10)], 60, [0, 1, 2], [32, 8, 10], true],
    [
      'a key, by leaving out',
      [key(20), ...Array.from({ length: 34 }, () => number(4, 9))],
      60,
      [0, 1, null, 34],
      [20, 9, 1, 9],
      true,
    ],
    ['a key that is not the first', [number(19), key(12)], 30, [null, 1], [1, 12], true],
    [
      'a key in the middle',
      [text(20), text(20), key(12), text(20), text(20)],
      50,
      [0, null, 2, null, 4],
      [10, 1, 12, 1, 10],
      true,
    ],
    ['numbers to come only where nothing else is cut', [key(12), text(30), number(3, 3, 12)], 50, [0, 1, 2], [12, 25, 3], true],
    ['numbers to come where there is room', [text(10), number(3, 3, 12)], 30, [0, 1], [10, 12], false],
  ])('gives %s', (_, wishes, available, places, widths, isCut) => {
    expect(layOut(wishes, available)).toEqual({ places, widths, isCut });
  });

  it('never is wider than the window where columns can be left out, and is no narrower than it must be', () => {
    let seed = 1;
    const random = (most: number): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % most;
    };
    for (let run = 0; run < 3_000; run++) {
      const wishes = Array.from({ length: 1 + random(12) }, (_, i) =>
        i === 0 && random(2) === 0
          ? key(1 + random(60))
          : random(2) === 0
            ? number(1 + random(20), 1 + random(20))
            : text(1 + random(80)),
      );
      const available = 30 + random(100);
      const { places, widths, isCut } = layOut(wishes, available);
      const used = widths.reduce((sum, width) => sum + width + 3, 1);
      expect(used).toBeLessThanOrEqual(available);
      for (const [i, place] of places.entries()) {
        const wish = place === null ? undefined : wishes[place];
        expect(widths[i]).toBeGreaterThanOrEqual(wish?.isRigid === true ? wish.data : 1);
        // Room is not left where something is cut.
        const wanted = wish === undefined ? 1 : Math.max(wish.name, wish.data);
        const isNarrower = (widths[i] ?? 0) < wanted;
        expect(isNarrower ? used : available).toBe(available);
        expect(isCut || !(isNarrower || place === null)).toBe(true);
      }
    }
  });
});
