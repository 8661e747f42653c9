/** What a person reads when something failed: the code, the line with a caret, what to do next; in colours, within the window. */
import { RedQueryError } from '../../../errors.ts';
import { errorText, type Palette, type Place } from '../../../output/index.ts';
import type { StatementNeeds } from '../needs.ts';
import { withHint } from './what-was-meant.ts';

/** Errors after which nothing is to be done by hand: the next statement finds its own way to the server. */
const MENDED = new Set(['RQ_REDIS_LOST', 'RQ_REDIS_UNREACHABLE', 'RQ_REDIS_TIMEOUT', 'RQ_CLOSED']);

export interface FailureOptions {
  readonly palette: Palette;
  /** Width of the window that it is for; null: none, then no line is broken. */
  readonly columns: number | null;
}

/** Width to which lines for the person are broken; null where they go to no window. */
export function proseColumns({ err, size }: Pick<StatementNeeds, 'err' | 'size'>): number | null {
  return err.isTTY === true ? size.columns : null;
}

/** Gives the lines of an error, without the last line break. `place` is null where it is no statement's. */
export function failureText(error: unknown, place: Place | null, { palette, columns }: FailureOptions): string {
  const meant = place === null ? error : withHint(error, place.script.slice(place.offset, place.end));
  const lines = errorText(meant, place, columns).trimEnd().split('\n');
  const isMended = place !== null && error instanceof RedQueryError && MENDED.has(error.code);
  if (isMended) lines.push('The next statement connects again.');
  const hintAt = lines.findIndex((line, at) => at > 0 && /^(hint:|The next statement)/.test(line));
  return lines
    .map((line, at) => {
      if (at === 0) return line.replace(/^RQ_[A-Z0-9_]+:/, (code) => palette('error', code));
      if (/^ *\^$/.test(line)) return line.replace('^', palette('error', '^'));
      return hintAt >= 0 && at >= hintAt ? palette('dim', line) : line;
    })
    .join('\n');
}
