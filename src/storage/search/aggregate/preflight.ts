/**
 * What is looked at before a grouped block is asked for, at little cost, so that no FT.AGGREGATE runs in vain: proofs that do
 * not hold, ranges that find nothing, rows without a value, and how long Redis would stop. What it finds may be untrue a
 * moment later: it chooses, and ask.ts proves.
 */
import type { QueryClient } from '../../connections/query-client.ts';
import type { AggregateRequest } from '../../scan-words.ts';
import type { SearchConnections } from '../catalog/index-catalog.ts';
import { barrenRange, rangesIn } from '../catalog/numeric-health.ts';
import { COST } from '../cost.ts';
import { countDocuments } from '../search-command.ts';
import type { AggregateQuery, Lack } from './query-words.ts';
import { Refusal } from './sortables.ts';

/** A proof that takes longer is left to the time when it counts. */
const PROOF_MS = 5;

/** How many rows had no value when they were last counted, by what finds them; for each connection. */
const counted = new WeakMap<QueryClient, Map<string, CountedLack>>();
/** Then all are forgotten. */
const MOST_COUNTED = 1000;
const REMEMBERED_MS = 60_000;

interface CountedLack {
  readonly count: number;
  readonly maxDocId: number;
  readonly atMs: number;
}

/** Makes the query with exists() for some columns. @throws {Refusal} where the index cannot. */
export type QueryWith = (asked: ReadonlySet<number>) => AggregateQuery;

/**
 * Gives the query in its cheapest form.
 * @throws {Refusal} where it would be refused later, or stop Redis for longer than max_block_ms.
 */
export async function preflight(
  connections: SearchConnections,
  queryWith: QueryWith,
  { scan }: AggregateRequest,
  signal: AbortSignal | undefined,
): Promise<AggregateQuery> {
  const query = queryWith(new Set());
  const { index } = query;
  const { maxBlockMs } = scan.settings;
  const asked = [query.text, ...query.proofs].map((text) => text?.query ?? '').join(' ');
  const [barren, lackCounts] = await Promise.all([
    barrenRange(index, rangesIn(index, asked), connections),
    Promise.all(query.lacks.map((lack) => countLack(connections, query, lack, signal))),
    assertProofs(connections, query, signal),
  ]);
  if (barren !== null) throw new Refusal(`no range of ${barren} finds a document`);
  const isDear = blockMsOf(query, index.docCount, lackCounts) > maxBlockMs;
  const documents = isDear ? await documentsOf(connections, query, maxBlockMs, signal) : index.docCount;
  const [chosen, lacking] = chosenOf(queryWith, query, documents, lackCounts);
  const blockMs = blockMsOf(chosen, documents, lacking);
  if (blockMs > maxBlockMs) {
    throw new Refusal(`one FT.AGGREGATE would stop Redis for about ${Math.round(blockMs)} ms (max_block_ms is ${maxBlockMs})`);
  }
  return chosen;
}

async function assertProofs(
  connections: SearchConnections,
  { index, proofs }: AggregateQuery,
  signal: AbortSignal | undefined,
): Promise<void> {
  const counts = await Promise.all(
    proofs.map(
      async (text) =>
        (await countDocuments(connections, { index: index.name, docCount: index.docCount, text }, PROOF_MS, signal)).count,
    ),
  );
  const failed = counts.findIndex((count) => count > 0);
  if (failed >= 0) throw new Refusal(`${counts[failed]} documents match ${proofs[failed]?.query ?? ''}`);
}

/**
 * Rows without a value; all where there are so many that exists() is cheaper, which takes longer to count. A document that
 * is written gets a new number, so that no more rows than those can have lost a value since they were last counted.
 */
async function countLack(
  connections: SearchConnections,
  { index }: AggregateQuery,
  { text }: Lack,
  signal: AbortSignal | undefined,
): Promise<number> {
  const known = counted.get(connections.query) ?? new Map<string, CountedLack>();
  counted.set(connections.query, known);
  const key = JSON.stringify([index.name, text.query, text.params.map(([, value]) => String(value))]);
  const last = known.get(key);
  const most = (index.docCount * COST.existsDocument) / COST.lackDocument;
  if (last !== undefined && performance.now() - last.atMs < REMEMBERED_MS && last.maxDocId <= index.maxDocId) {
    const count = Math.min(index.docCount, last.count + index.maxDocId - last.maxDocId);
    if (count <= most || last.count > most) return count;
  }
  const mostMs = Math.max(PROOF_MS, (most * COST.countDocument) / 1000);
  const { count, isWhole } = await countDocuments(
    connections,
    { index: index.name, docCount: index.docCount, text },
    mostMs,
    signal,
  );
  if (known.size >= MOST_COUNTED) known.clear();
  const lack = isWhole ? count : index.docCount;
  known.set(key, { count: lack, maxDocId: index.maxDocId, atMs: performance.now() });
  return lack;
}

/** All, where the filter's own cannot be counted in time. */
async function documentsOf(
  connections: SearchConnections,
  { index, text }: AggregateQuery,
  maxBlockMs: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  if (text === null) return index.docCount;
  const { count, isWhole } = await countDocuments(
    connections,
    { index: index.name, docCount: index.docCount, text },
    maxBlockMs,
    signal,
  );
  return isWhole ? count : index.docCount;
}

/** Asks each document where finding those without a value costs more, and the index can tell. */
function chosenOf(
  queryWith: QueryWith,
  query: AggregateQuery,
  documents: number,
  lackCounts: readonly number[],
): [AggregateQuery, readonly number[]] {
  const isDear = lackCounts.map((count) => count * COST.lackDocument > documents * COST.existsDocument);
  const dear = query.lacks.filter((_, i) => isDear[i]);
  if (dear.length === 0) return [query, lackCounts];
  try {
    const asking = queryWith(new Set(dear.map(({ position }) => position)));
    return [asking, lackCounts.filter((_, i) => isDear[i] !== true)];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [query, lackCounts];
  }
}

function blockMsOf(
  { text, reducerCount, existsCount }: AggregateQuery,
  documents: number,
  lackCounts: readonly number[],
): number {
  const each = COST.groupDocument + reducerCount * COST.reduceDocument + existsCount * COST.existsDocument;
  const lacking = lackCounts.reduce((sum, count) => sum + count * COST.lackDocument, 0);
  return (documents * (each + (text === null ? 0 : COST.countDocument)) + lacking) / 1000;
}
