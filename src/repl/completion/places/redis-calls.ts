/** Finds the calls of Redis' table functions in SQL, with what their arguments say plainly. */
import { nextPiece } from '../../../sql/index.ts';
import type { Piece } from './cursor.ts';
import { closes, closingBracket, isSymbol, isWord, opens, stringValue } from './pieces.ts';

export interface RedisCall {
  /** In lower case. */
  readonly name: string;
  /** Where it stands in the text, UTF-16; `end` is behind its bracket. */
  readonly start: number;
  readonly end: number;
  /** Null where one is no plain string. */
  readonly positional: readonly string[] | null;
  /** In lower case; null where one is no plain string, number or truth value. */
  readonly named: Readonly<Record<string, string | number | boolean | null>> | null;
  /** Its columns are declared. */
  readonly hasColumns: boolean;
}

/** Lists the calls that are closed, in order. */
export function redisCallsIn(text: string): readonly RedisCall[] {
  if (!/redis_/i.test(text)) return [];
  const pieces = piecesOf(text);
  return pieces.flatMap((piece, at) => {
    const isCall = piece.kind === 'identifier' && piece.value.startsWith('redis_') && isSymbol(pieces[at + 1], '(');
    const close = isCall ? closingBracket(pieces, at + 1) : -1;
    const end = pieces[close]?.end;
    return end === undefined ? [] : [callFrom(piece, end, argumentsIn(pieces.slice(at + 2, close)))];
  });
}

function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  for (let piece = nextPiece(text, 0); piece !== null; piece = nextPiece(text, piece.end)) {
    if (piece.kind !== 'comment') pieces.push(piece);
  }
  return pieces;
}

/** Splits at commas. */
function argumentsIn(pieces: readonly Piece[]): readonly (readonly Piece[])[] {
  const parts: Piece[][] = pieces.length === 0 ? [] : [[]];
  let depth = 0;
  for (const piece of pieces) {
    if (opens(piece)) depth++;
    else if (closes(piece)) depth--;
    if (depth === 0 && isSymbol(piece, ',')) parts.push([]);
    else parts.at(-1)?.push(piece);
  }
  return parts;
}

function callFrom({ value, start }: Piece, end: number, parts: readonly (readonly Piece[])[]): RedisCall {
  const isNamed = (part: readonly Piece[]): boolean => isSymbol(part[1], '=>', ':=');
  const texts = parts.filter((part) => !isNamed(part)).map((part) => (part.length === 1 ? stringValue(part[0]) : null));
  const named = parts.filter(isNamed).map(([name, , ...rest]) => [name?.value.toLowerCase() ?? '', literalOf(rest)] as const);
  return {
    name: value,
    start,
    end,
    positional: texts.every((text) => text !== null) ? texts : null,
    named: named.every(isPlain) ? Object.fromEntries(named) : null,
    hasColumns: named.some(([name]) => name === 'columns'),
  };
}

type Literal = string | number | boolean | null;

function isPlain(argument: readonly [string, Literal | undefined]): argument is readonly [string, Literal] {
  return argument[1] !== undefined;
}

/** Undefined for what is no literal. */
function literalOf([piece, ...others]: readonly Piece[]): Literal | undefined {
  if (piece === undefined || others.length > 0) return undefined;
  if (isWord(piece, 'true', 'false')) return piece.value === 'true';
  if (isWord(piece, 'null')) return null;
  if (piece.kind === 'number') return Number(piece.value);
  return stringValue(piece) ?? undefined;
}
