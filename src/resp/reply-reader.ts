/**
 * Replies of any kind to JS values, for what is small: handshakes, single answers. Rows do not pass here (row-reader.ts).
 * It resumes at the token where the bytes ended, so a long reply in many chunks is not read twice.
 */
import { MAX_AGGREGATE_COUNT, MAX_BULK_BYTES, MAX_DEPTH, MAX_LINE_BYTES, protocolError } from './limits.ts';
import type { ReceiveBuffer } from './receive-buffer.ts';

/** An error reply, without its leading '-'. */
export interface ReplyError {
  readonly error: string;
}

/** RESP3's out-of-band message; it answers no command. */
export interface ReplyPush {
  readonly push: readonly Reply[];
}

/**
 * Strings are Buffers (copies), integers numbers or, beyond 2^53, bigints; maps are `Map`s in order (keys as they came),
 * sets arrays. Attributes are dropped, as their specification allows.
 */
export type Reply =
  | Buffer
  | number
  | bigint
  | boolean
  | null
  | ReplyError
  | ReplyPush
  | readonly Reply[]
  | ReadonlyMap<Reply, Reply>;

interface Frame {
  readonly kind: 'array' | 'map' | 'push' | 'attribute';
  remaining: number;
  readonly items: Reply[];
}

/** Tells an error reply from every other. */
export function isReplyError(reply: Reply): reply is ReplyError {
  return typeof reply === 'object' && reply !== null && 'error' in reply;
}

/** Tells a push message from a reply. */
export function isReplyPush(reply: Reply): reply is ReplyPush {
  // An array has a method of that name.
  return typeof reply === 'object' && reply !== null && Object.hasOwn(reply, 'push');
}

/** Reads one reply after the other from a growing buffer. Source: RESP protocol specification, versions 2 and 3. */
export class ReplyReader {
  readonly #stack: Frame[] = [];

  /**
   * Takes one whole reply off the buffer; undefined while bytes are missing (what is whole of it is consumed and kept).
   * @throws {RedQueryError} RQ_PROTOCOL
   */
  read(buffer: ReceiveBuffer): Reply | undefined {
    for (;;) {
      const token = this.#readToken(buffer);
      if (token === undefined) return undefined;
      if ('frame' in token) {
        if (this.#stack.length >= MAX_DEPTH) throw protocolError('replies nested too deep', buffer.bytes, buffer.start);
        if (token.frame.remaining > 0) {
          this.#stack.push(token.frame);
          continue;
        }
        const whole = this.#close(token.frame);
        if (whole !== undefined) return whole.value;
        continue;
      }
      const whole = this.#put(token.value);
      if (whole !== undefined) return whole.value;
    }
  }

  /** Ends an aggregate that has all its items; an empty one was not stacked. */
  #close(frame: Frame): { value: Reply } | undefined {
    if (this.#stack.at(-1) === frame) this.#stack.pop();
    // An attribute precedes the reply it belongs to; it is no reply itself.
    if (frame.kind === 'attribute') return undefined;
    return this.#put(valueOf(frame));
  }

  #put(value: Reply): { value: Reply } | undefined {
    const top = this.#stack.at(-1);
    if (top === undefined) return { value };
    top.items.push(value);
    top.remaining -= 1;
    return top.remaining === 0 ? this.#close(top) : undefined;
  }

  #readToken(buffer: ReceiveBuffer): { value: Reply } | { frame: Frame } | undefined {
    const { bytes, start, end } = buffer;
    if (start >= end) return undefined;
    const lineEnd = findLineEnd(bytes, start, end);
    if (lineEnd < 0) return undefined;
    const line = bytes.toString('latin1', start + 1, lineEnd);
    const body = lineEnd + 2;
    const type = bytes[start];
    if (type === 36 || type === 61 || type === 33) return readBlob(buffer, type, line, body);
    const token = tokenFromLine(type, line, bytes, start, lineEnd);
    buffer.consume(body);
    return token;
  }
}

/** Position of the CR of the line that begins at `start`; −1 where it has not come yet. */
function findLineEnd(bytes: Buffer, start: number, end: number): number {
  const limit = Math.min(end, start + MAX_LINE_BYTES);
  for (let at = start + 1; at < limit; at++) {
    if (bytes[at] !== 13) continue;
    if (at + 1 >= end) return -1;
    if (bytes[at + 1] !== 10) throw protocolError('CR without LF', bytes, at);
    return at;
  }
  if (limit < end || end - start >= MAX_LINE_BYTES) throw protocolError('a line without an end', bytes, start);
  return -1;
}

function tokenFromLine(
  type: number | undefined,
  line: string,
  bytes: Buffer,
  start: number,
  lineEnd: number,
): { value: Reply } | { frame: Frame } {
  switch (type) {
    case 43: // +
      return { value: Buffer.from(bytes.subarray(start + 1, lineEnd)) };
    case 45: // -
      return { value: { error: bytes.toString('utf8', start + 1, lineEnd) } };
    case 58: // :
      return { value: integerFrom(line, bytes, start) };
    case 40: // ( big number
      return { value: bigNumberFrom(line, bytes, start) };
    case 44: // ,
      return { value: doubleFrom(line, bytes, start) };
    case 35: // #
      if (line !== 't' && line !== 'f') throw protocolError('a boolean that is neither t nor f', bytes, start);
      return { value: line === 't' };
    case 95: // _
      if (line !== '') throw protocolError('a null with a value', bytes, start);
      return { value: null };
    default:
      return aggregateFrom(type, line, bytes, start);
  }
}

const AGGREGATES: Readonly<Record<number, { kind: Frame['kind']; factor: 1 | 2 }>> = {
  42: { kind: 'array', factor: 1 }, // *
  126: { kind: 'array', factor: 1 }, // ~
  37: { kind: 'map', factor: 2 }, // %
  62: { kind: 'push', factor: 1 }, // >
  124: { kind: 'attribute', factor: 2 }, // |
};

function aggregateFrom(type: number | undefined, line: string, bytes: Buffer, start: number): { value: null } | { frame: Frame } {
  const form = type === undefined ? undefined : AGGREGATES[type];
  if (form === undefined) throw protocolError('an unknown reply type', bytes, start);
  if (type === 42 && line === '-1') return { value: null };
  const count = lengthFrom(line, MAX_AGGREGATE_COUNT / form.factor, bytes, start);
  return { frame: { kind: form.kind, remaining: count * form.factor, items: [] } };
}

/** `$` bulk string, `=` verbatim string (its three-letter form is dropped), `!` error. */
function readBlob(buffer: ReceiveBuffer, type: number, line: string, body: number): { value: Reply } | undefined {
  const { bytes, start, end } = buffer;
  if (type === 36 && line === '-1') {
    buffer.consume(body);
    return { value: null };
  }
  const byteCount = lengthFrom(line, MAX_BULK_BYTES, bytes, start);
  const bodyEnd = body + byteCount;
  if (bodyEnd + 2 > end) {
    buffer.reserve(bodyEnd + 2 - start);
    return undefined;
  }
  if (bytes[bodyEnd] !== 13 || bytes[bodyEnd + 1] !== 10) throw protocolError('a string without its end', bytes, bodyEnd);
  buffer.consume(bodyEnd + 2);
  if (type === 33) return { value: { error: bytes.toString('utf8', body, bodyEnd) } };
  if (type === 36) return { value: Buffer.from(bytes.subarray(body, bodyEnd)) };
  if (byteCount < 4 || bytes[body + 3] !== 58) throw protocolError('a verbatim string without its form', bytes, body);
  return { value: Buffer.from(bytes.subarray(body + 4, bodyEnd)) };
}

function valueOf(frame: Frame): Reply {
  if (frame.kind === 'push') return { push: frame.items };
  if (frame.kind !== 'map') return frame.items;
  const map = new Map<Reply, Reply>();
  for (let i = 0; i + 1 < frame.items.length; i += 2) map.set(frame.items[i] ?? null, frame.items[i + 1] ?? null);
  return map;
}

function lengthFrom(line: string, most: number, bytes: Buffer, at: number): number {
  if (!/^\d{1,10}$/.test(line)) throw protocolError('a length that is no number', bytes, at);
  const length = Number(line);
  if (length > most) throw protocolError(`a length above ${most}`, bytes, at);
  return length;
}

function integerFrom(line: string, bytes: Buffer, at: number): number | bigint {
  if (!/^[+-]?\d{1,19}$/.test(line)) throw protocolError('an integer that is none', bytes, at);
  const value = Number(line);
  return Number.isSafeInteger(value) ? value : BigInt(line.startsWith('+') ? line.slice(1) : line);
}

function bigNumberFrom(line: string, bytes: Buffer, at: number): bigint {
  if (!/^[+-]?\d+$/.test(line)) throw protocolError('a big number that is none', bytes, at);
  return BigInt(line.startsWith('+') ? line.slice(1) : line);
}

function doubleFrom(line: string, bytes: Buffer, at: number): number {
  if (line === 'inf') return Infinity;
  if (line === '-inf') return -Infinity;
  if (line === 'nan' || line === '-nan') return NaN;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(line)) throw protocolError('a double that is none', bytes, at);
  return Number(line);
}
