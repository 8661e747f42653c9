/**
 * Finds values in the bytes of JSON texts, without parsing them into objects: numbers keep their digits, members their
 * order. It trusts that a server printed the text and checks no more than it needs to stay inside its bounds.
 */
import { RedQueryError } from '../../errors.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const SPACE = 0x20;

/** Bytes of a string that are looked at one by one, before the search for its end is left to `indexOf`. */
const SHORT_STRING = 48;

/** Gives the first position from `at` on that is no white space. */
export function skipSpace(bytes: Uint8Array, at: number, end: number): number {
  let next = at;
  while (next < end && (bytes[next] ?? 0) <= SPACE) next += 1;
  return next;
}

/**
 * Gives the position behind the value that begins at `at` (no white space there). Does not recurse.
 * @throws {RedQueryError} RQ_PROTOCOL where it does not end before `end`.
 */
export function endOfValue(bytes: Buffer, at: number, end: number): number {
  const first = bytes[at];
  if (first === QUOTE) return endOfString(bytes, at, end);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return endOfNested(bytes, at, end);
  let next = at;
  while (next < end && !isEndOfPlain(bytes[next] ?? 0)) next += 1;
  if (next === at) throw cutError(bytes, at, end);
  return next;
}

/**
 * Gives the position behind the string whose quote stands at `at`.
 * @throws {RedQueryError} RQ_PROTOCOL where it does not end before `end`.
 */
export function endOfString(bytes: Buffer, at: number, end: number): number {
  const near = Math.min(end, at + SHORT_STRING);
  let next = at + 1;
  while (next < near) {
    const byte = bytes[next] ?? 0;
    if (byte === QUOTE) return next + 1;
    next += byte === BACKSLASH ? 2 : 1;
  }
  while (next < end) {
    const quote = bytes.indexOf(QUOTE, next);
    if (quote < 0 || quote >= end) break;
    if (!isEscaped(bytes, quote, next)) return quote + 1;
    next = quote + 1;
  }
  throw cutError(bytes, at, end);
}

/**
 * Walks the elements of the array (or the members of the object) that begins at `at`: calls `visit` with the bounds of each
 * value, and of its name's inside (between the quotes; −1 in an array). A visit that gives false ends the walk.
 * Gives false where a visit did.
 * @throws {RedQueryError} RQ_PROTOCOL
 */
export function walkValues(
  bytes: Buffer,
  at: number,
  end: number,
  visit: (valueStart: number, valueEnd: number, nameStart: number, nameEnd: number) => boolean,
): boolean {
  const isObject = bytes[at] === OPEN_BRACE;
  const close = isObject ? CLOSE_BRACE : CLOSE_BRACKET;
  let next = skipSpace(bytes, at + 1, end);
  if (bytes[next] === close && next < end) return true;
  while (next < end) {
    let nameStart = -1;
    let nameEnd = -1;
    if (isObject) {
      nameStart = next + 1;
      const behindName = endOfString(bytes, next, end);
      nameEnd = behindName - 1;
      next = skipSpace(bytes, behindName, end);
      if (bytes[next] !== COLON) throw cutError(bytes, next, end);
      next = skipSpace(bytes, next + 1, end);
    }
    const valueEnd = endOfValue(bytes, next, end);
    if (!visit(next, valueEnd, nameStart, nameEnd)) return false;
    next = skipSpace(bytes, valueEnd, end);
    if (bytes[next] === close && next < end) return true;
    if (bytes[next] !== COMMA) break;
    next = skipSpace(bytes, next + 1, end);
  }
  throw cutError(bytes, next, end);
}

/** Strings may hold brackets; all else is counted. */
function endOfNested(bytes: Buffer, at: number, end: number): number {
  let depth = 0;
  let next = at;
  while (next < end) {
    const byte = bytes[next] ?? 0;
    if (byte === QUOTE) {
      next = endOfString(bytes, next, end);
      continue;
    }
    next += 1;
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth -= 1;
      if (depth === 0) return next;
    }
  }
  throw cutError(bytes, at, end);
}

/** An odd number of backslashes before a quote; none of them stands before `from`, where no escape is open. */
function isEscaped(bytes: Uint8Array, quote: number, from: number): boolean {
  let first = quote;
  while (first > from && bytes[first - 1] === BACKSLASH) first -= 1;
  return (quote - first) % 2 === 1;
}

function isEndOfPlain(byte: number): boolean {
  return byte === COMMA || byte === CLOSE_BRACKET || byte === CLOSE_BRACE || byte <= SPACE || byte === COLON || byte === QUOTE;
}

function cutError(bytes: Buffer, at: number, end: number): RedQueryError {
  const shown = JSON.stringify(bytes.toString('latin1', at, Math.min(at + 16, end)));
  return new RedQueryError('RQ_PROTOCOL', `the server's reply holds no whole JSON: ${shown}`);
}
