/**
 * A grouped block by one FT.AGGREGATE: only where filter, grouping and functions are exact, no key has ended unseen, and
 * Redis is not stopped for long. Everything else is refused, with the reason, and the scan does it.
 */

import type { Batch } from '../../../arrow/index.ts';
import { createBuilder } from '../../../arrow/index.ts';
import { RedQueryError } from '../../../errors.ts';
import type { Reply } from '../../../resp/index.ts';
import type { SqlType } from '../../../types/index.ts';
import { printableBytes } from '../../keys/printable.ts';
import type { AggregateAnswer, AggregateRequest } from '../../scan-words.ts';
import type { IndexCatalog, IndexSnapshot, SearchConnections } from '../catalog/index-catalog.ts';
import { type IndexInfo, indexInfoFrom } from '../catalog/index-info.ts';
import { barrenRange, rangesIn } from '../catalog/numeric-health.ts';
import { attributesOf, type SearchReply, searchReplyFrom, textOf } from '../catalog/replies.ts';
import { type ServerFacts, serverFactsFrom } from '../catalog/server-facts.ts';
import { COST } from '../cost.ts';
import { gateOf } from '../gate.ts';
import { countDocuments, endOfCommand } from '../search-command.ts';
import { type AggregateQuery, aggregateQueryOf, MOST_GROUPS, type TextProof } from './aggregate-query.ts';
import { type CellText, rowsOf } from './groups.ts';
import { Refusal } from './sortables.ts';

type Snapshot = Extract<IndexSnapshot, { kind: 'indexes' }>;

/**
 * Answers a block from an index, or says why not.
 * @throws {RedQueryError} RQ_CANCELLED; what the connection throws. What the server refuses is refused here, too.
 */
export async function answerAggregate(
  connections: SearchConnections,
  catalog: IndexCatalog,
  request: AggregateRequest,
  signal?: AbortSignal,
): Promise<AggregateAnswer> {
  try {
    if (request.scan.source === 'keys') return await countKeys(connections, request, signal);
    return await answerFrom(connections, catalog, request, signal);
  } catch (error) {
    if (error instanceof Refusal) return { kind: 'refused', why: error.message };
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
): Promise<AggregateAnswer> {
  const { scan } = request;
  assertAllowed(request, connections);
  const snapshot = await catalog.snapshot(scan.server, connections, signal);
  if (snapshot.kind === 'none') throw new Refusal(snapshot.why);
  assertNothingEnds(snapshot.facts);
  const first = firstQuery(request, snapshot, true);
  if (!(await catalog.completeness.isWhole(scan.server, first.index, snapshot.facts, connections))) {
    throw new Refusal(`index ${first.index.name} lacks keys that it should hold (SKIPINITIALSCAN?)`);
  }
  if (isCountOfAll(request)) return await countAll(connections, request, first.index, signal);
  try {
    return await answerBy(first, connections, request, snapshot, signal);
  } catch (error) {
    if (!(error instanceof UnprovenError)) throw error;
    return await answerBy(firstQuery(request, snapshot, false), connections, request, snapshot, signal);
  }
}

async function answerBy(
  query: AggregateQuery,
  connections: SearchConnections,
  request: AggregateRequest,
  { facts }: Snapshot,
  signal: AbortSignal | undefined,
): Promise<AggregateAnswer> {
  await assertKind(connections, query, request, signal);
  const asked = [query.text?.query ?? '', ...query.proofs.map((proof) => proof.query)].join(' ');
  const barren = await barrenRange(query.index, rangesIn(query.index, asked), connections);
  if (barren !== null) throw new Refusal(`no range of ${barren} finds a document`);
  const results = await askedOf(connections, query, request, signal);
  if (results.length >= facts.maxAggregateResults)
    throw new Refusal(`more than ${facts.maxAggregateResults} groups (MAXAGGREGATERESULTS)`);
  return answerWith(rowsOf(results, query, request), request, query.words, [`one FT.AGGREGATE of index ${query.index.name}`]);
}

/** A proof beside the command did not hold. */
class UnprovenError extends Refusal {}

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

/** An index counts keys and fields that have ended until they are deleted (measured), and nothing is fetched that would tell. */
function assertNothingEnds(facts: ServerFacts): void {
  if (facts.expiringCount > 0)
    throw new Refusal(`${facts.expiringCount} keys have a time to live, which an index counts beyond it`);
  if (facts.fieldExpiringCount !== 0) throw new Refusal('hashes have fields with a time to live');
}

/** @throws {Refusal} where no index can answer. */
function firstQuery(request: AggregateRequest, { indexes, facts }: Snapshot, provesPresence: boolean): AggregateQuery {
  const { scan } = request;
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
      return aggregateQueryOf(request, { index, facts, columns: scan.columns, onError: scan.onError }, provesPresence);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      why = `index ${index.name}: ${error.message}`;
    }
  }
  throw new Refusal(why);
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
): Promise<AggregateAnswer> {
  const words = ['FT.INFO', index.name];
  const [info, keyspace] = await Promise.all([query.call(words, { signal }), query.call(['INFO', 'keyspace'], { signal })]);
  assertNothingEnds(serverFactsFrom(keyspace, null));
  const now = indexInfoFrom(info);
  const verdict = gateOf(now, request.scan);
  if (!verdict.isOpen || !verdict.isSame) throw new Refusal(`index ${index.name} has changed`);
  const row = request.aggregates.map(() => String(now.docCount));
  return answerWith([row], request, words, [`the number of documents of index ${index.name}`]);
}

/** Asks before how many documents there are, unless even all of them would not take long. */
async function assertKind(
  connections: SearchConnections,
  { index, text, reducerCount, asksExistence }: AggregateQuery,
  { scan }: AggregateRequest,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { maxBlockMs } = scan.settings;
  const each = COST.groupDocument + reducerCount * COST.reduceDocument + (asksExistence ? COST.existsDocument : 0);
  const eachFound = each + (text === null ? 0 : COST.countDocument);
  let documents = index.docCount;
  if ((documents * eachFound) / 1000 > maxBlockMs && text !== null) {
    const counted = await countDocuments(connections, { index: index.name, text }, maxBlockMs, signal);
    documents = counted.isWhole ? counted.count : documents;
  }
  const blockMs = (documents * eachFound) / 1000;
  if (blockMs > maxBlockMs) {
    throw new Refusal(`one FT.AGGREGATE would stop Redis for about ${Math.round(blockMs)} ms (max_block_ms is ${maxBlockMs})`);
  }
}

/** The proofs go before and behind, all in one write; then the index is looked at once more. */
async function askedOf(
  { query: client }: SearchConnections,
  { index, proofs, textProofs, words }: AggregateQuery,
  { scan }: AggregateRequest,
  signal: AbortSignal | undefined,
): Promise<readonly Reply[]> {
  const ask = (command: readonly (string | Uint8Array | number)[]): Promise<Reply> => client.call(command, { signal });
  const askProofs = (): Promise<SearchReply[]> =>
    Promise.all(
      proofs.map(async (proof) => {
        const command = ['FT.SEARCH', index.name, proof.query, 'LIMIT', 0, 0, ...endOfCommand(proof, 0)];
        return searchReplyFrom(await ask(command));
      }),
    );
  const askTexts = (): Promise<Reply[]> => Promise.all(textProofs.map((proof) => ask(proof.words)));
  const [before, textsBefore, reply, after, textsAfter, info, keyspace] = await Promise.all([
    askProofs(),
    askTexts(),
    ask(words),
    askProofs(),
    askTexts(),
    ask(['FT.INFO', index.name]),
    ask(['INFO', 'keyspace']),
  ]);
  const verdict = gateOf(indexInfoFrom(info), scan);
  if (!verdict.isOpen || !verdict.isSame) throw new Refusal(`index ${index.name} has changed`);
  assertNothingEnds(serverFactsFrom(keyspace, null));
  const { results, warnings } = searchReplyFrom(reply);
  const allWarnings = [...warnings, ...[...before, ...after].flatMap((proof) => proof.warnings)];
  if (allWarnings.length > 0) throw new Refusal(`the server warns: ${allWarnings.join(', ')}`);
  for (const [i, texts] of [...textsBefore, ...textsAfter].entries()) assertTexts(texts, textProofs[i % textProofs.length]);
  for (const [i, { total }] of [...before, ...after].entries()) {
    if (total > 0) throw new UnprovenError(`${total} documents match ${proofs[i % proofs.length]?.query ?? ''}`);
  }
  if (results.length > MOST_GROUPS) throw new Refusal(`more than ${MOST_GROUPS} groups`);
  return results;
}

/** @throws {Refusal} where a text is none of the filter's. */
function assertTexts(reply: Reply, proof: TextProof | undefined): void {
  const { results, warnings } = searchReplyFrom(reply);
  const isProven =
    proof !== undefined &&
    warnings.length === 0 &&
    results.length <= proof.texts.size &&
    results.every((result) => proof.texts.has(textOf(attributesOf(result).get(proof.alias))));
  if (!isProven) throw new Refusal(`${proof?.alias ?? 'an attribute'} has other texts with the same tags`);
}

/** redis_keys('*') without a filter is DBSIZE, while no key can have ended unseen. */
async function countKeys(
  { query, database }: SearchConnections,
  request: AggregateRequest,
  signal: AbortSignal | undefined,
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
  if (expires !== '0') throw new Refusal(`${expires} keys have a time to live, which DBSIZE counts beyond it`);
  return answerWith([request.aggregates.map(() => textOf(size))], request, ['DBSIZE'], []);
}

function answerWith(
  rows: readonly (readonly CellText[])[],
  request: AggregateRequest,
  words: readonly (string | Uint8Array | number)[],
  remarks: readonly string[],
): AggregateAnswer {
  const types = [...request.groups, ...request.aggregates].map(({ type }) => type);
  return { kind: 'rows', batch: batchFrom(rows, types), command: commandText(words), remarks };
}

function batchFrom(rows: readonly (readonly CellText[])[], types: readonly SqlType[]): Batch {
  const columns = types.map((type, i) => {
    const builder = createBuilder(type);
    for (const row of rows) {
      const text = row[i] ?? null;
      if (text === null) {
        builder.appendNull();
        continue;
      }
      const bytes = Buffer.from(text, 'utf8');
      if (!builder.append(bytes, 0, bytes.length, true)) throw new Refusal(`${text} is no ${type.id}`);
    }
    return builder.finish();
  });
  return { rowCount: rows.length, columns };
}

function commandText(words: readonly (string | Uint8Array | number)[]): string {
  return words
    .map((word) => {
      const text = typeof word === 'string' ? word : typeof word === 'number' ? String(word) : printableBytes(word);
      return /^[^\s"'\\]+$/.test(text) ? text : JSON.stringify(text);
    })
    .join(' ');
}
