/**
 * Keys that come one by one, into blocks: those that do not match the scan's pattern are left out. Blocks own their
 * buffers, so that they may be handed to other threads.
 */
import { isUtf8 } from 'node:buffer';
import { globMatches, prefixOf } from '../../storage/keys/glob.ts';
import type { KeyBlock } from '../keys/key-block.ts';

const BLOCK_KEYS = 1024;
const BLOCK_BYTES = 32 * 1024;
/** `$length CR LF` and CR LF of a bulk string of at most 512 MB. */
const FRAME_BYTES = 14;

export class KeyCollector {
  /** Keys collected and not taken. */
  count = 0;
  readonly #pattern: Uint8Array;
  /** Of a pattern that is a prefix: compared without an object a key. */
  readonly #prefix: Uint8Array | null;
  readonly #blocks: KeyBlock[] = [];
  #bytes = Buffer.alloc(0);
  #starts = new Int32Array(0);
  #ends = new Int32Array(0);
  #blockKeys = 0;
  #at = 0;

  constructor(pattern: Uint8Array) {
    this.#pattern = pattern;
    this.#prefix = prefixOf(pattern);
  }

  /** Copies the key bytes[start, end), if it matches. */
  add(bytes: Buffer, start: number, end: number): void {
    if (!this.#matches(bytes, start, end)) return;
    const needed = end - start + FRAME_BYTES;
    if (this.#blockKeys === BLOCK_KEYS || this.#at + needed > this.#bytes.length) this.#nextBlock(needed);
    const own = this.#bytes;
    let at = putHeader(own, this.#at, end - start);
    this.#starts[this.#blockKeys] = at;
    for (let i = start; i < end; i++) own[at++] = bytes[i] ?? 0;
    this.#ends[this.#blockKeys] = at;
    own[at++] = 13;
    own[at++] = 10;
    this.#at = at;
    this.#blockKeys += 1;
    this.count += 1;
  }

  /** Takes the keys that came first, at most a block of them; null where there are none. */
  take(): KeyBlock | null {
    if (this.#blocks.length === 0) this.#closeBlock();
    const block = this.#blocks.shift();
    if (block === undefined) return null;
    this.count -= block.count;
    return block;
  }

  /** Drops all keys. */
  clear(): void {
    this.#blocks.length = 0;
    this.#bytes = Buffer.alloc(0);
    this.#blockKeys = 0;
    this.#at = 0;
    this.count = 0;
  }

  #matches(bytes: Buffer, start: number, end: number): boolean {
    const prefix = this.#prefix;
    if (prefix === null) return globMatches(this.#pattern, bytes.subarray(start, end));
    if (end - start < prefix.length) return false;
    for (let i = 0; i < prefix.length; i++) if (bytes[start + i] !== prefix[i]) return false;
    return true;
  }

  #nextBlock(neededBytes: number): void {
    this.#closeBlock();
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, neededBytes));
    this.#starts = new Int32Array(BLOCK_KEYS);
    this.#ends = new Int32Array(BLOCK_KEYS);
  }

  #closeBlock(): void {
    if (this.#blockKeys === 0) return;
    const bytes = this.#bytes;
    const isText = isUtf8(bytes.subarray(0, this.#at));
    this.#blocks.push({ bytes, starts: this.#starts, ends: this.#ends, count: this.#blockKeys, isUtf8: isText });
    this.#bytes = Buffer.alloc(0);
    this.#blockKeys = 0;
    this.#at = 0;
  }
}

/** Writes `$length CR LF` at `at`; gives its end. */
function putHeader(bytes: Buffer, at: number, length: number): number {
  let divisor = 1;
  while (divisor * 10 <= length) divisor *= 10;
  bytes[at++] = 36;
  for (; divisor >= 1; divisor = Math.floor(divisor / 10)) bytes[at++] = 48 + (Math.floor(length / divisor) % 10);
  bytes[at++] = 13;
  bytes[at++] = 10;
  return at;
}
