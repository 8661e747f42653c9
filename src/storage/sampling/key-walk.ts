/**
 * Walks over some keys under a pattern for a sample of them: bounded in keys, time and bytes, so that it may run before a
 * statement. What is read of each key is its caller's.
 */
import { RedQueryError } from '../../errors.ts';
import type { Command, ControlClient } from '../connections/client.ts';
import { literalOf } from '../keys/glob.ts';
import { compileTemplate, type TemplateMatcher } from '../keys/template-match.ts';
import type { KeyTemplate } from '../scan-words.ts';
import { digits } from './sample-notes.ts';

export interface WalkOptions {
  /** Redis glob pattern. */
  readonly pattern: string;
  /** Other keys under the pattern are passed over. */
  readonly template?: KeyTemplate | null;
  /** Keys of the right kind to read, if there are so many. */
  readonly sampleSize: number;
  /** Looked at instead of walking over the database. */
  readonly keys?: readonly Buffer[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What was made of some keys. */
export interface Taken {
  /** Keys of the right kind, read. */
  readonly foundCount: number;
  /** Keys that hold another type. */
  readonly skippedCount: number;
  readonly byteCount: number;
}

/** How a walk went. */
export interface WalkCourse {
  readonly foundCount: number;
  readonly visitedKeys: number;
  readonly skippedKeys: number;
  /** Why it ended early; null where every key was visited or the sample is full. */
  readonly stop: string | null;
}

/** Keys to visit and time to take: until a first key of the kind is found, and from then on. */
const SEARCH_LIMITS = { keys: 2_000_000, ms: 2_000 } as const;
const SAMPLE_LIMITS = { keys: 20_000, ms: 50 } as const;
const MAX_SAMPLE_BYTES = 16 * 1024 * 1024;
/** Keys a SCAN visits; more where nothing is found, but never so many that others wait for milliseconds. */
const SCAN_COUNT = 1_000;
const MAX_SCAN_COUNT = 4_000;
/** Keys between two looks at the clock. */
const CHUNK_KEYS = 250;

/**
 * Walks, `take` reading up to some hundred keys at a time, each key once.
 * @throws {RedQueryError} RQ_CANCELLED, and what the client and Redis throw.
 */
export async function walkKeys(
  client: ControlClient,
  options: WalkOptions,
  take: (keys: readonly Buffer[]) => Promise<Taken>,
): Promise<WalkCourse> {
  const { signal } = options;
  if (signal === undefined) return await new KeyWalk(client, options, take).run();
  if (signal.aborted) throw cancelledError();
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(cancelledError());
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    // What is under way when it is aborted ends at its next look at the signal.
    return await Promise.race([new KeyWalk(client, options, take).run(), aborted]);
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
  }
}

class KeyWalk {
  readonly #client: ControlClient;
  readonly #options: WalkOptions;
  readonly #take: (keys: readonly Buffer[]) => Promise<Taken>;
  readonly #pattern: Buffer;
  readonly #template: TemplateMatcher | null;
  readonly #seen = new Set<string>();
  /** From where the limits count: the start, then the first key of the kind. */
  #since = { visitedKeys: 0, ms: 0 };
  #limits: { readonly keys: number; readonly ms: number } = SEARCH_LIMITS;
  #foundCount = 0;
  #visitedKeys = 0;
  #skippedKeys = 0;
  #byteCount = 0;
  #stop: string | null = null;

  constructor(client: ControlClient, options: WalkOptions, take: (keys: readonly Buffer[]) => Promise<Taken>) {
    this.#client = client;
    this.#options = options;
    this.#take = take;
    this.#pattern = Buffer.from(options.pattern, 'utf8');
    this.#template = options.template == null ? null : compileTemplate(options.template);
  }

  async run(): Promise<WalkCourse> {
    await this.#client.connect();
    this.#countFromHere(SEARCH_LIMITS);
    const literal = literalOf(this.#pattern);
    if (this.#options.keys !== undefined) await this.#takePage(this.#options.keys);
    else if (literal === null) await this.#scan();
    else {
      this.#visitedKeys = 1;
      await this.#takeSome([Buffer.from(literal)]);
    }
    return { foundCount: this.#foundCount, visitedKeys: this.#visitedKeys, skippedKeys: this.#skippedKeys, stop: this.#stop };
  }

  async #scan(): Promise<void> {
    let keyCount = Number.POSITIVE_INFINITY;
    let cursor = '0';
    let count = SCAN_COUNT;
    do {
      const scan: Command = ['SCAN', cursor, 'MATCH', this.#pattern, 'COUNT', count];
      const [reply, total] = await this.#client.pipeline(this.#visitedKeys === 0 ? [scan, ['DBSIZE']] : [scan]);
      if (reply instanceof RedQueryError) throw reply;
      if (typeof total === 'number') keyCount = total;
      const page = pageFrom(reply);
      cursor = page.cursor;
      this.#visitedKeys = Math.min(this.#visitedKeys + count, Math.max(keyCount, page.keys.length));
      await this.#takePage(page.keys);
      if (cursor !== '0') this.#checkLimits();
      count = this.#foundCount > 0 ? SCAN_COUNT : Math.min(count * 2, MAX_SCAN_COUNT);
    } while (cursor !== '0' && this.#isHungry());
  }

  async #takePage(keys: readonly Buffer[]): Promise<void> {
    const fresh = keys.filter((key) => this.#isFresh(key));
    for (let start = 0; start < fresh.length && this.#isHungry(); ) {
      const chunk = fresh.slice(start, start + Math.min(CHUNK_KEYS, this.#options.sampleSize - this.#foundCount));
      start += chunk.length;
      await this.#takeSome(chunk);
      if (start < fresh.length) this.#checkLimits();
    }
  }

  async #takeSome(keys: readonly Buffer[]): Promise<void> {
    if (this.#options.signal?.aborted === true) throw cancelledError();
    const { foundCount, skippedCount, byteCount } = await this.#take(keys);
    if (this.#foundCount === 0 && foundCount > 0) this.#countFromHere(SAMPLE_LIMITS);
    this.#foundCount += foundCount;
    this.#skippedKeys += skippedCount;
    this.#byteCount += byteCount;
    if (this.#byteCount >= MAX_SAMPLE_BYTES) this.#stop ??= `they hold over ${MAX_SAMPLE_BYTES / 1024 / 1024} MiB`;
  }

  /** SCAN may give a key twice. */
  #isFresh(key: Buffer): boolean {
    if (this.#template?.matches(key, 0, key.length) === false) return false;
    const text = key.toString('latin1');
    if (this.#seen.has(text)) return false;
    this.#seen.add(text);
    return true;
  }

  #isHungry(): boolean {
    return this.#stop === null && this.#foundCount < this.#options.sampleSize;
  }

  #countFromHere(limits: { readonly keys: number; readonly ms: number }): void {
    this.#limits = limits;
    this.#since = { visitedKeys: this.#visitedKeys, ms: performance.now() };
  }

  #checkLimits(): void {
    const { keys, ms } = this.#limits;
    if (this.#visitedKeys - this.#since.visitedKeys >= keys) this.#stop ??= `${digits(this.#visitedKeys)} keys were visited`;
    if (performance.now() - this.#since.ms >= ms)
      this.#stop ??= `the sample was ended after ${ms < 1_000 ? `${ms} ms` : `${ms / 1_000} s`}`;
  }
}

function cancelledError(): RedQueryError {
  return new RedQueryError('RQ_CANCELLED', 'the statement was cancelled while its columns were inferred');
}

function pageFrom(reply: unknown): { cursor: string; keys: Buffer[] } {
  const [cursor, keys]: readonly unknown[] = Array.isArray(reply) ? reply : [];
  if (!Buffer.isBuffer(cursor) || !Array.isArray(keys)) {
    throw new RedQueryError('RQ_PROTOCOL', 'the reply to SCAN is not a cursor and a list of keys');
  }
  return { cursor: cursor.toString('latin1'), keys: keys.filter((key): key is Buffer => Buffer.isBuffer(key)) };
}
