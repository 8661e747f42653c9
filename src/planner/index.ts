/** DuckDB's optimised plan, as JSON, read into scan requests; and what EXPLAIN says of them. Touches no socket. */
export type { ScanCounters } from './explain/explain.ts';
export { explainScan } from './explain/explain.ts';
export { predicateText } from './explain/predicate-text.ts';
export { parseLosslessJson } from './plan/lossless-json.ts';
export type { ArgumentValue, ScanArguments } from './plan/scan-arguments.ts';
export { scanKeyOf } from './plan/scan-arguments.ts';
export type { PlanError, PlannedScan, PlanReading, ScanGroup } from './plan/scans.ts';
export { groupScans, PLANNING_OPTIMIZERS_OFF, planErrorFrom, RUNNING_OPTIMIZERS_OFF, readPlan, scansOf } from './plan/scans.ts';
export { quickFilter } from './quick-filter.ts';
