/** Patterns and literals that are written inside strings: regular expressions, SIMILAR TO, arrays, paths of JSON. */
import { PgError } from '../../pg-error.ts';

/** Words' edges and ends of text, which PostgreSQL's and RE2's regular expressions write differently (\y → \b). */
export function regexFromPg(pattern: string): string {
  const isLiteral = pattern.startsWith('***=');
  if (isLiteral) return pattern.slice(4).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return pattern.replace(/^\*\*\*:/, '').replace(/\\([\s\S])/g, (whole, char: string) => REGEX_ESCAPES[char] ?? whole);
}

const REGEX_ESCAPES: Readonly<Record<string, string>> = { y: '\\b', Y: '\\B', m: '\\b', M: '\\b', Z: '\\z', e: '\\x1b' };

/** Gives the options of regexp functions for PostgreSQL's flags; g is left out. PostgreSQL's dot takes a line's end, too. */
export function regexOptions(flags: string): string {
  let options = 's';
  for (const flag of flags.replaceAll('g', '')) {
    if (flag === 'i') options = `${options}i`;
    else if (flag === 'n' || flag === 'm') options = options.replace('s', 'm');
    else if (flag === 'p' || flag === 'w') options = options.replace('s', flag === 'w' ? 'sm' : '');
    else if (flag !== 's' && flag !== 'c' && flag !== 'e' && flag !== 'q') {
      throw new PgError('2201B', `invalid regular expression option: "${flag}"`);
    }
  }
  return options;
}

/** \1 and \& are the same to DuckDB but for the second, which it writes \0. */
export function replacementFromPg(text: string): string {
  return text.replace(/\\([\s\S])/g, (whole, char: string) => (char === '&' ? '\\0' : whole));
}

/** A pattern of SIMILAR TO as a regular expression for the whole text. @throws {PgError} 22025. */
export function regexFromSimilar(pattern: string, escape: string): string {
  let regex = '';
  let isInBrackets = false;
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at);
    if (char === escape && escape !== '') {
      at++;
      regex += pattern.charAt(at).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    } else if (isInBrackets) {
      isInBrackets = char !== ']';
      regex += char === '\\' ? '\\\\' : char;
    } else if (char === '[') {
      isInBrackets = true;
      regex += char;
    } else if (char === '%') regex += '.*';
    else if (char === '_') regex += '.';
    else if (char === '(') regex += '(?:';
    else regex += '.^$\\'.includes(char) ? `\\${char}` : char;
  }
  return regex;
}

/**
 * Reads an array's text form: `{1,"a b",NULL}` → ['1', 'a b', null]; null where it has more than one dimension.
 * @throws {PgError} 22P02 malformed array literal.
 */
export function arrayElements(literal: string): (string | null)[] | null {
  const body = literal.trim().replace(/^\[[^\]]*\]=/, '');
  if (!body.startsWith('{') || !body.endsWith('}')) throw malformed(literal);
  const inner = body.slice(1, -1);
  if (inner.trim() === '') return [];
  const elements: (string | null)[] = [];
  const element = /\s*(?:"((?:[^"\\]|\\[\s\S])*)"\s*|((?:[^",{}\\]|\\[\s\S])+))(,|$)/y;
  while (element.lastIndex < inner.length) {
    const at = element.lastIndex;
    const match = element.exec(inner);
    if (match === null) {
      if (inner.slice(at).trimStart().startsWith('{')) return null;
      throw malformed(literal);
    }
    const [, quoted, plain] = match;
    if (quoted !== undefined) elements.push(quoted.replace(/\\([\s\S])/g, '$1'));
    else elements.push(/^null$/i.test((plain ?? '').trim()) ? null : (plain ?? '').trim().replace(/\\([\s\S])/g, '$1'));
    if (match[3] === ',' && element.lastIndex >= inner.length) throw malformed(literal);
  }
  return elements;
}

/** The same elements in the form of DuckDB's lists: `["1", "a b", NULL]`. */
export function listLiteral(elements: readonly (string | null)[]): string {
  const written = elements.map((element) => (element === null ? 'NULL' : `"${element.replace(/["\\]/g, '\\$&')}"`));
  return `[${written.join(', ')}]`;
}

function malformed(literal: string): PgError {
  return new PgError('22P02', `malformed array literal: "${literal}"`);
}

/** A key as a step of a JSON path that DuckDB reads: `a"b` → `."a\"b"`. */
export function pathStep(key: string): string {
  return `."${key.replace(/["\\]/g, '\\$&')}"`;
}

/** How many groups a regular expression captures. */
export function groupCount(regex: string): number {
  return [
    ...regex
      .replace(/\\[\s\S]/g, 'x')
      .replace(/\[[^\]]*\]/g, '')
      .matchAll(/\((?!\?)/g),
  ].length;
}
