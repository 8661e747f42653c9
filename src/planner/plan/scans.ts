/**
 * Finds the scans in DuckDB's optimised plan and what may be asked of each: its columns, the filters that touch it, a
 * limit or the first rows of an order. Scans with equal arguments form a group, for a running scan is tied to the plan by its arguments alone.
 */
import type { Predicate, TopN } from '../../storage/index.ts';
import { argumentFrom } from '../expressions/constant.ts';
import { type ColumnMap, combine, conjunctionOf, type ReadingOptions } from '../expressions/predicate.ts';
import { MOST_PLAN_CHARACTERS } from './limits.ts';
import { parseLosslessJson } from './lossless-json.ts';
import { indexAt, isObject, type JsonObject, listAt, nodeType, objectAt, onlyChild, textAt } from './plan-nodes.ts';
import { ALL_ROWS, topNOf, type Wanted, wantedBelow } from './row-limits.ts';
import { type ArgumentValue, type ScanArguments, scanKeyOf } from './scan-arguments.ts';

/** Optimisers to switch off while planning: each makes some statements fail in json_serialize_plan or hides a filter. */
export const PLANNING_OPTIMIZERS_OFF = [
  'in_clause',
  'column_lifetime',
  'late_materialization',
  'common_aggregate',
  'window_self_join',
] as const;

/** Optimisers to keep off while running: window_self_join would scan Redis twice and join two states of it. */
export const RUNNING_OPTIMIZERS_OFF = ['window_self_join'] as const;

/** DuckDB writes `error` first. */
const HOLDS_PLAN = /^\{"error":false,/;

/** One table reference of the optimised plan. */
export interface PlannedScan {
  readonly args: ScanArguments;
  /** `scanKeyOf(args)`. */
  readonly key: string;
  /** Positions among the bind's columns that the plan reads, in its order; structs by their top column. */
  readonly columnIndexes: readonly number[];
  /** The filters that stand right above the scan; null where there is none. */
  readonly filter: Predicate | null;
  /**
   * Rows that pass the filter and are enough, where only projections and filters stand between a constant LIMIT and the scan;
   * else null. Who stops at so many rows must know that the filter is answered exactly.
   */
  readonly rowLimit: number | null;
  /** The first rows of an order, under the same conditions; never together with `rowLimit`. */
  readonly topN: TopN | null;
}

/** What all scans of one key share. */
export interface ScanGroup {
  /** The OR of the filters; null where one scan has none. */
  readonly filter: Predicate | null;
  /** These two are set only where the group is one scan. */
  readonly rowLimit: number | null;
  readonly topN: TopN | null;
  readonly gets: number;
}

/** An error that DuckDB reports instead of a plan. */
export interface PlanError {
  /** 'binder', 'parser', 'catalog', 'not implemented', 'internal', … */
  readonly type: string;
  readonly message: string;
  /** Byte offset into the UTF-8 form of the planned text; `offsetFromBytes` of sql/ converts it. */
  readonly position: number | null;
}

/** Gives the error in the answer of json_serialize_plan; null where it holds a plan, which is not parsed for that. */
export function planErrorFrom(planJson: string): PlanError | null {
  if (HOLDS_PLAN.test(planJson)) return null;
  const answer = parseLosslessJson(planJson);
  if (!isObject(answer) || answer['error'] !== true) return null;
  const position = textAt(answer, 'position');
  return {
    type: textAt(answer, 'error_type'),
    message: textAt(answer, 'error_message'),
    position: /^[0-9]+$/.test(position) ? Number(position) : null,
  };
}

/**
 * Lists the `redis_*` scans of the answer of json_serialize_plan(…, optimize := true) in plan order. An answer without a
 * plan, one that is cut off, or one too long to read has none: then nothing is pushed. Scans whose arguments have no plain
 * form are left out.
 */
export function scansOf(planJson: string, options: ReadingOptions = {}): PlannedScan[] {
  if (planJson.length > MOST_PLAN_CHARACTERS) return [];
  return scansInPlans(parseLosslessJson(planJson), options);
}

/** Lists the scans of a parsed answer, as `scansOf`. */
export function scansInPlans(answer: unknown, options: ReadingOptions): PlannedScan[] {
  return listAt(answer, 'plans').flatMap((plan) => scansIn(plan, options));
}

/** Joins the scans of one key: every running scan of that key must get all that any of them needs. */
export function groupScans(scans: readonly PlannedScan[]): Map<string, ScanGroup> {
  const groups = new Map<string, ScanGroup>();
  for (const [key, members] of Map.groupBy(scans, (scan) => scan.key)) {
    const filters = members.flatMap(({ filter }) => (filter === null ? [] : [filter]));
    groups.set(key, {
      filter: filters.length < members.length ? null : filters.length === 1 ? (filters[0] ?? null) : combine('or', filters),
      rowLimit: members.length === 1 ? (members[0]?.rowLimit ?? null) : null,
      topN: members.length === 1 ? (members[0]?.topN ?? null) : null,
      gets: members.length,
    });
  }
  return groups;
}

/** Gives the arguments of a LOGICAL_GET as the engine builds them from the bind's values; null where one has no plain form. */
export function argumentsFromPlan(get: JsonObject): ScanArguments | null {
  const positional: ArgumentValue[] = [];
  for (const parameter of listAt(get, 'parameters')) {
    const value = isObject(parameter) ? argumentFrom(parameter) : undefined;
    if (value === undefined) return null;
    positional.push(value);
  }
  const named: [string, ArgumentValue][] = [];
  for (const parameter of listAt(get, 'named_parameters')) {
    const member = objectAt(parameter, 'value');
    const value = member === null ? undefined : argumentFrom(member);
    if (value === undefined) return null;
    named.push([textAt(parameter, 'key').toLowerCase(), value]);
  }
  return { functionName: textAt(get, 'name').toLowerCase(), positional, named: Object.fromEntries(named) };
}

interface Place {
  readonly value: unknown;
  /** What is enough for all that stands above. */
  readonly wanted: Wanted;
}

/**
 * Walks all of the JSON, not only `children`: a scan that stood anywhere else must be found, too, lest its group get a
 * filter that it does not have. Does not recurse: expressions are as deep as a statement is long.
 */
function scansIn(plan: unknown, options: ReadingOptions): PlannedScan[] {
  const found: PlannedScan[] = [];
  const waiting: Place[] = [{ value: plan, wanted: ALL_ROWS }];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const chain = isObject(place.value) ? filterChain(place.value) : null;
    if (chain === null) {
      for (const below of placesBelow(place).toReversed()) waiting.push(below);
      continue;
    }
    const scan = scanFrom(chain, place.wanted, options);
    if (scan !== null) found.push(scan);
  }
  return found;
}

function placesBelow({ value, wanted }: Place): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const child = onlyChild(value);
  const below = child === null || !isObject(value) ? null : wantedBelow(value, wanted);
  if (child !== null && below !== null) return [{ value: child, wanted: below }];
  return Object.values(value).flatMap((member: unknown) =>
    typeof member === 'object' && member !== null ? [{ value: member, wanted: ALL_ROWS }] : [],
  );
}

export interface FilterChain {
  readonly get: JsonObject;
  /** From the top down. */
  readonly filters: readonly JsonObject[];
}

/** Gives the scan below `FILTER* → GET`, or null where something else stands there. */
export function filterChain(top: JsonObject): FilterChain | null {
  const filters: JsonObject[] = [];
  let node: JsonObject | null = top;
  while (node !== null && nodeType(node) === 'LOGICAL_FILTER') {
    filters.push(node);
    node = onlyChild(node);
  }
  return node !== null && nodeType(node) === 'LOGICAL_GET' ? { get: node, filters } : null;
}

function scanFrom(chain: FilterChain, wanted: Wanted, options: ReadingOptions): PlannedScan | null {
  const { get } = chain;
  if (!/^redis_/i.test(textAt(get, 'name'))) return null;
  const args = argumentsFromPlan(get);
  if (args === null) return null;
  const { filter, columns } = filterFrom(chain, options);
  const columnIndexes = listAt(get, 'column_indexes').flatMap((index) => indexAt(index, 'index') ?? []);
  const { rowLimit } = wanted;
  return { args, key: scanKeyOf(args), columnIndexes, filter, rowLimit, topN: topNOf(wanted, columns) };
}

/** Gives the chain's filter, and which of the bind's columns its output columns are. */
export function filterFrom(
  { get, filters }: FilterChain,
  options: ReadingOptions,
): { filter: Predicate | null; columns: ColumnMap } {
  let columns: ColumnMap = listAt(get, 'column_indexes').map(wholeColumn);
  // A C-API function has no projection of its own; one that had would renumber what is above.
  if (listAt(get, 'projection_ids').length > 0) columns = [];
  const conjuncts: { expression: unknown; columns: ColumnMap }[] = [];
  for (const filter of filters.toReversed()) {
    for (const expression of listAt(filter, 'expressions')) conjuncts.push({ expression, columns });
    columns = projected(columns, listAt(filter, 'projection_map'));
  }
  return { filter: conjunctionOf(conjuncts, options), columns };
}

/** A member of a struct, and DuckDB's row number, are no whole column. */
function wholeColumn(index: unknown): number | null {
  return listAt(index, 'child_indexes').length === 0 ? indexAt(index, 'index') : null;
}

/** A filter's projection_map picks from its child's columns; an empty one passes all. */
function projected(columns: ColumnMap, map: readonly unknown[]): ColumnMap {
  return map.length === 0 ? columns : map.map((at) => (typeof at === 'number' ? (columns[at] ?? null) : null));
}
