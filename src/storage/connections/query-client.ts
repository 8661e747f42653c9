/**
 * A connection for search commands: RESP3, so that the warnings of a reply are seen, and replies as values with bytes for
 * text. Requests that do not wait for each other are pipelined. Rows do not pass here (workers/).
 */
import { RedQueryError } from '../../errors.ts';
import { encodeCommand } from '../../resp/encode-command.ts';
import { isReplyError, isReplyPush, type Reply, ReplyReader } from '../../resp/reply-reader.ts';
import { openScanSocket, type ScanSocket, type SocketUser } from './connection.ts';
import type { Endpoint } from './endpoint.ts';
import { describeEndpoint } from './options.ts';
import { redisErrorFrom } from './redis-error.ts';
import { TrafficCount } from './traffic.ts';

/** Strings are sent as UTF-8, numbers as their decimal text. */
export type QueryArgument = string | Uint8Array | number;

export interface QueryOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Talks to one server. Connects at the first call, and again at the first call after the connection was lost; while no
 * reply is outstanding it keeps no process alive.
 */
export class QueryClient {
  readonly #endpoint: Endpoint;
  #link: Promise<Link> | null = null;
  #isClosed = false;

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
  }

  /**
   * Runs one command. Text comes back as Buffers, maps as Map (their keys Buffers, too), doubles as numbers; an error
   * inside of a reply stays where it is. Never asks twice.
   * @throws {RedQueryError} RQ_CANCELLED when `signal` fires first (nobody then waits for the reply), RQ_CLOSED,
   *   RQ_REDIS_LOST, RQ_REDIS_TIMEOUT, and those of redisErrorFrom and openScanSocket.
   */
  call(args: readonly QueryArgument[], options: QueryOptions = {}): Promise<Reply> {
    const traffic = TrafficCount.current;
    return this.#asked<Reply>(options, (link, answered) => link.ask(args, answered, traffic));
  }

  /**
   * Runs commands as one MULTI/EXEC, so that all of them see one state; gives a reply a command. Where MULTI is refused the
   * server has run them one by one: try with something small first.
   * @throws as `call`; the first command's error also where the others ran.
   */
  transaction(commands: readonly (readonly QueryArgument[])[], options: QueryOptions = {}): Promise<readonly Reply[]> {
    const traffic = TrafficCount.current;
    return this.#asked<readonly Reply[]>(options, (link, answered) => {
      let refusal: RedQueryError | null = null;
      const queued = (error: RedQueryError | null): void => {
        refusal ??= error;
      };
      // All in one go: nobody else's command may come between.
      for (const command of [['MULTI'], ...commands]) link.ask(command, queued, traffic);
      const executed: Answered = (error, reply) => {
        const replies = Array.isArray(reply) ? (reply as readonly Reply[]) : [];
        answered(refusal ?? error ?? errorIn(replies, commands), replies);
      };
      link.ask(['EXEC'], executed, traffic);
    });
  }

  #asked<T>(
    { signal }: QueryOptions,
    send: (link: Link, answered: (error: RedQueryError | null, reply: T) => void) => void,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const onAbort = (): void => settle(() => reject(cancelledError()));
      const settle = (done: () => void): void => {
        signal?.removeEventListener('abort', onAbort);
        done();
      };
      if (signal?.aborted === true) return onAbort();
      signal?.addEventListener('abort', onAbort, { once: true });
      const ask = (link: Link): void => {
        if (signal?.aborted === true) return;
        send(link, (error, reply) => settle(() => (error === null ? resolve(reply) : reject(error))));
      };
      this.#linked().then(ask, (error: unknown) => settle(() => reject(error)));
    });
  }

  /** Ends the connection; calls that wait fail with RQ_CLOSED, as do later ones. */
  close(): void {
    this.#isClosed = true;
    this.#link?.then(
      (link) => link.close(),
      () => undefined,
    );
    this.#link = null;
  }

  async #linked(): Promise<Link> {
    const known = this.#link;
    if (known !== null) {
      const link = await known.catch(() => null);
      if (link !== null && !link.isDead) return link;
      // Where several wait for the same dead one, the first makes it new.
      if (this.#link === known) this.#link = null;
    }
    if (this.#isClosed) throw closedError();
    this.#link ??= openScanSocket(this.#endpoint, { protocol: 3 }).then((socket) => {
      const link = new Link(socket);
      if (this.#isClosed) link.close();
      return link;
    });
    return this.#link;
  }
}

type Answered = (error: RedQueryError | null, reply: Reply) => void;

/** One socket, its questions in order. */
class Link implements SocketUser {
  readonly #socket: ScanSocket;
  readonly #place: string;
  readonly #reader = new ReplyReader();
  #waiting: { readonly name: string; readonly answered: Answered; readonly traffic: TrafficCount | null }[] = [];
  #isClosed = false;
  /** Bytes of the replies that were read whole. */
  #readBytes = 0;

  constructor(socket: ScanSocket) {
    this.#socket = socket;
    this.#place = describeEndpoint(socket.endpoint);
    socket.use(null);
  }

  get isDead(): boolean {
    return this.#socket.isDead;
  }

  ask(args: readonly QueryArgument[], answered: Answered, traffic: TrafficCount | null): void {
    const [name = ''] = args;
    if (this.isDead) return answered(this.#isClosed ? closedError() : lostError(this.#place), null);
    // Only while it waits does it hold the process.
    if (this.#waiting.length === 0) {
      this.#socket.use(this);
      // A socket counts from zero for each user.
      this.#newBytes();
    }
    this.#waiting.push({ name: String(name), answered, traffic });
    const bytes = encodeCommand(args.map((arg) => (typeof arg === 'number' ? String(arg) : arg)));
    traffic?.begin(bytes.length);
    this.#socket.write(bytes, 1);
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.destroy();
    this.#failAll(closedError());
  }

  onBytes(): void {
    const { receive } = this.#socket;
    for (let reply = this.#reader.read(receive); reply !== undefined; reply = this.#reader.read(receive)) {
      if (isReplyPush(reply)) continue;
      const question = this.#waiting.shift();
      if (question === undefined) throw new RedQueryError('RQ_PROTOCOL', 'the server answered more than it was asked');
      this.#socket.answered(1);
      question.traffic?.end(this.#newBytes());
      if (isReplyError(reply)) question.answered(redisErrorFrom(reply.error, question.name), null);
      else question.answered(null, reply);
    }
    if (this.#waiting.length === 0 && !this.isDead) this.#socket.use(null);
  }

  #newBytes(): number {
    const { bytesReceived, receive } = this.#socket;
    const before = this.#readBytes;
    this.#readBytes = bytesReceived - (receive.end - receive.start);
    return this.#readBytes - before;
  }

  onFailure(error: unknown): void {
    this.#failAll(error instanceof RedQueryError ? error : lostError(this.#place, error));
  }

  #failAll(error: RedQueryError): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { answered, traffic } of waiting) {
      traffic?.end(0);
      answered(error, null);
    }
  }
}

/** The error of a command that was queued and then failed. */
function errorIn(replies: readonly Reply[], commands: readonly (readonly QueryArgument[])[]): RedQueryError | null {
  if (replies.length !== commands.length) return new RedQueryError('RQ_PROTOCOL', 'EXEC did not answer each command');
  for (const [i, reply] of replies.entries())
    if (isReplyError(reply)) return redisErrorFrom(reply.error, String(commands[i]?.[0] ?? ''));
  return null;
}

function lostError(place: string, cause?: unknown): RedQueryError {
  return new RedQueryError('RQ_REDIS_LOST', `the connection to ${place} for search commands was lost`, { cause });
}

function cancelledError(): RedQueryError {
  return new RedQueryError('RQ_CANCELLED', 'the statement was cancelled while it waited for Redis');
}

function closedError(): RedQueryError {
  return new RedQueryError('RQ_CLOSED', 'this connection to Redis is closed');
}
