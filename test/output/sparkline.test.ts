import { describe, expect, it } from 'vitest';
import { blockBar, sparkline } from '../../src/output/index.ts';

describe('sparkline', () => {
  it.each<[string, (number | null)[], string]>([
    ['nothing', [], ''],
    ['one value', [7], '▄'],
    ['one height', [3, 3, 3], '▄▄▄'],
    ['each step', [0, 1, 2, 3, 4, 5, 6, 7], '▁▂▃▄▅▆▇█'],
    ['below zero', [-10, 0, 10], '▁▅█'],
    ['nulls', [1, null, 2, Number.NaN], '▁ █ '],
    ['nulls alone', [null, null], '  '],
    ['infinities', [Number.NEGATIVE_INFINITY, 0, 1, Number.POSITIVE_INFINITY], '▁▁██'],
    ['the range of doubles', [-Number.MAX_VALUE, 0, Number.MAX_VALUE], '▁▅█'],
  ])('draws %s', (_, values, line) => {
    expect(sparkline(values)).toBe(line);
  });
});

describe('blockBar', () => {
  it.each([
    [0, 4, ''],
    [1, 4, '████'],
    [0.5, 4, '██'],
    [0.53, 4, '██▏'],
    [0.0001, 4, '▏'],
    [0.999, 4, '████'],
    [7, 4, '████'],
    [-1, 4, ''],
    [Number.NaN, 4, ''],
  ])('draws %d of %d columns', (share, width, bar) => {
    expect(blockBar(share, width)).toBe(bar);
  });
});
