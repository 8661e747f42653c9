/** Sessions and results: what joins planner, workers and DuckDB. */

export type { ConnectOptions, Integers, QueryOptions } from './options.ts';
export { Result, type Row } from './result.ts';
export type { ScanCounters, ScanStat, StatementStats } from './scan-stats.ts';
export { connect, Session } from './session.ts';
