import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { commandFrom } from '../../../src/bin/command-line.ts';
import { runUser } from '../../../src/bin/user/run.ts';
import { isPasswordOf, verifierFromPassword, verifierFromText, verifierText } from '../../../src/server/auth/scram-verifier.ts';
import { readUserFile, type UserRecord } from '../../../src/server/index.ts';
import { runCommand, runShell } from '../../support/command.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'redquery-user-'));
let file: string;
let count = 0;

beforeEach(() => {
  file = path.join(folder, `users-${count++}.json`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** As the shell would run it, in this process. */
async function user(words: readonly string[], stdin = ''): Promise<Outcome> {
  const said = { out: '', err: '' };
  const input = new PassThrough();
  input.end(stdin);
  const command = commandFrom(['user', ...words, '--users', file], {});
  if (command.kind !== 'user') throw new Error(JSON.stringify(command));
  const status = await runUser(command, {
    input,
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
  });
  return { status, ...said };
}

async function recordOf(name: string): Promise<UserRecord | undefined> {
  return (await readUserFile(file)).file.users.get(name);
}

async function isPassword(name: string, password: string): Promise<boolean> {
  const verifier = verifierFromText((await recordOf(name))?.verifier ?? '');
  return verifier !== null && isPasswordOf(verifier, password);
}

function fileOf(name: string, text: string): string {
  const made = path.join(folder, name);
  writeFileSync(made, text);
  return made;
}

describe('redquery user', () => {
  it('adds, changes, lists and removes a user', async () => {
    const limits = [
      '--keys',
      'user:*',
      '--server',
      'cache',
      '--timeout',
      '30',
      '--max-scan-keys',
      '1000',
      '--max-connections',
      '4',
    ];
    const added = await user(['add', 'ada', ...limits], 'hunter2\n');
    expect(added).toEqual({ status: 0, out: '', err: `added ada: keys user:*, read-only; «redquery serve --users ${file}»\n` });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await recordOf('ada')).toMatchObject({
      keys: ['user:*'],
      servers: ['cache'],
      isReadOnly: true,
      timeoutSeconds: 30,
      maxScanKeys: 1000,
      maxConnections: 4,
      mayUseCertificate: false,
      redis: null,
    });
    expect(await isPassword('ada', 'hunter2')).toBe(true);

    expect(await user(['set', 'ada', '--keys', '*', '--timeout', 'none', '--writable', '--certificate'])).toMatchObject({
      status: 0,
    });
    expect(await recordOf('ada')).toMatchObject({
      keys: null,
      servers: ['cache'],
      isReadOnly: false,
      timeoutSeconds: null,
      maxScanKeys: 1000,
      mayUseCertificate: true,
    });
    expect(await isPassword('ada', 'hunter2')).toBe(true);

    expect((await user(['list'])).out).toBe(
      [
        'name  login                  keys  servers  changes  timeout  scan  sessions  Redis user\n',
        'ada   password, certificate  *     cache    yes      -        1000  4         -\n',
      ].join(''),
    );
    expect(await user(['remove', 'ada'])).toMatchObject({ status: 0, err: 'removed ada\n' });
    expect(await recordOf('ada')).toBeUndefined();
  });

  it('gives a new password, and none', async () => {
    await user(['add', 'ada'], 'old\n');
    expect(await user(['passwd', 'ada'], 'new\n')).toMatchObject({ status: 0, err: 'ada has a new password\n' });
    expect([await isPassword('ada', 'old'), await isPassword('ada', 'new')]).toEqual([false, true]);
    await user(['passwd', 'ada', '--no-password']);
    expect((await recordOf('ada'))?.verifier).toBeNull();
  });

  it('takes a verifier in a password’s place', async () => {
    const verifier = verifierText(await verifierFromPassword('hunter2'));
    await user(['add', 'ada'], `${verifier}\n`);
    expect((await recordOf('ada'))?.verifier).toBe(verifier);
  });

  it('takes passwords from files, that of Redis, too', async () => {
    const words = ['--password-file', fileOf('p', 'hunter2\nmore'), '--redis-password-file', fileOf('r', 'sesame\n')];
    expect(await user(['add', 'ada', '--redis-user', 'reader', ...words])).toMatchObject({ status: 0 });
    expect(await isPassword('ada', 'hunter2')).toBe(true);
    expect((await recordOf('ada'))?.redis).toEqual({ username: 'reader', password: 'sesame' });
    await user(['set', 'ada', '--redis-user', 'none']);
    expect((await recordOf('ada'))?.redis).toBeNull();
  });

  it.each([
    // Before a password is asked for.
    [['add', 'ada'], '', 1, 'there is a user "ada" already'],
    [['set', 'eve', '--timeout', '1'], '', 1, 'there is no user "eve"'],
    [['passwd', 'eve'], 'x\n', 1, 'there is no user "eve"'],
    [['remove', 'eve'], '', 1, 'there is no user "eve"'],
    [['add', 'pg_eve'], 'x\n', 2, 'PostgreSQL keeps the name'],
    [['add', 'a\nb'], 'x\n', 2, 'no control characters'],
    [['add', 'eve'], '', 2, 'the password is empty'],
    [['add', 'eve', '--password-file', '/nowhere'], '', 2, 'RQ_FILE: the file /nowhere cannot be read'],
    [['add', 'eve', '--redis-user', 'reader'], 'x\n', 2, '--redis-password-file'],
  ])('refuses %j with %j: status %s', async (words, stdin, status, message) => {
    await user(['add', 'ada'], 'hunter2\n');
    const before = readFileSync(file, 'utf8');
    const outcome = await user(words, stdin);
    expect(outcome).toMatchObject({ status, out: '', err: expect.stringContaining(message) });
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it.each([['list'], ['remove', 'ada'], ['set', 'ada', '--read-only'], ['passwd', 'ada']])(
    'makes no file by %j',
    async (...words) => {
      expect(await user(words, 'x\n')).toMatchObject({ status: 2, err: expect.stringContaining('is not there') });
      expect(existsSync(file)).toBe(false);
    },
  );

  it('leaves a file alone that is wrong, before it asks for anything', async () => {
    writeFileSync(file, '{"hunter2"', { mode: 0o600 });
    const outcome = await user(['add', 'ada'], 'x\n');
    expect(outcome).toMatchObject({ status: 2, err: expect.stringContaining('RQ_OPTION') });
    expect(outcome.err).not.toContain('hunter2');
    expect(readFileSync(file, 'utf8')).toBe('{"hunter2"');
  });

  it('shows no secret and keeps no password in the file', async () => {
    const words = ['--redis-user', 'reader', '--redis-password-file', fileOf('r2', 'sesame\n')];
    const outcomes = [
      await user(['add', 'ada', ...words, '--password-file', fileOf('p2', 'hunter2')]),
      await user(['list']),
      await user(['passwd', 'ada'], 'hunter3\n'),
      await user(['set', 'ada', '--keys', 'a']),
    ];
    expect(outcomes.map(({ status }) => status)).toEqual([0, 0, 0, 0]);
    expect(JSON.stringify(outcomes)).not.toMatch(/hunter|sesame|SCRAM/);
    expect(readFileSync(file, 'utf8')).not.toMatch(/hunter/);
  });

  it('shows names of other people’s making on one line', async () => {
    writeFileSync(file, JSON.stringify({ version: 1, users: { 'a b': { keys: ['x\u001b[2Jy\nz'], certificate: true } } }), {
      mode: 0o600,
    });
    const { out } = await user(['list']);
    expect(out.split('\n')).toHaveLength(3);
    expect(out).not.toContain('\u001b');
  });

  it('does so as a command, too', async () => {
    const outcome = await runCommand(['user', 'add', 'ada', '--users', file], { stdin: 'hunter2\n' });
    expect(outcome).toMatchObject({ status: 0, stderr: expect.stringContaining('added ada: all keys, read-only') });
    expect(await isPassword('ada', 'hunter2')).toBe(true);
    const wrong = await runCommand(['user', 'add', 'eve', 'hunter2', '--users', file], { stdin: '' });
    expect(wrong).toMatchObject({ status: 2, stderr: expect.not.stringContaining('hunter2') });
    const list = await runShell('$REDQUERY user list --users "$FILE" < /dev/null', { env: { FILE: file } });
    expect(list).toMatchObject({ status: 0, stderr: '' });
    const help = await runCommand(['user', '--help']);
    expect(help.stdout.toString()).toContain('redquery user passwd NAME');
  });
});
