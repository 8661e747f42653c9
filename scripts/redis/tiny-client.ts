/**
 * A Redis client of a hundred lines for scripts and tests: one socket, RESP2, replies in the order of the commands. It is
 * apart from the product's own decoder on purpose, so that a test never checks that decoder with itself.
 */
import net from 'node:net';

/** A reply: a string, an integer, nil, or a list of these. */
export type Reply = string | number | null | Reply[];
/** The words of one command; bytes go as they are, numbers as text. */
export type Command = readonly (string | number | Uint8Array)[];

interface Waiting {
  readonly resolve: (reply: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly isBytes: boolean;
}

const CR = 13;
const LINE_END = Buffer.from('\r\n');

/** One connection; `call` may be used many times before the first reply is there. */
export class TinyClient {
  readonly #socket: net.Socket;
  readonly #waiting: Waiting[] = [];
  #received: Buffer = Buffer.alloc(0);
  #ended: Error | undefined;

  constructor(options: net.TcpNetConnectOpts | net.IpcNetConnectOpts) {
    this.#socket = net.connect(options);
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (chunk) => this.#take(chunk));
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => this.#fail(new Error('the Redis connection is closed')));
  }

  /** Sends one command; bulk strings are decoded as UTF-8. Rejects with the server's text where it answers an error. */
  async call(...words: Command): Promise<Reply> {
    // The decoder made no bytes, as it was told.
    return (await this.#send(words, false)) as Reply;
  }

  /** Sends one command; bulk strings stay bytes. */
  async callBytes(...words: Command): Promise<unknown> {
    return await this.#send(words, true);
  }

  /** Sends many commands, a thousand in flight, and throws the replies away. Rejects with the first error. */
  async callAll(commands: Iterable<Command>): Promise<void> {
    let inFlight: Promise<unknown>[] = [];
    for (const words of commands) {
      inFlight.push(this.#send(words, true));
      if (inFlight.length < 1000) continue;
      await Promise.all(inFlight);
      inFlight = [];
    }
    await Promise.all(inFlight);
  }

  close(): void {
    this.#socket.destroy();
  }

  async #send(words: Command, isBytes: boolean): Promise<unknown> {
    if (this.#ended !== undefined) throw this.#ended;
    // All commands of one turn leave in one write.
    this.#socket.cork();
    process.nextTick(() => this.#socket.uncork());
    this.#socket.write(bytesOf(words));
    return await new Promise((resolve, reject) => this.#waiting.push({ resolve, reject, isBytes }));
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    let start = 0;
    while (this.#waiting.length > 0) {
      const isBytes = this.#waiting[0]?.isBytes === true;
      const parsed = parseReply(this.#received, start, isBytes);
      if (parsed === undefined) break;
      start = parsed.end;
      const next = this.#waiting.shift();
      if (parsed.value instanceof Error) next?.reject(parsed.value);
      else next?.resolve(parsed.value);
    }
    this.#received = this.#received.subarray(start);
  }

  #fail(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#ended);
  }
}

function bytesOf(words: Command): Buffer {
  const parts: Uint8Array[] = [Buffer.from(`*${words.length}\r\n`)];
  for (const word of words) {
    const bytes = word instanceof Uint8Array ? word : Buffer.from(String(word));
    parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, LINE_END);
  }
  return Buffer.concat(parts);
}

/** Reads one RESP2 reply at `start`; undefined where its end has not come yet. */
function parseReply(data: Buffer, start: number, isBytes: boolean): { value: unknown; end: number } | undefined {
  const lineEnd = data.indexOf(CR, start);
  if (lineEnd < 0 || lineEnd + 1 >= data.length) return undefined;
  const text = data.toString('utf8', start + 1, lineEnd);
  const next = lineEnd + 2;
  switch (String.fromCharCode(data[start] ?? 0)) {
    case '+':
      return { value: text, end: next };
    case '-':
      return { value: new Error(text), end: next };
    case ':':
      return { value: Number(text), end: next };
    case '$':
      return parseBulk(data, next, Number(text), isBytes);
    case '*':
      return parseList(data, next, Number(text), isBytes);
    default:
      return { value: new Error(`no RESP2 reply: ${data.toString('latin1', start, start + 20)}`), end: data.length };
  }
}

function parseBulk(data: Buffer, start: number, byteCount: number, isBytes: boolean) {
  if (byteCount < 0) return { value: null, end: start };
  const end = start + byteCount;
  if (end + 2 > data.length) return undefined;
  return { value: isBytes ? Buffer.from(data.subarray(start, end)) : data.toString('utf8', start, end), end: end + 2 };
}

function parseList(data: Buffer, start: number, count: number, isBytes: boolean) {
  if (count < 0) return { value: null, end: start };
  const value: unknown[] = [];
  let end = start;
  for (let i = 0; i < count; i++) {
    const item = parseReply(data, end, isBytes);
    if (item === undefined) return undefined;
    value.push(item.value);
    end = item.end;
  }
  return { value, end };
}
