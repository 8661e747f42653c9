/**
 * Puts frames on the window: one write for each, only the rows that changed, the cursor hidden meanwhile. It knows no absolute
 * place of the window and asks the terminal nothing: all is relative to the row where the frame begins.
 */
import type { Window } from '../../words.ts';
import type { Frame, Row } from './frame.ts';

/** Terminals that know synchronized output show nothing between these; others pass over them. */
const BEGIN = '\x1b[?2026h\x1b[?25l';
const END = '\x1b[?25h\x1b[?2026l';
const ERASE_TO_RIGHT = '\x1b[K';
const ERASE_BELOW = '\x1b[J';
const CLEAR_WINDOW = '\x1b[H\x1b[2J';

/** The frame on a window. */
export class Painter {
  readonly #output: Window;
  /** What is drawn now; empty where nothing is. */
  #rows: readonly Row[] = [];
  /** Where the cursor is, from the frame's upper left. */
  #row = 0;
  #column = 0;

  constructor(output: Window) {
    this.#output = output;
  }

  /** Columns and rows of the window; at least 4 × 2. */
  get size(): { readonly columns: number; readonly rows: number } {
    // A pty that was given no size says 0.
    return { columns: Math.max(4, this.#output.columns || 80), rows: Math.max(2, this.#output.rows || 24) };
  }

  /**
   * Goes to the start of a line, whatever was written before: where text stands in this line already, a mark is left behind it
   * and the next line begins. The mark and the blanks behind it fill a row, so that only an unfinished line makes them wrap.
   */
  begin(mark: string): void {
    this.#forget();
    this.#output.write(`${mark}${' '.repeat(this.size.columns - 1)}\r${ERASE_BELOW}`);
  }

  /** Draws a frame in the place of the one before it. */
  draw(frame: Frame): void {
    const changes = this.#changes(frame);
    const move = this.#moveTo(frame.cursor.row, frame.rows.length) + this.#toColumn(frame.cursor.column, changes !== '');
    this.#rows = frame.rows;
    if (changes !== '') this.#output.write(BEGIN + changes + move + END);
    else if (move !== '') this.#output.write(move);
  }

  /** Takes the frame away and writes text in its place; the next frame is drawn below it. `text` ends with a line break. */
  writeAbove(text: string): void {
    this.#output.write(`${BEGIN}${this.#erasing()}${text}${END}`);
    this.#forget();
  }

  /** Leaves the frame as it is; what is written next stands below it. */
  finish(tail = ''): void {
    if (this.#rows.length === 0) return;
    const down = this.#moveTo(this.#rows.length - 1, this.#rows.length);
    const column = `\x1b[${(this.#rows.at(-1)?.width ?? 0) + 1}G`;
    this.#output.write(`${down}${tail === '' ? '' : column + tail}\r\n`);
    this.#forget();
  }

  /** Clears the window; the next frame begins at its top. */
  clear(): void {
    this.#output.write(CLEAR_WINDOW);
    this.#forget();
  }

  /** Takes the frame away after the window has changed its width; terminals have broken its rows anew by then. */
  resized(): void {
    if (this.#rows.length === 0) return;
    const { columns, rows } = this.size;
    const broken = this.#rows.slice(0, this.#row).reduce((sum, { width }) => sum + Math.max(1, Math.ceil(width / columns)), 0);
    const up = Math.min(rows - 1, broken + Math.floor(this.#column / columns));
    this.#output.write(`${up > 0 ? `\x1b[${up}A` : ''}\r${ERASE_BELOW}`);
    this.#forget();
  }

  #forget(): void {
    this.#rows = [];
    this.#row = 0;
    this.#column = 0;
  }

  #erasing(): string {
    return `${this.#row > 0 ? `\x1b[${this.#row}A` : ''}\r${ERASE_BELOW}`;
  }

  /** What turns the rows that are drawn into those of the frame. */
  #changes(frame: Frame): string {
    let out = '';
    let height = this.#rows.length;
    for (const [number, row] of frame.rows.entries()) {
      const old = this.#rows[number];
      if (old?.text === row.text) continue;
      out += `${this.#moveTo(number, height)}\r${row.text}${old === undefined || old.width > row.width ? ERASE_TO_RIGHT : ''}`;
      height = Math.max(height, number + 1);
    }
    if (height > frame.rows.length) out += `${this.#moveTo(frame.rows.length, height)}\r${ERASE_BELOW}`;
    return out;
  }

  /** Goes to a row; one that does not exist yet is made, which may scroll the window. */
  #moveTo(row: number, height: number): string {
    const from = this.#row;
    this.#row = row;
    if (row < from) return `\x1b[${from - row}A`;
    const last = Math.max(0, height - 1);
    const down = Math.min(row, last) - from;
    const made = row - Math.max(from, last);
    return (down > 0 ? `\x1b[${down}B` : '') + '\r\n'.repeat(Math.max(0, made));
  }

  #toColumn(column: number, isMoved: boolean): string {
    const isThere = !isMoved && column === this.#column;
    this.#column = column;
    return isThere ? '' : `\x1b[${column + 1}G`;
  }
}
