/**
 * Cuts what is typed into pieces of SQL and lines of commands, finished or not. What colours, Enter, Tab and the queue of
 * statements know of the text, they know from here.
 */
import { nextPiece, type Piece } from '../../sql/index.ts';

/** A piece of SQL, or a command with its argument up to the end of its line. */
export interface ScriptPiece extends Omit<Piece, 'kind'> {
  readonly kind: Piece['kind'] | 'command';
}

/** Words that are commands without a dot, alone on their line, and the commands that they are. */
const BARE_COMMANDS: ReadonlyMap<string, string> = new Map([
  ['exit', '.exit'],
  ['quit', '.quit'],
  ['help', '.help'],
  ['?', '.help'],
  ['clear', '.clear'],
]);
const BARE_COMMAND = /(?:exit|quit|help|clear|\?)[ \t]*;?[ \t]*(?=[\r\n]|$)/iy;
const LINE_END = /[\r\n]|$/g;

/** The last text and its pieces: typing changes little of it. */
let known: { readonly text: string; readonly pieces: readonly ScriptPiece[] } = { text: '', pieces: [] };

/** Lists the pieces of `text` in order. What stands before a change since the last call is not read again. */
export function scan(text: string): readonly ScriptPiece[] {
  if (text === known.text) return known.pieces;
  const pieces = keptPieces(text);
  let at = pieces.at(-1)?.end ?? 0;
  let isItemStart = startsItem(pieces);
  for (;;) {
    const piece = scriptPieceAt(text, at, isItemStart);
    if (piece === null) break;
    pieces.push(piece);
    at = piece.end;
    if (piece.kind !== 'comment') isItemStart = endsItem(piece);
  }
  known = { text, pieces };
  return pieces;
}

/**
 * Gives the pieces of the last text that are pieces of this one, too. A piece depends on what stands before the next piece that
 * is no comment, since strings go on behind line breaks, and on a character or two of that one.
 */
function keptPieces(text: string): ScriptPiece[] {
  const same = commonLength(text, known.text);
  let count = known.pieces.length;
  while (count > 0) {
    const piece = known.pieces[--count];
    if (piece !== undefined && piece.kind !== 'comment' && piece.end + 2 <= same) break;
  }
  const kept = known.pieces.slice(0, count);
  const last = kept.at(-1);
  // Whether `quit ; ` is a command is seen at the end of its line.
  if (last !== undefined && BARE_COMMANDS.has(known.text.slice(last.start, last.end).toLowerCase())) kept.pop();
  return kept;
}

function commonLength(left: string, right: string): number {
  const most = Math.min(left.length, right.length);
  if (left.startsWith(right) || right.startsWith(left)) return most;
  // Halving compares by the engine's fast comparison, whatever the length.
  let from = 0;
  let to = most;
  while (to - from > 64) {
    const middle = (from + to) >> 1;
    if (left.slice(from, middle) === right.slice(from, middle)) from = middle;
    else to = middle;
  }
  while (from < to && left.charCodeAt(from) === right.charCodeAt(from)) from++;
  return from;
}

function startsItem(pieces: readonly ScriptPiece[]): boolean {
  const last = pieces.findLast(({ kind }) => kind !== 'comment');
  return last === undefined || endsItem(last);
}

/** True behind a statement's semicolon and behind a command. */
export function endsItem(piece: ScriptPiece): boolean {
  return piece.kind === 'command' || (piece.kind === 'symbol' && piece.value === ';');
}

function scriptPieceAt(text: string, at: number, isItemStart: boolean): ScriptPiece | null {
  const piece = nextPiece(text, at);
  if (piece === null) return null;
  const { start, value } = piece;
  if (piece.kind === 'stray' && value === '\\') return commandPiece(text, start);
  if (!isItemStart) return piece;
  const isDot = text.charAt(start) === '.' && piece.kind !== 'number';
  return isDot || isBareCommand(text, start) ? commandPiece(text, start) : piece;
}

function isBareCommand(text: string, start: number): boolean {
  BARE_COMMAND.lastIndex = start;
  return BARE_COMMAND.test(text);
}

function commandPiece(text: string, start: number): ScriptPiece {
  LINE_END.lastIndex = start;
  const end = LINE_END.exec(text)?.index ?? text.length;
  return { kind: 'command', start, end, value: text.charAt(start) };
}

/** Gives the command of a command piece as it is typed with its dot: `.quit` for `quit;`. */
export function commandText(text: string, { start, end }: ScriptPiece): string {
  const line = text.slice(start, end).trim();
  return BARE_COMMANDS.get(line.replace(/[ \t]*;$/, '').toLowerCase()) ?? line;
}
