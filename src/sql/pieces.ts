/**
 * Reads text that is still being typed: the tokens of the lexer, and beside them comments, what is never closed, and
 * characters that no token begins with. Never throws.
 */
import { blanksEnd, commentEnd, isUnterminated, nextToken, type TokenKind } from './lexer.ts';

/** A token, or what is none: a comment, what is never closed, or a `stray` character. */
export interface Piece {
  /** `unfinished`: a string, quoted name or comment that is never closed, and lasts to the end of the text. */
  readonly kind: TokenKind | 'comment' | 'unfinished' | 'stray';
  /** Offsets into the text in UTF-16 code units; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  /** As of a token; unfinished: the mark that lacks its partner: `'`, `"`, `$tag$`, `/*`; others: how they begin. */
  readonly value: string;
  /** Of unfinished ones: where that mark stands. Behind `start` in `E'…` and in a string that goes on in a new line. */
  readonly mark?: number;
}

/** What no token begins with, told without the lexer's error: it costs microseconds, and pasted bytes have many. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about.
const NO_TOKEN = /\\|[\u0000-\u0008\u000b\u000e-\u001f\u007f]+/y;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const DELETE = 0x7f;
const MARK = /'|\/\*|"|\$[^$'"\s]*\$/y;

/** Gives the piece at `at` or behind the blanks there; null at the end of the text. */
export function nextPiece(text: string, at: number): Piece | null {
  const start = blanksEnd(text, at);
  if (start >= text.length) return null;
  const code = text.charCodeAt(start);
  if (code === BACKSLASH || code < SPACE || code === DELETE) return noToken(text, start);
  try {
    const commented = commentEnd(text, start);
    if (commented > start) return { kind: 'comment', start, end: commented, value: text.slice(start, start + 2) };
    return nextToken(text, start);
  } catch (error) {
    return isUnterminated(error) ? unfinished(text, start, error.position ?? start) : stray(text, start);
  }
}

/** @param at where the lexer began to read what has no end: an `E` may stand before the mark. */
function unfinished(text: string, start: number, at: number): Piece {
  for (const mark of [at, at + 1]) {
    MARK.lastIndex = mark;
    const value = MARK.exec(text)?.[0];
    if (value !== undefined) return { kind: 'unfinished', start, end: text.length, value, mark };
  }
  return { kind: 'unfinished', start, end: text.length, value: text.charAt(at), mark: at };
}

function noToken(text: string, start: number): Piece {
  NO_TOKEN.lastIndex = start;
  const value = NO_TOKEN.exec(text)?.[0] ?? text.charAt(start);
  return { kind: 'stray', start, end: start + value.length, value };
}

function stray(text: string, start: number): Piece {
  const value = String.fromCodePoint(text.codePointAt(start) ?? 0);
  return { kind: 'stray', start, end: start + value.length, value };
}
