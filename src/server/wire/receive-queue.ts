/** Chunks of a socket as one stream of frames: a frame that lies whole in a chunk is given in place, one that was cut is put together. */

const MIN_PARTIAL_BYTES = 1024;
/** What a waiting chunk costs beside its bytes. */
const CHUNK_OVERHEAD_BYTES = 256;
const EMPTY = Buffer.alloc(0);

/**
 * A queue of chunks with a frame in front.
 *
 * After `has(n)` gave true, `bytes[at .. at + n)` are the next n bytes; valid until `skip`. The buffer for a frame that was
 * cut grows with what has come, not with what was announced: a length costs a client its bytes before it costs the server any.
 */
export class ReceiveQueue {
  bytes: Buffer = EMPTY;
  at = 0;
  #end = 0;
  /** `bytes` is ours to write into (a cut frame), not a socket's chunk. */
  #isOwn = false;
  #waiting: Buffer[] = [];
  #nextWaiting = 0;
  #waitingBytes = 0;

  /** Takes a chunk; it must not be changed afterwards. */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    const buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (this.at === this.#end && this.#nextWaiting === this.#waiting.length) {
      this.#use(buffer);
      return;
    }
    this.#waiting.push(buffer);
    this.#waitingBytes += buffer.length + CHUNK_OVERHEAD_BYTES;
  }

  /** Memory that is held for bytes not yet read. */
  get heldBytes(): number {
    return this.#end - this.at + this.#waitingBytes;
  }

  /** Says whether the next `byteCount` bytes are there, and brings them together. */
  has(byteCount: number): boolean {
    while (this.#end - this.at < byteCount) {
      const chunk = this.#waiting[this.#nextWaiting];
      if (chunk === undefined) return false;
      if (this.at === this.#end) {
        this.#shift(chunk.length);
        this.#use(chunk);
        continue;
      }
      this.#append(chunk, byteCount);
    }
    return true;
  }

  skip(byteCount: number): void {
    this.at += byteCount;
    if (this.at < this.#end) return;
    this.bytes = EMPTY;
    this.at = 0;
    this.#end = 0;
    this.#isOwn = false;
  }

  /** Gives all that has come and was not read, and forgets it. */
  takeRest(): Buffer {
    const rest = Buffer.concat([this.bytes.subarray(this.at, this.#end), ...this.#waiting.slice(this.#nextWaiting)]);
    this.#waiting = [];
    this.#nextWaiting = 0;
    this.#waitingBytes = 0;
    this.skip(this.#end - this.at);
    return rest;
  }

  #use(chunk: Buffer): void {
    this.bytes = chunk;
    this.at = 0;
    this.#end = chunk.length;
    this.#isOwn = false;
  }

  /** Takes as much of the front chunk as the cut frame lacks; what is behind stays in the chunk, uncopied. */
  #append(chunk: Buffer, frameBytes: number): void {
    const held = this.#end - this.at;
    const taken = Math.min(chunk.length, frameBytes - held);
    if (!this.#isOwn || this.bytes.length - this.#end < taken) this.#grow(held, held + taken, frameBytes);
    chunk.copy(this.bytes, this.#end, 0, taken);
    this.#end += taken;
    if (taken === chunk.length) {
      this.#shift(chunk.length);
    } else {
      this.#waiting[this.#nextWaiting] = chunk.subarray(taken);
      this.#waitingBytes -= taken;
    }
  }

  #grow(held: number, neededBytes: number, frameBytes: number): void {
    const capacity = Math.max(MIN_PARTIAL_BYTES, neededBytes, Math.min(frameBytes, 2 * neededBytes));
    const grown = Buffer.allocUnsafeSlow(capacity);
    this.bytes.copy(grown, 0, this.at, this.#end);
    this.bytes = grown;
    this.at = 0;
    this.#end = held;
    this.#isOwn = true;
  }

  #shift(chunkBytes: number): void {
    this.#waitingBytes -= chunkBytes + CHUNK_OVERHEAD_BYTES;
    this.#nextWaiting += 1;
    if (this.#nextWaiting < this.#waiting.length) return;
    this.#waiting = [];
    this.#nextWaiting = 0;
  }
}
