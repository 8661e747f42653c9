/**
 * Looks at some hashes under a pattern and says which columns they have. Bounded in keys, time and bytes, so that it may
 * run before a statement; what the bounds cut off is told in the notes.
 */
import { RedQueryError } from '../../errors.ts';
import type { Command, ControlClient } from '../connections/client.ts';
import { literalOf } from '../keys/glob.ts';
import { compileTemplate, type TemplateMatcher } from '../keys/template-match.ts';
import type { KeyTemplate } from '../scan-words.ts';
import { FieldSamples } from './field-samples.ts';
import { type FieldVisitor, MANY_FIELDS, measureHashes, readBigHash, readSmallHashes, type SampledHash } from './hash-sample.ts';
import type { InferredSchema } from './inferred-schema.ts';
import { columnTexts, courseNotes, digits } from './sample-notes.ts';

export interface InferenceOptions {
  /** Redis glob pattern. */
  readonly pattern: string;
  /** Other keys under the pattern are passed over. */
  readonly template?: KeyTemplate | null;
  /** Hashes to read, if there are so many. */
  readonly sampleSize: number;
  /** True: every column is VARCHAR. */
  readonly allVarchar: boolean;
  /** Looked at instead of walking over the database. */
  readonly keys?: readonly Buffer[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Keys to visit and time to take: until a first hash is found, and from then on. */
const SEARCH_LIMITS = { keys: 2_000_000, ms: 2_000 } as const;
const SAMPLE_LIMITS = { keys: 20_000, ms: 50 } as const;
const MAX_SAMPLE_BYTES = 16 * 1024 * 1024;
/** Keys a SCAN visits; more where nothing is found, but never so many that others wait for milliseconds. */
const SCAN_COUNT = 1_000;
const MAX_SCAN_COUNT = 4_000;
/** Hashes between two looks at the clock: a sample of the usual size is one request of each kind. */
const CHUNK_KEYS = 1_000;
/** Each brings up to 1 MiB. */
const BIG_HASHES_AT_ONCE = 8;
/** Bytes of small hashes that are asked for in one write. */
const REQUEST_BYTES = 4 * 1024 * 1024;

/**
 * Samples hashes and gives their columns. No matching hash: no columns, and a note.
 * @throws {RedQueryError} RQ_CANCELLED, and what the client and Redis throw.
 */
export async function inferHashSchema(client: ControlClient, options: InferenceOptions): Promise<InferredSchema> {
  const { signal } = options;
  if (signal === undefined) return await new Sampling(client, options).run();
  if (signal.aborted) throw cancelledError();
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(cancelledError());
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    // What is under way when it is aborted ends at its next look at the signal.
    return await Promise.race([new Sampling(client, options).run(), aborted]);
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
  }
}

function cancelledError(): RedQueryError {
  return new RedQueryError('RQ_CANCELLED', 'the statement was cancelled while its columns were inferred');
}

class Sampling {
  readonly #client: ControlClient;
  readonly #options: InferenceOptions;
  readonly #pattern: Buffer;
  readonly #template: TemplateMatcher | null;
  readonly #samples: FieldSamples;
  readonly #seen = new Set<string>();
  /** From where the limits count: the start, then the first hash. */
  #since = { visitedKeys: 0, ms: 0 };
  #limits: { readonly keys: number; readonly ms: number } = SEARCH_LIMITS;
  #visitedKeys = 0;
  #skippedKeys = 0;
  #byteCount = 0;
  /** Why sampling ended early; null where every key was visited or the sample is full. */
  #stop: string | null = null;

  constructor(client: ControlClient, options: InferenceOptions) {
    this.#client = client;
    this.#options = options;
    this.#pattern = Buffer.from(options.pattern, 'utf8');
    this.#template = options.template == null ? null : compileTemplate(options.template);
    this.#samples = new FieldSamples(options);
  }

  async run(): Promise<InferredSchema> {
    await this.#client.connect();
    this.#countFromHere(SEARCH_LIMITS);
    const literal = literalOf(this.#pattern);
    if (this.#options.keys !== undefined) await this.#takePage(this.#options.keys);
    else if (literal === null) await this.#scan();
    else await this.#takeOne(Buffer.from(literal));
    const { columns, notes, columnNotes } = this.#samples.finish();
    const course = {
      ...this.#options,
      hashCount: this.#samples.hashCount,
      visitedKeys: this.#visitedKeys,
      skippedKeys: this.#skippedKeys,
      stop: this.#stop,
    };
    return {
      columns,
      sampledKeys: course.hashCount,
      visitedKeys: course.visitedKeys,
      skippedKeys: course.skippedKeys,
      notes: [...courseNotes(course), ...notes, ...columnTexts(columnNotes)],
      columnNotes,
    };
  }

  async #takeOne(key: Buffer): Promise<void> {
    this.#visitedKeys = 1;
    await this.#take([key]);
  }

  async #scan(): Promise<void> {
    let keyCount = Number.POSITIVE_INFINITY;
    let cursor = '0';
    let count = SCAN_COUNT;
    do {
      this.#checkSignal();
      const scan: Command = ['SCAN', cursor, 'MATCH', this.#pattern, 'COUNT', count];
      const [reply, total] = await this.#client.pipeline(this.#visitedKeys === 0 ? [scan, ['DBSIZE']] : [scan]);
      if (reply instanceof RedQueryError) throw reply;
      if (typeof total === 'number') keyCount = total;
      const page = pageFrom(reply);
      cursor = page.cursor;
      this.#visitedKeys = Math.min(this.#visitedKeys + count, Math.max(keyCount, page.keys.length));
      await this.#takePage(page.keys);
      if (cursor !== '0') this.#checkLimits();
      count = this.#samples.hashCount > 0 ? SCAN_COUNT : Math.min(count * 2, MAX_SCAN_COUNT);
    } while (cursor !== '0' && this.#isHungry());
  }

  async #takePage(keys: readonly Buffer[]): Promise<void> {
    const fresh = keys.filter((key) => this.#isFresh(key));
    for (let start = 0; start < fresh.length && this.#isHungry(); ) {
      const missing = this.#options.sampleSize - this.#samples.hashCount;
      const chunk = fresh.slice(start, start + Math.min(CHUNK_KEYS, missing));
      start += chunk.length;
      await this.#take(chunk);
      if (start < fresh.length) this.#checkLimits();
    }
  }

  /** SCAN may give a key twice. */
  #isFresh(key: Buffer): boolean {
    if (this.#template?.matches(key, 0, key.length) === false) return false;
    const text = key.toString('latin1');
    if (this.#seen.has(text)) return false;
    this.#seen.add(text);
    return true;
  }

  async #take(keys: readonly Buffer[]): Promise<void> {
    this.#checkSignal();
    const { small, big, skippedCount } = await measureHashes(this.#client, keys);
    this.#skippedKeys += skippedCount;
    for (const group of groupsOf(small)) {
      if (!this.#isHungry()) return;
      this.#skippedKeys += await readSmallHashes(this.#client, group, () => this.#beginHash());
      this.#count(group.reduce((sum, hash) => sum + (hash.byteCount ?? 0), 0));
    }
    for (let start = 0; start < big.length && this.#isHungry(); start += BIG_HASHES_AT_ONCE) {
      await Promise.all(big.slice(start, start + BIG_HASHES_AT_ONCE).map((hash) => this.#takeBig(hash)));
      if (start + BIG_HASHES_AT_ONCE < big.length) this.#checkLimits();
    }
  }

  async #takeBig(hash: SampledHash): Promise<void> {
    if ((hash.fieldCount ?? 0) > MANY_FIELDS) this.#samples.leaveFieldsOut();
    this.#count(await readBigHash(this.#client, hash, this.#beginHash()));
  }

  #beginHash(): FieldVisitor {
    if (this.#samples.hashCount === 0) this.#countFromHere(SAMPLE_LIMITS);
    this.#samples.beginHash();
    return (field, value) => this.#samples.add(field, value);
  }

  #count(byteCount: number): void {
    this.#byteCount += byteCount;
    if (this.#byteCount >= MAX_SAMPLE_BYTES) this.#stop ??= `they hold over ${MAX_SAMPLE_BYTES / 1024 / 1024} MiB`;
  }

  #isHungry(): boolean {
    return this.#stop === null && this.#samples.hashCount < this.#options.sampleSize;
  }

  #checkSignal(): void {
    if (this.#options.signal?.aborted === true) throw cancelledError();
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

/** Splits into requests whose replies are bounded in bytes. */
function groupsOf(hashes: readonly SampledHash[]): SampledHash[][] {
  const groups: SampledHash[][] = [];
  let room = 0;
  for (const hash of hashes) {
    const byteCount = hash.byteCount ?? 0;
    const last = groups.at(-1);
    if (last === undefined || byteCount > room) {
      groups.push([hash]);
      room = REQUEST_BYTES - byteCount;
    } else {
      last.push(hash);
      room -= byteCount;
    }
  }
  return groups;
}

function pageFrom(reply: unknown): { cursor: string; keys: Buffer[] } {
  const [cursor, keys]: readonly unknown[] = Array.isArray(reply) ? reply : [];
  if (!Buffer.isBuffer(cursor) || !Array.isArray(keys)) {
    throw new RedQueryError('RQ_PROTOCOL', 'the reply to SCAN is not a cursor and a list of keys');
  }
  return { cursor: cursor.toString('latin1'), keys: keys.filter((key): key is Buffer => Buffer.isBuffer(key)) };
}
