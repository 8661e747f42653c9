/** The transaction around a statement's planning and running, so that now() is one value for both. */
import { type Connection, execute } from '../../duckdb.ts';

export class Transaction {
  /** True also where BEGIN is part of what is under way. */
  isOpen = false;

  async begin(connection: Connection): Promise<void> {
    if (this.isOpen) return;
    await execute(connection, 'BEGIN');
    this.isOpen = true;
  }

  /** Undoes what was begun: a failed bind may have left the transaction unusable. Nothing was done in it. */
  async restart(connection: Connection): Promise<void> {
    if (this.isOpen) await execute(connection, 'ROLLBACK');
    this.isOpen = false;
  }

  /**
   * Commits what is complete and rolls all else back; true where the connection may serve another statement.
   * A failed COMMIT throws what DuckDB says.
   */
  async finish(connection: Connection, isComplete: boolean): Promise<boolean> {
    if (!this.isOpen) return true;
    if (isComplete) {
      await execute(connection, 'COMMIT');
      return true;
    }
    return execute(connection, 'ROLLBACK').then(
      () => true,
      () => false,
    );
  }
}
