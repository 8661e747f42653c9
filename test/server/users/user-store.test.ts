import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_SHAPE, verifierFromPassword, verifierText } from '../../../src/server/auth/scram-verifier.ts';
import { emptyUserFile, userFileText } from '../../../src/server/users/user-file.ts';
import { editUserFile } from '../../../src/server/users/user-file-edit.ts';
import { recordFromJson, type UserRecord } from '../../../src/server/users/user-record.ts';
import { type UserChange, UserStore } from '../../../src/server/users/user-store.ts';

let folder: string;
let count = 0;
let store: UserStore | null = null;
let reports: string[];

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'redquery-store-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => store?.close());

const record = (keys: string[]): UserRecord => recordFromJson({ keys, certificate: true });

function newFile(users: Readonly<Record<string, UserRecord>>): string {
  const file = path.join(folder, `users-${count++}.json`);
  writeFileSync(file, userFileText({ ...emptyUserFile(), users: new Map(Object.entries(users)) }), { mode: 0o600 });
  return file;
}

/** Polls so rarely that only `reload` reads, unless a test says otherwise. */
async function openStore(file: string, pollMs = 3_600_000): Promise<UserStore> {
  reports = [];
  store = await UserStore.open({ path: file, report: (sentence) => reports.push(sentence), pollMs });
  return store;
}

const setUsers = (file: string, users: Readonly<Record<string, UserRecord>>): Promise<unknown> =>
  editUserFile(file, false, (old) => ({ ...old, users: new Map(Object.entries(users)) }));

describe('UserStore', () => {
  it('finds the users of the file by their exact names', async () => {
    const users = await openStore(newFile({ ada: record(['user:*']) }));
    expect(users.find('ada')?.user).toMatchObject({ name: 'ada', keyPatterns: ['user:*'], servers: [], isReadOnly: true });
    expect(users.find('Ada')).toBeNull();
    expect(users.find('toString')).toBeNull();
    expect(reports).toEqual([]);
  });

  it('does not open with a wrong file', async () => {
    const file = newFile({});
    writeFileSync(file, '{');
    await expect(openStore(file)).rejects.toMatchObject({ code: 'RQ_OPTION' });
  });

  it('takes over what has changed, and says whom it concerns', async () => {
    const file = newFile({ ada: record(['a:*']), bea: record(['b:*']), cleo: record(['c:*']) });
    const users = await openStore(file);
    const changes: UserChange[] = [];
    users.onChange((change) => changes.push(change));
    await setUsers(file, { ada: record(['a:*']), bea: record(['*']), dora: record(['d:*']) });
    expect(await users.reload()).toBeNull();
    expect(changes).toEqual([{ changed: ['bea'], removed: ['cleo'] }]);
    expect(users.find('bea')?.user.keyPatterns).toBeNull();
    expect(users.find('cleo')).toBeNull();
    expect(users.find('dora')).not.toBeNull();
    await users.reload();
    expect(changes).toHaveLength(1);
  });

  it('sees a change by itself', async () => {
    const file = newFile({ ada: record(['a:*']) });
    const users = await openStore(file, 5);
    const changed = new Promise<UserChange>((resolve) => users.onChange(resolve));
    await setUsers(file, {});
    expect(await changed).toEqual({ changed: [], removed: ['ada'] });
  });

  it.each([
    ['gone', (file: string) => rmSync(file)],
    ['no JSON', (file: string) => writeFileSync(file, '{"users": "hunter2"')],
    ['readable for all', (file: string) => chmodSync(file, 0o644)],
  ])('keeps its users when the file is %s, and says so once', async (_what, spoil) => {
    const file = newFile({ ada: record(['a:*']) });
    const users = await openStore(file);
    spoil(file);
    expect(await users.reload()).toContain('the users stay as they were');
    expect(await users.reload()).not.toBeNull();
    expect(users.find('ada')).not.toBeNull();
    expect(reports).toHaveLength(1);
    expect(reports[0]).not.toContain('hunter2');
    writeFileSync(file, userFileText({ ...emptyUserFile(), users: new Map([['bea', record(['*'])]]) }));
    chmodSync(file, 0o600);
    expect(await users.reload()).toBeNull();
    expect(users.find('bea')).not.toBeNull();
    spoil(file);
    await users.reload();
    expect(reports).toHaveLength(2);
  });

  it('makes those who are not there look like most who are', async () => {
    const verifier = async (iterations: number): Promise<UserRecord> =>
      recordFromJson({ keys: ['*'], verifier: verifierText(await verifierFromPassword('x', Buffer.alloc(20), iterations)) });
    const users = await openStore(newFile({ ada: record(['*']) }));
    expect(users.verifierShape).toEqual(DEFAULT_SHAPE);
    users.close();
    const others = await openStore(newFile({ a: await verifier(10), b: await verifier(20), c: await verifier(20) }));
    expect(others.verifierShape).toEqual({ iterations: 20, saltBytes: 20 });
  });

  it('keeps its mock key over a restart', async () => {
    const file = newFile({ ada: record(['*']) });
    const first = await openStore(file);
    first.close();
    expect((await openStore(file)).mockKey).toEqual(first.mockKey);
    expect(first.mockKey).toHaveLength(32);
  });
});
