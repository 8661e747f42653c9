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
  SearchAccess,
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

/** Gives the literal SCAN; none where keys come otherwise. `type`: what TYPE leaves, null for keys of any type. */
export function scanCommands(access: AccessPath, type: string | null): string[] {
  if (access.kind !== 'scan') return [];
  return [`SCAN 0 MATCH ${argumentText(access.pattern)} COUNT 1000${type === null ? '' : ` TYPE ${type}`}`];
}

/** Gives what stands for the key in a command: the one key itself, else `…`. */
export function keyText(access: AccessPath): string {
  const [only] = access.kind === 'keys' && access.keys.length === 1 ? access.keys : [];
  return only === undefined ? '…' : argumentText(only);
}

/** An argument as a shell of Redis takes it: in quotes where it is empty or holds blanks, quotes or escapes. */
export function argumentText(bytes: Uint8Array | string): string {
  const text = printableBytes(typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes);
  return text === '' || /[\s"']/.test(text) ? `"${text.replaceAll('"', '\\"')}"` : text;
}

/** A few arguments one after the other; the rest is counted. */
export function argumentTexts(items: readonly (Uint8Array | string)[]): string {
  const most = 8;
  const shown = items.slice(0, most).map(argumentText).join(' ');
  return items.length > most ? `${shown} … ${items.length - most} more` : shown;
}

/** The command by which an index gives keys. */
export function searchCommands(access: SearchAccess): string[] {
  const params = access.params.flatMap(([name, value]) => [name, value]);
  const given = params.length === 0 ? '' : ` PARAMS ${params.length} ${argumentTexts(params)}`;
  const head = `${argumentText(access.index)} ${argumentText(access.query)}`;
  const sorted =
    access.sortBy === null ? '' : ` SORTBY ${access.sortBy.attribute} ${access.sortBy.isDescending ? 'DESC' : 'ASC'}`;
  if (access.form === 'pages') return [`FT.SEARCH ${head} NOCONTENT WITHOUTCOUNT LIMIT … …${given} DIALECT 2`];
  return access.form === 'cursor'
    ? [`FT.AGGREGATE ${head} LOAD 1 @__key WITHCURSOR${given} DIALECT 2`]
    : [`FT.SEARCH ${head} NOCONTENT${sorted} LIMIT 0 ${access.limit ?? '…'}${given} DIALECT 2`];
}
