/**
 * Looks whether an index holds the keys that it should, and its attributes their values. FT.INFO does not tell an index made
 * with SKIPINITIALSCAN from a whole one (measured), so keys are sampled and looked for in it: all keys of a small database, which
 * is a proof; 2,000 of a large one, which finds any index that lacks 1 % of them with a probability of 1 − 2·10⁻⁹. What was whole
 * is believed for 2 s, then fewer keys are enough (some 9 ms where there are 1,000,000).
 */
import type { Reply } from '../../../resp/index.ts';
import { typeName } from '../../../types/index.ts';
import { startsWith } from '../../keys/key-reach.ts';
import type { TableColumn } from '../../scan-words.ts';
import { isNumeric } from '../query/numeric.ts';
import { type AttributeLook, attributesIn, badNumber, lookAt } from './attribute-check.ts';
import type { SearchConnections } from './index-catalog.ts';
import { type IndexAttribute, type IndexInfo, isMadeAnew } from './index-info.ts';
import { itemsOf, searchReplyFrom, textOf } from './replies.ts';
import type { ServerFacts } from './server-facts.ts';

const SAMPLE_KEYS = 2000;
/** Walks a database of up to so many keys as a whole. */
const SMALL_KEYSPACE = 10_000;
/** Places of a large one that are looked at, each by one SCAN; so many at once. */
const PLACES = 40;
const PLACES_AT_ONCE = 5;
const SCAN_COUNT = 200;
/** An index that was whole is looked at again after so long, by fewer keys: 300 find one that lacks 1 % at 95 %. */
const FRESH_MS = 2000;
const AGAIN_KEYS = 300;
/** Keys by which an attribute is looked at, and by which again. */
const ATTRIBUTE_KEYS = 400;
const ATTRIBUTE_AGAIN_KEYS = 100;

interface Verdict {
  readonly index: IndexInfo;
  readonly untilMs: number;
  /** Keys that belong to the index. */
  sample: Promise<readonly Buffer[]> | null;
  isWhole: Promise<boolean> | null;
  /** By alias. */
  readonly attributes: Map<string, Promise<AttributeLook>>;
  /** The one before found nothing wrong. */
  readonly isAgain: boolean;
  isGood: boolean;
}

/** Remembers what it found for a while, as long as the index is the same. One for each catalog. */
export class CompletenessCheck {
  readonly #verdicts = new Map<string, Verdict>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /**
   * Says what an index lacks, or has beyond a table; null where nothing is found.
   * @param words the query: it asks of the attributes that it names.
   * @param columns those of which a bad value must be found.
   */
  async lackOf(
    server: string,
    index: IndexInfo,
    words: string,
    facts: ServerFacts,
    connections: SearchConnections,
    columns: readonly TableColumn[] = [],
  ): Promise<string | null> {
    const attributes = attributesIn(index, words);
    const [isWhole, looks] = await Promise.all([
      this.isWhole(server, index, facts, connections),
      this.#looksAt(server, index, attributes, facts, connections),
    ]);
    if (!isWhole) return 'it lacks keys that it should hold (SKIPINITIALSCAN?)';
    const lacking = attributes.find((_, i) => looks[i]?.isHeld === false)?.alias;
    if (lacking !== undefined) return `its attribute ${lacking} lacks values that keys have (FT.ALTER … SKIPINITIALSCAN?)`;
    return attributes.map((attribute, i) => badValueOf(attribute, looks[i], columns)).find((why) => why !== null) ?? null;
  }

  /** False where a live key that belongs to the index is not in it. */
  async isWhole(server: string, index: IndexInfo, facts: ServerFacts, connections: SearchConnections): Promise<boolean> {
    // Each key is in it once at most.
    if (index.docCount >= facts.keyCount && index.docCount > 0) return true;
    const identity = identityOf(server, index);
    const verdict = this.#verdictOn(identity, index);
    verdict.isWhole ??= sampleOf(verdict, facts, connections).then(async (keys) => await areIn(keys, index, facts, connections));
    const isWhole = await this.#orForget(identity, verdict, verdict.isWhole);
    // A key may have been written or deleted between the two looks: only a good verdict is kept.
    if (!isWhole) this.#forget(identity, verdict);
    return isWhole;
  }

  async #looksAt(
    server: string,
    index: IndexInfo,
    attributes: readonly IndexAttribute[],
    facts: ServerFacts,
    connections: SearchConnections,
  ): Promise<readonly AttributeLook[]> {
    if (attributes.length === 0 || index.docCount === 0) return [];
    const identity = identityOf(server, index);
    const verdict = this.#verdictOn(identity, index);
    const most = verdict.isAgain ? ATTRIBUTE_AGAIN_KEYS : ATTRIBUTE_KEYS;
    const sample = sampleOf(verdict, facts, connections).then((keys) => spread(keys, most));
    return await Promise.all(
      attributes.map(async (attribute) => {
        const known = verdict.attributes.get(attribute.alias);
        const asked = known ?? sample.then(async (keys) => await lookAt(index, attribute, keys, facts, connections));
        verdict.attributes.set(attribute.alias, asked);
        const look = await this.#orForget(identity, verdict, asked);
        if (!look.isHeld) verdict.isGood = false;
        return look;
      }),
    );
  }

  #verdictOn(identity: string, index: IndexInfo): Verdict {
    const known = this.#verdicts.get(identity);
    const isSame = known !== undefined && !isMadeAnew(known.index, index);
    if (isSame && this.#nowMs() < known.untilMs) return known;
    const verdict: Verdict = {
      index,
      untilMs: this.#nowMs() + FRESH_MS,
      sample: null,
      isWhole: null,
      attributes: new Map(),
      isAgain: isSame && known.isGood,
      isGood: true,
    };
    this.#verdicts.set(identity, verdict);
    return verdict;
  }

  async #orForget<T>(identity: string, verdict: Verdict, answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      this.#forget(identity, verdict);
      throw error;
    }
  }

  #forget(identity: string, verdict: Verdict): void {
    if (this.#verdicts.get(identity) === verdict) this.#verdicts.delete(identity);
  }
}

/** SCAN gives a key twice, and places may overlap. */
function differentOf(keys: readonly Buffer[]): Buffer[] {
  return [...new Map(keys.map((key) => [key.toString('latin1'), key])).values()];
}

/** With on_error => 'error', a scan would fail where the index counts on. */
function badValueOf(
  { identifier }: IndexAttribute,
  look: AttributeLook | undefined,
  columns: readonly TableColumn[],
): string | null {
  for (const column of columns) {
    const { field, type } = column;
    if (field === undefined || Buffer.compare(identifier, field) !== 0 || !isNumeric(type)) continue;
    const bad = badNumber(look?.numbers ?? new Set(), column);
    if (bad !== null) return `values such as ${JSON.stringify(bad.slice(0, 64))} of ${column.name} are no ${typeName(type)}`;
  }
  return null;
}

async function sampleOf(verdict: Verdict, facts: ServerFacts, connections: SearchConnections): Promise<readonly Buffer[]> {
  const first = verdict.index.docCount >= facts.keyCount ? ATTRIBUTE_KEYS : SAMPLE_KEYS;
  verdict.sample ??= sampleKeys(verdict.index, facts, connections, verdict.isAgain ? AGAIN_KEYS : first);
  return await verdict.sample;
}

/** Gives so many of all, from everywhere. */
function spread<T>(all: readonly T[], most: number): T[] {
  const step = Math.max(1, all.length / most);
  return Array.from({ length: Math.min(most, all.length) }, (_, i) => all[Math.floor(i * step)]).filter(
    (one) => one !== undefined,
  );
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

async function areIn(
  keys: readonly Buffer[],
  index: IndexInfo,
  facts: ServerFacts,
  connections: SearchConnections,
): Promise<boolean> {
  const missing = await missingOf(keys, index, facts, connections);
  // Keys that came or went meanwhile look as if they were missing: they are looked at once more.
  return missing.length === 0 || (await missingOf(missing, index, facts, connections)).length === 0;
}

async function sampleKeys(
  index: IndexInfo,
  { keyCount }: ServerFacts,
  { query }: SearchConnections,
  most: number,
): Promise<Buffer[]> {
  const type = index.keyType === 'JSON' ? 'ReJSON-RL' : 'hash';
  const keys: Buffer[] = [];
  const take = (reply: Reply): string => {
    const [next, found] = itemsOf(reply);
    for (const key of itemsOf(found))
      if (Buffer.isBuffer(key) && index.prefixes.some((prefix) => startsWith(key, prefix))) keys.push(key);
    return textOf(next);
  };
  const scan = async (cursor: string): Promise<string> =>
    take(await query.call(['SCAN', cursor, 'COUNT', Math.min(SCAN_COUNT, Math.ceil(most / PLACES_AT_ONCE)), 'TYPE', type]));
  if (keyCount <= (most < SAMPLE_KEYS ? most : SMALL_KEYSPACE)) {
    let cursor = '0';
    do cursor = await scan(cursor);
    while (cursor !== '0');
    return differentOf(keys);
  }
  // A cursor is a place in the table, bits reversed: numbers below the keys' count lie all over it.
  for (let place = 0; place < PLACES && keys.length < most; place += PLACES_AT_ONCE) {
    const places = Array.from({ length: PLACES_AT_ONCE }, () => String(Math.floor(Math.random() * keyCount)));
    await Promise.all(places.map(scan));
  }
  const different = differentOf(keys);
  return different.length > most ? spread(different, most) : different;
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
  const look = async (some: readonly Buffer[]): Promise<void> => {
    const args = ['FT.SEARCH', index.name, '*', 'INKEYS', some.length, ...some, 'NOCONTENT', 'LIMIT', 0, some.length];
    const { total, results } = searchReplyFrom(await query.call([...args, 'TIMEOUT', 0, 'DIALECT', 2]));
    if (total >= some.length) return;
    const found = new Set(results.map((result) => idOf(result)));
    for (const key of some) {
      if (!found.has(key.toString('latin1')) && (await query.call(['EXISTS', key])) === 1) missing.push(key);
    }
  };
  await Promise.all(
    Array.from({ length: Math.ceil(keys.length / most) }, async (_, i) => {
      await look(keys.slice(i * most, (i + 1) * most));
    }),
  );
  return missing;
}

function idOf(result: Reply): string {
  const id = result instanceof Map ? [...result].find(([name]) => textOf(name) === 'id')?.[1] : undefined;
  return Buffer.isBuffer(id) ? id.toString('latin1') : '';
}
