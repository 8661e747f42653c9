/** Looks at some documents under a pattern and says which columns they have. */
import { RedQueryError } from '../../errors.ts';
import type { Command, ControlClient } from '../connections/client.ts';
import { missingModuleError } from '../connections/missing-module.ts';
import type { InferenceOptions } from './inference.ts';
import type { InferredSchema } from './inferred-schema.ts';
import { JsonSamples } from './json-samples.ts';
import { type Taken, walkKeys } from './key-walk.ts';
import { columnTexts, courseNotes } from './sample-notes.ts';

/** Documents above this are not read for a sample. */
const BIG_DOCUMENT_BYTES = 4 * 1024 * 1024;
/** Bytes of documents that are asked for in one write. */
const REQUEST_BYTES = 4 * 1024 * 1024;
const DOCUMENTS = { one: 'document', many: 'documents', columns: '_key is the only column' };

/**
 * Samples documents and gives their top-level members as columns. No matching document: no columns, and a note.
 * @throws {RedQueryError} RQ_CANCELLED, RQ_UNSUPPORTED on a server without RedisJSON, and what the client and Redis throw.
 */
export async function inferJsonSchema(client: ControlClient, options: InferenceOptions): Promise<InferredSchema> {
  const samples = new JsonSamples(options);
  let bigCount = 0;
  const course = await walkKeys(client, options, async (keys) => {
    const sizes = await client.pipeline(keys.map((key): Command => ['MEMORY', 'USAGE', key]));
    const sized = keys.map((key, index) => ({ key, byteCount: typeof sizes[index] === 'number' ? sizes[index] : 0 }));
    const read = sized.filter(({ byteCount }) => byteCount <= BIG_DOCUMENT_BYTES);
    bigCount += sized.length - read.length;
    return await readDocuments(client, read, samples);
  });
  const { columns, notes, columnNotes } = samples.finish();
  const { foundCount, visitedKeys, skippedKeys, stop } = course;
  const bigNotes = bigCount === 0 ? [] : [`${bigCount} sampled keys hold over 4 MiB; they were not looked at.`];
  const about = { ...options, kind: DOCUMENTS, hashCount: foundCount, visitedKeys, skippedKeys, stop };
  return {
    columns,
    sampledKeys: foundCount,
    visitedKeys,
    skippedKeys,
    notes: [...courseNotes(about), ...notes, ...bigNotes, ...columnTexts(columnNotes)],
    columnNotes,
  };
}

async function readDocuments(
  client: ControlClient,
  keys: readonly { readonly key: Buffer; readonly byteCount: number }[],
  samples: JsonSamples,
): Promise<Taken> {
  const taken = { foundCount: 0, skippedCount: 0, byteCount: 0 };
  for (let start = 0; start < keys.length; ) {
    let end = start;
    for (let room = REQUEST_BYTES; end < keys.length && (end === start || room > 0); end += 1) room -= keys[end]?.byteCount ?? 0;
    const replies = await client.pipeline(keys.slice(start, end).map(({ key }): Command => ['JSON.GET', key, '$']));
    for (const reply of replies) {
      if (reply instanceof RedQueryError && !isWrongType(reply)) throw missingModuleError(reply.message, 'JSON.GET') ?? reply;
      if (reply instanceof RedQueryError) taken.skippedCount += 1;
      if (!Buffer.isBuffer(reply)) continue;
      taken.foundCount += 1;
      taken.byteCount += reply.length;
      // The answer to `$` is the document in brackets.
      samples.add(reply.subarray(1, -1));
    }
    start = end;
  }
  return taken;
}

function isWrongType(error: RedQueryError): boolean {
  return error.code === 'RQ_REDIS_ERROR' && /WRONGTYPE|wrong Redis type/.test(error.message);
}
