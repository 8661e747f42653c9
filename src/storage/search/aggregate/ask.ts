/**
 * Sends a grouped block's commands so that one state of the index answers all of them: in one MULTI/EXEC, or, where the
 * server does not take that, with everything that is cheap before and behind the command, which must be the same then.
 */
import { isDeepStrictEqual } from 'node:util';
import { RedQueryError } from '../../../errors.ts';
import type { Reply } from '../../../resp/index.ts';
import type { QueryClient } from '../../connections/query-client.ts';
import { digits } from '../../sampling/sample-notes.ts';
import type { AggregateRequest } from '../../scan-words.ts';
import type { SearchConnections } from '../catalog/index-catalog.ts';
import { type IndexInfo, indexInfoFrom, isMadeAnew } from '../catalog/index-info.ts';
import { attributesOf, searchReplyFrom, textOf } from '../catalog/replies.ts';
import { type ServerFacts, serverFactsFrom, whyForeign } from '../catalog/server-facts.ts';
import { gateOf } from '../gate.ts';
import { endOfCommand } from '../search-command.ts';
import { MOST_GROUPS } from './aggregate-query.ts';
import type { GroupedResults } from './groups.ts';
import type { AggregateQuery, TextProof, Words } from './query-words.ts';
import { Refusal } from './sortables.ts';

/** Servers by connection. Users may not use MULTI, and a module over several shards does not search in it (trap 26). */
const takesTransactions = new WeakMap<QueryClient, Promise<boolean>>();

/** Says whether the module answers in MULTI/EXEC; tried once a connection, with a search that finds nothing. */
export async function canTransact({ query }: SearchConnections, { name }: IndexInfo): Promise<boolean> {
  const known = takesTransactions.get(query);
  if (known !== undefined) return await known;
  const words = ['FT.SEARCH', name, '*', 'INKEYS', 1, '', 'LIMIT', 0, 0, ...endOfCommand(null, 0)];
  const tried = query.transaction([words]).then(
    () => true,
    (error: unknown) => {
      const isRefusal =
        error instanceof RedQueryError && (error.code === 'RQ_REDIS_ERROR' || error.code === 'RQ_REDIS_PERMISSION');
      if (!isRefusal) takesTransactions.delete(query);
      return false;
    },
  );
  takesTransactions.set(query, tried);
  return await tried;
}

/**
 * Gives what the commands answered.
 * @throws {Refusal} where a proof does not hold, a reply has a warning, or index or data changed in between.
 */
export async function askGroups(
  connections: SearchConnections,
  query: AggregateQuery,
  { scan }: AggregateRequest,
  isTransaction: boolean,
  signal: AbortSignal | undefined,
): Promise<GroupedResults> {
  const { index, proofs, textProofs, lacks } = query;
  const beside = [
    ...proofs.map((proof) => ['FT.SEARCH', index.name, proof.query, 'LIMIT', 0, 0, ...endOfCommand(proof, 0)]),
    ...textProofs.map(({ words }) => words),
    ...lacks.map(({ words }) => words),
  ];
  const state = [
    ['FT.INFO', index.name],
    ['INFO', 'keyspace'],
  ];
  const replies = isTransaction
    ? await connections.query.transaction([...beside, query.words, ...state], { signal })
    : await askAround(connections, beside, query.words, state, signal);
  const [reply = null, info = null, keyspace = null] = replies.slice(beside.length);
  const now = indexInfoFrom(info);
  const verdict = gateOf(now, scan);
  if (!verdict.isOpen || !verdict.isSame || isMadeAnew(index, now)) throw new Refusal(`index ${index.name} has changed`);
  assertNothingEnds(serverFactsFrom(keyspace, null));
  for (const [i, { query: asked }] of proofs.entries()) assertNone(replies[i] ?? null, asked);
  for (const [i, proof] of textProofs.entries()) assertTexts(replies[proofs.length + i] ?? null, proof);
  const lacking = replies.slice(proofs.length + textProofs.length, beside.length);
  return { results: groupsIn(reply), lacks: lacking.map(groupsIn) };
}

/** Everything in one write. A change and its undoing between the two looks is not seen. */
async function askAround(
  { query }: SearchConnections,
  beside: readonly Words[],
  words: Words,
  state: readonly Words[],
  signal: AbortSignal | undefined,
): Promise<readonly Reply[]> {
  const replies = await Promise.all(
    [...beside, words, ...beside, ...state].map(async (command) => await query.call(command, { signal })),
  );
  const [before, after] = [replies.slice(0, beside.length), replies.slice(beside.length + 1, beside.length * 2 + 1)];
  if (!isDeepStrictEqual(before, after)) throw new Refusal('the data changed while they were counted');
  return [...before, replies[beside.length] ?? null, ...replies.slice(beside.length * 2 + 1)];
}

/** `1,200 keys of the database have a time to live`: which of them the statement is about is not known. */
export function expiringText(count: number): string {
  return count === 1 ? '1 key of the database has a time to live' : `${digits(count)} keys of the database have a time to live`;
}

/**
 * An index counts keys and fields that have ended until they are deleted, and keys of other databases (measured); nothing is
 * fetched that would tell.
 */
export function assertNothingEnds(facts: ServerFacts): void {
  const foreign = whyForeign(facts);
  if (foreign !== null) throw new Refusal(foreign);
  if (facts.expiringCount > 0)
    throw new Refusal(`${expiringText(facts.expiringCount)}, and an index counts such keys for a while after they have expired`);
  if (facts.fieldExpiringCount !== 0) throw new Refusal('hashes have fields with a time to live');
}

function groupsIn(reply: Reply): readonly Reply[] {
  const results = resultsIn(reply);
  if (results.length > MOST_GROUPS) throw new Refusal(`more than ${MOST_GROUPS} groups`);
  return results;
}

function resultsIn(reply: Reply): readonly Reply[] {
  const { results, warnings } = searchReplyFrom(reply);
  if (warnings.length > 0) throw new Refusal(`the server warns: ${warnings.join(', ')}`);
  return results;
}

function assertNone(reply: Reply, asked: string): void {
  const { total, warnings } = searchReplyFrom(reply);
  if (warnings.length > 0) throw new Refusal(`the server warns: ${warnings.join(', ')}`);
  if (total > 0) throw new Refusal(`${total} documents match ${asked}`);
}

/** @throws {Refusal} where a text is none of the filter's. */
function assertTexts(reply: Reply, { alias, texts }: TextProof): void {
  const results = resultsIn(reply);
  const isProven = results.length <= texts.size && results.every((result) => texts.has(textOf(attributesOf(result).get(alias))));
  if (!isProven) throw new Refusal(`${alias} has other texts with the same tags`);
}
