/**
 * Gives columns their names back. DuckDB names a column without an alias by its printed expression, in which a bound
 * parameter reads `$1`, but a spliced one reads as its literal. Literals are told from those that the user wrote
 * by their order, which is the same in the text and in the list of columns.
 */
import { RedQueryError } from '../../errors.ts';
import { closingIndex, isName, isSymbol, isWord, type Token, tokensOf } from '../lexer.ts';

export interface LabelledLiteral {
  /** `$1` or `$name`. */
  readonly label: string;
  readonly literal: string;
}

/** One place in the text where a literal stands; `label` is null where the user wrote it. */
interface Place {
  readonly label: string | null;
  readonly pattern: readonly Token[];
  readonly isElse: boolean;
}

/**
 * Gives the function that renames the result's columns.
 * @param original the tokens of the text before splicing; its k-th parameter token became the k-th literal.
 */
export function renamerOf(
  original: readonly Token[],
  literals: readonly LabelledLiteral[],
): (names: readonly string[]) => string[] {
  if (literals.length === 0) return (names) => [...names];
  return (names) => {
    const places = placesIn(original, literals);
    const isUsed = new Set<Place>();
    const take = (tokens: readonly Token[], at: number): { place: Place; end: number } | null => {
      let fallback: { place: Place; end: number } | null = null;
      for (const place of places) {
        const end = matchEnd(place.pattern, tokens, at);
        // DuckDB prints an ELSE NULL that nobody wrote.
        if (end < 0 || (isWord(tokens[at], 'null') && isElse(tokens, at) !== place.isElse)) continue;
        if (!isUsed.has(place)) {
          isUsed.add(place);
          return { place, end };
        }
        fallback ??= { place, end };
      }
      return fallback;
    };
    return names.map((name) => renamed(name, take));
  };
}

function renamed(name: string, take: (tokens: readonly Token[], at: number) => { place: Place; end: number } | null): string {
  if (!/'|null|list_value/i.test(name)) return name;
  const tokens = tokensOrNone(name);
  let result = '';
  let copied = 0;
  for (let at = 0; at < tokens.length; at++) {
    const found = take(tokens, at);
    const first = tokens[at];
    const last = found === null ? undefined : tokens[found.end - 1];
    if (found === null || first === undefined || last === undefined) continue;
    if (found.place.label !== null) {
      result += name.slice(copied, first.start) + found.place.label;
      copied = last.end;
    }
    at = found.end - 1;
  }
  return result + name.slice(copied);
}

/** A column's name need not be SQL at all. */
function tokensOrNone(name: string): Token[] {
  try {
    return tokensOf(name);
  } catch (error) {
    if (error instanceof RedQueryError) return [];
    throw error;
  }
}

function placesIn(original: readonly Token[], literals: readonly LabelledLiteral[]): Place[] {
  const patterns = literals.map(({ label, literal }) => ({ label, pattern: tokensOf(literal) }));
  const places: Place[] = [];
  let parameter = 0;
  for (let at = 0; at < original.length; at++) {
    const place = original[at]?.kind === 'parameter' ? patterns[parameter++] : undefined;
    if (place !== undefined) {
      places.push({ ...place, isElse: isElse(original, at) });
      continue;
    }
    const own = patterns.find(({ pattern }) => matchEnd(pattern, original, at) >= 0);
    if (own !== undefined) places.push({ label: null, pattern: own.pattern, isElse: isElse(original, at) });
  }
  return places;
}

function isElse(tokens: readonly Token[], at: number): boolean {
  return isWord(tokens[at - 1], 'else');
}

/** Gives the index behind `pattern` in `tokens` at `at`, or −1. What stands behind AS, the type, is printed in many ways and skipped. */
function matchEnd(pattern: readonly Token[], tokens: readonly Token[], start: number): number {
  let at = start;
  for (let i = 0; i < pattern.length; i++, at++) {
    const wanted = pattern[i];
    const token = tokens[at];
    if (wanted === undefined || token === undefined || !isSame(wanted, token)) return -1;
    if (isWord(wanted, 'as')) {
      i = bracketEnd(pattern, i);
      at = bracketEnd(tokens, at);
    }
  }
  return at > tokens.length ? -1 : at;
}

function isSame(a: Token, b: Token): boolean {
  if (isName(a) && isName(b)) return a.written.toLowerCase() === b.written.toLowerCase();
  return a.kind === b.kind && a.value === b.value;
}

/** Gives the index of the bracket that closes the one around `at`. */
function bracketEnd(tokens: readonly Token[], at: number): number {
  let i = at;
  for (; i < tokens.length && !isSymbol(tokens[i], ')'); i++) if (isSymbol(tokens[i], '(')) i = closingIndex(tokens, i);
  return i;
}
