/** Reads what stands behind a command's name: words and quotes, switches, numbers, patterns. */
import { RedQueryError } from '../../errors.ts';

const WORD = /"((?:[^"]|"")*)"|'((?:[^']|'')*)'|(\S+)/gy;

/**
 * Cuts an argument into words. `'…'` and `"…"` keep blanks together, the quote itself is doubled inside; a quote in the
 * middle of a word is a letter.
 */
export function wordsIn(argument: string): string[] {
  return [...argument.matchAll(/\s*("(?:[^"]|"")*"(?=\s|$)|'(?:[^']|'')*'(?=\s|$)|\S+)/g)].map(([, word = '']) => unquoted(word));
}

/** Takes the quotes off a text that is quoted as a whole, and gives any other as it is. */
export function unquoted(text: string): string {
  WORD.lastIndex = 0;
  const [whole, double, single] = WORD.exec(text) ?? [];
  if (whole !== text) return text;
  return double?.replaceAll('""', '"') ?? single?.replaceAll("''", "'") ?? text;
}

/** Gives the one word of an argument, null for none. @throws {RedQueryError} RQ_OPTION for more. */
export function atMostOneWord(argument: string, command: string): string | null {
  const words = wordsIn(argument);
  if (words.length > 1) throw wrongArgument(`${command} takes one argument; put quotes around one with blanks`);
  return words[0] ?? null;
}

/** @throws {RedQueryError} RQ_OPTION where anything is given. */
export function noArgument(argument: string, command: string): void {
  if (argument !== '') throw wrongArgument(`${command} takes no argument`);
}

/** Reads `on` and `off`, and what others call them; null for anything else. */
export function switchFrom(text: string): boolean | null {
  if (/^(?:on|true|yes|1)$/i.test(text)) return true;
  return /^(?:off|false|no|0)$/i.test(text) ? false : null;
}

/** Gives a test for names that a glob of `*` and `?` fits, whatever their case. */
export function patternTest(glob: string): (name: string) => boolean {
  const source = [...glob].map((letter) => {
    if (letter === '*') return '.*';
    return letter === '?' ? '.' : letter.replace(/[\\^$.|+()[\]{}]/, '\\$&');
  });
  // Stars side by side are one: each more would try all that the ones before it have tried.
  const pattern = new RegExp(`^${source.join('').replace(/(?:\.\*)+/g, '.*')}$`, 'isu');
  return (name) => pattern.test(name);
}

/** True where a text is a pattern and not a name. */
export function isPattern(text: string): boolean {
  return /[*?]/.test(text);
}

export function wrongArgument(message: string, hint?: string): RedQueryError {
  return new RedQueryError('RQ_OPTION', message, hint === undefined ? {} : { hint });
}
