import { describe, expect, it } from 'vitest';
import { preparedPassword } from '../../../src/server/auth/password.ts';
import { ScramExchange } from '../../../src/server/auth/scram-exchange.ts';
import {
  isPasswordOf,
  mockVerifier,
  verifierFromPassword,
  verifierFromText,
  verifierText,
} from '../../../src/server/auth/scram-verifier.ts';
import { PgError } from '../../../src/server/pg-error.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const text = (message: Uint8Array | null): string | null => (message === null ? null : Buffer.from(message).toString('latin1'));

/** RFC 7677, section 3. */
const RFC = {
  password: 'pencil',
  salt: Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'),
  serverNonce: '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0',
  clientFirst: 'n,,n=user,r=rOprNGfwEbeRWgbNEkqO',
  serverFirst: 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
  clientFinal: 'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
  serverFinal: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
};

async function rfcExchange(setting: { isDoomed?: boolean; certificateHash?: Uint8Array } = {}): Promise<ScramExchange> {
  return new ScramExchange({
    verifier: await verifierFromPassword(RFC.password, RFC.salt),
    isDoomed: setting.isDoomed ?? false,
    certificateHash: setting.certificateHash ?? null,
    serverNonce: RFC.serverNonce,
  });
}

describe('SCRAM-SHA-256', () => {
  it('goes as RFC 7677 has it', async () => {
    const exchange = await rfcExchange();
    expect(text(exchange.first('SCRAM-SHA-256', bytes(RFC.clientFirst)))).toBe(RFC.serverFirst);
    expect(text(exchange.final(bytes(RFC.clientFinal)))).toBe(RFC.serverFinal);
  });

  it('refuses a right proof of somebody who is doomed', async () => {
    const exchange = await rfcExchange({ isDoomed: true });
    exchange.first('SCRAM-SHA-256', bytes(RFC.clientFirst));
    expect(exchange.final(bytes(RFC.clientFinal))).toBeNull();
  });

  it('refuses a proof with one bit changed', async () => {
    const exchange = await rfcExchange();
    exchange.first('SCRAM-SHA-256', bytes(RFC.clientFirst));
    expect(exchange.final(bytes(RFC.clientFinal.replace('dHzb', 'eHzb')))).toBeNull();
  });

  it.each([
    ['', '08P01', 'malformed SCRAM message'],
    ['n,,n=user,r=abc\0', '08P01', 'malformed SCRAM message'],
    ['n=user,r=abc', '08P01', 'malformed SCRAM message'],
    ['x,,n=user,r=abc', '08P01', 'malformed SCRAM message'],
    ['n,,n=user,r=', '08P01', 'malformed SCRAM message'],
    ['n,,n=user', '08P01', 'malformed SCRAM message'],
    ['n,,r=abc,n=user', '08P01', 'malformed SCRAM message'],
    ['n,,n=user,r=a b', '08P01', 'malformed SCRAM message'],
    ['p=tls-unique,,n=user,r=abc', '08P01', 'malformed SCRAM message'],
    ['n,a=admin,n=user,r=abc', '0A000', 'client uses authorization identity, but it is not supported'],
    ['n,,m=x,n=user,r=abc', '0A000', 'client requires an unsupported SCRAM extension'],
  ])('refuses the first message %j', async (message, sqlState, words) => {
    const exchange = await rfcExchange();
    expect(() => exchange.first('SCRAM-SHA-256', bytes(message))).toThrow(
      expect.objectContaining({ sqlState, message: words, isFatal: true }),
    );
  });

  it.each([
    ['', 'malformed SCRAM message'],
    ['c=biws,r=x', 'malformed SCRAM message'],
    [RFC.clientFinal.replace('c=biws', 'd=biws'), 'malformed SCRAM message'],
    [RFC.clientFinal.replace(/p=.*/, 'p=AAAA'), 'malformed SCRAM message'],
    [RFC.clientFinal.replace(/p=.*/, 'p=*'), 'malformed SCRAM message'],
    [RFC.clientFinal.replace('c=biws', 'c=eSws'), 'unexpected SCRAM channel-binding attribute in client-final-message'],
    [RFC.clientFinal.replace('$k0', '$k1'), 'invalid SCRAM response'],
  ])('refuses the final message %j', async (message, words) => {
    const exchange = await rfcExchange();
    exchange.first('SCRAM-SHA-256', bytes(RFC.clientFirst));
    expect(() => exchange.final(bytes(message))).toThrow(expect.objectContaining({ sqlState: '08P01', message: words }));
  });
});

describe('channel binding', () => {
  const hash = Buffer.alloc(32, 7);

  it('is offered where there is a certificate, and first', async () => {
    expect((await rfcExchange()).mechanisms).toEqual(['SCRAM-SHA-256']);
    expect((await rfcExchange({ certificateHash: hash })).mechanisms).toEqual(['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256']);
  });

  it.each([
    // mechanism, flag, does the server offer binding, SQLSTATE (null: goes)
    ['SCRAM-SHA-256', 'n', false, null],
    ['SCRAM-SHA-256', 'n', true, null],
    ['SCRAM-SHA-256', 'y', false, null],
    ['SCRAM-SHA-256', 'y', true, '28000'],
    ['SCRAM-SHA-256', 'p=tls-server-end-point', true, '08P01'],
    ['SCRAM-SHA-256-PLUS', 'p=tls-server-end-point', true, null],
    ['SCRAM-SHA-256-PLUS', 'p=tls-unique', true, '08P01'],
    ['SCRAM-SHA-256-PLUS', 'n', true, '08P01'],
    ['SCRAM-SHA-256-PLUS', 'y', true, '08P01'],
  ] as const)('%s with the flag %s, offered: %s, gives %s', async (mechanism, flag, isOffered, sqlState) => {
    const exchange = await rfcExchange(isOffered ? { certificateHash: hash } : {});
    let refusal: string | null = null;
    try {
      exchange.first(mechanism, bytes(`${flag},,n=,r=abc`));
    } catch (error) {
      refusal = error instanceof PgError ? error.sqlState : String(error);
    }
    expect(refusal).toBe(sqlState);
  });
});

describe('verifiers', () => {
  it('are written as PostgreSQL writes them and read back', async () => {
    const verifier = await verifierFromPassword('pencil', RFC.salt);
    const written = verifierText(verifier);
    // As PostgreSQL makes it of this password and salt.
    expect(written).toBe(
      'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
    );
    expect(verifierFromText(written)).toEqual({ ...verifier, salt: Buffer.from(verifier.salt) });
  });

  it.each([
    '',
    'md5d41d8cd98f00b204e9800998ecf8427e',
    'pencil',
    'SCRAM-SHA-256$0:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
    'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=',
    'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
    'SCRAM-SHA-256$99999999999:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
  ])('are not read from %j', (written) => {
    expect(verifierFromText(written)).toBeNull();
  });

  it('know their password', async () => {
    const verifier = await verifierFromPassword('pencil');
    expect(await isPasswordOf(verifier, 'pencil')).toBe(true);
    expect(await isPasswordOf(verifier, Buffer.from('pencil'))).toBe(true);
    expect(await isPasswordOf(verifier, 'Pencil')).toBe(false);
  });

  it('of nobody stay the same for a name and differ between names and keys', () => {
    const shape = { iterations: 4096, saltBytes: 40 };
    const key = Buffer.alloc(32, 1);
    const one = verifierText(mockVerifier(key, 'nobody', shape));
    expect(verifierText(mockVerifier(key, 'nobody', shape))).toBe(one);
    expect(verifierText(mockVerifier(key, 'somebody', shape))).not.toBe(one);
    expect(verifierText(mockVerifier(Buffer.alloc(32, 2), 'nobody', shape))).not.toBe(one);
    expect(verifierFromText(one)?.salt).toHaveLength(40);
  });
});

describe('SASLprep', () => {
  it.each([
    ['pencil', 'pencil'],
    ['I\u00adX', 'IX'],
    ['\u2168', 'IX'],
    ['a\u00a0b', 'a b'],
    // Prohibited, of both directions, unassigned, nothing left: as they are.
    ['a\u0007b', 'a\u0007b'],
    ['\u06271', '\u06271'],
    ['\u{1f600}', '\u{1f600}'],
    ['\u00ad', '\u00ad'],
  ])('makes %j into %j', (password, prepared) => {
    expect(Buffer.from(preparedPassword(password)).toString('utf8')).toBe(prepared);
  });

  it('leaves bytes that are no UTF-8 as they are', () => {
    expect([...preparedPassword(Uint8Array.of(0x61, 0xff, 0xad))]).toEqual([0x61, 0xff, 0xad]);
  });
});
