/**
 * A connection for everything small: samples, key look-ups, server facts. The one home of ioredis, which here is given
 * no retries, no queue to resend and no secrets of its own. Bulk reads do not come through here (connection.ts).
 */
import type { Socket } from 'node:net';
import type { Redis, RedisOptions } from 'ioredis';
import { RedQueryError } from '../../errors.ts';
import type { Endpoint, TlsOptions } from './endpoint.ts';
import { describeEndpoint } from './options.ts';
import { connectErrorFrom, isConnectTimeout, isNeedlessPassword, noHandshakeError, redisErrorFrom } from './redis-error.ts';
import { TrafficCount } from './traffic.ts';

/** An argument of a command; numbers are sent as their decimal text. */
export type CommandArgument = string | number | Buffer;
/** A command's name and arguments. */
export type Command = readonly [name: string, ...args: CommandArgument[]];

/** Where a connected socket leads: an address that needs no name look-up. */
export type ResolvedAddress = { readonly host: string; readonly port: number } | { readonly path: string };

/** A socket that is ready for commands. It is replaced, never mended. */
interface Link {
  readonly redis: Redis;
  readonly socket: Socket;
  readonly failure: { error: Error | null };
  inFlight: number;
  /** Bytes of the socket that have been counted. */
  readonly counted: { read: number; written: number };
}

/**
 * Talks to one server. Connects at the first call; after the connection was lost, the next call tries once and fails at
 * once if that fails. An idle client does not keep the process alive. Replies are RESP2 shapes.
 */
export class ControlClient {
  readonly #endpoint: Endpoint;
  #link: Promise<Link> | null = null;
  #redis: Redis | null = null;
  #isClosed = false;

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
  }

  /**
   * Connects and logs in, unless that is done.
   * @throws {RedQueryError} RQ_REDIS_UNREACHABLE, RQ_REDIS_TLS, RQ_REDIS_AUTH, RQ_REDIS_TIMEOUT, RQ_CLOSED and those of redisErrorFrom.
   */
  async connect(): Promise<void> {
    await this.#linked();
  }

  /**
   * Runs one command; text comes back as strings.
   * @throws {RedQueryError} as connect; RQ_REDIS_LOST, RQ_REDIS_TIMEOUT when the connection ends before the reply.
   */
  async call(command: string, ...args: readonly CommandArgument[]): Promise<unknown> {
    const link = await this.#linked();
    return this.#send(link, 'text', [command, ...args]);
  }

  /** As `call`, with Buffers where Redis gives text. */
  async callBuffer(command: string, ...args: readonly CommandArgument[]): Promise<unknown> {
    const link = await this.#linked();
    return this.#send(link, 'bytes', [command, ...args]);
  }

  /**
   * Sends all commands in one write and gives replies[i] for commands[i], with Buffers where Redis gives text; a command
   * that Redis refused has a RedQueryError in its place.
   * @throws {RedQueryError} as `call`, when there is no connection or it ends.
   */
  async pipeline(commands: readonly Command[]): Promise<unknown[]> {
    const link = await this.#linked();
    link.socket.cork();
    const sent = commands.map((command) => this.#send(link, 'bytes', command));
    link.socket.uncork();
    const settled = await Promise.allSettled(sent);
    return settled.map((result) => {
      if (result.status === 'fulfilled') return result.value;
      if (!isRefusal(result.reason)) throw result.reason;
      return result.reason;
    });
  }

  /** Gives the address that the socket is connected to (connecting first), so that others need no name look-up. */
  async resolvedAddress(): Promise<ResolvedAddress> {
    const { address } = this.#endpoint;
    if ('path' in address) return address;
    const { socket } = await this.#linked();
    return { host: socket.remoteAddress ?? address.host, port: socket.remotePort ?? address.port };
  }

  /** Closes the connection; calls that wait fail with RQ_CLOSED, as do later ones. Waits for no reply. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const link = this.#link;
    this.#link = null;
    // Also in the middle of connecting; absent before ioredis has made the socket.
    this.#redis?.disconnect();
    this.#redis?.stream?.destroy();
    await link?.catch(() => null);
  }

  #linked(): Promise<Link> {
    if (this.#isClosed) return Promise.reject(closedError());
    if (this.#link !== null) return this.#link;
    const link = this.#open();
    this.#link = link;
    link.then(
      ({ redis }) => redis.once('end', () => this.#forget(link)),
      () => this.#forget(link),
    );
    return link;
  }

  #forget(link: Promise<Link>): void {
    if (this.#link === link) this.#link = null;
  }

  async #open(): Promise<Link> {
    // Loaded when it is needed: engine threads and statements that read no key do without.
    const ioredis = await import('ioredis');
    if (this.#isClosed) throw closedError();
    const redis = new ioredis.Redis(clientOptions(this.#endpoint));
    this.#redis = redis;
    const failure: Link['failure'] = { error: null };
    redis.on('error', (error: Error) => {
      failure.error ??= error;
    });
    const hasConnected = watchStream(redis);
    try {
      await redis.connect();
    } catch (error) {
      redis.stream?.destroy();
      if (this.#isClosed) throw closedError();
      throw this.#connectError(failure.error ?? error, hasConnected());
    }
    const link: Link = { redis, socket: redis.stream, failure, inFlight: 0, counted: { read: 0, written: 0 } };
    link.socket.unref();
    redis.once('close', () => {
      failure.error ??= new Error('the server closed the connection');
    });
    try {
      await this.#introduce(link);
    } catch (error) {
      link.socket.destroy();
      throw error;
    }
    return link;
  }

  #connectError(error: unknown, hasConnected: boolean): RedQueryError {
    const place = describeEndpoint(this.#endpoint);
    const isHandshakeUnanswered = this.#endpoint.tls !== null && hasConnected && isConnectTimeout(error);
    if (isHandshakeUnanswered) return noHandshakeError(place, this.#endpoint.connectTimeoutMs);
    return connectErrorFrom(error, place);
  }

  /** Logs in by hand: ioredis would warn on the console, and go on in database 0 where SELECT is refused. */
  async #introduce(link: Link): Promise<void> {
    const { username, password, database } = this.#endpoint;
    if (username !== null) await this.#send(link, 'text', ['AUTH', username, password ?? '']);
    else if (password !== null) await this.#authenticate(link, password);
    if (database !== 0) await this.#send(link, 'text', ['SELECT', database]);
    await this.#leaveNoTrace(link);
  }

  /** Reading leaves no trace where the server knows how (7.2) and lets the user ask for it. */
  async #leaveNoTrace(link: Link): Promise<void> {
    try {
      await this.#send(link, 'text', ['CLIENT', 'NO-TOUCH', 'ON']);
    } catch (error) {
      const isRefused =
        error instanceof RedQueryError && (error.code === 'RQ_REDIS_ERROR' || error.code === 'RQ_REDIS_PERMISSION');
      if (!isRefused || link.failure.error !== null) throw error;
    }
  }

  /** A server that wants no password is as good as one that takes this one. */
  async #authenticate(link: Link, password: string): Promise<void> {
    try {
      await this.#send(link, 'text', ['AUTH', password]);
    } catch (error) {
      if (!isNeedlessPassword(error)) throw error;
    }
  }

  async #send(link: Link, form: 'text' | 'bytes', command: Command): Promise<unknown> {
    // Capitals keep ioredis from reshaping replies and arguments by the command's name.
    const [name, ...args] = command;
    const verb = name.toUpperCase();
    if (link.inFlight++ === 0) link.socket.ref();
    const traffic = TrafficCount.current;
    traffic?.begin(0);
    try {
      return await (form === 'text' ? link.redis.call(verb, ...args) : link.redis.callBuffer(verb, ...args));
    } catch (error) {
      throw this.#callError(link, error, verb);
    } finally {
      if (--link.inFlight === 0) link.socket.unref();
      countBytes(link, traffic);
    }
  }

  #callError(link: Link, error: unknown, verb: string): RedQueryError {
    if (this.#isClosed) return closedError();
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof Error && error.name === 'ReplyError') return redisErrorFrom(message, verb);
    const place = describeEndpoint(this.#endpoint);
    const failure = link.failure.error;
    if (failure !== null && failure.message.startsWith('Socket timeout')) {
      return new RedQueryError('RQ_REDIS_TIMEOUT', `${place} was silent for ${this.#endpoint.replyTimeoutMs} ms after ${verb}`, {
        hint: 'The option replyTimeoutMs says how long to wait.',
      });
    }
    const why = failure?.message ?? message;
    const wrongByte = /Unknown RESP type \d+ "(.)"/.exec(why)?.[1];
    if (wrongByte !== undefined) return noRedisError(place, wrongByte, failure ?? error);
    return new RedQueryError('RQ_REDIS_LOST', `the connection to ${place} was lost during ${verb}: ${why}`, {
      cause: failure ?? error,
    });
  }
}

/** The first byte of the answer is none that Redis begins with. */
function noRedisError(place: string, firstByte: string, cause: unknown): RedQueryError {
  const how = firstByte === 'H' ? 'it answers as an HTTP server does' : 'it does not answer as Redis does';
  return new RedQueryError('RQ_REDIS_UNREACHABLE', `what listens at ${place} is no Redis: ${how}`, {
    cause,
    hint: 'Check host and port: redis://host:port.',
  });
}

/** Several commands may be under way: what the socket has carried is counted once, for the one that ends. */
function countBytes({ socket, counted }: Link, traffic: TrafficCount | null): void {
  const { bytesRead, bytesWritten } = socket;
  if (traffic !== null) traffic.bytesSent += bytesWritten - counted.written;
  traffic?.end(bytesRead - counted.read);
  counted.read = bytesRead;
  counted.written = bytesWritten;
}

/** Watches the stream that ioredis makes at once: the function tells whether it stood, whatever became of its TLS. */
function watchStream(redis: Redis): () => boolean {
  let hasConnected = false;
  setImmediate(() => {
    const { stream } = redis;
    if (stream?.connecting === false && !stream.destroyed) hasConnected = true;
    stream?.once('connect', () => {
      hasConnected = true;
    });
  });
  return () => hasConnected;
}

/** True for a command's own error reply: the connection goes on. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof RedQueryError &&
    error.code !== 'RQ_REDIS_LOST' &&
    error.code !== 'RQ_REDIS_UNREACHABLE' &&
    error.code !== 'RQ_REDIS_TIMEOUT' &&
    error.code !== 'RQ_CLOSED'
  );
}

function closedError(): RedQueryError {
  return new RedQueryError('RQ_CLOSED', 'this connection to Redis is closed');
}

function clientOptions(endpoint: Endpoint): RedisOptions & { replyMapping?: 'legacy' } {
  const { address } = endpoint;
  const host = 'host' in address ? address.host : undefined;
  return {
    ...('path' in address ? { path: address.path } : { host: address.host, port: address.port }),
    ...(endpoint.tls === null ? {} : { tls: tlsConnectOptions(endpoint.tls, host) }),
    lazyConnect: true,
    protocol: 2,
    disableClientInfo: true,
    enableReadyCheck: false,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    retryStrategy: null,
    connectTimeout: endpoint.connectTimeoutMs,
    socketTimeout: endpoint.replyTimeoutMs,
  };
}

function tlsConnectOptions(tls: TlsOptions, host: string | undefined): Record<string, unknown> {
  // A server name is text in the handshake; addresses are not allowed there.
  const serverName = tls.serverName ?? (host !== undefined && !/^[\d.]+$|:/.test(host) ? host : undefined);
  return {
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.cert === undefined ? {} : { cert: tls.cert }),
    ...(tls.key === undefined ? {} : { key: tls.key }),
    ...(serverName === undefined ? {} : { servername: serverName }),
    ...(tls.rejectUnauthorized === undefined ? {} : { rejectUnauthorized: tls.rejectUnauthorized }),
  };
}
