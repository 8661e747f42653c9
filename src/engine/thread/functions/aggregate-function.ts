/**
 * Registers `redis_agg(id)`, which stands in a rewritten statement where a grouped block stood that Redis answers: its
 * columns are the block's groups and aggregates. Nobody else may call it.
 */
import type { Batch } from '../../../arrow/index.ts';
import { RedQueryError } from '../../../errors.ts';
import type { SqlField } from '../../../types/index.ts';
import { CHUNK_ROWS, type Connection, DuckType, native } from '../../duckdb.ts';
import { logicalTypeFrom } from '../../vectors/sql-types.ts';
import type { Statement } from '../statement/statement.ts';
import { fillChunk } from './fill-chunk.ts';
import type { StatementOf } from './redis-functions.ts';
import type { RowFeed, Slice } from './scan-feed.ts';

interface BindData {
  readonly statement: Statement;
  readonly id: number;
  readonly fields: readonly SqlField[];
}

interface InitData {
  readonly statement: Statement;
  readonly feed: RowFeed;
}

/** Registers the function with an instance. */
export function registerAggregateFunction(connection: Connection, statementOf: StatementOf): void {
  const table = native.create_table_function();
  native.table_function_set_name(table, 'redis_agg');
  native.table_function_add_parameter(table, native.create_logical_type(DuckType.BIGINT));
  native.table_function_supports_projection_pushdown(table, true);
  native.table_function_set_bind(table, (info) => {
    const context = native.table_function_get_client_context(info);
    const statement = statementOf(native.client_context_get_connection_id(context));
    statement.guard(() => {
      const id = Number(native.get_int64(native.bind_get_parameter(info, 0)));
      const fields = statement.aggregateFields(id);
      if (fields === null) throw new RedQueryError('RQ_UNKNOWN_FUNCTION', 'redis_agg is not a function that can be called');
      for (const { name, type } of fields) native.bind_add_result_column(info, name, logicalTypeFrom(type));
      // The number tells the operators of several blocks apart.
      if (statement.isStructured) native.bind_set_cardinality(info, id, false);
      const data: BindData = { statement, id, fields };
      native.bind_set_bind_data(info, data);
    });
  });
  native.table_function_set_init(table, (info) => {
    // Only the bind above sets this function's bind data.
    const { statement, id, fields } = native.init_get_bind_data(info) as BindData;
    statement.guard(() => {
      const projection = Array.from({ length: native.init_get_column_count(info) }, (_, i) =>
        Number(native.init_get_column_index(info, i)),
      );
      native.init_set_max_threads(info, 1);
      const data: InitData = { statement, feed: new ProjectedFeed(statement.startAggregate(id), fields, projection) };
      native.init_set_init_data(info, data);
    });
  });
  native.table_function_set_function(table, (info, chunk) => {
    // Only the init above sets this function's init data.
    const { statement, feed } = native.function_get_init_data(info) as InitData;
    statement.guard(() => fillChunk(feed, chunk));
  });
  native.register_table_function(connection, table);
}

/** The rows of one batch that is there already. */
export class BatchFeed implements RowFeed {
  readonly isText: readonly boolean[];
  readonly #batch: Batch;
  #position = 0;

  constructor(batch: Batch, fields: readonly SqlField[]) {
    this.#batch = batch;
    this.isText = fields.map(({ type }) => type.id !== 'BLOB');
  }

  nextSlice(): Slice | null {
    const start = this.#position;
    const rowCount = Math.min(CHUNK_ROWS, this.#batch.rowCount - start);
    this.#position += rowCount;
    return rowCount <= 0 ? null : { batch: this.#batch, start, rowCount };
  }
}

/** Some columns of another feed. */
class ProjectedFeed implements RowFeed {
  readonly isText: readonly boolean[];
  readonly #inner: RowFeed;
  readonly #projection: readonly number[];

  constructor(inner: RowFeed, fields: readonly SqlField[], projection: readonly number[]) {
    this.#inner = inner;
    this.#projection = projection;
    this.isText = projection.map((position) => fields[position]?.type.id !== 'BLOB');
  }

  nextSlice(): Slice | null {
    const slice = this.#inner.nextSlice();
    if (slice === null) return null;
    const columns = this.#projection.flatMap((position) => slice.batch.columns[position] ?? []);
    return { ...slice, batch: { rowCount: slice.batch.rowCount, columns } };
  }
}
