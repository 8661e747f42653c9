/** Draws lines over a number or a time, with axes and a legend. Pure; gives lines of text. */
import { cutToWidth, displayWidth, escapeControls, type Palette, padToWidth, type Style } from '../../output/index.ts';
import { brailleCanvas, type Canvas, drawSegment, MARKS, markCanvas } from './canvas.ts';
import type { DrawSize } from './draw-bar.ts';
import { type Axis, type AxisKind, axisOver } from './scale.ts';

/** One line: ys[i] stands over xs[i]. Both are finite; xs need not rise. */
export interface Series {
  readonly name: string;
  readonly xs: Float64Array;
  readonly ys: Float64Array;
}

export interface LineOptions extends DrawSize {
  readonly xKind: AxisKind;
  readonly yKind: AxisKind;
}

const STYLES: readonly Style[] = ['bar', 'error', 'good', 'number', 'warning', 'command'];
const LEAST_ROWS = 4;
const MOST_ROWS = 24;

/**
 * Draws one series with dots of braille, several with a mark each. Where a column of dots holds many points, it shows their
 * least and greatest: no peak is lost.
 */
export function drawLine(series: readonly Series[], options: LineOptions): readonly string[] {
  const { columns, palette } = options;
  const legend = series.length > 1 ? legendText(series, columns, palette) : [];
  const rows = Math.max(LEAST_ROWS, Math.min(MOST_ROWS, options.rows - 2 - legend.length));
  const yAxis = axisOf(
    series.map(({ ys }) => ys),
    options.yKind,
    Math.max(2, Math.floor(rows / 3)),
  );
  const y = stretched(yAxis);
  const yWidth = Math.min(Math.max(...y.ticks.map((tick) => displayWidth(y.textOf(tick)))), Math.floor(columns / 3));
  const plotWidth = Math.max(2, columns - yWidth - 2);
  const x = axisOf(
    series.map(({ xs }) => xs),
    options.xKind,
    Math.max(2, Math.floor(plotWidth / 14)),
  );
  const canvas = series.length > 1 ? markCanvas(plotWidth, rows) : brailleCanvas(plotWidth, rows);
  for (const [at, one] of series.entries()) drawSeries(canvas, one, at, x, y);
  const tickRows = new Map(y.ticks.map((tick) => [rowOf(tick, y, rows), y.textOf(tick)]));
  const body = Array.from({ length: rows }, (_, row) => {
    const text = tickRows.get(row);
    const label = padToWidth(cutToWidth(text ?? '', yWidth), yWidth, 'right');
    return `${palette('dim', `${label} ${text === undefined ? '│' : '┤'}`)}${canvasText(canvas, row, palette)}`.trimEnd();
  });
  return [...legend, ...body, ...xAxisText(x, plotWidth).map((line) => palette('dim', ' '.repeat(yWidth + 1) + line))];
}

function axisOf(all: readonly Float64Array[], kind: AxisKind, mostTicks: number): Axis {
  let least = Number.POSITIVE_INFINITY;
  let isWhole = true;
  let greatest = Number.NEGATIVE_INFINITY;
  for (const values of all) {
    for (const value of values) {
      if (value < least) least = value;
      if (value > greatest) greatest = value;
      isWhole &&= Number.isInteger(value);
    }
  }
  return axisOver(kind, least, greatest, mostTicks, isWhole ? 1 : 0);
}

/** Lets the axis end at a tick above and below: the highest point stands beside a number. */
function stretched(axis: Axis): Axis {
  const [first, second] = axis.ticks;
  const last = axis.ticks.at(-1);
  if (axis.kind !== 'number' || first === undefined || second === undefined || last === undefined) return axis;
  const step = second - first;
  const isBelow = first > axis.least + step * 1e-9;
  const isAbove = last < axis.greatest - step * 1e-9;
  const ticks = [...(isBelow ? [first - step] : []), ...axis.ticks, ...(isAbove ? [last + step] : [])];
  const [least = axis.least, greatest = axis.greatest] = [ticks[0], ticks.at(-1)];
  return Number.isFinite(greatest - least) ? { ...axis, ticks, least, greatest } : axis;
}

/** Gives the part of the way from `least` to `greatest`, 0 to 1; huge ranges stay finite. */
function shareOf(value: number, { least, greatest }: Axis): number {
  return (value / 2 - least / 2) / (greatest / 2 - least / 2);
}

function rowOf(value: number, axis: Axis, height: number): number {
  return Math.round((1 - shareOf(value, axis)) * (height - 1));
}

/** What is drawn in one column of dots. */
interface ColumnSpan {
  readonly first: number;
  last: number;
  least: number;
  greatest: number;
}

function drawSeries(canvas: Canvas, { xs, ys }: Series, series: number, x: Axis, y: Axis): void {
  const order = isRising(xs) ? null : Uint32Array.from(xs.keys()).sort((a, b) => (xs[a] ?? 0) - (xs[b] ?? 0) || a - b);
  const spans = new Map<number, ColumnSpan>();
  for (let n = 0; n < xs.length; n++) {
    const at = order === null ? n : (order[n] ?? 0);
    const column = Math.round(shareOf(xs[at] ?? 0, x) * (canvas.width - 1));
    const row = rowOf(ys[at] ?? 0, y, canvas.height);
    const span = spans.get(column);
    if (span === undefined) spans.set(column, { first: row, last: row, least: row, greatest: row });
    else {
      span.last = row;
      if (row < span.least) span.least = row;
      if (row > span.greatest) span.greatest = row;
    }
  }
  let before: readonly [number, number] | null = null;
  for (const [column, span] of spans) {
    if (before !== null) drawSegment(canvas, before, [column, span.first], series);
    drawSegment(canvas, [column, span.least], [column, span.greatest], series);
    before = [column, span.last];
  }
}

function isRising(xs: Float64Array): boolean {
  for (let at = 1; at < xs.length; at++) if ((xs[at] ?? 0) < (xs[at - 1] ?? 0)) return false;
  return true;
}

/** Characters of one series that stand together are coloured together. */
function canvasText(canvas: Canvas, row: number, palette: Palette): string {
  let text = '';
  let run = '';
  let runSeries = -1;
  const flush = (): void => {
    text += runSeries < 0 ? run : palette(styleOf(runSeries), run);
    run = '';
  };
  for (const { mark, series } of canvas.row(row)) {
    if (series !== runSeries) flush();
    runSeries = series;
    run += mark;
  }
  // What is empty at the end is left out.
  if (runSeries >= 0) flush();
  return text;
}

function styleOf(series: number): Style {
  return STYLES[series % STYLES.length] ?? 'bar';
}

/** `* price  + volume`, over several lines where it is wide. */
function legendText(series: readonly Series[], columns: number, palette: Palette): readonly string[] {
  const lines: string[] = [];
  let line = '';
  let width = 0;
  for (const [at, { name }] of series.entries()) {
    const label = cutToWidth(escapeControls(name), Math.max(4, columns - 4));
    const next = displayWidth(label) + 4;
    if (width > 0 && width + next > columns) {
      lines.push(line.trimEnd());
      line = '';
      width = 0;
    }
    line += `${palette(styleOf(at), `${MARKS[at % MARKS.length] ?? '*'}`)} ${label}  `;
    width += next;
  }
  return [...lines, line.trimEnd()];
}

/** The axis with a mark at each tick, and under it the ticks that have room. */
function xAxisText(axis: Axis, width: number): readonly string[] {
  const marks = Array.from({ length: width }, () => '─');
  let labels = '';
  for (const tick of axis.ticks) {
    const at = Math.round(shareOf(tick, axis) * (width - 1));
    const text = axis.textOf(tick);
    const start = Math.max(0, Math.min(width - text.length, at - Math.floor(text.length / 2)));
    if (start + text.length > width || (labels !== '' && start < labels.length + 2)) continue;
    marks[at] = '┬';
    labels = labels.padEnd(start) + text;
  }
  return [`└${marks.join('')}`, ` ${labels}`];
}
