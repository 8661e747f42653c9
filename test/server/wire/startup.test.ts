import { describe, expect, it } from 'vitest';
import { readStartup, SilentError, StartupDecoder } from '../../../src/server/wire/startup.ts';
import { readWishes, splitOptions } from '../../../src/server/wire/startup-parameters.ts';
import { cancelRequest, GSS_REQUEST, int32, packet, SSL_REQUEST, startup, text } from './client-frames.ts';

const STARTUP = startup({ user: 'ana', database: 'redis', application_name: 'é' }, 0x30002);

describe('readStartup', () => {
  it.each([
    ['SSLRequest', SSL_REQUEST, { kind: 'ssl' }],
    ['GSSENCRequest', GSS_REQUEST, { kind: 'gss' }],
    [
      'a cancel with 4 bytes',
      cancelRequest(7, Buffer.from('abcd')),
      { kind: 'cancel', processId: 7, secret: new Uint8Array(Buffer.from('abcd')) },
    ],
    [
      'a cancel with 32 bytes',
      cancelRequest(-1, Buffer.alloc(32, 1)),
      { kind: 'cancel', processId: -1, secret: new Uint8Array(32).fill(1) },
    ],
    [
      'a startup message',
      STARTUP,
      {
        kind: 'startup',
        major: 3,
        minor: 2,
        parameters: new Map([
          ['user', 'ana'],
          ['database', 'redis'],
          ['application_name', 'é'],
        ]),
      },
    ],
    [
      'a startup message of a version to come',
      startup({}, 0x3270f),
      { kind: 'startup', major: 3, minor: 9999, parameters: new Map() },
    ],
  ])('reads %s', (_name, sent, request) => {
    expect(readStartup(sent.subarray(4))).toEqual(request);
  });

  it.each([
    ['protocol 2.0', packet(0x20000, Buffer.alloc(4)), '0A000', 'unsupported frontend protocol 2.0: server supports 3.0 to 3.2'],
    ['protocol 4.0', packet(0x40000, Buffer.alloc(1)), '0A000', 'unsupported frontend protocol 4.0: server supports 3.0 to 3.2'],
    [
      'no terminator',
      packet(0x30000, text('user', 'a')),
      '08P01',
      'invalid startup packet layout: expected terminator as last byte',
    ],
    [
      'bytes behind the terminator',
      packet(0x30000, text('user', 'a', '', 'x')),
      '08P01',
      'invalid startup packet layout: expected terminator as last byte',
    ],
    [
      'a name without a value',
      packet(0x30000, Buffer.from('user\0')),
      '08P01',
      'invalid startup packet layout: expected terminator as last byte',
    ],
    [
      'a name that is no UTF-8',
      packet(0x30000, Buffer.from('user\0\xff\0\0', 'latin1')),
      '22021',
      'invalid byte sequence for encoding "UTF8": 0xff',
    ],
    ['a cancel without a key', packet(80877102, int32(1)), '08P01', 'invalid length of cancel request packet'],
    ['a cancel with a key of 3 bytes', cancelRequest(1, Buffer.alloc(3)), '08P01', 'invalid length of cancel request packet'],
    ['a cancel with a key of 257 bytes', cancelRequest(1, Buffer.alloc(257)), '08P01', 'invalid length of cancel request packet'],
    ['an SSLRequest with more in it', packet(80877103, Buffer.alloc(1)), '08P01', 'invalid length of startup packet'],
  ])('refuses %s', (_name, sent, sqlState, message) => {
    expect(() => readStartup(sent.subarray(4))).toThrow(expect.objectContaining({ sqlState, message, isFatal: true }));
  });
});

describe('StartupDecoder', () => {
  it('finds the same packets wherever they are cut, and leaves what follows', () => {
    const sent = Buffer.concat([GSS_REQUEST, SSL_REQUEST, STARTUP, Buffer.from('rest')]);
    for (let cut = 0; cut <= sent.length; cut += 1) {
      const decoder = new StartupDecoder();
      const kinds: string[] = [];
      for (const part of [sent.subarray(0, cut), sent.subarray(cut)]) {
        decoder.push(part);
        while (kinds.length < 3) {
          const request = decoder.next();
          if (request === null) break;
          kinds.push(request.kind);
        }
      }
      expect(kinds, `cut at ${cut}`).toEqual(['gss', 'ssl', 'startup']);
      expect(Buffer.from(decoder.takeRest()).toString()).toBe('rest');
      expect(decoder.heldBytes).toBe(0);
    }
  });

  it.each([7, 10_001, -1, 0x16030100])('drops a client whose packet is of length %i before it is there', (length) => {
    const decoder = new StartupDecoder();
    decoder.push(int32(length));
    expect(() => decoder.next()).toThrow(SilentError);
  });

  it.each([8, 10_000])('awaits a packet of length %i', (length) => {
    const decoder = new StartupDecoder();
    decoder.push(int32(length));
    expect(decoder.next()).toBeNull();
  });
});

describe('readWishes', () => {
  const wishes = (parameters: Record<string, string>) => readWishes(new Map(Object.entries(parameters)));

  it('takes the user for the database where none is named', () => {
    expect(wishes({ user: 'ana' })).toMatchObject({ user: 'ana', database: 'ana' });
    expect(wishes({ user: 'ana', database: '' }).database).toBe('ana');
    expect(wishes({ user: 'ana', database: 'redis' }).database).toBe('redis');
  });

  it('takes options apart and lets a parameter of its own win', () => {
    const { settings } = wishes({
      user: 'a',
      options: String.raw`-c work_mem=1MB -cTimeZone=UTC --search-path=a\ b,c\\d  -c a.b=x=y`,
      timezone: 'Asia/Tokyo',
      DateStyle: 'ISO',
    });
    expect([...settings]).toEqual([
      ['work_mem', '1MB'],
      ['timezone', 'Asia/Tokyo'],
      ['search_path', String.raw`a b,c\d`],
      ['a.b', 'x=y'],
      ['datestyle', 'ISO'],
    ]);
  });

  it('keeps protocol options apart from settings', () => {
    expect(wishes({ user: 'a', '_pq_.x': '1' })).toMatchObject({ protocolOptions: ['_pq_.x'], settings: new Map() });
  });

  it.each([
    [{}, '28000', 'no PostgreSQL user name specified in startup packet'],
    [{ user: 'a', replication: 'true' }, '0A000', 'replication connections are not supported'],
    [{ user: 'a', replication: 'database' }, '0A000', 'replication connections are not supported'],
    [{ user: 'a', replication: 'x' }, '22023', 'invalid value for parameter "replication": "x"'],
    [{ user: 'a', options: '-x 1' }, '42601', 'invalid command-line argument for server process: -x'],
    [{ user: 'a', options: '-c jit' }, '42601', '-c jit requires a value'],
    [{ user: 'a', options: '-c' }, '42601', '-c  requires a value'],
    [{ user: 'a', options: '--jit' }, '42601', '--jit requires a value'],
  ])('refuses %j', (parameters, sqlState, message) => {
    expect(() => wishes(parameters)).toThrow(expect.objectContaining({ sqlState, message, isFatal: true }));
  });

  it('takes replication that is off for none', () => {
    expect(wishes({ user: 'a', replication: 'false' }).settings.size).toBe(0);
  });
});

describe('splitOptions', () => {
  it.each([
    ['', []],
    ['  ', []],
    ['a b', ['a', 'b']],
    [' a\tb\n', ['a', 'b']],
    [String.raw`a\ b`, ['a b']],
    [String.raw`a\\ b`, ['a\\', 'b']],
    ['a\\', ['a']],
  ])('splits %j', (options, words) => {
    expect(splitOptions(options)).toEqual(words);
  });
});
