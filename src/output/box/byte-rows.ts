/**
 * Text gathered as bytes of UTF-8. Strings with one character of a frame in them take two bytes a character in memory and
 * are slow to encode; what a frame is made of is copied as bytes here. Bench: bench/micro/write-box.ts.
 */
import type { Output } from '../output.ts';

/** Bytes after which a piece is due. */
const PIECE_BYTES = 1 << 17;
/** Longer texts are encoded by the runtime; the call costs more than a short loop. */
const SHORT_LENGTH = 48;

export class ByteRows {
  readonly #output: Output;
  #bytes = Buffer.allocUnsafe(PIECE_BYTES * 2);
  #at = 0;

  constructor(output: Output) {
    this.#output = output;
  }

  get isDue(): boolean {
    return this.#at >= PIECE_BYTES;
  }

  /** Writes out what was gathered. The memory is not used again: an output may keep it. */
  async flush(): Promise<void> {
    if (this.#at === 0) return;
    const piece = this.#bytes.subarray(0, this.#at);
    this.#bytes = Buffer.allocUnsafe(PIECE_BYTES * 2);
    this.#at = 0;
    await this.#output.write(piece);
  }

  /** Adds printable ASCII. */
  plain(text: string): void {
    const { length } = text;
    this.#reserve(length);
    if (length > SHORT_LENGTH) {
      this.#at += this.#bytes.write(text, this.#at, 'latin1');
      return;
    }
    const bytes = this.#bytes;
    let at = this.#at;
    for (let i = 0; i < length; i++) bytes[at++] = text.charCodeAt(i);
    this.#at = at;
  }

  text(text: string): void {
    this.#reserve(text.length * 3);
    this.#at += this.#bytes.write(text, this.#at, 'utf8');
  }

  /** Adds bytes as they are. */
  bytes(piece: Uint8Array): void {
    const { length } = piece;
    this.#reserve(length);
    const bytes = this.#bytes;
    let at = this.#at;
    for (let i = 0; i < length; i++) bytes[at++] = piece[i] ?? 0;
    this.#at = at;
  }

  spaces(count: number): void {
    if (count <= 0) return;
    this.#reserve(count);
    const bytes = this.#bytes;
    let at = this.#at;
    for (let i = 0; i < count; i++) bytes[at++] = 0x20;
    this.#at = at;
  }

  #reserve(byteCount: number): void {
    if (this.#at + byteCount <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + byteCount));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}
