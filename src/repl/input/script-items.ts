/** Splits what was entered, or a script, into what is run one after another. */
import { RedQueryError } from '../../errors.ts';
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
}

/**
 * Lists what is to be run, in order. The last statement needs no semicolon. A backslash command behind a statement on its line
 * ends it, as in psql; empty statements are left out.
 * @throws {RedQueryError} RQ_SYNTAX with a position: a string, quoted name or comment that is never closed.
 */
export function scriptItems(text: string): readonly ScriptItem[] {
  const items: ScriptItem[] = [];
  let first: ScriptPiece | null = null;
  let last: ScriptPiece | null = null;
  const finish = (end: number): void => {
    if (first !== null && last !== null) {
      const { start } = first;
      items.push({ kind: 'sql', text: text.slice(start, last.end), written: text.slice(start, end), offset: start });
    }
    first = null;
  };
  for (const piece of scan(text)) {
    if (piece.kind === 'comment') continue;
    if (piece.kind === 'unfinished') throw unfinishedError(piece);
    if (!endsItem(piece)) {
      first ??= piece;
      last = piece;
    } else if (piece.kind === 'command') {
      finish(last?.end ?? 0);
      const { start, end } = piece;
      items.push({ kind: 'command', text: commandText(text, piece), written: text.slice(start, end).trim(), offset: start });
    } else finish(piece.end);
  }
  finish(last?.end ?? 0);
  return items;
}

function unfinishedError({ value, start, mark = start }: ScriptPiece): RedQueryError {
  const what = value === '/*' ? 'comment' : value === '"' ? 'quoted name' : 'string';
  return new RedQueryError('RQ_SYNTAX', `unterminated ${what}: ${value} is never closed`, { position: mark });
}
