/** One client, from its socket to its session and its end. */
import type net from 'node:net';
import { PgError, pgErrorFrom } from '../pg-error.ts';
import { FrameDecoder } from '../wire/frame-decoder.ts';
import { MessageWriter } from '../wire/message-writer.ts';
import type { FrontendMessage } from '../wire/messages.ts';
import { SilentError } from '../wire/startup.ts';
import { readWishes, type StartupWishes } from '../wire/startup-parameters.ts';
import type { Client, WireUser } from '../words.ts';
import { type Arrival, arrive } from './arrival.ts';
import type { House } from './house.ts';
import { Inbox } from './inbox.ts';
import type { ListenedSession } from './listener-options.ts';
import { logIn } from './login.ts';
import { SessionFeed } from './session-feed.ts';
import { SocketOutput } from './socket-output.ts';

/** Newest minor version of protocol 3 that is spoken here. Its news: keys of any length, NegotiateProtocolVersion. */
const NEWEST_MINOR = 2;
const KEEP_ALIVE_MS = 60_000;

/** Brings a client to its session, or sends it away. Never throws. */
export class Connection<Session extends ListenedSession> {
  readonly #house: House<Session>;
  readonly #remote: string;
  readonly #timer: NodeJS.Timeout;
  #socket: net.Socket;
  #output: SocketOutput | null = null;
  #userName: string | null = null;
  #isWaiting = true;
  /** The client's, without its port. */
  readonly address: string;

  constructor(socket: net.Socket, house: House<Session>) {
    this.#socket = socket;
    this.#house = house;
    this.address = socket.remoteAddress ?? '';
    this.#remote = `${socket.remoteAddress ?? ''}:${socket.remotePort ?? ''}`;
    socket.on('error', () => undefined);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    this.#timer = setTimeout(() => this.#tooLate(), house.authenticationTimeoutMs);
    socket.once('close', () => clearTimeout(this.#timer));
  }

  async serve(): Promise<void> {
    try {
      const arrival = await arrive(this.#socket, {
        gate: this.#house.gate,
        secured: (socket) => {
          this.#socket = socket;
        },
        cancel: (processId, secret) => this.#house.registry.cancel(processId, secret),
      });
      if (arrival !== null) await this.#welcome(arrival);
      // A client that closed its side only would stay for ever.
      else if (!this.#socket.writableEnded) this.#socket.destroy();
    } catch (error) {
      this.#refuse(pgErrorFrom(error));
    }
  }

  /** It has no session yet. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  async #welcome({ socket, channel, startup, rest }: Arrival): Promise<void> {
    this.#output = new SocketOutput(socket);
    const wishes = readWishes(startup.parameters);
    this.#userName = wishes.user;
    const minor = this.#negotiate(startup.minor, wishes.protocolOptions);
    this.#house.assertRoom();
    const decoder = new FrameDecoder(this.#house.frameLimits);
    decoder.push(rest);
    const inbox = new Inbox<FrontendMessage>(socket, decoder);
    const { authenticator } = this.#house;
    const user = await logIn({ authenticator, userName: wishes.user, channel, inbox, output: this.#output });
    inbox.detach();
    if (user === null) {
      socket.destroy();
      return;
    }
    const writer = new MessageWriter();
    writer.authenticationOk();
    this.#output.write(writer.take());
    this.#house.assertServed(wishes.database);
    this.#house.assertRoom();
    this.#house.assertRoomFor(user);
    decoder.authenticated();
    this.#open({ user, wishes, minor, isTls: channel.isTls, decoder, output: this.#output });
  }

  /** Tells a client that asks for more than there is what there is. */
  #negotiate(askedMinor: number, protocolOptions: readonly string[]): number {
    const minor = Math.min(askedMinor, NEWEST_MINOR);
    if (minor === askedMinor && protocolOptions.length === 0) return minor;
    const writer = new MessageWriter();
    writer.negotiateProtocolVersion(minor, protocolOptions);
    this.#output?.write(writer.take());
    return minor;
  }

  #open(opening: Opening): void {
    const { user, wishes, decoder, output } = opening;
    const key = this.#house.registry.issue(opening.minor >= NEWEST_MINOR ? 32 : 4);
    const client: Client = {
      processId: key.processId,
      secret: key.secret,
      user,
      database: wishes.database,
      settings: wishes.settings,
      remote: this.#remote,
      isTls: opening.isTls,
    };
    const socket = this.#socket;
    const session = this.#house.openSession(client, output);
    this.#house.registry.add(key, () => session.cancel());
    this.#isWaiting = false;
    const leave = this.#house.enter({ client, session, sentBytes: () => socket.bytesWritten });
    const feed = new SessionFeed({ socket, decoder, session, output });
    socket.once('close', leave);
    clearTimeout(this.#timer);
    try {
      session.greet();
    } catch (error) {
      session.clientGone();
      throw error;
    }
    feed.start();
  }

  /** A client that has not got through in time. PostgreSQL says so only to one whose startup message it has. */
  #tooLate(): void {
    if (this.#output === null) this.#socket.destroy();
    else this.#refuse(new PgError('57014', 'canceling authentication due to timeout', { severity: 'FATAL' }));
  }

  #refuse(error: PgError): void {
    clearTimeout(this.#timer);
    if (this.#output?.isEnded === true || this.#socket.destroyed) return;
    const fatal = error.isFatal ? error : new PgError(error.sqlState, error.message, { ...error.details, severity: 'FATAL' });
    this.#house.report({ kind: 'refused', remote: this.#remote, user: this.#userName, error: fatal });
    if (error instanceof SilentError) {
      this.#socket.destroy();
      return;
    }
    this.#output ??= new SocketOutput(this.#socket);
    const writer = new MessageWriter();
    writer.error(fatal);
    this.#output.write(writer.take());
    this.#output.end();
  }
}

interface Opening {
  readonly user: WireUser;
  readonly wishes: StartupWishes;
  readonly minor: number;
  readonly isTls: boolean;
  readonly decoder: FrameDecoder;
  readonly output: SocketOutput;
}
