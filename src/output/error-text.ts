/** Errors as a person at a terminal reads them: code, message, the line of SQL with a caret, what to do next. */
import { RedQueryError } from '../errors.ts';
import { cutToWidth, cutToWidthFromEnd, displayWidth, escapeControls, escapeControlsKeepLines } from './terminal-text.ts';
import { wrapText } from './wrap-text.ts';

/** The statement that failed, within what the user wrote. */
export interface Place {
  /** All of the SQL that the statement stands in. */
  readonly script: string;
  /** Where the statement begins in it, UTF-16. */
  readonly offset: number;
  /** Where it ends, UTF-16. */
  readonly end: number;
  /** The file's name; null for SQL from the command line. */
  readonly file: string | null;
}

/** Columns of a line shown on either side of the caret, the mark of a cut among them. */
const CONTEXT_WIDTH = 61;
/** A line is not looked at further than this from the caret: it may be megabytes. */
const MOST_CONTEXT_LENGTH = 500;
/** A label is cut before it takes the line's room. */
const LEAST_CONTEXT_WIDTH = 20;

/**
 * Gives the lines of an error, each ended by a line break: `RQ_CODE: message`, the place where one is known, the hint. A
 * message's further lines are indented; no other control character gets through. `columns` is the width of the window that it
 * is for: prose is broken at its blanks, the excerpt with the caret is cut on either side; null: of any width.
 */
export function errorText(error: unknown, place: Place | null, columns: number | null = null): string {
  const code = error instanceof RedQueryError ? error.code : 'RQ_INTERNAL';
  const message = error instanceof Error ? error.message : String(error);
  const lines = proseLines(`${code}: ${message}`, columns);
  if (error instanceof RedQueryError) {
    const at = place === null ? null : offsetOf(error, place);
    if (place !== null && at !== null) lines.push(...caretLines(place, at, columns));
    if (error.hint !== undefined) lines.push(...proseLines(`hint: ${error.hint}`, columns));
  }
  return `${lines.join('\n')}\n`;
}

/** Only the first line of a message may look like the beginning of one: others are indented. */
function proseLines(text: string, columns: number | null): string[] {
  const lines = escapeControlsKeepLines(text.trimEnd().replaceAll('\r\n', '\n')).split('\n');
  const shown = lines.map((line, at) => (at === 0 ? line : `  ${line}`));
  return columns === null ? shown : shown.flatMap((line) => wrapText(line, columns, 2));
}

/** DuckDB gives no position for what is missing at the end. */
function offsetOf({ position, code, message }: RedQueryError, place: Place): number | null {
  if (position !== undefined) return place.offset + position;
  return code === 'RQ_SYNTAX' && message.includes('at end of input') ? place.end : null;
}

function caretLines({ script, file }: Place, offset: number, columns: number | null): string[] {
  const at = Math.min(Math.max(0, offset), script.length);
  const lineStart = script.lastIndexOf('\n', at - 1) + 1;
  const lineEnd = script.indexOf('\n', at);
  const line = script.slice(lineStart, lineEnd === -1 ? script.length : lineEnd);
  const lineNumber = script.slice(0, lineStart).split('\n').length;
  const isOneLine = !script.trim().includes('\n') && file === null;
  const name = isOneLine ? '  ' : `${file === null ? 'line ' : `${escapeControls(file)}:`}${lineNumber}: `;
  const label = columns === null ? name : cutToWidthFromEnd(name, Math.max(2, columns - LEAST_CONTEXT_WIDTH));
  const column = at - lineStart;
  const before = shown(line.slice(Math.max(0, column - MOST_CONTEXT_LENGTH), column));
  const behind = shown(line.slice(column, column + MOST_CONTEXT_LENGTH));
  const room = columns === null ? Number.POSITIVE_INFINITY : Math.max(2, columns - displayWidth(label));
  // What one side does not need the other one gets; the caret itself needs a column.
  const behindRoom = Math.min(CONTEXT_WIDTH, Math.max(room / 2, room - displayWidth(before), 1));
  const behindWidth = Math.max(1, Math.min(behindRoom, displayWidth(behind)));
  const excerpt = cutToWidthFromEnd(before, Math.min(CONTEXT_WIDTH, Math.floor(room - behindWidth)));
  return [
    `${label}${excerpt}${cutToWidth(behind, Math.floor(behindRoom))}`.trimEnd(),
    `${' '.repeat(displayWidth(label + excerpt))}^`,
  ];
}

/** A tab would put the caret anywhere: it is shown as one space. */
function shown(text: string): string {
  return escapeControls(text.replaceAll('\t', ' ').replaceAll('\r', ''));
}
