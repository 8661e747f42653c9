/** Colours what is typed, as it is typed: words of SQL, strings, numbers, comments, commands, and what is not closed. */
import type { Style } from '../../output/index.ts';
import type { Highlighter, Span } from '../words.ts';
import { COLUMN_KEYWORDS, FUNCTION_KEYWORDS, RESERVED_KEYWORDS } from './keywords.ts';
import { commandText, endsItem, type ScriptPiece, scan } from './scan.ts';

/** What a word is: `syntax` wherever it stands; `either` a function before a bracket; `verb` where it does not name a column. */
type WordKind = 'syntax' | 'either' | 'verb';

/** Words that need no quotes as a name, and mostly are none. The others, as `name`, `year` and `value`, mostly are. */
const VERBS = `add alter analyze attach begin by call cascade checkpoint comment commit copy cube current database deallocate delete
  detach drop escape exclude execute explain export filter following force function global grant if ignore import insert install
  load local macro materialized matched nothing nulls over partition pragma preceding prepare recursive rename replace reset
  respect restrict returns revoke rollback rollup rows sample schema sequence set sets start temp temporary ties transaction
  truncate type unbounded update use vacuum view within without`;
/** Words that stay words of syntax before a bracket. */
const BEFORE_BRACKET = `in as by over filter sets rollup cube within exclude any all some values exists between using and or not on when
  then else case where having from join select distinct union except intersect is like ilike key index unique check
  materialized set only returning limit offset bigint bit char character decimal dec float int integer interval numeric smallint
  time timestamp varchar cross inner full asof semi anti positional primary references into table lateral qualify with`;

const BEFORE_BRACKETS: ReadonlySet<string> = new Set(BEFORE_BRACKET.split(/\s+/));
const KINDS: ReadonlyMap<string, WordKind> = new Map([
  ...VERBS.split(/\s+/).map((word): [string, WordKind] => [word, 'verb']),
  ...[...COLUMN_KEYWORDS, ...FUNCTION_KEYWORDS].map((word): [string, WordKind] => [word, 'either']),
  ...RESERVED_KEYWORDS.map((word): [string, WordKind] => [word, 'syntax']),
]);
const CLOSERS: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
]);
/** What stands behind a name, and not behind a word of syntax. */
const BEHIND_NAMES: ReadonlySet<string> = new Set(['.', '=>', ':=', '=']);
const CLOSING: ReadonlySet<string> = new Set(CLOSERS.values());
const COMMAND_NAME = /^(?:\\[a-zA-Z_]+[+]?|\\[^a-zA-Z_\s]|[.\\]?[^\s;]*)/;

/**
 * Makes a highlighter that knows these names of commands, with their dots and backslashes; of others the name is an 'error',
 * unless it still is being typed and may become one.
 */
export function highlighterFor(names: Iterable<string>): Highlighter {
  const known = new Set(names);
  return (text) => spansOf(text, known);
}

/** Colours SQL and commands; knows no command by name, so that none is wrong. */
export const highlight: Highlighter = (text) => spansOf(text, null);

function spansOf(text: string, commandNames: ReadonlySet<string> | null): readonly Span[] {
  const pieces = scan(text);
  const wrong = wrongBrackets(pieces);
  const spans: Span[] = [];
  let before: ScriptPiece | undefined;
  for (const [index, piece] of pieces.entries()) {
    const { kind, start, end } = piece;
    if (kind === 'unfinished') spans.push(...unfinishedSpans(piece));
    else if (kind === 'command') spans.push(...commandSpans(text, piece, commandNames));
    else {
      const style = kind === 'symbol' ? (wrong.has(index) ? 'error' : null) : styleOf(piece, before, pieces[index + 1]);
      if (style !== null) spans.push({ start, end, style });
    }
    if (kind !== 'comment') before = piece;
  }
  return spans;
}

function styleOf(piece: ScriptPiece, before: ScriptPiece | undefined, after: ScriptPiece | undefined): Style | null {
  switch (piece.kind) {
    case 'identifier':
      return wordStyle(piece.value, before, after);
    case 'string':
    case 'number':
    case 'comment':
      return piece.kind;
    case 'parameter':
      return 'number';
    case 'quotedIdentifier':
      return 'name';
    case 'stray':
      return 'error';
    default:
      return null;
  }
}

function wordStyle(word: string, before: ScriptPiece | undefined, after: ScriptPiece | undefined): Style | null {
  const mark = symbolOf(before);
  const isCalled = symbolOf(after) === '(';
  if (mark === '.') return isCalled ? 'function' : null;
  // The name of a type.
  if (mark === '::') return 'keyword';
  const kind = KINDS.get(word);
  if (isCalled && !BEFORE_BRACKETS.has(word)) return kind === 'syntax' ? 'keyword' : 'function';
  if (kind === undefined) return null;
  if (kind === 'verb' && (BEHIND_NAMES.has(symbolOf(after)) || before?.value === 'as')) return null;
  return 'keyword';
}

function symbolOf(piece: ScriptPiece | undefined): string {
  return piece?.kind === 'symbol' ? piece.value : '';
}

/** The mark that lacks its partner is the error; what stands behind it is as it will be. */
function unfinishedSpans({ start, end, value, mark = start }: ScriptPiece): Span[] {
  const style: Style = value === '/*' ? 'comment' : value === '"' ? 'name' : 'string';
  const behind = mark + value.length;
  return [
    { start, end: mark, style },
    { start: mark, end: behind, style: 'error' as const },
    { start: behind, end, style },
  ].filter((span) => span.end > span.start);
}

function commandSpans(text: string, piece: ScriptPiece, names: ReadonlySet<string> | null): Span[] {
  const line = text.slice(piece.start, piece.end);
  const name = COMMAND_NAME.exec(line)?.[0] ?? '';
  const whole = COMMAND_NAME.exec(commandText(text, piece))?.[0] ?? '';
  const isBeingTyped = piece.start + name.length === text.length;
  const isKnown = names === null || names.has(whole) || (isBeingTyped && [...names].some((known) => known.startsWith(whole)));
  return [{ start: piece.start, end: piece.start + name.length, style: isKnown ? 'command' : 'error' }];
}

/** Gives the indexes of brackets without a partner in their statement. */
function wrongBrackets(pieces: readonly ScriptPiece[]): ReadonlySet<number> {
  const wrong = new Set<number>();
  let open: { readonly index: number; readonly closer: string }[] = [];
  let index = -1;
  for (const piece of pieces) {
    index++;
    if (piece.kind !== 'symbol' && piece.kind !== 'command') continue;
    if (endsItem(piece)) {
      for (const bracket of open) wrong.add(bracket.index);
      open = [];
    }
    const closer = CLOSERS.get(piece.value);
    if (closer !== undefined) open.push({ index, closer });
    else if (!CLOSING.has(piece.value)) continue;
    else if (open.at(-1)?.closer === piece.value) open.pop();
    else wrong.add(index);
  }
  for (const bracket of open) wrong.add(bracket.index);
  return wrong;
}
