/**
 * What a session asks of Redis itself, beside scans: samples of keys, what an index can do, groups that Redis counts. One
 * small connection a server, opened when it is first needed. Whatever goes to Redis for a session passes here, and is held to the
 * keys that it may read.
 */
import { RedQueryError } from '../../errors.ts';
import {
  type AccessAnswer,
  type AggregateAnswer,
  answerAggregate,
  ControlClient,
  type Endpoint,
  IndexCatalog,
  inferSchema,
  type KeyGuard,
  keyGuardFrom,
  QueryClient,
  replicaOf,
  resolveAccess,
  type ScanRequest,
  type ScanTask,
  type SchemaNeed,
  type SearchConnections,
} from '../../storage/index.ts';
import type { Answer, Question } from '../protocol.ts';

/** How long a number of keys is good for an estimate. */
const KEY_COUNT_MS = 1_000;

export class RedisDesk {
  readonly #endpointNamed: (name: string) => Endpoint;
  readonly #clients = new Map<string, ControlClient>();
  readonly #queryClients = new Map<string, QueryClient>();
  readonly #keyPatterns: readonly string[] | null;
  /** Null: every key may be read. */
  readonly #keys: KeyGuard | null;
  readonly #catalog: IndexCatalog;
  readonly #keyCounts = new Map<string, { readonly count: Promise<number | null>; readonly at: number }>();

  /**
   * @param endpointNamed throws RQ_UNKNOWN_SERVER.
   * @param keyPatterns globs of the keys that the session may read; null: all.
   */
  constructor(endpointNamed: (name: string) => Endpoint, keyPatterns: readonly string[] | null) {
    this.#endpointNamed = endpointNamed;
    this.#keyPatterns = keyPatterns;
    const keys = keyGuardFrom(keyPatterns);
    this.#keys = keys;
    this.#catalog = new IndexCatalog(undefined, keys === null ? undefined : ({ prefixes }) => keys.allowsIndex(prefixes));
  }

  /** Gives the connection of a server for everything small. */
  client(name: string): ControlClient {
    const endpoint = this.#endpointNamed(name);
    const client = this.#clients.get(name) ?? new ControlClient(endpoint);
    this.#clients.set(name, client);
    return client;
  }

  /** Gives the keys of a server's database, as they were a second ago at most; null where it does not tell, or may not be told. */
  keyCount(name: string): Promise<number | null> {
    const known = this.#keyCounts.get(name);
    if (known !== undefined && performance.now() - known.at < KEY_COUNT_MS) return known.count;
    const count = this.#countKeys(name);
    this.#keyCounts.set(name, { count, at: performance.now() });
    return count;
  }

  async #countKeys(name: string): Promise<number | null> {
    if (this.#keys !== null) return null;
    try {
      return Number(await this.client(name).call('DBSIZE'));
    } catch {
      // It was about an estimate: a scan says what is wrong with the server.
      return null;
    }
  }

  /** Gives a replica of a server. @throws {RedQueryError} RQ_REDIS_UNREACHABLE where none is online. */
  replica(name: string): Promise<Endpoint> {
    return replicaOf(this.client(name), this.#endpointNamed(name));
  }

  /**
   * Answers what an engine thread asks.
   * @throws {RedQueryError} what Redis says; RQ_CANCELLED where `signal` was aborted; RQ_FORBIDDEN.
   */
  async answer(question: Question, signal: AbortSignal | undefined): Promise<Answer> {
    switch (question.kind) {
      case 'schema':
        return { kind: 'schema', schema: await this.#sample(question.need, signal) };
      case 'access':
        return { kind: 'access', access: await this.#resolve(question.request, signal) };
      case 'aggregate':
        return { kind: 'aggregate', aggregate: await this.#group(question, signal) };
      default:
        return question satisfies never;
    }
  }

  /**
   * Gives the task as workers get it, with the keys that may be read.
   * @throws {RedQueryError} RQ_FORBIDDEN; RQ_UNKNOWN_INDEX: an index that also holds other keys.
   */
  async permit(task: ScanTask): Promise<ScanTask> {
    const keyPatterns = this.#keyPatterns;
    if (this.#keys === null || keyPatterns === null) return task;
    this.#keys.checkTask(task);
    const { access } = task;
    if (access.kind === 'search' || access.kind === 'query') await this.#checkIndex(task.server, access.index);
    return { ...task, allowedKeys: keyPatterns };
  }

  async #sample(need: SchemaNeed, signal: AbortSignal | undefined): ReturnType<typeof inferSchema> {
    if (this.#keys !== null) {
      if (need.source === 'search') await this.#checkIndex(need.server, need.pattern, signal);
      else this.#keys.checkPattern(Buffer.from(need.pattern, 'utf8'));
    }
    return inferSchema(this.client(need.server), need, signal);
  }

  async #resolve(request: ScanRequest, signal: AbortSignal | undefined): Promise<AccessAnswer> {
    if (!this.#isAllowed(request)) return NO_INDEX;
    const answer = await resolveAccess(this.#searchOf(request.server), this.#catalog, request, signal);
    // An advice tells how many keys there are in all.
    return this.#keys === null ? answer : { ...answer, advice: null };
  }

  async #group(
    { request, isDry }: Extract<Question, { kind: 'aggregate' }>,
    signal: AbortSignal | undefined,
  ): Promise<AggregateAnswer> {
    const { scan } = request;
    if (!this.#isAllowed(scan)) return { kind: 'refused', why: 'the pattern may match keys that you may not read' };
    const answer = await answerAggregate(this.#searchOf(scan.server), this.#catalog, request, signal, isDry);
    return this.#keys === null || answer.kind !== 'refused' ? answer : { ...answer, advice: null };
  }

  #isAllowed({ pattern }: ScanRequest): boolean {
    return this.#keys?.allowsPattern(Buffer.from(pattern, 'utf8')) ?? true;
  }

  /** @throws {RedQueryError} RQ_UNKNOWN_INDEX: there is none of that name that holds allowed keys only. */
  async #checkIndex(server: string, name: string, signal?: AbortSignal): Promise<void> {
    const connections = this.#searchOf(server);
    for (const isSecond of [false, true]) {
      // It may have been made since the server was last asked.
      if (isSecond) this.#catalog.forget(server);
      const snapshot = await this.#catalog.snapshot(server, connections, signal);
      if (snapshot.kind === 'indexes' && snapshot.indexes.some((index) => index.name === name)) return;
      if (isSecond) throw unknownIndexError(name, snapshot.kind === 'none' ? [] : snapshot.indexes.map((index) => index.name));
    }
  }

  #searchOf(name: string): SearchConnections {
    const endpoint = this.#endpointNamed(name);
    const query = this.#queryClients.get(name) ?? new QueryClient(endpoint);
    this.#queryClients.set(name, query);
    return { query, database: endpoint.database };
  }

  /** Ends what is under way: samples that wait for a silent server end with its connection. */
  async close(): Promise<void> {
    for (const query of this.#queryClients.values()) query.close();
    await Promise.all([...this.#clients.values()].map((client) => client.close()));
  }
}

const NO_INDEX: AccessAnswer = {
  access: null,
  conjuncts: [],
  filterAnswer: 'unsupported',
  remarks: [],
  advice: null,
  estimatedRows: null,
};

function unknownIndexError(name: string, known: readonly string[]): RedQueryError {
  const there = known.length === 0 ? 'there is none for you' : `there are ${known.join(', ')}`;
  return new RedQueryError('RQ_UNKNOWN_INDEX', `no search index is called "${name}"; ${there}`);
}
