/** Finds where the cursor stands: the statement around it, the word at it, and what stands before and behind. */
import { nextPiece } from '../../../sql/index.ts';
import { endsItem, type ScriptPiece, scan } from '../../input/scan.ts';

/** As much is read behind an open string, UTF-16. */
const MOST_BEHIND = 10_000;

/** A piece of the statement, with its words in lower case. */
export type Piece = ScriptPiece;

/** What is being typed: a word, or what stands in quotes. `text` is that before the cursor, without the quote. */
export interface Word {
  readonly quote: '' | "'" | '"';
  readonly text: string;
  /** What a candidate takes the place of, without the opening quote: from `from` to `to`. */
  readonly from: number;
  readonly to: number;
  /** A closing quote stands at `to`. */
  readonly isClosed: boolean;
}

/** `before` and `after`: the pieces of the statement but the word and comments, in order. */
export interface SqlCursor {
  readonly kind: 'sql';
  readonly word: Word;
  readonly before: readonly Piece[];
  readonly after: readonly Piece[];
}

/** In a command: its line begins at `start`. */
export interface CommandCursor {
  readonly kind: 'command';
  readonly start: number;
  readonly end: number;
}

/** Gives null in comments, numbers and strings whose form is not plain: nothing can be offered there. */
export function cursorIn(text: string, cursor: number): SqlCursor | CommandCursor | null {
  const pieces = scan(text);
  const at = lastStartingBefore(pieces, cursor);
  const piece = pieces[at];
  if (piece?.kind === 'command' && cursor <= piece.end) return { kind: 'command', start: piece.start, end: piece.end };
  const isInside = piece !== undefined && cursor <= piece.end;
  if (isInside && isMute(piece, cursor)) return null;
  const word = isInside ? wordIn(text, piece, cursor) : null;
  if (word === null) {
    const first = at + 1;
    return { kind: 'sql', word: noWord(cursor), before: statementBefore(pieces, first), after: statementAfter(pieces, first) };
  }
  const isOpen = piece?.kind === 'unfinished';
  return {
    kind: 'sql',
    word,
    before: statementBefore(pieces, at),
    after: isOpen ? statementAfter(scanBehind(text, word.to), 0) : statementAfter(pieces, at + 1),
  };
}

function noWord(cursor: number): Word {
  return { quote: '', text: '', from: cursor, to: cursor, isClosed: false };
}

/** Halving: a script may have hundreds of thousands of pieces. */
function lastStartingBefore(pieces: readonly Piece[], cursor: number): number {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((pieces[middle]?.start ?? 0) < cursor) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function isMute(piece: Piece, cursor: number): boolean {
  if (piece.kind === 'comment') return cursor < piece.end || piece.value === '--';
  if (piece.kind === 'unfinished')
    return piece.value === '/*' || piece.value.startsWith('$') || cursor <= (piece.mark ?? piece.start);
  if (piece.kind === 'string') return cursor > piece.start && cursor < piece.end && !/^'[^']*'$/.test(piece.value);
  return piece.kind === 'number' || piece.kind === 'parameter';
}

function wordIn(text: string, piece: Piece, cursor: number): Word | null {
  const { kind, start, end, mark = start } = piece;
  if (kind === 'identifier') return { quote: '', text: text.slice(start, cursor), from: start, to: end, isClosed: false };
  if (kind === 'string' || kind === 'quotedIdentifier') {
    if (cursor === end) return null;
    const quote = kind === 'string' ? "'" : '"';
    return { quote, text: text.slice(start + 1, cursor), from: start + 1, to: end - 1, isClosed: true };
  }
  if (kind !== 'unfinished') return null;
  const from = mark + 1;
  const quote = piece.value === '"' ? '"' : "'";
  return { quote, text: text.slice(from, cursor), from, to: openEnd(text, cursor), isClosed: false };
}

/** What stands directly behind the cursor belongs to the word; what looks like more SQL does not. */
function openEnd(text: string, cursor: number): number {
  const behind = /[\s'",;()=]|$/g;
  behind.lastIndex = cursor;
  return behind.exec(text)?.index ?? text.length;
}

/** Behind a string that is being typed the lexer sees one open string: it is read anew from there. */
function scanBehind(text: string, from: number): readonly Piece[] {
  const pieces: Piece[] = [];
  let piece = nextPiece(text, from);
  while (piece !== null && piece.start < from + MOST_BEHIND) {
    pieces.push(piece);
    piece = nextPiece(text, piece.end);
  }
  return pieces;
}

function statementBefore(pieces: readonly Piece[], end: number): readonly Piece[] {
  let start = end;
  while (start > 0) {
    const piece = pieces[start - 1];
    if (piece === undefined || endsItem(piece)) break;
    start--;
  }
  return pieces.slice(start, end).filter(({ kind }) => kind !== 'comment');
}

function statementAfter(pieces: readonly Piece[], start: number): readonly Piece[] {
  const end = pieces.findIndex((piece, at) => at >= start && endsItem(piece));
  return pieces.slice(start, end < 0 ? undefined : end).filter(({ kind }) => kind !== 'comment');
}
