/** Up and Down by the rows of the window, keeping the column over shorter rows. */
import type { TextBuffer } from '../text/text-buffer.ts';
import type { Place } from '../text/undo.ts';
import type { TextView } from './text-view.ts';

/** Moves the cursor of one buffer by rows. */
export class RowMoves {
  readonly #buffer: TextBuffer;
  readonly #view: TextView;
  /** The column aimed at, while the cursor is where the last move put it. */
  #goal: { readonly x: number; readonly at: Place; readonly version: number } | null = null;

  constructor(buffer: TextBuffer, view: TextView) {
    this.#buffer = buffer;
    this.#view = view;
  }

  /** Moves one row up or down; false in the first or the last one. */
  move(direction: -1 | 1): boolean {
    const { layout } = this.#view;
    const { cursor, currentLine, lines, version } = this.#buffer;
    const row = layout.rowAt(currentLine, cursor.column) + direction;
    const isInLine = row >= 0 && row < layout.rowsOf(currentLine).length;
    const line = isInLine ? cursor.line : cursor.line + direction;
    const text = lines[line];
    if (text === undefined) return false;
    const target = isInLine ? row : direction === 1 ? 0 : layout.rowsOf(text).length - 1;
    const x = this.#goalX() ?? layout.xOf(currentLine, row - direction, cursor.column);
    this.#buffer.moveTo({ line, column: layout.columnAt(text, target, x) });
    this.#goal = { x, at: this.#buffer.cursor, version };
    return true;
  }

  #goalX(): number | null {
    const { cursor, version } = this.#buffer;
    const goal = this.#goal;
    if (goal === null || goal.version !== version) return null;
    return goal.at.line === cursor.line && goal.at.column === cursor.column ? goal.x : null;
  }
}
