/** The whole answer of `.chart`: a title, the drawing, and what was left out. */
import { escapeControls, grouped, type Palette } from '../../output/index.ts';
import type { LastResult } from '../words.ts';
import { numbersOf, textsOf } from './chart-data.ts';
import { type ChartPlan, numericKindOf } from './columns.ts';
import { type Bar, drawBar } from './draw-bar.ts';
import { binsOf, drawHistogram } from './draw-histogram.ts';
import { drawLine, type Series } from './draw-line.ts';
import { rowsText } from './number-text.ts';
import type { AxisKind } from './scale.ts';

export interface ChartSize {
  readonly columns: number;
  /** Lines of the window, or of a page. */
  readonly rows: number;
  /** Draws all bars, however many: nobody looks at a window. */
  readonly isWhole: boolean;
  readonly palette: Palette;
  /** How NULL is written. */
  readonly nullText: string;
}

/** A drawing with its title and what has to be said about it. */
interface Chart {
  readonly title: string;
  readonly lines: readonly string[];
  readonly notes: readonly string[];
}

/** Lines beside the drawing: the title, what was left out, the prompt, and one to breathe. */
const OTHER_LINES = 4;
const MOST_SERIES = 6;
const MOST_BINS = 40;

/** Gives the lines of a chart of this result. */
export function chartText(plan: ChartPlan, result: LastResult, size: ChartSize): string {
  const chart = chartOf(plan, result, { ...size, rows: Math.max(5, size.rows - OTHER_LINES) });
  const notes = [...chart.notes];
  if (!result.isWhole) {
    const total = result.totalRows === undefined ? 'more' : grouped(result.totalRows);
    notes.push(`only the first ${grouped(result.rowCount)} of ${total} rows were kept`);
  }
  const lines = chart.lines.length === 0 ? ['nothing to draw'] : chart.lines;
  const note = notes.length === 0 ? [] : [size.palette('dim', notes.join(' · '))];
  return [size.palette('bold', chart.title), ...lines, ...note].join('\n');
}

function chartOf(plan: ChartPlan, result: LastResult, size: ChartSize): Chart {
  switch (plan.kind) {
    case 'bar':
      return barChart(plan, result, size);
    case 'line':
      return lineChart(plan, result, size);
    case 'hist':
      return histChart(plan, result, size);
    default:
      return plan satisfies never;
  }
}

function nameOf({ schema }: LastResult, column: number | null): string {
  return column === null ? 'row' : escapeControls(schema[column]?.name ?? '');
}

function kindOf({ schema }: LastResult, column: number | null): AxisKind {
  const type = column === null ? undefined : schema[column]?.type;
  return (type === undefined ? null : numericKindOf(type)) ?? 'number';
}

function barChart(plan: ChartPlan & { kind: 'bar' }, result: LastResult, size: ChartSize): Chart {
  const values = numbersOf(result, plan.value);
  const present = [...values.keys()].filter((row) => !Number.isNaN(values[row]));
  const isCut = !size.isWhole && present.length > size.rows;
  const shown = isCut ? present.slice(0, size.rows) : present;
  const labels = plan.label === null ? null : textsOf(result, plan.label, (shown.at(-1) ?? -1) + 1);
  const bars = shown.map((row): Bar => {
    const label = labels === null ? String(row + 1) : (labels[row] ?? size.nullText);
    return { label, value: values[row] ?? 0 };
  });
  const notes = leftOutNotes(values.length - present.length);
  if (isCut) notes.push(`the first ${grouped(shown.length)} of ${rowsText(present.length)}; ORDER BY and LIMIT choose others`);
  return { title: `${nameOf(result, plan.value)} by ${nameOf(result, plan.label)}`, lines: drawBar(bars, size), notes };
}

function histChart(plan: ChartPlan & { kind: 'hist' }, result: LastResult, size: ChartSize): Chart {
  const all = numbersOf(result, plan.value);
  const values = all.filter((value) => !Number.isNaN(value));
  const kind = kindOf(result, plan.value);
  const bins = binsOf(values, kind, Math.min(MOST_BINS, size.rows));
  const notes = [rowsText(values.length), ...leftOutNotes(all.length - values.length)];
  return { title: nameOf(result, plan.value), lines: drawHistogram(bins, kind, size), notes };
}

function lineChart(plan: ChartPlan & { kind: 'line' }, result: LastResult, size: ChartSize): Chart {
  const xs = plan.x === null ? Float64Array.from({ length: result.rowCount }, (_, row) => row + 1) : numbersOf(result, plan.x);
  const { series, notes } =
    plan.by === null ? seriesByColumn(plan.ys, xs, result) : seriesByValue(plan.ys[0] ?? 0, plan.by, xs, result, size);
  const drawn = series.filter((one) => one.xs.length > 0);
  const [y = 0] = plan.ys;
  const options = { ...size, xKind: kindOf(result, plan.x), yKind: kindOf(result, y) };
  const lines = drawn.length === 0 ? [] : drawLine(drawn, options);
  notes.push(...lineNotes(plan, xs, drawn, size.columns));
  const by = plan.by === null ? '' : ` and ${nameOf(result, plan.by)}`;
  const names = plan.ys.slice(0, MOST_SERIES).map((column) => nameOf(result, column));
  return { title: `${names.join(', ')} by ${nameOf(result, plan.x)}${by}`, lines, notes };
}

/** Tells what a drawing cannot show: that points share a column, that rows of several things are mixed. */
function lineNotes(
  plan: ChartPlan & { kind: 'line' },
  xs: Float64Array,
  drawn: readonly Series[],
  columns: number,
): readonly string[] {
  const notes: string[] = [];
  const most = drawn.reduce((far, one) => Math.max(far, one.xs.length), 0);
  if (most > columns * 2) notes.push(`${grouped(most)} points: each column has the least and the greatest of its own`);
  const some = xs.subarray(0, 10_000);
  if (plan.by === null && new Set(some).size < some.length / 2) {
    notes.push('many rows have the same x: a text column as the third draws a line for each of its values');
  }
  return notes;
}

interface Lines {
  readonly series: readonly Series[];
  readonly notes: string[];
}

/** Columns of one kind share the axis: those that are of another than the first are left out and told. */
function seriesByColumn(columns: readonly number[], xs: Float64Array, result: LastResult): Lines {
  const kind = kindOf(result, columns[0] ?? null);
  const fitting = columns.filter((column) => kindOf(result, column) === kind).slice(0, MOST_SERIES);
  const others = columns.filter((column) => !fitting.includes(column));
  let leftOutCount = 0;
  const series = fitting.map((column) => {
    const ys = numbersOf(result, column);
    const one = { name: nameOf(result, column), ...pointsOf(xs, ys, null) };
    leftOutCount += ys.length - one.ys.length;
    return one;
  });
  const notes = leftOutNotes(leftOutCount, 'point');
  if (others.length > 0) notes.push(`not drawn: ${others.map((column) => nameOf(result, column)).join(', ')}`);
  return { series, notes };
}

/** A line for each of the values with the most rows. */
function seriesByValue(y: number, by: number, xs: Float64Array, result: LastResult, { nullText }: ChartSize): Lines {
  const ys = numbersOf(result, y);
  const texts = textsOf(result, by, result.rowCount);
  const rowsBy = new Map<string | null, number[]>();
  for (const [row, text] of texts.entries()) {
    const rows = rowsBy.get(text) ?? [];
    rows.push(row);
    rowsBy.set(text, rows);
  }
  const values = [...rowsBy].sort(([, a], [, b]) => b.length - a.length);
  let leftOutCount = 0;
  const series = values.slice(0, MOST_SERIES).map(([text, rows]) => {
    const one = { name: text ?? nullText, ...pointsOf(xs, ys, rows) };
    leftOutCount += rows.length - one.ys.length;
    return one;
  });
  const notes = leftOutNotes(leftOutCount, 'point');
  if (values.length > MOST_SERIES) notes.push(`the ${MOST_SERIES} most frequent of ${grouped(values.length)} values`);
  return { series, notes };
}

/** `rows`: those to take; null for all. */
function pointsOf(xs: Float64Array, ys: Float64Array, rows: readonly number[] | null): { xs: Float64Array; ys: Float64Array } {
  const taken = (rows ?? [...ys.keys()]).filter((row) => !Number.isNaN(xs[row]) && !Number.isNaN(ys[row]));
  return { xs: Float64Array.from(taken, (row) => xs[row] ?? 0), ys: Float64Array.from(taken, (row) => ys[row] ?? 0) };
}

function leftOutNotes(count: number, noun = 'row'): string[] {
  return count === 0 ? [] : [`${grouped(count)} ${noun}${count === 1 ? '' : 's'} left out: NULL or not finite`];
}
