/** The server's door: accepts clients, brings them to their sessions, and sees them out. */
import net from 'node:net';
import { PgError } from '../pg-error.ts';
import { Connection } from './connection.ts';
import { type Guest, House } from './house.ts';
import type { ListenedSession, Listener, ListenerOptions } from './listener-options.ts';
import { TlsGate } from './tls-gate.ts';

export type { ConnectionEvent, ListenedSession, Listener, ListenerOptions } from './listener-options.ts';

/** Sockets without a session, beside those that have one: enough for cancel requests, not for a flood. */
const MAX_WAITING_SOCKETS = 256;
const LOOK_AGAIN_MS = 20;
/** How long a cancelled session may take to say goodbye. */
const GOODBYE_MS = 2000;

/**
 * Starts to listen.
 * @throws where the address cannot be had, or the certificate files are wrong.
 */
export async function startListener<Session extends ListenedSession>(
  options: ListenerOptions<Session>,
): Promise<Listener<Session>> {
  const gate = options.tls === undefined ? null : await TlsGate.open(options.tls);
  const listener = new SocketListener(options, new House(options, gate));
  await listener.listen();
  return listener;
}

class SocketListener<Session extends ListenedSession> implements Listener<Session> {
  readonly #options: ListenerOptions<Session>;
  readonly #house: House<Session>;
  readonly #server: net.Server;
  readonly #connections = new Set<Connection<Session>>();
  #closed: Promise<void> | null = null;

  constructor(options: ListenerOptions<Session>, house: House<Session>) {
    this.#options = options;
    this.#house = house;
    this.#server = net.createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
  }

  listen(): Promise<void> {
    const { host, port } = this.#options;
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host, port, backlog: 511 }, () => {
        this.#server.off('error', reject);
        // Accepting can fail for want of descriptors; the listener goes on when there are some again.
        this.#server.on('error', () => undefined);
        resolve();
      });
    });
  }

  get address(): { readonly host: string; readonly port: number } {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') return { host: this.#options.host, port: this.#options.port };
    return { host: address.address, port: address.port };
  }

  get connectionCount(): number {
    return this.#house.guests.size;
  }

  get sentBytes(): number {
    return this.#house.sentBytes;
  }

  *sessions(): Iterable<Session> {
    for (const guest of this.#house.guests) yield guest.session;
  }

  async reloadTls(): Promise<void> {
    await this.#house.gate?.reload();
  }

  async drain(limitMs: number): Promise<void> {
    void this.#shut();
    const error = new PgError('57P01', 'terminating connection due to administrator command', { severity: 'FATAL' });
    const told = new Set<Guest<Session>>();
    const tell = (guest: Guest<Session>) => {
      if (told.has(guest)) return;
      told.add(guest);
      void guest.session.shutdown(error);
    };
    const isIdle = ({ session }: Guest<Session>) => session.backlog === 0 && session.activity.state !== 'active';
    await this.#untilEmpty(limitMs, () => [...this.#house.guests].filter(isIdle).forEach(tell));
    for (const { session } of this.#house.guests) session.cancel();
    await this.#untilEmpty(GOODBYE_MS, () => [...this.#house.guests].forEach(tell));
    await this.close();
  }

  close(): Promise<void> {
    const closed = this.#shut();
    for (const connection of this.#connections) connection.destroy();
    return closed;
  }

  /** Stops accepting; resolves when the last socket is closed. */
  #shut(): Promise<void> {
    this.#house.shut();
    this.#closed ??= new Promise((resolve) => {
      this.#server.close(() => resolve());
    });
    return this.#closed;
  }

  /** Does `step` now and again until nobody is left or the time is over. */
  async #untilEmpty(limitMs: number, step: () => void): Promise<void> {
    const endMs = performance.now() + limitMs;
    for (;;) {
      step();
      if (this.#house.guests.size === 0 || performance.now() >= endMs) return;
      await new Promise((resolve) => {
        setTimeout(resolve, LOOK_AGAIN_MS);
      });
    }
  }

  #accept(socket: net.Socket): void {
    if (this.#connections.size - this.#house.guests.size >= MAX_WAITING_SOCKETS) this.#makeRoom();
    const connection = new Connection(socket, this.#house);
    this.#connections.add(connection);
    socket.once('close', () => this.#connections.delete(connection));
    void connection.serve();
  }

  /** Of the address with the most sockets that wait, the one that has waited longest goes: silence keeps nobody else out. */
  #makeRoom(): void {
    const byAddress = new Map<string, Connection<Session>[]>();
    for (const connection of this.#connections) {
      if (!connection.isWaiting) continue;
      const mates = byAddress.get(connection.address);
      if (mates === undefined) byAddress.set(connection.address, [connection]);
      else mates.push(connection);
    }
    const [crowd] = [...byAddress.values()].sort((a, b) => b.length - a.length);
    const [oldest] = crowd ?? [];
    if (oldest === undefined) return;
    oldest.destroy();
    this.#connections.delete(oldest);
  }
}
