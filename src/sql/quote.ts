/** Writes names and strings as SQL text. What comes out is one token for every lexer of the project and for DuckDB. */
import { RedQueryError } from '../errors.ts';

/**
 * Gives `name` as a quoted identifier: `a"b` → `"a""b"`.
 * @throws {RedQueryError} RQ_ARGUMENT when it is empty or holds U+0000, which no DuckDB name can.
 */
export function quoteIdentifier(name: string): string {
  if (name === '' || name.includes('\0')) {
    throw new RedQueryError('RQ_ARGUMENT', `${JSON.stringify(name)} is no name; a name has at least one character and no U+0000`);
  }
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * Gives `text` as a string literal: `it's` → `'it''s'`. A backslash stands for itself.
 * @throws {RedQueryError} RQ_ARGUMENT when it holds U+0000, at which DuckDB would cut the statement.
 */
export function quoteLiteral(text: string): string {
  if (text.includes('\0')) {
    throw new RedQueryError('RQ_ARGUMENT', 'the text holds U+0000, which no SQL literal can carry');
  }
  return `'${text.replaceAll("'", "''")}'`;
}
