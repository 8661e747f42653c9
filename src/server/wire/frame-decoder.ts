/** Bytes of a client to messages: frames of a type byte and a length (PostgreSQL, «Overview of the protocol»). No message is understood here. */
import { PgError, pgErrorFrom } from '../pg-error.ts';
import { BodyReader } from './body-reader.ts';
import { BODIES } from './message-bodies.ts';
import type { FrontendMessage } from './messages.ts';
import { ReceiveQueue } from './receive-queue.ts';

/** What one message may be long, in bytes with its length word. */
export interface FrameLimits {
  /** Query, Parse, Bind, FunctionCall, CopyData. Default 64 MB. */
  readonly largeBytes?: number;
}

const DEFAULT_LARGE_BYTES = 64 * 1024 * 1024;
/** The others hold a name at most; PostgreSQL's own limit. */
const SMALL_BYTES = 10_000;
/** 'p' before authentication; nothing else may come then. */
const PASSWORD_BYTES = 65_536;
const HEADER_BYTES = 5;
const PASSWORD = 0x70;

/**
 * Decodes a client's stream from behind its startup message.
 *
 * Starts before authentication, when only 'p' is a message; `authenticated()` opens the rest. Chunks are not copied where
 * they hold whole frames.
 */
export class FrameDecoder {
  readonly #queue = new ReceiveQueue();
  readonly #body = new BodyReader();
  readonly #largeBytes: number;
  #isAuthenticated = false;
  /** Bytes of the message that `next` gave last, with its type and length. */
  frameBytes = 0;

  constructor(limits: FrameLimits = {}) {
    this.#largeBytes = limits.largeBytes ?? DEFAULT_LARGE_BYTES;
  }

  /** From now on all messages but 'p' may come. */
  authenticated(): void {
    this.#isAuthenticated = true;
  }

  push(chunk: Uint8Array): void {
    this.#queue.push(chunk);
  }

  /** Memory held for bytes that `next` has not given yet. */
  get heldBytes(): number {
    return this.#queue.heldBytes;
  }

  /**
   * Gives the next whole message; null until more bytes come. Bytes of a message are valid until the next call.
   * @throws {PgError} 08P01, FATAL: the stream is out of step and no further message can be found in it.
   */
  next(): FrontendMessage | null {
    const queue = this.#queue;
    if (!queue.has(1)) return null;
    const type = queue.bytes[queue.at] ?? 0;
    const limitBytes = this.#limitOf(type);
    if (!queue.has(HEADER_BYTES)) return null;
    const length = queue.bytes.readInt32BE(queue.at + 1);
    if (length < 4 || length > limitBytes) throw fatal('invalid message length');
    if (!queue.has(length + 1)) return null;
    const start = queue.at;
    this.#body.open(queue.bytes, start + HEADER_BYTES, start + length + 1);
    const message = this.#read(type, length - 4);
    this.frameBytes = length + 1;
    queue.skip(length + 1);
    return message;
  }

  #read(type: number, bodyBytes: number): FrontendMessage {
    if (type === PASSWORD) return { kind: 'password', body: this.#body.view(bodyBytes) };
    const entry = BODIES.get(String.fromCharCode(type));
    if (entry === undefined) throw invalidType(type);
    try {
      return entry.read(this.#body);
    } catch (error) {
      return { kind: 'malformed', error: pgErrorFrom(error), isExtended: entry.isExtended };
    }
  }

  /** The type is looked at before anything is awaited for it. */
  #limitOf(type: number): number {
    if (!this.#isAuthenticated) {
      if (type === PASSWORD) return PASSWORD_BYTES;
      throw fatal(`expected password response, got message type ${type}`);
    }
    const entry = BODIES.get(String.fromCharCode(type));
    if (entry === undefined) throw invalidType(type);
    return entry.isLarge ? this.#largeBytes : SMALL_BYTES;
  }
}

function invalidType(type: number): PgError {
  return fatal(`invalid frontend message type ${type}`);
}

function fatal(message: string): PgError {
  return new PgError('08P01', message, { severity: 'FATAL' });
}
