/** Breaks lines into rows of the window, and finds columns in them. Each line is laid out once for a width. */
import { graphemesOf } from '../text/graphemes.ts';
import { cellAt, cellsOf, isPlain } from './cells.ts';

/** One row of a line: offsets in the line, UTF-16. */
export interface LineRow {
  readonly start: number;
  readonly end: number;
}

interface LaidLine {
  readonly line: string;
  readonly rows: readonly LineRow[];
}

/** Of a line so long the rows before a change are not laid out again, UTF-16. */
const LONG = 1_000;
/** A character that was added changes none so far before it. */
const REACH = 64;
/** Lines whose rows are kept; a window has fewer. */
const MOST_LINES = 512;

/** The rows of lines in a window that has `width` columns for text. */
export class LineLayout {
  readonly width: number;
  readonly #rows = new Map<string, readonly LineRow[]>();
  /** The last line that took time. */
  #last: LaidLine = { line: '', rows: [] };

  constructor(width: number) {
    this.width = width;
  }

  /** Gives the rows of a line, at least one. */
  rowsOf(line: string): readonly LineRow[] {
    const known = this.#rows.get(line);
    if (known !== undefined) return known;
    if (this.#rows.size >= MOST_LINES) this.#rows.clear();
    const rows = isPlain(line) ? plainRows(line, this.width) : this.#broken(line);
    this.#rows.set(line, rows);
    return rows;
  }

  #broken(line: string): readonly LineRow[] {
    const rows = brokenRows(line, this.width, line.length < LONG ? [] : sameRows(line, this.#last));
    if (line.length >= LONG) this.#last = { line, rows };
    return rows;
  }

  /** Gives the number of the row that an offset is in. */
  rowAt(line: string, column: number): number {
    const rows = this.rowsOf(line);
    let low = 0;
    for (let high = rows.length - 1; low < high; ) {
      const middle = Math.ceil((low + high) / 2);
      if ((rows[middle]?.start ?? 0) <= column) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Gives the column of the window where an offset of a row is drawn. */
  xOf(line: string, row: number, column: number): number {
    const { start, end } = this.#row(line, row);
    const piece = line.slice(start, Math.min(column, end));
    if (isPlain(piece)) return piece.length;
    let x = 0;
    for (const cell of cellsOf(line, start, end, this.width)) {
      if (cell.end > column) break;
      x += cell.width;
    }
    return x;
  }

  /** Gives the offset of the character drawn at column `x` of a row; its last place where the row is shorter. */
  columnAt(line: string, row: number, x: number): number {
    const { start, end } = this.#row(line, row);
    let right = 0;
    let last = start;
    for (const cell of cellsOf(line, start, end, this.width)) {
      right += cell.width;
      if (right > x) return cell.start;
      last = cell.start;
    }
    // The place behind a broken row's last character is the start of the next row.
    return row === this.rowsOf(line).length - 1 ? end : last;
  }

  #row(line: string, row: number): LineRow {
    return this.rowsOf(line)[row] ?? { start: 0, end: line.length };
  }
}

function plainRows(line: string, width: number): LineRow[] {
  const rows: LineRow[] = [];
  for (let start = 0; start < line.length; start += width) rows.push({ start, end: Math.min(line.length, start + width) });
  return rows.length === 0 ? [{ start: 0, end: 0 }] : rows;
}

/** Gives the first rows of a line that was laid out where this one begins as it did. */
function sameRows(line: string, { line: old, rows }: LaidLine): LineRow[] {
  let from = 0;
  let to = Math.min(line.length, old.length);
  // Halving compares by the engine's fast comparison.
  while (from < to) {
    const middle = Math.ceil((from + to) / 2);
    if (line.slice(from, middle) === old.slice(from, middle)) from = middle;
    else to = middle - 1;
  }
  const changed = rows.findIndex(({ end }) => end + REACH > from);
  return rows.slice(0, Math.max(0, changed));
}

/** @param rows the first ones, if they are known; they end between characters. */
function brokenRows(line: string, width: number, rows: LineRow[]): readonly LineRow[] {
  let start = rows.at(-1)?.end ?? 0;
  let at = start;
  let x = 0;
  for (const grapheme of graphemesOf(line.slice(start))) {
    let cell = cellAt(grapheme, at, x, width);
    if (x > 0 && x + cell.width > width) {
      rows.push({ start, end: at });
      start = at;
      x = 0;
      cell = cellAt(grapheme, at, 0, width);
    }
    x += cell.width;
    at = cell.end;
  }
  rows.push({ start, end: line.length });
  return rows;
}
