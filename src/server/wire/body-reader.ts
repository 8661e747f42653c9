/** Reads the body of one message: integers, strings, byte runs; every read is checked against the end of the frame. */
import { isUtf8 } from 'node:buffer';
import { PgError } from '../pg-error.ts';

/** Walks over [at, end) of `bytes`. One reader serves all messages of a connection: `open` starts a body. */
export class BodyReader {
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #end = 0;

  /** Starts at `start`; nothing at or behind `end` is ever given. */
  open(bytes: Buffer, start: number, end: number): void {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  get remaining(): number {
    return this.#end - this.#at;
  }

  /** @throws {PgError} 08P01 at the end of the frame. */
  uint8(): number {
    this.#need(1);
    const value = this.#bytes.readUInt8(this.#at);
    this.#at += 1;
    return value;
  }

  /** Counts and format codes: PostgreSQL reads them without a sign. */
  uint16(): number {
    this.#need(2);
    const value = this.#bytes.readUInt16BE(this.#at);
    this.#at += 2;
    return value;
  }

  int32(): number {
    this.#need(4);
    const value = this.#bytes.readInt32BE(this.#at);
    this.#at += 4;
    return value;
  }

  uint32(): number {
    this.#need(4);
    const value = this.#bytes.readUInt32BE(this.#at);
    this.#at += 4;
    return value;
  }

  /** A view of the next bytes. A negative count asks for more than any frame has. */
  view(byteCount: number): Buffer {
    if (byteCount < 0) throw insufficientData();
    this.#need(byteCount);
    const start = this.#at;
    this.#at += byteCount;
    return this.#bytes.subarray(start, this.#at);
  }

  /**
   * Gives the text up to the next NUL and steps over it.
   * @throws {PgError} 08P01 where no NUL follows in the frame; 22021 where it is no UTF-8.
   */
  text(): string {
    const start = this.#at;
    if (start < this.#end && this.#bytes[start] === 0) {
      this.#at += 1;
      return '';
    }
    const end = this.#bytes.indexOf(0, start);
    if (end < 0 || end >= this.#end) throw new PgError('08P01', 'invalid string in message');
    this.#at = end + 1;
    return utf8Text(this.#bytes, start, end);
  }

  /** @throws {PgError} 08P01 where the frame is longer than its message. */
  finish(): void {
    if (this.#at !== this.#end) throw new PgError('08P01', 'invalid message format');
  }

  /** @throws {PgError} 08P01 where the frame holds less than so many bytes: asked before anything is allocated for them. */
  #need(byteCount: number): void {
    if (this.#end - this.#at < byteCount) throw insufficientData();
  }
}

function insufficientData(): PgError {
  return new PgError('08P01', 'insufficient data left in message');
}

/** Decodes [start, end). @throws {PgError} 22021 */
function utf8Text(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end);
  // Only where the decoder had to replace something can the bytes be wrong; the sign itself may also stand in the text.
  if (text.includes('\ufffd')) assertUtf8(bytes.subarray(start, end));
  return text;
}

/**
 * Checks text that a client sent, as PostgreSQL does: no NUL, no broken, overlong or surrogate sequence.
 * @throws {PgError} 22021 with the bytes at fault.
 */
export function assertUtf8(bytes: Uint8Array): void {
  if (isUtf8(bytes) && !bytes.includes(0)) return;
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes[at] ?? 0);
    const sequence = bytes.subarray(at, at + length);
    if (sequence[0] === 0 || sequence.length < length || !isUtf8(sequence)) throw invalidByteSequence(sequence);
    at += length;
  }
}

function sequenceLength(lead: number): number {
  if (lead >= 0xf0 && lead < 0xf8) return 4;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  return lead >= 0xc0 && lead < 0xe0 ? 2 : 1;
}

function invalidByteSequence(sequence: Uint8Array): PgError {
  const listed = [...sequence].map((byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(' ');
  return new PgError('22021', `invalid byte sequence for encoding "UTF8": ${listed}`);
}
