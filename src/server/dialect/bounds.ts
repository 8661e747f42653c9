/**
 * What a text may be before it is parsed: the parser runs in the server's one thread and cannot be interrupted. PostgreSQL's lexer
 * takes quadratic time for comments within comments and for long runs of signs.
 */
import { type Token, tokensOf } from '../../sql/index.ts';
import { PgError } from '../pg-error.ts';

/** UTF-16 code units; some 0.2 s. */
const MOST_LENGTH = 1024 * 1024;
const MOST_TOKENS = 200_000;
/** Texts up to this are parsed without a look. */
const SMALL_LENGTH = 10_000;
const MANY_COMMENTS = 20;
/** PostgreSQL's own parser gives up at some 5,000. */
const MOST_SIGNS = 1000;

/** @throws {PgError} 54000 a text that is too long; 54001 signs one behind the other; 42601 a comment that does not end. */
export function checkBounds(text: string): void {
  if (text.length > MOST_LENGTH) throw tooLong(`${MOST_LENGTH} characters`);
  if (text.length <= SMALL_LENGTH && !hasManyComments(text)) return;
  let tokens: Token[];
  try {
    tokens = tokensOf(text);
  } catch {
    // The parser says what is wrong with it, where that does not take long.
    if (!hasManyComments(text)) return;
    throw new PgError('42601', 'unterminated /* comment', { position: text.indexOf('/*') });
  }
  if (tokens.length > MOST_TOKENS) throw tooLong(`${MOST_TOKENS} words, values and signs`);
  let run = 0;
  for (const { kind, value } of tokens) {
    run = kind === 'symbol' && /^[+-]+$/.test(value) ? run + value.length : 0;
    if (run > MOST_SIGNS) throw new PgError('54001', 'stack depth limit exceeded');
  }
}

/** Blanks in place of comments, of the same length, where there are many. */
export function withoutComments(text: string): string {
  if (!hasManyComments(text)) return text;
  let plain = '';
  let at = 0;
  for (const { start, end } of tokensOf(text)) {
    plain += blank(text.slice(at, start)) + text.slice(start, end);
    at = end;
  }
  return plain + blank(text.slice(at));
}

function blank(gap: string): string {
  return gap.replace(/[^\n]/g, ' ');
}

function hasManyComments(text: string): boolean {
  let count = 0;
  for (let at = text.indexOf('/*'); at >= 0; at = text.indexOf('/*', at + 1)) if (++count > MANY_COMMENTS) return true;
  return false;
}

function tooLong(limit: string): PgError {
  return new PgError('54000', `a statement can have at most ${limit}`);
}
