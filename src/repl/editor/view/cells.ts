/** How the characters of a line are drawn: each grapheme in one or two cells, a Tab as blanks, controls as their escapes. */
import { cutToWidth, displayWidth, escapeControls } from '../../../output/index.ts';
import { graphemesOf } from '../text/graphemes.ts';

/** Cells from one tab stop to the next. */
const TAB_WIDTH = 4;

/** One grapheme as it is drawn. */
export interface Cell {
  /** Offsets in the line, UTF-16. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Columns of the window, at least 1. */
  readonly width: number;
  /** Drawn of several characters, which not every terminal joins to one. */
  readonly isJoined: boolean;
}

/** True where each character takes one cell and is drawn as it is. */
export function isPlain(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

/** Gives the cell of the grapheme at offset `start`, drawn in column `x` of at most `width`. */
export function cellAt(grapheme: string, start: number, x: number, width: number): Cell {
  const end = start + grapheme.length;
  if (grapheme.length === 1 && grapheme >= ' ' && grapheme <= '~')
    return { start, end, text: grapheme, width: 1, isJoined: false };
  if (grapheme === '\t') {
    const blanks = Math.min(TAB_WIDTH - (x % TAB_WIDTH), Math.max(1, width - x));
    return { start, end, text: ' '.repeat(blanks), width: blanks, isJoined: false };
  }
  const text = cutToWidth(drawn(grapheme), width);
  const isJoined = !isPlain(text) && text.length > String.fromCodePoint(text.codePointAt(0) ?? 0).length;
  return { start, end, text, width: displayWidth(text), isJoined };
}

/** What would take no cell of its own (a lone accent, a joiner) is written as an escape: it would spoil its neighbour. */
function drawn(grapheme: string): string {
  const escaped = escapeControls(grapheme);
  if (escaped !== grapheme || displayWidth(grapheme) > 0) return escaped;
  return Array.from(grapheme, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`).join('');
}

/** Writes a text that stands on one row: nothing in it moves the cursor or joins with what stands before it. */
export function drawnText(text: string): string {
  return isPlain(text) ? text : graphemesOf(text).map(drawn).join('');
}

/** Gives the cells of a piece of a line that begins in column 0 of a row. */
export function cellsOf(line: string, from: number, to: number, width: number): Cell[] {
  const cells: Cell[] = [];
  let x = 0;
  let start = from;
  for (const grapheme of graphemesOf(line.slice(from, to))) {
    const cell = cellAt(grapheme, start, x, width);
    cells.push(cell);
    x += cell.width;
    start = cell.end;
  }
  return cells;
}
