/** Compares the indexes of a server by what they can do for a request, and gives the best that holds all of its keys. */
import type { ConjunctNote, Predicate, ScanRequest, TableColumn } from '../scan-words.ts';
import type { IndexCatalog, IndexSnapshot, SearchConnections } from './catalog/index-catalog.ts';
import type { IndexInfo } from './catalog/index-info.ts';
import { barrenRange, rangesIn } from './catalog/numeric-health.ts';
import { hasMatch, surroundedError, termsOfFilter } from './filter-terms.ts';
import { gateOf } from './gate.ts';
import { allAttributesFor } from './query/attributes.ts';
import { compileFilter } from './query/compile.ts';
import { answerOf, type Compiled, queryTextOf } from './query/fragment.ts';
import { conjunctionOf } from './query/terms.ts';
import { orderAttributeOf } from './top-n.ts';

export interface Candidate {
  readonly index: IndexInfo;
  /** The whole filter. */
  readonly compiled: Compiled;
  /** One a term of the filter. */
  readonly notes: readonly ConjunctNote[];
  /** The index holds the keys of the pattern and no others. */
  readonly isSame: boolean;
}

type Snapshot = Extract<IndexSnapshot, { kind: 'indexes' }>;

export function namesOf({ name }: IndexInfo): string {
  return name;
}

/**
 * Gives the best index; null: none can do anything. Why others cannot is added to the remarks.
 * @param look what else is to be known of a candidate; asked while it is checked.
 */
export async function bestCandidate<T>(
  connections: SearchConnections,
  catalog: IndexCatalog,
  snapshot: Snapshot,
  request: ScanRequest,
  remarks: string[],
  look: (candidate: Candidate) => Promise<T>,
): Promise<{ readonly candidate: Candidate; readonly seen: T } | null> {
  const isNamed = request.index !== 'auto' && request.index !== 'none';
  const found: Candidate[] = [];
  for (const index of snapshot.indexes) {
    if (isNamed && index.name !== request.index) continue;
    const verdict = gateOf(index, request);
    if (!verdict.isOpen) {
      if (isNamed || verdict.isNear) remarks.push(`index ${index.name} is not used: ${verdict.why}`);
      continue;
    }
    const candidate = candidateOf(index, verdict.isSame, snapshot, request);
    if (candidate !== null) found.push(candidate);
  }
  for (const candidate of found.sort(byUse)) {
    const { index } = candidate;
    const [why, seen] = await Promise.all([lackOf(candidate, connections, catalog, snapshot, request), look(candidate)]);
    if (why === null) return { candidate: checked(candidate), seen };
    remarks.push(`index ${index.name} is not used: ${why}`);
  }
  return null;
}

/** Says what the server does not tell of an index; null where it is as it should be. */
async function lackOf(
  { index, compiled }: Candidate,
  connections: SearchConnections,
  catalog: IndexCatalog,
  { facts }: Snapshot,
  request: ScanRequest,
): Promise<string | null> {
  const text = compiled.kind === 'query' ? queryTextOf(compiled.fragment).query : '';
  const order = orderAttributeOf(request, index);
  const words = `${text} ${order?.name ?? ''}`;
  const lack = await catalog.completeness.lackOf(request.server, index, words, facts, connections);
  if (lack !== null) return lack;
  const names = order === null ? rangesIn(index, text) : [...rangesIn(index, text), order.name];
  const barren = await barrenRange(index, names, connections);
  return barren === null ? null : `no range of ${barren} finds a document`;
}

/** A term that is searched with other words beside it must be known for sure: DuckDB cannot check it again. */
function checked(candidate: Candidate): Candidate {
  for (const { predicate, answer, why } of candidate.notes) {
    if (answer === 'exact' || !hasMatch(predicate)) continue;
    throw surroundedError(why);
  }
  return candidate;
}

function candidateOf(index: IndexInfo, isSame: boolean, { facts }: Snapshot, request: ScanRequest): Candidate | null {
  const { columns, onError, settings } = request;
  const context = { index, facts, columns, onError };
  const terms = termsOfFilter(request.filter);
  const compiled = terms.map((term): Compiled => {
    if (!settings.pushdownFilters && !hasMatch(term)) return { kind: 'unsupported', why: 'pushdown_filters is false' };
    return compileFilter(term, context);
  });
  const isSearched = compiled.some(({ kind }) => kind === 'query');
  const isMatched = terms.every((term, i) => !isMatchCall(term) || compiled[i]?.kind === 'query');
  const hasOrder = request.topN !== null && settings.pushdownOrder && orderAttributeOf(request, index) !== null;
  const isAll = compiled.every(({ kind }) => kind === 'all');
  if (!isMatched || (!isSearched && !(isAll && hasOrder))) return null;
  const notes = terms.map((predicate, i) => noteOf(predicate, compiled[i], index));
  return { index, compiled: whole(terms, compiled, request, context), notes, isSame };
}

/** As one filter, so that ranges of one column become one; by terms where some are left out on purpose. */
function whole(
  terms: readonly Predicate[],
  compiled: readonly Compiled[],
  { filter, settings }: ScanRequest,
  context: Parameters<typeof compileFilter>[1],
): Compiled {
  if (filter === null || terms.length === 0) return { kind: 'all' };
  return settings.pushdownFilters ? compileFilter(filter, context) : conjunctionOf(compiled);
}

function noteOf(predicate: Predicate, compiled: Compiled | undefined, { name }: IndexInfo): ConjunctNote {
  const answer = compiled === undefined ? 'unsupported' : answerOf(compiled);
  const why = compiled?.kind === 'query' || compiled?.kind === 'unsupported' ? compiled.why : null;
  return { predicate, where: answer === 'unsupported' ? 'DuckDB' : `index ${name}`, answer, why };
}

/** More terms first, then more exact ones, then fewer documents. */
function byUse(a: Candidate, b: Candidate): number {
  return useOf(b) - useOf(a) || a.index.docCount - b.index.docCount;
}

function useOf({ notes }: Candidate): number {
  return notes.reduce((sum, { answer }) => sum + (answer === 'exact' ? 3 : answer === 'inexact' ? 2 : 0), 0);
}

function isMatchCall(predicate: Predicate): boolean {
  return predicate.kind === 'call' && predicate.name === 'match';
}

/** Says of each term why no index is used for it: what one that holds its column says, else one over the keys. */
export function refusedNotes(request: ScanRequest, { indexes, facts }: Snapshot): ConjunctNote[] {
  const { columns, onError, settings } = request;
  const isNamed = request.index !== 'auto' && request.index !== 'none';
  const open = indexes.filter((index) => (!isNamed || index.name === request.index) && gateOf(index, request).isOpen);
  return termsOfFilter(request.filter).map((predicate) => {
    const near = open.filter((index) => columnsIn(predicate).some((position) => isHeld(index, columns[position])));
    const [index] = near.length === 0 ? open : near;
    const compiled = index === undefined ? null : compileFilter(predicate, { index, facts, columns, onError });
    const unused = settings.pushdownFilters ? 'its index is not used' : 'pushdown_filters is false';
    const none = predicate.kind === 'opaque' ? 'a function of the column' : 'no index';
    const why = compiled === null ? none : compiled.kind === 'unsupported' ? compiled.why : unused;
    return { predicate, where: 'DuckDB', answer: 'unsupported' as const, why };
  });
}

function isHeld(index: IndexInfo, column: TableColumn | undefined): boolean {
  return column !== undefined && allAttributesFor(index, column).length > 0;
}

function columnsIn(predicate: Predicate): number[] {
  if (predicate.kind === 'not') return columnsIn(predicate.child);
  if (predicate.kind === 'and' || predicate.kind === 'or') return predicate.children.flatMap(columnsIn);
  return 'column' in predicate ? [predicate.column] : [];
}
