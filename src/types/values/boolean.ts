/** BOOLEAN: true, t, yes, y, 1 and false, f, no, n, 0 in any case. */
import type { ValueParser } from './views.ts';

const WORDS: readonly (readonly [word: Buffer, value: 0 | 1])[] = [
  [Buffer.from('true'), 1],
  [Buffer.from('false'), 0],
  [Buffer.from('yes'), 1],
  [Buffer.from('no'), 0],
];

const ONE_LETTER: ReadonlyMap<number, 0 | 1> = new Map([
  ...[...'tTyY1'].map((letter) => [letter.charCodeAt(0), 1] as const),
  ...[...'fFnN0'].map((letter) => [letter.charCodeAt(0), 0] as const),
]);

/** Writes one byte, 0 or 1. */
export const parseBoolean: ValueParser = (bytes, start, end, into, row) => {
  const value = booleanFrom(bytes, start, end);
  if (value === undefined) return false;
  into.bytes[row] = value;
  return true;
};

function booleanFrom(bytes: Buffer, start: number, end: number): 0 | 1 | undefined {
  if (end - start === 1) return ONE_LETTER.get(bytes[start] ?? 0);
  for (const [word, value] of WORDS) {
    if (word.length === end - start && isWord(word, bytes, start)) return value;
  }
  return undefined;
}

/** word: small letters. The bit that makes a letter small turns no other byte into one. */
function isWord(word: Buffer, bytes: Buffer, start: number): boolean {
  for (let index = 0; index < word.length; index += 1) {
    if (((bytes[start + index] ?? 0) | 0x20) !== word[index]) return false;
  }
  return true;
}
