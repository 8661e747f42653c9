/**
 * Fetches some hashes for a sample, with a bound on bytes: a hash is measured before it is read, and of a big one only the
 * fields that are short come over the wire. Decides nothing about types.
 */
import { RedQueryError } from '../errors.ts';
import type { Command, ControlClient } from './client.ts';

/** Called for each field of a hash. Values over 64 KiB are 'long', those for which there was no room 'unread'. */
export type FieldVisitor = (field: Buffer, value: Buffer | 'long' | 'unread') => void;

export interface SampledHash {
  readonly key: Buffer;
  readonly fieldCount: number;
  /** About, with Redis' own overhead; null where the server does not tell. */
  readonly byteCount: number | null;
}

/** Above so many fields only some of them are looked at. */
export const MANY_FIELDS = 1_000;
/** A hash above this is read field by field, without the long values. */
const BIG_HASH_BYTES = 256 * 1024;
/** Values above this are not fetched. */
const LONG_VALUE_BYTES = 64 * 1024;
/** Most bytes of values that one big hash brings. */
const BIG_HASH_SAMPLE_BYTES = 1024 * 1024;

export function isBig({ fieldCount, byteCount }: SampledHash): boolean {
  return fieldCount > MANY_FIELDS || byteCount === null || byteCount > BIG_HASH_BYTES;
}

/**
 * Measures hashes, in the order of `keys`; keys that are gone are left out. `skipped` counts keys of other types.
 * @throws {RedQueryError} what Redis says, for example RQ_REDIS_PERMISSION.
 */
export async function measureHashes(
  client: ControlClient,
  keys: readonly Buffer[],
): Promise<{ hashes: SampledHash[]; skipped: number }> {
  // SAMPLES: with so many fields the measure is exact, and it never costs the server more than that.
  const replies = await client.pipeline(
    keys.flatMap((key): Command[] => [
      ['HLEN', key],
      ['MEMORY', 'USAGE', key, 'SAMPLES', MANY_FIELDS],
    ]),
  );
  const hashes: SampledHash[] = [];
  let skipped = 0;
  for (const [index, key] of keys.entries()) {
    const fieldCount = replies[index * 2];
    const byteCount = replies[index * 2 + 1];
    if (isWrongType(fieldCount)) skipped += 1;
    else if (fieldCount instanceof RedQueryError) throw fieldCount;
    else if (typeof fieldCount === 'number' && fieldCount > 0) {
      hashes.push({ key, fieldCount, byteCount: typeof byteCount === 'number' ? byteCount : null });
    }
  }
  return { hashes, skipped };
}

/** Reads small hashes whole, in one write. `visit(i)` gives the visitor of hashes[i]; a hash that is gone has no visit. */
export async function readSmallHashes(
  client: ControlClient,
  hashes: readonly SampledHash[],
  visit: (index: number) => FieldVisitor,
): Promise<void> {
  const replies = await client.pipeline(hashes.map(({ key }): Command => ['HGETALL', key]));
  for (const [index, reply] of replies.entries()) {
    if (reply instanceof RedQueryError && !isWrongType(reply)) throw reply;
    const pairs = buffersIn(reply);
    if (pairs.length === 0) continue;
    const visitField = visit(index);
    for (let i = 0; i + 1 < pairs.length; i += 2) visitField(pairs[i] ?? EMPTY, pairs[i + 1] ?? EMPTY);
  }
}

/** Reads up to 1,000 or so fields of a big hash, long values left out. Gives the number of bytes of values read. */
export async function readBigHash(client: ControlClient, hash: SampledHash, visitField: FieldVisitor): Promise<number> {
  const fields = await someFieldsOf(client, hash);
  const lengths = await client.pipeline(fields.map((field): Command => ['HSTRLEN', hash.key, field]));
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
  if (fieldCount <= MANY_FIELDS) return buffersIn(await client.callBuffer('HKEYS', key));
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
