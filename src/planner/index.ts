/** DuckDB's optimised plan, as JSON, read into scan requests; and what EXPLAIN says of them. Touches no socket. */
export type { ScanCounters } from './explain.ts';
export { explainScan } from './explain.ts';
export { parseLosslessJson } from './lossless-json.ts';
export { predicateText } from './predicate-text.ts';
export { quickFilter } from './quick-filter.ts';
export type { ArgumentValue, ScanArguments } from './scan-arguments.ts';
export { scanKeyOf } from './scan-arguments.ts';
export type { PlanError, PlannedScan, PlanReading, ScanGroup } from './scans.ts';
export { groupScans, PLANNING_OPTIMIZERS_OFF, planErrorFrom, RUNNING_OPTIMIZERS_OFF, readPlan, scansOf } from './scans.ts';
