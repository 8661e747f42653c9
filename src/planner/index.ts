/** DuckDB's optimised plan, as JSON, read into scan requests; and what EXPLAIN says of them. Touches no socket. */

export type { AggregateBlock, AggregateRefusal } from './aggregates/blocks.ts';
export { type AggregateRewrite, rewriteAggregates } from './aggregates/rewrite.ts';
export type { SessionObjects, SessionView } from './aggregates/view-bodies.ts';
export type { ScanCounters } from './explain/explain.ts';
export { explainAggregate, explainScan } from './explain/explain.ts';
export { predicateText, topNText } from './explain/predicate-text.ts';
export type { ReadingOptions } from './expressions/predicate.ts';
export type { CallsInPlan, SearchCalls } from './plan/calls-in-plan.ts';
export { parseLosslessJson } from './plan/lossless-json.ts';
export { aggregateBlocksOf, type PlanReading, readPlan } from './plan/read-plan.ts';
export type { ArgumentValue, ScanArguments } from './plan/scan-arguments.ts';
export { scanKeyOf } from './plan/scan-arguments.ts';
export type { PlanError, PlannedScan, ScanGroup } from './plan/scans.ts';
export { groupScans, PLANNING_OPTIMIZERS_OFF, planErrorFrom, RUNNING_OPTIMIZERS_OFF, scansOf } from './plan/scans.ts';
export { quickFilter } from './quick-filter.ts';
