/**
 * The way by an index for one request: which index, which query, which form, and in words why; or why none. The worker reads
 * the keys, DuckDB re-checks the rows; a wrong choice here costs time, a wrong query would cost rows (invariants 2 and 3).
 */
import { isDeepStrictEqual } from 'node:util';
import { RedQueryError } from '../../errors.ts';
import type { AccessAnswer, ScanRequest, SearchAccess } from '../scan-words.ts';
import { adviceFor, createCommandFor } from './advisor.ts';
import { bestCandidate, type Candidate, namesOf, refusedNotes } from './candidates.ts';
import type { IndexCatalog, IndexSnapshot, SearchConnections } from './catalog/index-catalog.ts';
import { type IndexInfo, indexInfoFrom, isMadeAnew } from './catalog/index-info.ts';
import { serverFactsFrom, whyForeign } from './catalog/server-facts.ts';
import { type Choice, type CostInput, chooseWay } from './cost.ts';
import { matchCallsIn } from './filter-terms.ts';
import { gateOf } from './gate.ts';
import { matchRefusal } from './match-refusal.ts';
import { mayNeedIndex } from './may-need-index.ts';
import { answerOf, type Compiled, queryTextOf } from './query/fragment.ts';
import { countDocuments } from './search-command.ts';
import { narrowToFirst, orderAttributeOf, orderBlockMs } from './top-n.ts';

type Snapshot = Extract<IndexSnapshot, { kind: 'indexes' }>;

/**
 * Asks the server and gives the way by an index; `access` null: read without one.
 * @throws {RedQueryError} RQ_UNKNOWN_INDEX: `index => name` names none; RQ_NO_INDEX: match() or access => 'index' without an
 *   index that can serve; RQ_CANCELLED; what the connection throws.
 */
export async function resolveAccess(
  connections: SearchConnections,
  catalog: IndexCatalog,
  request: ScanRequest,
  signal?: AbortSignal,
): Promise<AccessAnswer> {
  const searched = matchCallsIn(request.filter);
  if (!mayNeedIndex(request) && searched.length === 0) return withoutIndex([]);
  let snapshot = await catalog.snapshot(request.server, connections, signal);
  if (isIndexUnknown(request, snapshot)) {
    // It may have been made since the server was last asked.
    catalog.forget(request.server);
    snapshot = await catalog.snapshot(request.server, connections, signal);
  }
  const indexes = snapshot.kind === 'indexes' ? snapshot.indexes : [];
  assertIndexExists(request, snapshot);
  const off = whyOff(request, connections) ?? (snapshot.kind === 'none' ? snapshot.why : null);
  if (off !== null || snapshot.kind === 'none') return refused(request, [off ?? ''], indexes.map(namesOf));
  try {
    return await resolveWith(connections, catalog, snapshot, request, signal);
  } catch (error) {
    // An index that was dropped or changed since: look again, once.
    if (!isRefusal(error)) throw error;
    catalog.forget(request.server);
    const again = await catalog.snapshot(request.server, connections, signal);
    assertIndexExists(request, again);
    if (again.kind === 'none') return refused(request, [again.why], []);
    return await resolveOrRefuse(connections, catalog, again, request, signal);
  }
}

/** What changes again and again under a busy server is no error: the statement reads without an index. */
async function resolveOrRefuse(
  connections: SearchConnections,
  catalog: IndexCatalog,
  snapshot: Snapshot,
  request: ScanRequest,
  signal: AbortSignal | undefined,
): Promise<AccessAnswer> {
  try {
    return await resolveWith(connections, catalog, snapshot, request, signal);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    catalog.forget(request.server);
    return refused(request, [error.message], snapshot.indexes.map(namesOf));
  }
}

async function resolveWith(
  connections: SearchConnections,
  catalog: IndexCatalog,
  snapshot: Snapshot,
  request: ScanRequest,
  signal: AbortSignal | undefined,
): Promise<AccessAnswer> {
  const foreign = whyForeign(snapshot.facts);
  if (foreign !== null) return refusedAsForeign(request, foreign);
  const remarks: string[] = [];
  const best = await bestCandidate(connections, catalog, snapshot, request, remarks, async (candidate) =>
    Promise.all([
      countOf(connections, candidate, request, signal),
      stillHolds(connections, snapshot, candidate.index, request, signal),
    ]),
  );
  if (best === null) return refused(request, remarks, snapshot.indexes.map(namesOf), snapshot);
  const { candidate, seen } = best;
  const { index, compiled } = candidate;
  const [counted, isStill] = seen;
  if (!isStill) throw new ChangedError('RQ_REDIS_ERROR', `index ${index.name} changed while it was looked at`);
  const ordered = await orderedBy(connections, snapshot, candidate, request, counted.count, remarks, signal);
  const query = ordered ?? compiled;
  const { count: matchCount, isWhole } =
    ordered === null ? counted : await countOf(connections, { index, compiled: ordered }, request, signal);
  const limit = compiled.kind === 'none' ? 0 : limitOf(request, snapshot, candidate);
  const choice = choiceFor(request, snapshot, index, { matchCount, isCounted: isWhole, limit });
  if (choice.why !== null) remarks.push(choice.why);
  if (choice.kind === 'scan') return notWorthIt(request, candidate, choice, remarks);
  const access = accessOf(request, index.name, query, { form: choice.kind, pageKeys: choice.pageKeys, matchCount, limit });
  return {
    access,
    conjuncts: candidate.notes,
    filterAnswer: answerOf(compiled),
    remarks,
    advice: null,
    // A count that was cut short says nothing of how many there are.
    estimatedRows: isWhole ? Math.min(matchCount, limit ?? matchCount) : limit,
  };
}

function choiceFor(
  request: ScanRequest,
  { facts }: Snapshot,
  index: IndexInfo,
  counted: Pick<CostInput, 'matchCount' | 'isCounted' | 'limit'>,
): Choice {
  const { settings, rowLimit } = request;
  const input: CostInput = {
    ...counted,
    keyCount: facts.keyCount,
    docCount: index.docCount,
    rowLimit: settings.pushdownLimits ? rowLimit : null,
    maxBlockMs: settings.maxBlockMs,
    maxSearchResults: facts.maxSearchResults,
    maxAggregateResults: facts.maxAggregateResults,
  };
  return chooseWay(input, isAsked(request) || matchCallsIn(request.filter).length > 0);
}

/** Another look, beside the count: what was read up to a second ago must still be true. */
async function stillHolds(
  { query }: SearchConnections,
  { facts }: Snapshot,
  index: IndexInfo,
  request: ScanRequest,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const [info, keyspace] = await Promise.all([
    query.call(['FT.INFO', index.name], { signal }),
    query.call(['INFO', 'keyspace'], { signal }),
  ]);
  const now = indexInfoFrom(info);
  const ending = serverFactsFrom(keyspace, null);
  const isLater = ending.expiringCount > 0 !== facts.expiringCount > 0 || ending.fieldExpiringCount !== facts.fieldExpiringCount;
  return (
    gateOf(now, request).isOpen &&
    whyForeign(ending) === null &&
    !isLater &&
    !isMadeAnew(index, now) &&
    isDeepStrictEqual(now.attributes, index.attributes)
  );
}

/** What the answer was built on is no longer so. */
class ChangedError extends RedQueryError {}

function accessOf(
  request: ScanRequest,
  index: string,
  compiled: Compiled,
  way: {
    readonly form: SearchAccess['form'];
    readonly pageKeys: number | null;
    readonly matchCount: number;
    readonly limit: number | null;
  },
): SearchAccess {
  const text = compiled.kind === 'query' ? queryTextOf(compiled.fragment) : { query: '*', params: [] };
  return {
    kind: 'search',
    index,
    query: text.query,
    params: text.params,
    sortBy: null,
    limit: way.limit,
    form: way.form,
    ...(way.pageKeys === null ? {} : { pageKeys: way.pageKeys }),
    expectedKeys: way.matchCount,
    pattern: Buffer.from(request.pattern, 'utf8'),
    ...(matchCallsIn(request.filter).length > 0 ? { isOnlyWay: true as const } : {}),
  };
}

/** What may be more than was counted counts as all. */
async function countOf(
  connections: SearchConnections,
  { index, compiled }: Pick<Candidate, 'index' | 'compiled'>,
  { settings }: ScanRequest,
  signal: AbortSignal | undefined,
): Promise<{ readonly count: number; readonly isWhole: boolean }> {
  if (compiled.kind !== 'query') return { count: compiled.kind === 'none' ? 0 : index.docCount, isWhole: true };
  const question = { index: index.name, docCount: index.docCount, text: queryTextOf(compiled.fragment) };
  const { count, isWhole } = await countDocuments(connections, question, settings.maxBlockMs, signal);
  return { count: isWhole ? count : Math.max(count, index.docCount), isWhole };
}

async function orderedBy(
  connections: SearchConnections,
  { facts }: Snapshot,
  { index, compiled, isSame }: Candidate,
  request: ScanRequest,
  matchCount: number,
  remarks: string[],
  signal: AbortSignal | undefined,
): Promise<Compiled | null> {
  const { topN, settings, onError } = request;
  const order = topN === null || !settings.pushdownOrder ? null : orderAttributeOf(request, index);
  const isCertain = answerOf(compiled) === 'exact' && isSame && facts.expiringCount === 0 && facts.fieldExpiringCount === 0;
  if (topN === null || order === null || !isCertain || onError !== 'error' || topN.rowCount === 0) return null;
  if (matchCount <= topN.rowCount || facts.isNumericRounded) return null;
  const blockMs = orderBlockMs(matchCount);
  if (blockMs > settings.maxBlockMs) {
    remarks.push(`ORDER BY is not asked of the index: it would stop Redis for about ${Math.round(blockMs)} ms`);
    return null;
  }
  const narrowed = await narrowToFirst(
    connections,
    index.name,
    compiled,
    order,
    { rowCount: topN.rowCount, maxSearchResults: facts.maxSearchResults },
    signal,
  );
  if (narrowed !== null) remarks.push(narrowed.remark);
  return narrowed?.compiled ?? null;
}

/** Keys are rows where the query is exact, the index holds no others and none of them has ended unseen. */
function limitOf({ rowLimit, settings }: ScanRequest, { facts }: Snapshot, { compiled, isSame }: Candidate): number | null {
  const isCertain = answerOf(compiled) === 'exact' && isSame && facts.expiringCount === 0 && facts.fieldExpiringCount === 0;
  return settings.pushdownLimits && isCertain ? rowLimit : null;
}

function notWorthIt(
  request: ScanRequest,
  { index, notes }: Candidate,
  { kind }: Choice,
  remarks: readonly string[],
): AccessAnswer {
  const why = `${kind} instead of index ${index.name}`;
  const conjuncts = notes.map((note) => ({ ...note, where: 'DuckDB', answer: 'unsupported' as const, why: note.why ?? why }));
  return { ...withoutIndex(remarks), conjuncts };
}

/** The answer without an index: an error where only an index can do what is asked. */
function refused(request: ScanRequest, remarks: readonly string[], taken: readonly string[], snapshot?: Snapshot): AccessAnswer {
  const why = remarks.filter((remark) => remark !== '').join('; ');
  if (matchCallsIn(request.filter).length > 0) throw matchRefusal(request, why, snapshot ?? null, taken);
  if (request.accessChoice === 'index') {
    const create = createCommandFor(request, taken, snapshot?.facts ?? null);
    throw new RedQueryError('RQ_NO_INDEX', `access => 'index': no index can serve this${why === '' ? '' : `: ${why}`}`, {
      ...(create === null ? {} : { hint: `This would make it work: ${create}` }),
    });
  }
  if (snapshot === undefined) return withoutIndex(remarks);
  const advice = request.settings.pushdownFilters ? adviceFor(request, snapshot) : null;
  return { ...withoutIndex(remarks), conjuncts: refusedNotes(request, snapshot), advice };
}

/** No other index would do: nothing is advised. */
function refusedAsForeign(request: ScanRequest, why: string): AccessAnswer {
  const isMatched = matchCallsIn(request.filter).length > 0;
  if (!isMatched && !isAsked(request)) return withoutIndex([`no index is used: ${why}`]);
  const what = isMatched ? 'match()' : request.accessChoice === 'index' ? "access => 'index'" : `index => '${request.index}'`;
  throw new RedQueryError('RQ_NO_INDEX', `${what}: no index can serve this: ${why}`);
}

function withoutIndex(remarks: readonly string[]): AccessAnswer {
  return { access: null, conjuncts: [], filterAnswer: 'unsupported', remarks, advice: null, estimatedRows: null };
}

function whyOff(request: ScanRequest, { database }: SearchConnections): string | null {
  if (!request.settings.useIndexes) return 'use_indexes is false';
  if (request.index === 'none') return "index => 'none'";
  if (request.accessChoice === 'scan') return "access => 'scan'";
  return database === 0 ? null : `indexes hold keys of database 0, not of ${database}`;
}

function isAsked({ index, accessChoice }: ScanRequest): boolean {
  return accessChoice === 'index' || (index !== 'auto' && index !== 'none');
}

function isIndexUnknown({ index }: ScanRequest, snapshot: IndexSnapshot): boolean {
  if (index === 'auto' || index === 'none') return false;
  return snapshot.kind === 'none' || !snapshot.indexes.some(({ name }) => name === index);
}

function assertIndexExists(request: ScanRequest, snapshot: IndexSnapshot): void {
  if (!isIndexUnknown(request, snapshot)) return;
  const { index, server } = request;
  if (snapshot.kind === 'none') throw new RedQueryError('RQ_UNKNOWN_INDEX', `index => '${index}': ${snapshot.why}`);
  const names = snapshot.indexes.map(({ name }) => name);
  const there = names.length === 0 ? 'it has none' : `it has ${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}`;
  throw new RedQueryError('RQ_UNKNOWN_INDEX', `no index "${index}" on server ${server}; ${there}`);
}

/** The server's own refusals; a lost connection is none. */
function isRefusal(error: unknown): error is RedQueryError {
  return error instanceof RedQueryError && error.code === 'RQ_REDIS_ERROR';
}
