/** The texts that a BOOLEAN column reads (types/values/boolean.ts), as tags. */

const WORDS = { true: ['true', 't', 'yes', 'y', '1'], false: ['false', 'f', 'no', 'n', '0'] } as const;

/** Gives all spellings; in every mixture of capitals where the index tells them apart. */
export function booleanSpellings(value: boolean, isCaseSensitive: boolean): readonly string[] {
  const words: readonly string[] = value ? WORDS.true : WORDS.false;
  return isCaseSensitive ? words.flatMap(mixturesOf) : words;
}

function mixturesOf(word: string): string[] {
  return [...word].reduce<string[]>(
    (starts, letter) => starts.flatMap((start) => [...new Set([letter, letter.toUpperCase()])].map((one) => start + one)),
    [''],
  );
}
