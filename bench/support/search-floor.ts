/**
 * The floor of a filter by an index: the same search with its replies drained, of which only keys and cursors are looked at,
 * and the HMGET of these keys drained. One FT.SEARCH first, or cursor pages overlapped with the fetching.
 */
import net from 'node:net';
import type { Answer } from './contender.ts';
import { bulk } from './scan-floor.ts';

const PING = '*1\r\n$4\r\nPING\r\n';
const PONG = '+PONG\r\n';
const QUIT = '*1\r\n$4\r\nQUIT\r\n';
const READ_BYTES = 1 << 18;
const CR = 13;

export interface SearchFloor {
  readonly index: string;
  readonly query: string;
  readonly fields: readonly string[];
  /** Keys a cursor page; 0 for one FT.SEARCH. */
  readonly pageKeys: number;
}

export async function drainSearch(port: number, { index, query, fields, pageKeys }: SearchFloor): Promise<Answer> {
  const searching = new Asker(port);
  const fetching = new Drain(port);
  const head = `*${fields.length + 2}\r\n$5\r\nHMGET\r\n`;
  const tail = fields.map(bulk).join('');
  const fetch = async (keys: readonly string[]): Promise<void> =>
    await fetching.write(keys.map((key) => `${head}${bulk(key)}${tail}`).join(''));
  let rows = 0;
  if (pageKeys === 0) {
    const reply = await searching.ask(['FT.SEARCH', index, query, 'NOCONTENT', 'LIMIT', '0', '1000000', 'DIALECT', '2']);
    const { keys } = keysIn(reply);
    rows = keys.length;
    await fetch(keys);
  } else {
    const count = String(pageKeys);
    let reply = await searching.ask([
      ...['FT.AGGREGATE', index, query, 'LOAD', '1', '@__key', 'WITHCURSOR', 'COUNT', count, 'TIMEOUT', '0', 'DIALECT', '2'],
    ]);
    for (;;) {
      const { keys, cursor } = keysIn(reply);
      rows += keys.length;
      const next = cursor === '0' ? null : searching.ask(['FT.CURSOR', 'READ', index, cursor, 'COUNT', count]);
      await fetch(keys);
      if (next === null) break;
      reply = await next;
    }
  }
  searching.close();
  return { rows, bytes: searching.bytes + (await fetching.end()) };
}

/** Sends one command and gives its raw reply: a PING goes behind it, and its reply is the end. */
export class Asker {
  bytes = 0;
  readonly #socket: net.Socket;

  constructor(port: number) {
    this.#socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  }

  async ask(words: readonly string[]): Promise<Buffer> {
    return await new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      const take = (chunk: Buffer): void => {
        chunks.push(chunk);
        this.bytes += chunk.length;
        const end = chunk.length >= PONG.length ? chunk : Buffer.concat(chunks.slice(-3));
        if (!end.subarray(-PONG.length).equals(Buffer.from(PONG))) return;
        this.#socket.off('data', take);
        const reply = Buffer.concat(chunks);
        if (reply[0] === '-'.charCodeAt(0)) reject(new Error(reply.toString('utf8', 1, 300)));
        else resolve(reply.subarray(0, reply.length - PONG.length));
      };
      this.#socket.on('data', take);
      this.#socket.write(`*${words.length}\r\n${words.map(bulk).join('')}${PING}`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** A socket whose replies are thrown away. */
class Drain {
  #bytes = 0;
  readonly #socket: net.Socket;
  readonly #closed: Promise<void>;

  constructor(port: number) {
    const onread = {
      buffer: Buffer.allocUnsafeSlow(READ_BYTES),
      callback: (byteCount: number): boolean => {
        this.#bytes += byteCount;
        return true;
      },
    };
    this.#socket = net.connect({ port, host: '127.0.0.1', noDelay: true, onread });
    this.#closed = new Promise((resolve) => {
      this.#socket.once('close', () => resolve());
    });
  }

  async write(text: string): Promise<void> {
    if (text === '' || this.#socket.write(text, 'latin1')) return;
    await new Promise<void>((resolve) => {
      this.#socket.once('drain', () => resolve());
    });
  }

  /** Gives the bytes received. */
  async end(): Promise<number> {
    this.#socket.write(QUIT);
    await this.#closed;
    return this.#bytes;
  }
}

/** Takes the keys out of the reply of FT.SEARCH NOCONTENT or of a cursor page; names of keys hold no line breaks here. */
function keysIn(reply: Buffer): { keys: string[]; cursor: string } {
  const keys: string[] = [];
  let cursor = '0';
  let isKeyNext = false;
  for (let at = 0; at < reply.length; ) {
    const lineEnd = reply.indexOf(CR, at);
    const sign = String.fromCharCode(reply[at] ?? 0);
    if (sign === '$') {
      const start = lineEnd + 2;
      const end = start + Number(reply.toString('latin1', at + 1, lineEnd));
      const word = reply.toString('latin1', start, end);
      if (word === '__key') isKeyNext = true;
      else if (isKeyNext || word.startsWith('user:')) keys.push(word);
      at = end + 2;
    } else {
      if (sign === ':') cursor = reply.toString('latin1', at + 1, lineEnd);
      at = lineEnd + 2;
    }
  }
  return { keys, cursor };
}
