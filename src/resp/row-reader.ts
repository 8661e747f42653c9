/**
 * The fast path of decoding: replies that make rows, found as offsets into the receive buffer, with no object made for a
 * value or a row. What a row's replies are (HMGET, HGETALL, HLEN, JSON.GET, nothing; then TTL or not) is fixed for a reader.
 * It decodes no values and builds no columns.
 */
import { MAX_AGGREGATE_COUNT, MAX_BULK_BYTES, MAX_LINE_BYTES, MAX_ROW_BYTES, protocolError } from './limits.ts';

/** The replies of one row, in order: the main one, then that of TTL where `hasTtl`. */
export interface RowShape {
  /** 'json': one string, or null where there is no such key. */
  readonly main: 'hmget' | 'hgetall' | 'hlen' | 'json' | 'none';
  /** 'hmget': how many fields were asked for. */
  readonly fieldCount: number;
  readonly hasTtl: boolean;
}

/** What the main reply of a row was. EMPTY: an HMGET of nothing but nulls, an HGETALL of no field, an HLEN of 0, a JSON.GET of null. */
export const ROW = { VALUES: 0, EMPTY: 1, WRONG_TYPE: 2, ERROR: 3 } as const;

/** Most rows one `read` finds; keeps the offsets of a read within the processor's cache. */
export const MAX_ROWS_PER_READ = 2048;

/** RedisJSON 2 says it in words of its own. */
const WRONG_TYPE = /^(?:WRONGTYPE|Existing key has wrong Redis type)/;

const CR = 13;
const LF = 10;
const DOLLAR = 36;
const MINUS = 45;
const BANG = 33;

/**
 * Finds the rows of a buffer.
 *
 * After `read`: row r lies at bytes [rowStarts[r], rowEnds[r]); its values are spans firstSpan[r] … firstSpan[r + 1] − 1;
 * span s is bytes rowStarts[r] + spans[2s] … rowStarts[r] + spans[2s + 1] of the buffer, NULL where spans[2s] < 0.
 * HGETALL gives field, value, field, value, …; an error reply gives no span. All of it is valid until the next `read`.
 * A row that is cut stays half-read: the next `read` goes on where this one ended, wherever its bytes were moved to.
 * Bench: bench/micro/scan-loop.ts.
 */
export class RowReader {
  readonly shape: RowShape;
  readonly rowStarts = new Int32Array(MAX_ROWS_PER_READ);
  readonly rowEnds = new Int32Array(MAX_ROWS_PER_READ);
  readonly statuses = new Uint8Array(MAX_ROWS_PER_READ);
  readonly firstSpan = new Int32Array(MAX_ROWS_PER_READ + 1);
  readonly ttls = new Float64Array(MAX_ROWS_PER_READ);
  spans: Int32Array;
  /** Text of the first error reply that is not WRONGTYPE; its row has status ERROR. */
  error: string | null = null;
  /** Whether `error` answered TTL, not the main command. */
  isErrorOfTtl = false;
  /** Where the first row that is not whole begins. */
  position = 0;
  /** Bytes from `position` on that the cut row needs at least; 0 where that is not known. */
  neededBytes = 0;

  // The cut row: spans still to come (−1: its main header, too), and how far it was read, from its start.
  #spansLeft = -1;
  #spansRead = 0;
  #presentCount = 0;
  #status: number = ROW.VALUES;
  #isMainDone = false;
  #offset = 0;
  #spanBase = 0;
  // What the last header or line said.
  #number = 0;

  constructor(shape: RowShape) {
    this.shape = shape;
    this.spans = new Int32Array(Math.max(4096, shape.fieldCount * 4));
    this.#isMainDone = shape.main === 'none';
  }

  /**
   * Finds whole rows in bytes [start, end), at most `maxRows`, and gives their number.
   * `start` is where the last read's `position` lies now.
   * @throws {RedQueryError} RQ_PROTOCOL
   */
  read(bytes: Buffer, start: number, end: number, maxRows: number): number {
    const most = Math.min(maxRows, MAX_ROWS_PER_READ);
    this.#keepCutSpans();
    this.neededBytes = 0;
    this.position = start;
    this.firstSpan[0] = 0;
    let rowCount = 0;
    while (rowCount < most && this.#readRow(bytes, this.position, end)) {
      this.#endRow(rowCount, this.position + this.#offset);
      rowCount += 1;
    }
    return rowCount;
  }

  #endRow(row: number, rowEnd: number): void {
    this.rowStarts[row] = this.position;
    this.rowEnds[row] = rowEnd;
    this.statuses[row] =
      this.#status === ROW.VALUES && this.#presentCount === 0 && this.shape.main !== 'none' ? ROW.EMPTY : this.#status;
    this.ttls[row] = this.shape.hasTtl ? this.#number : 0;
    this.#spanBase += this.#spansRead;
    this.firstSpan[row + 1] = this.#spanBase;
    this.position = rowEnd;
    this.#offset = 0;
    this.#spansRead = 0;
    this.#spansLeft = -1;
    this.#presentCount = 0;
    this.#status = ROW.VALUES;
    this.#isMainDone = this.shape.main === 'none';
  }

  /** Moves the spans of the cut row to the front. */
  #keepCutSpans(): void {
    if (this.#spanBase > 0 && this.#spansRead > 0) {
      this.spans.copyWithin(0, this.#spanBase * 2, (this.#spanBase + this.#spansRead) * 2);
    }
    this.#spanBase = 0;
  }

  /** Reads on in the row at `rowStart`; true when it is whole, `#offset` then being its length. */
  #readRow(bytes: Buffer, rowStart: number, end: number): boolean {
    if (!this.#isMainDone) {
      if (this.#spansLeft < 0 && !this.#readHeader(bytes, rowStart, end)) return false;
      if (this.#spansLeft > 0 && !this.#readSpans(bytes, rowStart, end)) return false;
      this.#isMainDone = true;
    }
    if (!this.shape.hasTtl) return true;
    const at = rowStart + this.#offset;
    if (isErrorType(bytes[at]) && at < end) {
      const next = this.#readError(bytes, at, end, true);
      if (next < 0) return false;
      this.#offset = next - rowStart;
      this.#number = -1;
      return true;
    }
    const next = this.#readLine(bytes, at, end, 58);
    if (next < 0) return false;
    this.#offset = next - rowStart;
    return true;
  }

  /** Reads the bulk strings of the main reply. */
  #readSpans(bytes: Buffer, rowStart: number, end: number): boolean {
    let at = rowStart + this.#offset;
    let left = this.#spansLeft;
    let present = this.#presentCount;
    let spans = this.spans;
    let slot = (this.#spanBase + this.#spansRead) * 2;
    if (slot === spans.length) spans = this.#growSpans(slot, left);
    const room = spans.length;
    scan: while (left > 0) {
      if (slot === room) break;
      let next = at + 2;
      if (next >= end) break;
      let valueStart = -1;
      let valueEnd = -1;
      const digit = (bytes[at + 1] ?? 0) - 48;
      if (bytes[at] === DOLLAR && digit >= 0 && digit <= 9) {
        let length = digit;
        let byte = bytes[next] ?? 0;
        while (byte !== CR) {
          if (byte < 48 || byte > 57 || next - at > 11) throw protocolError('a length that is no number', bytes, at);
          length = length * 10 + byte - 48;
          next += 1;
          if (next >= end) break scan;
          byte = bytes[next] ?? 0;
        }
        if (length > MAX_BULK_BYTES) throw protocolError(`a string above ${MAX_BULK_BYTES} bytes`, bytes, at);
        valueStart = next + 2;
        valueEnd = valueStart + length;
        next = valueEnd + 2;
        if (next > end) {
          this.#need(next - rowStart, bytes, at);
          break;
        }
        if (bytes[valueStart - 1] !== LF || bytes[valueEnd] !== CR || bytes[valueEnd + 1] !== LF) {
          throw protocolError('a string without its end', bytes, at);
        }
        present += 1;
        spans[slot] = valueStart - rowStart;
        spans[slot + 1] = valueEnd - rowStart;
      } else {
        next = this.#readNull(bytes, at, end);
        if (next < 0) break;
        spans[slot] = -1;
        spans[slot + 1] = -1;
      }
      slot += 2;
      left -= 1;
      at = next;
    }
    this.#offset = at - rowStart;
    this.#spansRead = slot / 2 - this.#spanBase;
    this.#spansLeft = left;
    this.#presentCount = present;
    if (left > 0 && slot === room) return this.#readSpans(bytes, rowStart, end);
    return left === 0;
  }

  /** `$-1 CR LF` or RESP3's `_ CR LF`; only HMGET and JSON.GET give nulls. */
  #readNull(bytes: Buffer, at: number, end: number): number {
    if (this.shape.main !== 'hmget' && this.shape.main !== 'json')
      throw protocolError('a null where a string belongs', bytes, at);
    const text = bytes[at] === DOLLAR ? '$-1\r\n' : '_\r\n';
    for (let i = 0; i < text.length; i++) {
      if (at + i >= end) return -1;
      if (bytes[at + i] !== text.charCodeAt(i)) throw protocolError('neither a string nor a null', bytes, at);
    }
    return at + text.length;
  }

  /** Reads the first line of the main reply into `#spansLeft` (0 where no strings follow). */
  #readHeader(bytes: Buffer, rowStart: number, end: number): boolean {
    if (rowStart >= end) return false;
    const type = bytes[rowStart];
    if (isErrorType(type)) {
      const next = this.#readError(bytes, rowStart, end, false);
      if (next < 0) return false;
      this.#spansLeft = 0;
      this.#offset = next - rowStart;
      return true;
    }
    if (this.shape.main === 'json') {
      this.#spansLeft = 1;
      return true;
    }
    if (this.shape.main === 'hlen') {
      const next = this.#readLine(bytes, rowStart, end, 58);
      if (next < 0) return false;
      this.#spansLeft = 0;
      this.#presentCount = this.#number > 0 ? 1 : 0;
      this.#offset = next - rowStart;
      return true;
    }
    const isMap = type === 37 && this.shape.main === 'hgetall';
    const next = this.#readLine(bytes, rowStart, end, isMap ? 37 : 42);
    if (next < 0) return false;
    const spanCount = isMap ? this.#number * 2 : this.#number;
    if (spanCount < 0 || spanCount > MAX_AGGREGATE_COUNT || (this.shape.main === 'hgetall' && spanCount % 2 !== 0)) {
      throw protocolError('a count of fields that cannot be', bytes, rowStart);
    }
    if (this.shape.main === 'hmget' && spanCount !== this.shape.fieldCount) {
      throw protocolError(`not the ${this.shape.fieldCount} values that were asked for`, bytes, rowStart);
    }
    this.#spansLeft = spanCount;
    this.#offset = next - rowStart;
    return true;
  }

  /** `-text CR LF`, or RESP3's `!length CR LF text CR LF`; gives the place behind it, −1 while bytes are missing. */
  #readError(bytes: Buffer, at: number, end: number, isOfTtl: boolean): number {
    let textStart = at + 1;
    let textEnd: number;
    if (bytes[at] === BANG) {
      textStart = this.#readLine(bytes, at, end, BANG);
      if (textStart < 0) return -1;
      if (this.#number < 0 || this.#number > MAX_LINE_BYTES)
        throw protocolError('an error of a length that cannot be', bytes, at);
      textEnd = textStart + this.#number;
      if (textEnd + 2 > end) return -1;
      if (bytes[textEnd] !== CR) throw protocolError('an error without its end', bytes, at);
    } else {
      textEnd = bytes.indexOf(CR, textStart);
      if (textEnd < 0 || textEnd + 2 > end) {
        if (end - at > MAX_LINE_BYTES) throw protocolError('a line without an end', bytes, at);
        return -1;
      }
    }
    if (bytes[textEnd + 1] !== LF) throw protocolError('CR without LF', bytes, at);
    this.#noteError(bytes.toString('utf8', textStart, textEnd), isOfTtl);
    return textEnd + 2;
  }

  /** A key of another type is no failure to the main command; TTL asks for no type. */
  #noteError(text: string, isOfTtl: boolean): void {
    if (!isOfTtl && WRONG_TYPE.test(text)) {
      this.#status = ROW.WRONG_TYPE;
      return;
    }
    this.#status = ROW.ERROR;
    if (this.error !== null) return;
    this.error = text;
    this.isErrorOfTtl = isOfTtl;
  }

  /** Reads `type number CR LF` into `#number`; gives the place behind it, −1 while bytes are missing. */
  #readLine(bytes: Buffer, at: number, end: number, type: number): number {
    if (at >= end) return -1;
    if (bytes[at] !== type) throw protocolError(`another reply than '${String.fromCharCode(type)}'`, bytes, at);
    let next = at + 1;
    if (next >= end) return -1;
    const isNegative = bytes[next] === 45;
    if (isNegative) next += 1;
    const firstDigit = next;
    let value = 0;
    while (next < end) {
      const byte = bytes[next] ?? 0;
      if (byte === CR) break;
      if (byte < 48 || byte > 57 || next - firstDigit > 18) throw protocolError('a number that is none', bytes, at);
      value = value * 10 + byte - 48;
      next += 1;
    }
    if (next + 2 > end) return -1;
    if (next === firstDigit || bytes[next + 1] !== LF) throw protocolError('a number that is none', bytes, at);
    this.#number = isNegative ? -value : value;
    return next + 2;
  }

  #need(byteCount: number, bytes: Buffer, at: number): void {
    if (byteCount > MAX_ROW_BYTES) throw protocolError('a row above 2 GB', bytes, at);
    this.neededBytes = byteCount;
  }

  /** Makes room for some of the spans to come, never for more than the bytes so far make likely. */
  #growSpans(used: number, left: number): Int32Array {
    const next = new Int32Array(Math.min(used + left * 2, Math.max(this.spans.length * 2, used + 2)));
    next.set(this.spans.subarray(0, used));
    this.spans = next;
    return next;
  }
}

function isErrorType(type: number | undefined): boolean {
  return type === MINUS || type === BANG;
}
