/** A socket read by `await`, for the talk before a session: startup packets, TLS, passwords. */
import type net from 'node:net';

interface Decoder<Message> {
  push(chunk: Uint8Array): void;
  next(): Message | null;
  readonly heldBytes: number;
}

/** More than this unread before a session, and the client is no client. */
const MAX_HELD_BYTES = 131_072;

/**
 * Reads a socket through one decoder until it is detached.
 *
 * Between a chunk and the code that awaits it no other chunk is read: `read` resumes within the same turn. So what a decoder
 * holds after a message came with it, in one piece.
 */
export class Inbox<Message> {
  readonly #socket: net.Socket;
  readonly #decoder: Decoder<Message>;
  #wake: (() => void) | null = null;
  #isClosed = false;
  readonly #onData = (chunk: Buffer): void => this.#received(chunk);
  readonly #onClosed = (): void => this.#closed();

  constructor(socket: net.Socket, decoder: Decoder<Message>) {
    this.#socket = socket;
    this.#decoder = decoder;
    socket.on('data', this.#onData);
    socket.on('end', this.#onClosed);
    socket.on('close', this.#onClosed);
    socket.resume();
  }

  /** The client has gone, or `detach` was called. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Gives the next message; null when the client has gone. @throws what the decoder throws. */
  async read(): Promise<Message | null> {
    for (;;) {
      const message = this.#decoder.next();
      if (message !== null) return message;
      if (this.#isClosed) return null;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Stops reading: the socket is paused and has no listener of this inbox any more. */
  detach(): void {
    this.#socket.pause();
    this.#socket.off('data', this.#onData);
    this.#socket.off('end', this.#onClosed);
    this.#socket.off('close', this.#onClosed);
    this.#isClosed = true;
    this.#rouse();
  }

  #received(chunk: Buffer): void {
    this.#decoder.push(chunk);
    if (this.#decoder.heldBytes > MAX_HELD_BYTES) this.#socket.destroy();
    this.#rouse();
  }

  #closed(): void {
    this.#isClosed = true;
    this.#rouse();
  }

  #rouse(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }
}
