/** Counts the calls of search functions in a plan, and those of them that a scan may be asked for. */
import { termsOf } from '../../storage/keys/predicate-terms.ts';
import { SEARCH_FUNCTIONS, type SearchFunction } from '../expressions/search-calls.ts';
import type { PlannedScan, ScanGroup } from './scans.ts';

/** How often a statement calls a search function. */
export interface SearchCalls {
  /** Wherever they stand in the plan. */
  readonly total: number;
  /** Those that are a term of the AND that is a scan's whole filter: a source that answers the term makes the call true. */
  readonly pushable: number;
}

export type CallsInPlan = Readonly<Record<SearchFunction, SearchCalls>>;

const NONE: SearchCalls = { total: 0, pushable: 0 };
export const NO_CALLS: CallsInPlan = { match: NONE, geo_within: NONE, vector_distance: NONE };

/** No text inside of the JSON matches this: its quotes are escaped. */
const CALL = /"name":"(match|geo_within|vector_distance)"/gi;

/**
 * Counts the calls in an answer of json_serialize_plan. Where `total` is more than `pushable`, DuckDB has to compute some itself.
 * @param groups of `groupScans`: a term of one scan is no term of the OR of several.
 */
export function countCalls(planJson: string, scans: readonly PlannedScan[], groups: ReadonlyMap<string, ScanGroup>): CallsInPlan {
  const totals = new Map<string, number>();
  for (const [, name = ''] of planJson.matchAll(CALL)) totals.set(name.toLowerCase(), (totals.get(name.toLowerCase()) ?? 0) + 1);
  if (totals.size === 0) return NO_CALLS;
  const pushable = new Map<SearchFunction, number>();
  for (const scan of scans) {
    const group = groups.get(scan.key);
    // Scans with equal filters have the group's as their own; those of others stand under its OR.
    const isWhole = group !== undefined && (group.gets === 1 || (group.filter !== null && group.filter.kind !== 'or'));
    for (const name of isWhole ? callTermsOf(scan) : []) pushable.set(name, (pushable.get(name) ?? 0) + 1);
  }
  const entries = SEARCH_FUNCTIONS.map((name) => [name, { total: totals.get(name) ?? 0, pushable: pushable.get(name) ?? 0 }]);
  // The list holds every name.
  return Object.fromEntries(entries) as CallsInPlan;
}

function callTermsOf({ filter }: PlannedScan): SearchFunction[] {
  if (filter === null) return [];
  const terms = filter.kind === 'and' ? termsOf(filter) : [filter];
  return terms.flatMap((term) => (term.kind === 'call' ? [term.name] : []));
}
