/** A session that answers a query with its text, one that begins with `hold` never, and tells all it was told. */
import { localUser } from '../../../src/server/auth/authenticator.ts';
import type { ListenedSession, Listener, ListenerOptions } from '../../../src/server/net/listener.ts';
import { startListener } from '../../../src/server/net/listener.ts';
import { PgError } from '../../../src/server/pg-error.ts';
import { MessageWriter } from '../../../src/server/wire/message-writer.ts';
import type { FrontendMessage } from '../../../src/server/wire/messages.ts';
import type {
  Activity,
  Authentication,
  Authenticator,
  Channel,
  Client,
  ClientOutput,
  WireUser,
} from '../../../src/server/words.ts';

export class FakeSession implements ListenedSession {
  readonly client: Client;
  readonly output: ClientOutput;
  readonly messages: FrontendMessage[] = [];
  readonly told: string[] = [];
  readonly #writer = new MessageWriter();
  #held = 0;
  #waiting: { readonly word: string; readonly resolve: () => void }[] = [];

  constructor(client: Client, output: ClientOutput) {
    this.client = client;
    this.output = output;
  }

  greet(): void {
    if (this.client.settings.has('wrong')) throw new PgError('42704', 'unrecognized configuration parameter "wrong"');
    this.#writer.backendKeyData(this.client.processId, this.client.secret);
    this.#ready();
  }

  receive(message: FrontendMessage): void {
    this.messages.push(message);
    if (message.kind === 'malformed') this.#writer.error(message.error);
    if (message.kind === 'terminate') setImmediate(() => this.output.end());
    else if (message.kind === 'query' && message.text.startsWith('hold')) this.#held += 1;
    else if (message.kind === 'query') this.#answer(message.text);
    else this.#ready();
    this.#tell(message.kind);
  }

  get backlog(): number {
    return this.#held;
  }

  get activity(): Activity {
    const { processId, user, database, remote } = this.client;
    return {
      processId,
      user: user.name,
      database,
      applicationName: '',
      remote,
      state: this.#held > 0 ? 'active' : 'idle',
      query: '',
      startedAtMs: 0,
      queryStartedAtMs: null,
      transactionStartedAtMs: null,
    };
  }

  cancel(): void {
    this.#tell('cancel');
    this.release();
  }

  /** Ends the statements that are held. */
  release(): void {
    for (; this.#held > 0; this.#held -= 1) this.#answer('held');
  }

  clientGone(): void {
    this.#tell('gone');
  }

  async shutdown(error: PgError): Promise<void> {
    this.#tell(`shutdown ${error.sqlState}`);
    this.#writer.error(error);
    this.output.write(this.#writer.take());
    this.output.end();
  }

  /** Resolves when it was told so, now or before. */
  hears(word: string): Promise<void> {
    if (this.told.includes(word)) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ word, resolve }));
  }

  #answer(tag: string): void {
    this.#writer.commandComplete(tag);
    this.#ready();
  }

  #ready(): void {
    this.#writer.readyForQuery('I');
    this.output.write(this.#writer.take());
  }

  #tell(word: string): void {
    this.told.push(word);
    for (const { resolve } of this.#waiting.filter((waiting) => waiting.word === word)) resolve();
    this.#waiting = this.#waiting.filter((waiting) => waiting.word !== word);
  }
}

export function user(name: string, maxConnections: number | null = null): WireUser {
  return { ...localUser(name), maxConnections };
}

/** Lets anybody in; `password` asks for a password in clear, which must be `secret`; `single` may connect once. */
export class FakeAuthenticator implements Authenticator {
  readonly channels: Channel[] = [];

  begin(name: string, channel: Channel): Authentication {
    this.channels.push(channel);
    return {
      next: async (message) => {
        if (name !== 'password') return { kind: 'done', body: null, user: user(name, name === 'single' ? 1 : null) };
        if (message === null) return { kind: 'send', body: Buffer.from([0, 0, 0, 3]), isFinished: false };
        if (Buffer.from(message).toString() === 'secret\0')
          return { kind: 'done', body: Buffer.from([0, 0, 0, 12]), user: user(name) };
        throw new PgError('28P01', `password authentication failed for user "${name}"`);
      },
    };
  }
}

export interface FakeServer extends AsyncDisposable {
  readonly listener: Listener<FakeSession>;
  readonly address: { readonly host: string; readonly port: number };
  readonly authenticator: FakeAuthenticator;
  /** All sessions that were ever opened. */
  readonly opened: FakeSession[];
  /** The session opened last. */
  last(): FakeSession;
}

export async function startFakeServer(
  options: Partial<Omit<ListenerOptions<FakeSession>, 'openSession' | 'authenticator'>> = {},
): Promise<FakeServer> {
  const opened: FakeSession[] = [];
  const authenticator = new FakeAuthenticator();
  const listener = await startListener<FakeSession>({
    host: '127.0.0.1',
    port: 0,
    ...options,
    authenticator,
    openSession: (client, output) => {
      const session = new FakeSession(client, output);
      opened.push(session);
      return session;
    },
  });
  const last = () => {
    const session = opened.at(-1);
    if (session === undefined) throw new Error('no session was opened');
    return session;
  };
  return { listener, address: listener.address, authenticator, opened, last, [Symbol.asyncDispose]: () => listener.close() };
}
