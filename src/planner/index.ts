/** DuckDB's optimised plan, as JSON, read into scan requests; and what EXPLAIN says of them. Touches no socket. */
export type { ArgumentValue, ScanArguments } from './scan-arguments.ts';
export { scanKeyOf } from './scan-arguments.ts';
