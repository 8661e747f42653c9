import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectionEvent } from '../../../src/server/net/listener.ts';
import { cancelRequest, frame, GSS_REQUEST, int32, packet, query, SSL_REQUEST, startup, text } from '../wire/client-frames.ts';
import { type FakeServer, startFakeServer } from './fake-session.ts';
import { RawClient } from './raw-client.ts';

let server: FakeServer;
const events: ConnectionEvent[] = [];

beforeAll(async () => {
  server = await startFakeServer({ report: (event) => events.push(event) });
});
afterAll(() => server.listener.close());

const keyOf = (body: Buffer) => ({ processId: body.readInt32BE(0), secret: body.subarray(4) });

describe('the start of a connection', () => {
  it('leads from a startup message to a session', async () => {
    await using client = await RawClient.connect(server.address);
    const messages = await client.start({ options: '-c jit=off', DateStyle: 'ISO' });
    expect(messages.map(({ type }) => type)).toEqual(['R', 'K', 'Z']);
    expect(messages[0]?.body).toEqual(int32(0));
    const session = server.last();
    expect(session.client).toMatchObject({ database: 'redis', isTls: false, user: { name: 'ana' } });
    expect([...session.client.settings]).toEqual([
      ['jit', 'off'],
      ['datestyle', 'ISO'],
    ]);
    expect(session.client.remote).toMatch(/^127\.0\.0\.1:\d+$/);
    client.send(query('hello'));
    expect((await client.message()).body.toString()).toBe('hello\0');
  });

  it('takes messages that came together with the startup message', async () => {
    await using client = await RawClient.connect(server.address);
    client.send(startup({ user: 'ana', database: 'redis' }), query('early'), query('bird'));
    const messages = await client.through('C');
    expect(messages.at(-1)?.body.toString()).toBe('early\0');
  });

  it('is not kept from anybody by silent sockets, however many', async () => {
    await using early = await RawClient.connect(server.address);
    await early.start();
    const silent = await Promise.all(Array.from({ length: 300 }, () => RawClient.connect(server.address)));
    await using client = await RawClient.connect(server.address);
    expect((await client.start()).at(-1)?.type).toBe('Z');
    // The oldest had to go, who has a session did not.
    expect((await silent[0]?.ended())?.length).toBe(0);
    early.send(query('still here'));
    expect((await early.through('C')).at(-1)?.body.toString()).toBe('still here\0');
    await Promise.all(silent.map(async (one) => await one[Symbol.asyncDispose]()));
  });

  it('takes a startup message byte by byte', async () => {
    await using client = await RawClient.connect(server.address);
    for (const byte of startup({ user: 'ana', database: 'redis' })) client.send(Buffer.from([byte]));
    expect((await client.through('Z')).length).toBe(3);
  });

  it('says N to SSLRequest and GSSENCRequest, in any order, and goes on', async () => {
    for (const order of [[SSL_REQUEST, GSS_REQUEST], [GSS_REQUEST, SSL_REQUEST], [GSS_REQUEST]]) {
      await using client = await RawClient.connect(server.address);
      for (const request of order) {
        client.send(request);
        expect(await client.byte()).toBe('N');
      }
      await client.start();
    }
  });

  it.each([
    ['SSLRequest asked twice', [SSL_REQUEST, SSL_REQUEST]],
    ['bytes behind SSLRequest', [Buffer.concat([SSL_REQUEST, startup({ user: 'ana', database: 'redis' })])]],
    ['bytes behind GSSENCRequest', [Buffer.concat([GSS_REQUEST, SSL_REQUEST])]],
    ['a packet that is too long', [int32(10_001)]],
    ['a packet that is too short', [int32(7)]],
    ['HTTP', [Buffer.from('GET / HTTP/1.1\r\n\r\n')]],
    ['TLS where there is none', [Buffer.from('160301020001000001fc0303', 'hex')]],
    ['a client that says nothing and leaves', []],
  ])('drops %s without a session', async (_name, requests) => {
    const before = server.opened.length;
    await using client = await RawClient.connect(server.address);
    let said = '';
    for (const [index, request] of requests.entries()) {
      if (index > 0) said += await client.byte();
      client.send(request);
    }
    expect(said).toBe('N'.repeat(Math.max(0, requests.length - 1)));
    if (requests.length === 0) client.socket.end();
    expect((await client.ended()).toString()).toBe('');
    expect(server.opened.length).toBe(before);
  });

  it.each<readonly [Buffer, string, string]>([
    [startup({ user: 'ana' }), '3D000', 'database "ana" does not exist'],
    [startup({ user: 'ana', database: 'x"y' }), '3D000', 'database "x"y" does not exist'],
    [startup({ database: 'redis' }), '28000', 'no PostgreSQL user name specified in startup packet'],
    [startup({ user: 'ana', replication: 'on' }), '0A000', 'replication connections are not supported'],
    [
      startup({ user: 'ana', database: 'redis' }, 0x20000),
      '0A000',
      'unsupported frontend protocol 2.0: server supports 3.0 to 3.2',
    ],
    [startup({ user: 'ana', database: 'redis', wrong: '1' }), '42704', 'unrecognized configuration parameter "wrong"'],
    [packet(0x30000, text('user')), '08P01', 'invalid startup packet layout: expected terminator as last byte'],
  ])('refuses %j', async (sent, sqlState, message) => {
    await using client = await RawClient.connect(server.address);
    client.send(sent);
    expect(await client.fatal()).toMatchObject({ S: 'FATAL', V: 'FATAL', C: sqlState, M: message });
    expect(events.at(-1)).toMatchObject({ kind: expect.stringMatching(/refused|disconnected/) });
  });
});

describe('protocol versions', () => {
  it.each([
    [0x30000, {}, null, 4],
    [0x30002, {}, null, 32],
    [0x30003, {}, [0x30002], 32],
    [0x3270f, { '_pq_.test_protocol_negotiation': '' }, [0x30002, '_pq_.test_protocol_negotiation'], 32],
    [0x30000, { '_pq_.a': '1', '_pq_.b': '2' }, [0x30000, '_pq_.a', '_pq_.b'], 4],
  ])('answers version %i with %j', async (version, parameters, negotiated, secretBytes) => {
    await using client = await RawClient.connect(server.address);
    const messages = await client.start(parameters, version);
    const negotiation = messages.find(({ type }) => type === 'v');
    const [number = 0, ...names] = negotiated ?? [];
    const expected = Buffer.concat([int32(Number(number), names.length), text(...names.map(String))]);
    expect(negotiation?.body ?? null).toEqual(negotiated === null ? null : expected);
    expect(messages[0]?.type).toBe(negotiated === null ? 'R' : 'v');
    const key = messages.find(({ type }) => type === 'K');
    expect(key?.body.length).toBe(4 + secretBytes);
    expect(server.last().client.settings.size).toBe(0);
  });
});

describe('authentication', () => {
  it('sends what the authenticator says and gives it the answers', async () => {
    await using client = await RawClient.connect(server.address);
    client.send(startup({ user: 'password', database: 'redis' }));
    expect((await client.message()).body).toEqual(int32(3));
    client.send(frame('p', text('secret')));
    const messages = await client.through('Z');
    expect(messages.map(({ type }) => type)).toEqual(['R', 'R', 'K', 'Z']);
    expect(messages.slice(0, 2).map(({ body }) => body.readInt32BE(0))).toEqual([12, 0]);
    expect(server.authenticator.channels.at(-1)).toEqual({
      isTls: false,
      isLocal: true,
      certificateHash: null,
      clientCertificateName: null,
    });
  });

  it('makes an error of it FATAL, and tells its reporter without the password', async () => {
    await using client = await RawClient.connect(server.address);
    client.send(startup({ user: 'password', database: 'redis' }));
    await client.message();
    client.send(frame('p', text('letmein')));
    expect(await client.fatal()).toMatchObject({
      S: 'FATAL',
      C: '28P01',
      M: 'password authentication failed for user "password"',
    });
    expect(events.at(-1)).toMatchObject({ kind: 'refused', user: 'password', error: { sqlState: '28P01' } });
    expect(JSON.stringify(events)).not.toContain('letmein');
  });

  it('tells its reporter of clients, not of their keys', async () => {
    await using client = await RawClient.connect(server.address);
    await client.start();
    const { processId, remote } = server.last().client;
    const shown = { processId, user: 'ana', database: 'redis', remote, isTls: false };
    expect(events.at(-1)).toEqual({ kind: 'connected', client: shown });
    client.socket.destroy();
    await expect.poll(() => events.at(-1)).toEqual({ kind: 'disconnected', client: shown, elapsedMs: expect.any(Number) });
  });

  it('does not tell a client without a password whether a database exists', async () => {
    await using client = await RawClient.connect(server.address);
    client.send(startup({ user: 'password', database: 'nope' }));
    expect((await client.message()).type).toBe('R');
  });

  it('takes nothing but a password', async () => {
    await using client = await RawClient.connect(server.address);
    client.send(startup({ user: 'password', database: 'redis' }), query('select 1'));
    expect(await client.fatal()).toMatchObject({ C: '08P01', M: 'expected password response, got message type 81' });
  });

  it('ends without a session when the client leaves in the middle', async () => {
    const before = server.opened.length;
    await using client = await RawClient.connect(server.address);
    client.send(startup({ user: 'password', database: 'redis' }));
    await client.message();
    client.socket.end();
    await client.ended();
    expect(server.opened.length).toBe(before);
  });
});

describe('cancel requests', () => {
  it.each([0x30000, 0x30002])('reach the session of their key, with version %i', async (version) => {
    await using client = await RawClient.connect(server.address);
    const key = keyOf((await client.start({}, version)).find(({ type }) => type === 'K')?.body ?? Buffer.alloc(0));
    const session = server.last();
    client.send(query('hold'));
    await session.hears('query');
    const wrong = Buffer.from(key.secret);
    wrong.writeUInt8(wrong.readUInt8(0) ^ 1, 0);
    for (const secret of [wrong, key.secret.subarray(0, key.secret.length - 1), Buffer.concat([key.secret, wrong])]) {
      await using liar = await RawClient.connect(server.address);
      liar.send(cancelRequest(key.processId, secret));
      expect((await liar.ended()).length).toBe(0);
    }
    expect(session.told).not.toContain('cancel');
    await using canceller = await RawClient.connect(server.address);
    canceller.send(cancelRequest(key.processId, key.secret));
    expect((await canceller.ended()).length).toBe(0);
    await session.hears('cancel');
    expect((await client.through('Z')).map(({ type }) => type)).toEqual(['C', 'Z']);
  });

  it('do nothing for a session that has ended', async () => {
    await using client = await RawClient.connect(server.address);
    const key = keyOf((await client.start()).find(({ type }) => type === 'K')?.body ?? Buffer.alloc(0));
    const session = server.last();
    client.socket.destroy();
    await session.hears('gone');
    await using canceller = await RawClient.connect(server.address);
    canceller.send(cancelRequest(key.processId, key.secret));
    await canceller.ended();
    expect(session.told).not.toContain('cancel');
  });
});
