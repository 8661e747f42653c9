import { readFileSync } from 'node:fs';
import pg from 'pg';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifierFromPassword, verifierText } from '../../../src/server/auth/scram-verifier.ts';
import type { RunningServer } from '../../../src/server/index.ts';
import { makeCertificates, type TestCertificates } from '../../support/certificates.ts';
import { PLAIN_USER, startWireServer, type TestUserFile, userFile } from '../../support/wire-server.ts';

let certificates: TestCertificates;
let users: TestUserFile;
let server: RunningServer;
const lines: string[] = [];

beforeAll(async () => {
  certificates = makeCertificates();
  users = userFile();
  const verifier = async (password: string): Promise<string> => verifierText(await verifierFromPassword(password));
  await users.set({
    ada: { ...PLAIN_USER, verifier: await verifier('lovelace') },
    'Ünï "x"': { ...PLAIN_USER, verifier: await verifier('pä\u00a0ss\u2168') },
    // The common name of the test's client certificate.
    client: { ...PLAIN_USER, mayUseCertificate: true },
    single: { ...PLAIN_USER, verifier: await verifier('one'), maxConnections: 1 },
  });
  server = await startWireServer({
    usersFile: users.path,
    tls: { certFile: certificates.certFile, keyFile: certificates.keyFile, clientCaFile: certificates.caFile, isRequired: false },
    admin: { host: '127.0.0.1', port: 0 },
    log: { format: 'json', statements: 'all', slowMs: 0, hasLiterals: true, write: (line) => lines.push(line) },
  });
});

afterAll(async () => {
  await server.stop({ isImmediate: true });
  users[Symbol.dispose]();
  certificates[Symbol.dispose]();
});

function config(user: string, password: string | undefined, more: pg.ClientConfig = {}): pg.ClientConfig {
  return { host: '127.0.0.1', port: server.listen.port, database: 'redis', user, password, ...more };
}

const tls = (): pg.ClientConfig['ssl'] => ({ ca: readFileSync(certificates.caFile, 'utf8') });

async function currentUser(given: pg.ClientConfig): Promise<unknown> {
  const client = new pg.Client(given);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<{ name: string }>('select current_user as name')).rows[0]?.name;
  } finally {
    await client.end();
  }
}

async function granted(method: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${server.admin?.port}/metrics`)).text();
  const line = text
    .split('\n')
    .find((one) => one.startsWith(`redquery_authentications_total{method="${method}",outcome="granted"}`));
  return Number(line?.split(' ').at(-1) ?? 0);
}

describe('a client of node-postgres', () => {
  it('logs in by SCRAM, without TLS and with', async () => {
    expect(await currentUser(config('ada', 'lovelace'))).toBe('ada');
    expect(await currentUser(config('ada', 'lovelace', { ssl: tls() }))).toBe('ada');
    expect(await granted('scram')).toBe(2);
  });

  it('logs in by SCRAM bound to the channel', async () => {
    const before = await granted('scram-plus');
    expect(await currentUser(config('ada', 'lovelace', { ssl: tls(), enableChannelBinding: true }))).toBe('ada');
    expect(await granted('scram-plus')).toBe(before + 1);
  });

  it('logs in with a name and a password of any letters', async () => {
    // node-postgres prepares no password: it is given as prepared.
    expect(await currentUser(config('Ünï "x"', 'pä ssIX'))).toBe('Ünï "x"');
  });

  it.each([
    ['ada', 'wrong'],
    ['ada', ''],
    ['eve', 'lovelace'],
    ['client', 'lovelace'],
    ['ADA', 'lovelace'],
  ])('is refused as %s with %j in the same words', async (user, password) => {
    const error: unknown = await currentUser(config(user, password)).catch((caught: unknown) => caught);
    // An empty password never leaves node-postgres.
    const words = password === '' ? /password must be/ : new RegExp(`^password authentication failed for user "${user}"$`);
    expect(error).toMatchObject({ message: expect.stringMatching(words) });
  });

  it('tells code and severity of a refusal', async () => {
    await expect(currentUser(config('eve', 'x'))).rejects.toMatchObject({ code: '28P01', severity: 'FATAL' });
  });

  it('logs in by its certificate', async () => {
    const cert = readFileSync(certificates.clientCertFile, 'utf8');
    const key = readFileSync(certificates.clientKeyFile, 'utf8');
    const ssl = { ca: readFileSync(certificates.caFile, 'utf8'), cert, key };
    expect(await currentUser(config('client', undefined, { ssl }))).toBe('client');
    await expect(currentUser(config('ada', 'wrong', { ssl }))).rejects.toMatchObject({ code: '28P01' });
  });

  it('is told when it has too many sessions of its own', async () => {
    const first = new pg.Client(config('single', 'one'));
    await first.connect();
    await expect(currentUser(config('single', 'one'))).rejects.toMatchObject({ code: '53300' });
    await first.end();
  });
});

it('lets postgres.js in', async () => {
  const sql = postgres({
    host: '127.0.0.1',
    port: server.listen.port,
    database: 'redis',
    user: 'ada',
    password: 'lovelace',
    max: 1,
    fetch_types: false,
  });
  expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
  await sql.end();
});

it('asks for passwords in clear where the file says so, on TLS alone', async () => {
  using others = userFile();
  await others.set({ ada: { ...PLAIN_USER, verifier: verifierText(await verifierFromPassword('lovelace')) } }, true);
  const other = await startWireServer({
    usersFile: others.path,
    tls: { certFile: certificates.certFile, keyFile: certificates.keyFile, clientCaFile: null, isRequired: true },
  });
  const there = { port: other.listen.port };
  try {
    expect(await currentUser({ ...config('ada', 'lovelace', { ssl: tls() }), ...there })).toBe('ada');
    await expect(currentUser({ ...config('ada', 'x', { ssl: tls() }), ...there })).rejects.toMatchObject({ code: '28P01' });
    await expect(currentUser({ ...config('ada', 'lovelace'), ...there })).rejects.toMatchObject({ code: '28000' });
  } finally {
    await other.stop({ isImmediate: true });
  }
});

it('has logged no password, verifier or proof', () => {
  expect(lines.length).toBeGreaterThan(5);
  expect(lines.join('\n')).toMatch(/"connection refused","remote":"[^"]*127\.0\.0\.1[^"]*","user":"eve","sqlState":"28P01"/);
  expect(lines.join('\n')).not.toMatch(/lovelace|SCRAM-SHA-256\$|[, ]p=|PRIVATE/);
});
