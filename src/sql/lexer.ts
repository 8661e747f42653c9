/**
 * Cuts SQL text into tokens as DuckDB's own lexer (scan.l, of PostgreSQL's descent) does. It exists so that parameters
 * and scan tags can be spliced in at the right places; it parses nothing. Where it and DuckDB could differ a value might
 * end up inside a string, so test/sql/lexer.test.ts holds the two together.
 */
import { RedQueryError } from '../errors.ts';

/**
 * `parameter` is `?`, `?3`, `$3` or `$name`; `symbol` is one of `( ) [ ] { } , ; . :` or a run of operator characters
 * (`::`, `:=`, `->>`, `=>`, `**`, …); `string` is any of '…', E'…', $tag$…$tag$, with the parts that continue on new lines.
 */
export type TokenKind = 'identifier' | 'quotedIdentifier' | 'string' | 'number' | 'parameter' | 'symbol';

export interface Token {
  readonly kind: TokenKind;
  /** Offsets into the text in UTF-16 code units; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  /** identifier: in lower case; quotedIdentifier: without its quotes; parameter: `?`, or the number or name; others: as written. */
  readonly value: string;
  /** identifier: as written; else as `value`. */
  readonly written: string;
}

// DuckDB takes these for blanks outside quotes (measured over U+0080–U+FFFF). U+000B is none.
const BLANK = ' \\t\\n\\r\\f\\u00a0\\u2000-\\u200b\\u202f\\u205f\\u2060\\u3000\\ufeff';
const LETTER = `(?:(?![${BLANK}])[A-Za-z_\\u0080-\\u{10ffff}])`;
const WORD = `${LETTER}(?:${LETTER}|[0-9])*`;
const BLANKS = new RegExp(`[${BLANK}]+`, 'uy');
const LINE_COMMENT = /--[^\n\r]*/y;
const IDENTIFIER = new RegExp(`${LETTER}(?:${LETTER}|[0-9$])*`, 'uy');
const ASCII_WORD = /[A-Za-z_][A-Za-z0-9_$]*/y;
const QUOTED = /"[^"]*(?:""[^"]*)*"/y;
const PLAIN_STRING = /'[^']*(?:''[^']*)*'/y;
const ESCAPE_STRING = /'[^'\\]*(?:(?:''|\\[^])[^'\\]*)*'/y;
// A string goes on behind blanks that hold a line break, in the manner (with escapes or without) in which it began.
const CONTINUES = new RegExp(`(?:[${BLANK}]|--[^\\n\\r]*[\\n\\r])+(?=')`, 'uy');
const DOLLAR_TAG = new RegExp(`\\$(?:${WORD})?\\$`, 'uy');
const NUMBER = /(?:[0-9](?:_?[0-9])*(?:\.(?!\.)(?:[0-9](?:_?[0-9])*)?)?|\.[0-9](?:_?[0-9])*)(?:[eE][+-]?[0-9]+)?/y;
const PARAMETER = new RegExp(`[?$][0-9]+|\\?|\\$(?=${LETTER}|")`, 'uy');
const OPERATOR = /::|:=|[~!@#^&|`+\-*/%<>=]+/y;
const DASH = 0x2d;
const SLASH = 0x2f;
const SINGLE = new Set('()[]{},;.:');

/** Lists the tokens of `text` in order, without blanks and comments. @throws {RedQueryError} RQ_SYNTAX with a position. */
export function tokensOf(text: string): Token[] {
  const nul = text.indexOf('\0');
  if (nul >= 0) throw new RedQueryError('RQ_SYNTAX', 'U+0000 in the statement; DuckDB would cut it there', { position: nul });
  const tokens: Token[] = [];
  let at = skipBlanks(text, 0);
  while (at < text.length) {
    const token = nextToken(text, at);
    tokens.push(token);
    at = skipBlanks(text, token.end);
  }
  return tokens;
}

/** Gives the token that begins at `start`, where neither a blank nor a comment stands. @throws {RedQueryError} RQ_SYNTAX. */
export function nextToken(text: string, start: number): Token {
  const char = text.charAt(start);
  const next = text.charAt(start + 1);
  if (char === "'" || (next === "'" && 'eExXbBnN'.includes(char))) return stringToken(text, start);
  if (char === '"') return quotedToken(text, start);
  if (char === '$' || char === '?') return dollarToken(text, start);
  let end = wordEnd(text, start);
  if (end > 0) return wordToken(text, start, end);
  end = match(NUMBER, text, start);
  if (end > 0) return asWritten('number', text, start, end);
  if (SINGLE.has(char) && !(char === ':' && (next === ':' || next === '='))) {
    return asWritten('symbol', text, start, start + 1);
  }
  end = operatorEnd(text, start);
  if (end > start) return asWritten('symbol', text, start, end);
  throw new RedQueryError('RQ_SYNTAX', `unexpected character ${JSON.stringify(char)}`, { position: start });
}

/** Most words are ASCII, for which the general pattern is slow. */
function wordEnd(text: string, start: number): number {
  const end = match(ASCII_WORD, text, start);
  return end > 0 && !(text.charCodeAt(end) >= 0x80) ? end : match(IDENTIFIER, text, start);
}

function wordToken(text: string, start: number, end: number): Token {
  const word = text.slice(start, end);
  if ((word === 'u' || word === 'U') && /^&['"]/.test(text.slice(end, end + 2))) {
    throw new RedQueryError('RQ_SYNTAX', `U&${text.charAt(end + 1)}…: DuckDB takes no Unicode escapes of this form`, {
      position: start,
    });
  }
  return { kind: 'identifier', start, end, value: asciiLower(word), written: word };
}

function stringToken(text: string, start: number): Token {
  const prefixLength = text.charAt(start) === "'" ? 0 : 1;
  const pattern = /^[eE]/.test(text.charAt(start)) ? ESCAPE_STRING : PLAIN_STRING;
  let end = match(pattern, text, start + prefixLength);
  if (end < 0) throw unterminated('string', "'", start);
  for (;;) {
    const gap = match(CONTINUES, text, end);
    if (gap < 0 || !/[\n\r]/.test(text.slice(end, gap))) return asWritten('string', text, start, end);
    end = match(pattern, text, gap);
    if (end < 0) throw unterminated('string', "'", gap);
  }
}

function quotedToken(text: string, start: number): Token {
  const end = match(QUOTED, text, start);
  if (end < 0) throw unterminated('quoted name', '"', start);
  return named('quotedIdentifier', start, end, text.slice(start + 1, end - 1).replaceAll('""', '"'));
}

/** `$tag$…$tag$`, or a parameter. */
function dollarToken(text: string, start: number): Token {
  const tagEnd = match(DOLLAR_TAG, text, start);
  if (tagEnd > 0) {
    const tag = text.slice(start, tagEnd);
    const close = text.indexOf(tag, tagEnd);
    if (close < 0) throw unterminated('string', tag, start);
    const end = close + tag.length;
    return asWritten('string', text, start, end);
  }
  const end = match(PARAMETER, text, start);
  if (end < 0) throw new RedQueryError('RQ_SYNTAX', "a lone '$'; a parameter is $1, $name or ?", { position: start });
  const mark = text.slice(start, end);
  if (mark !== '$') return named('parameter', start, end, mark === '?' ? '?' : mark.slice(1));
  const name = nextToken(text, end);
  // DuckDB keeps the case of a parameter's name: $a and $A are two.
  return named('parameter', start, name.end, name.written);
}

function asWritten(kind: TokenKind, text: string, start: number, end: number): Token {
  return named(kind, start, end, text.slice(start, end));
}

function named(kind: TokenKind, start: number, end: number, value: string): Token {
  return { kind, start, end, value, written: value };
}

/** An operator ends where a comment begins: `5*--c` is `*` and a comment. */
function operatorEnd(text: string, start: number): number {
  const end = match(OPERATOR, text, start);
  if (end < 0) return end;
  const comment = /--|\/\*/.exec(text.slice(start, end));
  return comment === null ? end : start + comment.index;
}

function skipBlanks(text: string, start: number): number {
  let at = start;
  for (;;) {
    const begin = at;
    at = blanksEnd(text, commentEnd(text, at));
    if (at === begin) return at;
  }
}

/** Gives where the blanks at `at` end; `at` itself where there are none. */
export function blanksEnd(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code <= 0x20 || code >= 0x80 ? Math.max(at, match(BLANKS, text, at)) : at;
}

/** Gives where the comment at `at` ends; `at` itself where there is none. @throws {RedQueryError} RQ_SYNTAX: never closed. */
export function commentEnd(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code === DASH) return Math.max(at, match(LINE_COMMENT, text, at));
  return code === SLASH && text.charAt(at + 1) === '*' ? blockCommentEnd(text, at) : at;
}

/** Block comments nest. */
function blockCommentEnd(text: string, start: number): number {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = start;
  let depth = 0;
  for (let found = marks.exec(text); found !== null; found = marks.exec(text)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  throw unterminated('comment', '/*', start);
}

const UNTERMINATED = 'unterminated ';

function unterminated(what: string, open: string, position: number): RedQueryError {
  return new RedQueryError('RQ_SYNTAX', `${UNTERMINATED}${what}: ${open} is never closed`, { position });
}

/** True for the error of text that would go on: a string, a quoted name or a comment without its end. */
export function isUnterminated(error: unknown): error is RedQueryError {
  return error instanceof RedQueryError && error.code === 'RQ_SYNTAX' && error.message.startsWith(UNTERMINATED);
}

/** Gives the end of a sticky pattern's match at `at`, or −1. */
function match(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/** DuckDB folds only A–Z in keywords. */
function asciiLower(word: string): string {
  return /[^\u0000-\u007f]/.test(word) ? word.replace(/[A-Z]+/g, (part) => part.toLowerCase()) : word.toLowerCase();
}

/** True where `token` is the bare word `word` (lower case): a keyword never stands in quotes. */
export function isWord(token: Token | undefined, ...words: readonly string[]): boolean {
  return token?.kind === 'identifier' && words.includes(token.value);
}

/** True where `token` is the symbol `symbol`. */
export function isSymbol(token: Token | undefined, ...symbols: readonly string[]): boolean {
  return token?.kind === 'symbol' && symbols.includes(token.value);
}

/** True where `token` names something, quoted or not. */
export function isName(token: Token | undefined): token is Token {
  return token?.kind === 'identifier' || token?.kind === 'quotedIdentifier';
}

/** Gives the index of the token that closes the bracket at `open`, or the token count when none does. */
export function closingIndex(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    if (isSymbol(tokens[i], '(', '[', '{')) depth++;
    else if (isSymbol(tokens[i], ')', ']', '}') && --depth === 0) return i;
  }
  return tokens.length;
}
