/** The prepared statements of a session, by name, and how many a session may keep. */
import { PgError } from '../../pg-error.ts';
import type { PreparedStatement } from '../session-plan.ts';

/** More than any pool or driver keeps; each holds a tree and a description. */
export const MOST_STATEMENTS = 10_000;
/** UTF-16 code units; a tree takes many times as much. */
export const MOST_STATEMENT_TEXT = 16 * 2 ** 20;

export class PreparedTable {
  readonly #statements = new Map<string, PreparedStatement>();
  #textLength = 0;

  get(name: string): PreparedStatement | undefined {
    return this.#statements.get(name);
  }

  has(name: string): boolean {
    return this.#statements.has(name);
  }

  /** Keeps a statement instead of the one of its name. @throws {PgError} 53200 the session has too many of them */
  set(name: string, statement: PreparedStatement): void {
    this.delete(name);
    const isFull = this.#statements.size >= MOST_STATEMENTS || this.#textLength + statement.text.length > MOST_STATEMENT_TEXT;
    // The unnamed one is always taken: the next takes its place.
    if (isFull && name !== '') {
      throw new PgError('53200', 'out of memory for prepared statements', {
        detail: `A session may keep ${MOST_STATEMENTS} statements, of ${MOST_STATEMENT_TEXT / 2 ** 20} million characters together.`,
        hint: 'DEALLOCATE those that are no longer used.',
      });
    }
    this.#statements.set(name, statement);
    this.#textLength += statement.text.length;
  }

  delete(name: string): void {
    this.#textLength -= this.#statements.get(name)?.text.length ?? 0;
    this.#statements.delete(name);
  }

  clear(): void {
    this.#statements.clear();
    this.#textLength = 0;
  }
}
