/**
 * Rows in a frame, for people. The first rows are held back for a moment to learn how wide columns are; later rows stream in
 * those widths. On a terminal a box fits the window, has the first and the last rows, and says what it left out; elsewhere
 * nothing is ever left out. `table` is a box with all rows.
 */
import type { Batch } from '../../arrow/index.ts';
import { typeName } from '../../types/index.ts';
import type { FormatOptions, FormatWriter, Rows } from '../formats/format-writer.ts';
import { isNumber, isRigid } from '../formats/numbers.ts';
import { ClosedOutput, type Output } from '../output.ts';
import { type Palette, paletteOf } from '../palette.ts';
import { displayWidth, escapeControls } from '../terminal-text.ts';
import { Arrivals } from './arrivals.ts';
import { columnText } from './column-text.ts';
import { isExplain, writeExplain } from './explain-drawing.ts';
import { footerText } from './footer.ts';
import { FramedPainter, MOST_CELL_LENGTH } from './framed.ts';
import { LastRows, type RowRange } from './kept-rows.ts';
import { type ColumnWish, layOut } from './layout.ts';
import type { Painter } from './painter.ts';
import { RecordPainter } from './records.ts';
import { WholePainter } from './whole-rows.ts';

/** Rows of a box on a terminal, where nobody says another number. */
const MOST_ROWS = 40;
/** Rows that are looked at before the first is shown, where all will be shown. */
const MEASURED_ROWS = 1_000;
/** How long rows are held back, if fewer come. */
const MEASURED_MS = 1_000;
/** How long a first half is held back: a short statement ends by then, and its last rows count for the widths, too. */
const SETTLE_MS = 100;
/** The types of nested columns can be long; they are not worth making a column wider than this on a terminal. */
const MOST_TYPE_WIDTH = 24;
/** Columns of numbers that more rows are to come of get this width where there is room: a number that is cut is a wrong number. */
const LATER_NUMBER_WIDTH = 12;
/** What tables of Redis call their keys. */
const KEY_COLUMN = '_key';

/** Draws at most `mostRows` rows on a terminal, the first and the last ones. */
export const writeBox: FormatWriter = (rows, output, options = {}) =>
  draw(rows, output, options, output.isTerminal ? (options.mostRows ?? MOST_ROWS) : 0);

/** Draws all rows. */
export const writeTable: FormatWriter = (rows, output, options = {}) => draw(rows, output, options, 0);

async function draw(rows: Rows, output: Output, options: FormatOptions, mostRows: number): Promise<void> {
  if (isExplain(rows.schema)) return writeExplain(rows, output);
  const box = new Box(rows, output, options, mostRows);
  const arrivals = new Arrivals(rows.batches);
  try {
    for (;;) {
      const arrival = await arrivals.next(box.deadlineMs);
      if (arrival === null) break;
      if (arrival === 'late') await box.begin(false);
      else await box.add(arrival);
    }
    await box.end();
  } catch (error) {
    if (!(error instanceof ClosedOutput)) await box.breakOff();
    throw error;
  } finally {
    await arrivals.close();
  }
}

class Box {
  readonly #rows: Rows;
  readonly #output: Output;
  readonly #options: FormatOptions;
  readonly #palette: Palette;
  readonly #nullText: string;
  /** Rows shown from the beginning, and rows shown from the end; all from the beginning where none are left out. */
  readonly #headRows: number;
  readonly #tail: LastRows;
  /** First rows, held until the widths are settled. */
  #held: RowRange[] = [];
  #firstAtMs: number | null = null;
  #rowCount = 0;
  #painter: Painter | null = null;

  constructor(rows: Rows, output: Output, options: FormatOptions, mostRows: number) {
    this.#rows = rows;
    this.#output = output;
    this.#options = options;
    this.#palette = options.palette ?? paletteOf(output.hasColour);
    this.#nullText = escapeControls(options.nullText ?? 'NULL');
    this.#headRows = mostRows === 0 ? Number.POSITIVE_INFINITY : Math.ceil(mostRows / 2);
    this.#tail = new LastRows(mostRows >> 1);
  }

  /** When the rows that are there are to be drawn, in ms of performance.now(); null where there is no hurry. */
  get deadlineMs(): number | null {
    if (this.#painter !== null || this.#firstAtMs === null) return null;
    return this.#firstAtMs + (this.#rowCount >= this.#headRows ? SETTLE_MS : MEASURED_MS);
  }

  async add(batch: Batch): Promise<void> {
    if (batch.rowCount === 0) return;
    this.#firstAtMs ??= performance.now();
    const to = Math.max(0, Math.min(batch.rowCount, this.#headRows - this.#rowCount));
    this.#rowCount += batch.rowCount;
    this.#tail.add({ batch, from: to, to: batch.rowCount });
    if (to > 0) {
      if (this.#painter === null) this.#held.push({ batch, from: 0, to });
      else await this.#painter.rows({ batch, from: 0, to });
    }
    const isMeasured = this.#headRows === Number.POSITIVE_INFINITY && this.#rowCount >= MEASURED_ROWS;
    if (this.#painter === null && (isMeasured || performance.now() >= (this.deadlineMs ?? 0))) await this.begin(false);
  }

  /** Settles the widths, and draws the head and all rows held back. `isWhole`: no more rows will come. */
  async begin(isWhole: boolean): Promise<Painter> {
    const painter = this.#painterFor(isWhole);
    this.#painter = painter;
    await painter.begin();
    for (const range of this.#held) await painter.rows(range);
    this.#held = [];
    return painter;
  }

  #painterFor(isWhole: boolean): Painter {
    const { schema } = this.#rows;
    const output = this.#output;
    const names = schema.map((field) => escapeControls(field.name));
    const types = schema.map((field) => escapeControls(typeName(field.type).toLowerCase()));
    const mostTypeWidth = output.isTerminal ? MOST_TYPE_WIDTH : Number.POSITIVE_INFINITY;
    const ranges = isWhole ? [...this.#held, ...this.#tail.ranges] : this.#held;
    const laterWidth = isWhole || !output.isTerminal ? 1 : LATER_NUMBER_WIDTH;
    const wishes = schema.map(
      ({ name, type }, i): ColumnWish => ({
        name: displayWidth(names[i] ?? ''),
        type: Math.min(displayWidth(types[i] ?? ''), mostTypeWidth),
        data: this.#widthOf(i, ranges),
        later: isNumber(type) ? laterWidth : 1,
        isRigid: isRigid(type),
        isKey: name === KEY_COLUMN,
      }),
    );
    const layout = layOut(wishes, output.columns);
    const drawing = { schema, names, types, output, layout, palette: this.#palette, nullText: this.#nullText };
    const { expanded } = this.#options;
    if (expanded === 'on' || (expanded === 'auto' && layout.isCut)) return new RecordPainter(drawing);
    return output.isTerminal ? new FramedPainter(drawing) : new WholePainter(drawing);
  }

  /** The widest cell of a column in the first of these rows. */
  #widthOf(place: number, ranges: readonly RowRange[]): number {
    const type = this.#rows.schema[place]?.type ?? { id: 'NULL' };
    let width = 1;
    let rest = MEASURED_ROWS;
    for (const { batch, from, to } of ranges) {
      const column = batch.columns[place];
      if (column === undefined) return width;
      const { read, isPlain } = columnText(type, column, this.#output.isTerminal ? MOST_CELL_LENGTH : null);
      for (let row = from; row < to && rest > 0; row++, rest--) {
        const text = read(row);
        width = Math.max(width, isPlain && text !== null ? text.length : displayWidth(text ?? this.#nullText));
      }
    }
    return width;
  }

  async end(): Promise<void> {
    const painter = this.#painter ?? (await this.begin(true));
    const shownRows = Math.min(this.#rowCount, this.#headRows) + this.#tail.rowCount;
    if (shownRows < this.#rowCount) await painter.gap(this.#rowCount - shownRows);
    for (const range of this.#tail.ranges) await painter.rows(range);
    await painter.end();
    this.#output.note(
      footerText({
        rowCount: this.#rowCount,
        shownRows,
        columnCount: this.#rows.schema.length,
        shownColumns: painter.columnCount,
        isCut: painter.isCut,
        advice: this.#options.advice,
      }),
    );
  }

  /** Closes the frame of rows that were shown before the statement failed. */
  async breakOff(): Promise<void> {
    await this.#painter?.end().catch(() => undefined);
  }
}
