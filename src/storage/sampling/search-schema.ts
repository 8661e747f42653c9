/** The columns of a search: the attributes of its index, as FT.INFO has them. Nothing is sampled. */
import { RedQueryError } from '../../errors.ts';
import { isDefinitePath, type SqlType } from '../../types/index.ts';
import type { ControlClient } from '../connections/client.ts';
import { type IndexAttribute, type IndexInfo, indexInfoFrom } from '../search/catalog/index-info.ts';
import type { InferredColumn, InferredSchema } from './inferred-schema.ts';

const VARCHAR: SqlType = { id: 'VARCHAR' };
const DOUBLE: SqlType = { id: 'DOUBLE' };

/**
 * Reads an index's attributes: NUMERIC is DOUBLE, VECTOR the bytes of a hash or the numbers of a document, all else VARCHAR; a path
 * that matches more than once is a LIST.
 * @throws {RedQueryError} RQ_UNKNOWN_INDEX naming those there are, RQ_NO_SEARCH, and what the client throws.
 */
export async function inferSearchSchema(client: ControlClient, index: string, allVarchar: boolean): Promise<InferredSchema> {
  const info = await indexInfoOf(client, index);
  const isDocuments = info.keyType === 'JSON';
  return {
    columns: info.attributes.map((attribute) => columnFrom(attribute, isDocuments, allVarchar)),
    keyType: isDocuments ? 'JSON' : 'HASH',
    sampledKeys: info.docCount,
    visitedKeys: 0,
    skippedKeys: 0,
    notes: notesOf(index, info),
    columnNotes: [],
  };
}

async function indexInfoOf(client: ControlClient, index: string): Promise<IndexInfo> {
  try {
    // Replies of this client have RESP2's shapes: Buffers, numbers, arrays and null.
    return indexInfoFrom((await client.callBuffer('FT.INFO', index)) as Parameters<typeof indexInfoFrom>[0]);
  } catch (error) {
    if (!(error instanceof RedQueryError)) throw error;
    if (/unknown command/i.test(error.message)) throw noSearchError(error);
    if (/unknown index|no such index/i.test(error.message)) throw await unknownIndexError(client, index);
    throw error;
  }
}

function noSearchError(cause: RedQueryError): RedQueryError {
  return new RedQueryError('RQ_NO_SEARCH', 'redis_search needs the search module, which this server does not have', {
    cause,
    hint: 'Redis Stack and Redis 8 have it; redis_hash and redis_json read by scan without it.',
  });
}

async function unknownIndexError(client: ControlClient, index: string): Promise<RedQueryError> {
  const list: unknown = await client.call('FT._LIST').catch(() => []);
  const names = Array.isArray(list) ? list.map(String).sort() : [];
  const there = names.length === 0 ? 'there is none' : `there are ${names.join(', ')}`;
  return new RedQueryError('RQ_UNKNOWN_INDEX', `no search index is called "${index}"; ${there}`);
}

function columnFrom({ identifier, alias, type }: IndexAttribute, isDocuments: boolean, allVarchar: boolean): InferredColumn {
  const path = isDocuments ? Buffer.from(identifier).toString('utf8') : undefined;
  return {
    field: path === undefined ? identifier : Buffer.from(alias, 'utf8'),
    name: alias,
    type: allVarchar ? VARCHAR : typeFor(type, path),
    ...(path === undefined ? {} : { path }),
    ...{ share: 1, nullShare: 0, examples: [], disagreeing: [] },
  };
}

function typeFor(type: string, path: string | undefined): SqlType {
  if (type === 'VECTOR') return path === undefined ? { id: 'BLOB' } : { id: 'LIST', child: DOUBLE };
  const scalar = type === 'NUMERIC' ? DOUBLE : VARCHAR;
  return path === undefined || isDefinitePath(path) ? scalar : { id: 'LIST', child: scalar };
}

/** A search answers with what the index has; the user is told where that is not everything. */
function notesOf(index: string, { isIndexing, percentIndexed, failureCount }: IndexInfo): string[] {
  const notes: string[] = [];
  if (isIndexing || percentIndexed < 1) {
    notes.push(`the index ${index} is being built (${Math.floor(percentIndexed * 100)} %): a search finds what it has so far`);
  }
  if (failureCount > 0) notes.push(`${failureCount} documents could not be indexed by ${index}: no search finds them`);
  return notes;
}
