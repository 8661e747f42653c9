import { describe, expect, it } from 'vitest';
import { SocketOutput } from '../../../src/server/net/socket-output.ts';
import { frame, int32, query, SYNC, startup, TERMINATE } from '../wire/client-frames.ts';
import { type FakeServer, startFakeServer } from './fake-session.ts';
import { RawClient } from './raw-client.ts';

async function started(server: FakeServer, name = 'ana'): Promise<RawClient> {
  const client = await RawClient.connect(server.address);
  await client.start({ user: name });
  return client;
}

describe('a session on a socket', () => {
  it('hears that its client has gone in the middle of a long statement', async () => {
    await using server = await startFakeServer();
    for (const leave of ['destroy', 'end', 'resetAndDestroy'] as const) {
      await using client = await started(server);
      const session = server.last();
      client.send(query('hold'));
      await session.hears('query');
      client.socket[leave]();
      await session.hears('gone');
      expect(session.told.filter((word) => word === 'gone').length).toBe(1);
    }
  });

  it('hears that its client has gone though it was sent more than it takes', async () => {
    await using server = await startFakeServer();
    await using client = await started(server);
    const session = server.last();
    client.send(query('hold'), ...Array.from({ length: 5000 }, () => query(`hold ${'x'.repeat(100)}`)));
    await session.hears('query');
    client.socket.end();
    await session.hears('gone');
    expect(session.messages.length).toBe(256);
  });

  it('is given no more than it can hold, and the rest in order when it gets on', async () => {
    await using server = await startFakeServer();
    await using client = await started(server);
    const session = server.last();
    // Ten megabytes: more than is read ahead, so that the socket stops and starts again.
    const sent = Array.from({ length: 10_000 }, (_, index) => `hold ${index} ${'x'.repeat(1000)}`);
    client.send(...sent.map(query));
    await session.hears('query');
    while (session.messages.length < sent.length) {
      expect(session.backlog).toBeLessThanOrEqual(256);
      session.release();
      await new Promise((resolve) => setImmediate(resolve));
    }
    session.release();
    client.send(query('last'));
    const answers = await client.through('C').then(async (messages) => {
      const all = messages;
      while (all.at(-1)?.body.toString() !== 'last\0') all.push(...(await client.through('C')));
      return all.filter(({ type }) => type === 'C').length;
    });
    expect(answers).toBe(10_001);
    expect(session.messages.map((message) => (message.kind === 'query' ? message.text : ''))).toEqual([...sent, 'last']);
  });

  it('is not fed while its client does not read the answers', async () => {
    await using server = await startFakeServer();
    await using client = await started(server);
    const session = server.last();
    client.socket.pause();
    const big = 'y'.repeat(100_000);
    client.send(...Array.from({ length: 200 }, () => query(big)));
    await session.hears('query');
    let before = -1;
    while (session.messages.length !== before) {
      before = session.messages.length;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(session.messages.length).toBeLessThan(200);
    client.socket.resume();
    client.send(query('last'));
    let answer = '';
    while (answer !== 'last\0') answer = (await client.through('C')).at(-1)?.body.toString() ?? '';
    expect(session.messages.length).toBe(201);
  });

  it('gets no message behind Terminate, and its last answers arrive', async () => {
    await using server = await startFakeServer();
    await using client = await started(server);
    client.send(query('one'), TERMINATE, query('two'));
    expect((await client.through('Z')).map(({ type }) => type)).toEqual(['C', 'Z']);
    expect((await client.ended()).length).toBe(0);
    client.socket.end();
    const session = server.last();
    await session.hears('gone');
    expect(session.messages.map(({ kind }) => kind)).toEqual(['query', 'terminate']);
  });

  it('answers what came before a client closed its side', async () => {
    await using server = await startFakeServer();
    await using client = await started(server);
    client.send(query('one'));
    client.socket.end();
    expect((await client.through('Z')).map(({ type }) => type)).toEqual(['C', 'Z']);
    await client.ended();
    await server.last().hears('gone');
  });

  it('ends on a broken frame when what came before it is answered', async () => {
    await using server = await startFakeServer();
    await using client = await started(server);
    const session = server.last();
    client.send(query('hold'), Buffer.from('y'), query('never'));
    await session.hears('query');
    session.release();
    expect((await client.through('Z')).map(({ type }) => type)).toEqual(['C', 'Z']);
    expect(await client.fatal()).toMatchObject({ S: 'FATAL', C: '08P01', M: 'invalid frontend message type 121' });
    expect(session.messages.length).toBe(1);
  });

  it('goes on behind a malformed message', async () => {
    await using server = await startFakeServer();
    await using client = await started(server);
    client.send(frame('Q', Buffer.from('no end')), query('fine'));
    const messages = await client.through('C');
    expect(messages.map(({ type }) => type)).toEqual(['E', 'Z', 'C']);
  });

  it('refuses a message beyond the limit before it has come', async () => {
    await using server = await startFakeServer({ maxMessageBytes: 1000 });
    await using client = await started(server);
    client.send(Buffer.from('Q'), int32(1001));
    expect(await client.fatal()).toMatchObject({ C: '08P01', M: 'invalid message length' });
  });

  it('sends what was written in one turn as one', async () => {
    await using server = await startFakeServer();
    await using client = await started(server);
    const chunks: number[] = [];
    client.socket.on('data', (chunk: Buffer) => chunks.push(chunk.length));
    client.send(...Array.from({ length: 50 }, () => SYNC));
    for (let index = 0; index < 50; index += 1) await client.through('Z');
    expect(chunks).toEqual([300]);
  });

  it('counts what it sent, to clients that have left too', async () => {
    await using server = await startFakeServer();
    const before = server.listener.sentBytes;
    await using first = await started(server);
    await using second = await started(server);
    first.send(query('x'.repeat(1000)));
    await first.through('Z');
    first.socket.destroy();
    await expect.poll(() => server.listener.connectionCount).toBe(1);
    // Each: AuthenticationOk 9, BackendKeyData 13, ReadyForQuery 6; the first CommandComplete 1006 and ReadyForQuery 6.
    expect(before).toBe(0);
    expect(server.listener.sentBytes).toBe(2 * 28 + 1012);
    second.socket.destroy();
  });
});

describe('limits', () => {
  it('refuses a client too many, still takes a cancel request, and has room again when one leaves', async () => {
    await using server = await startFakeServer({ maxConnections: 2 });
    await using first = await started(server);
    await using second = await started(server);
    expect(server.listener.connectionCount).toBe(2);
    await using third = await RawClient.connect(server.address);
    third.send(startup({ user: 'ana', database: 'redis' }));
    expect(await third.fatal()).toMatchObject({ S: 'FATAL', C: '53300', M: 'sorry, too many clients already' });
    // Nobody is asked for a password in vain.
    await using asked = await RawClient.connect(server.address);
    asked.send(startup({ user: 'password', database: 'redis' }));
    expect((await asked.message()).type).toBe('E');
    const session = server.last();
    second.send(query('hold'));
    await session.hears('query');
    await using canceller = await RawClient.connect(server.address);
    const { processId, secret } = session.client;
    canceller.send(Buffer.concat([int32(12 + secret.length, 80877102, processId), secret]));
    await session.hears('cancel');
    first.socket.end();
    await first.ended();
    await using fourth = await started(server);
    expect(fourth.socket.destroyed).toBe(false);
    expect([...server.listener.sessions()].length).toBe(2);
  });

  it('refuses a user too many connections, and no other user', async () => {
    await using server = await startFakeServer();
    await using first = await started(server, 'single');
    await using second = await RawClient.connect(server.address);
    second.send(startup({ user: 'single', database: 'redis' }));
    expect(await second.fatal()).toMatchObject({ C: '53300', M: 'too many connections for role "single"' });
    await using other = await started(server);
    expect(other.socket.destroyed).toBe(false);
    first.socket.destroy();
    await server.opened[0]?.hears('gone');
    await using third = await started(server, 'single');
    expect(third.socket.destroyed).toBe(false);
  });

  it('drops clients that do not get through in time, before and behind the startup message', async () => {
    await using server = await startFakeServer({ authenticationTimeoutMs: 100 });
    await using silent = await RawClient.connect(server.address);
    await using slow = await RawClient.connect(server.address);
    const message = startup({ user: 'ana', database: 'redis' });
    const drip = setInterval(() => slow.send(message.subarray(0, 1)), 10);
    await using unanswering = await RawClient.connect(server.address);
    unanswering.send(startup({ user: 'password', database: 'redis' }));
    expect((await unanswering.message()).type).toBe('R');
    expect(await unanswering.fatal()).toMatchObject({ S: 'FATAL', C: '57014', M: 'canceling authentication due to timeout' });
    expect((await silent.ended()).length).toBe(0);
    expect((await slow.ended()).length).toBe(0);
    clearInterval(drip);
    await using quick = await started(server);
    await new Promise((resolve) => setTimeout(resolve, 150));
    quick.send(query('still here'));
    expect((await quick.through('Z')).length).toBe(2);
  });
});

describe('the end of a listener', () => {
  it('ends idle sessions at once and the others when they are done', async () => {
    await using server = await startFakeServer();
    await using idle = await started(server);
    await using active = await started(server);
    const session = server.last();
    active.send(query('hold'));
    await session.hears('query');
    const drained = server.listener.drain(60_000);
    expect(await idle.fatal()).toMatchObject({
      S: 'FATAL',
      C: '57P01',
      M: 'terminating connection due to administrator command',
    });
    await expect(RawClient.connect(server.address)).rejects.toThrow('ECONNREFUSED');
    expect(session.told).toEqual(['query']);
    session.release();
    expect((await active.through('Z')).map(({ type }) => type)).toEqual(['C', 'Z']);
    expect((await active.fatal()).C).toBe('57P01');
    active.socket.end();
    idle.socket.end();
    await drained;
    expect(session.told).not.toContain('cancel');
  });

  it('cancels what is not done at the limit', async () => {
    await using server = await startFakeServer();
    await using active = await started(server);
    const session = server.last();
    active.send(query('hold'));
    await session.hears('query');
    const drained = server.listener.drain(50);
    expect((await active.fatal()).C).toBe('57P01');
    active.socket.end();
    await drained;
    expect(session.told.slice(0, 3)).toEqual(['query', 'cancel', 'shutdown 57P01']);
  });

  it('closes everything at once when it is told to', async () => {
    await using server = await startFakeServer();
    await using client = await started(server);
    await using waiting = await RawClient.connect(server.address);
    client.send(query('hold'));
    await server.last().hears('query');
    await server.listener.close();
    await client.ended();
    await waiting.ended();
    expect(server.last().told).toContain('gone');
    expect(server.listener.connectionCount).toBe(0);
  });
});

describe('SocketOutput', () => {
  it('says when a client reads slowly, and when it has read', async () => {
    await using server = await startFakeServer();
    await using client = await started(server);
    const { output } = server.last();
    expect(output).toBeInstanceOf(SocketOutput);
    client.socket.pause();
    const chunk = frame('d', Buffer.alloc(65_536));
    let written = 0;
    while (output.write(chunk) || (await Promise.race([output.drained().then(() => true), blocked()]))) written += 1;
    expect(written * 65_536).toBeLessThan(32 * 1024 * 1024);
    const drained = output.drained();
    client.socket.resume();
    await drained;
    expect(output.write(frame('Z', Buffer.from('I'))) || true).toBe(true);
    await client.through('Z');
  });

  it('resolves who waits for a client that has gone', async () => {
    await using server = await startFakeServer();
    await using client = await started(server);
    const { output } = server.last();
    client.socket.pause();
    while (output.write(Buffer.alloc(65_536)) || (await Promise.race([output.drained().then(() => true), blocked()])));
    const drained = output.drained();
    client.socket.destroy();
    await drained;
    expect(output.write(Buffer.alloc(1))).toBe(false);
  });
});

/** False after a time in which a client that reads would have read. */
function blocked(): Promise<boolean> {
  return new Promise((resolve) => setTimeout(() => resolve(false), 200));
}
