/** Counts values by bins of a round width, and draws them as bars. Pure. */
import { grouped } from '../../output/index.ts';
import { type Bar, type DrawSize, drawBar } from './draw-bar.ts';
import { type AxisKind, axisOver, roundStep } from './scale.ts';

export interface Bin {
  /** It holds the values from here … */
  readonly from: number;
  /** … up to, and without, this; the last one with it. */
  readonly to: number;
  readonly count: number;
  /** True where all values are whole numbers. */
  readonly isWhole: boolean;
}

/**
 * Gives bins that have a round width and begin at a multiple of it: about as wide as Freedman and Diaconis advise
 * (2 × the distance of the quartiles ÷ ∛n), at most `mostBins`. Empty for no values.
 */
export function binsOf(values: Float64Array, kind: AxisKind, mostBins: number): readonly Bin[] {
  const sorted = values.toSorted();
  const least = sorted[0];
  const greatest = sorted.at(-1);
  if (least === undefined || greatest === undefined) return [];
  if (least === greatest) return [{ from: least, to: greatest, count: sorted.length, isWhole: false }];
  const isWhole = kind === 'number' && sorted.every((value) => Number.isInteger(value));
  const span = greatest / 2 - least / 2;
  for (let most = Math.min(mostBins, wantedBins(sorted, least, greatest)); most >= 1; most--) {
    const edges = edgesOver(kind, least, greatest, Math.max((span / most) * 2, isWhole ? 1 : 0), most);
    if (edges.length - 1 <= mostBins) return counted(sorted, edges, isWhole);
  }
  return [{ from: least, to: greatest, count: sorted.length, isWhole: false }];
}

function wantedBins(sorted: Float64Array, least: number, greatest: number): number {
  const quartile = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
  const width = (2 * (quartile(0.75) - quartile(0.25))) / Math.cbrt(sorted.length);
  // Where half of the values are one and the same, Sturges' rule by the number alone.
  const count = width > 0 ? (greatest - least) / width : Math.log2(sorted.length) + 1;
  return Number.isFinite(count) ? Math.max(1, Math.ceil(count)) : 1;
}

function edgesOver(kind: AxisKind, least: number, greatest: number, width: number, most: number): readonly number[] {
  if (kind === 'number') {
    const step = roundStep(width);
    const first = Math.floor(least / step);
    const last = Math.floor(greatest / step) + 1;
    if (last - first > 10_000) return Array.from({ length: 10_000 }, () => 0);
    return Array.from({ length: last - first + 1 }, (_, n) => (first + n) * step + 0);
  }
  const { ticks } = axisOver(kind, least, greatest, most);
  const inner = ticks.filter((tick) => tick > least && tick <= greatest);
  const step = (inner[1] ?? greatest) - (inner[0] ?? least);
  return [(inner[0] ?? least) - step, ...inner, (inner.at(-1) ?? greatest) + step];
}

function counted(sorted: Float64Array, edges: readonly number[], isWhole: boolean): readonly Bin[] {
  const bins = edges.slice(1).map((to, at) => ({ from: edges[at] ?? to, to, count: 0, isWhole }));
  let at = 0;
  for (const value of sorted) {
    while (at < bins.length - 1 && value >= (bins[at]?.to ?? 0)) at++;
    const bin = bins[at];
    if (bin !== undefined) bin.count++;
  }
  return bins;
}

/** Gives a line a bin: `10 – 20  1,204 ████`; whole numbers as `10 – 19`, times as their beginning. */
export function drawHistogram(bins: readonly Bin[], kind: AxisKind, size: DrawSize): readonly string[] {
  const first = bins[0];
  const last = bins.at(-1);
  if (first === undefined || last === undefined) return [];
  const { textOf } = axisOver(kind, first.from, last.to, Math.max(1, bins.length));
  const isShort = Math.max(Math.abs(first.from), Math.abs(last.to)) >= 100_000;
  const bars = bins.map(({ from, to, count, isWhole }): Bar => {
    const through = isWhole && !isShort ? to - 1 : to;
    const label = from === through || kind !== 'number' ? textOf(from) : `${textOf(from)} – ${textOf(through)}`;
    return { label, value: count, text: grouped(count) };
  });
  return drawBar(bars, size, 'right');
}
