/** Why no index answers a match(): what it is asked of, what stands around it, or that there is no such index. */
import { RedQueryError } from '../../errors.ts';
import type { Predicate, ScanRequest, TableColumn } from '../scan-words.ts';
import { advisedIndex, schemaOf } from './advised-index.ts';
import { createCommandFor, GENEROUS, isHeldUp } from './advisor.ts';
import type { IndexSnapshot } from './catalog/index-catalog.ts';
import type { IndexInfo } from './catalog/index-info.ts';
import type { ServerFacts } from './catalog/server-facts.ts';
import { hasMatch, type MatchCall, matchCallsIn, surroundedError, termsOfFilter } from './filter-terms.ts';
import { gateOf } from './gate.ts';
import { attributesFor, notAField } from './query/attributes.ts';
import { compileFilter } from './query/compile.ts';
import { answerOf } from './query/fragment.ts';

type Snapshot = Extract<IndexSnapshot, { kind: 'indexes' }>;
/**
 * Gives the error for a request with match() that no index serves: RQ_NO_INDEX, RQ_UNSUPPORTED where it is asked of no field.
 * @param why what else is known of the indexes that there are.
 * @param snapshot null where indexes are off.
 * @throws {RedQueryError} RQ_ARGUMENT: a text without words, or with parentheses that do not match.
 */
export function matchRefusal(
  request: ScanRequest,
  why: string,
  snapshot: Snapshot | null,
  taken: readonly string[],
): RedQueryError {
  const { columns, filter, pattern } = request;
  const calls = matchCallsIn(filter);
  const stray = calls.map(({ column }) => columns[column]).find((column) => column?.role !== 'field');
  if (stray !== undefined) return strayError(stray);
  const around = surroundings(request, snapshot);
  if (around !== null) return surroundedError(around);
  const matched: Predicate = { kind: 'and', children: calls };
  const isBlocked = snapshot !== null && isHeldUp(request, schemaOf(calls, columns), snapshot);
  const create = isBlocked ? null : createCommandFor({ ...request, filter: matched }, taken, snapshot?.facts ?? null);
  const hint = create === null ? {} : { hint: `This would make it work: ${create}` };
  return new RedQueryError('RQ_NO_INDEX', `match() needs a search index over ${pattern}${why === '' ? '' : `: ${why}`}`, hint);
}

function strayError(column: TableColumn): RedQueryError {
  return new RedQueryError(
    'RQ_UNSUPPORTED',
    `match() looks for words in a field that an index has as TEXT; "${column.name}" is none: ${notAField(column)}`,
    column.role === 'key' ? { hint: `Keys are found by their names: ${column.name} LIKE 'user:%'.` } : {},
  );
}

/** What keeps an index with all the texts from answering, of those that there are, else of the best that could be made. */
function surroundings(request: ScanRequest, snapshot: Snapshot | null): string | null {
  const calls = matchCallsIn(request.filter);
  const suited = (snapshot?.indexes ?? []).filter(
    (index) => gateOf(index, request).isOpen && holdsTexts(index, calls, request.columns),
  );
  const terms = termsOfFilter(request.filter).filter(hasMatch);
  const ideal = advisedIndex(request, schemaOf(terms, request.columns), 0);
  const facts = snapshot?.facts ?? GENEROUS;
  const reasons = (suited.length === 0 ? [ideal] : suited).map((index) => reasonOf(terms, request, index, facts));
  return reasons.includes(null) ? null : (reasons[0] ?? null);
}

/** Null where the index answers all of them. */
function reasonOf(
  terms: readonly Predicate[],
  { columns, onError }: ScanRequest,
  index: IndexInfo,
  facts: ServerFacts,
): string | null {
  for (const term of terms) {
    const compiled = compileFilter(term, { index, facts, columns, onError });
    if (answerOf(compiled) === 'exact') continue;
    return (compiled.kind === 'query' || compiled.kind === 'unsupported' ? compiled.why : null) ?? 'the index is not exact';
  }
  return null;
}

function holdsTexts(index: IndexInfo, calls: readonly MatchCall[], columns: readonly TableColumn[]): boolean {
  return calls.every(({ column: position }) => {
    const column = columns[position];
    return column !== undefined && attributesFor(index, column, 'TEXT').length > 0;
  });
}
