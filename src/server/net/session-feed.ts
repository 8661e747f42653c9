/** A session's messages, from the socket: not more than it can hold, and never so few that a client could leave unseen. */
import type net from 'node:net';
import { type PgError, pgErrorFrom } from '../pg-error.ts';
import type { FrameDecoder } from '../wire/frame-decoder.ts';
import type { ListenedSession } from './listener-options.ts';
import type { SocketOutput } from './socket-output.ts';

/** A session with so many messages, or bytes of them, to do gets no further ones. */
const MAX_BACKLOG_MESSAGES = 256;
const MAX_BACKLOG_BYTES = 4 * 1024 * 1024;
/** Nor does one whose client does not read its answers. */
const MAX_UNSENT_BYTES = 1024 * 1024;
/**
 * A socket is read on for so much while its session is busy, since a paused one does not tell that its client has gone.
 * A client that has sent more than this ahead is seen to be gone when the session gets on.
 */
const MAX_READ_AHEAD_BYTES = 1024 * 1024;
/** Sessions say nothing when they have got on without an answer (messages skipped to Sync): looked at so often. */
const LOOK_AGAIN_MS = 10;

export interface SessionFeedOptions {
  readonly socket: net.Socket;
  readonly decoder: FrameDecoder;
  readonly session: ListenedSession;
  readonly output: SocketOutput;
}

/** Feeds a session until its client goes, or says goodbye. */
export class SessionFeed {
  readonly #socket: net.Socket;
  readonly #decoder: FrameDecoder;
  readonly #session: ListenedSession;
  readonly #output: SocketOutput;
  /** Bytes of the messages fed last; the session has not done the last `backlog` of them. */
  #fed: number[] = [];
  #fedBytes = 0;
  #timer: NodeJS.Timeout | null = null;
  #isFeeding = false;
  #isOver = false;
  #isGone = false;

  constructor({ socket, decoder, session, output }: SessionFeedOptions) {
    this.#socket = socket;
    this.#decoder = decoder;
    this.#session = session;
    this.#output = output;
  }

  start(): void {
    this.#socket.on('data', (chunk: Buffer) => {
      if (this.#isOver) return;
      this.#decoder.push(chunk);
      this.#feed();
    });
    // Half a connection is none: a client that sends no more has left, whether it said so or not.
    this.#socket.on('end', () => this.#gone());
    this.#socket.on('close', () => this.#gone());
    this.#output.onProgress = () => this.#feed();
    this.#socket.resume();
    this.#feed();
  }

  /** No message is taken any more; what the client still sends is thrown away. */
  stop(): void {
    this.#isOver = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#socket.resume();
  }

  #feed(): void {
    // A session may write, and thereby come here, while it is given a message.
    if (this.#isFeeding || this.#isOver) return;
    if (this.#output.isEnded) {
      this.stop();
      return;
    }
    this.#isFeeding = true;
    try {
      const isFull = this.#feedWhileRoom();
      if (!this.#isOver) this.#regulate(isFull);
    } catch (error) {
      this.stop();
      this.#endWhenDone(pgErrorFrom(error));
    } finally {
      this.#isFeeding = false;
    }
  }

  /** What came before the broken frame is answered first. */
  #endWhenDone(error: PgError): void {
    if (this.#session.backlog === 0) void this.#session.shutdown(error);
    else if (!this.#isGone) this.#timer = setTimeout(() => this.#endWhenDone(error), LOOK_AGAIN_MS);
  }

  /** Gives whether the session had no room for more. @throws {PgError} FATAL, from the decoder. */
  #feedWhileRoom(): boolean {
    while (!this.#isFull()) {
      const message = this.#decoder.next();
      if (message === null) return false;
      this.#fed.push(this.#decoder.frameBytes);
      this.#fedBytes += this.#decoder.frameBytes;
      if (message.kind === 'terminate') this.stop();
      this.#session.receive(message);
      if (this.#isOver || this.#output.isEnded) {
        this.stop();
        return false;
      }
    }
    return true;
  }

  #isFull(): boolean {
    const backlog = this.#session.backlog;
    if (backlog === 0) {
      if (this.#fed.length > 0) this.#fed = [];
      this.#fedBytes = 0;
    } else if (this.#fed.length > backlog) {
      for (const bytes of this.#fed.splice(0, this.#fed.length - backlog)) this.#fedBytes -= bytes;
    }
    return backlog >= MAX_BACKLOG_MESSAGES || this.#fedBytes >= MAX_BACKLOG_BYTES || this.#output.heldBytes >= MAX_UNSENT_BYTES;
  }

  #regulate(isFull: boolean): void {
    if (!isFull) {
      if (this.#timer !== null) clearTimeout(this.#timer);
      this.#timer = null;
      if (this.#socket.isPaused()) this.#socket.resume();
      return;
    }
    if (this.#decoder.heldBytes > MAX_READ_AHEAD_BYTES) this.#socket.pause();
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#feed();
    }, LOOK_AGAIN_MS);
  }

  #gone(): void {
    this.stop();
    if (this.#isGone) return;
    this.#isGone = true;
    this.#session.clientGone();
    // What was answered still goes out: a client may have closed its side only.
    this.#output.end();
  }
}
