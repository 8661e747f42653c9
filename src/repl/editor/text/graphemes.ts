/** Steps through one line by what a person takes for a character: a flag, a family, a letter with its accents. */

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
const PLAIN = /^[\x20-\x7e]*$/;
/** No grapheme is cut off at this distance in any text that people write. */
const REACH = 64;

/** Cuts text into graphemes. */
export function graphemesOf(text: string): string[] {
  if (PLAIN.test(text)) return text.split('');
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Gives the offset behind the grapheme at `column`; the line's length at its end. */
export function nextGrapheme(line: string, column: number): number {
  const piece = line.slice(column, column + REACH);
  const [first = ''] = PLAIN.test(piece.slice(0, 2)) ? piece : graphemesOf(piece);
  return column + first.length;
}

/** Gives the offset of the grapheme before `column`; 0 at the line's start. */
export function previousGrapheme(line: string, column: number): number {
  const piece = line.slice(Math.max(0, column - REACH), column);
  if (PLAIN.test(piece.slice(-2))) return Math.max(0, column - 1);
  return column - (graphemesOf(piece).at(-1)?.length ?? 0);
}

/** Gives the offset itself, or where a grapheme ends that it would be inside of. */
export function graphemeBoundary(line: string, column: number): number {
  if (PLAIN.test(line.slice(Math.max(0, column - 1), column + 1))) return column;
  const start = Math.max(0, column - REACH);
  const piece = line.slice(start, column + REACH);
  const around = column - start < piece.length ? segmenter.segment(piece).containing(column - start) : undefined;
  if (around === undefined || around.index === column - start) return column;
  return start + around.index + around.segment.length;
}

const WORD = /[\p{L}\p{N}\p{M}_]/u;

/** True where the character before (`-1`) or behind (`1`) the offset belongs to a word. */
export function isWordAt(line: string, column: number, side: -1 | 1): boolean {
  const character =
    side === 1 ? line.slice(column, nextGrapheme(line, column)) : line.slice(previousGrapheme(line, column), column);
  return WORD.test(character);
}
