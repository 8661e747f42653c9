/** Texts of clients as a log may have them: without what stands in quotes, on one line, and not too long. */

/** What stands in the place of a literal. */
const MASK = '…';
const MAX_STATEMENT_LENGTH = 2_000;

/**
 * What PostgreSQL's lexer takes for one piece (4.1 of its manual), as far as quotes may stand in it: comments, quoted names,
 * strings (E'…' knows backslashes), dollar quotes. What does not end goes to the end of the text.
 */
const PIECE =
  /--[^\n]*|\/\*|"(?:[^"]|"")*(?:"|$)|(?<![A-Za-z0-9_$\u0080-\uffff])[eE]'(?:[^'\\]|''|\\[\s\S])*(?:'|\\?$)|'(?:[^']|'')*(?:'|$)|(?<![A-Za-z0-9_$\u0080-\uffff])\$([A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/g;

/** A statement that sets a password is never shown with its literals. */
const SECRET = /passw|secret|credential|token|\bauth\b/i;

/**
 * Gives a statement's text for the log. Its strings are left out, as they hold keys and what people look for; with `isWhole`
 * they are shown, unless the statement looks as if it had a password.
 */
export function loggableStatement(text: string, isWhole: boolean): string {
  const shown = text.slice(0, MAX_STATEMENT_LENGTH);
  const isMasked = !isWhole || SECRET.test(text);
  const cut = text.length > MAX_STATEMENT_LENGTH ? ` … (${text.length} characters)` : '';
  return (isMasked ? withoutStrings(shown) : shown).trim() + cut;
}

/** Gives an unexpected error's message without what it quotes. */
export function loggableMessage(message: string): string {
  return message
    .slice(0, MAX_STATEMENT_LENGTH)
    .replace(/'[^']*(?:'|$)|"[^"]*(?:"|$)/g, (quoted) => quoted.charAt(0) + MASK + quoted.charAt(0));
}

/** One line, whatever the client sent: no control character, no change of direction. */
export function onOneLine(text: string): string {
  return text
    .replace(/[\t\n\r ]+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

function withoutStrings(text: string): string {
  let result = '';
  let at = 0;
  PIECE.lastIndex = 0;
  for (let match = PIECE.exec(text); match !== null; match = PIECE.exec(text)) {
    const [piece, tag] = match;
    result += text.slice(at, match.index);
    at = PIECE.lastIndex;
    if (piece === '/*') at = commentEnd(text, match.index);
    else if (piece.startsWith('$')) at = dollarEnd(text, at, `$${tag ?? ''}$`);
    result += isString(piece) ? `'${MASK}'` : text.slice(match.index, at);
    PIECE.lastIndex = at;
  }
  return result + text.slice(at);
}

function isString(piece: string): boolean {
  return /^(?:[eE]?'|\$)/.test(piece);
}

/** Comments nest. */
function commentEnd(text: string, start: number): number {
  const bound = /\/\*|\*\//g;
  bound.lastIndex = start;
  let depth = 0;
  for (let match = bound.exec(text); match !== null; match = bound.exec(text)) {
    depth += match[0] === '/*' ? 1 : -1;
    if (depth === 0) return bound.lastIndex;
  }
  return text.length;
}

function dollarEnd(text: string, from: number, quote: string): number {
  const end = text.indexOf(quote, from);
  return end < 0 ? text.length : end + quote.length;
}
