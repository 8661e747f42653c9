import { describe, expect, it } from 'vitest';
import { PgError } from '../../../src/server/pg-error.ts';
import { FrameDecoder, type FrameLimits } from '../../../src/server/wire/frame-decoder.ts';
import type { FrontendMessage } from '../../../src/server/wire/messages.ts';
import { ReceiveQueue } from '../../../src/server/wire/receive-queue.ts';
import * as client from './client-frames.ts';

const { frame, int16, int32, text } = client;

function opened(limits?: FrameLimits): FrameDecoder {
  const decoder = new FrameDecoder(limits);
  decoder.authenticated();
  return decoder;
}

function drain(decoder: FrameDecoder): FrontendMessage[] {
  const messages: FrontendMessage[] = [];
  for (let message = decoder.next(); message !== null; message = decoder.next()) messages.push(message);
  return messages;
}

function thrown(action: () => unknown): PgError {
  try {
    action();
  } catch (error) {
    if (error instanceof PgError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const bytes = (...values: number[]) => Uint8Array.from(values);

const MESSAGES: readonly (readonly [string, Buffer, FrontendMessage])[] = [
  ['a query', client.query("select 'é😀'"), { kind: 'query', text: "select 'é😀'" }],
  ['an empty query', client.query(''), { kind: 'query', text: '' }],
  ['a replacement character that was sent', client.query('\ufffd'), { kind: 'query', text: '\ufffd' }],
  [
    'a parse',
    client.parse('s', 'select $1, $2', [23, 4294967295]),
    { kind: 'parse', name: 's', text: 'select $1, $2', parameterTypes: [23, 4294967295] },
  ],
  [
    'a bind with formats for each',
    client.bind({
      portal: 'p',
      statement: 's',
      parameterFormats: [0, 1, 0],
      values: ['é', bytes(0, 255), null],
      resultFormats: [1],
    }),
    {
      kind: 'bind',
      portal: 'p',
      statement: 's',
      parameterFormats: [0, 1, 0],
      values: [bytes(0xc3, 0xa9), bytes(0, 255), null],
      resultFormats: [1],
    },
  ],
  [
    'a bind with one format for all and an empty value',
    client.bind({ parameterFormats: [1], values: [bytes(), bytes(0xff)], resultFormats: [0, 1] }),
    { kind: 'bind', portal: '', statement: '', parameterFormats: [1], values: [bytes(), bytes(0xff)], resultFormats: [0, 1] },
  ],
  ['a describe of a statement', client.describe('S', 'x'), { kind: 'describe', target: 'statement', name: 'x' }],
  ['a describe of a portal', client.describe('P'), { kind: 'describe', target: 'portal', name: '' }],
  ['an execute', client.execute('p', 7), { kind: 'execute', portal: 'p', maxRows: 7 }],
  ['an execute with a negative limit', client.execute('', -1), { kind: 'execute', portal: '', maxRows: 0 }],
  ['a close of a statement', client.close('S', 'x'), { kind: 'close', target: 'statement', name: 'x' }],
  ['a close of a portal', client.close('P', 'x'), { kind: 'close', target: 'portal', name: 'x' }],
  ['a flush', frame('H'), { kind: 'flush' }],
  ['a sync', client.SYNC, { kind: 'sync' }],
  ['copy data', frame('d', Buffer.from('a\tb\n')), { kind: 'copyData' }],
  ['a copy that is done', frame('c'), { kind: 'copyDone' }],
  ['a copy that failed', frame('f', text('why')), { kind: 'copyFail', reason: 'why' }],
  ['a function call', frame('F', int32(1), int16(0, 0, 0)), { kind: 'functionCall' }],
  ['a goodbye', client.TERMINATE, { kind: 'terminate' }],
];

const WHOLE = Buffer.concat(MESSAGES.map(([, sent]) => sent));
const ALL = MESSAGES.map(([, , message]) => message);

describe('FrameDecoder', () => {
  it.each(MESSAGES)('decodes %s', (_name, sent, message) => {
    const decoder = opened();
    decoder.push(sent);
    expect(drain(decoder)).toEqual([message]);
    expect(decoder.frameBytes).toBe(sent.length);
    expect(decoder.heldBytes).toBe(0);
  });

  it('decodes the same from a stream that is cut at any byte', () => {
    for (let cut = 0; cut <= WHOLE.length; cut += 1) {
      const decoder = opened();
      decoder.push(WHOLE.subarray(0, cut));
      const before = drain(decoder);
      decoder.push(WHOLE.subarray(cut));
      expect([...before, ...drain(decoder)], `cut at ${cut}`).toEqual(ALL);
    }
  });

  it('decodes the same from chunks that pile up before anybody reads', () => {
    for (const chunkBytes of [1, 2, 3, 7, 64]) {
      const decoder = opened();
      for (let at = 0; at < WHOLE.length; at += chunkBytes) decoder.push(WHOLE.subarray(at, at + chunkBytes));
      expect(drain(decoder), `chunks of ${chunkBytes}`).toEqual(ALL);
      expect(decoder.heldBytes).toBe(0);
    }
  });

  it('gives values of Bind that outlive the bytes they came in', () => {
    const decoder = opened();
    const sent = Buffer.from(client.bind({ values: ['kept'] }));
    decoder.push(sent);
    const message = decoder.next();
    sent.fill(0);
    expect(message).toMatchObject({ values: [new Uint8Array(Buffer.from('kept'))] });
  });

  it('takes only passwords before authentication', () => {
    const decoder = new FrameDecoder();
    decoder.push(frame('p', Buffer.from('pw\0')));
    const message = decoder.next();
    expect(message?.kind === 'password' ? Buffer.from(message.body).toString() : null).toBe('pw\0');
    decoder.push(client.query('select 1'));
    expect(thrown(() => decoder.next())).toMatchObject({ sqlState: '08P01', isFatal: true });
  });
});

const long = (type: string, length: number) => Buffer.concat([Buffer.from(type), int32(length)]);

describe('FrameDecoder, out of step', () => {
  it.each([
    ['a length below 4', long('Q', 3), 'invalid message length'],
    ['a negative length', long('Q', -1), 'invalid message length'],
    ['a query above the limit', long('Q', 1001), 'invalid message length'],
    ['an unknown type', Buffer.from('y'), 'invalid frontend message type 121'],
    ['a password after authentication', frame('p', text('pw')), 'invalid frontend message type 112'],
  ])('refuses %s at once, FATAL', (_name, sent, message) => {
    const decoder = opened({ largeBytes: 1000 });
    decoder.push(sent);
    expect(thrown(() => decoder.next())).toMatchObject({ sqlState: '08P01', message, isFatal: true });
  });

  it('refuses a message that holds a name where it is longer than names are', () => {
    const decoder = opened();
    decoder.push(long('D', 10_001));
    expect(thrown(() => decoder.next())).toMatchObject({ sqlState: '08P01', message: 'invalid message length', isFatal: true });
  });

  it('refuses a long password before authentication', () => {
    const decoder = new FrameDecoder();
    decoder.push(long('p', 65_537));
    expect(thrown(() => decoder.next())).toMatchObject({ sqlState: '08P01', isFatal: true });
  });

  it('holds what has come of a long message, not what was announced', () => {
    const decoder = opened();
    decoder.push(long('Q', 64 * 1024 * 1024));
    expect(decoder.next()).toBeNull();
    for (let index = 0; index < 100; index += 1) {
      decoder.push(Buffer.alloc(100, 'a'));
      expect(decoder.next()).toBeNull();
    }
    expect(decoder.heldBytes).toBe(10_005);
  });

  it('takes memory for what has come, twice as much at most', () => {
    const queue = new ReceiveQueue();
    for (let index = 0; index < 100; index += 1) {
      queue.push(Buffer.alloc(100));
      expect(queue.has(64 * 1024 * 1024)).toBe(false);
    }
    expect(queue.bytes.length).toBeLessThanOrEqual(20_000);
  });
});

describe('FrameDecoder, a frame with a wrong body', () => {
  const malformed: readonly (readonly [string, Buffer, string, string])[] = [
    ['no NUL behind a query', frame('Q', Buffer.from('abc')), '08P01', 'invalid string in message'],
    ['bytes behind a query', frame('Q', text('a', 'b')), '08P01', 'invalid message format'],
    ['no byte at all', frame('Q'), '08P01', 'invalid string in message'],
    [
      'a query in Latin 1',
      frame('Q', Buffer.from('caf\xe9s \0', 'latin1')),
      '22021',
      'invalid byte sequence for encoding "UTF8": 0xe9 0x73 0x20',
    ],
    [
      'an overlong sequence',
      frame('Q', Buffer.from('c080', 'hex'), text('')),
      '22021',
      'invalid byte sequence for encoding "UTF8": 0xc0 0x80',
    ],
    [
      'a surrogate',
      frame('Q', Buffer.from('61eda080', 'hex'), text('')),
      '22021',
      'invalid byte sequence for encoding "UTF8": 0xed 0xa0 0x80',
    ],
    [
      'a sequence cut off',
      frame('P', Buffer.from('e2820000', 'hex'), int16(0)),
      '22021',
      'invalid byte sequence for encoding "UTF8": 0xe2 0x82',
    ],
    ['more types than the frame holds', frame('P', text('', ''), int16(65_535)), '08P01', 'insufficient data left in message'],
    ['a parse without a count', frame('P', text('', '')), '08P01', 'insufficient data left in message'],
    [
      'more values than the frame holds',
      frame('B', text('', ''), int16(0, 65_535)),
      '08P01',
      'insufficient data left in message',
    ],
    [
      'a value longer than the frame',
      frame('B', text('', ''), int16(0, 1), int32(0x7fffffff), int16(0)),
      '08P01',
      'insufficient data left in message',
    ],
    [
      'a value of a negative length',
      frame('B', text('', ''), int16(0, 1), int32(-2), int16(0)),
      '08P01',
      'insufficient data left in message',
    ],
    [
      'formats that fit no value count',
      client.bind({ parameterFormats: [0, 0], values: ['1', '2', '3'] }),
      '08P01',
      'bind message has 2 parameter formats but 3 parameters',
    ],
    ['an unknown format', client.bind({ parameterFormats: [2], values: ['1'] }), '22023', 'unsupported format code: 2'],
    ['an unknown result format', client.bind({ resultFormats: [0xffff] }), '22023', 'unsupported format code: 65535'],
    ['a NUL in a text value', client.bind({ values: ['a\0b'] }), '22021', 'invalid byte sequence for encoding "UTF8": 0x00'],
    [
      'a text value that is no UTF-8',
      client.bind({ values: [bytes(0x61, 0xff)] }),
      '22021',
      'invalid byte sequence for encoding "UTF8": 0xff',
    ],
    ['a describe of nothing known', frame('D', Buffer.from('X'), text('')), '08P01', 'invalid DESCRIBE message subtype 88'],
    ['a close of nothing known', frame('C', Buffer.from('x'), text('')), '08P01', 'invalid CLOSE message subtype 120'],
    ['an execute without a limit', frame('E', text('')), '08P01', 'insufficient data left in message'],
    ['bytes in a sync', frame('S', bytes(1)), '08P01', 'invalid message format'],
  ];

  it.each(malformed)('reports %s and stays in step', (_name, sent, sqlState, message) => {
    const decoder = opened();
    decoder.push(Buffer.concat([sent, client.query('next')]));
    const [first, second] = drain(decoder);
    expect(first).toMatchObject({ kind: 'malformed', error: { sqlState, message, isFatal: false } });
    expect(second).toEqual({ kind: 'query', text: 'next' });
  });

  it.each([
    ['Q', false],
    ['S', false],
    ['f', false],
    ['P', true],
    ['B', true],
    ['D', true],
    ['E', true],
    ['C', true],
    ['H', true],
  ])('says of %s whether the rest up to Sync is skipped', (type, isExtended) => {
    const decoder = opened();
    decoder.push(frame(type, bytes(1)));
    expect(decoder.next()).toMatchObject({ kind: 'malformed', isExtended });
  });
});
