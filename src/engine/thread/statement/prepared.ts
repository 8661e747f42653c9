/** What DuckDB says of a text before it runs: its plan, its prepared form, its columns, where an error lies. */
import { PLANNING_OPTIMIZERS_OFF, planErrorFrom } from '../../../planner/plan/scans.ts';
import { classifyStatement } from '../../../sql/classify.ts';
import { quoteLiteral } from '../../../sql/quote.ts';
import { offsetFromBytes } from '../../../sql/splice.ts';
import { untagName } from '../../../sql/tag-scans.ts';
import type { SqlField } from '../../../types/index.ts';
import { type Connection, calls, native, type PreparedStatement, type Result, readText } from '../../duckdb.ts';
import { sqlTypeFrom } from '../../vectors/sql-types.ts';

/**
 * Reads the optimised plan of a statement as JSON, beginning the transaction where that has not been done; null where it
 * has none. The caller holds the instance's lock: the optimisers are a setting of all.
 */
export async function readPlan(
  connection: Connection,
  text: string,
  isInTransaction: boolean,
  restoreOptimizers: () => Promise<void>,
): Promise<string | null> {
  const begin = isInTransaction ? '' : 'BEGIN; ';
  const set = `SET disabled_optimizers = '${PLANNING_OPTIMIZERS_OFF.join(',')}'`;
  try {
    const json = await readText(
      connection,
      `${begin}${set}; SELECT json_serialize_plan(${quoteLiteral(text)}, optimize := true)`,
    );
    return json === null || planErrorFrom(json) !== null ? null : json;
  } finally {
    await restoreOptimizers();
  }
}

/** Prepares a text that is one statement to DuckDB, too. */
export function prepareOne(connection: Connection, text: string): Promise<PreparedStatement> {
  return calls.prepare(connection, text);
}

/** Tells the error of a text that turns into several statements: a PIVOT whose columns depend on the data. */
export function isSeveral(error: unknown): boolean {
  return error instanceof Error && error.message.includes('Cannot prepare multiple statements');
}

/** Prepares the last of the statements that a text turns into; the ones before it are run. */
export async function prepareLast(connection: Connection, text: string): Promise<PreparedStatement> {
  const { extracted_statements: extracted, statement_count: count } = await calls.extractStatements(connection, text);
  if (count === 0) throw new Error(native.extract_statements_error(extracted));
  const hasOwnEnd = classifyStatement(text).explain !== null && (await isTransaction(connection, extracted, count - 1));
  const last = hasOwnEnd ? count - 2 : count - 1;
  for (let index = hasOwnEnd ? 1 : 0; index < last; index++) {
    const prepared = await calls.prepareExtracted(connection, extracted, index);
    try {
      await calls.executePrepared(prepared);
    } finally {
      native.destroy_prepare_sync(prepared);
    }
  }
  return calls.prepareExtracted(connection, extracted, last);
}

/** EXPLAIN of a dynamic PIVOT comes with BEGIN and COMMIT around it; it is inside a transaction of ours. */
async function isTransaction(
  connection: Connection,
  extracted: Parameters<typeof calls.prepareExtracted>[1],
  index: number,
): Promise<boolean> {
  const prepared = await calls.prepareExtracted(connection, extracted, index);
  const type = native.prepared_statement_type(prepared);
  native.destroy_prepare_sync(prepared);
  return TRANSACTION_STATEMENTS.has(type);
}

/** StatementType.TRANSACTION of the bindings, and SET, which BEGIN and COMMIT become inside a transaction. */
const TRANSACTION_STATEMENTS: ReadonlySet<number> = new Set([10, 20]);

/**
 * Finds where an error of DuckDB's front end lies (UTF-16): the message shows the place by a caret in a cut line, whose cells
 * are not characters; the planner's answer has it in bytes (in characters where it comes from the parser). Null where that
 * knows no place.
 */
export async function errorOffsetIn(connection: Connection, text: string): Promise<number | null> {
  const { explain } = classifyStatement(text);
  const inner = explain?.inner ?? text;
  try {
    const json = await readText(connection, `SELECT json_serialize_plan(${quoteLiteral(inner)})`);
    const failure = json === null ? null : planErrorFrom(json);
    if (failure === null || failure.position === null) return null;
    const { type, position } = failure;
    const offset = type === 'parser' ? [...inner].slice(0, position).join('').length : offsetFromBytes(inner, position);
    return (explain?.innerOffset ?? 0) + offset;
  } catch {
    // It was about a better place for an error that is reported anyway.
    return null;
  }
}

/**
 * Tells whether a streamed result ended by an error. `fetch_chunk` gives nothing then, as at a good end; but a result that
 * holds an error has no return type (duckdb_result_return_type, C API).
 */
export function hasFailed(result: Result): boolean {
  return native.result_return_type(result) === INVALID_RESULT;
}

const INVALID_RESULT = 0;

/** Gives the columns of a statement's result; the tags of calls are taken out of names. */
export function fieldsOf(prepared: PreparedStatement): SqlField[] {
  return Array.from({ length: native.prepared_statement_column_count(prepared) }, (_, index) => ({
    name: untagName(native.prepared_statement_column_name(prepared, index)),
    type: sqlTypeFrom(native.prepared_statement_column_logical_type(prepared, index)),
  }));
}
