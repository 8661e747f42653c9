/** The last result as the table `_`: given to the session when a statement reads it, once. */
import type { Session } from '../../engine/index.ts';
import { RedQueryError } from '../../errors.ts';
import { grouped } from '../../output/index.ts';
import { isName, isSymbol, isWord, type Token } from '../../sql/index.ts';
import type { LastResult } from '../words.ts';
import type { StatementNeeds } from './needs.ts';
import type { StatementText } from './statement-text.ts';

export class LastName {
  readonly #needs: Pick<StatementNeeds, 'lastResult' | 'say' | 'palette'>;
  /** The result that each session has as its `_`. */
  #given = new WeakMap<Session, LastResult>();

  constructor(needs: Pick<StatementNeeds, 'lastResult' | 'say' | 'palette'>) {
    this.#needs = needs;
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
    const { lastResult, say, palette } = this.#needs;
    if (lastResult === null) {
      if (named === 'perhaps') return;
      throw new RedQueryError('RQ_UNKNOWN_TABLE', 'there is no last result for _ yet', {
        hint: '_ holds the rows of the last statement that gave any: run one first',
      });
    }
    if (!lastResult.isWhole) {
      const total = lastResult.totalRows === undefined ? '' : ` of ${grouped(lastResult.totalRows)}`;
      say.call(this.#needs, palette('warning', `_ holds the first ${grouped(lastResult.rowCount)}${total} rows.`));
    }
    if (this.#given.get(session) === lastResult) return;
    await session.keep('_', lastResult.schema, lastResult.batches);
    this.#given.set(session, lastResult);
  }
}

const BEFORE_A_TABLE = ['from', 'join', 'describe', 'desc', 'summarize', 'table', 'using'] as const;

/**
 * 'read': the statement reads a table `_`. 'perhaps': `_` stands behind a comma, where it is a table of a FROM or a column.
 * 'none': not named, or made by the statement itself (`WITH _ AS (…)`, `CREATE TABLE _`).
 */
export function lastNameIn(tokens: readonly Token[]): 'read' | 'perhaps' | 'none' {
  let found: 'read' | 'perhaps' | 'none' = 'none';
  for (const [at, token] of tokens.entries()) {
    if (!isName(token) || token.value !== '_') continue;
    const before = tokens[at - 1];
    const behind = tokens[at + 1];
    if (isMade(tokens, at)) return 'none';
    if (isSymbol(behind, '(') || isSymbol(before, '.')) continue;
    if (isWord(before, ...BEFORE_A_TABLE)) found = 'read';
    else if (found === 'none' && isSymbol(before, ',') && !isSymbol(behind, '.')) found = 'perhaps';
  }
  return found;
}

/** True for the name of a common table, and for what CREATE and DROP name. */
function isMade(tokens: readonly Token[], at: number): boolean {
  if (isWord(tokens[at + 1], 'as') && isSymbol(tokens[at + 2], '(')) {
    return isWord(tokens[at - 1], 'with', 'recursive') || isSymbol(tokens[at - 1], ',');
  }
  const isTable = isWord(tokens[at - 1], 'table', 'exists', 'view');
  return isTable && isWord(tokens[0], 'create', 'drop', 'alter', 'truncate');
}
