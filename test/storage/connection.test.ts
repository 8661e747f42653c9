import { once } from 'node:events';
import net from 'node:net';
import { describe, expect, it } from 'vitest';
import { encodeCommand, ReplyReader } from '../../src/resp/index.ts';
import { openScanSocket, type ScanSocket } from '../../src/storage/connections/connection.ts';
import { acquireScanSocket, closeIdleSockets, releaseScanSocket } from '../../src/storage/connections/idle-sockets.ts';
import { endpointAt, startStub } from '../support/stub-redis.ts';

const OK = '+OK\r\n';
const code = (value: string): unknown => expect.objectContaining({ code: value });

/** Sends one command and waits for its reply. */
function ask(socket: ScanSocket, ...args: string[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const reader = new ReplyReader();
    socket.use({
      onBytes: () => {
        const reply = reader.read(socket.receive);
        if (reply === undefined) return;
        socket.answered(1);
        resolve(reply);
      },
      onFailure: reject,
    });
    socket.write(encodeCommand(args), 1);
  });
}

describe('openScanSocket', () => {
  it('says who it is, selects the database and asks to leave no trace, in one round trip', async () => {
    await using stub = await startStub(() => OK, { username: 'reader', password: 'secret', database: 3 });
    const socket = await openScanSocket(stub.endpoint);
    expect(stub.commands).toEqual([
      ['AUTH', 'reader', 'secret'],
      ['SELECT', '3'],
      ['CLIENT', 'SETNAME', 'redquery-scan'],
      ['CLIENT', 'NO-TOUCH', 'ON'],
    ]);
    expect(socket.outstandingCount).toBe(0);
    socket.destroy();
  });

  it('asks for RESP3 behind the log-in, and keeps such sockets apart', async () => {
    await using stub = await startStub(() => OK, { password: 'secret' });
    const socket = await acquireScanSocket(stub.endpoint, { protocol: 3 });
    expect(stub.commands.slice(0, 2)).toEqual([
      ['AUTH', 'secret'],
      ['HELLO', '3'],
    ]);
    releaseScanSocket(socket);
    const plain = await acquireScanSocket(stub.endpoint);
    expect(plain).not.toBe(socket);
    expect(await acquireScanSocket(stub.endpoint, { protocol: 3 })).toBe(socket);
    socket.destroy();
    plain.destroy();
  });

  it('gives a password without a user in the old form', async () => {
    await using stub = await startStub(() => OK, { password: 'secret' });
    (await openScanSocket(stub.endpoint)).destroy();
    expect(stub.commands[0]).toEqual(['AUTH', 'secret']);
  });

  it('takes a refusal of the courtesies', async () => {
    await using stub = await startStub(([, word]) =>
      word === 'SETNAME' ? '-NOPERM User has no permissions\r\n' : "-ERR unknown subcommand 'NO-TOUCH'\r\n",
    );
    const socket = await openScanSocket(stub.endpoint);
    expect(socket.isDead).toBe(false);
    socket.destroy();
  });

  it.each([
    ['-WRONGPASS invalid username-password pair or user is disabled.', 'RQ_REDIS_AUTH'],
    ['-NOAUTH Authentication required.', 'RQ_REDIS_AUTH'],
    ['-DENIED Redis is running in protected mode', 'RQ_REDIS_AUTH'],
    ['-LOADING Redis is loading the dataset in memory', 'RQ_REDIS_LOADING'],
    ['-ERR max number of clients reached', 'RQ_REDIS_BUSY'],
    ['HTTP/1.1 400 Bad Request', 'RQ_PROTOCOL'],
  ])('maps %s to %s, also when the server hangs up behind it', async (reply, expected) => {
    await using stub = await startStub(
      (_, socket) => {
        socket.end(`${reply}\r\n`);
        return null;
      },
      { password: 'hush' },
    );
    const error: unknown = await openScanSocket(stub.endpoint).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: expected });
    expect(String(error)).not.toContain('hush');
  });

  it('tells that nothing listens', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as net.AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    await expect(openScanSocket(endpointAt(port))).rejects.toThrow(code('RQ_REDIS_UNREACHABLE'));
    await expect(openScanSocket(endpointAt(port))).rejects.toThrow(`127.0.0.1:${port}`);
    await expect(openScanSocket(endpointAt(0, { address: { path: '/nowhere/redis.sock' } }))).rejects.toThrow(
      code('RQ_REDIS_UNREACHABLE'),
    );
  });

  it('gives up a server that takes the connection and says nothing', async () => {
    await using stub = await startStub(() => null, { connectTimeoutMs: 60 });
    await expect(openScanSocket(stub.endpoint)).rejects.toThrow(code('RQ_REDIS_TIMEOUT'));
  });

  it('tells that a plain server speaks no TLS, whether it hangs up or waits', async () => {
    await using stub = await startStub(() => OK, { tls: {} });
    await expect(openScanSocket(stub.endpoint)).rejects.toThrow(code('RQ_REDIS_TLS'));
    const waiting = net.createServer().listen(0, '127.0.0.1');
    await once(waiting, 'listening');
    const { port } = waiting.address() as net.AddressInfo;
    await expect(openScanSocket(endpointAt(port, { tls: {}, connectTimeoutMs: 100 }))).rejects.toThrow(code('RQ_REDIS_TLS'));
    waiting.close();
  });

  it('stops connecting when it is told to', async () => {
    await using stub = await startStub(() => null);
    const abort = new AbortController();
    const opening = openScanSocket(stub.endpoint, { signal: abort.signal });
    abort.abort();
    await expect(opening).rejects.toThrow(code('RQ_CANCELLED'));
    await expect(openScanSocket(stub.endpoint, { signal: abort.signal })).rejects.toThrow(code('RQ_CANCELLED'));
  });

  it('tells that the connection was lost in the middle of a reply', async () => {
    await using stub = await startStub(([name], socket) => {
      if (name !== 'GET') return OK;
      socket.end('$10\r\nhal');
      return null;
    });
    await expect(ask(await openScanSocket(stub.endpoint), 'GET', 'k')).rejects.toThrow(code('RQ_REDIS_LOST'));
  });

  it('gives up a server that goes silent with replies outstanding, and only then', async () => {
    await using stub = await startStub(([name]) => (name === 'GET' ? null : OK), { replyTimeoutMs: 80 });
    const socket = await openScanSocket(stub.endpoint);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(socket.isDead).toBe(false);
    await expect(ask(socket, 'GET', 'k')).rejects.toThrow(code('RQ_REDIS_TIMEOUT'));
  });
});

describe('idle sockets', () => {
  it('serve again without a new connection', async () => {
    await using stub = await startStub(() => OK);
    const first = await acquireScanSocket(stub.endpoint);
    releaseScanSocket(first);
    const second = await acquireScanSocket(stub.endpoint);
    expect(second).toBe(first);
    expect(second.isReused).toBe(true);
    expect(await ask(second, 'PING')).toEqual(Buffer.from('OK'));
    expect(stub.connectionCount()).toBe(1);
    expect(await acquireScanSocket(stub.endpoint, { isFresh: true })).not.toBe(first);
    second.destroy();
    closeIdleSockets();
  });

  it('are replaced when the server has closed them', async () => {
    await using stub = await startStub(() => OK);
    const first = await acquireScanSocket(stub.endpoint);
    releaseScanSocket(first);
    for (const socket of stub.openSockets) socket.destroy();
    await expect.poll(() => first.isDead).toBe(true);
    const second = await acquireScanSocket(stub.endpoint);
    expect(second).not.toBe(first);
    second.destroy();
  });

  it('are destroyed where replies are outstanding', async () => {
    await using stub = await startStub(() => OK);
    const socket = await acquireScanSocket(stub.endpoint);
    socket.write(encodeCommand(['PING']), 1);
    releaseScanSocket(socket);
    expect(socket.isDead).toBe(true);
  });
});
