/**
 * Makes a TableSource of a kind of elements: keys by the filter over `_key` and captures, a range of each key by the filter
 * over its elements, limits and orders where each row that comes counts. DuckDB checks every filter again.
 */
import { ANYTHING } from '../ranges/box.ts';
import type { SideUse } from '../ranges/filter-box.ts';
import { limitPositions } from '../ranges/position-range.ts';
import type { AccessPath, ElementRange, FilterAnswer, Predicate, ScanPlan, ScanRequest } from '../scan-words.ts';
import { ANY_KEY, commandOfAllKeys, commandsOfKeys, scanCommands } from '../tables/command-text.ts';
import { filterParts, type KeyFilter, keyFilterOf } from '../tables/key-plan.ts';
import { projectedColumns, rowLimitOf, scanPlanOf } from '../tables/scan-plan.ts';
import type { TableSource } from '../tables/table-source.ts';
import { type ElementKind, NO_CHOICE, type RangeChoice, readsElements } from './element-kind.ts';
import { bindElements, elementSampleFor } from './element-table.ts';

/** Gives the source of a kind. */
export function elementSource(kind: ElementKind): TableSource {
  return {
    source: kind.source,
    functionName: kind.functionName,
    positional: ['pattern'],
    argumentNames: kind.argumentNames,
    sampleFor: (call) => elementSampleFor(kind, call),
    bind: (call) => bindElements(kind, call),
    classify: (filter, request) => classify(kind, filter, request),
    plan: (request) => plan(kind, request),
  };
}

function classify(kind: ElementKind, filter: Predicate, request: ScanRequest): FilterAnswer {
  return plan(kind, { ...request, filter }).filterAnswer;
}

function plan(kind: ElementKind, request: ScanRequest): ScanPlan {
  const found = filterOf(kind, request);
  const choice = servedChoice(kind.choose(found.box, request), found.keys.access);
  const access: AccessPath = choice.split?.ranges.length === 0 ? { kind: 'empty' } : found.keys.access;
  const uses = usesOf(found, choice);
  const filtered = filterParts(request, found, uses, unservedOf(found, choice));
  const isExact = request.filter === null || filtered.filterAnswer === 'exact';
  const { range, rowsPerKey, remarks } = limited(kind, request, choice.range, isExact);
  const options = { ...request.options, ...choice.options };
  const ranges = choice.split?.ranges ?? [range];
  const commands = commandsFor(kind, request, access, { ranges, rowsPerKey, type: choice.options?.['type'] });
  const split = choice.split === undefined ? {} : { ranges: choice.split.ranges };
  return scanPlanOf(request, { access, ...filtered, range, ...split, rowsPerKey, options, commands, remarks });
}

/** What is chosen for SCAN (TYPE) says nothing about keys by name; several ranges are for these alone. */
function servedChoice(choice: RangeChoice, access: AccessPath): RangeChoice {
  if (access.kind !== 'scan') {
    if (choice.options !== undefined) return NO_CHOICE;
    return choice.split === undefined ? choice : { ...choice, sides: choice.split.sides };
  }
  const { split: _, ...scanned } = choice;
  return scanned;
}

function filterOf(kind: ElementKind, request: ScanRequest): KeyFilter {
  const columnOf = (leaf: Predicate) => ('column' in leaf ? request.columns[leaf.column] : undefined);
  return keyFilterOf(request, {
    leaf: (leaf) => {
      const column = columnOf(leaf);
      return column?.role !== 'part' || !('column' in leaf) ? null : (kind.leaf(leaf, column, request) ?? ANYTHING);
    },
    why: (leaf) => {
      const column = columnOf(leaf);
      return column?.role !== 'part' || !('column' in leaf) ? null : kind.why(leaf, column);
    },
  });
}

function usesOf(found: KeyFilter, choice: RangeChoice): ReadonlyMap<string, SideUse> {
  const uses = new Map(found.uses);
  for (const side of choice.sides) uses.set(side, { where: choice.where, isExact: true });
  return uses;
}

function unservedOf({ box }: KeyFilter, { sides, whyNot }: RangeChoice): ReadonlyMap<string, string> {
  const left = whyNot === undefined ? [] : [...box.sides.keys()].filter((side) => !sides.includes(side));
  return new Map(left.map((side) => [side, whyNot ?? '']));
}

interface Limited {
  readonly range: ElementRange | null;
  readonly rowsPerKey: number | null;
  readonly remarks: readonly string[];
}

/**
 * Of each key no more rows are read than the statement can need. Only where every row that is read counts: the filter is
 * exact, and none is left out for a value that does not parse.
 */
function limited(kind: ElementKind, request: ScanRequest, range: ElementRange | null, isExact: boolean): Limited {
  const all = { range, rowsPerKey: null, remarks: [] };
  if (!isExact || request.onError === 'skip' || range?.kind === 'members') return all;
  const { topN, settings } = request;
  const rowLimit = rowLimitOf(request, 'exact');
  // Elements that nobody reads are only counted.
  if (range === null && !readsElements(request)) return { ...all, rowsPerKey: kind.wholeRange === null ? null : rowLimit };
  const from = range ?? kind.wholeRange;
  if (from === null) return all;
  if (topN !== null && settings.pushdownOrder) {
    const direction = kind.directionOf(topN, request, range);
    // The last rows of a range of positions would have to be counted from an end that is not known.
    const isOpen = from.kind !== 'positions' || from === kind.wholeRange;
    if (direction !== null && (direction === 'forward' || isOpen)) {
      const remark = `Of each key the ${direction === 'forward' ? 'first' : 'last'} ${topN.rowCount} rows are read: Redis keeps this order.`;
      return { ...limitRange(from, topN.rowCount, direction === 'backward'), remarks: [remark] };
    }
  }
  return rowLimit === null ? all : { ...limitRange(from, rowLimit, false), remarks: [] };
}

function limitRange(range: ElementRange, rowCount: number, isReversed: boolean): Pick<Limited, 'range' | 'rowsPerKey'> {
  const rowsPerKey = Math.max(rowCount, 1);
  if (range.kind === 'positions') return { range: limitPositions(range, rowCount, isReversed), rowsPerKey };
  return { range: range.kind === 'members' ? range : { ...range, isReversed }, rowsPerKey };
}

interface Fetched {
  readonly ranges: readonly (ElementRange | null)[];
  readonly rowsPerKey: number | null;
  readonly type: unknown;
}

function commandsFor(
  kind: ElementKind,
  request: ScanRequest,
  access: AccessPath,
  { ranges, rowsPerKey, type }: Fetched,
): string[] {
  const ofKey = (key: string): string[] => ranges.flatMap((range) => kind.commands(key, range, rowsPerKey, request));
  const hasOwn = ofKey(ANY_KEY).length > 0;
  // A command on the key tells its type as well.
  const scanned = typeof type === 'string' ? type : hasOwn ? null : kind.redisType;
  const hasTtl = projectedColumns(request).some(({ role }) => role === 'ttl');
  const ttlOf = (key: string): string[] => (hasTtl ? [`TTL ${key}`] : []);
  const found = scanCommands(access, scanned);
  if (kind.togetherCommand !== undefined && hasOwn) {
    return [...found, commandOfAllKeys(access, kind.togetherCommand), ...commandsOfKeys(access, ttlOf)];
  }
  return [...found, ...commandsOfKeys(access, (key) => [...ofKey(key), ...ttlOf(key)])];
}
