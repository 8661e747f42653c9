/**
 * Wire scripts: frames that go to a server and those that must come back.
 *
 *     # a comment
 *     > {"query":"select 1"}            sent; lines that follow one another go out in one write
 *     < RowDescription [["?column?",23,4,-1,0]]
 *     < DataRow ["1"]
 *
 * The answers were written down by a real PostgreSQL 15 (UPDATE_GOLDEN=1 and WIRE_POSTGRES=HOST:PORT:USER:DATABASE).
 * `# without H D` on a line leaves these fields of errors and notices out of the whole script.
 */
import { type Address, RawClient } from '../net/raw-client.ts';
import { SYNC, startup, TERMINATE } from './client-frames.ts';
import { bytesOf, lineOf, type Request } from './script-messages.ts';
import { fieldsOf, type ServerMessage } from './server-messages.ts';

export interface WireServer {
  readonly address: Address;
  readonly user: string;
  readonly database: string;
}

/** A silence of so long means that PostgreSQL has said all, when expectations are written. */
const QUIET_MS = 150;
const TOO_LONG_MS = 10_000;

interface Exchange {
  /** Comments and blank lines before it. */
  readonly head: readonly string[];
  readonly requests: readonly string[];
  readonly answers: readonly string[];
}

/**
 * Runs a script and gives it back with the answers that this server gave.
 * @param isKnown the answers in the script say when a server has said all; else silence does.
 */
export async function runScript(script: string, server: WireServer, isKnown: boolean): Promise<string> {
  const leftOut = /^# without (.*)$/m.exec(script)?.[1]?.split(' ') ?? [];
  await using client = await RawClient.connect(server.address);
  await client.start({ user: server.user, database: server.database, DateStyle: 'ISO', TimeZone: 'UTC' });
  const lines: string[] = [];
  for (const { head, requests, answers } of exchangesOf(script)) {
    lines.push(...head, ...requests.map((request) => `> ${request}`));
    // The requests are the project's own text.
    client.send(...requests.map((request) => bytesOf(JSON.parse(request) as Request)));
    const found = await read(client, isKnown && requests.length > 0 ? answers.length : null, requests.length > 0);
    lines.push(...found.map((message) => `< ${lineOf(without(message, leftOut))}`));
  }
  if (isKnown) lines.push(...(await unexpected(client)));
  client.send(TERMINATE);
  return `${lines.join('\n').trimEnd()}\n`;
}

/** What comes although nothing was expected any more: read up to the answer of a last Sync. */
async function unexpected(client: RawClient): Promise<string[]> {
  client.send(SYNC);
  const messages: ServerMessage[] = [];
  for (;;) {
    const message = await withLimit(client.message(), TOO_LONG_MS);
    if (message === null) return ['< nothing, though a Sync was sent'];
    messages.push(message);
    if (message.type === 'Z') return messages.slice(0, -1).map((extra) => `< unexpected: ${lineOf(extra)}`);
  }
}

async function read(client: RawClient, count: number | null, isAsked: boolean): Promise<ServerMessage[]> {
  const messages: ServerMessage[] = [];
  if (!isAsked) return messages;
  while (count === null || messages.length < count) {
    const message = await withLimit(client.message(), count === null ? QUIET_MS : TOO_LONG_MS);
    if (message === null) break;
    messages.push(message);
  }
  return messages;
}

/** Null after the limit, or when the server closes; the wait itself goes on, and nothing else may read then. */
async function withLimit<Value>(promise: Promise<Value>, limitMs: number): Promise<Value | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), limitMs);
  });
  try {
    return await Promise.race([promise.catch(() => null), late]);
  } finally {
    clearTimeout(timer);
  }
}

function without(message: ServerMessage, leftOut: readonly string[]): ServerMessage {
  if (leftOut.length === 0 || (message.type !== 'E' && message.type !== 'N')) return message;
  const kept = Object.entries(fieldsOf(message)).filter(([code]) => !leftOut.includes(code));
  return { type: message.type, body: Buffer.from(`${kept.map(([code, value]) => `${code}${value}\0`).join('')}\0`) };
}

function exchangesOf(script: string): Exchange[] {
  const exchanges: { head: string[]; requests: string[]; answers: string[] }[] = [{ head: [], requests: [], answers: [] }];
  for (const line of script.split('\n')) {
    let last = exchanges.at(-1);
    const isNext = !line.startsWith('<') && (last?.answers.length ?? 0) > 0;
    const isHeadBehindRequests = !/^[<>]/.test(line) && (last?.requests.length ?? 0) > 0;
    if (last === undefined || isNext || isHeadBehindRequests) {
      last = { head: [], requests: [], answers: [] };
      exchanges.push(last);
    }
    if (line.startsWith('> ')) last.requests.push(line.slice(2));
    else if (line.startsWith('< ')) last.answers.push(line.slice(2));
    else last.head.push(line);
  }
  return exchanges;
}
