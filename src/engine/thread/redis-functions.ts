/**
 * Registers `redis_hash` with a DuckDB instance: bind gives the columns, init starts the scan, main hands rows over. The
 * callbacks are synchronous and know their statement by the connection they run on. What they throw reaches DuckDB as
 * text only, so the statement keeps the error itself.
 */

import { RedQueryError } from '../../errors.ts';
import type { ArgumentValue, ScanArguments } from '../../planner/index.ts';
import {
  type BindInfo,
  type Connection,
  type DataChunk,
  DuckType,
  type FunctionInfo,
  type InitInfo,
  native,
  type Value,
} from '../duckdb.ts';
import { logicalTypeFrom } from '../vectors/sql-types.ts';
import { writeColumn } from '../vectors/vectors-from-columns.ts';
import type { ScanFeed } from './scan-feed.ts';
import type { Statement } from './statement.ts';
import type { BoundTable } from './table-binder.ts';

/** Named arguments of every table function over Redis, of any type: storage says what is valid. `_scan` is the tag that ties a call to its filters. */
const NAMED_ARGUMENTS: Readonly<Record<string, number>> = {
  columns: DuckType.ANY,
  sample_size: DuckType.ANY,
  all_varchar: DuckType.ANY,
  on_error: DuckType.ANY,
  batch_size: DuckType.ANY,
  server: DuckType.ANY,
  _scan: DuckType.INTEGER,
};

/** Finds the statement that runs on a connection. */
export type StatementOf = (connectionId: number) => Statement;

export function registerRedisFunctions(connection: Connection, statementOf: StatementOf): void {
  const functionName = 'redis_hash';
  const table = native.create_table_function();
  native.table_function_set_name(table, functionName);
  native.table_function_add_parameter(table, native.create_logical_type(DuckType.VARCHAR));
  for (const [name, typeId] of Object.entries(NAMED_ARGUMENTS)) {
    native.table_function_add_named_parameter(table, name, native.create_logical_type(typeId));
  }
  native.table_function_supports_projection_pushdown(table, true);
  native.table_function_set_bind(table, (info) => {
    const context = native.table_function_get_client_context(info);
    const statement = statementOf(native.client_context_get_connection_id(context));
    statement.guard(() => bind(info, statement, functionName));
  });
  native.table_function_set_init(table, (info) => {
    const { bound, statement } = bindDataOf(native.init_get_bind_data(info));
    statement.guard(() => init(info, statement, bound));
  });
  native.table_function_set_function(table, (info, chunk) => {
    const { statement } = bindDataOf(native.function_get_bind_data(info));
    statement.guard(() => main(info, chunk));
  });
  native.register_table_function(connection, table);
}

interface BindData {
  readonly statement: Statement;
  readonly bound: BoundTable;
}

function bindDataOf(data: object | undefined): BindData {
  // Only `bind` below sets this function's bind data.
  return data as BindData;
}

function bind(info: BindInfo, statement: Statement, functionName: string): void {
  const bound = statement.bindTable(argumentsOf(info, functionName));
  for (const column of bound.columns) native.bind_add_result_column(info, column.name, logicalTypeFrom(column.type));
  native.bind_set_cardinality(info, bound.expectedRows, false);
  const data: BindData = { statement, bound };
  native.bind_set_bind_data(info, data);
}

function init(info: InitInfo, statement: Statement, bound: BoundTable): void {
  const projection = Array.from({ length: native.init_get_column_count(info) }, (_, i) =>
    Number(native.init_get_column_index(info, i)),
  );
  native.init_set_max_threads(info, 1);
  native.init_set_init_data(info, statement.startScan(bound, projection));
}

function main(info: FunctionInfo, chunk: DataChunk): void {
  // A chunk whose callback throws must read as empty: an unset size is not checked by DuckDB.
  native.data_chunk_set_size(chunk, 0);
  // Only `init` above sets this function's init data.
  const feed = native.function_get_init_data(info) as ScanFeed;
  const slice = feed.nextSlice();
  if (slice === null) return;
  const { columns } = slice.batch;
  feed.plan.request.projection.forEach((position, index) => {
    const column = columns[index];
    const type = feed.plan.request.columns[position]?.type;
    if (column === undefined || type === undefined)
      throw new RedQueryError('RQ_INTERNAL', 'a batch came without a column that was asked for');
    writeColumn(native.data_chunk_get_vector(chunk, index), column, slice.start, slice.rowCount, type.id !== 'BLOB');
  });
  native.data_chunk_set_size(chunk, slice.rowCount);
}

function argumentsOf(info: BindInfo, functionName: string): ScanArguments {
  const pattern = native.bind_get_parameter(info, 0);
  if (native.is_null_value(pattern)) {
    throw new RedQueryError(
      'RQ_ARGUMENT',
      `the pattern of ${functionName} is NULL; give one as text, for example ${functionName}('user:*')`,
    );
  }
  const named: Record<string, ArgumentValue> = {};
  for (const name of Object.keys(NAMED_ARGUMENTS)) {
    const value = native.bind_get_named_parameter(info, name);
    if (value !== null) named[name] = argumentFrom(value, name);
  }
  return { functionName, positional: [patternFrom(pattern, functionName)], named };
}

/** @throws {RedQueryError} RQ_ARGUMENT where U+0000 stands in it, at which `get_varchar` cuts. */
function patternFrom(value: Value, functionName: string): string {
  const text = native.get_varchar(value);
  if (!isCut(value, text)) return text;
  throw new RedQueryError(
    'RQ_ARGUMENT',
    `the pattern of ${functionName} holds U+0000 behind ${JSON.stringify(text)}; a pattern cannot hold it`,
  );
}

/**
 * Tells whether a text went on behind U+0000. Only as a BLOB does the binding give all of it; what cannot be cast to one
 * (beyond ASCII, odd backslashes) stands whole in the message of the error.
 */
function isCut(value: Value, text: string): boolean {
  try {
    return native.get_blob(value).length > Buffer.byteLength(text.replaceAll(/\\x[0-9a-f]{2}/gi, '.'));
  } catch (error) {
    return error instanceof Error && /\0|(?<!\\)(?:\\\\)*\\u0000/.test(error.message);
  }
}

function argumentFrom(value: Value, name: string): ArgumentValue {
  if (native.is_null_value(value)) return null;
  if (name === 'columns') return textsFrom(value);
  const typeId = native.get_type_id(native.get_value_type(value));
  if (typeId === DuckType.BOOLEAN) return native.get_bool(value);
  if (typeId === DuckType.VARCHAR) return native.get_varchar(value);
  if (INTEGER_TYPES.has(typeId)) return Number(native.get_int64(value));
  // DECIMAL, DOUBLE and all else by their text; what is no number stays text, and is refused as such.
  const text = native.get_varchar(value);
  return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
}

const INTEGER_TYPES: ReadonlySet<number> = new Set([DuckType.TINYINT, DuckType.SMALLINT, DuckType.INTEGER, DuckType.BIGINT]);

/** The members of a struct in their order. */
function textsFrom(value: Value): ReadonlyMap<string, string> {
  const type = native.get_value_type(value);
  if (native.get_type_id(type) !== DuckType.STRUCT) {
    throw new RedQueryError('RQ_ARGUMENT', "columns takes a struct of name and type, for example columns => {'age': 'BIGINT'}");
  }
  const texts = new Map<string, string>();
  for (let i = 0; i < native.struct_type_child_count(type); i++) {
    const name = native.struct_type_child_name(type, i);
    const child = native.get_struct_child(value, i);
    if (native.is_null_value(child)) {
      throw new RedQueryError('RQ_ARGUMENT', `columns: the type of "${name}" is NULL; give a type's name, for example 'BIGINT'`);
    }
    texts.set(name, native.get_varchar(child));
  }
  return texts;
}
