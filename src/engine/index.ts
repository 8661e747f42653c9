/** Sessions and results: what joins planner, workers and DuckDB. */

export type { DescribedColumn } from './protocol.ts';
export type { ExplainedPlan, ExplainedScan, ExplainOptions, PlanNode } from './session/explained-plan.ts';
export type { SessionGuard } from './session/guard.ts';
export type { ConnectOptions, Integers, QueryOptions } from './session/options.ts';
export { Result, type Row } from './session/result.ts';
export type { ScanCounters, ScanStat, StatementStats } from './session/scan-stats.ts';
export { connect, openGuardedSession, Session } from './session/session.ts';
