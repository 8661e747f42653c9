/** BOOLEAN: true, t, yes, y, 1 and false, f, no, n, 0 in any case. */
import type { ValueParser } from './views.ts';

const WORDS: ReadonlyMap<string, 0 | 1> = new Map([
  ['true', 1],
  ['yes', 1],
  ['false', 0],
  ['no', 0],
]);

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
  const length = end - start;
  if (length === 1) return ONE_LETTER.get(bytes[start] ?? 0);
  return length > 5 ? undefined : WORDS.get(bytes.toString('latin1', start, end).toLowerCase());
}
