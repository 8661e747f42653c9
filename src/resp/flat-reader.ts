/**
 * Replies of any nesting as flat tokens: offsets into the receive buffer, no object for a value. For replies that are not
 * the same for every key (row-reader.ts is faster where they are): elements of keys, documents, samples.
 */
import { MAX_AGGREGATE_COUNT, MAX_BULK_BYTES, MAX_DEPTH, MAX_LINE_BYTES, MAX_ROW_BYTES, protocolError } from './limits.ts';

/** What a token is. STRING: bulk, simple or verbatim; NUMBER: integer, double or big number, as its text; LIST: array, set, or map (key, value, …). */
export const TOKEN = { STRING: 0, NUMBER: 1, NULL: 2, LIST: 3, ERROR: 4 } as const;

const CR = 13;
const LF = 10;
const STAR = 42;
const DOLLAR = 36;
const MINUS = 45;
const FIRST_TOKENS = 1024;
/** Lengths and counts of more digits are looked at closely. */
const MAX_FAST_DIGITS = 6;

/**
 * Finds `replyCount` whole replies at a time.
 *
 * After `read` gave true: token t of the `count` is `types[t]`. Its bytes are [starts[t], ends[t]) from `base` on in the
 * buffer that was read; those of a LIST are none: starts[t] is how many tokens lie directly in it, ends[t] the token behind
 * all that lie in it, so that `next(t)` steps over it. Valid until the next `read`.
 * A reply that is cut stays half-read: the next `read` goes on where this one ended, wherever its bytes were moved to.
 * Bench: bench/micro/elements.ts.
 */
export class FlatReader {
  types = new Uint8Array(FIRST_TOKENS);
  starts = new Int32Array(FIRST_TOKENS);
  ends = new Int32Array(FIRST_TOKENS);
  count = 0;
  /** Where in the buffer offsets count from. */
  base = 0;
  /** Bytes of the replies. */
  byteCount = 0;
  /** The first token that is an error; −1 without one. */
  errorToken = -1;
  /** Bytes from the start on that the cut replies need at least; 0 where that is not known. */
  neededBytes = 0;

  // How far cut replies were read: the lists that are open, from the outermost, and the tokens that each still lacks.
  readonly #left = new Int32Array(MAX_DEPTH + 1);
  readonly #open = new Int32Array(MAX_DEPTH + 1);
  #depth = -1;
  #offset = 0;
  #number = 0;

  /** The token behind `token` and all that lies in it. */
  next(token: number): number {
    return this.types[token] === TOKEN.LIST ? (this.ends[token] ?? 0) : token + 1;
  }

  /** The value of a whole number's token (up to 2^53), or of a string of digits; NaN for any other. */
  integerAt(bytes: Buffer, token: number): number {
    let at = this.base + (this.starts[token] ?? 0);
    const end = this.base + (this.ends[token] ?? 0);
    const isNegative = bytes[at] === MINUS;
    if (isNegative) at += 1;
    if (at === end || this.types[token] === TOKEN.LIST) return Number.NaN;
    let value = 0;
    for (; at < end; at++) {
      const digit = (bytes[at] ?? 0) - 48;
      if (digit < 0 || digit > 9) return Number.NaN;
      value = value * 10 + digit;
    }
    return isNegative ? -value : value;
  }

  /**
   * Reads on in the `replyCount` replies that begin at `start`; true when they are whole.
   * @throws {RedQueryError} RQ_PROTOCOL
   */
  read(bytes: Buffer, start: number, end: number, replyCount: number): boolean {
    this.neededBytes = 0;
    this.base = start;
    const left = this.#left;
    if (this.#depth < 0) {
      this.#depth = 0;
      this.#offset = 0;
      this.count = 0;
      this.errorToken = -1;
      left[0] = replyCount;
    }
    if (!this.#readTokens(bytes, start, end)) return false;
    this.#depth = -1;
    this.byteCount = this.#offset;
    return true;
  }

  /** Reads tokens until the replies are whole; false where bytes are missing. Hot: what is seldom is left to `#readOther`. */
  #readTokens(bytes: Buffer, start: number, end: number): boolean {
    const lefts = this.#left;
    const opens = this.#open;
    let { types, starts, ends } = this;
    let depth = this.#depth;
    let left = lefts[depth] ?? 0;
    let at = start + this.#offset;
    let token = this.count;
    for (;;) {
      if (left === 0) {
        if (depth === 0) break;
        ends[opens[depth] ?? 0] = token;
        depth -= 1;
        left = lefts[depth] ?? 0;
        continue;
      }
      if (token === types.length) {
        this.#grow(token);
        ({ types, starts, ends } = this);
      }
      const type = bytes[at];
      let next = type === DOLLAR || type === STAR ? this.#readShort(bytes, at, end) : 0;
      const number = this.#number;
      if (next > 0 && type === STAR && depth < MAX_DEPTH) {
        types[token] = TOKEN.LIST;
        starts[token] = number;
        ends[token] = token + 1;
        lefts[depth++] = left - 1;
        opens[depth] = token++;
        left = number;
        at = next;
        continue;
      }
      const valueEnd = next + number;
      if (next > 0 && type === DOLLAR && valueEnd + 2 <= end && bytes[valueEnd] === CR && bytes[valueEnd + 1] === LF) {
        types[token] = TOKEN.STRING;
        starts[token] = next - start;
        ends[token] = valueEnd - start;
        token += 1;
        left -= 1;
        at = valueEnd + 2;
        continue;
      }
      this.count = token;
      this.#depth = depth;
      next = this.#readOther(bytes, at, end, start);
      if (next < 0) break;
      at = next;
      token += 1;
      lefts[depth] = left - 1;
      // It may have opened a list.
      depth = this.#depth;
      left = lefts[depth] ?? 0;
    }
    lefts[depth] = left;
    this.#depth = depth;
    this.#offset = at - start;
    this.count = token;
    return left === 0;
  }

  /** Reads `type digits CR LF` of a few digits into `#number`; gives the place behind it, 0 for anything else. */
  #readShort(bytes: Buffer, at: number, end: number): number {
    const limit = Math.min(end - 1, at + 2 + MAX_FAST_DIGITS);
    let next = at + 1;
    let number = 0;
    for (; next < limit; next++) {
      const digit = (bytes[next] as number) - 48;
      if (digit < 0 || digit > 9) break;
      number = number * 10 + digit;
    }
    // The loop reads inside the buffer; the index signature's undefined cannot occur.
    if (next >= limit || next === at + 1 || bytes[next] !== CR || bytes[next + 1] !== LF) return 0;
    this.#number = number;
    return next + 2;
  }

  /** Reads one token that is no plain bulk string into the place `count`; gives where the next begins, −1 while bytes are missing. */
  #readOther(bytes: Buffer, at: number, end: number, start: number): number {
    if (at >= end) return -1;
    const type = bytes[at];
    switch (type) {
      case 36: // $, of a null or cut
        return this.#readBulk(bytes, at, end, start, TOKEN.STRING);
      case 42: // *
      case 126: // ~
        return this.#readList(bytes, at, end, 1);
      case 37: // %
        return this.#readList(bytes, at, end, 2);
      case 45: // -
        return this.#readLine(bytes, at, end, start, TOKEN.ERROR);
      case 33: // !
        return this.#readBulk(bytes, at, end, start, TOKEN.ERROR);
      case 61: // =
        return this.#readBulk(bytes, at, end, start, TOKEN.STRING);
      case 43: // +
      case 35: // #
        return this.#readLine(bytes, at, end, start, TOKEN.STRING);
      case 58: // :
      case 44: // ,
      case 40: // (
        return this.#readLine(bytes, at, end, start, TOKEN.NUMBER);
      case 95: // _
        return this.#readLine(bytes, at, end, start, TOKEN.NULL);
      default:
        throw protocolError('an unknown reply type', bytes, at);
    }
  }

  #readLine(bytes: Buffer, at: number, end: number, start: number, type: number): number {
    const lineEnd = this.#lineEnd(bytes, at, end);
    if (lineEnd < 0) return -1;
    this.#put(type, at + 1 - start, lineEnd - start);
    return lineEnd + 2;
  }

  #readBulk(bytes: Buffer, at: number, end: number, start: number, type: number): number {
    const bodyStart = this.#readNumber(bytes, at, end);
    if (bodyStart < 0) return -1;
    const length = this.#number;
    if (length === -1) {
      this.#put(TOKEN.NULL, 0, 0);
      return bodyStart;
    }
    if (length > MAX_BULK_BYTES) throw protocolError(`a string above ${MAX_BULK_BYTES} bytes`, bytes, at);
    if (length < 0) throw protocolError('a length that cannot be', bytes, at);
    const bodyEnd = bodyStart + length;
    if (bodyEnd + 2 > end) {
      this.#need(bodyEnd + 2 - start, bytes, at);
      return -1;
    }
    if (bytes[bodyEnd] !== CR || bytes[bodyEnd + 1] !== LF) throw protocolError('a string without its end', bytes, at);
    // A verbatim string begins with its form, `txt:`.
    const skipped = bytes[at] === 61 ? 4 : 0;
    if (skipped > length) throw protocolError('a verbatim string without its form', bytes, at);
    this.#put(type, bodyStart + skipped - start, bodyEnd - start);
    return bodyEnd + 2;
  }

  #readList(bytes: Buffer, at: number, end: number, factor: number): number {
    const next = this.#readNumber(bytes, at, end);
    if (next < 0) return -1;
    if (this.#number === -1) {
      this.#put(TOKEN.NULL, 0, 0);
      return next;
    }
    const count = this.#number * factor;
    if (count < 0 || count > MAX_AGGREGATE_COUNT) throw protocolError('a count that cannot be', bytes, at);
    if (this.#depth === MAX_DEPTH) throw protocolError('replies nested too deep', bytes, at);
    const token = this.count;
    this.#put(TOKEN.LIST, count, token + 1);
    this.#depth += 1;
    this.#left[this.#depth] = count;
    this.#open[this.#depth] = token;
    return next;
  }

  /** Reads `type number CR LF` into `#number`; gives the place behind it, −1 while bytes are missing. */
  #readNumber(bytes: Buffer, at: number, end: number): number {
    const lineEnd = this.#lineEnd(bytes, at, end);
    if (lineEnd < 0) return -1;
    let digit = at + 1;
    const isNegative = bytes[digit] === 45;
    if (isNegative) digit += 1;
    if (digit === lineEnd || lineEnd - digit > 11) throw protocolError('a length that is no number', bytes, at);
    let value = 0;
    for (; digit < lineEnd; digit++) {
      const byte = bytes[digit] ?? 0;
      if (byte < 48 || byte > 57) throw protocolError('a length that is no number', bytes, at);
      value = value * 10 + byte - 48;
    }
    this.#number = isNegative ? -value : value;
    return lineEnd + 2;
  }

  /** Where the CR of the line at `at` stands; −1 while its CR LF has not come. */
  #lineEnd(bytes: Buffer, at: number, end: number): number {
    const limit = Math.min(end, at + MAX_LINE_BYTES);
    for (let i = at + 1; i < limit; i++) {
      if (bytes[i] !== CR) continue;
      if (i + 1 >= end) return -1;
      if (bytes[i + 1] !== LF) throw protocolError('CR without LF', bytes, i);
      return i;
    }
    if (end - at >= MAX_LINE_BYTES) throw protocolError('a line without an end', bytes, at);
    return -1;
  }

  #put(type: number, start: number, end: number): void {
    const token = this.count;
    this.types[token] = type;
    this.starts[token] = start;
    this.ends[token] = end;
    if (type === TOKEN.ERROR && this.errorToken < 0) this.errorToken = token;
  }

  #need(byteCount: number, bytes: Buffer, at: number): void {
    if (byteCount > MAX_ROW_BYTES) throw protocolError('a reply above 2 GB', bytes, at);
    this.neededBytes = byteCount;
  }

  #grow(used: number): void {
    const types = new Uint8Array(used * 2);
    types.set(this.types);
    this.types = types;
    const starts = new Int32Array(used * 2);
    starts.set(this.starts);
    this.starts = starts;
    const ends = new Int32Array(used * 2);
    ends.set(this.ends);
    this.ends = ends;
  }
}
