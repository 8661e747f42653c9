/**
 * Draws the text being edited: prompt, rows, colours, and of a text that is taller than the window the part around the cursor.
 * Costs as much as what is shown, however long the text is.
 */
import type { Palette, Style } from '../../../output/index.ts';
import type { Span } from '../../words.ts';
import type { TextBuffer } from '../text/text-buffer.ts';
import { cellsOf } from './cells.ts';
import type { Frame, Row } from './frame.ts';
import { LineLayout } from './line-layout.ts';

/** A row of the text: a line's number, and the number of the row within it. */
interface RowPlace {
  readonly line: number;
  readonly row: number;
}

/** What is drawn. */
export interface TextPicture {
  readonly buffer: TextBuffer;
  readonly spans: readonly Span[];
  /** Rows that the text may take. */
  readonly mostRows: number;
}

/** The prompt: plain text of `width` columns. */
export interface PromptText {
  readonly text: string;
  readonly width: number;
}

interface RowToDraw {
  readonly picture: TextPicture;
  readonly place: RowPlace;
  readonly prompt: PromptText;
  /** Where the row's line begins in the text. */
  readonly offset: number;
  readonly isTop: boolean;
}

/** The part of a text that the window shows. */
export class TextView {
  layout = new LineLayout(80);
  #top: RowPlace = { line: 0, row: 0 };
  readonly #palette: Palette;

  constructor(palette: Palette) {
    this.#palette = palette;
  }

  /** Shows the text from its start again. */
  reset(): void {
    this.#top = { line: 0, row: 0 };
  }

  /** Takes the columns that there are for text. */
  setWidth(width: number): void {
    if (width !== this.layout.width) this.layout = new LineLayout(width);
  }

  /** Draws the text so that its cursor is seen. */
  draw(picture: TextPicture, prompt: PromptText): Frame {
    const { lines, cursor } = picture.buffer;
    const line = lines[cursor.line] ?? '';
    const at: RowPlace = { line: cursor.line, row: this.layout.rowAt(line, cursor.column) };
    this.#scroll(lines, at, picture.mostRows);
    const rows: Row[] = [];
    let cursorRow = 0;
    let place: RowPlace | null = this.#top;
    let offset = picture.buffer.offsetOf({ line: place.line, column: 0 });
    while (place !== null && rows.length < picture.mostRows) {
      if (place.line === at.line && place.row === at.row) cursorRow = rows.length;
      rows.push(this.#row({ picture, place, prompt, offset, isTop: rows.length === 0 }));
      const next = this.#next(lines, place);
      if (next?.row === 0) offset += (lines[place.line]?.length ?? 0) + 1;
      place = next;
    }
    if (place !== null) this.#markBelow(rows, prompt);
    const column = prompt.width + this.layout.xOf(line, at.row, cursor.column);
    return { rows, cursor: { row: cursorRow, column } };
  }

  /** Moves the window's part as little as the cursor asks for, and so that no row stays needlessly blank below. */
  #scroll(lines: readonly string[], cursor: RowPlace, mostRows: number): void {
    this.#top = this.#clamp(lines, this.#top);
    if (isBefore(cursor, this.#top)) this.#top = cursor;
    if (this.#distance(lines, this.#top, cursor, mostRows) >= mostRows) this.#top = this.#back(lines, cursor, mostRows - 1);
    const last = { line: lines.length - 1, row: this.layout.rowsOf(lines.at(-1) ?? '').length - 1 };
    const shown = this.#distance(lines, this.#top, last, mostRows) + 1;
    if (shown < mostRows) this.#top = this.#back(lines, this.#top, mostRows - shown);
  }

  #clamp(lines: readonly string[], place: RowPlace): RowPlace {
    if (place.line >= lines.length) return { line: lines.length - 1, row: 0 };
    return { line: place.line, row: Math.min(place.row, this.layout.rowsOf(lines[place.line] ?? '').length - 1) };
  }

  /** Rows from one place down to another, counted up to `most`. */
  #distance(lines: readonly string[], from: RowPlace, to: RowPlace, most: number): number {
    let count = -from.row;
    for (let line = from.line; line < to.line && count < most; line++) count += this.layout.rowsOf(lines[line] ?? '').length;
    return count + to.row;
  }

  /** The place `count` rows up, or the first. */
  #back(lines: readonly string[], from: RowPlace, count: number): RowPlace {
    let { line, row } = from;
    for (let left = count; left > 0; left--) {
      if (row > 0) row--;
      else if (line > 0) row = this.layout.rowsOf(lines[--line] ?? '').length - 1;
      else break;
    }
    return { line, row };
  }

  #next(lines: readonly string[], { line, row }: RowPlace): RowPlace | null {
    if (row + 1 < this.layout.rowsOf(lines[line] ?? '').length) return { line, row: row + 1 };
    return line + 1 < lines.length ? { line: line + 1, row: 0 } : null;
  }

  #row({ picture, place, prompt, offset, isTop }: RowToDraw): Row {
    const line = picture.buffer.lines[place.line] ?? '';
    const { start, end } = this.layout.rowsOf(line)[place.row] ?? { start: 0, end: 0 };
    const isFirst = place.line === 0 && place.row === 0;
    let text = isFirst ? this.#palette('prompt', prompt.text) : this.#continuation(prompt, isTop ? '↑' : '');
    let width = prompt.width;
    let run = '';
    let style: Style = 'name';
    const styleAt = spanReader(picture.spans, offset + start);
    for (const cell of cellsOf(line, start, end, this.layout.width)) {
      const next = styleAt(offset + cell.start);
      if (next !== style) {
        text += this.#palette(style, run);
        run = '';
        style = next;
      }
      run += cell.text;
      width += cell.width;
      if (cell.isJoined) run += toColumn(width);
    }
    return { text: text + this.#palette(style, run), width };
  }

  /** Blank, so that what is copied from the window is SQL; an arrow where rows are hidden. */
  #continuation(prompt: PromptText, mark: string): string {
    if (mark === '' || prompt.width === 0) return ' '.repeat(prompt.width);
    return this.#palette('dim', mark) + ' '.repeat(prompt.width - 1);
  }

  #markBelow(rows: Row[], prompt: PromptText): void {
    const last = rows.at(-1);
    const blank = ' '.repeat(prompt.width);
    if (last === undefined || blank === '' || !last.text.startsWith(blank)) return;
    rows[rows.length - 1] = { ...last, text: this.#continuation(prompt, '↓') + last.text.slice(blank.length) };
  }
}

/** Where terminals disagree about a width, what follows stands in the column that was reckoned with. */
function toColumn(column: number): string {
  return `\x1b[${column + 1}G`;
}

function isBefore(one: RowPlace, other: RowPlace): boolean {
  return one.line < other.line || (one.line === other.line && one.row < other.row);
}

/** Gives a reader of the style at an offset, for offsets that go up from `from`. */
function spanReader(spans: readonly Span[], from: number): (offset: number) => Style {
  let low = 0;
  for (let high = spans.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.end ?? 0) <= from) low = middle + 1;
    else high = middle;
  }
  return (offset) => {
    while ((spans[low]?.end ?? Infinity) <= offset) low++;
    const span = spans[low];
    return span !== undefined && span.start <= offset ? span.style : 'name';
  };
}
