import { describe, expect, it } from 'vitest';
import { paletteOf } from '../../../src/output/index.ts';
import { binsOf, drawHistogram } from '../../../src/repl/chart/draw-histogram.ts';

const SIZE = { columns: 30, rows: 20, palette: paletteOf(false) };
const DAY = 86_400_000;

/** An even sample of a bell: the same in each run. */
function bell(count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, n) => {
    const share = (n + 0.5) / count;
    return Math.log(share / (1 - share));
  });
}

describe('binsOf', () => {
  it('gives bins as wide as Freedman and Diaconis advise, rounded', () => {
    const bins = binsOf(bell(1_000), 'number', 100);
    // The quartiles lie 2.197 apart: 2 × 2.197 ÷ 10 = 0.44, which is rounded up to 0.5.
    expect(bins.every(({ from, to }) => Math.abs(to - from - 0.5) < 1e-9)).toBe(true);
    expect(bins.map(({ count }) => count).reduce((a, b) => a + b)).toBe(1_000);
    expect(bins[0]?.from).toBe(-8);
    expect(bins.at(-1)?.to).toBe(8);
  });

  it.each([1, 2, 5, 12, 40])('gives at most %d bins', (most) => {
    const bins = binsOf(bell(5_000), 'number', most);
    expect(bins.length).toBeLessThanOrEqual(most);
    expect(bins.length).toBeGreaterThan(0);
    expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(5_000);
  });

  it('counts a value on an edge in the bin that begins there', () => {
    const bins = binsOf(Float64Array.of(0, 1, 1, 2, 2, 2, 3), 'number', 10);
    expect(bins.map(({ from, count }) => [from, count])).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 1],
    ]);
  });

  it.each([
    ['no values', [], []],
    ['one value', [5, 5, 5], [3]],
    ['half of them one and the same', [0, 0, 0, 0, 0, 0, 0, 8], [7, 0, 0, 0, 1]],
    ['the range of doubles', [-Number.MAX_VALUE, 0, Number.MAX_VALUE], [3]],
    ['next to nothing', [0, 5e-324], [1, 1]],
  ])('takes %s', (_, values, counts) => {
    const bins = binsOf(Float64Array.from(values), 'number', 20);
    expect(bins.length).toBeLessThanOrEqual(20);
    expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
    expect(bins.map(({ count }) => count)).toEqual(counts);
  });
});

describe('drawHistogram', () => {
  it('writes the bounds of a bin, whole numbers with their last one', () => {
    const broken = binsOf(Float64Array.of(0.5, 1.5, 1.7, 2.5), 'number', 3);
    expect(drawHistogram(broken, 'number', SIZE)).toEqual([
      '0 – 1 1 ███████████',
      '1 – 2 2 ██████████████████████',
      '2 – 3 1 ███████████',
    ]);
    const whole = binsOf(Float64Array.of(0, 5, 12, 13, 29), 'number', 3);
    expect(drawHistogram(whole, 'number', SIZE)).toEqual([
      '  0 – 9 2 ████████████████████',
      '10 – 19 2 ████████████████████',
      '20 – 29 1 ██████████',
    ]);
  });

  it('writes times by their beginning', () => {
    const start = Date.UTC(2026, 10, 1);
    const bins = binsOf(
      Float64Array.from([0, 0.5, 1, 1.2, 3.9], (days) => start + days * DAY),
      'instant',
      4,
    );
    expect(drawHistogram(bins, 'instant', SIZE)).toEqual([
      '2026-11-01 2 █████████████████',
      '2026-11-02 2 █████████████████',
      '2026-11-03 0',
      '2026-11-04 1 ████████▌',
    ]);
  });
});
