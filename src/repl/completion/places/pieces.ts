/** Small questions about pieces: words, symbols, names, brackets. */
import { FUNCTION_KEYWORDS, RESERVED_KEYWORDS } from '../../input/keywords.ts';
import type { Piece } from './cursor.ts';

const NO_NAMES: ReadonlySet<string> = new Set([...RESERVED_KEYWORDS, ...FUNCTION_KEYWORDS]);
const OPENERS = ['(', '[', '{'];
const CLOSERS = [')', ']', '}'];

/** True for one of these words, unquoted, in lower case. */
export function isWord(piece: Piece | undefined, ...words: readonly string[]): boolean {
  return piece?.kind === 'identifier' && words.includes(piece.value);
}

export function isSymbol(piece: Piece | undefined, ...symbols: readonly string[]): boolean {
  return piece?.kind === 'symbol' && symbols.includes(piece.value);
}

/** True for what may name a table, a column, an alias. */
export function isName(piece: Piece | undefined): piece is Piece {
  return piece?.kind === 'quotedIdentifier' || (piece?.kind === 'identifier' && !NO_NAMES.has(piece.value));
}

export function opens(piece: Piece | undefined): boolean {
  return isSymbol(piece, ...OPENERS);
}

export function closes(piece: Piece | undefined): boolean {
  return isSymbol(piece, ...CLOSERS);
}

/** Gives the index of the bracket that is open at the end of `pieces`, the innermost one; −1 where none is. */
export function openBracket(pieces: readonly Piece[], end = pieces.length): number {
  let depth = 0;
  for (let at = end - 1; at >= 0; at--) {
    if (closes(pieces[at])) depth++;
    else if (opens(pieces[at]) && depth-- === 0) return at;
  }
  return -1;
}

/** Gives the index of the bracket that closes the one at `open`; −1 where none does. */
export function closingBracket(pieces: readonly Piece[], open: number): number {
  let depth = 0;
  for (let at = open; at < pieces.length; at++) {
    if (opens(pieces[at])) depth++;
    else if (closes(pieces[at]) && --depth === 0) return at;
  }
  return -1;
}

/** Gives the index of the last of these words that stands in the same brackets as the end of `pieces`; −1 for none. */
export function lastWordOf(pieces: readonly Piece[], words: ReadonlySet<string>): number {
  let depth = 0;
  for (let at = pieces.length - 1; at >= 0; at--) {
    const piece = pieces[at];
    if (closes(piece)) depth++;
    else if (opens(piece) && depth-- === 0) return -1;
    else if (depth === 0 && piece?.kind === 'identifier' && words.has(piece.value)) return at;
  }
  return -1;
}

/** The text of a string without its quotes; of an open one, up to its end. */
export function stringValue(piece: Piece | undefined): string | null {
  return piece?.kind === 'string' ? piece.value.replace(/^'|'$/g, '').replaceAll("''", "'") : null;
}
