/**
 * The keys of a search out of the bytes of its reply, without an object a key: FT.SEARCH … NOCONTENT, FT.AGGREGATE … LOAD 1
 * @__key and FT.CURSOR READ, in RESP3. It says besides what the server warns of. Values of documents do not pass here.
 *
 *   FT.SEARCH     %5 total_results :n  results *n [ %2 id $key  values *0 ]  warning *0  attributes *0  format +STRING
 *   FT.AGGREGATE  *2 [ %5 … results *n [ %2 extra_attributes %1 __key $key  values *0 ] …, :cursor ]
 */
import { MAX_AGGREGATE_COUNT, MAX_BULK_BYTES, MAX_DEPTH, MAX_LINE_BYTES, protocolError } from './limits.ts';
import type { ReceiveBuffer } from './receive-buffer.ts';

/** What an aggregate of the reply holds. */
type Place = 'pair' | 'reply' | 'rows' | 'row' | 'fields' | 'warnings' | 'other';

interface Frame {
  readonly place: Place;
  readonly isMap: boolean;
  /** Items to come; both halves of a map's pairs count. */
  remaining: number;
  /** Of a map: the name whose value comes next. */
  name: string;
}

const CR = 13;
const LF = 10;
const DOLLAR = 36;

export class SearchReader {
  /** The cursor's id; '0' where there is none (left). */
  cursor = '0';
  /** What the server says it found; −1 where it does not say. FT.AGGREGATE counts what this reply holds. */
  totalResults = -1;
  /** Rows of the reply, those without a key among them. */
  rowCount = 0;
  /** Time-outs, limits, lack of memory: the reply may lack rows. */
  readonly warnings: string[] = [];
  /** The server's refusal. */
  error: string | null = null;
  readonly #onKey: (bytes: Buffer, start: number, end: number) => void;
  readonly #stack: Frame[] = [];
  #isWhole = true;
  // A row like the last one is read at one go: `before` up to and with the key's '$', `after` from the key's end.
  #before = Buffer.alloc(0);
  #after = Buffer.alloc(0);
  #rowStart = -1;
  #keyStart = -1;
  #keyEnd = -1;

  /** `onKey` gets each key as bytes[start, end), valid until it returns. */
  constructor(onKey: (bytes: Buffer, start: number, end: number) => void) {
    this.#onKey = onKey;
  }

  /**
   * Takes what is whole of a reply off the buffer; true when the reply is. The next call then begins another one.
   * @throws {RedQueryError} RQ_PROTOCOL
   */
  read(buffer: ReceiveBuffer): boolean {
    if (this.#isWhole) this.#begin();
    this.#rowStart = -1;
    let at = buffer.start;
    do {
      at = this.#readRows(buffer.bytes, at, buffer.end);
      const tokenEnd = this.#readToken(buffer, at);
      if (tokenEnd < 0) {
        buffer.consume(at);
        const missing = -tokenEnd;
        if (missing > 1) buffer.reserve(missing);
        return false;
      }
      at = tokenEnd;
      this.#closeFrames(buffer.bytes, at);
    } while (this.#stack.length > 0);
    buffer.consume(at);
    this.#isWhole = true;
    return true;
  }

  #begin(): void {
    this.#isWhole = false;
    this.cursor = '0';
    this.totalResults = -1;
    this.rowCount = 0;
    this.warnings.length = 0;
    this.error = null;
  }

  /** Reads rows that look like the one before, up to the last but one; gives the end of what it read. */
  #readRows(bytes: Buffer, from: number, end: number): number {
    const top = this.#stack.at(-1);
    if (top?.place !== 'rows' || this.#before.length === 0) return from;
    const before = this.#before;
    const after = this.#after;
    let at = from;
    while (top.remaining > 1) {
      if (!startsWith(bytes, at, end, before)) break;
      let keyStart = at + before.length;
      let keyBytes = 0;
      let byte = bytes[keyStart] ?? 0;
      const digits = keyStart;
      for (; byte >= 48 && byte <= 57 && keyStart < end && keyStart - digits < 9; byte = bytes[keyStart] ?? 0) {
        keyBytes = keyBytes * 10 + byte - 48;
        keyStart += 1;
      }
      keyStart += 2;
      const keyEnd = keyStart + keyBytes;
      if (byte !== CR || keyStart === digits + 2 || !startsWith(bytes, keyEnd, end, after)) break;
      this.#onKey(bytes, keyStart, keyEnd);
      at = keyEnd + after.length;
      top.remaining -= 1;
      this.rowCount += 1;
    }
    return at;
  }

  /** Reads one token; gives its end, or below 0 the number of bytes that are needed from `at` on (−1: unknown). */
  #readToken(buffer: ReceiveBuffer, at: number): number {
    const { bytes, end } = buffer;
    if (at >= end) return -1;
    const lineEnd = findLineEnd(bytes, at, end);
    if (lineEnd < 0) return -1;
    const type = bytes[at];
    const body = lineEnd + 2;
    switch (type) {
      case 42: // *
      case 126: // ~
      case 62: // >
        return this.#open(bytes, at, lineEnd, false);
      case 37: // %
        return this.#open(bytes, at, lineEnd, true);
      case DOLLAR:
      case 61: // =
      case 33: {
        // !
        const length = integerAt(bytes, at + 1, lineEnd);
        if (length < 0) return this.#scalar(bytes, at, body, body, body);
        if (length > MAX_BULK_BYTES) throw protocolError(`a length above ${MAX_BULK_BYTES}`, bytes, at);
        const bodyEnd = body + length;
        return bodyEnd + 2 > end ? -(bodyEnd + 2 - at) : this.#scalar(bytes, at, body, bodyEnd, bodyEnd + 2);
      }
      default:
        return this.#scalar(bytes, at, at + 1, lineEnd, body);
    }
  }

  #open(bytes: Buffer, at: number, lineEnd: number, isMap: boolean): number {
    const count = Math.max(0, integerAt(bytes, at + 1, lineEnd)) * (isMap ? 2 : 1);
    if (count > MAX_AGGREGATE_COUNT) throw protocolError(`a length above ${MAX_AGGREGATE_COUNT}`, bytes, at);
    if (this.#stack.length >= MAX_DEPTH) throw protocolError('replies nested too deep', bytes, at);
    const parent = this.#stack.at(-1);
    const place = placeIn(parent, isMap);
    if (parent?.place === 'rows') {
      this.#rowStart = at;
      this.#keyStart = -1;
    }
    this.#stack.push({ place, isMap, remaining: count, name: '' });
    return lineEnd + 2;
  }

  /** Takes the text bytes[start, end) of a token that begins at `at`; gives its end. */
  #scalar(bytes: Buffer, at: number, start: number, end: number, tokenEnd: number): number {
    const frame = this.#stack.at(-1);
    const type = bytes[at];
    if (frame === undefined) {
      // A refusal, or a word that says nothing of rows (`+OK` of FT.CURSOR DEL).
      if (type === 45 || type === 33) this.error = bytes.toString('utf8', start, end);
      return tokenEnd;
    }
    if (type === 45 || type === 33) this.warnings.push(bytes.toString('utf8', start, end));
    else if (frame.isMap && frame.remaining % 2 === 0) frame.name = nameAt(bytes, start, end);
    else this.#value(frame, bytes, start, end);
    if (frame.place === 'rows') this.rowCount += 1;
    frame.remaining -= 1;
    return tokenEnd;
  }

  #value(frame: Frame, bytes: Buffer, start: number, end: number): void {
    switch (frame.place) {
      case 'pair':
        this.cursor = bytes.toString('latin1', start, end);
        return;
      case 'reply':
        if (frame.name === 'total_results') this.totalResults = integerAt(bytes, start, end);
        return;
      case 'warnings':
        this.warnings.push(bytes.toString('utf8', start, end));
        return;
      case 'row':
      case 'fields':
        if (frame.name !== (frame.place === 'row' ? 'id' : '__key')) return;
        this.#keyStart = start;
        this.#keyEnd = end;
        this.#onKey(bytes, start, end);
        return;
      case 'rows':
      case 'other':
        return;
      default:
        frame.place satisfies never;
    }
  }

  /** Ends the aggregates that have all their items, the last of which ended at `at`. */
  #closeFrames(bytes: Buffer, at: number): void {
    for (let frame = this.#stack.at(-1); frame?.remaining === 0; frame = this.#stack.at(-1)) {
      this.#stack.pop();
      const parent = this.#stack.at(-1);
      if (parent === undefined) return;
      parent.remaining -= 1;
      if (parent.place !== 'rows') continue;
      this.rowCount += 1;
      if (this.#rowStart >= 0 && this.#keyStart >= 0) this.#learn(bytes, at);
    }
  }

  /** What stands around the key of a row that has just ended at `rowEnd`. */
  #learn(bytes: Buffer, rowEnd: number): void {
    const lengthText = `$${this.#keyEnd - this.#keyStart}\r\n`;
    const header = this.#keyStart - lengthText.length;
    if (bytes.toString('latin1', header, this.#keyStart) !== lengthText) return;
    this.#before = Buffer.from(bytes.subarray(this.#rowStart, header + 1));
    this.#after = Buffer.from(bytes.subarray(this.#keyEnd, rowEnd));
    this.#rowStart = -1;
  }
}

function placeIn(parent: Frame | undefined, isMap: boolean): Place {
  if (parent === undefined) return isMap ? 'reply' : 'pair';
  switch (parent.place) {
    case 'pair':
      return isMap ? 'reply' : 'other';
    case 'reply':
      if (parent.name === 'results') return 'rows';
      // Some versions tell errors inside of a reply that is none.
      return parent.name === 'warning' || parent.name === 'error' ? 'warnings' : 'other';
    case 'rows':
      return isMap ? 'row' : 'other';
    case 'row':
      return isMap && parent.name === 'extra_attributes' ? 'fields' : 'other';
    case 'warnings':
      return 'warnings';
    case 'fields':
    case 'other':
      return 'other';
    default:
      return parent.place satisfies never;
  }
}

function startsWith(bytes: Buffer, at: number, end: number, wanted: Buffer): boolean {
  if (at + wanted.length > end) return false;
  for (let i = 0; i < wanted.length; i++) if (bytes[at + i] !== wanted[i]) return false;
  return true;
}

/** Names that mean nothing here are ''. */
function nameAt(bytes: Buffer, start: number, end: number): string {
  return end - start > 32 ? '' : bytes.toString('latin1', start, end);
}

function findLineEnd(bytes: Buffer, start: number, end: number): number {
  const limit = Math.min(end, start + MAX_LINE_BYTES);
  for (let at = start + 1; at < limit; at++) {
    if (bytes[at] !== CR) continue;
    if (at + 1 >= end) return -1;
    if (bytes[at + 1] !== LF) throw protocolError('CR without LF', bytes, at);
    return at;
  }
  if (limit < end || end - start >= MAX_LINE_BYTES) throw protocolError('a line without an end', bytes, start);
  return -1;
}

function integerAt(bytes: Buffer, start: number, end: number): number {
  const text = bytes.toString('latin1', start, end);
  if (!/^-?\d{1,16}$/.test(text)) throw protocolError('a number that is none', bytes, start);
  return Number(text);
}
