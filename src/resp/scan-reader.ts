/**
 * Replies of SCAN: the next cursor, and the keys as offsets. The keys are kept in the form in which they came
 * (`$length CR LF key CR LF`), which is the form in which the next command names them.
 */
import { MAX_AGGREGATE_COUNT, MAX_BULK_BYTES, MAX_LINE_BYTES, MAX_ROW_BYTES, protocolError } from './limits.ts';

const CR = 13;
const LF = 10;

/** One SCAN reply; offsets are bytes from the reply's start. Valid until the next `read`. */
export class ScanReader {
  cursor = '';
  keyCount = 0;
  keyStarts = new Int32Array(2048);
  keyEnds = new Int32Array(2048);
  /** Where the first key's header begins. */
  keysStart = 0;
  /** Bytes of the whole reply. */
  byteCount = 0;
  /** Text of an error reply. */
  error: string | null = null;
  neededBytes = 0;

  // How far a cut reply was read: 0 outer header, 1 cursor, 2 count, 3 keys.
  #stage = 0;
  #offset = 0;
  #keysLeft = 0;
  #number = 0;

  /**
   * Reads on in the reply at `start`; true when it is whole.
   * @throws {RedQueryError} RQ_PROTOCOL
   */
  read(bytes: Buffer, start: number, end: number): boolean {
    this.neededBytes = 0;
    if (this.#stage === 0) {
      this.keyCount = 0;
      this.error = null;
      if (start < end && bytes[start] === 45) return this.#readError(bytes, start, end);
      if (!this.#readLine(bytes, start, end, 42, 2)) return false;
      this.#stage = 1;
    }
    if (this.#stage === 1) {
      const cursorStart = this.#readString(bytes, start, end, 20);
      if (cursorStart < 0) return false;
      this.cursor = bytes.toString('latin1', cursorStart, cursorStart + this.#number);
      if (!/^\d{1,20}$/.test(this.cursor)) throw protocolError('a cursor that is no number', bytes, cursorStart);
      this.#stage = 2;
    }
    if (this.#stage === 2) {
      if (!this.#readLine(bytes, start, end, 42, MAX_AGGREGATE_COUNT)) return false;
      this.#keysLeft = this.#number;
      this.keysStart = this.#offset;
      this.#stage = 3;
    }
    while (this.#keysLeft > 0) {
      const keyStart = this.#readString(bytes, start, end, MAX_BULK_BYTES);
      if (keyStart < 0) return false;
      if (this.keyCount === this.keyStarts.length) this.#growKeys();
      this.keyStarts[this.keyCount] = keyStart - start;
      this.keyEnds[this.keyCount] = keyStart - start + this.#number;
      this.keyCount += 1;
      this.#keysLeft -= 1;
    }
    return this.#end();
  }

  #end(): true {
    this.byteCount = this.#offset;
    this.#offset = 0;
    this.#stage = 0;
    return true;
  }

  #readError(bytes: Buffer, start: number, end: number): boolean {
    const at = bytes.indexOf(CR, start);
    if (at < 0 || at + 2 > end) {
      if (end - start > MAX_LINE_BYTES) throw protocolError('a line without an end', bytes, start);
      return false;
    }
    if (bytes[at + 1] !== LF) throw protocolError('CR without LF', bytes, start);
    this.error = bytes.toString('utf8', start + 1, at);
    this.#offset = at + 2 - start;
    return this.#end();
  }

  /** Reads `$length CR LF bytes CR LF`; gives where the bytes begin, −1 while some are missing. */
  #readString(bytes: Buffer, start: number, end: number, most: number): number {
    const before = this.#offset;
    if (!this.#readLine(bytes, start, end, 36, most)) return -1;
    const bodyStart = start + this.#offset;
    const bodyEnd = bodyStart + this.#number;
    if (bodyEnd + 2 > end) {
      this.neededBytes = bodyEnd + 2 - start;
      this.#offset = before;
      if (this.neededBytes > MAX_ROW_BYTES) throw protocolError('a reply above 2 GB', bytes, start);
      return -1;
    }
    if (bytes[bodyEnd] !== CR || bytes[bodyEnd + 1] !== LF) throw protocolError('a string without its end', bytes, bodyStart);
    this.#offset = bodyEnd + 2 - start;
    return bodyStart;
  }

  /** Reads `type number CR LF` into `#number`. */
  #readLine(bytes: Buffer, start: number, end: number, type: number, most: number): boolean {
    const at = start + this.#offset;
    if (at >= end) return false;
    if (bytes[at] !== type) throw protocolError(`another reply than '${String.fromCharCode(type)}'`, bytes, at);
    let next = at + 1;
    let value = 0;
    while (next < end) {
      const byte = bytes[next] ?? 0;
      if (byte === CR) break;
      if (byte < 48 || byte > 57 || next - at > 10) throw protocolError('a length that is no number', bytes, at);
      value = value * 10 + byte - 48;
      next += 1;
    }
    if (next + 2 > end) return false;
    if (next === at + 1 || bytes[next + 1] !== LF) throw protocolError('a length that is no number', bytes, at);
    if (value > most) throw protocolError(`a length above ${most}`, bytes, at);
    this.#number = value;
    this.#offset = next + 2 - start;
    return true;
  }

  #growKeys(): void {
    const starts = new Int32Array(this.keyStarts.length * 2);
    starts.set(this.keyStarts);
    this.keyStarts = starts;
    const ends = new Int32Array(this.keyEnds.length * 2);
    ends.set(this.keyEnds);
    this.keyEnds = ends;
  }
}
