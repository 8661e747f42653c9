/** The last result as the table `_`: given to the session when a statement reads it, once. */
import type { Session } from '../../engine/index.ts';
import { RedQueryError } from '../../errors.ts';
import { grouped } from '../../output/index.ts';
import { isName, isSymbol, isWord, type Token } from '../../sql/index.ts';
import type { LastResult } from '../words.ts';
import type { StatementNeeds } from './needs.ts';
import type { StatementText } from './statement-text.ts';

export class LastName {
  readonly #needs: Pick<StatementNeeds, 'lastResult' | 'palette'>;
  readonly #warn: (text: string) => void;
  /** The result that each session has as its `_`. */
  #given = new WeakMap<Session, LastResult>();

  constructor(needs: Pick<StatementNeeds, 'lastResult' | 'palette'>, warn: (text: string) => void) {
    this.#needs = needs;
    this.#warn = warn;
  }

  /** Gives the rows anew when `_` is read next. */
  forget(): void {
    this.#given = new WeakMap();
  }

  /**
   * Makes the table where the statement reads it.
   * @throws {RedQueryError} RQ_UNKNOWN_TABLE where there is no last result.
   */
  async give({ tokens }: StatementText, session: Session): Promise<void> {
    const named = lastNameIn(tokens);
    if (named === 'none') return;
    const { lastResult, palette } = this.#needs;
    if (lastResult === null) {
      if (named === 'perhaps') return;
      throw new RedQueryError('RQ_UNKNOWN_TABLE', 'there is no last result for _ yet', {
        hint: '_ holds the rows of the last statement that gave any: run one first',
      });
    }
    if (!lastResult.isWhole) {
      const total = lastResult.totalRows === undefined ? '' : ` of ${grouped(lastResult.totalRows)}`;
      this.#warn(palette('warning', `_ holds the first ${grouped(lastResult.rowCount)}${total} rows.`));
    }
    if (this.#given.get(session) === lastResult) return;
    await session.keep('_', lastResult.schema, lastResult.batches);
    this.#given.set(session, lastResult);
  }
}

/** Words that a table stands behind, and nothing else that could be called `_`. */
const BEFORE_A_TABLE = [
  ...['from', 'join', 'describe', 'desc', 'show', 'summarize', 'table', 'using', 'into', 'copy', 'update'],
  ...['pivot', 'pivot_wider', 'unpivot', 'pivot_longer'],
] as const;
/** Functions that read the table whose name they are given. */
const BY_NAME = ['query_table', 'table_info', 'pragma_table_info', 'storage_info', 'pragma_storage_info'] as const;

/**
 * 'read': the statement reads a table `_`. 'perhaps': it may, or `_` is a column or an alias in it: to give the rows in vain
 * costs little, to leave old ones standing gives wrong rows. 'none': not named, or made by the statement itself
 * (`WITH _ AS (…)`, `CREATE TABLE _`).
 */
export function lastNameIn(tokens: readonly Token[]): 'read' | 'perhaps' | 'none' {
  let found: 'read' | 'perhaps' | 'none' = 'none';
  for (const [at, token] of tokens.entries()) {
    if (token.value === "'_'" && isGivenByName(tokens, at)) found = 'read';
    if (!isName(token) || token.value !== '_') continue;
    if (isMade(tokens, at)) return 'none';
    if (isWord(tokens[at - 1], ...BEFORE_A_TABLE)) found = 'read';
    else if (found === 'none' && !isOther(tokens, at)) found = 'perhaps';
  }
  return found;
}

/** True for what is no table by the signs beside it: a function, a column of another table, an alias, a parameter. */
function isOther(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1];
  if (isSymbol(before, '.')) return !isWord(tokens[at - 2], 'main');
  return isSymbol(tokens[at + 1], '(', '.', '->') || isSymbol(before, ')') || isWord(before, 'as', 'lambda');
}

/** True for `query_table('_')` and `query_table(['t', '_'])`. */
function isGivenByName(tokens: readonly Token[], at: number): boolean {
  const open = tokens.findLastIndex((token, place) => place < at && isSymbol(token, '('));
  return isWord(tokens[open - 1], ...BY_NAME);
}

/** True for the name of a common table, and for what CREATE and DROP name. */
function isMade(tokens: readonly Token[], at: number): boolean {
  if (isWord(tokens[at + 1], 'as') && isSymbol(tokens[at + 2], '(')) {
    return isWord(tokens[at - 1], 'with', 'recursive') || isSymbol(tokens[at - 1], ',');
  }
  const isTable = isWord(tokens[at - 1], 'table', 'exists', 'view');
  return isTable && isWord(tokens[0], 'create', 'drop', 'alter', 'truncate');
}
