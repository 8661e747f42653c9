/** Tab for arguments that are one of a few words. */
import type { Candidate, Completion } from '../words.ts';

/** Gives the words that begin as the argument's last word does. */
export function completeWord(
  argument: string,
  cursor: number,
  words: readonly string[],
  kind: Candidate['kind'] = 'setting',
): Completion | null {
  const typed = argument.slice(0, cursor);
  const from = typed.search(/\S*$/);
  const beginning = typed.slice(from).toLowerCase();
  const candidates = words
    .filter((word) => word.toLowerCase().startsWith(beginning))
    .map((word) => ({ text: word, label: word, detail: '', kind }));
  return candidates.length === 0 ? null : { from, to: argument.length, candidates };
}
