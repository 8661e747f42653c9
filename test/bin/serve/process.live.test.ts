import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect as connectTls } from 'node:tls';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { verifierFromPassword, verifierText } from '../../../src/server/auth/scram-verifier.ts';
import { makeCertificates } from '../../support/certificates.ts';
import { bareEnvironment, COMMAND_PATH, runCommand } from '../../support/command.ts';
import { NO_REDIS, PLAIN_USER, userFile } from '../../support/wire-server.ts';

let folder: string;
const children: ChildProcess[] = [];

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'redquery-process-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A process of `redquery serve` that listens. */
class Served {
  readonly child: ChildProcess;
  readonly line: string;
  readonly port: number;
  readonly adminPort: number;
  readonly exit: Promise<[number | null, string | null]>;
  readonly #text: { stderr: string };
  readonly #grown: () => Promise<unknown>;

  static async start(words: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Served> {
    const child = spawn(
      process.execPath,
      [COMMAND_PATH, 'serve', NO_REDIS, '--listen', '127.0.0.1:0', '--no-discovery', ...words],
      {
        env: bareEnvironment(environment),
      },
    );
    children.push(child);
    const text = { stderr: '' };
    child.stderr?.on('data', (chunk: Buffer) => (text.stderr += chunk.toString()));
    const [line] = await Promise.race([
      once(child.stdout ?? child, 'data'),
      once(child, 'exit').then(() => Promise.reject(new Error(`it ended: ${text.stderr}`))),
    ]);
    return new Served(child, String(line), text);
  }

  private constructor(child: ChildProcess, line: string, text: { stderr: string }) {
    this.child = child;
    this.line = line;
    this.port = Number(/listens on 127\.0\.0\.1:(\d+);/.exec(line)?.[1]);
    this.adminPort = Number(/http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1]);
    this.exit = new Promise((resolve) => child.once('exit', (code, signal) => resolve([code, signal])));
    this.#text = text;
    this.#grown = () => once(child.stderr ?? child, 'data');
  }

  get stderr(): string {
    return this.#text.stderr;
  }

  async said(words: string): Promise<void> {
    while (!this.stderr.includes(words)) await this.#grown();
  }

  client(more: pg.ClientConfig = {}): pg.Client {
    const client = new pg.Client({
      host: '127.0.0.1',
      port: this.port,
      database: 'redis',
      user: 'ada',
      password: 'lovelace',
      ...more,
    });
    client.on('error', () => undefined);
    return client;
  }
}

/** A statement that runs until it is ended. */
async function startSleep(served: Served): Promise<{ client: pg.Client; outcome: Promise<unknown> }> {
  const client = served.client();
  await client.connect();
  const outcome = client.query('select pg_sleep(600)').then(
    () => 'done',
    (error: unknown) => error,
  );
  // Another session sees that it has begun.
  const watcher = served.client();
  await watcher.connect();
  for (let isActive = false; !isActive; ) {
    const { rows } = await watcher.query(
      "select 1 from pg_stat_activity where state = 'active' and query like '%sleep(600%' and query not like '%stat_activity%'",
    );
    isActive = rows.length > 0;
  }
  await watcher.end();
  return { client, outcome };
}

describe('the process of redquery serve', () => {
  it('listens, answers, and ends with 0 on SIGTERM', async () => {
    const served = await Served.start(['--admin', '0']);
    expect(served.line).toMatch(
      /^redquery listens on 127\.0\.0\.1:\d+; connect with: psql -h 127\.0\.0\.1 -p \d+ redis; health .*\n$/,
    );
    await served.said('there is no user file');
    const client = served.client();
    await client.connect();
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    expect((await fetch(`http://127.0.0.1:${served.adminPort}/healthz`)).status).toBe(200);
    expect(await (await fetch(`http://127.0.0.1:${served.adminPort}/readyz`)).text()).toBe('not ready: Redis does not answer\n');
    const ended = endOf(client);
    served.child.kill('SIGTERM');
    await ended;
    expect(await served.exit).toEqual([0, null]);
  });

  it('lets a statement end within the drain time-out, then ends it', async () => {
    const served = await Served.start(['--drain-timeout', '0.2']);
    const { outcome } = await startSleep(served);
    served.child.kill('SIGTERM');
    expect(await outcome).toMatchObject({ code: expect.stringMatching(/^57/) });
    expect(await served.exit).toEqual([0, null]);
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('ends at once on a second signal: %s gives %s', async (signal, status) => {
    const served = await Served.start(['--drain-timeout', '600', '--admin', '0']);
    await startSleep(served);
    served.child.kill('SIGTERM');
    // It is draining once it takes nobody any more.
    for (let isDraining = false; !isDraining; ) {
      isDraining = await served
        .client()
        .connect()
        .then(
          () => false,
          () => true,
        );
    }
    served.child.kill(signal);
    expect(await served.exit).toEqual([status, null]);
  });

  it('takes new users on SIGHUP, and keeps the old where the file is wrong', async () => {
    using users = userFile();
    const ada = { ...PLAIN_USER, verifier: verifierText(await verifierFromPassword('lovelace')) };
    await users.set({ ada });
    const served = await Served.start(['--users', users.path, '--log', 'json']);
    expect(served.line).toContain('-U NAME redis');
    const old = served.client();
    await old.connect();
    const ended = endOf(old);
    await users.set({ bea: ada });
    served.child.kill('SIGHUP');
    // The session of a user that is no more is ended: by then the file has been read.
    await ended;
    await expect(served.client().connect()).rejects.toMatchObject({ code: '28P01' });
    const bea = served.client({ user: 'bea' });
    await bea.connect();
    writeFileSync(users.path, '{"hunter2"');
    served.child.kill('SIGHUP');
    await served.said('the users stay as they were');
    expect((await bea.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await bea.end();
    const again = served.client({ user: 'bea' });
    await again.connect();
    await again.end();
    expect(served.stderr).not.toMatch(/hunter2|lovelace|SCRAM-SHA-256\$/);
  });

  it('takes a new certificate on SIGHUP, and keeps the old where the files are wrong', async () => {
    using first = makeCertificates();
    using second = makeCertificates();
    const [cert, key] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')];
    const put = (from: { certFile: string; keyFile: string }): void => {
      copyFileSync(from.certFile, cert);
      copyFileSync(from.keyFile, key);
    };
    put(first);
    const served = await Served.start(['--tls-cert', cert, '--tls-key', key, '--require-tls', '--log', 'json']);
    const before = await fingerprint(served.port);
    put(second);
    served.child.kill('SIGHUP');
    let after = before;
    while (after === before) after = await fingerprint(served.port);
    writeFileSync(key, 'no key');
    served.child.kill('SIGHUP');
    await served.said('the TLS files are wrong');
    expect(await fingerprint(served.port)).toBe(after);
    await expect(served.client().connect()).rejects.toMatchObject({ code: '28000' });
    const client = served.client({ ssl: { rejectUnauthorized: false } });
    await client.connect();
    await client.end();
  });

  it('shows neither passwords nor strings of statements', async () => {
    const served = await Served.start(
      ['--log-statements', 'all', '--log', 'json', '--server', 'cache=redis://:sesame@127.0.0.1:1'],
      {
        REDQUERY_PASSWORD: 'opensesame',
      },
    );
    const client = served.client({ application_name: 'the tests' });
    await client.connect();
    await client.query("select 'hunter2' as a, $1::text as b", ['parameter-secret']);
    await client.query("select * from redis_hash('user:hunter2', server => 'cache')").catch(() => undefined);
    await client.query("select $1 as 'hunter2", ['x']).catch(() => undefined);
    await client.end();
    served.child.kill('SIGTERM');
    await served.exit;
    expect(served.stderr).toContain('"application":"the tests"');
    expect(served.stderr).toContain('"sqlState":"42601"');
    expect(served.stderr + served.line).not.toMatch(/hunter2|sesame|parameter-secret/);
  });
});

describe('redquery serve does not start', () => {
  it.each([
    [['--listen', '0.0.0.0:0'], 2, /RQ_OPTION: without a user file only this machine may connect.*\nhint: .*redquery user add/],
    [['--listen', '[::]:0'], 2, /RQ_OPTION: without a user file/],
    [['--users', '/nowhere/users.json'], 2, /RQ_FILE: the user file \/nowhere\/users\.json is not there/],
    [['--password-file', '/nowhere'], 2, /RQ_FILE/],
    [['--tls-cert', '/nowhere', '--tls-key', '/nowhere'], 2, /RQ_FILE: the file \/nowhere cannot be read/],
    [['--views', '/nowhere.sql'], 2, /nowhere/],
    [['redis://h:secret@x:99999'], 2, /RQ_OPTION/],
    [['--tls-cert', '/dev/null', '--tls-key', '/dev/null'], 2, /RQ_OPTION: the files for TLS are wrong/],
    [['--max-connections', '0'], 2, /redquery: --max-connections/],
  ])('with %j: status %s', async (words, status, text) => {
    const outcome = await runCommand(['serve', '--listen', '127.0.0.1:0', ...words]);
    expect(outcome).toMatchObject({ status, stderr: expect.stringMatching(text) });
    expect(outcome.stdout.toString()).toBe('');
    expect(outcome.stderr).not.toContain('secret');
  });

  it('where somebody else listens', async () => {
    const served = await Served.start([]);
    const outcome = await runCommand(['serve', '--listen', `127.0.0.1:${served.port}`]);
    expect(outcome).toMatchObject({ status: 1, stderr: expect.stringMatching(/listen.*(in use|something else)/) });
  });
});

/** `once` would fail on the error that comes before. */
function endOf(client: pg.Client): Promise<void> {
  return new Promise((resolve) => client.once('end', () => resolve()));
}

/** Of the certificate that direct TLS shows. */
async function fingerprint(port: number): Promise<string> {
  const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false, ALPNProtocols: ['postgresql'] });
  await once(socket, 'secureConnect');
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}
