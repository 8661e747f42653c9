/** A client from its first byte to its startup message: SSLRequest, GSSENCRequest, direct TLS, CancelRequest. */
import type net from 'node:net';
import type { StartupRequest } from '../wire/messages.ts';
import { StartupDecoder } from '../wire/startup.ts';
import type { Channel } from '../words.ts';
import { Inbox } from './inbox.ts';
import type { SecuredSocket, TlsGate } from './tls-gate.ts';

/** A client that asked for a session. */
export interface Arrival {
  /** The TLS socket where there is one. Paused, without listeners. */
  readonly socket: net.Socket;
  readonly channel: Channel;
  readonly startup: Extract<StartupRequest, { kind: 'startup' }>;
  /** What was sent behind the startup message. */
  readonly rest: Uint8Array;
}

export interface ArrivalHost {
  readonly gate: TlsGate | null;
  /** Told of the TLS socket when it takes the place of the plain one. */
  secured(socket: net.Socket): void;
  cancel(processId: number, secret: Uint8Array): void;
}

/** First byte of a TLS handshake record; as the length of a startup packet it would be far beyond its limit. */
const TLS_HANDSHAKE = 0x16;
const LOOPBACK = /^(?:::ffff:)?127\.|^::1$/;

/**
 * Talks to a client until it wants a session. Gives null where it went away, cancelled, or broke the rules; the socket is then
 * ended or destroyed.
 * @throws {PgError} FATAL, what the client is to be told. `SilentError`: nothing.
 */
export async function arrive(plain: net.Socket, host: ArrivalHost): Promise<Arrival | null> {
  const first = await firstChunk(plain);
  if (first === null) return null;
  if (first[0] !== TLS_HANDSHAKE) return new Talk(plain, null, host).run(first);
  if (host.gate === null) return drop(plain);
  // The handshake starts again from its first byte.
  plain.unshift(first);
  const secured = await host.gate.secure(plain);
  if (secured === null) return null;
  if (!secured.hasAlpn) return drop(secured.socket);
  host.secured(secured.socket);
  return new Talk(secured.socket, secured, host).run(null);
}

/** The startup packets of one socket; asking for TLS goes on with another. */
class Talk {
  readonly #socket: net.Socket;
  readonly #secured: SecuredSocket | null;
  readonly #host: ArrivalHost;
  readonly #asked = new Set<string>();

  constructor(socket: net.Socket, secured: SecuredSocket | null, host: ArrivalHost) {
    this.#socket = socket;
    this.#secured = secured;
    this.#host = host;
  }

  async run(first: Uint8Array | null): Promise<Arrival | null> {
    const decoder = new StartupDecoder();
    if (first !== null) decoder.push(first);
    const inbox = new Inbox(this.#socket, decoder);
    for (;;) {
      const request = await inbox.read();
      if (request === null) return null;
      if (request.kind === 'startup') {
        inbox.detach();
        return { socket: this.#socket, channel: this.#channel(), startup: request, rest: decoder.takeRest() };
      }
      if (request.kind === 'cancel') {
        this.#host.cancel(request.processId, request.secret);
        this.#socket.end();
        return null;
      }
      // Bytes behind the request were not encrypted and must not pass for ones that were (CVE-2021-23214). Each is asked once.
      if (decoder.heldBytes > 0 || this.#asked.has(request.kind) || this.#secured !== null) return drop(this.#socket);
      this.#asked.add(request.kind);
      if (request.kind === 'ssl' && this.#host.gate !== null) {
        inbox.detach();
        return this.#secure(this.#host.gate);
      }
      this.#socket.write('N');
    }
  }

  async #secure(gate: TlsGate): Promise<Arrival | null> {
    this.#socket.write('S');
    const secured = await gate.secure(this.#socket);
    if (secured === null) return null;
    this.#host.secured(secured.socket);
    return new Talk(secured.socket, secured, this.#host).run(null);
  }

  #channel(): Channel {
    return {
      isTls: this.#secured !== null,
      isLocal: LOOPBACK.test(this.#socket.remoteAddress ?? ''),
      certificateHash: this.#secured?.certificateHash ?? null,
      clientCertificateName: this.#secured?.clientName ?? null,
    };
  }
}

async function firstChunk(socket: net.Socket): Promise<Buffer | null> {
  let chunks: Buffer[] = [];
  const inbox = new Inbox<Buffer>(socket, {
    push: (chunk) => chunks.push(Buffer.from(chunk)),
    next: () => {
      const all = chunks.length === 0 ? null : Buffer.concat(chunks);
      chunks = [];
      return all;
    },
    heldBytes: 0,
  });
  const chunk = await inbox.read();
  inbox.detach();
  return chunk;
}

function drop(socket: net.Socket): null {
  socket.destroy();
  return null;
}
