/** Errors as a person at a terminal reads them: code, message, the line of SQL with a caret, what to do next. */
import { RedQueryError } from '../errors.ts';
import { displayWidth, escapeControls, escapeControlsKeepLines } from './terminal-text.ts';

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

/** Characters of a line shown on either side of the caret. */
const CONTEXT_LENGTH = 60;

/**
 * Gives the lines of an error, each ended by a line break: `RQ_CODE: message`, the place where one is known, the hint. A
 * message's further lines are indented; no other control character gets through.
 */
export function errorText(error: unknown, place: Place | null): string {
  const code = error instanceof RedQueryError ? error.code : 'RQ_INTERNAL';
  const message = error instanceof Error ? error.message : String(error);
  const lines = [`${code}: ${indented(message)}`];
  if (error instanceof RedQueryError) {
    const at = place === null ? null : offsetOf(error, place);
    if (place !== null && at !== null) lines.push(...caretLines(place, at));
    if (error.hint !== undefined) lines.push(`hint: ${indented(error.hint)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Only the first line of a message may look like the beginning of one. */
function indented(text: string): string {
  return escapeControlsKeepLines(text.trimEnd().replaceAll('\r\n', '\n')).replaceAll('\n', '\n  ');
}

/** DuckDB gives no position for what is missing at the end. */
function offsetOf({ position, code, message }: RedQueryError, place: Place): number | null {
  if (position !== undefined) return place.offset + position;
  return code === 'RQ_SYNTAX' && message.includes('at end of input') ? place.end : null;
}

function caretLines({ script, file }: Place, offset: number): string[] {
  const at = Math.min(Math.max(0, offset), script.length);
  const lineStart = script.lastIndexOf('\n', at - 1) + 1;
  const lineEnd = script.indexOf('\n', at);
  const line = script.slice(lineStart, lineEnd === -1 ? script.length : lineEnd);
  const column = at - lineStart;
  const lineNumber = script.slice(0, lineStart).split('\n').length;
  const isOneLine = !script.trim().includes('\n') && file === null;
  const label = isOneLine ? '  ' : `${file === null ? 'line ' : `${escapeControls(file)}:`}${lineNumber}: `;
  const from = Math.max(0, column - CONTEXT_LENGTH);
  const before = `${from > 0 ? '…' : ''}${shown(line.slice(from, column))}`;
  const behind = line.slice(column);
  const after = `${shown(behind.slice(0, CONTEXT_LENGTH))}${behind.length > CONTEXT_LENGTH ? '…' : ''}`;
  return [`${label}${before}${after}`.trimEnd(), `${' '.repeat(displayWidth(label + before))}^`];
}

/** A tab would put the caret anywhere: it is shown as one space. */
function shown(text: string): string {
  return escapeControls(text.replaceAll('\t', ' ').replaceAll('\r', ''));
}
