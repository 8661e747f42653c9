/** Splits what was entered, or a script, into what is run one after another, and says whether it is whole. */
import { RedQueryError } from '../../errors.ts';
import { commandText, endsItem, type ScriptPiece, scan } from './scan.ts';

/** A statement without its semicolon, or a command with its dot or backslash. */
export interface ScriptItem {
  readonly kind: 'sql' | 'command';
  readonly text: string;
  /** Where it begins in the entry, UTF-16. */
  readonly offset: number;
}

/**
 * True where nothing is missing: each statement has its semicolon, no string, comment or quoted name is open. A command needs
 * no more than its line. A text of blanks and comments is whole.
 */
export function isComplete(text: string): boolean {
  const pieces = scan(text);
  if (pieces.at(-1)?.kind === 'unfinished') return false;
  const last = pieces.findLast(({ kind }) => kind !== 'comment');
  return last === undefined || endsItem(last);
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
  const finish = (): void => {
    if (first !== null && last !== null) {
      items.push({ kind: 'sql', text: text.slice(first.start, last.end), offset: first.start });
    }
    first = null;
  };
  for (const piece of scan(text)) {
    if (piece.kind === 'comment') continue;
    if (piece.kind === 'unfinished') throw unfinishedError(piece);
    if (endsItem(piece)) {
      finish();
      if (piece.kind === 'command') items.push({ kind: 'command', text: commandText(text, piece), offset: piece.start });
    } else {
      first ??= piece;
      last = piece;
    }
  }
  finish();
  return items;
}

function unfinishedError({ value, mark }: ScriptPiece): RedQueryError {
  const what = value === '/*' ? 'comment' : value === '"' ? 'quoted name' : 'string';
  return new RedQueryError('RQ_SYNTAX', `unterminated ${what}: ${value} is never closed`, { position: mark });
}
