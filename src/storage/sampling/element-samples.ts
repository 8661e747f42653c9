/**
 * Looks at some strings, sets, lists, sorted sets or streams under a pattern and says of which type their values are, or which
 * fields their entries have. Bounded in keys, elements, time and bytes.
 */
import { RedQueryError } from '../../errors.ts';
import type { Command, ControlClient } from '../connections/client.ts';
import type { SourceName } from '../scan-words.ts';
import { FieldSamples } from './field-samples.ts';
import type { InferenceOptions } from './inference.ts';
import type { InferredSchema } from './inferred-schema.ts';
import { type Taken, walkKeys } from './key-walk.ts';
import { columnTexts, courseNotes, type SampledKind } from './sample-notes.ts';

/** Kinds of tables whose values are looked at here. */
export type SampledElements = Extract<SourceName, 'string' | 'set' | 'list' | 'zset' | 'stream'>;

interface ElementKind {
  readonly words: SampledKind;
  /** The column; null where elements have fields. */
  readonly column: string | null;
  /** How many elements a key has; for a string its bytes. */
  readonly countCommand: string;
  /** Reads up to so many elements. */
  read(key: Buffer, count: number): Command;
}

const KINDS: Readonly<Record<SampledElements, ElementKind>> = {
  string: {
    words: { one: 'string', many: 'strings', columns: 'value is VARCHAR' },
    column: 'value',
    countCommand: 'STRLEN',
    read: (key) => ['GET', key],
  },
  set: {
    words: { one: 'set', many: 'sets', columns: 'member is VARCHAR' },
    column: 'member',
    countCommand: 'SCARD',
    read: (key, count) => ['SRANDMEMBER', key, count],
  },
  list: {
    words: { one: 'list', many: 'lists', columns: 'element is VARCHAR' },
    column: 'element',
    countCommand: 'LLEN',
    read: (key, count) => ['LRANGE', key, 0, count - 1],
  },
  zset: {
    words: { one: 'sorted set', many: 'sorted sets', columns: 'member is VARCHAR' },
    column: 'member',
    countCommand: 'ZCARD',
    read: (key, count) => ['ZRANGE', key, 0, count - 1],
  },
  stream: {
    words: { one: 'stream', many: 'streams', columns: '_id, _ts and _seq are the only columns' },
    column: null,
    countCommand: 'XLEN',
    read: (key, count) => ['XREVRANGE', key, '+', '-', 'COUNT', count],
  },
};

/** Elements that some keys bring together, and one key at most. */
const ELEMENTS_AT_ONCE = 4_000;
const ELEMENTS_PER_KEY = 1_000;
const LEAST_PER_KEY = 10;
/** Values above this are not fetched: no narrower type is written in so many bytes. */
const LONG_VALUE_BYTES = 64 * 1024;
/** Most bytes that one key brings, about. */
const KEY_BYTES = 256 * 1024;
/** Bytes that are asked for in one write. */
const REQUEST_BYTES = 4 * 1024 * 1024;

/**
 * Samples elements. No matching key: no columns, and a note.
 * @throws {RedQueryError} RQ_CANCELLED, and what the client and Redis throw.
 */
export async function inferElementSchema(
  client: ControlClient,
  source: SampledElements,
  options: InferenceOptions,
): Promise<InferredSchema> {
  const kind = KINDS[source];
  const sampling = new ElementSampling(client, kind, options);
  const { foundCount, visitedKeys, skippedKeys, stop } = await walkKeys(client, options, (keys) => sampling.take(keys));
  const { columns, notes, columnNotes } = sampling.samples.finish();
  const course = { ...options, kind: kind.words, hashCount: foundCount, visitedKeys, skippedKeys, stop };
  return {
    columns,
    sampledKeys: foundCount,
    visitedKeys,
    skippedKeys,
    notes: [...courseNotes(course), ...notes, ...columnTexts(columnNotes)],
    columnNotes,
  };
}

/** A key to read: `count` of its elements, which are about so many bytes; none where its values are long. */
interface MeasuredKey {
  readonly key: Buffer;
  readonly count: number;
  readonly byteCount: number;
}

class ElementSampling {
  readonly samples: FieldSamples;
  readonly #client: ControlClient;
  readonly #kind: ElementKind;
  readonly #column: Buffer;

  constructor(client: ControlClient, kind: ElementKind, options: InferenceOptions) {
    this.#client = client;
    this.#kind = kind;
    this.#column = Buffer.from(kind.column ?? '', 'utf8');
    this.samples = new FieldSamples(options);
  }

  async take(keys: readonly Buffer[]): Promise<Taken> {
    const { measured, skippedCount } = await this.#measure(keys);
    const taken = { foundCount: 0, skippedCount, byteCount: 0 };
    for (const group of groupsOf(measured.filter(({ count }) => count > 0))) {
      const replies = await this.#client.pipeline(group.map(({ key, count }) => this.#kind.read(key, count)));
      for (const [index, reply] of replies.entries()) {
        if (reply instanceof RedQueryError && !isWrongType(reply)) throw reply;
        if (reply instanceof RedQueryError) taken.skippedCount += 1;
        else if (this.#add(reply)) {
          taken.foundCount += 1;
          taken.byteCount += group[index]?.byteCount ?? 0;
        }
      }
    }
    for (const _ of measured.filter(({ count }) => count === 0)) {
      taken.foundCount += 1;
      if (this.#kind.column === null) continue;
      this.samples.beginHash();
      this.samples.add(this.#column, 'long');
    }
    return taken;
  }

  /** Keys that are gone are left out. An empty string has no bytes, as a key that is not there. */
  async #measure(keys: readonly Buffer[]): Promise<{ readonly measured: MeasuredKey[]; readonly skippedCount: number }> {
    const replies = await this.#client.pipeline(
      keys.flatMap((key): Command[] => [
        [this.#kind.countCommand, key],
        ['MEMORY', 'USAGE', key],
      ]),
    );
    const mostElements = Math.max(LEAST_PER_KEY, Math.min(ELEMENTS_PER_KEY, Math.floor(ELEMENTS_AT_ONCE / keys.length)));
    const measured: MeasuredKey[] = [];
    let skippedCount = 0;
    for (const [index, key] of keys.entries()) {
      const [length, memory] = [replies[index * 2], replies[index * 2 + 1]];
      if (length instanceof RedQueryError && !isWrongType(length)) throw length;
      if (length instanceof RedQueryError) skippedCount += 1;
      if (typeof length !== 'number' || (length === 0 && this.#kind.countCommand !== 'STRLEN')) continue;
      measured.push(this.#measuredKey(key, length, memory, mostElements));
    }
    return { measured, skippedCount };
  }

  #measuredKey(key: Buffer, length: number, memory: unknown, mostElements: number): MeasuredKey {
    if (this.#kind.countCommand === 'STRLEN')
      return { key, count: length > LONG_VALUE_BYTES ? 0 : 1, byteCount: Math.min(length, LONG_VALUE_BYTES) };
    // Where the server does not tell (it may not be allowed), elements may be of any length.
    const bytesEach = typeof memory === 'number' ? memory / length : LONG_VALUE_BYTES;
    if (bytesEach > KEY_BYTES * 4) return { key, count: 0, byteCount: 0 };
    const count = Math.max(1, Math.min(mostElements, length, Math.floor(KEY_BYTES / bytesEach)));
    return { key, count, byteCount: Math.ceil(count * bytesEach) };
  }

  /** Takes what a key has brought; false where it is not there. */
  #add(reply: unknown): boolean {
    if (Buffer.isBuffer(reply)) {
      this.#addValue(reply);
      return true;
    }
    if (!Array.isArray(reply) || reply.length === 0) return false;
    for (const element of reply as readonly unknown[]) {
      if (Buffer.isBuffer(element)) this.#addValue(element);
      else if (Array.isArray(element)) this.#addEntry(element[1]);
    }
    return true;
  }

  #addValue(value: Buffer): void {
    this.samples.beginHash();
    this.samples.add(this.#column, value.length > LONG_VALUE_BYTES ? 'long' : value);
  }

  /** A field that an entry has twice counts once: the last value is what SQL sees. */
  #addEntry(pairs: unknown): void {
    if (!Array.isArray(pairs)) return;
    this.samples.beginHash();
    const values = new Map<string, readonly [Buffer, Buffer]>();
    for (let i = 0; i + 1 < pairs.length; i += 2) {
      const [field, value]: readonly unknown[] = [pairs[i], pairs[i + 1]];
      if (Buffer.isBuffer(field) && Buffer.isBuffer(value)) values.set(field.toString('latin1'), [field, value]);
    }
    for (const [field, value] of values.values()) this.samples.add(field, value.length > LONG_VALUE_BYTES ? 'long' : value);
  }
}

/** Splits into requests whose replies are bounded in bytes. */
function groupsOf(keys: readonly MeasuredKey[]): MeasuredKey[][] {
  const groups: MeasuredKey[][] = [];
  let room = 0;
  for (const key of keys) {
    const last = groups.at(-1);
    if (last === undefined || key.byteCount > room) {
      groups.push([key]);
      room = REQUEST_BYTES - key.byteCount;
    } else {
      last.push(key);
      room -= key.byteCount;
    }
  }
  return groups;
}

function isWrongType(error: RedQueryError): boolean {
  return error.code === 'RQ_REDIS_ERROR' && error.message.includes('WRONGTYPE');
}
