/**
 * Why a result that had begun to stream failed. DuckDB's C API ends such a result without a word; running the statement
 * once more, without its rows, does give the error.
 */
import { RedQueryError } from '../../../errors.ts';
import { type Connection, execute } from '../../duckdb.ts';

/** Gives what the statement fails with when it runs again. */
export async function lateErrorOf(connection: Connection, text: string): Promise<unknown> {
  try {
    await execute(connection, `EXPLAIN ANALYZE ${text}`);
    return lateErrorUnknown();
  } catch (error) {
    return error;
  }
}

/** For a statement that must not run again, or that does not fail again. */
export function lateErrorUnknown(): RedQueryError {
  return new RedQueryError('RQ_DATA', 'the statement failed while its rows were read, and DuckDB does not say why');
}
