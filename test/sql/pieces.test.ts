import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextPiece, type Piece, tokensOf } from '../../src/sql/index.ts';

function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  for (let piece = nextPiece(text, 0); piece !== null; piece = nextPiece(text, piece.end)) pieces.push(piece);
  return pieces;
}

/** Texts in which quotes, comments and brackets meet. */
const sqlText = fc
  .array(fc.constantFrom(...'\'"$-/*\\;().: \n\tabE1', '--', '/*', '*/', '$a$', "''", 'é', '😀', '\0', 'U&', '=>'), {
    maxLength: 30,
  })
  .map((parts) => parts.join(''));

describe('nextPiece', () => {
  const cases: readonly (readonly [text: string, pieces: readonly string[]])[] = [
    ['SELECT 1', ['identifier select', 'number 1']],
    ["a -- b\n'c'", ['identifier a', 'comment --', "string 'c'"]],
    ['a /* b /* c */ */ d', ['identifier a', 'comment /*', 'identifier d']],
    ["SELECT 'abc", ['identifier select', "unfinished '"]],
    ["SELECT E'abc", ['identifier select', "unfinished '"]],
    ['SELECT "abc', ['identifier select', 'unfinished "']],
    ['$tag$ abc', ['unfinished $tag$']],
    ['1 /* abc', ['number 1', 'unfinished /*']],
    ["'a'\n'b", ["unfinished '"]],
    ['a \\ b', ['identifier a', 'stray \\', 'identifier b']],
    ['a $ b', ['identifier a', 'stray $', 'identifier b']],
    ['a\0\u0001b', ['identifier a', 'stray \0\u0001', 'identifier b']],
    ['', []],
    [' \n ', []],
  ];
  it.each(cases)('cuts %j', (text, expected) => {
    expect(piecesOf(text).map(({ kind, value }) => `${kind} ${value}`)).toEqual(expected);
  });

  it.each([
    ["x 'abc", 2],
    ["x E'abc", 3],
    ["x 'a'\n'b", 6],
    ['x $a$b', 2],
    ['x /*', 2],
  ])('says where the mark of %j stands', (text, mark) => {
    expect(piecesOf(text).at(-1)).toMatchObject({ kind: 'unfinished', start: 2, end: text.length, mark });
  });

  it('gives the tokens of the lexer wherever the lexer takes a text, and throws nowhere', () => {
    fc.assert(
      fc.property(sqlText, (text) => {
        const pieces = piecesOf(text);
        expect(pieces.every(({ start, end, mark = start }) => start < end && start <= mark && mark < end)).toBe(true);
        const tokens = tokensOrNull(text);
        const isBroken = pieces.some(({ kind }) => kind === 'unfinished' || kind === 'stray') || text.includes('\0');
        const found = pieces
          .filter(({ kind }) => kind !== 'comment')
          .map(({ kind, start, end, value }) => ({ kind, start, end, value }));
        expect(tokens === null ? isBroken : found).toEqual(tokens ?? true);
      }),
      { numRuns: 2_000 },
    );
  });
});

/** Null where the lexer refuses the text. */
function tokensOrNull(text: string) {
  try {
    return tokensOf(text).map(({ kind, start, end, value }) => ({ kind, start, end, value }));
  } catch {
    return null;
  }
}
