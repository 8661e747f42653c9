/** What a session writes, on its way to the socket: small writes of one turn go out as one, a slow reader is noticed. */
import type net from 'node:net';
import type { ClientOutput } from '../words.ts';

/** More than this is written at once, without waiting for the turn to end. */
const FLUSH_BYTES = 65_536;
/** How long the client may take to read what was sent last. */
const LINGER_MS = 5000;

/** Holds at most FLUSH_BYTES of its own; the socket holds what the client has not taken, and `write` says so. */
export class SocketOutput implements ClientOutput {
  readonly #socket: net.Socket;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #isScheduled = false;
  #isEnded = false;
  #waiting: (() => void)[] = [];
  /** Called after bytes went to the socket and after it has drained: the session may have got further. */
  onProgress: () => void = () => undefined;

  constructor(socket: net.Socket) {
    this.#socket = socket;
    socket.on('drain', () => this.#wake());
    socket.on('close', () => this.#wake());
  }

  /** Bytes that the client has not taken. */
  get heldBytes(): number {
    return this.#pendingBytes + this.#socket.writableLength;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  write(bytes: Uint8Array): boolean {
    if (this.#isEnded || this.#socket.destroyed) return false;
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    if (this.#pendingBytes >= FLUSH_BYTES) this.#flush();
    else this.#schedule();
    return !this.#socket.writableNeedDrain;
  }

  drained(): Promise<void> {
    if (!this.#isBlocked()) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  end(): void {
    if (this.#isEnded) return;
    this.#flush();
    this.#isEnded = true;
    const socket = this.#socket;
    socket.end();
    // The client's bytes are read on: closing over unread ones would make the kernel throw away what was just sent.
    socket.resume();
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    socket.once('close', () => clearTimeout(timer));
  }

  #isBlocked(): boolean {
    return !this.#isEnded && !this.#socket.destroyed && this.#socket.writableNeedDrain;
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#pendingBytes > 0 && !this.#isEnded && !this.#socket.destroyed) {
      const [first] = this.#pending;
      const bytes = this.#pending.length === 1 && first !== undefined ? first : Buffer.concat(this.#pending);
      this.#socket.write(bytes);
    }
    this.#pending = [];
    this.#pendingBytes = 0;
    this.onProgress();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
    this.onProgress();
  }
}
