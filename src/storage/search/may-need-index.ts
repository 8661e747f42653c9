/** Tells, without asking a server, whether a search index might serve a request. Loaded into engine threads: a leaf. */
import { termsOf } from '../keys/predicate-terms.ts';
import type { Predicate, ScanRequest } from '../scan-words.ts';

/** True where it is worth asking the server about its indexes before the request is planned. */
export function mayNeedIndex(request: ScanRequest): boolean {
  const { source, settings, index, accessChoice, filter, topN, columns } = request;
  if (source !== 'hash' && source !== 'json') return false;
  if (index !== 'auto' && index !== 'none') return true;
  if (!settings.useIndexes || index === 'none' || accessChoice === 'scan') return false;
  if (accessChoice === 'index') return true;
  if (filter === null) return topN !== null;
  const terms = filter.kind === 'and' ? termsOf(filter) : [filter];
  const isOfKey = (term: Predicate): boolean => 'column' in term && columns[term.column]?.role === 'key';
  // Keys by name are always the cheaper way.
  const namesKeys = terms.some(
    (term) => isOfKey(term) && (term.kind === 'in' || (term.kind === 'comparison' && term.op === '=')),
  );
  return !namesKeys && terms.some((term) => !isOfKey(term) && term.kind !== 'opaque');
}
