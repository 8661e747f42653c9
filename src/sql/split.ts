/** Splits a script into statements. */
import { isSymbol, type Token, tokensOf } from './lexer.ts';

export interface Statement {
  /** From the first token to the last, without the semicolon. */
  readonly text: string;
  /** Where `text` begins in the script, UTF-16. */
  readonly offset: number;
}

/** Lists the statements of `text` in order; empty ones and mere comments are dropped. @throws {RedQueryError} RQ_SYNTAX. */
export function splitStatements(text: string): Statement[] {
  const statements: Statement[] = [];
  let first: Token | undefined;
  let last: Token | undefined;
  const finish = (): void => {
    if (first !== undefined && last !== undefined)
      statements.push({ text: text.slice(first.start, last.end), offset: first.start });
    first = undefined;
  };
  for (const token of tokensOf(text)) {
    if (isSymbol(token, ';')) {
      finish();
    } else {
      first ??= token;
      last = token;
    }
  }
  finish();
  return statements;
}
