/**
 * The text of match() as words of a query, built anew from its tokens: words, "phrases", prefix*, %fuzzy%, -not, | and
 * parentheses mean what they mean to the module; all else is white space. So the text can neither leave its attribute nor
 * change what stands around it.
 */
import { RedQueryError } from '../../../errors.ts';

const TOKEN = /\s+|"([^"]*)"|([()|])|(-)?(%{0,3})([\p{L}\p{N}_]+)(%{0,3})(\*?)|(-)(?=["(])|[^]/gu;
const MOST_CHARS = 4096;
const MOST_DEPTH = 20;

/**
 * Gives the text for inside of `@name:(…)`; null where it has no word.
 * @throws {RedQueryError} RQ_ARGUMENT where parentheses do not match, `|` has no side, or the text is too long.
 */
export function matchText(text: string): string | null {
  if (text.length > MOST_CHARS) throw new RedQueryError('RQ_ARGUMENT', `match() takes at most ${MOST_CHARS} characters`);
  const parts: string[] = [];
  let depth = 0;
  let hasWord = false;
  for (const match of text.matchAll(TOKEN)) {
    const part = tokenText(match);
    if (part === null) continue;
    if (part === '(') depth += 1;
    if (part === ')') depth -= 1;
    if (depth < 0 || depth > MOST_DEPTH) throw unbalanced(text, match.index);
    hasWord ||= /[\p{L}\p{N}]/u.test(part);
    parts.push(part);
  }
  if (depth !== 0) throw unbalanced(text, text.length);
  checkSides(parts, text);
  return hasWord ? parts.join(' ').replace(/- (?=["(])/g, '-') : null;
}

function tokenText(match: RegExpExecArray): string | null {
  const [, phrase, sign, not = '', before = '', word, after = '', star = '', lone] = match;
  if (phrase !== undefined) {
    const words = phrase.match(/[\p{L}\p{N}_]+/gu);
    return words === null ? null : `"${words.join(' ')}"`;
  }
  if (sign !== undefined) return sign;
  if (lone !== undefined) return '-';
  if (word === undefined) return null;
  const fuzzy = before.length === after.length ? before : '';
  return `${not}${fuzzy}${word}${fuzzy}${fuzzy === '' ? star : ''}`;
}

/** An empty side or parenthesis is a syntax error of the module; here it is one of the argument. */
function checkSides(parts: readonly string[], text: string): void {
  for (const [i, part] of parts.entries()) {
    const previous = parts[i - 1] ?? '(';
    const next = parts[i + 1] ?? ')';
    const isBad =
      (part === '|' && (/^[(|-]$/.test(previous) || /^[)|]$/.test(next))) || (part === ')' && /^[(|-]$/.test(previous));
    if (isBad) throw new RedQueryError('RQ_ARGUMENT', `match(): nothing stands beside "${part}" in ${JSON.stringify(text)}`);
  }
}

function unbalanced(text: string, position: number): RedQueryError {
  return new RedQueryError(
    'RQ_ARGUMENT',
    `match(): a parenthesis has no partner at character ${position} of ${JSON.stringify(text)}`,
  );
}
