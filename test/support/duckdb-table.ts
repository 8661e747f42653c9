/** Runs SQL in a DuckDB whose table function `given()` hands over the rows of one batch, as a scan would. */
import type { Batch } from '../../src/arrow/index.ts';
import { CHUNK_ROWS, calls, native, openDatabase } from '../../src/engine/duckdb.ts';
import { BatchCollector } from '../../src/engine/vectors/columns-from-vectors.ts';
import { logicalTypeFrom, sqlTypeFrom } from '../../src/engine/vectors/sql-types.ts';
import { writeColumn } from '../../src/engine/vectors/vectors-from-columns.ts';
import type { SqlField } from '../../src/types/index.ts';

export interface Answer {
  readonly schema: readonly SqlField[];
  readonly batch: Batch;
}

/** Runs `sql` over `given()`, which has the fields and rows of `batch`; `chunkRows` rows a call. */
export async function answer(sql: string, fields: readonly SqlField[], batch: Batch, chunkRows = CHUNK_ROWS): Promise<Answer> {
  const database = await openDatabase({ threads: '1' });
  const connection = await calls.connect(database);
  const table = native.create_table_function();
  native.table_function_set_name(table, 'given');
  native.table_function_set_bind(table, (info) => {
    for (const field of fields) native.bind_add_result_column(info, field.name, logicalTypeFrom(field.type));
  });
  native.table_function_set_init(table, (info) => native.init_set_init_data(info, { at: 0 }));
  native.table_function_set_function(table, (info, chunk) => {
    native.data_chunk_set_size(chunk, 0);
    const state = native.function_get_init_data(info) as { at: number };
    const rowCount = Math.min(chunkRows, batch.rowCount - state.at);
    batch.columns.forEach((column, i) => {
      writeColumn(native.data_chunk_get_vector(chunk, i), column, state.at, rowCount, fields[i]?.type.id !== 'BLOB');
    });
    native.data_chunk_set_size(chunk, rowCount);
    state.at += rowCount;
  });
  native.register_table_function(connection, table);
  try {
    const result = await calls.query(connection, sql);
    const schema = Array.from({ length: native.column_count(result) }, (_, i) => ({
      name: native.column_name(result, i),
      type: sqlTypeFrom(native.column_logical_type(result, i)),
    }));
    const collector = new BatchCollector(schema.map((field) => field.type));
    for (let chunk = await calls.fetchChunk(result); chunk !== null; chunk = await calls.fetchChunk(result)) {
      if (native.data_chunk_get_size(chunk) === 0) break;
      collector.append(chunk);
    }
    return { schema, batch: collector.take() };
  } finally {
    native.disconnect_sync(connection);
  }
}
