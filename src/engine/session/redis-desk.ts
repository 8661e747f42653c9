/**
 * What a session asks of Redis itself, beside scans: samples of keys, what an index can do, groups that Redis counts. One
 * small connection a server, opened when it is first needed.
 */
import { RedQueryError } from '../../errors.ts';
import { type AccessAnswer, ControlClient, type Endpoint, inferSchema, replicaOf } from '../../storage/index.ts';
import type { Answer, Question } from '../protocol.ts';

const WITHOUT_INDEX: AccessAnswer = {
  access: null,
  conjuncts: [],
  filterAnswer: 'unsupported',
  remarks: [],
  advice: null,
  estimatedRows: null,
};

export class RedisDesk {
  readonly #endpointNamed: (name: string) => Endpoint;
  readonly #clients = new Map<string, ControlClient>();

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
        return { kind: 'access', access: WITHOUT_INDEX };
      default:
        throw new RedQueryError('RQ_INTERNAL', `nobody answers ${question.kind}`);
    }
  }

  /** Ends what is under way: samples that wait for a silent server end with its connection. */
  async close(): Promise<void> {
    await Promise.all([...this.#clients.values()].map((client) => client.close()));
  }
}
