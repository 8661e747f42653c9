/**
 * Looks whether an index holds the keys that it should. FT.INFO does not tell an index made with SKIPINITIALSCAN from a whole
 * one (measured), so keys are sampled and looked for in it: all keys of a small database, which is a proof; 2,000 of a large
 * one, which finds any index that lacks 1 % of them with a probability of 1 − 2·10⁻⁹.
 */
import type { Reply } from '../../../resp/index.ts';
import { startsWith } from '../../keys/key-reach.ts';
import type { SearchConnections } from './index-catalog.ts';
import type { IndexInfo } from './index-info.ts';
import { itemsOf, searchReplyFrom, textOf } from './replies.ts';
import type { ServerFacts } from './server-facts.ts';

const SAMPLE_KEYS = 2000;
/** Walks a database of up to so many keys as a whole. */
const SMALL_KEYSPACE = 10_000;
/** Places of a large one that are looked at, each by one SCAN. */
const PLACES = 40;
const SCAN_COUNT = 200;

interface Verdict {
  readonly maxDocId: number;
  readonly isWhole: Promise<boolean>;
}

/** Remembers what it found for as long as the index is the same. One for each catalog. */
export class CompletenessCheck {
  readonly #verdicts = new Map<string, Verdict>();

  /** False where a live key that belongs to the index is not in it. */
  async isWhole(server: string, index: IndexInfo, facts: ServerFacts, connections: SearchConnections): Promise<boolean> {
    // Each key is in it once at most.
    if (index.docCount >= facts.keyCount && index.docCount > 0) return true;
    const identity = identityOf(server, index);
    const known = this.#verdicts.get(identity);
    if (known !== undefined && known.maxDocId <= index.maxDocId) return await known.isWhole;
    const verdict: Verdict = { maxDocId: index.maxDocId, isWhole: sampleIsIn(index, facts, connections) };
    this.#verdicts.set(identity, verdict);
    try {
      const isWhole = await verdict.isWhole;
      // A key may have been written or deleted between the two looks: only a good verdict is kept.
      if (!isWhole) this.#verdicts.delete(identity);
      return isWhole;
    } catch (error) {
      this.#verdicts.delete(identity);
      throw error;
    }
  }
}

/** An index that is made anew has another definition, or begins to count its documents anew. */
function identityOf(server: string, { name, keyType, prefixes, attributes }: IndexInfo): string {
  const texts = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
  return JSON.stringify([
    server,
    name,
    keyType,
    prefixes.map(texts),
    attributes.map(({ alias, identifier, type }) => [alias, texts(identifier), type]),
  ]);
}

async function sampleIsIn(index: IndexInfo, facts: ServerFacts, connections: SearchConnections): Promise<boolean> {
  const keys = await sampleKeys(index, facts, connections);
  const missing = await missingOf(keys, index, facts, connections);
  // Keys that came or went meanwhile look as if they were missing: they are looked at once more.
  return missing.length === 0 || (await missingOf(missing, index, facts, connections)).length === 0;
}

async function sampleKeys(index: IndexInfo, { keyCount }: ServerFacts, { query }: SearchConnections): Promise<Buffer[]> {
  const type = index.keyType === 'JSON' ? 'ReJSON-RL' : 'hash';
  const keys: Buffer[] = [];
  const take = (reply: Reply): string => {
    const [next, found] = itemsOf(reply);
    for (const key of itemsOf(found))
      if (Buffer.isBuffer(key) && index.prefixes.some((prefix) => startsWith(key, prefix))) keys.push(key);
    return textOf(next);
  };
  const scan = (cursor: string): Promise<Reply> => query.call(['SCAN', cursor, 'COUNT', SCAN_COUNT, 'TYPE', type]);
  if (keyCount <= SMALL_KEYSPACE) {
    let cursor = '0';
    do cursor = take(await scan(cursor));
    while (cursor !== '0');
    return keys;
  }
  // A cursor is a place in the table, bits reversed: numbers below the keys' count lie all over it.
  for (let place = 0; place < PLACES && keys.length < SAMPLE_KEYS; place++) {
    take(await scan(String(Math.floor(Math.random() * keyCount))));
  }
  return keys;
}

/** Gives the keys that exist and are not in the index. */
async function missingOf(
  keys: readonly Buffer[],
  index: IndexInfo,
  { maxSearchResults }: ServerFacts,
  { query }: SearchConnections,
): Promise<Buffer[]> {
  const missing: Buffer[] = [];
  const most = Math.min(SCAN_COUNT, maxSearchResults);
  for (let from = 0; from < keys.length; from += most) {
    const some = [...new Map(keys.slice(from, from + most).map((key) => [key.toString('latin1'), key])).values()];
    const args = ['FT.SEARCH', index.name, '*', 'INKEYS', some.length, ...some, 'NOCONTENT', 'LIMIT', 0, some.length];
    const { total, results } = searchReplyFrom(await query.call([...args, 'TIMEOUT', 0, 'DIALECT', 2]));
    if (total >= some.length) continue;
    const found = new Set(results.map((result) => idOf(result)));
    for (const key of some) {
      if (!found.has(key.toString('latin1')) && (await query.call(['EXISTS', key])) === 1) missing.push(key);
    }
  }
  return missing;
}

function idOf(result: Reply): string {
  const id = result instanceof Map ? [...result].find(([name]) => textOf(name) === 'id')?.[1] : undefined;
  return Buffer.isBuffer(id) ? id.toString('latin1') : '';
}
