/**
 * Looks at some hashes under a pattern and says which columns they have. Bounded in keys, time and bytes, so that it may
 * run before a statement; what the bounds cut off is told in the notes.
 */
import { RedQueryError } from '../errors.ts';
import type { Command, ControlClient } from './client.ts';
import { FieldSamples } from './field-samples.ts';
import { literalOf } from './glob.ts';
import { type FieldVisitor, MANY_FIELDS, measureHashes, readBigHash, readSmallHashes, type SampledHash } from './hash-sample.ts';
import type { InferredSchema } from './inferred-schema.ts';
import { printableBytes } from './printable.ts';

export interface InferenceOptions {
  /** Redis glob pattern. */
  readonly pattern: string;
  /** Hashes to read, if there are so many. */
  readonly sampleSize: number;
  /** True: every column is VARCHAR. */
  readonly allVarchar: boolean;
  readonly signal?: AbortSignal | undefined;
}

const MAX_VISITED_KEYS = 20_000;
const MAX_SAMPLE_MS = 50;
const MAX_SAMPLE_BYTES = 16 * 1024 * 1024;
/** Keys a SCAN visits. */
const SCAN_COUNT = 1_000;
/** Hashes between two looks at the clock. */
const CHUNK_KEYS = 250;
/** Each brings up to 1 MiB. */
const BIG_HASHES_AT_ONCE = 8;
/** Bytes of small hashes that are asked for in one write. */
const REQUEST_BYTES = 4 * 1024 * 1024;

/**
 * Samples hashes and gives their columns. No matching hash: no columns, and a note.
 * @throws {RedQueryError} RQ_CANCELLED, and what the client and Redis throw.
 */
export async function inferHashSchema(client: ControlClient, options: InferenceOptions): Promise<InferredSchema> {
  await client.connect();
  return new Sampling(client, options).run();
}

class Sampling {
  readonly #client: ControlClient;
  readonly #options: InferenceOptions;
  readonly #pattern: Buffer;
  readonly #samples: FieldSamples;
  readonly #seen = new Set<string>();
  readonly #startedAt = performance.now();
  #visitedKeys = 0;
  #skippedKeys = 0;
  #byteCount = 0;
  #manyFieldsCount = 0;
  /** Why sampling ended early; null where every key was visited or the sample is full. */
  #stop: string | null = null;

  constructor(client: ControlClient, options: InferenceOptions) {
    this.#client = client;
    this.#options = options;
    this.#pattern = Buffer.from(options.pattern, 'utf8');
    this.#samples = new FieldSamples(options);
  }

  async run(): Promise<InferredSchema> {
    const literal = literalOf(this.#pattern);
    if (literal === null) await this.#scan();
    else await this.#takeOne(Buffer.from(literal));
    const { columns, notes } = this.#samples.finish();
    return {
      columns,
      sampledKeys: this.#samples.hashCount,
      visitedKeys: this.#visitedKeys,
      skippedKeys: this.#skippedKeys,
      notes: [...this.#notes(), ...notes],
    };
  }

  async #takeOne(key: Buffer): Promise<void> {
    this.#visitedKeys = 1;
    await this.#take([key]);
  }

  async #scan(): Promise<void> {
    let keyCount = Number.POSITIVE_INFINITY;
    let cursor = '0';
    do {
      const scan: Command = ['SCAN', cursor, 'MATCH', this.#pattern, 'COUNT', SCAN_COUNT];
      const [reply, total] = await this.#client.pipeline(this.#visitedKeys === 0 ? [scan, ['DBSIZE']] : [scan]);
      if (reply instanceof RedQueryError) throw reply;
      if (typeof total === 'number') keyCount = total;
      const page = pageFrom(reply);
      cursor = page.cursor;
      this.#visitedKeys = Math.min(this.#visitedKeys + SCAN_COUNT, Math.max(keyCount, page.keys.length));
      await this.#takePage(page.keys);
      if (cursor !== '0') this.#checkLimits();
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
    const text = key.toString('latin1');
    if (this.#seen.has(text)) return false;
    this.#seen.add(text);
    return true;
  }

  async #take(keys: readonly Buffer[]): Promise<void> {
    if (this.#options.signal?.aborted === true) throw new RedQueryError('RQ_CANCELLED', 'the statement was cancelled');
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
    if ((hash.fieldCount ?? 0) > MANY_FIELDS) this.#manyFieldsCount += 1;
    this.#count(await readBigHash(this.#client, hash, this.#beginHash()));
  }

  #beginHash(): FieldVisitor {
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

  #checkLimits(): void {
    if (this.#visitedKeys >= MAX_VISITED_KEYS) this.#stop ??= `${MAX_VISITED_KEYS} keys were visited`;
    if (performance.now() - this.#startedAt >= MAX_SAMPLE_MS) this.#stop ??= `${MAX_SAMPLE_MS} ms were up`;
  }

  #notes(): string[] {
    const { pattern, sampleSize } = this.#options;
    const shown = `'${printableBytes(Buffer.from(pattern))}'`;
    const { hashCount } = this.#samples;
    const notes: string[] = [];
    const limit = this.#stop === null ? '' : `, then ${this.#stop}`;
    if (hashCount === 0) {
      notes.push(
        `No hash was found under ${shown} (keys visited: ${this.#visitedKeys}${limit}): its only column is _key; columns => {…} declares more.`,
      );
    } else if (this.#stop !== null && hashCount < sampleSize) {
      notes.push(`The columns of ${shown} come from ${hashCount} hashes instead of ${sampleSize}: ${this.#stop}.`);
    }
    if (this.#skippedKeys > 0) notes.push(`${this.#skippedKeys} sampled keys under ${shown} are no hashes; they are left out.`);
    if (this.#manyFieldsCount > 0) {
      notes.push(
        `Of ${this.#manyFieldsCount} hashes with over ${MANY_FIELDS} fields only some fields were looked at; _fields holds all of them.`,
      );
    }
    return notes;
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
