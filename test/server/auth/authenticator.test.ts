import { describe, expect, it } from 'vitest';
import { type AuthenticationReport, createAuthenticator, localUser } from '../../../src/server/auth/authenticator.ts';
import { DEFAULT_SHAPE, verifierFromPassword } from '../../../src/server/auth/scram-verifier.ts';
import type { StoredUser, UserDirectory } from '../../../src/server/users/user-directory.ts';
import type { AuthenticationStep, Channel } from '../../../src/server/words.ts';
import { initialResponse, ScramClient } from './scram-client.ts';

const PLAIN: Channel = { isTls: false, isLocal: true, certificateHash: null, clientCertificateName: null };
const FAR: Channel = { ...PLAIN, isLocal: false };
const TLS: Channel = { ...FAR, isTls: true, certificateHash: Buffer.alloc(32, 5) };

const ada: StoredUser = { user: localUser('ada'), verifier: await verifierFromPassword('lovelace'), mayUseCertificate: false };
const bot: StoredUser = { user: localUser('bot'), verifier: null, mayUseCertificate: true };

function directory(allowsCleartext = false): UserDirectory {
  const users = [ada, bot];
  return {
    find: (name) => users.find(({ user }) => user.name === name) ?? null,
    mockKey: Buffer.alloc(32, 9),
    verifierShape: DEFAULT_SHAPE,
    allowsCleartext,
  };
}

/** Everything that the server sends on the way of a login by SCRAM; the last is 'done' or the error. */
async function logIn(
  name: string,
  password: string,
  channel: Channel,
  gs2Header = 'n,,',
): Promise<(AuthenticationStep | Error)[]> {
  const authentication = createAuthenticator({ users: directory() }).begin(name, channel);
  const isBound = gs2Header.startsWith('p');
  const client = new ScramClient({
    password,
    gs2Header,
    ...(isBound && channel.certificateHash !== null ? { bindingData: channel.certificateHash } : {}),
  });
  const steps: (AuthenticationStep | Error)[] = [];
  try {
    steps.push(await authentication.next(null));
    const first = await authentication.next(initialResponse(isBound ? 'SCRAM-SHA-256-PLUS' : 'SCRAM-SHA-256', client.first()));
    steps.push(first);
    const { message } = client.final(bodyText(first));
    steps.push(await authentication.next(Buffer.from(message)));
  } catch (error) {
    steps.push(error instanceof Error ? error : new Error(String(error)));
  }
  return steps;
}

function bodyText(step: AuthenticationStep | Error | undefined): string {
  return bodyOf(step).subarray(4).toString('latin1');
}

function codeOf(step: AuthenticationStep | Error | undefined): number {
  return bodyOf(step).readInt32BE(0);
}

function bodyOf(step: AuthenticationStep | Error | undefined): Buffer {
  if (step === undefined || step instanceof Error) throw step ?? new Error('there is no such step');
  return Buffer.from(step.body ?? new Uint8Array());
}

describe('without a user file', () => {
  it('lets anybody of this machine in, to read', () => {
    const step = createAuthenticator({ users: null }).begin('whoever', PLAIN).next(null);
    expect(step).toMatchObject({ kind: 'done', body: null, user: { name: 'whoever', isReadOnly: true, keyPatterns: null } });
  });

  it('lets nobody else in', () => {
    const authentication = createAuthenticator({ users: null }).begin('whoever', FAR);
    expect(() => authentication.next(null)).toThrow(expect.objectContaining({ sqlState: '28000', isFatal: true }));
  });
});

describe('with a user file', () => {
  it('offers SCRAM, with channel binding on TLS', async () => {
    const [plain] = await logIn('ada', 'lovelace', PLAIN);
    expect(codeOf(plain)).toBe(10);
    expect(bodyText(plain)).toBe('SCRAM-SHA-256\0\0');
    const tls = createAuthenticator({ users: directory() }).begin('ada', TLS).next(null);
    expect(bodyText(await tls)).toBe('SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0');
  });

  it.each([
    [PLAIN, 'n,,'],
    [PLAIN, 'y,,'],
    [TLS, 'n,,'],
    [TLS, 'p=tls-server-end-point,,'],
  ])('lets the right password in: %j %s', async (channel, gs2Header) => {
    const steps = await logIn('ada', 'lovelace', channel, gs2Header);
    const last = steps.at(-1);
    expect(last).toMatchObject({ kind: 'done', user: { name: 'ada' } });
    expect(codeOf(last)).toBe(12);
    expect(bodyText(last)).toMatch(/^v=.{44}$/);
  });

  it('refuses a proof that is bound to another certificate', async () => {
    const authentication = createAuthenticator({ users: directory() }).begin('ada', TLS);
    const gs2Header = 'p=tls-server-end-point,,';
    const client = new ScramClient({ password: 'lovelace', gs2Header, bindingData: Buffer.alloc(32, 6) });
    await authentication.next(null);
    const first = await authentication.next(initialResponse('SCRAM-SHA-256-PLUS', client.first()));
    const final = Buffer.from(client.final(bodyText(first)).message);
    expect(() => authentication.next(final)).toThrow(
      expect.objectContaining({ sqlState: '28000', message: 'SCRAM channel binding check failed' }),
    );
  });

  it('tells nobody whether a name exists', async () => {
    const known = await logIn('ada', 'wrong', PLAIN);
    const unknown = await logIn('eve', 'wrong', PLAIN);
    const withoutPassword = await logIn('bot', 'wrong', PLAIN);
    const shape = (steps: (AuthenticationStep | Error)[]): unknown[] =>
      steps.map((step) => {
        if (step instanceof Error) return { ...step, message: step.message.replace(/"\w+"/, '"…"') };
        const { length } = step.body ?? [];
        return { kind: step.kind, length, text: bodyText(step).replace(/[rs]=[^,]*/g, ({ length: count }) => String(count)) };
      });
    expect(shape(known)).toHaveLength(3);
    expect(known.at(-1)).toMatchObject({
      sqlState: '28P01',
      message: 'password authentication failed for user "ada"',
      isFatal: true,
    });
    expect(shape(unknown)).toEqual(shape(known));
    expect(shape(withoutPassword)).toEqual(shape(known));
  });

  it('shows the same salt for a name that is not there, every time', async () => {
    const salt = async (name: string): Promise<string | undefined> => {
      const [, first] = await logIn(name, 'wrong', PLAIN);
      return /s=([^,]*)/.exec(bodyText(first))?.[1];
    };
    expect(await salt('eve')).toMatch(/^.{24}$/);
    expect(await salt('eve')).toBe(await salt('eve'));
    expect(await salt('eve')).not.toBe(await salt('mallory'));
  });

  it('answers an initial response without data by an empty challenge', async () => {
    const authentication = createAuthenticator({ users: directory() }).begin('ada', PLAIN);
    await authentication.next(null);
    const empty = await authentication.next(initialResponse('SCRAM-SHA-256', null));
    expect(codeOf(empty)).toBe(11);
    expect(bodyText(empty)).toBe('');
    const client = new ScramClient({ password: 'lovelace' });
    const first = await authentication.next(Buffer.from(client.first()));
    expect(await authentication.next(Buffer.from(client.final(bodyText(first)).message))).toMatchObject({ kind: 'done' });
  });

  it.each([
    ['an unknown mechanism', initialResponse('SCRAM-SHA-1', 'n,,n=,r=a')],
    ['channel binding without TLS', initialResponse('SCRAM-SHA-256-PLUS', 'p=tls-server-end-point,,n=,r=a')],
    ['no zero byte', Buffer.from('SCRAM')],
    ['a length that is not that of the data', Buffer.from('SCRAM-SHA-256\0\0\0\0\x09abc', 'latin1')],
    ['a length of -1 with data', Buffer.from('SCRAM-SHA-256\0\xff\xff\xff\xffabc', 'latin1')],
    ['nothing', Buffer.alloc(0)],
  ])('refuses %s', async (_what, message) => {
    const authentication = createAuthenticator({ users: directory() }).begin('ada', PLAIN);
    await authentication.next(null);
    expect(() => authentication.next(message)).toThrow(expect.objectContaining({ sqlState: '08P01', isFatal: true }));
  });

  it('is over after the first wrong password', async () => {
    const authentication = createAuthenticator({ users: directory() }).begin('ada', PLAIN);
    await authentication.next(null);
    const first = await authentication.next(initialResponse('SCRAM-SHA-256', new ScramClient({ password: 'no' }).first()));
    const proofOf = (password: string): Uint8Array => Buffer.from(new ScramClient({ password }).final(bodyText(first)).message);
    expect(() => authentication.next(proofOf('no'))).toThrow(expect.objectContaining({ sqlState: '28P01' }));
    expect(() => authentication.next(proofOf('lovelace'))).toThrow(expect.objectContaining({ sqlState: '08P01' }));
  });
});

describe('a user file that changes in the middle of a login', () => {
  async function logInWhile(change: (users: Map<string, StoredUser>) => void): Promise<unknown> {
    const users = new Map([['ada', ada]]);
    const authenticator = createAuthenticator({ users: { ...directory(), find: (name) => users.get(name) ?? null } });
    const authentication = authenticator.begin('ada', PLAIN);
    const client = new ScramClient({ password: 'lovelace' });
    await authentication.next(null);
    const first = await authentication.next(initialResponse('SCRAM-SHA-256', client.first()));
    change(users);
    const final = Buffer.from(client.final(bodyText(first)).message);
    return (async () => authentication.next(final))().catch((error: unknown) => error);
  }

  it('refuses who was taken away, or has another password', async () => {
    expect(await logInWhile((users) => users.delete('ada'))).toMatchObject({ sqlState: '28P01' });
    const verifier = await verifierFromPassword('lovelace');
    expect(await logInWhile((users) => users.set('ada', { ...ada, verifier }))).toMatchObject({ sqlState: '28P01' });
  });

  it('gives the rights of now', async () => {
    const user = { ...ada.user, keyPatterns: ['a:*'] };
    const verifier = ada.verifier === null ? null : { ...ada.verifier };
    const step = await logInWhile((users) => users.set('ada', { ...ada, user, verifier }));
    expect(step).toMatchObject({ kind: 'done', user: { keyPatterns: ['a:*'] } });
  });
});

it('limits the statements of users without a limit of their own', () => {
  const limitOf = (user: StoredUser | null): unknown => {
    const users = user === null ? null : { ...directory(), find: () => user };
    const channel = { ...TLS, isLocal: true, clientCertificateName: 'bot' };
    const step = createAuthenticator({ users, statementTimeoutMs: 5_000 }).begin('bot', channel).next(null);
    return 'user' in step ? step.user.statementTimeoutMs : step;
  };
  expect(limitOf(null)).toBe(5_000);
  expect(limitOf(bot)).toBe(5_000);
  expect(limitOf({ ...bot, user: { ...bot.user, statementTimeoutMs: 9_000 } })).toBe(9_000);
});

describe('where TLS is required', () => {
  it.each([null, directory()])('refuses all others before it asks for anything', (users) => {
    const authenticator = createAuthenticator({ users, requiresTls: true });
    expect(() => authenticator.begin('ada', PLAIN).next(null)).toThrow(
      expect.objectContaining({ sqlState: '28000', isFatal: true, message: expect.stringContaining('sslmode=require') }),
    );
    expect(authenticator.begin('ada', { ...TLS, isLocal: true }).next(null)).toMatchObject({ kind: expect.any(String) });
  });
});

describe('passwords in clear', () => {
  const password = (text: string): Uint8Array => Buffer.from(`${text}\0`);

  it('are asked for on TLS alone, and only where the file says so', async () => {
    const begin = async (users: UserDirectory, channel: Channel): Promise<number> =>
      codeOf(await createAuthenticator({ users }).begin('ada', channel).next(null));
    expect(await begin(directory(true), TLS)).toBe(3);
    expect(await begin(directory(true), PLAIN)).toBe(10);
    expect(await begin(directory(false), TLS)).toBe(10);
  });

  it.each([
    ['ada', 'lovelace', null],
    ['ada', 'wrong', '28P01'],
    ['eve', 'lovelace', '28P01'],
    ['bot', '', '28P01'],
  ])('of %s, %j: %s', async (name, given, sqlState) => {
    const authentication = createAuthenticator({ users: directory(true) }).begin(name, TLS);
    await authentication.next(null);
    const answer = await (async () => authentication.next(password(given)))().catch((error: unknown) => error);
    expect(answer).toMatchObject(
      sqlState === null
        ? { kind: 'done', body: null, user: { name } }
        : { sqlState, message: `password authentication failed for user "${name}"` },
    );
  });

  it('must end in their zero byte', async () => {
    for (const message of ['lovelace', 'lovelace\0x', 'love\0lace\0']) {
      const authentication = createAuthenticator({ users: directory(true) }).begin('ada', TLS);
      await authentication.next(null);
      await expect((async () => authentication.next(Buffer.from(message)))()).rejects.toMatchObject({ sqlState: '08P01' });
    }
  });
});

describe('certificates', () => {
  const begin = (name: string, certificate: string | null, isTls = true): AuthenticationStep | Promise<AuthenticationStep> =>
    createAuthenticator({ users: directory() })
      .begin(name, { ...TLS, isTls, clientCertificateName: certificate })
      .next(null);

  it('let in whom the file lets in by them', () => {
    expect(begin('bot', 'bot')).toMatchObject({ kind: 'done', user: { name: 'bot' } });
  });

  it.each([
    ['bot', 'ada', true],
    ['bot', null, true],
    ['bot', 'bot', false],
    ['ada', 'ada', true],
    ['eve', 'eve', true],
  ])('are not enough for %s with that of %s, TLS: %s', async (name, certificate, isTls) => {
    expect(codeOf(await begin(name, certificate, isTls))).toBe(10);
  });
});

describe('reports', () => {
  it('tell of every attempt that ended, without anything secret', async () => {
    const reports: AuthenticationReport[] = [];
    const authenticator = createAuthenticator({ users: directory(true), report: (report) => reports.push(report) });
    for (const given of ['lovelace', 'wrong-secret']) {
      const authentication = authenticator.begin('ada', TLS);
      await authentication.next(null);
      await (async () => authentication.next(Buffer.from(`${given}\0`)))().catch(() => undefined);
    }
    expect(reports).toEqual([
      { user: 'ada', method: 'password', isGranted: true },
      { user: 'ada', method: 'password', isGranted: false },
    ]);
  });
});
