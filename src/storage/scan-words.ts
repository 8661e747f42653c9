/**
 * The words that planner, workers and engine share about a scan: what is asked (ScanRequest), by which filter
 * (Predicate), how it is answered (AccessPath) and the work itself (ScanTask). All plain data that structured-clones.
 */

export type * from './words/access.ts';
export type * from './words/aggregates.ts';
export type * from './words/columns.ts';
export type * from './words/filters.ts';
export type * from './words/plans.ts';
export type * from './words/requests.ts';
