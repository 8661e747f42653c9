/**
 * redquery: SQL over live Redis.
 *
 *     const session = await connect('redis://127.0.0.1:6379');
 *     for await (const row of session.query("SELECT city, avg(age) FROM redis_hash('user:*') GROUP BY city")) …
 */
export type { Batch, ColumnData } from './arrow/index.ts';
export {
  type ConnectOptions,
  connect,
  type DescribedColumn,
  type Integers,
  type QueryOptions,
  type Result,
  type Row,
  type ScanCounters,
  type ScanStat,
  type Session,
  type StatementStats,
} from './engine/index.ts';
export { type ErrorCode, type ErrorKind, RedQueryError } from './errors.ts';
export { type Parameters, type SqlFragment, splitStatements, sql, type TypedValue, typed } from './sql/index.ts';
export type { ServerOptions, ServerTlsOptions } from './storage/index.ts';
export { type SqlField, type SqlType, typeName } from './types/index.ts';
