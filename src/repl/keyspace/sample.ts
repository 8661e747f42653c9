/**
 * A bounded look at the keys of a database: for the map of `.keys` and for what Tab offers. Leaves no trace on the keys and
 * never asks for all of them.
 */
import { RedQueryError } from '../../errors.ts';
import type { Command, ControlClient } from '../../storage/index.ts';
import { printableKey } from '../../types/index.ts';

/** Stands for the type of a key whose TYPE the user may not ask. */
export const UNKNOWN_TYPE = 'unknown';

export interface SampleOptions {
  /** Redis glob pattern. */
  readonly pattern: string;
  /** Keys under the pattern that are kept. */
  readonly mostKeys: number;
  /** The walk ends at the first page after so long. */
  readonly mostMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Asks for memory and time to live, too, of some of the keys. */
  readonly details?: boolean;
}

/** One key. Null where it was not asked or the user may not ask. */
export interface KeyFacts {
  /** Its name as text; bytes that are no UTF-8 as `\xHH`. May hold control characters. */
  readonly key: string;
  /** Its name as it is. */
  readonly raw: Buffer;
  /** As TYPE gives it: 'hash', 'string', 'ReJSON-RL', …, or UNKNOWN_TYPE. */
  readonly type: string;
  /** Infinity where it never expires. */
  readonly ttlSeconds: number | null;
  /** Memory by MEMORY USAGE, an estimate for large collections. */
  readonly bytes: number | null;
}

export interface KeySample {
  /** Each key once, in the order of the server's hash table. */
  readonly keys: readonly KeyFacts[];
  /** Keys that were walked over, those that the pattern left out with them. */
  readonly visitedKeys: number;
  /** By DBSIZE; null where the user may not ask. */
  readonly databaseKeys: number | null;
  /** True where every key was walked over: then `keys` is all there is. */
  readonly isWhole: boolean;
  /** Why the walk ended early; null where it is whole. */
  readonly stop: string | null;
}

/** Keys that one SCAN visits: the server does nothing else for about half a millisecond. */
const SCAN_COUNT = 1_000;
/**
 * Of so many keys memory and time to live are asked, behind them of one in FEW only; of the first RARE ones of each prefix in
 * any case, up to MOST_DETAILS.
 */
const ALL_DETAILS = 2_000;
const FEW = 8;
const RARE = 20;
const MOST_DETAILS = 8_000;

/**
 * Walks from the beginning of the hash table, one SCAN at a time. Its order is that of a hash function with the server's own
 * secret, so the first keys are as good a sample as any; only in a cluster do keys of one hash tag lie together.
 * @throws {RedQueryError} RQ_CANCELLED, RQ_REDIS_PERMISSION where SCAN is not allowed, and what the client throws.
 */
export async function sampleKeys(client: ControlClient, options: SampleOptions): Promise<KeySample> {
  const { signal } = options;
  if (signal?.aborted === true) throw cancelledError();
  const sampling = new KeySampling(client, options).run();
  if (signal === undefined) return await sampling;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(cancelledError());
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    // What is under way when it is aborted ends with its page.
    return await Promise.race([sampling, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    sampling.catch(() => null);
  }
}

/** What is asked of one key: `at` is its place in the page. */
interface Question {
  readonly at: number;
  readonly name: 'TYPE' | 'PTTL' | 'MEMORY';
}

class KeySampling {
  readonly #client: ControlClient;
  readonly #options: SampleOptions;
  readonly #seen = new Set<string>();
  readonly #keys: KeyFacts[] = [];
  /** Commands that the user may not run: they are asked for one page only. */
  readonly #refused = new Set<string>();
  /** Keys of which details were asked, by the first word of their names. */
  readonly #detailed = new Map<string, number>();
  #detailCount = 0;
  #visitedKeys = 0;
  #databaseKeys: number | null = null;

  constructor(client: ControlClient, options: SampleOptions) {
    this.#client = client;
    this.#options = options;
  }

  async run(): Promise<KeySample> {
    await this.#client.connect();
    const size = await this.#client.pipeline([['DBSIZE']]);
    if (typeof size[0] === 'number') this.#databaseKeys = size[0];
    // A pattern without wildcards is a key: nothing has to be walked over.
    if (/[*?[\\]/.test(this.#options.pattern)) return await this.#walk();
    await this.#askOf([Buffer.from(this.#options.pattern)], null);
    return this.#result(null);
  }

  async #walk(): Promise<KeySample> {
    const startMs = performance.now();
    let page = pageFrom(await this.#askOf([], this.#scan('0')));
    for (;;) {
      if (this.#options.signal?.aborted === true) throw cancelledError();
      const fresh = this.#freshOf(page.keys);
      const stop = page.cursor === '0' && !this.#isFull() ? null : this.#stopReason(performance.now() - startMs);
      const isLast = page.cursor === '0' || stop !== null;
      // What is asked of one page's keys travels with the SCAN for the next.
      const reply = await this.#askOf(fresh, isLast ? null : this.#scan(page.cursor));
      if (isLast) return this.#result(stop);
      page = pageFrom(reply);
    }
  }

  #scan(cursor: string): Command {
    const { pattern } = this.#options;
    const match = pattern === '*' ? [] : ['MATCH', Buffer.from(pattern)];
    return ['SCAN', cursor, ...match, 'COUNT', SCAN_COUNT];
  }

  /** SCAN may give a key twice. Keys beyond the number wanted go, and with them their share of what was walked over. */
  #freshOf(found: readonly Buffer[]): readonly Buffer[] {
    const { pattern, mostKeys } = this.#options;
    const fresh = found.filter((key) => {
      const text = key.toString('latin1');
      if (this.#seen.has(text)) return false;
      this.#seen.add(text);
      return true;
    });
    const room = mostKeys - (this.#seen.size - fresh.length);
    const kept = fresh.slice(0, room);
    const visited = pattern === '*' ? fresh.length : Math.max(SCAN_COUNT, found.length);
    this.#visitedKeys += fresh.length === 0 ? visited : Math.round((visited * kept.length) / fresh.length);
    this.#visitedKeys = Math.min(this.#visitedKeys, Math.max(this.#databaseKeys ?? Number.POSITIVE_INFINITY, this.#seen.size));
    return kept;
  }

  #isFull(): boolean {
    return this.#seen.size > this.#options.mostKeys;
  }

  #stopReason(elapsedMs: number): string | null {
    const { mostKeys, mostMs } = this.#options;
    if (this.#seen.size >= mostKeys) return `${mostKeys.toLocaleString('en')} keys were looked at`;
    if (elapsedMs < mostMs) return null;
    return mostMs < 1_000 ? `${mostMs} ms were up` : `${mostMs / 1_000} s were up`;
  }

  /** Keeps what Redis says of these keys; sends `scan` along and gives its reply. */
  async #askOf(keys: readonly Buffer[], scan: Command | null): Promise<unknown> {
    const questions = keys.flatMap((key, at) => this.#questionsOf(key, at));
    const commands = questions.map((question) => commandOf(question, keys));
    if (commands.length === 0 && scan === null && keys.length === 0) return null;
    const answers = await this.#client.pipeline(scan === null ? commands : [...commands, scan]);
    const types = new Map<number, string>();
    const ttls = new Map<number, number>();
    const memories = new Map<number, number>();
    const answered = new Set<string>();
    for (const [index, { at, name }] of questions.entries()) {
      const answer = answers[index];
      if (!(answer instanceof RedQueryError)) answered.add(name);
      if (Buffer.isBuffer(answer)) types.set(at, answer.toString('latin1'));
      else if (typeof answer === 'number' && name === 'PTTL' && answer !== KEY_GONE)
        ttls.set(at, answer < 0 ? Number.POSITIVE_INFINITY : answer / 1_000);
      else if (typeof answer === 'number' && name === 'MEMORY') memories.set(at, answer);
    }
    for (const { name } of questions) if (!answered.has(name)) this.#refused.add(name);
    for (const [at, raw] of keys.entries()) {
      const type = types.get(at) ?? UNKNOWN_TYPE;
      // It went, or expired, since SCAN gave it.
      if (type === 'none') continue;
      const key = printableKey(raw, 0, raw.length).toString('utf8');
      this.#keys.push({ key, raw, type, ttlSeconds: ttls.get(at) ?? null, bytes: memories.get(at) ?? null });
    }
    return scan === null ? null : answers.at(-1);
  }

  #questionsOf(key: Buffer, at: number): readonly Question[] {
    const isDetailed = this.#options.details === true && this.#isDetailed(key, this.#keys.length + at);
    const names = isDetailed ? (['TYPE', 'PTTL', 'MEMORY'] as const) : (['TYPE'] as const);
    return names.filter((name) => !this.#refused.has(name)).map((name) => ({ at, name }));
  }

  /** `place`: how many keys came before it. */
  #isDetailed(key: Buffer, place: number): boolean {
    const [prefix = ''] = key.toString('latin1').split(/[:/._]/, 1);
    const sameCount = this.#detailed.get(prefix) ?? 0;
    const isRare = sameCount < RARE && this.#detailCount < MOST_DETAILS;
    if (place >= ALL_DETAILS && place % FEW !== 0 && !isRare) return false;
    this.#detailed.set(prefix, sameCount + 1);
    this.#detailCount++;
    return true;
  }

  #result(stop: string | null): KeySample {
    return {
      keys: this.#keys,
      visitedKeys: this.#visitedKeys,
      databaseKeys: this.#databaseKeys,
      isWhole: stop === null,
      stop,
    };
  }
}

/** PTTL's answer for a key that is gone. */
const KEY_GONE = -2;

function commandOf({ at, name }: Question, keys: readonly Buffer[]): Command {
  const key = keys[at] ?? '';
  return name === 'MEMORY' ? ['MEMORY', 'USAGE', key, 'SAMPLES', 5] : [name, key];
}

function cancelledError(): RedQueryError {
  return new RedQueryError('RQ_CANCELLED', 'the look at the keys was cancelled');
}

function pageFrom(reply: unknown): { cursor: string; keys: Buffer[] } {
  if (reply instanceof RedQueryError) throw reply;
  const [cursor, keys]: readonly unknown[] = Array.isArray(reply) ? reply : [];
  if (!Buffer.isBuffer(cursor) || !Array.isArray(keys)) {
    throw new RedQueryError('RQ_PROTOCOL', 'the reply to SCAN is not a cursor and a list of keys');
  }
  return { cursor: cursor.toString('latin1'), keys: keys.filter((key): key is Buffer => Buffer.isBuffer(key)) };
}
