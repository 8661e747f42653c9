/**
 * The indexes of each server, as they were at most a second ago. It asks and remembers; which of them serves a request is
 * gate.ts's and resolve.ts's business.
 */

import { RedQueryError } from '../../../errors.ts';
import type { Reply } from '../../../resp/index.ts';
import type { QueryClient } from '../../connections/query-client.ts';
import { CompletenessCheck } from './completeness.ts';
import { type IndexInfo, indexInfoFrom } from './index-info.ts';
import { itemsOf, textOf } from './replies.ts';
import { type ServerFacts, serverFactsFrom } from './server-facts.ts';

/** How a server is asked about its indexes. */
export interface SearchConnections {
  readonly query: QueryClient;
  /** The database that statements read. Indexes hold keys of database 0 only. */
  readonly database: number;
}

/** What there is on a server; `why`: no search at all. */
export type IndexSnapshot =
  | { readonly kind: 'indexes'; readonly indexes: readonly IndexInfo[]; readonly facts: ServerFacts }
  | { readonly kind: 'none'; readonly why: string };

/** An index may be dropped or changed at any time: nothing older is used. */
const FRESH_MS = 1000;
/** A module is not loaded every second. */
const NO_MODULE_MS = 10_000;
/** More indexes are not asked for one by one; those beyond are not used. */
const MOST_INDEXES = 200;

interface Known {
  readonly snapshot: Promise<IndexSnapshot>;
  untilMs: number;
}

/** One a session: a server is known by the name that the session's requests have for it. */
export class IndexCatalog {
  /** What was found out about indexes beside what the server tells. */
  readonly completeness = new CompletenessCheck();
  readonly #known = new Map<string, Known>();
  /** The indexes that a server had when it was last asked: they are asked about before it says which there are. */
  readonly #names = new Map<string, readonly string[]>();
  readonly #nowMs: () => number;
  readonly #isVisible: (index: IndexInfo) => boolean;

  /** @param isVisible false: whoever asks learns nothing of the index. */
  constructor(nowMs: () => number = () => performance.now(), isVisible: (index: IndexInfo) => boolean = () => true) {
    this.#nowMs = nowMs;
    this.#isVisible = isVisible;
  }

  /**
   * Gives what there is; asks at most once a second and once at a time.
   * @throws {RedQueryError} what `QueryClient.call` throws, except refusals: those mean that there are no indexes.
   */
  async snapshot(server: string, connections: SearchConnections, signal?: AbortSignal): Promise<IndexSnapshot> {
    const known = this.#known.get(server);
    if (known !== undefined && this.#nowMs() < known.untilMs) return await abortable(known.snapshot, signal);
    const asked: Known = {
      snapshot: readSnapshot(connections, this.#names.get(server) ?? [], this.#isVisible),
      untilMs: this.#nowMs() + FRESH_MS,
    };
    this.#known.set(server, asked);
    asked.snapshot.then(
      (snapshot) => {
        if (snapshot.kind === 'none') asked.untilMs = this.#nowMs() + NO_MODULE_MS;
        else this.#names.set(server, namesIn(snapshot.indexes));
      },
      () => this.#forget(server, asked),
    );
    return await abortable(asked.snapshot, signal);
  }

  /** Makes the next call ask again: something that was built on the snapshot went wrong. */
  forget(server: string): void {
    this.#known.delete(server);
  }

  #forget(server: string, known: Known): void {
    if (this.#known.get(server) === known) this.#known.delete(server);
  }
}

/** Others may wait for the same answer, so that an abort ends the wait only. */
async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await promise;
  return await new Promise<T>((resolve, reject) => {
    const onAbort = (): void =>
      reject(new RedQueryError('RQ_CANCELLED', 'the statement was cancelled while it asked for indexes'));
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** likely: names of indexes that there may be, so that one write asks for all. */
async function readSnapshot(
  { query }: SearchConnections,
  likely: readonly string[],
  isVisible: (index: IndexInfo) => boolean,
): Promise<IndexSnapshot> {
  const infoOf = async (name: string): Promise<Reply | RedQueryError> => await orRefusal(query.call(['FT.INFO', name]));
  const [list, keyspace, config, ...likelyInfos] = await Promise.all([
    orRefusal(query.call(['FT._LIST'])),
    query.call(['INFO', 'keyspace']),
    orRefusal(query.call(['FT.CONFIG', 'GET', '*'])),
    ...likely.map(infoOf),
  ]);
  if (list instanceof RedQueryError) {
    const isUnknown = /unknown command/i.test(list.message);
    return { kind: 'none', why: isUnknown ? 'the server has no search module' : `FT._LIST: ${list.message}` };
  }
  const names = itemsOf(list).map(textOf).sort().slice(0, MOST_INDEXES);
  const known = new Map(likely.map((name, i) => [name, likelyInfos[i]]));
  const infos = await Promise.all(names.map((name) => known.get(name) ?? infoOf(name)));
  const facts = serverFactsFrom(keyspace, config instanceof RedQueryError ? null : config);
  // An index that was dropped in between is not there.
  const indexes = infos.flatMap((info) => (info instanceof RedQueryError ? [] : [indexInfoFrom(info)]));
  return { kind: 'indexes', indexes: indexes.filter(isVisible), facts };
}

function namesIn(indexes: readonly IndexInfo[]): string[] {
  return indexes.map(({ name }) => name);
}

/** Gives the server's own refusal as a value; the connection goes on. */
async function orRefusal<T>(promise: Promise<T>): Promise<T | RedQueryError> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof RedQueryError && (error.code === 'RQ_REDIS_ERROR' || error.code === 'RQ_REDIS_PERMISSION')) return error;
    throw error;
  }
}
