/** A Redis with search, some documents and indexes, and what resolveAccess finds for a filter over them. */
import { QueryClient } from '../../../src/storage/connections/query-client.ts';
import {
  type AccessAnswer,
  type Constant,
  endpointFrom,
  type Predicate,
  type ScanRequest,
  type TableColumn,
} from '../../../src/storage/index.ts';
import { IndexCatalog, type SearchConnections } from '../../../src/storage/search/catalog/index-catalog.ts';
import { searchReplyFrom } from '../../../src/storage/search/catalog/replies.ts';
import { resolveAccess } from '../../../src/storage/search/resolve.ts';
import { endOfCommand } from '../../../src/storage/search/search-command.ts';
import { type RunningRedis, startRedis } from '../../support/redis-server.ts';
import { scanRequest } from '../../support/scans.ts';

type Fields = Readonly<Record<string, string | Uint8Array | number>>;

export interface SearchWorld extends AsyncDisposable {
  readonly redis: RunningRedis;
  readonly connections: SearchConnections;
  readonly catalog: IndexCatalog;
  /** Empties the server, forgets all indexes, and sets the module's options as they were. */
  reset(): Promise<void>;
  /** Makes an index and waits until it is built. words: from ON on, split at spaces. */
  createIndex(name: string, words: string): Promise<void>;
  put(docs: Readonly<Record<string, Fields>>): Promise<void>;
  resolve(request: Pick<ScanRequest, 'columns'> & Partial<ScanRequest>): Promise<AccessAnswer>;
  /** The keys that an answer's way by the index gives, sorted; null: it has none. */
  keysOf(answer: AccessAnswer): Promise<string[] | null>;
}

export async function startSearchWorld(): Promise<SearchWorld> {
  const redis = await startRedis({ args: ['--enable-debug-command', 'yes'] });
  const query = new QueryClient(endpointFrom('default', redis.url));
  const connections: SearchConnections = { query, database: 0 };
  let catalog = new IndexCatalog();
  const world: SearchWorld = {
    redis,
    connections,
    get catalog() {
      return catalog;
    },
    async reset() {
      const names = await redis.call('FT._LIST');
      for (const name of Array.isArray(names) ? names : []) await redis.call('FT.DROPINDEX', String(name));
      await redis.call('FLUSHALL');
      await redis.call('DEBUG', 'SET-ACTIVE-EXPIRE', '1');
      await redis.call('FT.CONFIG', 'SET', 'MAXSEARCHRESULTS', '1000000');
      await redis.call('FT.CONFIG', 'SET', 'MAXPREFIXEXPANSIONS', '200');
      catalog = new IndexCatalog();
    },
    async createIndex(name, words) {
      await redis.call('FT.CREATE', name, ...words.split(' ').map((word) => (word === '\\0' ? '' : word)));
      catalog.forget('default');
      await built(redis, name);
    },
    async put(docs) {
      await redis.callAll(Object.entries(docs).map(([key, fields]) => ['HSET', key, ...Object.entries(fields).flat()]));
      catalog.forget('default');
    },
    async resolve(request) {
      return await resolveAccess(connections, catalog, scanRequest(request));
    },
    async keysOf({ access }) {
      if (access === null) return null;
      const text = { query: access.query, params: access.params };
      const command = ['FT.SEARCH', access.index, access.query, 'NOCONTENT', 'LIMIT', 0, access.limit ?? 100_000];
      const { results } = searchReplyFrom(await query.call([...command, ...endOfCommand(text, 0)]));
      return results.map(idOf).sort();
    },
    async [Symbol.asyncDispose]() {
      query.close();
      await redis.stop();
    },
  };
  return world;
}

async function built(redis: RunningRedis, name: string): Promise<void> {
  for (;;) {
    const info = await redis.call('FT.INFO', name);
    const at = (word: string): unknown => (Array.isArray(info) ? info[info.indexOf(word) + 1] : undefined);
    if (String(at('indexing')) === '0' && Number(at('percent_indexed')) === 1) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function idOf(result: unknown): string {
  const entries = result instanceof Map ? [...result] : [];
  return String(entries.find(([name]) => String(name) === 'id')?.[1]);
}

export const KEY: TableColumn = { name: '_key', type: { id: 'VARCHAR' }, role: 'key' };

/** A field of a hash. */
export function field(name: string, type: TableColumn['type']['id'] | TableColumn['type'] = 'VARCHAR'): TableColumn {
  return { name, type: typeof type === 'string' ? { id: type } : type, role: 'field', field: Buffer.from(name) };
}

/** A path of a document. */
export function member(path: string, id: TableColumn['type']['id'] = 'VARCHAR'): TableColumn {
  return { name: path, type: { id }, role: 'field', path, field: Buffer.from(path) };
}

export function text(value: string): Constant {
  return { type: 'VARCHAR', value };
}

export function whole(value: bigint | number): Constant {
  return { type: 'BIGINT', value: BigInt(value) };
}

export function double(value: number): Constant {
  return { type: 'DOUBLE', value };
}

type Op = Extract<Predicate, { kind: 'comparison' }>['op'];

export function compare(column: number, op: Op, value: Constant): Predicate {
  return { kind: 'comparison', op, column, value };
}

export function and(...children: Predicate[]): Predicate {
  return { kind: 'and', children };
}

export function or(...children: Predicate[]): Predicate {
  return { kind: 'or', children };
}

export function not(child: Predicate): Predicate {
  return { kind: 'not', child };
}
