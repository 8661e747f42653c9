import { describe, expect, it } from 'vitest';
import { displayWidth, paletteOf } from '../../../src/output/index.ts';
import { drawBar } from '../../../src/repl/chart/draw-bar.ts';

const PLAIN = paletteOf(false);

function drawn(columns: number, ...bars: [label: string, value: number][]): string[] {
  const size = { columns, rows: 20, palette: PLAIN };
  return [
    ...drawBar(
      bars.map(([label, value]) => ({ label, value })),
      size,
    ),
  ];
}

describe('drawBar', () => {
  it('draws values in eighths of a block, the greatest as wide as the window', () => {
    expect(drawn(24, ['London', 1204], ['Paris', 800], ['Rome', 3], ['Oslo', 0])).toEqual([
      'London 1,204 ███████████',
      'Paris    800 ███████▎',
      'Rome       3 ▏',
      'Oslo       0',
    ]);
  });

  it('draws values below zero to the left of it', () => {
    expect(drawn(16, ['a', 20], ['b', -10], ['c', 5], ['d', -2], ['e', -0.1])).toEqual([
      'a  20.0    █████',
      'b -10.0 ▐██',
      'c   5.0    █▎',
      'd  -2.0   ▐',
      'e  -0.1   ▕',
    ]);
  });

  it('draws values below zero alone', () => {
    expect(drawn(12, ['a', -4], ['b', -3])).toEqual(['a -4 ███████', 'b -3  ▐█████']);
  });

  it('aligns decimals', () => {
    expect(drawn(20, ['a', 10.25], ['b', 3])).toEqual(['a 10.25 ████████████', 'b  3.00 ███▌']);
  });

  it('cuts long labels, escapes what commands a terminal, and pads wide characters', () => {
    const lines = drawn(24, ['a very long label indeed', 1], ['\u001b[31m', 1], ['東京', 1]);
    expect(lines).toEqual(['a very lon… 1 ██████████', '\\x1b[31m    1 ██████████', '東京        1 ██████████']);
    expect(lines.map(displayWidth)).toEqual([24, 24, 24]);
  });

  it.each([
    [20, 1e300, -1e308],
    [4, 1, 2],
    [30, 1e-9, 5e-9],
    [200, Number.MAX_VALUE, -Number.MAX_VALUE],
  ])('stays within a window of %d columns', (columns, one, other) => {
    for (const line of drawn(columns, ['label', one], ['other', other])) {
      expect(displayWidth(line)).toBeLessThanOrEqual(Math.max(columns, 12));
      expect(line).not.toMatch(/NaN|Infinity/);
    }
  });

  it('draws nothing for no bars', () => {
    expect(drawn(20)).toEqual([]);
  });
});
