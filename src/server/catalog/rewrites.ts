/**
 * What is changed in a catalog query's text before PostgreSQL gets it: two columns that PostgreSQL 17 renamed and that older
 * clients name (psql 15's \l and \dO). All else that differs is done by overrides.ts inside the catalog.
 */
import { PgError } from '../pg-error.ts';
import { offsetOfCharacter } from './process/frontend.ts';

const RENAMED: ReadonlyMap<string, string> = new Map([
  ['daticulocale', 'datlocale'],
  ['colliculocale', 'colllocale'],
]);
/** Strings, quoted names, comments and dollar quotes are stepped over; names are looked at. */
const TOKENS =
  /'(?:[^']|'')*'|"((?:[^"]|"")*)"|--[^\n]*|\/\*[\s\S]*?\*\/|\$([A-Za-z_]\w*)?\$[\s\S]*?\$\2\$|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/g;

export interface Rewritten {
  readonly text: string;
  /** Puts an error's position (characters of `text`) back to where it is in the text as it came (UTF-16 units). */
  errorAt(error: PgError): PgError;
}

/** @param prefix goes before the text, `suffix` behind it (COPY around a query); positions count without them. */
export function rewrite(original: string, prefix = '', suffix = ''): Rewritten {
  const edits: { readonly at: number; readonly growth: number }[] = [];
  let text = original;
  if (/daticulocale|colliculocale/i.test(original)) {
    let grown = 0;
    text = original.replaceAll(TOKENS, (token, quoted: string | undefined, _tag: unknown, at: number) => {
      const name = RENAMED.get(quoted ?? token.toLowerCase());
      if (name === undefined) return token;
      const written = quoted === undefined ? name : `"${name}"`;
      grown += written.length - token.length;
      edits.push({ at: at + grown, growth: written.length - token.length });
      return written;
    });
  }
  return { text: `${prefix}${text}${suffix}`, errorAt: (error) => movedError(error, prefix, text, edits, original.length) };
}

function movedError(
  error: PgError,
  prefix: string,
  text: string,
  edits: readonly { readonly at: number; readonly growth: number }[],
  originalLength: number,
): PgError {
  const { position, ...details } = error.details;
  if (position === undefined) return error;
  const inText = offsetOfCharacter(prefix + text, position) - prefix.length;
  const growth = edits.reduce((sum, edit) => (edit.at < inText ? sum + edit.growth : sum), 0);
  const at = inText - growth;
  return new PgError(error.sqlState, error.message, {
    ...details,
    ...(at >= 0 && at <= originalLength ? { position: at } : {}),
  });
}

/** The first word of a statement, in upper case; parentheses and comments are stepped over. */
export function firstWord(text: string): string {
  return /^(?:\s|\(|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*([A-Za-z]*)/.exec(text)?.[1]?.toUpperCase() ?? '';
}

const ANSWERED = new Set(['SELECT', 'VALUES', 'TABLE', 'WITH', 'SHOW', 'EXPLAIN']);

/**
 * Lets only queries through to the catalog's process: COPY FROM, COPY … PROGRAM, DO, CALL and LISTEN break it or leave
 * something behind in the one session that all share.
 * @throws {PgError} 0A000
 */
export function requireQuery(text: string): void {
  if (ANSWERED.has(firstWord(text))) return;
  throw new PgError('0A000', 'the catalog answers queries only');
}
