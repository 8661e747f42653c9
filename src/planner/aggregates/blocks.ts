/**
 * Finds the query blocks that are one scan, grouped: `AGGREGATE → PROJECTION* → FILTER* → GET`. What such a block needs of
 * Redis is its groups and aggregates instead of its rows (docs/architecture/life-of-a-query.md); rewrite.ts puts them in its place.
 */
import type { AggregateCall, AggregateGroup, Predicate } from '../../storage/index.ts';
import { type Context, columnFrom } from '../expressions/operand.ts';
import type { ColumnMap, ReadingOptions } from '../expressions/predicate.ts';
import { isObject, type JsonObject, listAt, nodeType, objectAt, onlyChild, textAt } from '../plan/plan-nodes.ts';
import { referenceIn } from '../plan/row-limits.ts';
import { type ScanArguments, scanKeyOf } from '../plan/scan-arguments.ts';
import { argumentsFromPlan, filterChain, filterFrom, type ScanGroup } from '../plan/scans.ts';
import { sqlTypeOf } from './block-types.ts';
import { bucketFrom } from './time-bucket.ts';

/** A block of the plan. */
export interface AggregateBlock {
  /** The call's `_scan`: the tie between the plan and the statement's text. */
  readonly tag: number;
  readonly args: ScanArguments;
  /** `scanKeyOf(args)`. */
  readonly key: string;
  /** Names of the bind's columns, in its order. */
  readonly columnNames: readonly string[];
  /** Null where every row counts; never opaque. The plan puts terms of HAVING and of what stands above here, too: they only leave out groups. */
  readonly filter: Predicate | null;
  /** Each once; none: one group of all rows. */
  readonly groups: readonly AggregateGroup[];
  readonly aggregates: readonly AggregateCall[];
}

/** Why a grouped scan is no block. */
export interface AggregateRefusal {
  readonly tag: number | null;
  readonly key: string;
  readonly why: string;
}

interface Found {
  readonly blocks: readonly AggregateBlock[];
  readonly refusals: readonly AggregateRefusal[];
}

/** What stands between the aggregate and its scan, from the top down, and the columns that the scan gives. */
interface Below {
  readonly projections: readonly (readonly unknown[])[];
  readonly columns: ColumnMap;
  readonly isUtc: boolean;
}

const AGGREGATES: ReadonlyMap<string, AggregateCall['name']> = new Map([
  ['count_star', 'count_star'],
  ['count', 'count'],
  ['sum', 'sum'],
  ['avg', 'avg'],
  ['mean', 'avg'],
  ['min', 'min'],
  ['max', 'max'],
  ['first', 'first'],
  ['arbitrary', 'first'],
  ['last', 'last'],
]);

/** Gives the one name of an aggregate with or without DISTINCT, by DuckDB's; null where it is none of ours. */
export function aggregateNamed(name: string, isDistinct: boolean): AggregateCall['name'] | null {
  const known = AGGREGATES.get(name.toLowerCase()) ?? null;
  if (!isDistinct || known === 'min' || known === 'max') return known;
  return known === 'count' ? 'count_distinct' : null;
}

/** True where the text of a plan holds an aggregate. */
export function mayHoldAggregates(planJson: string): boolean {
  return planJson.includes('"LOGICAL_AGGREGATE_AND_GROUP_BY"');
}

/** Finds the blocks of a parsed plan. @param groups of `groupScans`: a scan that stands twice is no block. */
export function aggregateBlocksIn(
  plan: unknown,
  groups: ReadonlyMap<string, ScanGroup>,
  { isUtc = false }: ReadingOptions,
): Found {
  const blocks: AggregateBlock[] = [];
  const refusals: AggregateRefusal[] = [];
  for (const node of aggregatesIn(plan)) {
    const chain = scanBelow(node);
    const args = chain === null ? null : argumentsFromPlan(chain.get);
    if (chain === null || args === null || !args.functionName.startsWith('redis_')) continue;
    const key = scanKeyOf(args);
    const tag = args.named['_scan'];
    const isTagged = typeof tag === 'number';
    const { filter, columns } = filterFrom(chain, { isUtc });
    const read = groupingOf(node, { projections: chain.projections, columns, isUtc });
    const opaque = filter === null ? null : opaqueIn(filter);
    const why = !isTagged
      ? 'the call stands in no text that can be rewritten'
      : groups.get(key)?.gets !== 1
        ? 'the scan stands in the plan more than once'
        : typeof read === 'string'
          ? read
          : opaque === null
            ? null
            : `DuckDB keeps ${opaque.text}: ${opaque.why ?? ''}`;
    if (!isTagged || typeof read === 'string' || why !== null) refusals.push({ tag: isTagged ? tag : null, key, why: why ?? '' });
    else blocks.push({ tag, args, key, columnNames: listAt(chain.get, 'names').map(String), filter, ...read });
  }
  return { blocks, refusals };
}

/** Gives the first part of a filter that only DuckDB can tell; null where there is none. */
function opaqueIn(filter: Predicate): Extract<Predicate, { kind: 'opaque' }> | null {
  switch (filter.kind) {
    case 'opaque':
      return filter;
    case 'not':
      return opaqueIn(filter.child);
    case 'and':
    case 'or':
      return filter.children.map(opaqueIn).find((found) => found !== null) ?? null;
    default:
      return null;
  }
}

function aggregatesIn(plan: unknown): JsonObject[] {
  const found: JsonObject[] = [];
  const waiting: unknown[] = [plan];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== 'object' || value === null) continue;
    if (isObject(value) && nodeType(value) === 'LOGICAL_AGGREGATE_AND_GROUP_BY') found.push(value);
    for (const member of Object.values(value)) if (typeof member === 'object' && member !== null) waiting.push(member);
  }
  return found.toReversed();
}

function scanBelow(aggregate: JsonObject): (NonNullable<ReturnType<typeof filterChain>> & Pick<Below, 'projections'>) | null {
  const projections: (readonly unknown[])[] = [];
  let node = onlyChild(aggregate);
  while (node !== null && nodeType(node) === 'LOGICAL_PROJECTION') {
    projections.push(listAt(node, 'expressions'));
    node = onlyChild(node);
  }
  const chain = node === null ? null : filterChain(node);
  return chain === null ? null : { ...chain, projections };
}

/** Gives the groups and aggregates, or why they cannot be had. */
function groupingOf(node: JsonObject, below: Below): Pick<AggregateBlock, 'groups' | 'aggregates'> | string {
  const groups: AggregateGroup[] = [];
  const sets = listAt(node, 'grouping_sets');
  const [set] = sets;
  const width = listAt(node, 'groups').length;
  if (sets.length > 1 || (Array.isArray(set) ? set.length : 0) !== width) return 'several grouping sets';
  if (listAt(node, 'grouping_functions').length > 0) return 'GROUPING()';
  for (const expression of listAt(node, 'groups')) {
    const group = groupFrom(expression, below);
    if (typeof group === 'string') return group;
    groups.push(group);
  }
  const aggregates = new Map<string, AggregateCall>();
  for (const expression of listAt(node, 'expressions')) {
    const call = aggregateFrom(expression, below);
    if (typeof call === 'string') return call;
    aggregates.set(`${call.name} ${call.column}`, call);
  }
  return { groups, aggregates: [...aggregates.values()] };
}

function groupFrom(expression: unknown, below: Below): AggregateGroup | string {
  const type = sqlTypeOf(isObject(expression) ? objectAt(expression, 'return_type') : null);
  if (type === null) return 'a group of a type that is not read';
  const { expression: own, level } = resolved(expression, below, 0);
  const column = columnAt(own, level, below);
  if (column !== null) return { column, bucket: null, type };
  const isBucket = textAt(own, 'expression_class') === 'BOUND_FUNCTION' && textAt(own, 'name') === 'time_bucket';
  if (!isBucket) return 'it groups by an expression';
  const [width, time, origin, ...others] = listAt(own, 'children');
  const at = resolved(time, below, level);
  const bucketed = columnAt(at.expression, at.level, below);
  const bucket = others.length > 0 ? null : bucketFrom(width, origin, textAt(objectAt(own, 'return_type'), 'id'), below.isUtc);
  if (bucketed === null || bucket === null) return 'time_bucket of a width, an origin or a time that Redis has no form for';
  return { column: bucketed, bucket, type };
}

function aggregateFrom(expression: unknown, below: Below): AggregateCall | string {
  const given = textAt(expression, 'name');
  const type = sqlTypeOf(isObject(expression) ? objectAt(expression, 'return_type') : null);
  const name = aggregateNamed(given, textAt(expression, 'aggregate_type') === 'DISTINCT');
  if (name === null || type === null) return `the aggregate ${given}${name === null ? '' : ' of that type'}`;
  if (isObject(expression) && (expression['filter'] != null || listAt(expression['order_bys'], 'orders').length > 0))
    return 'an aggregate with FILTER or ORDER BY';
  const [argument, ...others] = listAt(expression, 'children');
  if (name === 'count_star') return { name, column: null, type };
  const at = resolved(argument, below, 0);
  const column = columnAt(at.expression, at.level, below);
  if (column === null || others.length > 0) return `${given} of an expression`;
  return { name, column, type };
}

/** Follows a reference through the projections to the expression that it names, and how many projections lie above that. */
function resolved(
  expression: unknown,
  below: Below,
  level: number,
): { readonly expression: JsonObject | null; readonly level: number } {
  const index = referenceIn(expression);
  const projection = below.projections[level];
  if (index !== null && projection !== undefined) return resolved(projection[index], below, level + 1);
  return { expression: isObject(expression) ? expression : null, level };
}

function columnAt(expression: unknown, level: number, { projections, columns, isUtc }: Below): number | null {
  if (level < projections.length) return null;
  const context: Context = { columns, isNegated: false, depth: 0, isUtc };
  return columnFrom(expression, context)?.position ?? null;
}
