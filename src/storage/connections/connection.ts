/**
 * Raw sockets to Redis for bulk reads: connect (TCP, TLS, unix socket), prove who we are, then bytes in and out with
 * failures as RedQueryErrors. It decodes nothing but the handshake; everything small goes through ioredis instead.
 */
import net from 'node:net';
import tls from 'node:tls';
import { RedQueryError } from '../../errors.ts';
import { ReceiveBuffer } from '../../resp/receive-buffer.ts';
import type { Endpoint } from './endpoint.ts';
import { connectErrorFrom, noHandshakeError } from './redis-error.ts';
import { shakeHands } from './scan-handshake.ts';

/** Who a socket works for. Neither call may throw for a broken socket: `onFailure` is told once, and nothing after it. */
export interface SocketUser {
  /** New bytes are in `socket.receive`; all that is whole must be consumed before this returns. A throw ends the socket. */
  onBytes(): void;
  /** The socket is dead: lost, silent, or `onBytes` threw (then with what it threw). */
  onFailure(error: unknown): void;
}

/** 3: replies may carry warnings (search tells of time-outs and limits only there). */
export type RespVersion = 2 | 3;

export interface OpenOptions {
  readonly signal?: AbortSignal | undefined;
  /** Default 2. */
  readonly protocol?: RespVersion;
}

/** A connection that is ready for commands, database selected. */
export class ScanSocket {
  readonly endpoint: Endpoint;
  readonly protocol: RespVersion;
  readonly receive = new ReceiveBuffer();
  /** Replies that were asked for and have not been decoded. */
  outstandingCount = 0;
  /** Bytes since the current user took it. */
  bytesReceived = 0;
  /** Time with replies outstanding and none to decode, in ms, since the current user took it. */
  waitedMs = 0;
  #waitingSinceMs = 0;
  /** True where it served someone before: it may have been closed by the server since. */
  isReused = false;
  isDead = false;
  #user: SocketUser | null = null;
  #stream: net.Socket | null = null;
  #timer: NodeJS.Timeout | undefined;
  #lastHeardMs = 0;

  constructor(endpoint: Endpoint, protocol: RespVersion = 2) {
    this.endpoint = endpoint;
    this.protocol = protocol;
  }

  /** Gives the socket to a user; null takes it away (a failure then only marks the socket dead). */
  use(user: SocketUser | null): void {
    this.#user = user;
    this.bytesReceived = 0;
    if (user !== null) this.waitedMs = 0;
    if (user === null) this.#stream?.unref();
    else this.#stream?.ref();
  }

  /** Sends commands that `replyCount` replies will answer; they are copied or sent before `bytes` may change. */
  write(bytes: Uint8Array, replyCount: number): void {
    if (this.outstandingCount === 0) {
      this.#watchForSilence();
      this.#waitingSinceMs = this.#lastHeardMs;
    }
    this.outstandingCount += replyCount;
    this.#stream?.write(bytes);
  }

  /** Counts replies that were decoded. */
  answered(replyCount: number): void {
    this.outstandingCount -= replyCount;
  }

  /** Ends the connection at once; the user hears nothing more. */
  destroy(): void {
    this.isDead = true;
    this.#user = null;
    clearTimeout(this.#timer);
    this.#stream?.destroy();
  }

  /** Takes over a stream that connects; for `openScanSocket` only. */
  attach(stream: net.Socket): void {
    this.#stream = stream;
    stream.on('error', (cause) => this.fail(this.#lost(cause)));
    stream.on('close', () => this.fail(this.#lost()));
  }

  /** Counts `byteCount` new bytes in `receive` and hands them on; for the stream's callbacks only. */
  heard(byteCount: number): void {
    this.bytesReceived += byteCount;
    this.#lastHeardMs = performance.now();
    this.waitedMs += this.#lastHeardMs - this.#waitingSinceMs;
    if (this.#user === null) {
      // Nobody asked: an idle connection on which the server speaks (its last words, mostly) is of no use.
      this.destroy();
      return;
    }
    try {
      this.#user.onBytes();
      this.#waitingSinceMs = performance.now();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Ends the connection and tells the user why. */
  fail(error: unknown): void {
    const user = this.#user;
    this.destroy();
    user?.onFailure(error);
  }

  #lost(cause?: Error): RedQueryError {
    const where = endpointText(this.endpoint);
    return new RedQueryError(
      'RQ_REDIS_LOST',
      `the connection to ${where} was lost with ${this.outstandingCount} replies outstanding`,
      {
        ...(cause === undefined ? {} : { cause }),
        hint: 'The server was stopped, killed the client (CLIENT KILL, output buffer limit), or the network broke; run the statement again.',
      },
    );
  }

  #watchForSilence(): void {
    const timeoutMs = this.endpoint.replyTimeoutMs;
    this.#lastHeardMs = performance.now();
    if (this.#timer !== undefined || timeoutMs <= 0) return;
    const check = (): void => {
      this.#timer = undefined;
      if (this.isDead || this.outstandingCount === 0) return;
      const silentMs = performance.now() - this.#lastHeardMs;
      if (silentMs < timeoutMs) {
        this.#timer = setTimeout(check, timeoutMs - silentMs);
        return;
      }
      const where = endpointText(this.endpoint);
      this.fail(
        new RedQueryError(
          'RQ_REDIS_TIMEOUT',
          `${where} has been silent for ${Math.round(silentMs)} ms with replies outstanding`,
          {
            hint: `The limit is ${timeoutMs} ms; a server that is stopped, swapping or running a long command looks like this.`,
          },
        ),
      );
    };
    this.#timer = setTimeout(check, timeoutMs);
    // The stream keeps the thread alive while it is in use; the watch must not outlive it.
    this.#timer.unref();
  }
}

/**
 * Opens a socket and makes it ready for commands: AUTH, HELLO 3, SELECT, CLIENT SETNAME, CLIENT NO-TOUCH in one round trip.
 * All of it must be done within the endpoint's `connectTimeoutMs`.
 * @throws {RedQueryError} RQ_REDIS_UNREACHABLE, RQ_REDIS_TLS, RQ_REDIS_AUTH, RQ_REDIS_PERMISSION, RQ_REDIS_LOADING,
 *   RQ_REDIS_BUSY, RQ_REDIS_ERROR, RQ_REDIS_TIMEOUT (connected, but no answer), RQ_PROTOCOL, RQ_CANCELLED
 */
export async function openScanSocket(endpoint: Endpoint, options: OpenOptions = {}): Promise<ScanSocket> {
  const { signal, protocol } = options;
  const socket = new ScanSocket(endpoint, protocol);
  let stage: ConnectStage = 'dialled';
  let onAbort: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      onAbort = () => reject(new RedQueryError('RQ_CANCELLED', 'the statement was cancelled while it connected'));
      if (signal?.aborted === true) return onAbort();
      signal?.addEventListener('abort', onAbort, { once: true });
      timer = setTimeout(() => reject(connectTimeoutError(endpoint, stage)), endpoint.connectTimeoutMs);
      const stream = connectStream(endpoint, socket);
      const onConnectError = (error: Error): void => reject(connectErrorFrom(error, endpointText(endpoint)));
      stream.once('error', onConnectError);
      stream.once('close', () => reject(closedEarlyError(endpoint)));
      stream.once('connect', () => {
        stage = 'connected';
      });
      stream.once(endpoint.tls === null ? 'connect' : 'secureConnect', () => {
        stage = 'asked';
        shakeHands(socket).then(resolve, reject);
      });
      socket.attach(stream);
    });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
    if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort);
  }
}

/** Gives the address for messages: host:port, [v6]:port or the socket's path; never user or password. */
export function endpointText(endpoint: Endpoint): string {
  const { address } = endpoint;
  if ('path' in address) return address.path;
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

/** Plain streams read into the receive buffer itself; TLS hands out its own chunks. */
function connectStream(endpoint: Endpoint, socket: ScanSocket): net.Socket {
  const { address } = endpoint;
  if (endpoint.tls !== null) {
    const stream = tls.connect({ ...addressOptions(endpoint), ...tlsOptions(endpoint, endpoint.tls) });
    stream.setNoDelay(true);
    stream.on('data', (chunk: Buffer) => {
      socket.receive.append(chunk);
      socket.heard(chunk.length);
    });
    return stream;
  }
  const onread = {
    buffer: () => socket.receive.writable(),
    callback: (byteCount: number) => {
      socket.receive.commit(byteCount);
      socket.heard(byteCount);
      return true;
    },
  };
  return 'path' in address
    ? net.connect({ path: address.path, onread })
    : net.connect({ host: address.host, port: address.port, noDelay: true, keepAlive: true, onread });
}

function addressOptions({ address }: Endpoint): { path: string } | { host: string; port: number } {
  return 'path' in address ? { path: address.path } : { host: address.host, port: address.port };
}

function tlsOptions({ address }: Endpoint, options: NonNullable<Endpoint['tls']>): tls.ConnectionOptions {
  // An address is no server name (RFC 6066, section 3), so that a host given as one is checked but not sent.
  const host = 'path' in address || net.isIP(address.host) !== 0 ? undefined : address.host;
  const servername = options.serverName ?? host;
  return {
    ...(servername === undefined ? {} : { servername }),
    ...(options.ca === undefined ? {} : { ca: options.ca }),
    ...(options.cert === undefined ? {} : { cert: options.cert }),
    ...(options.key === undefined ? {} : { key: options.key }),
    rejectUnauthorized: options.rejectUnauthorized ?? true,
  };
}

/** How far a connection got: nothing yet, the stream stands (its TLS does not), the handshake was sent. */
type ConnectStage = 'dialled' | 'connected' | 'asked';

function connectTimeoutError(endpoint: Endpoint, stage: ConnectStage): RedQueryError {
  const where = endpointText(endpoint);
  const within = `within ${endpoint.connectTimeoutMs} ms (connectTimeoutMs)`;
  switch (stage) {
    case 'dialled':
      return new RedQueryError('RQ_REDIS_UNREACHABLE', `no connection to ${where} ${within}`);
    case 'connected':
      return noHandshakeError(where, endpoint.connectTimeoutMs);
    case 'asked':
      return new RedQueryError('RQ_REDIS_TIMEOUT', `${where} took the connection but did not answer ${within}`);
  }
}

function closedEarlyError(endpoint: Endpoint): RedQueryError {
  return new RedQueryError('RQ_REDIS_UNREACHABLE', `${endpointText(endpoint)} closed the connection before it could be used`, {
    hint: 'A server that asks for TLS, or is not a Redis, does so: try rediss:// or check the port.',
  });
}
