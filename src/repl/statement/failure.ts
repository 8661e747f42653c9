/** What a person reads when a statement failed: the code, the line with a caret, what to do next; in colours. */
import { RedQueryError } from '../../errors.ts';
import { errorText, type Palette, type Place } from '../../output/index.ts';

/** Errors after which nothing is to be done by hand: the next statement finds its own way to the server. */
const MENDED = new Set(['RQ_REDIS_LOST', 'RQ_REDIS_UNREACHABLE', 'RQ_REDIS_TIMEOUT', 'RQ_CLOSED']);

/** Gives the lines of an error, without the last line break. */
export function failureText(error: unknown, place: Place, palette: Palette): string {
  const lines = errorText(error, place).trimEnd().split('\n');
  if (error instanceof RedQueryError && MENDED.has(error.code)) lines.push('The next statement connects again.');
  return lines
    .map((line, at) => {
      if (at === 0) return line.replace(/^RQ_[A-Z0-9_]+:/, (code) => palette('error', code));
      if (/^ *\^$/.test(line)) return line.replace('^', palette('error', '^'));
      return /^(hint:|The next statement)/.test(line) ? palette('dim', line) : line;
    })
    .join('\n');
}
