/**
 * A server that answers like Redis and costs next to nothing: HMGET gets replies that a real Redis once gave, over and over,
 * SCAN gets pages of made-up keys, each once a scan, all else gets OK. Usage: stub-server.ts REDIS_PORT ROWS.
 */
import { once } from 'node:events';
import net from 'node:net';
import { answerJobs } from '../support/answer-jobs.ts';
import { RECORDED_FIELDS } from '../support/recorded-rows.ts';

const PAGE_KEYS = 1000;
const RECORDED_ROWS = 4096;
const HMGET = Buffer.from('\r\nHMGET\r\n');
const SCAN = Buffer.from('\r\nSCAN\r\n');
const COMMAND_START = /(?:^|\n)\*\d+\r\n/g;
const CRLF_BYTES = 2;

const pages = scanPages(Number(process.argv[3]));
const recorded = await record(Number(process.argv[2]));
const server = net.createServer({ noDelay: true }, serve).listen(0, '127.0.0.1');
await once(server, 'listening');

await answerJobs({ port: () => ({ port: portOf(server) }) }, () => process.exit(0));

interface Recording {
  readonly bytes: Buffer;
  /** Row i is bytes [starts[i], starts[i + 1]). */
  readonly starts: readonly number[];
}

function serve(socket: net.Socket): void {
  let nextRow = 0;
  // A command's name that was cut: the end of the chunk before.
  let rest: Buffer = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    const bytes = Buffer.concat([rest, chunk]);
    const { count, end } = countOf(bytes, HMGET);
    if (count > 0) {
      nextRow = replay(socket, nextRow, count);
      rest = Buffer.from(bytes.subarray(Math.max(end, bytes.length - HMGET.length + 1)));
    } else if (bytes.includes(SCAN)) {
      socket.write(pageFor(bytes));
      rest = Buffer.alloc(0);
    } else {
      // Part of a pipeline of HMGETs, or the commands of a handshake, which come whole.
      const commands = bytes.toString('latin1').match(COMMAND_START)?.length ?? 0;
      if (rest.length === 0 && nextRow === 0) socket.write('+OK\r\n'.repeat(commands));
      else rest = Buffer.from(bytes.subarray(Math.max(0, bytes.length - HMGET.length + 1)));
    }
  });
}

function replay(socket: net.Socket, from: number, count: number): number {
  let row = from;
  for (let left = count; left > 0; ) {
    const taken = Math.min(left, RECORDED_ROWS - row);
    socket.write(recorded.bytes.subarray(recorded.starts[row], recorded.starts[row + taken]));
    row = (row + taken) % RECORDED_ROWS;
    left -= taken;
  }
  return row;
}

/** The cursor is the page's number. */
function pageFor(request: Buffer): Buffer {
  const cursor = /SCAN\r\n\$\d+\r\n(\d+)/.exec(request.toString('latin1'))?.[1];
  return pages[Number(cursor)] ?? Buffer.from('-ERR no such cursor\r\n');
}

function countOf(bytes: Buffer, part: Buffer): { count: number; end: number } {
  let count = 0;
  let end = 0;
  for (let at = bytes.indexOf(part); at >= 0; at = bytes.indexOf(part, end)) {
    count += 1;
    end = at + part.length;
  }
  return { count, end };
}

function scanPages(rowCount: number): Buffer[] {
  const pageCount = Math.ceil(rowCount / PAGE_KEYS);
  return Array.from({ length: pageCount }, (_, page) => {
    const cursor = String((page + 1) % pageCount);
    const keys = Array.from({ length: Math.min(PAGE_KEYS, rowCount - page * PAGE_KEYS) }, (_, i) =>
      bulk(`rec:${page * PAGE_KEYS + i}`),
    );
    return Buffer.from(`*2\r\n${bulk(cursor)}*${keys.length}\r\n${keys.join('')}`);
  });
}

/** Writes hashes of doubles into a real Redis and keeps, byte by byte, what HMGET says of them. */
async function record(port: number): Promise<Recording> {
  const rows = Array.from({ length: RECORDED_ROWS }, (_, row) =>
    RECORDED_FIELDS.map((_, field) => String((row * 31 + field) / 7)),
  );
  const sets = rows.map((values, row) =>
    command('HSET', `rec:${row}`, ...values.flatMap((value, i) => [RECORDED_FIELDS[i] ?? '', value])),
  );
  const gets = rows.map((_, row) => command('HMGET', `rec:${row}`, ...RECORDED_FIELDS));
  const dels = rows.map((_, row) => command('DEL', `rec:${row}`));
  await talk(port, sets.join(''));
  const bytes = await talk(port, gets.join(''));
  await talk(port, dels.join(''));
  // Each value is a text of digits, so a star begins a reply.
  const starts: number[] = [];
  for (let at = bytes.indexOf('*'); at >= 0; at = bytes.indexOf('*', at + 1)) starts.push(at);
  if (starts.length !== RECORDED_ROWS) throw new Error(`recorded ${starts.length} replies of ${RECORDED_ROWS}`);
  return { bytes, starts: [...starts, bytes.length] };
}

/** Sends commands on a connection of their own; gives all replies but that of the QUIT at their end. */
async function talk(port: number, commands: string): Promise<Buffer> {
  const socket = net.connect({ port, host: '127.0.0.1' });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.write(commands + command('QUIT'));
  await once(socket, 'close');
  const bytes = Buffer.concat(chunks);
  return bytes.subarray(0, bytes.length - '+OK'.length - CRLF_BYTES);
}

function command(...words: string[]): string {
  return `*${words.length}\r\n${words.map(bulk).join('')}`;
}

function bulk(text: string): string {
  return `$${text.length}\r\n${text}\r\n`;
}

function portOf(listening: net.Server): number {
  const address = listening.address();
  if (address === null || typeof address === 'string') throw new Error('the stub listens nowhere');
  return address.port;
}
