/** The search indexes of a server as rows: FT._LIST, then FT.INFO of each in one pipeline. */
import { RedQueryError } from '../../errors.ts';
import type { Reply } from '../../resp/reply-reader.ts';
import type { QueryClient } from '../../storage/connections/query-client.ts';
import { entriesOf, itemsOf, textOf } from '../../storage/search/catalog/replies.ts';
import type { NamedValues } from './command-run.ts';

/**
 * Asks for all indexes, in the order of their names; none where the server has no search module.
 * @param isVisible is told an index's prefixes; false leaves it out.
 * @throws {RedQueryError} RQ_REDIS_PERMISSION, and what `QueryClient.call` throws.
 */
export async function indexRows(
  client: QueryClient,
  signal: AbortSignal,
  isVisible: (prefixes: readonly Uint8Array[]) => boolean,
): Promise<NamedValues[]> {
  const names = await indexNames(client, signal);
  const infos = await Promise.all(names.map((name) => infoOf(client, name, signal)));
  return infos.flatMap((info) => (info === null || !isVisible(prefixesOf(info)) ? [] : [rowFrom(info)]));
}

async function indexNames(client: QueryClient, signal: AbortSignal): Promise<string[]> {
  try {
    return itemsOf(await client.call(['FT._LIST'], { signal }))
      .map(textOf)
      .sort();
  } catch (error) {
    const isWithoutModule = error instanceof RedQueryError && /unknown command/i.test(error.message);
    if (isWithoutModule) return [];
    throw error;
  }
}

/** An index that was dropped in between is not there. */
async function infoOf(client: QueryClient, name: string, signal: AbortSignal): Promise<Reply> {
  try {
    return await client.call(['FT.INFO', name], { signal });
  } catch (error) {
    if (error instanceof RedQueryError && error.code === 'RQ_REDIS_ERROR') return null;
    throw error;
  }
}

function prefixesOf(info: Reply): Uint8Array[] {
  const definition = entriesOf(entriesOf(info).get('index_definition'));
  return itemsOf(definition.get('prefixes')).map((prefix) => (Buffer.isBuffer(prefix) ? prefix : Buffer.from('')));
}

function rowFrom(reply: Reply): NamedValues {
  const info = entriesOf(reply);
  const definition = entriesOf(info.get('index_definition'));
  const errors = entriesOf(info.get('Index Errors'));
  const row = new Map<string, string>();
  const set = (column: string, value: string): void => {
    // What a version does not tell is NULL.
    if (value !== '') row.set(column, value);
  };
  set('name', textOf(info.get('index_name')));
  set('key_type', textOf(definition.get('key_type')));
  set('prefixes', JSON.stringify(itemsOf(definition.get('prefixes')).map(textOf)));
  set('filter', textOf(definition.get('filter')));
  set('num_docs', textOf(info.get('num_docs')));
  set('indexing', textOf(info.get('indexing')));
  set('percent_indexed', textOf(info.get('percent_indexed')));
  set('failures', textOf(info.get('hash_indexing_failures')));
  const lastError = textOf(errors.get('last indexing error'));
  if (lastError !== 'N/A') set('last_error', lastError);
  set('memory_mb', textOf(info.get('total_index_memory_sz_mb')));
  set('attributes', JSON.stringify(itemsOf(info.get('attributes')).map(plainFrom)));
  return row;
}

function plainFrom(reply: Reply): unknown {
  if (Buffer.isBuffer(reply)) return reply.toString('utf8');
  if (reply instanceof Map) return Object.fromEntries([...reply].map(([name, value]) => [textOf(name), plainFrom(value)]));
  if (Array.isArray(reply)) return reply.map(plainFrom);
  return typeof reply === 'bigint' ? String(reply) : reply;
}
