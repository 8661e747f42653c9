/**
 * The bytes of one connection that were received and not yet decoded. A socket writes into `writable()` or calls
 * `append`, a decoder reads `bytes[start, end)` and calls `consume`. A decoder that knows how many bytes its reply needs
 * says so with `reserve`, so that a 100 MB value moves once instead of at each doubling.
 */
import { RedQueryError } from '../errors.ts';

const STANDARD_BYTES = 256 * 1024;
const LEAST_FREE_BYTES = 64 * 1024;
/** An empty buffer above this is given back. */
const KEEP_BYTES = 1024 * 1024;

export class ReceiveBuffer {
  bytes: Buffer = Buffer.allocUnsafeSlow(STANDARD_BYTES);
  /** First byte that is not decoded. */
  start = 0;
  /** One behind the last byte received. */
  end = 0;

  /** Gives the free tail, at least 64 KB; what is written there counts after `commit`. */
  writable(): Buffer {
    if (this.start === this.end) this.#rewind();
    if (this.bytes.length - this.end < LEAST_FREE_BYTES) this.#makeRoom(LEAST_FREE_BYTES);
    return this.bytes.subarray(this.end);
  }

  /** Counts `byteCount` bytes that were written into the last `writable()`. */
  commit(byteCount: number): void {
    this.end += byteCount;
  }

  /** Copies a chunk to the end. */
  append(chunk: Uint8Array): void {
    if (this.start === this.end) this.#rewind();
    if (this.bytes.length - this.end < chunk.length) this.#makeRoom(chunk.length);
    this.bytes.set(chunk, this.end);
    this.end += chunk.length;
  }

  /** Drops what lies before `position`. */
  consume(position: number): void {
    this.start = position;
  }

  /** Makes sure that `byteCount` bytes from `start` on will fit without another move. */
  reserve(byteCount: number): void {
    if (byteCount > this.bytes.length - this.start) this.#makeRoom(byteCount - (this.end - this.start));
  }

  #rewind(): void {
    this.start = 0;
    this.end = 0;
    if (this.bytes.length > KEEP_BYTES) this.bytes = Buffer.allocUnsafeSlow(STANDARD_BYTES);
  }

  #makeRoom(freeBytes: number): void {
    const held = this.end - this.start;
    // Moving in place is worth it while what moves is small against what is freed; else growth keeps the cost linear.
    if (held + freeBytes <= this.bytes.length && held <= this.bytes.length / 2) {
      this.bytes.copyWithin(0, this.start, this.end);
    } else {
      const next = allocate(Math.max(held + freeBytes, Math.min(held * 2, held + KEEP_BYTES * 64)));
      next.set(this.bytes.subarray(this.start, this.end));
      this.bytes = next;
    }
    this.start = 0;
    this.end = held;
  }
}

function allocate(byteCount: number): Buffer {
  try {
    return Buffer.allocUnsafeSlow(Math.max(byteCount + LEAST_FREE_BYTES, STANDARD_BYTES));
  } catch (cause) {
    throw new RedQueryError('RQ_OUT_OF_MEMORY', `no memory for a reply of ${byteCount} bytes`, {
      cause,
      hint: 'Read fewer fields, or leave the large ones out of the statement.',
    });
  }
}
