/** Finds the statement inside a command: DECLARE … FOR statement, PREPARE … AS statement. */
import { type Token, tokensOf } from '../../../sql/index.ts';
import { parseScript } from '../../dialect/parse.ts';
import { PgError, pgErrorFrom } from '../../pg-error.ts';
import type { ParsedStatement } from '../../words.ts';
import { movedBy } from '../error-position.ts';

export interface InnerStatement {
  readonly statement: ParsedStatement;
  /** Where it begins in the command's text. */
  readonly offset: number;
}

/** Gives what follows the first `word` outside parentheses. @throws {PgError} 42601 */
export function statementBehind(text: string, word: 'for' | 'as'): InnerStatement {
  const token = firstWord(tokensOf(text), word);
  if (token === undefined) throw new PgError('42601', 'syntax error at end of input', { position: text.length });
  return innerStatement(text, token.end);
}

/** Gives the statement that begins at `offset`. @throws {PgError} 42601 */
export function innerStatement(text: string, offset: number, end = text.length): InnerStatement {
  try {
    const [statement] = parseScript(text.slice(offset, end));
    if (statement === undefined) throw new PgError('42601', 'syntax error at end of input', { position: end - offset });
    return { statement, offset: offset + statement.offset };
  } catch (error) {
    throw movedBy(offset, pgErrorFrom(error));
  }
}

/** Gives the first token that is the unquoted `word` outside parentheses. */
export function firstWord(tokens: readonly Token[], word: string): Token | undefined {
  let depth = 0;
  return tokens.find(({ kind, value }) => {
    if (kind === 'symbol' && value === '(') depth += 1;
    else if (kind === 'symbol' && value === ')') depth -= 1;
    return depth === 0 && kind === 'identifier' && value === word;
  });
}
