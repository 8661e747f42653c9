/**
 * A grouped block by one FT.AGGREGATE: only where filter, grouping and functions are exact, no key has ended unseen, and
 * Redis is not stopped for long. Everything else is refused, with the reason, and the scan does it.
 */

import { RedQueryError } from '../../../errors.ts';
import type { AggregateAnswer, AggregateRequest } from '../../scan-words.ts';
import { groupingAdvice } from '../advisor.ts';
import type { IndexCatalog, IndexSnapshot, SearchConnections } from '../catalog/index-catalog.ts';
import { type IndexInfo, indexInfoFrom, isMadeAnew } from '../catalog/index-info.ts';
import { textOf } from '../catalog/replies.ts';
import { serverFactsFrom } from '../catalog/server-facts.ts';
import { gateOf } from '../gate.ts';
import { answerWith } from './aggregate-answer.ts';
import { aggregateQueryOf } from './aggregate-query.ts';
import { askGroups, assertNothingEnds, canTransact, expiringText } from './ask.ts';
import { rowsOf } from './groups.ts';
import { preflight } from './preflight.ts';
import { type AggregateQuery, wordsOf } from './query-words.ts';
import { Refusal } from './sortables.ts';

type Snapshot = Extract<IndexSnapshot, { kind: 'indexes' }>;

/**
 * Answers a block from an index, or says why not.
 * @param isDry for EXPLAIN: says what would be asked, and asks only what the choice needs. The answer has no rows.
 * @throws {RedQueryError} RQ_CANCELLED; what the connection throws. What the server refuses is refused here, too.
 */
export async function answerAggregate(
  connections: SearchConnections,
  catalog: IndexCatalog,
  request: AggregateRequest,
  signal?: AbortSignal,
  isDry = false,
): Promise<AggregateAnswer> {
  try {
    if (request.scan.source === 'keys') return await countKeys(connections, request, signal, isDry);
    return await answerFrom(connections, catalog, request, signal, isDry);
  } catch (error) {
    if (error instanceof Refusal) return { kind: 'refused', why: error.message, advice: error.advice };
    const isRefusal = error instanceof RedQueryError && (error.code === 'RQ_REDIS_ERROR' || error.code === 'RQ_REDIS_PERMISSION');
    if (!isRefusal) throw error;
    catalog.forget(request.scan.server);
    return { kind: 'refused', why: error.message };
  }
}

async function answerFrom(
  connections: SearchConnections,
  catalog: IndexCatalog,
  request: AggregateRequest,
  signal: AbortSignal | undefined,
  isDry: boolean,
): Promise<AggregateAnswer> {
  const { scan } = request;
  assertAllowed(request, connections);
  const snapshot = await catalog.snapshot(scan.server, connections, signal);
  if (snapshot.kind === 'none') throw new Refusal(snapshot.why);
  assertNothingEnds(snapshot.facts);
  const first = firstQuery(request, snapshot);
  const { index } = first;
  const { server, columns } = scan;
  const lack = await catalog.completeness.lackOf(server, index, wordsOf(first), snapshot.facts, connections, columns);
  if (lack !== null) throw new Refusal(`index ${index.name}: ${lack}`);
  if (isCountOfAll(request)) return await countAll(connections, request, index, signal, isDry);
  const [query, isTransaction] = await Promise.all([
    preflight(connections, (asked) => queryOf(request, snapshot, index, asked), request, signal),
    canTransact(connections, index),
  ]);
  return await answerBy(query, connections, request, snapshot, signal, isTransaction, isDry);
}

async function answerBy(
  query: AggregateQuery,
  connections: SearchConnections,
  request: AggregateRequest,
  { facts }: Snapshot,
  signal: AbortSignal | undefined,
  isTransaction: boolean,
  isDry: boolean,
): Promise<AggregateAnswer> {
  const moreWords = query.lacks.map(({ words }) => words);
  const beside = moreWords.length === 0 ? '' : ', and one a column for its rows without a value';
  const commands = { words: query.words, moreWords, remarks: [`one FT.AGGREGATE of index ${query.index.name}${beside}`] };
  if (isDry) return answerWith(null, request, commands);
  const grouped = await askGroups(connections, query, request, isTransaction, signal);
  if ([grouped.results, ...grouped.lacks].some(({ length }) => length >= facts.maxAggregateResults))
    throw new Refusal(`more than ${facts.maxAggregateResults} groups (MAXAGGREGATERESULTS)`);
  return answerWith(rowsOf(grouped, query, request), request, commands);
}

/** Bad values must be errors: where they are NULL or left out, the index knows nothing of it. */
function assertAllowed(request: AggregateRequest, { database }: SearchConnections): void {
  const { source, settings, index, accessChoice, onError } = request.scan;
  if (source !== 'hash' && source !== 'json') throw new Refusal(`no index is over redis_${source}`);
  if (!settings.pushdownAggregates) throw new Refusal('pushdown_aggregates is false');
  if (!settings.useIndexes || (request.scan.filter !== null && !settings.pushdownFilters))
    throw new Refusal('use_indexes or pushdown_filters is false');
  if (index === 'none' || accessChoice === 'scan') throw new Refusal('no index is to be used');
  if (database !== 0) throw new Refusal(`indexes hold keys of database 0, not of ${database}`);
  const isFree = onError === 'null' && isCountOfAll(request);
  if (onError !== 'error' && !isFree) throw new Refusal(`on_error => '${onError}' makes other values of bad ones`);
}

/** @throws {Refusal} where no index can answer. */
function firstQuery(request: AggregateRequest, snapshot: Snapshot): AggregateQuery {
  const { scan } = request;
  const { indexes } = snapshot;
  let why = 'no index is over these keys';
  for (const index of [...indexes].sort((a, b) => a.docCount - b.docCount)) {
    if (scan.index !== 'auto' && scan.index !== index.name) continue;
    const verdict = gateOf(index, scan);
    if (!verdict.isOpen) {
      if (verdict.isNear) why = `index ${index.name}: ${verdict.why}`;
      continue;
    }
    if (!verdict.isSame) {
      why = `index ${index.name} holds other keys, too`;
      continue;
    }
    try {
      return queryOf(request, snapshot, index);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      why = `index ${index.name}: ${error.message}`;
    }
  }
  throw new Refusal(why, groupingAdvice(request, snapshot));
}

function queryOf(request: AggregateRequest, { facts }: Snapshot, index: IndexInfo, asked?: ReadonlySet<number>): AggregateQuery {
  const { columns, onError } = request.scan;
  return aggregateQueryOf(request, { index, facts, columns, onError }, asked);
}

function isCountOfAll({ scan, groups, aggregates }: AggregateRequest): boolean {
  return scan.filter === null && groups.length === 0 && aggregates.every(({ name }) => name === 'count_star');
}

/** The index' own number of documents, asked for now. */
async function countAll(
  { query }: SearchConnections,
  request: AggregateRequest,
  index: IndexInfo,
  signal: AbortSignal | undefined,
  isDry: boolean,
): Promise<AggregateAnswer> {
  const words = ['FT.INFO', index.name];
  const commands = { words, remarks: [`the number of documents of index ${index.name}`] };
  if (isDry) return answerWith(null, request, commands);
  const [info, keyspace] = await Promise.all([query.call(words, { signal }), query.call(['INFO', 'keyspace'], { signal })]);
  assertNothingEnds(serverFactsFrom(keyspace, null));
  const now = indexInfoFrom(info);
  const verdict = gateOf(now, request.scan);
  if (!verdict.isOpen || !verdict.isSame || isMadeAnew(index, now)) throw new Refusal(`index ${index.name} has changed`);
  const row = request.aggregates.map(() => String(now.docCount));
  return answerWith([row], request, commands);
}

/** redis_keys('*') without a filter is DBSIZE, while no key can have ended unseen. */
async function countKeys(
  { query, database }: SearchConnections,
  request: AggregateRequest,
  signal: AbortSignal | undefined,
  isDry: boolean,
): Promise<AggregateAnswer> {
  const { scan } = request;
  if (!scan.settings.pushdownAggregates) throw new Refusal('pushdown_aggregates is false');
  if (
    !isCountOfAll(request) ||
    scan.pattern !== '*' ||
    scan.template !== null ||
    Object.values(scan.options).some((value) => value !== null)
  ) {
    throw new Refusal('only all keys are counted by DBSIZE');
  }
  const [keyspace, size] = await Promise.all([query.call(['INFO', 'keyspace'], { signal }), query.call(['DBSIZE'], { signal })]);
  const expires = new RegExp(`^db${database}:.*\\bexpires=([0-9]+)`, 'm').exec(textOf(keyspace))?.[1] ?? '0';
  if (expires !== '0')
    throw new Refusal(`${expiringText(Number(expires))}, and DBSIZE counts such keys for a while after they have expired`);
  return answerWith(isDry ? null : [request.aggregates.map(() => textOf(size))], request, { words: ['DBSIZE'], remarks: [] });
}
