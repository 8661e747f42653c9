/**
 * What becomes of the filter of a table whose rows are found by their keys: named keys or a pattern, or the way by an index
 * that was asked about. Asks no server.
 */
import {
  isKeyBound,
  isKeySide,
  KEY_SIDE,
  type KeyAccess,
  type KeyShape,
  keyAccessOf,
  keyBoxOf,
  keyRangeOf,
  keyShapeOf,
} from '../keys/key-filter.ts';
import { ANYTHING, type Box, EVERYTHING } from '../ranges/box.ts';
import {
  answerOfBox,
  boxOfFilter,
  conjunctNotes,
  type FilterReader,
  type SideUse,
  untouchedNotes,
} from '../ranges/filter-box.ts';
import type { AccessAnswer, AccessPath, ConjunctNote, FilterAnswer, Predicate, ScanRequest } from '../scan-words.ts';
import type { PlanParts } from './scan-plan.ts';

/** The filter of a request, read; sides beside the keys are the source's own. */
export interface KeyFilter {
  readonly shape: KeyShape;
  readonly reader: FilterReader;
  readonly box: Box;
  readonly keys: KeyAccess;
  /** How the sides of keys are served. */
  readonly uses: ReadonlyMap<string, SideUse>;
}

/** What a source reads beside keys; see FilterReader. */
export interface OwnLeaves {
  leaf(leaf: Predicate): Box | null;
  why(leaf: Predicate): string | null;
}

const NO_LEAVES: OwnLeaves = { leaf: () => null, why: () => null };

/** Reads the filter of a request; `filter` is null where nothing may go down. */
export function keyFilterOf(request: ScanRequest, own: OwnLeaves = NO_LEAVES): KeyFilter {
  const shape = keyShapeOf(request);
  const reader = readerOf(request, shape, own);
  const filter = pushedFilterOf(request);
  const box = filter === null ? EVERYTHING : boxOfFilter(filter, reader);
  const keys = keyAccessOf(box, shape);
  const use: SideUse = { where: 'keys', isExact: keys.isExact };
  const uses = new Map([...box.sides.keys()].filter(isKeySide).map((side) => [side, use]));
  return { shape, reader, box, keys, uses };
}

/** The filter that may go down: all of it, or nothing. */
function pushedFilterOf({ filter, settings }: ScanRequest): Predicate | null {
  return settings.pushdownFilters ? filter : null;
}

function readerOf({ columns }: ScanRequest, shape: KeyShape, own: OwnLeaves): FilterReader {
  return {
    columns,
    leaf: (leaf) => keyBoxOf(leaf, columns, shape) ?? own.leaf(leaf) ?? ANYTHING,
    together: (terms) => keyRangeOf(terms, columns, shape),
    sideOf: (term) => (isKeyBound(term, columns) ? KEY_SIDE : null),
    why: (leaf) => own.why(leaf),
  };
}

/** What of a plan follows from the filter, once every side that is served is in `uses`; why others are not is in `unserved`. */
export function filterParts(
  request: ScanRequest,
  { box, reader }: KeyFilter,
  uses: ReadonlyMap<string, SideUse>,
  unserved: ReadonlyMap<string, string> = new Map(),
): Pick<PlanParts, 'filterAnswer' | 'conjuncts'> {
  const { filter, settings } = request;
  if (filter === null) return { filterAnswer: 'exact', conjuncts: [] };
  if (!settings.pushdownFilters)
    return { filterAnswer: 'unsupported', conjuncts: untouchedNotes(filter, 'pushdown_filters is off') };
  return { filterAnswer: answerOfBox(box, uses), conjuncts: conjunctNotes(filter, reader, uses, unserved) };
}

/** The way that keys are found, what that answers, and what is to be said of it. */
export type KeyPlan = Pick<
  PlanParts,
  'access' | 'filterAnswer' | 'conjuncts' | 'rowLimit' | 'remarks' | 'advice' | 'estimatedRows'
>;

/** Plans how the keys of hashes or documents are found: by name, by the index that `answer` gives, by a scan. */
export function keyPlanOf(request: ScanRequest, answer: AccessAnswer | null): KeyPlan {
  const found = keyFilterOf(request);
  const own = filterParts(request, found, found.uses);
  const { access } = found.keys;
  if (answer === null) return { access, ...own };
  const { remarks, advice, estimatedRows } = answer;
  const search = searchOf(request, answer, access);
  const merged = mergedNotes(own.conjuncts, answer.conjuncts);
  if (search === null) {
    // What the index could do, and was not used for, is nothing that is done.
    const conjuncts = answer.access === null ? merged : own.conjuncts;
    return { access, ...own, conjuncts, remarks, advice: access.kind === 'scan' ? advice : null, estimatedRows };
  }
  const filterAnswer = mergedAnswer(own.filterAnswer, answer.filterAnswer, merged);
  // The rows of an index are read later than it was asked, and checked again: no limit ends them early.
  return { access: search, filterAnswer, conjuncts: merged, rowLimit: null, remarks, advice, estimatedRows };
}

/**
 * Keys by name are the cheaper way, unless only the index knows which rows are meant; keys of the index that the narrowed
 * pattern does not match are left out.
 */
function searchOf(
  { accessChoice, settings, pattern }: ScanRequest,
  { access }: AccessAnswer,
  own: AccessPath,
): AccessPath | null {
  if (access === null || accessChoice === 'scan' || !settings.useIndexes || !settings.pushdownFilters) return null;
  // The index says that the filter is true for no row.
  if (access.limit === 0) return { kind: 'empty' };
  if (own.kind === 'scan') return { ...access, pattern: own.pattern };
  return access.isOnlyWay === true && own.kind === 'keys' ? { ...access, pattern: Buffer.from(pattern, 'utf8') } : null;
}

const RANK: Readonly<Record<FilterAnswer, number>> = { unsupported: 0, inexact: 1, exact: 2 };

/** Of each term the better answer. */
function mergedNotes(own: readonly ConjunctNote[], index: readonly ConjunctNote[]): ConjunctNote[] {
  if (index.length !== own.length) return [...own];
  return own.map((note, position) => {
    const other = index[position] ?? note;
    return RANK[other.answer] > RANK[note.answer] || note.answer === 'unsupported' ? other : note;
  });
}

function mergedAnswer(own: FilterAnswer, index: FilterAnswer, conjuncts: readonly ConjunctNote[]): FilterAnswer {
  if (own === 'exact' || index === 'exact' || conjuncts.every(({ answer }) => answer === 'exact')) return 'exact';
  return own === 'unsupported' && index === 'unsupported' ? 'unsupported' : 'inexact';
}
