import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RedQueryError } from '../../../src/errors.ts';
import { verifierFromPassword, verifierText } from '../../../src/server/auth/scram-verifier.ts';
import { emptyUserFile, readUserFile, type UserFile, userFileFrom, userFileText } from '../../../src/server/users/user-file.ts';
import { editUserFile } from '../../../src/server/users/user-file-edit.ts';
import { nameProblem, storedUserFrom, type UserRecord } from '../../../src/server/users/user-record.ts';

let folder: string;
let count = 0;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'redquery-users-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const VERIFIER = verifierText(await verifierFromPassword('lovelace', Buffer.alloc(16, 1)));

const ADA: UserRecord = {
  verifier: VERIFIER,
  mayUseCertificate: true,
  keys: ['user:*', 'order:*'],
  servers: ['cache'],
  isReadOnly: false,
  timeoutSeconds: 2.5,
  maxScanKeys: 1_000_000,
  maxConnections: 4,
  redis: { username: 'reader', password: 'sesame' },
};
const BEA: UserRecord = {
  verifier: null,
  mayUseCertificate: true,
  keys: null,
  servers: null,
  isReadOnly: true,
  timeoutSeconds: null,
  maxScanKeys: null,
  maxConnections: null,
  redis: null,
};

function newFile(text: string, mode = 0o600): string {
  const file = path.join(folder, `users-${count++}.json`);
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}

const withUsers = (users: Readonly<Record<string, UserRecord>>): UserFile => ({
  ...emptyUserFile(),
  users: new Map(Object.entries(users)),
});

describe('a user file', () => {
  it('is written and read back', () => {
    const file = { ...withUsers({ ada: ADA, bea: BEA, 'Ünï "x"': BEA }), allowsCleartext: true };
    expect(userFileFrom(userFileText(file), 'f')).toEqual(file);
  });

  it('holds what the documentation shows', () => {
    const text = `{ "version": 1, "users": { "ada": { "verifier": "${VERIFIER}", "keys": ["user:*"] } } }`;
    const { users, mockKey, allowsCleartext } = userFileFrom(text, 'f');
    expect({ mockKey, allowsCleartext }).toEqual({ mockKey: null, allowsCleartext: false });
    expect(users.get('ada')).toEqual({ ...BEA, verifier: VERIFIER, mayUseCertificate: false, keys: ['user:*'], servers: [] });
  });

  it.each([
    ['', 'it is no JSON'],
    ['{"secret": "hunter2"', 'it is no JSON'],
    ['[]', 'the file is an object in braces'],
    ['{"version": 2, "users": {}}', 'version is 1'],
    ['{"version": 1}', 'users is an object in braces'],
    ['{"version": 1, "users": {}, "user": {}}', 'no field "user"'],
    ['{"version": 1, "users": {}, "mockKey": "AAAA"}', 'mockKey is 32 random bytes in base64'],
    ['{"version": 1, "users": {}, "cleartextOnTls": "no"}', 'cleartextOnTls is true or false'],
    ['{"version": 1, "users": {"": {"keys": []}}}', 'user "": a name has 1 to 63 bytes'],
    ['{"version": 1, "users": {"redquery_owner": {"keys": []}}}', 'user "redquery_owner": the server keeps the name'],
    ['{"version": 1, "users": {"a": {}}}', 'user "a": keys is missing'],
    ['{"version": 1, "users": {"a": {"keys": "user:*"}}}', 'user "a": keys is a list'],
    ['{"version": 1, "users": {"a": {"keys": [""]}}}', 'user "a": keys holds something that is no text, or empty'],
    ['{"version": 1, "users": {"a": {"keys": ["*"], "key": []}}}', 'user "a": no field "key"'],
    ['{"version": 1, "users": {"a": {"keys": ["*"], "verifier": "hunter2"}}}', 'user "a": verifier is no SCRAM-SHA-256 verifier'],
    ['{"version": 1, "users": {"a": {"keys": ["*"], "timeoutSeconds": "30"}}}', 'user "a": timeoutSeconds is a number'],
    ['{"version": 1, "users": {"a": {"keys": ["*"], "timeoutSeconds": 0}}}', 'user "a": timeoutSeconds is a number'],
    ['{"version": 1, "users": {"a": {"keys": ["*"], "maxScanKeys": 0}}}', 'user "a": maxScanKeys is a whole number from 1'],
    ['{"version": 1, "users": {"a": {"keys": ["*"], "maxConnections": 1.5}}}', 'user "a": maxConnections is a whole number'],
    ['{"version": 1, "users": {"a": {"keys": ["*"], "readOnly": 1}}}', 'user "a": readOnly is true or false'],
    ['{"version": 1, "users": {"a": {"keys": ["*"], "redis": {"username": "x"}}}}', 'user "a": redis is an object'],
  ])('%j is refused', (text, words) => {
    expect(() => userFileFrom(text, 'users.json')).toThrow(
      expect.objectContaining({ code: 'RQ_OPTION', message: expect.stringContaining(`users.json: ${words}`) }),
    );
    expect(() => userFileFrom(text, 'users.json')).not.toThrow('hunter2');
  });

  it('gives the server what it needs', () => {
    expect(storedUserFrom('ada', ADA)).toMatchObject({
      user: {
        name: 'ada',
        keyPatterns: ['user:*', 'order:*'],
        servers: ['cache'],
        statementTimeoutMs: 2500,
        maxScanKeys: 1_000_000,
        maxConnections: 4,
        isReadOnly: false,
        redis: { username: 'reader', password: 'sesame' },
      },
      verifier: { iterations: 4096 },
      mayUseCertificate: true,
    });
  });
});

describe('names', () => {
  it.each(['postgres', 'ada', 'Ada Lovelace', 'a"b', 'a@b.org', 'münchen', 'x'.repeat(63), '__proto__'])('may be %s', (name) => {
    expect(nameProblem(name)).toBeNull();
    const file = withUsers({});
    const one = { ...file, users: new Map([[name, BEA]]) };
    expect([...userFileFrom(userFileText(one), 'f').users.keys()]).toEqual([name]);
  });

  it.each([
    '',
    'x'.repeat(64),
    'ü'.repeat(32),
    'a\nb',
    'a\0b',
    'a\u202eb',
    ' a',
    'a ',
    'public',
    'none',
    'pg_read_all_data',
    'redquery_owner',
    'redquery_user',
  ])('may not be %j', (name) => {
    expect(nameProblem(name)).toEqual(expect.any(String));
  });
});

describe('reading a user file', () => {
  it.each([
    [0o600, null],
    [0o400, null],
    [0o644, 'RQ_FILE'],
    [0o604, 'RQ_FILE'],
    [0o602, 'RQ_FILE'],
    [0o620, 'RQ_FILE'],
    [0o666, 'RQ_FILE'],
  ])('of mode %o gives %s', async (mode, code) => {
    const file = newFile(userFileText(withUsers({ ada: ADA })), mode);
    const refusal = await readUserFile(file).then(
      () => null,
      ({ code: given, hint }: RedQueryError) => ({ code: given, hint }),
    );
    expect(refusal).toEqual(code === null ? null : { code, hint: `chmod 600 ${file}` });
  });

  it('warns of what is odd but may be', async () => {
    const many = verifierText({
      iterations: 200_000,
      salt: Buffer.alloc(16),
      storedKey: Buffer.alloc(32),
      serverKey: Buffer.alloc(32),
    });
    const file = withUsers({ slow: { ...BEA, verifier: many }, stuck: { ...BEA, mayUseCertificate: false } });
    const { warnings } = await readUserFile(newFile(userFileText(file), 0o640));
    expect(warnings).toEqual([
      expect.stringContaining('may be read by its group (mode 0640)'),
      expect.stringContaining('user "slow"'),
      expect.stringContaining('user "stuck"'),
    ]);
    const none = await readUserFile(newFile('{"version": 1, "users": {}}'));
    expect(none.warnings).toEqual([expect.stringContaining('no user'), expect.stringContaining('no mockKey')]);
  });

  it('says how to make one that is not there', async () => {
    const missing = path.join(folder, 'missing.json');
    await expect(readUserFile(missing)).rejects.toMatchObject({
      code: 'RQ_FILE',
      hint: expect.stringContaining('redquery user add'),
    });
  });
});

describe('changing a user file', () => {
  const add =
    (name: string) =>
    (file: UserFile): UserFile => ({ ...file, users: new Map([...file.users, [name, BEA]]) });

  it('makes one that only its owner may read', async () => {
    const file = path.join(folder, 'made.json');
    await editUserFile(file, true, add('ada'));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { file: read } = await readUserFile(file);
    expect([...read.users.keys()]).toEqual(['ada']);
    expect(read.mockKey).toHaveLength(32);
  });

  it('makes none where it may not', async () => {
    await expect(editUserFile(path.join(folder, 'none.json'), false, add('ada'))).rejects.toMatchObject({ code: 'RQ_FILE' });
  });

  it('keeps mock key, mode and what else stands in the file', async () => {
    const before = { ...withUsers({ ada: ADA }), allowsCleartext: true };
    const file = newFile(userFileText(before), 0o640);
    await editUserFile(file, false, add('bea'));
    expect(statSync(file).mode & 0o777).toBe(0o640);
    const { file: after } = await readUserFile(file);
    expect(after).toEqual({ ...before, users: new Map([...before.users, ['bea', BEA]]) });
  });

  it('changes the file behind a link', async () => {
    const file = newFile(userFileText(withUsers({})));
    const link = path.join(folder, 'link.json');
    symlinkSync(file, link);
    await editUserFile(link, false, add('ada'));
    expect(readFileSync(file, 'utf8')).toContain('"ada"');
    expect((await readUserFile(link)).file.users.size).toBe(1);
  });

  it('leaves file and folder as they were when the change throws', async () => {
    const file = newFile(userFileText(withUsers({ ada: ADA })));
    const text = readFileSync(file, 'utf8');
    const change = (): UserFile => {
      throw new Error('no');
    };
    await expect(editUserFile(file, false, change)).rejects.toThrow('no');
    expect(readFileSync(file, 'utf8')).toBe(text);
    await editUserFile(file, false, add('bea'));
  });

  it('loses none of many changes at once', async () => {
    const file = newFile(userFileText(withUsers({})));
    const names = Array.from({ length: 12 }, (_, at) => `user${at}`);
    await Promise.all(names.map((name) => editUserFile(file, false, add(name))));
    expect([...(await readUserFile(file)).file.users.keys()].toSorted()).toEqual(names.toSorted());
  });

  it('takes the lock of a process that is no more', async () => {
    const file = newFile(userFileText(withUsers({})));
    // Above every pid that a system gives.
    writeFileSync(`${file}.lock`, '999999999\n');
    await editUserFile(file, false, add('ada'));
    expect((await readUserFile(file)).file.users.size).toBe(1);
  });
});
