/** Puts a plan together out of what a source has found: its task, the texts for EXPLAIN, the budget. */
import { printableBytes } from '../keys/printable.ts';
import type { ScanSettings } from '../scan-settings.ts';
import type {
  AccessPath,
  ConjunctNote,
  ElementRange,
  FilterAnswer,
  ScanBudget,
  ScanPlan,
  ScanRequest,
  ScanTask,
  TableColumn,
} from '../scan-words.ts';

/** What a source decided about a request. */
export interface PlanParts {
  readonly access: AccessPath;
  readonly filterAnswer: FilterAnswer;
  readonly conjuncts: readonly ConjunctNote[];
  readonly commands: readonly string[];
  readonly range?: ElementRange | null;
  /** Instead of `range`: that share no row, each a task of its own. */
  readonly ranges?: readonly ElementRange[];
  readonly rowsPerKey?: number | null;
  /** Rows that end the scan; the request's own where it is left out and the whole filter is exact. */
  readonly rowLimit?: number | null;
  readonly options?: ScanRequest['options'];
  readonly remarks?: readonly string[];
  readonly advice?: ScanPlan['advice'];
  readonly estimatedRows?: number | null;
}

const SHOWN_KEYS = 3;

/** Gives the plan: one task, or one a range. */
export function scanPlanOf(request: ScanRequest, parts: PlanParts): ScanPlan {
  const { access, filterAnswer, conjuncts, commands } = parts;
  return {
    request,
    access,
    accessText: accessTextOf(access),
    filterAnswer,
    tasks: rangesOf(parts).map((range) => scanTaskOf(request, parts, range)),
    conjuncts,
    commands: access.kind === 'empty' ? [] : commands,
    remarks: parts.remarks ?? [],
    advice: parts.advice ?? null,
    estimatedRows: parts.estimatedRows ?? null,
  };
}

function rangesOf({ range = null, ranges = [] }: PlanParts): readonly (ElementRange | null)[] {
  return ranges.length > 0 ? ranges : [range];
}

function scanTaskOf(request: ScanRequest, parts: PlanParts, range: ElementRange | null): ScanTask {
  return {
    source: request.source,
    server: request.server,
    access: parts.access,
    template: request.template,
    options: parts.options ?? request.options,
    columns: projectedColumns(request),
    checkedColumns: request.onError === 'skip' ? checkedColumnsOf(request) : [],
    onError: request.onError,
    batchRows: request.batchRows,
    rowLimit: parts.rowLimit === undefined ? rowLimitOf(request, parts.filterAnswer) : parts.rowLimit,
    range,
    rowsPerKey: parts.rowsPerKey ?? null,
    budget: budgetOf(request.settings),
  };
}

/** Gives the columns of each batch. */
export function projectedColumns({ columns, projection }: ScanRequest): TableColumn[] {
  return projection.flatMap((position) => columns[position] ?? []);
}

/** A LIMIT stops the scan only where each row that comes passes the whole filter. */
export function rowLimitOf({ rowLimit, filter, settings }: ScanRequest, filterAnswer: FilterAnswer): number | null {
  return settings.pushdownLimits && (filter === null || filterAnswer === 'exact') ? rowLimit : null;
}

/** What on_error => 'skip' checks besides what is read. A BLOB takes every value, so there is nothing to check. */
export function checkedColumnsOf({ columns, projection }: ScanRequest): TableColumn[] {
  const projected = new Set(projection);
  return columns.filter((column, position) => !projected.has(position) && canBeWrong(column));
}

/** Values that a user wrote; what the server itself says is always right. */
function canBeWrong({ role, part, type }: TableColumn): boolean {
  // A capture that is read as text has a form for every byte, as keys have.
  if (role === 'capture') return type.id !== 'VARCHAR' && type.id !== 'BLOB';
  return (role === 'field' || part === 'value' || part === 'member' || part === 'element') && type.id !== 'BLOB';
}

/** Gives what a scan may cost. */
export function budgetOf({ maxScanKeys, maxScanBytes, scanRate }: ScanSettings): ScanBudget {
  return { maxKeys: maxScanKeys, maxBytes: maxScanBytes, keysPerSecond: scanRate };
}

/** Gives the pattern or the keys in a printable form. */
export function accessTextOf(access: AccessPath): string {
  switch (access.kind) {
    case 'empty':
      return 'nothing';
    case 'scan':
      return printableBytes(access.pattern);
    case 'keys': {
      const shown = access.keys.slice(0, SHOWN_KEYS).map(printableBytes).join(', ');
      const more = access.keys.length - SHOWN_KEYS;
      return more > 0 ? `${shown} and ${more} more` : shown;
    }
    case 'search':
    case 'query':
      return `${access.index} ${access.query}`;
    case 'series':
      return access.filters.join(' ');
    case 'command':
      return '';
    default:
      return access satisfies never;
  }
}
