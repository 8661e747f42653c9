/**
 * The floor: the least that reading fields of all keys can cost a client. SCAN COUNT 1000 on one socket, pipelined HMGET of
 * the keys it found on another, overlapped; of the replies only the cursor and the keys are looked at, the rest is
 * thrown away as it comes. Against this the library is measured.
 */
import net from 'node:net';
import type { Answer } from './contender.ts';

const CR = 13;
/** `*2 CR LF`, before the cursor. */
const OUTER_HEADER_BYTES = 4;
const PAGE_BYTES = 1 << 20;
const READ_BYTES = 1 << 18;
const QUIT = '*1\r\n$4\r\nQUIT\r\n';

/**
 * Reads `fields` of every key of `user:*` and throws them away.
 *
 * The next page is asked for as soon as the requests for this one are in the system's hands, so what is in flight is
 * bounded by the socket's buffers. The end is QUIT, after which Redis closes the connection: no reply has to be counted.
 */
export async function runFloor(port: number, fields: readonly string[]): Promise<Answer> {
  return await drainKeyspace(port, 'user:*', ['HMGET'], fields);
}

/** The same for any pattern and command: `before`, the key, `after`; `MGET` is asked for a page of keys at once. */
export async function drainKeyspace(
  port: number,
  pattern: string,
  before: readonly string[],
  after: readonly string[],
): Promise<Answer> {
  const isTogether = before[0] === 'MGET';
  const head = Buffer.from(isTogether ? '' : `*${before.length + after.length + 1}\r\n${before.map(bulk).join('')}`);
  const tail = Buffer.from(after.map(bulk).join(''));
  const scanCommand = (cursor: string): string =>
    `*6\r\n${['SCAN', cursor, 'MATCH', pattern, 'COUNT', '1000'].map(bulk).join('')}`;
  let rows = 0;
  let bytes = 0;
  const page = Buffer.allocUnsafeSlow(PAGE_BYTES);
  let pageBytes = 0;
  await new Promise<void>((resolve, reject) => {
    const open = (callback: (byteCount: number, buffer: Uint8Array) => boolean): net.Socket => {
      const onread = { buffer: Buffer.allocUnsafeSlow(READ_BYTES), callback };
      return net.connect({ port, host: '127.0.0.1', noDelay: true, onread }).on('error', reject);
    };
    const fetching = open((byteCount) => {
      bytes += byteCount;
      return true;
    });
    const scanning = open((byteCount, buffer) => {
      bytes += byteCount;
      page.set(buffer.subarray(0, byteCount), pageBytes);
      pageBytes += byteCount;
      takePage();
      return true;
    });
    const takePage = (): void => {
      const taken = requestsFor(page, pageBytes, head, tail);
      if (taken === null) return;
      pageBytes = 0;
      rows += taken.keyCount;
      if (isTogether && taken.keyCount > 0) fetching.write(`*${taken.keyCount + 1}\r\n$4\r\nMGET\r\n`);
      const isSent = fetching.write(taken.requests);
      if (taken.cursor === '0') fetching.write(QUIT);
      else if (isSent) scanning.write(scanCommand(taken.cursor));
      else fetching.once('drain', () => scanning.write(scanCommand(taken.cursor)));
    };
    fetching.once('close', () => {
      scanning.destroy();
      resolve();
    });
    scanning.write(scanCommand('0'));
  });
  return { rows, bytes };
}

/** A word of a command. */
export function bulk(word: string): string {
  return `$${Buffer.byteLength(word)}\r\n${word}\r\n`;
}

interface Page {
  readonly cursor: string;
  readonly keyCount: number;
  readonly requests: Uint8Array;
}

/**
 * Makes the HMGETs of one SCAN reply, each being `head`, the key as it came (`$length CR LF key CR LF`) and `tail`; null
 * while the reply is not whole. Byte loops: the pieces are 10–30 bytes, where a call of `set` costs more than the bytes.
 */
function requestsFor(page: Buffer, end: number, head: Buffer, tail: Buffer): Page | null {
  let at = OUTER_HEADER_BYTES;
  // Reads `$length CR LF` or `*count CR LF`; NaN where it is cut.
  const readNumber = (): number => {
    let value = 0;
    for (at += 1; at < end; at++) {
      const byte = page[at] ?? 0;
      if (byte === CR) {
        at += 2;
        return value;
      }
      value = value * 10 + byte - 48;
    }
    return Number.NaN;
  };
  const cursorBytes = readNumber();
  const cursor = page.toString('latin1', at, at + cursorBytes);
  at += cursorBytes + 2;
  const keyCount = readNumber();
  if (Number.isNaN(keyCount) || at > end) return null;
  const requests = Buffer.allocUnsafe(keyCount * (head.length + tail.length) + end - at);
  let to = 0;
  for (let key = 0; key < keyCount; key++) {
    const keyStart = at;
    const keyBytes = readNumber();
    at += keyBytes + 2;
    // A length that was cut made `at` NaN.
    if (!(at <= end)) return null;
    for (let i = 0; i < head.length; i++) requests[to++] = head[i] ?? 0;
    for (let i = keyStart; i < at; i++) requests[to++] = page[i] ?? 0;
    for (let i = 0; i < tail.length; i++) requests[to++] = tail[i] ?? 0;
  }
  return { cursor, keyCount, requests: requests.subarray(0, to) };
}
