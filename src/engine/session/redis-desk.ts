/**
 * What a session asks of Redis itself, beside scans: samples of keys, what an index can do, groups that Redis counts. One
 * small connection a server, opened when it is first needed.
 */
import {
  type AccessAnswer,
  type AggregateAnswer,
  answerAggregate,
  ControlClient,
  type Endpoint,
  IndexCatalog,
  inferSchema,
  QueryClient,
  replicaOf,
  resolveAccess,
  type ScanRequest,
  type SearchConnections,
} from '../../storage/index.ts';
import type { Answer, Question } from '../protocol.ts';

export class RedisDesk {
  readonly #endpointNamed: (name: string) => Endpoint;
  readonly #clients = new Map<string, ControlClient>();
  readonly #queryClients = new Map<string, QueryClient>();
  readonly #catalog = new IndexCatalog();

  /** @param endpointNamed throws RQ_UNKNOWN_SERVER. */
  constructor(endpointNamed: (name: string) => Endpoint) {
    this.#endpointNamed = endpointNamed;
  }

  /** Gives the connection of a server for everything small. */
  client(name: string): ControlClient {
    const endpoint = this.#endpointNamed(name);
    const client = this.#clients.get(name) ?? new ControlClient(endpoint);
    this.#clients.set(name, client);
    return client;
  }

  /** Gives a replica of a server. @throws {RedQueryError} RQ_REDIS_UNREACHABLE where none is online. */
  replica(name: string): Promise<Endpoint> {
    return replicaOf(this.client(name), this.#endpointNamed(name));
  }

  /**
   * Answers what an engine thread asks.
   * @throws {RedQueryError} what Redis says; RQ_CANCELLED where `signal` was aborted.
   */
  async answer(question: Question, signal: AbortSignal | undefined): Promise<Answer> {
    switch (question.kind) {
      case 'schema':
        return { kind: 'schema', schema: await inferSchema(this.client(question.need.server), question.need, signal) };
      case 'access':
        return { kind: 'access', access: await this.#resolve(question.request, signal) };
      case 'aggregate':
        return { kind: 'aggregate', aggregate: await this.#group(question, signal) };
      default:
        return question satisfies never;
    }
  }

  #resolve(request: ScanRequest, signal: AbortSignal | undefined): Promise<AccessAnswer> {
    return resolveAccess(this.#searchOf(request.server), this.#catalog, request, signal);
  }

  #group(
    { request, isDry }: Extract<Question, { kind: 'aggregate' }>,
    signal: AbortSignal | undefined,
  ): Promise<AggregateAnswer> {
    return answerAggregate(this.#searchOf(request.scan.server), this.#catalog, request, signal, isDry);
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
