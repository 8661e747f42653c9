import { describe, expect, it } from 'vitest';
import { displayWidth, paletteOf } from '../../../src/output/index.ts';
import { drawLine, type LineOptions, type Series } from '../../../src/repl/chart/draw-line.ts';

const OPTIONS: LineOptions = { columns: 40, rows: 8, palette: paletteOf(false), xKind: 'number', yKind: 'number' };

function series(name: string, ys: readonly number[], xs: readonly number[] = [...ys.keys()]): Series {
  return { name, xs: Float64Array.from(xs), ys: Float64Array.from(ys) };
}

function drawn(all: readonly Series[], options: Partial<LineOptions> = {}): string {
  return drawLine(all, { ...OPTIONS, ...options }).join('\n');
}

describe('drawLine', () => {
  it('draws one line with dots', () => {
    expect(drawn([series('y', [0, 10, 0, 5])]).split('\n')).toEqual([
      '10 ┤          ⢀⠔⠑⢄',
      '   │        ⢀⠔⠁   ⠑⢄',
      '   │      ⣀⠔⠁       ⠑⢄',
      ' 5 ┤    ⡠⠊            ⠑⢄            ⣀⠤⠒⠉',
      '   │  ⡠⠊                ⠑⢄     ⢀⡠⠔⠒⠉',
      ' 0 ┤⡠⠊                    ⠑⢄⡠⠔⠊⠁',
      '   └┬──────────────────────┬────────────',
      '    0                      2',
    ]);
  });

  it('tells several lines apart by marks, which take turns where they lie upon another', () => {
    expect(drawn([series('up', [0, 10]), series('down', [10, 0]), series('flat', [10, 10])]).split('\n')).toEqual([
      '* up  + down  o flat',
      '10 ┤+o+o+ooooooooooooooooooooooooooo*o*o',
      '   │     +++++++++        *********',
      ' 5 ┤              *+*+*+*+',
      '   │     *********        +++++++++',
      ' 0 ┤*****                          +++++',
      '   └┬──────────────────────────────────┬',
      '    0                                  1',
    ]);
  });

  it('sorts points by x', () => {
    expect(drawn([series('y', [5, 0, 10, 0], [3, 0, 1, 2])])).toBe(drawn([series('y', [0, 10, 0, 5])]));
  });

  it('writes dates under the axis', () => {
    const day = 86_400_000;
    const start = Date.UTC(2026, 0, 1);
    const xs = Array.from({ length: 300 }, (_, n) => start + n * day);
    expect(
      drawn(
        [
          series(
            'y',
            xs.map((_, n) => n),
            xs,
          ),
        ],
        { xKind: 'instant', rows: 6 },
      ).split('\n'),
    ).toEqual([
      '400 ┤',
      '    │                       ⣀⣀⣀⡤⠤⠤⠔⠒⠒⠚⠉⠉',
      '200 ┤           ⣀⣀⣀⡤⠤⠤⠖⠒⠒⠋⠉⠉⠁',
      '  0 ┤⣀⣠⠤⠤⠴⠒⠒⠚⠉⠉⠉',
      '    └┬────────────────────┬─────────────',
      '     2026-01           2026-07',
    ]);
  });

  it('shows each peak of more points than there are columns', () => {
    const ys = Array.from({ length: 100_000 }, (_, n) => (n === 54_321 ? 100 : 0));
    const top = drawn([series('y', ys)]).split('\n')[0] ?? '';
    expect(top).toMatch(/^100 ┤ +[⠁-⣿]$/);
  });

  it.each<[string, Series[]]>([
    ['one point', [series('y', [7])]],
    ['one height', [series('y', [7, 7, 7])]],
    ['the range of doubles', [series('y', [-Number.MAX_VALUE, Number.MAX_VALUE])]],
    ['next to nothing', [series('y', [1e-300, 2e-300])]],
    ['hostile names', [series('\u001b[2J', [1, 2]), series('b\n', [2, 1])]],
    ['long names', [series('a'.repeat(300), [1, 2]), series('b'.repeat(300), [2, 1])]],
  ])('stays within the window: %s', (_, all) => {
    for (const columns of [10, 40, 160]) {
      const lines = drawLine(all, { ...OPTIONS, columns });
      expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(columns);
      expect(lines.length).toBeLessThanOrEqual(OPTIONS.rows);
      // oxlint-disable-next-line no-control-regex
      expect(lines.join('')).not.toMatch(/NaN|Infinity|\u001b|\n/);
    }
  });
});
