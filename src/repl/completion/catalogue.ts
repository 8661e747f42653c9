/**
 * What Tab may offer: tables, functions, indexes, patterns of keys. Loaded behind the prompt by a few short statements and one
 * bounded sample of keys, never when Tab is pressed. What fails is silent and leaves what was known: completion is no reason
 * to disturb anybody.
 */
import type { KeyFacts } from '../keyspace/sample.ts';
import type { Shell } from '../words.ts';
import { ColumnCache, type Relation } from './facts/column-cache.ts';
import { type ColumnFact, type Facts, NO_FACTS } from './facts/facts.ts';
import { Gate } from './facts/gate.ts';
import { within } from './facts/within.ts';

/** Keys and indexes are looked at again so long after. */
const AGE_MS = 60_000;
/** Bounds of the sample; one page of 1,000 keys keeps Redis busy for half a millisecond. */
const MOST_KEYS = 10_000;
const MOST_MS = 300;
/** What is loaded, each by itself. */
type Part = 'sources' | 'tables' | 'functions' | 'keys' | 'indexes';
const PARTS: readonly Part[] = ['sources', 'tables', 'functions', 'keys', 'indexes'];

/** Statements that were pasted come one after another: what they change is looked at once. */
const REST_MS = 20;

export class Catalogue {
  readonly #shell: Pick<Shell, 'session' | 'redis' | 'place'>;
  readonly #columns: ColumnCache;
  #abort = new AbortController();
  #facts: Facts = NO_FACTS;
  #place: string | null = null;
  #keysMs = Number.NEGATIVE_INFINITY;
  #loading: Promise<void> | null = null;
  #isStale = false;
  #sampled: readonly KeyFacts[] = [];
  /** Open once a part was looked at, well or in vain. */
  readonly #gates = new Map<Part, Gate>(PARTS.map((part) => [part, new Gate()]));

  constructor(shell: Pick<Shell, 'session' | 'redis' | 'place'>) {
    this.#shell = shell;
    this.#columns = new ColumnCache({
      session: () => shell.session(),
      redis: () => shell.redis(),
      keys: async () => {
        await this.known('keys');
        return this.#sampled;
      },
    });
  }

  /** What is known now; another object after each change. */
  get facts(): Facts {
    return this.#facts;
  }

  /** Resolved when a part was looked at: its facts are there, or cannot be had. */
  async known(part: Part): Promise<void> {
    await this.#gates.get(part)?.opened;
  }

  /** Looks again in the background: something was made or dropped, or the terminal went to another server. */
  refresh(): void {
    this.#columns.expire();
    this.#isStale = true;
    this.#gates.get('tables')?.close();
    if (this.#loading !== null) return;
    const loading = this.#loadWhileStale(this.#abort.signal).finally(() => {
      if (this.#loading === loading) this.#loading = null;
    });
    this.#loading = loading;
  }

  /** Learns what a statement that was run has found out already. */
  learn(text: string): void {
    this.#columns.learn(text).catch(() => undefined);
  }

  /** Looks at keys and indexes again if that was long ago. */
  refreshIfOld(): void {
    if (this.#loading === null && performance.now() - this.#keysMs > AGE_MS) this.refresh();
  }

  /** Ends when nothing is being loaded. */
  async settled(): Promise<void> {
    await this.#loading;
  }

  /** Ends what is being loaded. */
  stop(): void {
    this.#isStale = false;
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#loading = null;
    this.#columns.clear();
    for (const gate of this.#gates.values()) gate.open();
  }

  /** Gives the columns of what stands behind FROM, from memory; of something new, waits for them for `patienceMs`. */
  async columnsOf(relation: Relation, patienceMs: number): Promise<readonly ColumnFact[]> {
    const endMs = performance.now() + patienceMs;
    if (relation.tableName !== null) await within(this.known('tables'), patienceMs);
    const name = relation.withClause === '' ? relation.tableName?.toLowerCase() : undefined;
    const table = name === undefined ? undefined : this.#facts.tables.find((one) => one.name.toLowerCase() === name);
    return table?.columns ?? (await this.#columns.columnsOf(relation, Math.max(0, endMs - performance.now())));
  }

  async #loadWhileStale(signal: AbortSignal): Promise<void> {
    while (this.#isStale && !signal.aborted) {
      this.#isStale = false;
      await this.#load(signal);
      await new Promise((resolve) => setTimeout(resolve, REST_MS).unref());
    }
  }

  async #load(signal: AbortSignal): Promise<void> {
    const { place } = this.#shell;
    if (place !== this.#place) this.#forget(place);
    const isOld = performance.now() - this.#keysMs > AGE_MS;
    if (isOld) this.#keysMs = performance.now();
    const learn = async (part: Part, look: () => Promise<Partial<Facts>>): Promise<void> => {
      if (signal.aborted || place !== this.#shell.place) return;
      const learnt = await look().catch(() => null);
      if (signal.aborted || place !== this.#shell.place) return;
      if (learnt !== null) this.#facts = { ...this.#facts, ...learnt };
      // What was made meanwhile is looked at once more.
      if (!(part === 'tables' && this.#isStale)) this.#gates.get(part)?.open();
    };
    // Keys have a connection of their own.
    const keys = isOld ? learn('keys', () => this.#keys(signal)) : null;
    await learn('sources', () => this.#sources());
    await learn('tables', () => this.#tables(signal));
    await learn('functions', () => this.#functions(signal));
    if (isOld) await learn('indexes', () => this.#indexes(signal));
    await keys;
  }

  /** Functions of DuckDB and of redquery are everywhere the same. */
  #forget(place: string): void {
    this.#place = place;
    this.#keysMs = Number.NEGATIVE_INFINITY;
    this.#facts = { ...this.#facts, tables: [], indexes: [], keys: [] };
    this.#sampled = [];
    for (const part of ['tables', 'indexes', 'keys'] as const) this.#gates.get(part)?.close();
    this.#columns.clear();
  }

  async #sources(): Promise<Partial<Facts>> {
    if (this.#facts.sources.length > 0) return {};
    const { SCAN_SETTING_NAMES, TABLE_SOURCES } = await import('../../storage/index.ts');
    const sources = TABLE_SOURCES.map(({ functionName, positional, argumentNames }) => ({
      name: functionName,
      positional,
      named: argumentNames,
    }));
    return { sources, settings: SCAN_SETTING_NAMES.map((name) => ({ name, value: null })) };
  }

  async #tables(signal: AbortSignal): Promise<Partial<Facts>> {
    const { tablesOf } = await import('./facts/session-facts.ts');
    return { tables: await tablesOf(await this.#shell.session(), signal) };
  }

  async #functions(signal: AbortSignal): Promise<Partial<Facts>> {
    const { functionsOf, settingsOf } = await import('./facts/session-facts.ts');
    const session = await this.#shell.session();
    const isFirst = this.#facts.functions.length === 0;
    const found = await functionsOf(session, isFirst, signal);
    if (!isFirst) return { functions: [...this.#facts.functions.filter(({ isOwn }) => !isOwn), ...found] };
    const settings = await settingsOf(session, signal);
    return { functions: found, settings: [...this.#facts.settings, ...settings] };
  }

  async #keys(signal: AbortSignal): Promise<Partial<Facts>> {
    const { place } = this.#shell;
    const [{ sampleKeys }, { keyFactsFrom }] = await Promise.all([
      import('../keyspace/sample.ts'),
      import('./facts/key-facts.ts'),
    ]);
    const sample = await sampleKeys(await this.#shell.redis(), {
      pattern: '*',
      mostKeys: MOST_KEYS,
      mostMs: MOST_MS,
      signal,
    });
    if (place === this.#shell.place) this.#sampled = sample.keys;
    return { keys: keyFactsFrom(sample) };
  }

  async #indexes(signal: AbortSignal): Promise<Partial<Facts>> {
    const { indexesOf } = await import('./facts/session-facts.ts');
    return { indexes: await indexesOf(await this.#shell.session(), signal) };
  }
}
