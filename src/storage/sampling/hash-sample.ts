/**
 * Fetches some hashes for a sample, with a bound on bytes: a hash is measured before it is read, and of a big one only the
 * fields that are short come over the wire. Decides nothing about types.
 */
import { RedQueryError } from '../../errors.ts';
import type { Command, ControlClient } from '../connections/client.ts';

/** Called for each field of a hash. Values over 64 KiB are 'long', those for which there was no room 'unread'. */
export type FieldVisitor = (field: Buffer, value: Buffer | 'long' | 'unread') => void;

export interface SampledHash {
  readonly key: Buffer;
  /** About, with Redis' own overhead; null where the server does not tell. */
  readonly byteCount: number | null;
  /** Null where it was not asked for, because a hash of so few bytes has no more than a few thousand. */
  readonly fieldCount: number | null;
}

export interface MeasuredHashes {
  /** To be read whole. Some may turn out to be of another type. */
  readonly small: readonly SampledHash[];
  /** To be read field by field. */
  readonly big: readonly SampledHash[];
  /** Keys of other types among those that were asked for their number of fields. */
  readonly skippedCount: number;
}

/** Above so many fields only some of them are looked at. */
export const MANY_FIELDS = 1_000;
/** Up to here nothing more needs to be known. */
const TINY_HASH_BYTES = 16 * 1024;
/** A hash above this is read field by field, without the long values. */
const BIG_HASH_BYTES = 256 * 1024;
/** Values above this are not fetched. */
const LONG_VALUE_BYTES = 64 * 1024;
/** Most bytes of values that one big hash brings. */
const BIG_HASH_SAMPLE_BYTES = 1024 * 1024;

/**
 * Measures keys before they are read; keys that are gone are left out.
 * @throws {RedQueryError} what Redis says, for example RQ_REDIS_PERMISSION.
 */
export async function measureHashes(client: ControlClient, keys: readonly Buffer[]): Promise<MeasuredHashes> {
  // SAMPLES: with up to so many fields the measure is exact, and it never costs the server more than that.
  const sizes = await client.pipeline(keys.map((key): Command => ['MEMORY', 'USAGE', key, 'SAMPLES', MANY_FIELDS]));
  const small: SampledHash[] = [];
  const unsure: SampledHash[] = [];
  for (const [index, key] of keys.entries()) {
    const size = sizes[index];
    if (size === null) continue;
    const hash = { key, byteCount: typeof size === 'number' ? size : null, fieldCount: null };
    const isTiny = hash.byteCount !== null && hash.byteCount <= TINY_HASH_BYTES;
    (isTiny ? small : unsure).push(hash);
  }
  const counts = unsure.length === 0 ? [] : await client.pipeline(unsure.map(({ key }): Command => ['HLEN', key]));
  const big: SampledHash[] = [];
  for (const [index, { key, byteCount }] of unsure.entries()) {
    const fieldCount = counts[index];
    if (fieldCount instanceof RedQueryError && !isWrongType(fieldCount)) throw fieldCount;
    if (typeof fieldCount !== 'number' || fieldCount === 0) continue;
    const isBig = fieldCount > MANY_FIELDS || byteCount === null || byteCount > BIG_HASH_BYTES;
    (isBig ? big : small).push({ key, byteCount, fieldCount });
  }
  return { small, big, skippedCount: counts.filter(isWrongType).length };
}

/**
 * Reads hashes whole, in one write; `beginHash` gives the visitor of each that is there. Gives the number of keys that hold
 * another type.
 */
export async function readSmallHashes(
  client: ControlClient,
  hashes: readonly SampledHash[],
  beginHash: () => FieldVisitor,
): Promise<number> {
  const replies = await client.pipeline(hashes.map(({ key }): Command => ['HGETALL', key]));
  for (const reply of replies) {
    if (reply instanceof RedQueryError && !isWrongType(reply)) throw reply;
    const pairs = buffersIn(reply);
    if (pairs.length === 0) continue;
    const visitField = beginHash();
    for (let i = 0; i + 1 < pairs.length; i += 2) visitField(pairs[i] ?? EMPTY, pairs[i + 1] ?? EMPTY);
  }
  return replies.filter(isWrongType).length;
}

/** Reads up to 1,000 or so fields of a big hash, long values left out. Gives the number of bytes of values read. */
export async function readBigHash(client: ControlClient, hash: SampledHash, visitField: FieldVisitor): Promise<number> {
  const fields = await someFieldsOf(client, hash);
  const lengths = await client.pipeline(fields.map((field): Command => ['HSTRLEN', hash.key, field]));
  for (const length of lengths) if (length instanceof RedQueryError && !isWrongType(length)) throw length;
  let byteCount = 0;
  const short = fields.filter((field, index) => {
    const length = Number(lengths[index]);
    const isLong = length > LONG_VALUE_BYTES;
    if (isLong || byteCount + length > BIG_HASH_SAMPLE_BYTES) {
      visitField(field, isLong ? 'long' : 'unread');
      return false;
    }
    byteCount += length;
    return true;
  });
  const values = short.length === 0 ? [] : await client.callBuffer('HMGET', hash.key, ...short);
  for (const [index, field] of short.entries()) {
    const value: unknown = Array.isArray(values) ? values[index] : undefined;
    if (Buffer.isBuffer(value)) visitField(field, value);
  }
  return byteCount;
}

/** Names only, where the server can (NOVALUES: Redis 7.4); an older one sends so many values as are likely to be few bytes. */
async function someFieldsOf(client: ControlClient, { key, fieldCount, byteCount }: SampledHash): Promise<Buffer[]> {
  if (fieldCount === null || fieldCount <= MANY_FIELDS) return buffersIn(await client.callBuffer('HKEYS', key));
  const [reply] = await client.pipeline([['HSCAN', key, 0, 'COUNT', MANY_FIELDS, 'NOVALUES']]);
  if (Array.isArray(reply)) return buffersIn(reply[1]);
  const bytesAField = byteCount === null ? LONG_VALUE_BYTES : byteCount / fieldCount;
  const count = Math.max(10, Math.min(MANY_FIELDS, Math.floor(BIG_HASH_SAMPLE_BYTES / bytesAField)));
  const pairs: unknown = await client.callBuffer('HSCAN', key, 0, 'COUNT', count);
  return Array.isArray(pairs) ? buffersIn(pairs[1]).filter((_, index) => index % 2 === 0) : [];
}

const EMPTY = Buffer.alloc(0);

function isWrongType(reply: unknown): boolean {
  return reply instanceof RedQueryError && reply.code === 'RQ_REDIS_ERROR' && reply.message.includes('WRONGTYPE');
}

function buffersIn(reply: unknown): Buffer[] {
  return Array.isArray(reply) ? reply.filter((item): item is Buffer => Buffer.isBuffer(item)) : [];
}
