/**
 * Registers the table functions over Redis with a DuckDB instance: bind gives the columns, init starts the scan, main hands
 * rows over. The callbacks are synchronous and know their statement by the connection they run on. What they throw reaches DuckDB as
 * text only, so the statement keeps the error itself.
 */

import { RedQueryError } from '../../../errors.ts';
import type { ArgumentValue, ScanArguments } from '../../../planner/index.ts';
// Not through the doorway, which would load what talks to servers into the engine's thread.
import { TABLE_SOURCES } from '../../../storage/tables/sources.ts';
import type { TableSource } from '../../../storage/tables/table-source.ts';
import { type BindInfo, type Connection, DuckType, type InitInfo, native, type Value } from '../../duckdb.ts';
import { logicalTypeFrom } from '../../vectors/sql-types.ts';
import type { Statement } from '../statement/statement.ts';
import type { BoundTable } from '../statement/table-binder.ts';
import { fillChunk } from './fill-chunk.ts';
import type { ScanFeed } from './scan-feed.ts';

/** The reserved argument that ties a call to its filters. */
const TAG_ARGUMENT = '_scan';

/** Finds the statement that runs on a connection. */
export type StatementOf = (connectionId: number) => Statement;

export function registerRedisFunctions(connection: Connection, statementOf: StatementOf): void {
  for (const source of TABLE_SOURCES) registerTableFunction(connection, source, statementOf);
}

function registerTableFunction(connection: Connection, source: TableSource, statementOf: StatementOf): void {
  const table = native.create_table_function();
  native.table_function_set_name(table, source.functionName);
  for (const _ of source.positional) native.table_function_add_parameter(table, native.create_logical_type(DuckType.VARCHAR));
  for (const name of source.argumentNames) {
    native.table_function_add_named_parameter(table, name, native.create_logical_type(DuckType.ANY));
  }
  native.table_function_add_named_parameter(table, TAG_ARGUMENT, native.create_logical_type(DuckType.INTEGER));
  native.table_function_supports_projection_pushdown(table, true);
  native.table_function_set_bind(table, (info) => {
    const context = native.table_function_get_client_context(info);
    const statement = statementOf(native.client_context_get_connection_id(context));
    statement.guard(() => bind(info, statement, source));
  });
  native.table_function_set_init(table, (info) => {
    const { bound, statement } = bindDataOf(native.init_get_bind_data(info));
    statement.guard(() => init(info, statement, bound));
  });
  native.table_function_set_function(table, (info, chunk) => {
    const { statement } = bindDataOf(native.function_get_bind_data(info));
    // Only `init` above sets this function's init data.
    statement.guard(() => fillChunk(native.function_get_init_data(info) as ScanFeed, chunk));
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

function bind(info: BindInfo, statement: Statement, source: TableSource): void {
  const bound = statement.bindTable(argumentsOf(info, source));
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

function argumentsOf(info: BindInfo, { functionName, positional, argumentNames }: TableSource): ScanArguments {
  const named: Record<string, ArgumentValue> = {};
  for (const name of [...argumentNames, TAG_ARGUMENT]) {
    const value = native.bind_get_named_parameter(info, name);
    if (value !== null) named[name] = argumentFrom(value, name);
  }
  const texts = positional.map((what, index) => textFrom(native.bind_get_parameter(info, index), what, functionName));
  return { functionName, positional: texts, named };
}

/** @throws {RedQueryError} RQ_ARGUMENT where it is NULL, and where U+0000 stands in it, at which `get_varchar` cuts. */
function textFrom(value: Value, what: string, functionName: string): string {
  if (native.is_null_value(value)) {
    const example = what === 'pattern' ? `, for example ${functionName}('user:*')` : '';
    throw new RedQueryError('RQ_ARGUMENT', `the ${what} of ${functionName} is NULL; give one as text${example}`);
  }
  const text = native.get_varchar(value);
  if (!isCut(value, text)) return text;
  throw new RedQueryError(
    'RQ_ARGUMENT',
    `the ${what} of ${functionName} holds U+0000 behind ${JSON.stringify(text)}; a ${what} cannot hold it`,
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
  const typeId = native.get_type_id(native.get_value_type(value));
  if (name === 'columns' || typeId === DuckType.STRUCT) return textsFrom(value, name);
  if (typeId === DuckType.BLOB) return `0x${Buffer.from(native.get_blob(value)).toString('hex')}`;
  if (typeId === DuckType.BOOLEAN) return native.get_bool(value);
  if (typeId === DuckType.VARCHAR) return native.get_varchar(value);
  if (INTEGER_TYPES.has(typeId)) return Number(native.get_int64(value));
  // DECIMAL, DOUBLE and all else by their text; what is no number stays text, and is refused as such.
  const text = native.get_varchar(value);
  return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
}

const INTEGER_TYPES: ReadonlySet<number> = new Set([DuckType.TINYINT, DuckType.SMALLINT, DuckType.INTEGER, DuckType.BIGINT]);

/** The members of a struct in their order. */
function textsFrom(value: Value, argument: string): ReadonlyMap<string, string> {
  const type = native.get_value_type(value);
  if (native.get_type_id(type) !== DuckType.STRUCT) {
    throw new RedQueryError('RQ_ARGUMENT', "columns takes a struct of name and type, for example columns => {'age': 'BIGINT'}");
  }
  const texts = new Map<string, string>();
  for (let i = 0; i < native.struct_type_child_count(type); i++) {
    const name = native.struct_type_child_name(type, i);
    const child = native.get_struct_child(value, i);
    if (native.is_null_value(child)) {
      const what = argument === 'columns' ? "a type's name, for example 'BIGINT'" : 'a text';
      throw new RedQueryError('RQ_ARGUMENT', `${argument}: the value of "${name}" is NULL; give ${what}`);
    }
    texts.set(name, native.get_varchar(child));
  }
  return texts;
}
