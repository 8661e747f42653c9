/** A client of the protocol that sends any bytes, for tests: over a plain socket or over TLS. */
import net from 'node:net';
import tls from 'node:tls';
import { SSL_REQUEST, startup } from '../wire/client-frames.ts';
import { fieldsOf, type ServerMessage, splitMessages } from '../wire/server-messages.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Reads what it is sent, in order; a wait ends with an error when the server has closed. */
export class RawClient implements AsyncDisposable {
  readonly socket: net.Socket;
  #received: Buffer = Buffer.alloc(0);
  #messages: ServerMessage[] = [];
  #nextMessage = 0;
  #isEnded = false;
  #wake: () => void = () => undefined;

  constructor(socket: net.Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake();
    });
    const ended = () => {
      this.#isEnded = true;
      this.#wake();
    };
    socket.on('end', ended);
    socket.on('close', ended);
    socket.on('error', ended);
  }

  static async connect(address: Address): Promise<RawClient> {
    const socket = net.connect({ ...address, allowHalfOpen: true });
    await new Promise((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new RawClient(socket);
  }

  /** TLS from the first byte. */
  static async direct(address: Address, options: tls.ConnectionOptions): Promise<RawClient> {
    return new RawClient(await secured(tls.connect({ ...address, rejectUnauthorized: false, ...options })));
  }

  /** SSLRequest, then TLS. */
  static async requested(address: Address, options: tls.ConnectionOptions = {}): Promise<RawClient> {
    const plain = net.connect(address);
    plain.write(SSL_REQUEST);
    const answer = await new Promise<Buffer>((resolve, reject) => {
      plain.once('data', resolve);
      plain.once('error', reject);
    });
    if (answer.toString() !== 'S') throw new Error(`the server answered ${answer.toString()}`);
    plain.removeAllListeners();
    return new RawClient(await secured(tls.connect({ socket: plain, rejectUnauthorized: false, ...options })));
  }

  send(...bytes: readonly Uint8Array[]): void {
    this.socket.write(Buffer.concat(bytes));
  }

  async byte(): Promise<string> {
    await this.#until(() => this.#received.length > 0);
    const byte = this.#received.toString('latin1', 0, 1);
    this.#received = this.#received.subarray(1);
    return byte;
  }

  async message(): Promise<ServerMessage> {
    for (;;) {
      const next = this.#messages[this.#nextMessage];
      if (next !== undefined) {
        this.#nextMessage += 1;
        return next;
      }
      const { messages, rest } = splitMessages(this.#received);
      this.#messages = messages;
      this.#nextMessage = 0;
      this.#received = rest;
      if (messages.length > 0) continue;
      const length = this.#received.length;
      await this.#until(() => this.#received.length > length);
    }
  }

  /** Reads up to the first message of this type and gives all of them. */
  async through(type: string): Promise<ServerMessage[]> {
    const messages: ServerMessage[] = [];
    for (;;) {
      const message = await this.message();
      messages.push(message);
      if (message.type === type) return messages;
    }
  }

  /** Reads an ErrorResponse, whatever comes before it, and the end behind it. */
  async fatal(): Promise<Record<string, string>> {
    const error = (await this.through('E')).at(-1);
    await this.ended();
    return error === undefined ? {} : fieldsOf(error);
  }

  /** Waits until the server has closed; gives what it sent that nobody read. */
  async ended(): Promise<Buffer> {
    while (!this.#isEnded) await this.#change();
    return this.#received;
  }

  /** Starts a session and reads up to ReadyForQuery. */
  async start(parameters: Readonly<Record<string, string>> = {}, version?: number): Promise<ServerMessage[]> {
    this.send(startup({ user: 'ana', database: 'redis', ...parameters }, version));
    return this.through('Z');
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.#isEnded) throw new Error(`the server closed; unread: ${this.#received.toString('latin1')}`);
      await this.#change();
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.destroy();
  }
}

function secured(socket: tls.TLSSocket): Promise<tls.TLSSocket> {
  return new Promise((resolve, reject) => {
    socket.once('secureConnect', () => resolve(socket));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed in the handshake')));
  });
}
