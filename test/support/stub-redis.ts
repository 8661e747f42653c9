/** A server of recorded or made-up replies on a free loopback port, for what a real Redis does too seldom. */
import net from 'node:net';
import { ReceiveBuffer, ReplyReader } from '../../src/resp/index.ts';
import type { Endpoint } from '../../src/storage/index.ts';

/** Answers one command; null says nothing. `args` are latin-1 text. */
export type Answer = (args: readonly string[], socket: net.Socket) => Uint8Array | string | null;

export interface StubRedis extends AsyncDisposable {
  readonly endpoint: Endpoint;
  /** Every command that came, in order. */
  readonly commands: readonly (readonly string[])[];
  /** Connections so far. */
  readonly connectionCount: () => number;
  /** Connections that are open. */
  readonly openSockets: ReadonlySet<net.Socket>;
}

/** Starts a stub. CLIENT, AUTH and SELECT are answered with OK where `answer` gives undefined for them. */
export async function startStub(answer: Answer, options: Partial<Endpoint> = {}): Promise<StubRedis> {
  const commands: (readonly string[])[] = [];
  const sockets = new Set<net.Socket>();
  let connectionCount = 0;
  const server = net.createServer((socket) => {
    connectionCount += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    const buffer = new ReceiveBuffer();
    const reader = new ReplyReader();
    socket.on('data', (chunk: Buffer) => {
      buffer.append(chunk);
      try {
        takeCommands(socket);
      } catch {
        socket.destroy(); // no commands: a client that speaks TLS, say
      }
    });
    const takeCommands = (from: net.Socket): void => {
      for (let command = reader.read(buffer); command !== undefined; command = reader.read(buffer)) {
        const args = (command as Buffer[]).map((arg) => arg.toString('latin1')); // clients send arrays of bulk strings
        commands.push(args);
        const reply = answer(args, from);
        if (reply !== null && !from.destroyed) from.write(reply);
      }
    };
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo; // a TCP server has this form
  return {
    endpoint: endpointAt(port, options),
    commands,
    connectionCount: () => connectionCount,
    openSockets: sockets,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** An endpoint on the loopback. */
export function endpointAt(port: number, options: Partial<Endpoint> = {}): Endpoint {
  return {
    name: 'default',
    address: { host: '127.0.0.1', port },
    tls: null,
    username: null,
    password: null,
    database: 0,
    connectTimeoutMs: 2000,
    replyTimeoutMs: 5000,
    ...options,
  };
}
