/** Redis as tables: connections, sources, inference, and the words planner and workers share about a scan. */
export type {
  AccessPath,
  ColumnRole,
  Constant,
  FilterAnswer,
  OnError,
  Predicate,
  ScanPlan,
  ScanRequest,
  ScanTask,
  TableColumn,
  TableSource,
} from './scan-words.ts';
export type { Endpoint, TlsOptions } from './endpoint.ts';
