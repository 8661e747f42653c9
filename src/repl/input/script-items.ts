/** Splits what was entered, or a script, into what is run one after another. */
import { RedQueryError } from '../../errors.ts';
import type { PlacedStatement } from '../words.ts';
import { commandText, endsItem, type ScriptPiece, scan } from './scan.ts';

/** A statement, or a command. */
export interface ScriptItem {
  readonly kind: 'sql' | 'command';
  /** A statement without its semicolon; a command with its dot or backslash, also where it was typed without. */
  readonly text: string;
  /** As it was typed, with the semicolon. */
  readonly written: string;
  /** Where it begins in the entry, UTF-16. */
  readonly offset: number;
  /** Of a command that ends a statement and runs it (`SELECT 1 \\gx`): that statement. */
  readonly statement?: PlacedStatement;
}

/** Commands that run the statement before them in a way of their own, in psql's names, those with them that are not known here. */
const RUNS_STATEMENT = /^\\(?:g|watch|bind|crosstabview)/;

/**
 * Lists what is to be run, in order. The last statement needs no semicolon. A backslash command behind a statement on its line
 * ends it, and may be how it is run, as in psql; empty statements are left out.
 * @throws {RedQueryError} RQ_SYNTAX with a position: a string, quoted name or comment that is never closed.
 */
export function scriptItems(text: string): readonly ScriptItem[] {
  const items: ScriptItem[] = [];
  let first: ScriptPiece | null = null;
  let last: ScriptPiece | null = null;
  const taken = (): PlacedStatement | null => {
    if (first === null || last === null) return null;
    const { start } = first;
    first = null;
    return { text: text.slice(start, last.end), offset: start };
  };
  const finish = (end: number): void => {
    const statement = taken();
    if (statement !== null) items.push({ kind: 'sql', ...statement, written: text.slice(statement.offset, end) });
  };
  for (const piece of scan(text)) {
    if (piece.kind === 'comment') continue;
    if (piece.kind === 'unfinished') throw unfinishedError(piece);
    if (!endsItem(piece)) {
      first ??= piece;
      last = piece;
    } else if (piece.kind === 'command') {
      const command = commandText(text, piece);
      const statement = RUNS_STATEMENT.test(command) ? taken() : null;
      finish(last?.end ?? 0);
      const offset = statement?.offset ?? piece.start;
      const written = text.slice(offset, piece.end).trim();
      items.push({ kind: 'command', text: command, written, offset, ...(statement === null ? {} : { statement }) });
    } else finish(piece.end);
  }
  finish(last?.end ?? 0);
  return items;
}

function unfinishedError({ value, start, mark = start }: ScriptPiece): RedQueryError {
  const what = value === '/*' ? 'comment' : value === '"' ? 'quoted name' : 'string';
  return new RedQueryError('RQ_SYNTAX', `unterminated ${what}: ${value} is never closed`, { position: mark });
}
