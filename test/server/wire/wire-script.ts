/**
 * Wire scripts: frames that go to a server and those that must come back.
 *
 *     # a comment
 *     > {"query":"select 1"}            sent; lines that follow one another go out in one write
 *     < RowDescription [["?column?",23,4,-1,0]]
 *     < DataRow ["1"]
 *
 * The answers were written down by a real PostgreSQL 15 (UPDATE_GOLDEN=1 and WIRE_POSTGRES=HOST:PORT:USER:DATABASE).
 * Where the server answers otherwise, and may, its own answers stand behind PostgreSQL's, with the reason:
 *
 *     ~ because names of settings are spelled as in PostgreSQL 18
 *     ~ ErrorResponse {…}
 *
 * `# without H D` on a line leaves these fields of errors and notices out of the whole script.
 */
import { type Address, RawClient } from '../net/raw-client.ts';
import { SYNC, TERMINATE } from './client-frames.ts';
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
  /** The server's own answers, where they are others than PostgreSQL's. */
  readonly otherwise: readonly string[] | null;
  readonly reason: string;
}

/** Who is asked: PostgreSQL to write the answers, PostgreSQL to be held to them, or the server. */
export type Mode = 'write' | 'postgres' | 'server';

/**
 * Runs a script and gives it back with the answers that this server gave. When they are written, silence says that all
 * is said; else those in the script do.
 */
export async function runScript(script: string, server: WireServer, mode: Mode): Promise<string> {
  const leftOut = /^# without (.*)$/m.exec(script)?.[1]?.split(' ') ?? [];
  await using client = await RawClient.connect(server.address);
  await client.start({ user: server.user, database: server.database, DateStyle: 'ISO', TimeZone: 'UTC' });
  const lines: string[] = [];
  for (const { head, requests, answers, otherwise, reason } of exchangesOf(script)) {
    const isOther = mode === 'server' && otherwise !== null;
    const expected = isOther ? otherwise : answers;
    lines.push(...head, ...requests.map((request) => `> ${request}`));
    // The requests are the project's own text.
    client.send(...requests.map((request) => bytesOf(JSON.parse(request) as Request)));
    const messages = await read(client, mode === 'write' ? null : expected.length, requests.length > 0);
    const found = messages.map((message) => lineOf(without(message, leftOut)));
    lines.push(...(isOther ? answers : found).map((line) => `< ${line}`));
    if (otherwise !== null) lines.push(reason, ...(isOther ? found : otherwise).map((line) => `~ ${line}`));
  }
  if (mode !== 'write') lines.push(...(await unexpected(client)));
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
  const exchanges: Exchange[] = [];
  // Comments and blanks, then requests, then answers, then those of the server's own.
  for (const [text] of script.matchAll(/(?:^(?![<>~]).*\n)*(?:^> .*\n)*(?:^< .*\n)*(?:^~ .*\n)*/gm)) {
    if (text === '') continue;
    const lines = text.trimEnd().split('\n');
    const own = linesWith('~ ', lines);
    exchanges.push({
      head: text
        .split('\n')
        .slice(0, -1)
        .filter((line) => !/^[<>~] /.test(line)),
      requests: linesWith('> ', lines),
      answers: linesWith('< ', lines),
      otherwise: own.length === 0 ? null : own.slice(1),
      reason: `~ ${own[0] ?? ''}`,
    });
  }
  return exchanges;
}

function linesWith(sign: string, lines: readonly string[]): string[] {
  return lines.filter((line) => line.startsWith(sign)).map((line) => line.slice(sign.length));
}
