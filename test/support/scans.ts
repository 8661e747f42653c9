/** Requests, tasks and plans of scans with all that a test does not care about. */
import {
  type BoundCall,
  DEFAULT_SCAN_SETTINGS,
  type InferredSchema,
  type NamedArguments,
  type ScanPlan,
  type ScanRequest,
  type ScanTask,
  sourceNamed,
  type TableSource,
} from '../../src/storage/index.ts';

export function scanRequest(given: Pick<ScanRequest, 'columns'> & Partial<ScanRequest>): ScanRequest {
  return {
    source: 'hash',
    server: 'default',
    pattern: 'user:*',
    template: null,
    options: {},
    index: 'auto',
    accessChoice: 'auto',
    projection: [],
    filter: null,
    rowLimit: null,
    topN: null,
    onError: 'error',
    batchRows: 8192,
    settings: DEFAULT_SCAN_SETTINGS,
    ...given,
  };
}

export function scanTask(given: Pick<ScanTask, 'access' | 'columns'> & Partial<ScanTask>): ScanTask {
  return {
    source: 'hash',
    server: 'default',
    template: null,
    options: {},
    checkedColumns: [],
    onError: 'error',
    batchRows: 8192,
    rowLimit: null,
    range: null,
    rowsPerKey: null,
    budget: { maxKeys: null, maxBytes: null, keysPerSecond: null },
    ...given,
  };
}

export function scanPlan(given: Pick<ScanPlan, 'request' | 'access'> & Partial<ScanPlan>): ScanPlan {
  return {
    accessText: '',
    filterAnswer: 'unsupported',
    tasks: [],
    conjuncts: [],
    commands: [],
    remarks: [],
    advice: null,
    estimatedRows: null,
    ...given,
  };
}

/** Gives the source of that name; it must be registered. */
export function source(name: ScanRequest['source']): TableSource {
  const found = sourceNamed(name);
  if (found === undefined) throw new Error(`no source ${name}`);
  return found;
}

/** Binds a call of `redis_NAME(positional…)`. */
export function bindCall(
  name: ScanRequest['source'],
  positional: readonly string[],
  named: NamedArguments = {},
  inferred: InferredSchema | null = null,
  mentions: readonly string[] = [],
): BoundCall {
  return source(name).bind({ positional, named, inferred, mentions: new Set(mentions) });
}
