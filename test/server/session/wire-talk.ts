/** Talks to a session in memory: messages in, a readable line for each message out. */
import { localUser } from '../../../src/server/auth/authenticator.ts';
import { WireSession } from '../../../src/server/session/wire-session.ts';
import type { FrontendMessage } from '../../../src/server/wire/messages.ts';
import type { Client, Format, StatementReport, WireUser } from '../../../src/server/words.ts';
import { FakePlanner } from './fake-planner.ts';

export const query = (text: string): FrontendMessage => ({ kind: 'query', text });
export const parse = (name: string, text: string, parameterTypes: readonly number[] = []): FrontendMessage => ({
  kind: 'parse',
  name,
  text,
  parameterTypes,
});
export const bind = (
  portal: string,
  statement: string,
  values: readonly (string | null)[] = [],
  parameterFormats: readonly Format[] = [],
  resultFormats: readonly Format[] = [],
): FrontendMessage => ({
  kind: 'bind',
  portal,
  statement,
  values: values.map((value) => (value === null ? null : Buffer.from(value))),
  parameterFormats,
  resultFormats,
});
export const describeStatement = (name = ''): FrontendMessage => ({ kind: 'describe', target: 'statement', name });
export const describePortal = (name = ''): FrontendMessage => ({ kind: 'describe', target: 'portal', name });
export const execute = (portal = '', maxRows = 0): FrontendMessage => ({ kind: 'execute', portal, maxRows });
export const closeStatement = (name: string): FrontendMessage => ({ kind: 'close', target: 'statement', name });
export const closePortal = (name: string): FrontendMessage => ({ kind: 'close', target: 'portal', name });
export const sync: FrontendMessage = { kind: 'sync' };
export const flush: FrontendMessage = { kind: 'flush' };
export const terminate: FrontendMessage = { kind: 'terminate' };

const USER: WireUser = localUser('bi');

export interface TalkOptions {
  readonly settings?: Readonly<Record<string, string>>;
  readonly user?: Partial<WireUser>;
}

export class Talk {
  readonly planner = new FakePlanner();
  readonly reports: StatementReport[] = [];
  readonly unexpected: unknown[] = [];
  readonly session: WireSession;
  /** Lines that were not taken yet. */
  readonly lines: string[] = [];
  isEnded = false;
  /** The client reads slowly: `write` says false until `drain`. */
  isSlow = false;
  writtenBytes = 0;
  onWrite: (byteCount: number) => void = () => {};
  readonly #drain: (() => void)[] = [];
  #rest = Buffer.alloc(0);
  #waiting: { line: RegExp; resolve: () => void }[] = [];

  constructor({ settings = {}, user = {} }: TalkOptions = {}) {
    const client: Client = {
      processId: 4711,
      secret: new Uint8Array([1, 2, 3, 4]),
      user: { ...USER, ...user },
      database: 'redis',
      settings: new Map(Object.entries(settings)),
      remote: '127.0.0.1:1',
      isTls: false,
    };
    const output = {
      write: (bytes: Uint8Array): boolean => this.#written(bytes),
      drained: (): Promise<void> => new Promise((resolve) => this.#drain.push(resolve)),
      end: (): void => {
        this.isEnded = true;
      },
    };
    const host = {
      report: (report: StatementReport) => void this.reports.push(report),
      unexpected: (error: unknown) => void this.unexpected.push(error),
    };
    this.session = new WireSession({ client, output, planner: this.planner, host });
    this.session.greet();
  }

  /** Sends messages and gives the answers when all are done: one line, messages between slashes. */
  async say(...messages: readonly (FrontendMessage | string)[]): Promise<string> {
    this.lines.length = 0;
    for (const message of messages) this.session.receive(typeof message === 'string' ? query(message) : message);
    await this.session.settled();
    return this.lines.join(' / ');
  }

  send(...messages: readonly FrontendMessage[]): void {
    this.lines.length = 0;
    for (const message of messages) this.session.receive(message);
  }

  /** Resolves when a line like that has come. */
  until(line: RegExp): Promise<void> {
    if (this.lines.some((one) => line.test(one))) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ line, resolve }));
  }

  drain(): void {
    this.isSlow = false;
    for (const resolve of this.#drain.splice(0)) resolve();
  }

  get isHeldBack(): boolean {
    return this.#drain.length > 0;
  }

  #written(bytes: Uint8Array): boolean {
    this.writtenBytes += bytes.length;
    this.onWrite(bytes.length);
    this.#rest = Buffer.concat([this.#rest, bytes]);
    while (this.#rest.length >= 5 && this.#rest.length > this.#rest.readInt32BE(1)) {
      const end = 1 + this.#rest.readInt32BE(1);
      this.lines.push(lineOf(this.#rest.toString('latin1', 0, 1), this.#rest.subarray(5, end)));
      this.#rest = this.#rest.subarray(end);
    }
    this.#waiting = this.#waiting.filter(({ line, resolve }) => {
      const isThere = this.lines.some((one) => line.test(one));
      if (isThere) resolve();
      return !isThere;
    });
    return !this.isSlow;
  }
}

/** What is sent, as one simple query or as messages, and what is answered. */
export type Step = readonly [send: string | readonly FrontendMessage[], answer: string];

/** Sends the steps one behind the other in one session, and gives the answers behind what was sent. */
export async function answersTo(steps: readonly Step[]): Promise<string[]> {
  const talk = new Talk();
  const answers: string[] = [];
  for (const [send] of steps) {
    const messages = typeof send === 'string' ? [query(send)] : send;
    answers.push(`${JSON.stringify(send)}: ${await talk.say(...messages)}`);
  }
  return [...answers, ...talk.unexpected.map(String)];
}

export function expectedOf(steps: readonly Step[]): string[] {
  return steps.map(([send, answer]) => `${JSON.stringify(send)}: ${answer}`);
}

/** Shows a message of the server: E, N code and text; T name:oid:format; D values; others by their letter. */
function lineOf(type: string, body: Buffer): string {
  switch (type) {
    case 'E':
    case 'N':
      return `${type} ${fieldsOf(body)}`;
    case 'C':
    case 'Z':
      return `${type} ${body.toString().replace('\0', '')}`;
    case 'S':
      return `S ${body.toString().replace('\0', '=').replace('\0', '')}`;
    case 'T':
      return `T ${columnsOf(body).join(',')}`;
    case 'D':
      return `D ${rowOf(body).join('|')}`;
    case 't':
      return `t ${Array.from({ length: body.readInt16BE(0) }, (_, at) => body.readInt32BE(2 + 4 * at)).join(',')}`;
    case 'H':
      return `H ${body.toString('hex')}`;
    case 'd':
      return `d ${JSON.stringify(body.toString())}`;
    default:
      return type;
  }
}

function fieldsOf(body: Buffer): string {
  const fields = new Map(
    body
      .toString()
      .split('\0')
      .filter((part) => part !== '')
      .map((part) => [part[0], part.slice(1)]),
  );
  const position = fields.has('P') ? ` @${fields.get('P')}` : '';
  return `${fields.get('S')} ${fields.get('C')} ${fields.get('M')}${position}`;
}

function columnsOf(body: Buffer): string[] {
  let at = 2;
  return Array.from({ length: body.readInt16BE(0) }, () => {
    const end = body.indexOf(0, at);
    const name = body.toString('utf8', at, end);
    at = end + 19;
    return `${name}:${body.readInt32BE(end + 7)}:${body.readInt16BE(end + 17)}`;
  });
}

function rowOf(body: Buffer): string[] {
  let at = 2;
  return Array.from({ length: body.readInt16BE(0) }, () => {
    const length = body.readInt32BE(at);
    at += 4;
    if (length < 0) return 'NULL';
    const value = body.subarray(at, at + length);
    at += length;
    return value.some((byte) => byte < 32) ? `0x${value.toString('hex')}` : value.toString();
  });
}
