import { createHash, X509Certificate } from 'node:crypto';
import { copyFileSync, readFileSync } from 'node:fs';
import net from 'node:net';
import type tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificates, type TestCertificates } from '../../support/certificates.ts';
import { cancelRequest, GSS_REQUEST, query, SSL_REQUEST, startup } from '../wire/client-frames.ts';
import { type FakeServer, startFakeServer } from './fake-session.ts';
import { RawClient } from './raw-client.ts';

const ALPN = { ALPNProtocols: ['postgresql'] };
const STARTUP = startup({ user: 'ana', database: 'redis' });

let files: TestCertificates;
let server: FakeServer;

beforeAll(async () => {
  files = makeCertificates();
  server = await startFakeServer({ tls: files, authenticationTimeoutMs: 1000 });
});
afterAll(async () => {
  await server.listener.close();
  files[Symbol.dispose]();
});

const hashOf = (file: string) =>
  createHash('sha256')
    .update(new X509Certificate(readFileSync(file)).raw)
    .digest('hex');
const lastChannel = () => server.authenticator.channels.at(-1);

describe('TLS', () => {
  it.each([
    ['asked for', () => RawClient.requested(server.address)],
    ['asked for with ALPN', () => RawClient.requested(server.address, ALPN)],
    ['from the first byte', () => RawClient.direct(server.address, ALPN)],
    ['of version 1.2', () => RawClient.requested(server.address, { maxVersion: 'TLSv1.2' })],
  ] as const)('leads to a session, %s', async (_name, connect) => {
    await using client = await connect();
    await client.start();
    expect(server.last().client.isTls).toBe(true);
    expect(lastChannel()).toMatchObject({ isTls: true, isLocal: true, clientCertificateName: null });
    expect(Buffer.from(lastChannel()?.certificateHash ?? []).toString('hex')).toBe(hashOf(files.certFile));
    client.send(...Array.from({ length: 200 }, () => query('x'.repeat(10_000))));
    for (let index = 0; index < 200; index += 1) expect((await client.through('Z'))[0]?.body.length).toBe(10_001);
  });

  it('is offered behind a refused GSSENCRequest', async () => {
    const plain = net.connect(server.address);
    plain.write(GSS_REQUEST);
    const [answer] = await new Promise<Buffer>((resolve) => plain.once('data', resolve));
    expect(answer).toBe('N'.charCodeAt(0));
    plain.write(SSL_REQUEST);
    const [second] = await new Promise<Buffer>((resolve) => plain.once('data', resolve));
    expect(second).toBe('S'.charCodeAt(0));
    plain.destroy();
  });

  it('names its protocol where the client asks by ALPN', async () => {
    await using client = await RawClient.requested(server.address, ALPN);
    // The socket of `requested` is a TLS socket.
    expect((client.socket as tls.TLSSocket).alpnProtocol).toBe('postgresql');
  });

  it.each([
    ['from the first byte without ALPN', {}],
    ['from the first byte for another protocol', { ALPNProtocols: ['http/1.1'] }],
  ])('is refused %s', async (_name, options) => {
    const before = server.opened.length;
    const outcome = RawClient.direct(server.address, options).then(async (client) => {
      client.send(STARTUP);
      return (await client.ended()).toString();
    });
    expect(await outcome.catch(() => '')).toBe('');
    expect(server.opened.length).toBe(before);
  });

  it.each([
    ['a startup message', STARTUP],
    ['one byte', Buffer.from([0])],
    ['the first bytes of a handshake', Buffer.from('160301', 'hex')],
  ])('drops a client that sent %s behind SSLRequest, unencrypted', async (_name, injected) => {
    const before = server.opened.length;
    await using client = await RawClient.connect(server.address);
    client.send(SSL_REQUEST, injected);
    expect((await client.ended()).toString()).toBe('');
    expect(server.opened.length).toBe(before);
  });

  it('drops a client that goes on unencrypted', async () => {
    await using client = await RawClient.connect(server.address);
    client.send(SSL_REQUEST);
    expect(await client.byte()).toBe('S');
    client.send(STARTUP);
    // An alert, perhaps; no message of the protocol.
    expect((await client.ended()).toString('latin1')).toMatch(/^(\x15|$)/);
  });

  it('does not take an SSLRequest inside TLS', async () => {
    await using client = await RawClient.requested(server.address);
    client.send(SSL_REQUEST);
    expect((await client.ended()).length).toBe(0);
  });

  it('takes a startup message without TLS, too', async () => {
    await using client = await RawClient.connect(server.address);
    await client.start();
    expect(lastChannel()).toMatchObject({ isTls: false, certificateHash: null });
  });

  it('carries cancel requests', async () => {
    await using client = await RawClient.requested(server.address);
    await client.start({}, 0x30002);
    const session = server.last();
    client.send(query('hold'));
    await session.hears('query');
    await using canceller = await RawClient.requested(server.address);
    canceller.send(cancelRequest(session.client.processId, session.client.secret));
    expect((await canceller.ended()).length).toBe(0);
    await session.hears('cancel');
  });

  it('tells a session that its client has gone', async () => {
    for (const leave of ['destroy', 'end'] as const) {
      await using client = await RawClient.direct(server.address, ALPN);
      await client.start();
      const session = server.last();
      client.send(query('hold'));
      await session.hears('query');
      client.socket[leave]();
      await session.hears('gone');
      expect(session.told.at(-1)).toBe('gone');
    }
  });

  it('drops a handshake that does not end in time', async () => {
    await using asked = await RawClient.connect(server.address);
    asked.send(SSL_REQUEST);
    expect(await asked.byte()).toBe('S');
    await using direct = await RawClient.connect(server.address);
    direct.send(Buffer.from('1603010200', 'hex'));
    expect((await asked.ended()).length + (await direct.ended()).length).toBe(0);
  });

  it('leaves nothing behind of clients that leave in the handshake', async () => {
    await using own = await startFakeServer({ tls: files });
    for (const leave of ['destroy', 'end'] as const) {
      const client = await RawClient.connect(own.address);
      client.send(SSL_REQUEST);
      expect(await client.byte()).toBe('S');
      client.socket[leave]();
      await client.ended();
    }
    await own.listener.drain(0);
    expect(own.listener.connectionCount).toBe(0);
  });
});

describe('client certificates', () => {
  it('give the name of a client that the authority vouches for, and only of that', async () => {
    await using own = await startFakeServer({ tls: files });
    const channel = () => own.authenticator.channels.at(-1);
    const cert = readFileSync(files.clientCertFile);
    const key = readFileSync(files.clientKeyFile);
    await using known = await RawClient.requested(own.address, { cert, key });
    await known.start();
    expect(channel()?.clientCertificateName).toBe('client');
    await using nameless = await RawClient.requested(own.address);
    await nameless.start();
    expect(channel()?.clientCertificateName).toBeNull();
  });

  it('of another authority end the connection', async () => {
    await using own = await startFakeServer({ tls: { ...files, caFile: files.otherCaFile } });
    const cert = readFileSync(files.clientCertFile);
    const key = readFileSync(files.clientKeyFile);
    const outcome = RawClient.requested(own.address, { cert, key }).then(async (client) => {
      client.send(STARTUP);
      return (await client.ended()).length;
    });
    expect(await outcome.catch(() => 0)).toBe(0);
    expect(own.opened.length).toBe(0);
  });
});

describe('certificate files', () => {
  it('are read again on demand, and a wrong one changes nothing', async () => {
    using first = makeCertificates();
    using second = makeCertificates();
    await using own = await startFakeServer({ tls: { certFile: first.certFile, keyFile: first.keyFile } });
    const fingerprint = async () => {
      await using client = await RawClient.requested(own.address);
      await client.start();
      const hash = own.authenticator.channels.at(-1)?.certificateHash ?? new Uint8Array();
      // The socket of `requested` is a TLS socket.
      const shown = createHash('sha256')
        .update((client.socket as tls.TLSSocket).getPeerCertificate().raw)
        .digest('hex');
      expect(Buffer.from(hash).toString('hex')).toBe(shown);
      return shown;
    };
    const before = await fingerprint();
    copyFileSync(second.certFile, first.certFile);
    await expect(own.listener.reloadTls()).rejects.toThrow(/key values mismatch/);
    expect(await fingerprint()).toBe(before);
    copyFileSync(second.keyFile, first.keyFile);
    await own.listener.reloadTls();
    expect(await fingerprint()).toBe(hashOf(second.certFile));
  });

  it('that cannot be read keep the server from starting', async () => {
    const missing = { certFile: '/nonexistent/cert.pem', keyFile: '/nonexistent/key.pem' };
    await expect(startFakeServer({ tls: missing })).rejects.toThrow('ENOENT');
  });
});
