/** Registers `spark(list)`: the numbers of a list as a line of small columns, one character each (output/sparkline.ts). */
import type { ColumnData } from '../../../arrow/index.ts';
import { valueReader } from '../../../arrow/readers/values.ts';
import { sparkline } from '../../../output/sparkline.ts';
import type { SqlType } from '../../../types/index.ts';
import { type Connection, type DataChunk, DuckType, native, type Vector } from '../../duckdb.ts';
import { BatchCollector } from '../../vectors/columns-from-vectors.ts';
import { writeColumn } from '../../vectors/vectors-from-columns.ts';
import type { Statement } from '../statement/statement.ts';
import type { StatementOf } from './redis-functions.ts';

/** What DuckDB casts its argument to. */
const NUMBERS: SqlType = { id: 'LIST', child: { id: 'DOUBLE' } };

/** Registers the function with an instance. */
export function registerSparkFunction(connection: Connection, statementOf: StatementOf): void {
  const scalar = native.create_scalar_function();
  native.scalar_function_set_name(scalar, 'spark');
  native.scalar_function_add_parameter(scalar, native.create_list_type(native.create_logical_type(DuckType.DOUBLE)));
  native.scalar_function_set_return_type(scalar, native.create_logical_type(DuckType.VARCHAR));
  native.scalar_function_set_bind(scalar, (info) => {
    const context = native.scalar_function_get_client_context(info);
    const statement = statementOf(native.client_context_get_connection_id(context));
    native.scalar_function_set_bind_data(info, { statement });
  });
  native.scalar_function_set_function(scalar, (info, input, output) => {
    // Only the bind above sets this function's bind data.
    const { statement } = native.scalar_function_get_bind_data(info) as { readonly statement: Statement };
    statement.guard(() => drawChunk(input, output));
  });
  native.register_scalar_function(connection, scalar);
}

function drawChunk(input: DataChunk, output: Vector): void {
  const collector = new BatchCollector([NUMBERS]);
  collector.append(input);
  const { rowCount, columns } = collector.take();
  const [column] = columns;
  if (column === undefined) return;
  const read = valueReader(NUMBERS, column, { integers: 'number' });
  const lines = Array.from({ length: rowCount }, (_, row) => lineOf(read(row)));
  writeColumn(output, textColumn(lines), 0, rowCount, true);
}

/** The reader gives numbers and nulls, or null for no list. */
function lineOf(value: unknown): string | null {
  return Array.isArray(value) ? sparkline(value.map((item) => (typeof item === 'number' ? item : null))) : null;
}

function textColumn(texts: readonly (string | null)[]): ColumnData {
  const parts = texts.map((text) => Buffer.from(text ?? '', 'utf8'));
  const offsets = new Int32Array(texts.length + 1);
  const validity = new Uint8Array((texts.length + 7) >> 3);
  texts.forEach((text, row) => {
    offsets[row + 1] = (offsets[row] ?? 0) + (parts[row]?.length ?? 0);
    if (text !== null) validity[row >> 3] = (validity[row >> 3] ?? 0) | (1 << (row & 7));
  });
  const values = new Uint8Array(offsets[texts.length] ?? 0);
  for (const [row, part] of parts.entries()) values.set(part, offsets[row]);
  return { layout: 'varlen', offsets: offsets.buffer, values: values.buffer, validity: validity.buffer };
}
