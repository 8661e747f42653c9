/** Says whether Enter runs what is typed, or goes on in a new line. */
import { endsItem, scan } from './scan.ts';

/**
 * True where nothing is missing: each statement has its semicolon, no string, comment or quoted name is open. A command needs
 * no more than its line. A text of blanks and comments is whole.
 */
export function isComplete(text: string): boolean {
  const pieces = scan(text);
  if (pieces.at(-1)?.kind === 'unfinished') return false;
  const last = pieces.findLast(({ kind }) => kind !== 'comment');
  return last === undefined || endsItem(last);
}
