import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RedQueryError } from '../../src/errors.ts';
import { openScanSocket } from '../../src/storage/connections/connection.ts';
import { ControlClient, endpointFrom, type ServerOptions } from '../../src/storage/index.ts';
import { makeCertificates, type TestCertificates } from '../support/certificates.ts';
import { type RunningRedis, startRedis } from '../support/redis-server.ts';

const SECRET = 'very-secret';
let certificates: TestCertificates;
let redis: RunningRedis;
const clients: ControlClient[] = [];

function clientOf(options: ServerOptions): ControlClient {
  const client = new ControlClient(endpointFrom('default', options));
  clients.push(client);
  return client;
}

async function failureOf(promise: Promise<unknown>): Promise<RedQueryError> {
  const error: unknown = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof RedQueryError)) throw error;
  expect(error.message).not.toContain(SECRET);
  return error;
}

beforeAll(async () => {
  certificates = makeCertificates();
  redis = await startRedis({
    modules: false,
    unixSocket: true,
    acl: [`reader on >${SECRET} ~user:* +@read -hgetall +select`, `plain on >${SECRET} ~* +@all`],
    tls: { ...certificates, clientCertificates: true },
  });
  await redis.call('HSET', 'user:1', 'name', 'Ada');
  await redis.callAll([['HSET', 'other', 'x', '1']]);
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

afterAll(async () => {
  await redis.stop();
  certificates[Symbol.dispose]();
});

describe('a control client', () => {
  it('connects at the first call and gives text or bytes', async () => {
    const client = clientOf({ url: redis.url });
    expect(await client.call('hgetall', 'user:1')).toEqual(['name', 'Ada']);
    expect(await client.callBuffer('HGET', 'user:1', 'name')).toEqual(Buffer.from('Ada'));
    expect(await client.call('EXISTS', 'user:1', 'none')).toBe(1);
  });

  it('gives the replies of a pipeline in order, with errors in their places', async () => {
    const client = clientOf({ url: redis.url });
    const replies = await client.pipeline([
      ['HLEN', 'user:1'],
      ['LLEN', 'user:1'],
      ['HGET', 'user:1', 'name'],
    ]);
    expect(replies[0]).toBe(1);
    expect(replies[1]).toMatchObject({ code: 'RQ_REDIS_ERROR', message: expect.stringContaining('WRONGTYPE') });
    expect(replies[2]).toEqual(Buffer.from('Ada'));
    expect(await client.pipeline([])).toEqual([]);
  });

  it('opens one connection for calls that begin together', async () => {
    const before = Number(/total_connections_received:(\d+)/.exec(String(await redis.call('INFO', 'stats')))?.[1]);
    const client = clientOf({ url: redis.url });
    await Promise.all([client.call('PING'), client.call('PING'), client.pipeline([['PING']])]);
    const after = Number(/total_connections_received:(\d+)/.exec(String(await redis.call('INFO', 'stats')))?.[1]);
    expect(after - before).toBe(1);
  });

  it('gives the address its socket is connected to', async () => {
    const client = clientOf({ host: 'localhost', port: redis.port });
    expect(await client.resolvedAddress()).toEqual({
      host: expect.stringMatching(/^(127\.0\.0\.1|::1|::ffff:127\.0\.0\.1)$/),
      port: redis.port,
    });
    const path = redis.socketPath ?? '';
    expect(await clientOf({ path }).resolvedAddress()).toEqual({ path });
  });

  it('speaks through a unix socket', async () => {
    expect(await clientOf({ url: `unix://${redis.socketPath ?? ''}?db=1` }).call('DBSIZE')).toBe(0);
  });

  it('reads in its database, and fails where there is no such', async () => {
    expect(await clientOf({ url: `${redis.url}/1` }).call('EXISTS', 'user:1')).toBe(0);
    const error = await failureOf(clientOf({ url: `${redis.url}/99` }).call('EXISTS', 'user:1'));
    expect(error).toMatchObject({ code: 'RQ_REDIS_ERROR', message: expect.stringContaining('SELECT') });
  });

  it('leaves no trace on the keys it reads', async () => {
    const client = clientOf({ url: redis.url });
    await sleep(1_100);
    await client.call('HGETALL', 'user:1');
    expect(Number(await redis.call('OBJECT', 'IDLETIME', 'user:1'))).toBeGreaterThanOrEqual(1);
  });

  it('refuses calls once it is closed', async () => {
    const client = clientOf({ url: redis.url });
    const waiting = failureOf(client.call('BLPOP', 'nothing', 0));
    await sleep(50);
    await client.close();
    expect(await waiting).toMatchObject({ code: 'RQ_CLOSED' });
    expect(await failureOf(client.call('PING'))).toMatchObject({ code: 'RQ_CLOSED' });
  });
});

describe('logging in', () => {
  it('takes user and password', async () => {
    expect(await clientOf({ url: redis.url, username: 'plain', password: SECRET }).call('ACL', 'WHOAMI')).toBe('plain');
  });

  it('goes on where the server wants no password', async () => {
    const options = { url: redis.url, password: SECRET };
    expect(await clientOf(options).call('ACL', 'WHOAMI')).toBe('default');
    const socket = await openScanSocket(endpointFrom('default', options));
    expect(socket.isDead).toBe(false);
    socket.destroy();
  });

  it('names a wrong password as such, without the password', async () => {
    const error = await failureOf(clientOf({ url: redis.url, username: 'nobody', password: SECRET }).call('PING'));
    expect(error).toMatchObject({ code: 'RQ_REDIS_AUTH', sqlState: '28P01' });
  });

  it('names the command that is not permitted, in a call and in a pipeline', async () => {
    const client = clientOf({ url: redis.url, username: 'reader', password: SECRET, database: 1 });
    expect(await failureOf(client.call('FLUSHALL'))).toMatchObject({
      code: 'RQ_REDIS_PERMISSION',
      message: expect.stringContaining('FLUSHALL'),
    });
    const [denied, foreign] = await client.pipeline([
      ['HGETALL', 'user:1'],
      ['HGET', 'other', 'x'],
    ]);
    expect(denied).toMatchObject({ code: 'RQ_REDIS_PERMISSION', message: expect.stringContaining('HGETALL') });
    expect(foreign).toMatchObject({ code: 'RQ_REDIS_PERMISSION', message: expect.stringContaining('HGET') });
  });

  it('names a missing password as such', async () => {
    await using locked = await startRedis({ modules: false, password: SECRET });
    expect(await failureOf(clientOf({ url: locked.url }).call('PING'))).toMatchObject({ code: 'RQ_REDIS_AUTH' });
    expect(await clientOf({ url: locked.url, password: SECRET }).call('PING')).toBe('PONG');
  });
});

describe('TLS', () => {
  const pem = (file: string): string => readFileSync(file, 'utf8');

  it('connects with an authority and a client certificate', async () => {
    const tls = {
      ca: pem(certificates.caFile),
      cert: readFileSync(certificates.clientCertFile),
      key: pem(certificates.clientKeyFile),
    };
    const client = clientOf({ url: redis.tlsUrl, tls });
    expect(await client.call('PING')).toBe('PONG');
    expect(await client.resolvedAddress()).toEqual({ host: '127.0.0.1', port: redis.tlsPort });
  });

  it.each([
    ['an unknown authority', () => ({ url: redis.tlsUrl })],
    ['a wrong authority', () => ({ url: redis.tlsUrl, tls: { ca: pem(certificates.otherCaFile) } })],
    [
      'a name the certificate does not have',
      () => ({ url: redis.tlsUrl, tls: { ca: pem(certificates.caFile), serverName: 'else.example' } }),
    ],
  ])('names %s as a failure of TLS', async (_, options) => {
    expect(await failureOf(clientOf(options()).call('PING'))).toMatchObject({ code: 'RQ_REDIS_TLS' });
  });

  it('names a port without TLS that stays silent as a failure of TLS', async () => {
    const error = await failureOf(
      clientOf({ url: redis.url, tls: { ca: pem(certificates.caFile) }, connectTimeoutMs: 200 }).call('PING'),
    );
    expect(error).toMatchObject({
      code: 'RQ_REDIS_TLS',
      message: expect.stringMatching(/^rediss:\/\/127\.0\.0\.1:\d+ took the connection but no TLS handshake within 200 ms/),
      hint: expect.stringContaining('redis:// instead of rediss://'),
    });
  });

  it('names a refused client as a failure of TLS or a lost connection', async () => {
    const error = await failureOf(clientOf({ url: redis.tlsUrl, tls: { ca: pem(certificates.caFile) } }).call('PING'));
    expect(['RQ_REDIS_TLS', 'RQ_REDIS_LOST']).toContain(error.code);
  });
});

describe('a server that is away', () => {
  it('fails at once where nothing listens', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await new Promise((resolve) => server.close(resolve));
    const error = await failureOf(clientOf({ port }).call('PING'));
    expect(error).toMatchObject({ code: 'RQ_REDIS_UNREACHABLE', message: expect.stringContaining(`redis://127.0.0.1:${port}`) });
    expect(await failureOf(clientOf({ path: '/nonexistent/redis.sock' }).call('PING'))).toMatchObject({
      code: 'RQ_REDIS_UNREACHABLE',
      message: expect.stringContaining('no such socket file'),
    });
  });

  it('fails when it dies during a call, and works again when it is back', async () => {
    const first = await startRedis({ modules: false });
    const client = clientOf({ url: first.url });
    const waiting = failureOf(client.call('BLPOP', 'nothing', 0));
    await sleep(50);
    await first.stop();
    expect(await waiting).toMatchObject({ code: 'RQ_REDIS_LOST' });
    expect(await failureOf(client.call('PING'))).toMatchObject({ code: 'RQ_REDIS_UNREACHABLE' });
    await using second = await startRedis({ modules: false, port: first.port });
    expect(second.port).toBe(first.port);
    expect(await client.call('PING')).toBe('PONG');
  });

  it('connects anew after the server has cut an idle connection', async () => {
    const client = clientOf({ url: redis.url });
    const id = Number(await client.call('CLIENT', 'ID'));
    await redis.call('CLIENT', 'KILL', 'ID', id);
    await sleep(50);
    expect(await client.call('PING')).toBe('PONG');
  });

  it('gives a silent server up after the reply time-out', async () => {
    await using silent = await startRedis({ modules: false });
    const client = clientOf({ url: silent.url, replyTimeoutMs: 200 });
    await client.call('PING');
    process.kill(silent.pid, 'SIGSTOP');
    try {
      expect(await failureOf(client.call('PING'))).toMatchObject({ code: 'RQ_REDIS_TIMEOUT' });
      expect(await failureOf(client.call('PING'))).toMatchObject({ code: 'RQ_REDIS_TIMEOUT' });
    } finally {
      process.kill(silent.pid, 'SIGCONT');
    }
    expect(await client.call('PING')).toBe('PONG');
  });

  it.each([
    ['HTTP/1.1 400 Bad Request\r\n\r\n', /is no Redis: it answers as an HTTP server does$/],
    ['SSH-2.0-OpenSSH_9.6\r\n', /is no Redis: it does not answer as Redis does$/],
  ])('says what else listens there: %j', async (greeting, message) => {
    const other = net.createServer((socket) => socket.on('error', () => undefined).end(greeting)).listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const error = await failureOf(clientOf({ port }).call('PING'));
    expect(error).toMatchObject({ code: 'RQ_REDIS_UNREACHABLE', message: expect.stringMatching(message) });
    other.close();
  });

  it('gives up a server that takes the connection and says nothing', async () => {
    const mute = net.createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => mute.once('listening', resolve));
    const address = mute.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const error = await failureOf(clientOf({ port, tls: true, connectTimeoutMs: 150 }).call('PING'));
    expect(error).toMatchObject({ code: 'RQ_REDIS_TLS', message: expect.stringContaining('within 150 ms') });
    mute.close();
  });
});

describe('a script with a client', () => {
  /** Runs a module that has `clientOf(options)`; its output ends with what would keep it alive. */
  async function run(code: string): Promise<{ status: unknown; output: string }> {
    const doorway = new URL('../../src/storage/index.ts', import.meta.url).href;
    const script = `import { ControlClient, endpointFrom } from ${JSON.stringify(doorway)};
      const clientOf = (options) => new ControlClient(endpointFrom('default', options));
      ${code}
      await new Promise((resolve) => setTimeout(resolve, 20));
      console.log(process.getActiveResourcesInfo().filter((name) => /Timeout|TCP|TLS/.test(name)).join());`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (data) => (output += String(data)));
    child.stderr.on('data', (data) => (output += String(data)));
    const status = await new Promise((resolve) => child.once('close', resolve));
    return { status, output: output.trim() };
  }

  it.each([
    [
      'an idle client, without a word on the console',
      (url: string) => `await clientOf({ url: '${url}', password: 'needless' }).call('PING');`,
    ],
    [
      'a client that found nothing',
      () =>
        `await clientOf({ path: '/nonexistent' }).call('PING').catch((error) => process.exitCode = error.code === 'RQ_REDIS_UNREACHABLE' ? 0 : 9);`,
    ],
    [
      'a client that was closed while it connected',
      (url: string) => `const client = clientOf({ url: '${url}', tls: true });
      const call = client.call('PING').catch((error) => process.exitCode = error.code === 'RQ_CLOSED' ? 0 : 9);
      setTimeout(() => client.close(), 100); await call;`,
    ],
  ])('ends with %s', async (_, code) => {
    expect(await run(code(redis.url))).toEqual({ status: 0, output: '' });
  });
});
