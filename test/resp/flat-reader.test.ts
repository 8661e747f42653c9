import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FlatReader, TOKEN } from '../../src/resp/flat-reader.ts';
import { ReceiveBuffer } from '../../src/resp/index.ts';
import { bulk, bulks } from '../support/resp-bytes.ts';

type Plain = string | null | { error: string } | { number: string } | Plain[];

/** Reads units of `replyCount` replies out of chunks, as a socket would bring them. */
function readAll(chunks: readonly Uint8Array[], replyCount = 1): Plain[][] {
  const reader = new FlatReader();
  const buffer = new ReceiveBuffer();
  const units: Plain[][] = [];
  for (const chunk of chunks) {
    buffer.append(chunk);
    while (buffer.start < buffer.end && reader.read(buffer.bytes, buffer.start, buffer.end, replyCount)) {
      units.push(plainOf(reader, buffer.bytes));
      buffer.consume(reader.base + reader.byteCount);
    }
    if (reader.neededBytes > 0) buffer.reserve(reader.neededBytes);
  }
  return units;
}

function plainOf(reader: FlatReader, bytes: Buffer): Plain[] {
  const at = (token: number): Plain => {
    const start = reader.starts[token] ?? 0;
    const end = reader.ends[token] ?? 0;
    const text = bytes.toString('latin1', reader.base + start, reader.base + end);
    switch (reader.types[token]) {
      case TOKEN.STRING:
        return text;
      case TOKEN.NUMBER:
        return { number: text };
      case TOKEN.NULL:
        return null;
      case TOKEN.ERROR:
        return { error: text };
      default: {
        const items: Plain[] = [];
        for (let child = token + 1; child < end; child = reader.next(child)) items.push(at(child));
        return items.length === start ? items : [`${items.length} items, not ${start}`];
      }
    }
  };
  const replies: Plain[] = [];
  for (let token = 0; token < reader.count; token = reader.next(token)) replies.push(at(token));
  return replies;
}

const SAMPLES: readonly (readonly [string, Buffer, Plain])[] = [
  ['a string', bulk('a\r\nb'), 'a\r\nb'],
  ['an empty string', bulk(''), ''],
  ['a null', bulk(null), null],
  ['a null of RESP3', bulk(null, 3), null],
  ['a null list', Buffer.from('*-1\r\n'), null],
  ['a line', Buffer.from('+OK\r\n'), 'OK'],
  ['an integer', Buffer.from(':-42\r\n'), { number: '-42' }],
  ['a double', Buffer.from(',inf\r\n'), { number: 'inf' }],
  ['a big number', Buffer.from('(12345678901234567890\r\n'), { number: '12345678901234567890' }],
  ['a boolean', Buffer.from('#t\r\n'), 't'],
  ['a verbatim string', Buffer.from('=8\r\ntxt:text\r\n'), 'text'],
  ['an error', Buffer.from('-WRONGTYPE no\r\n'), { error: 'WRONGTYPE no' }],
  ['an error of RESP3', Buffer.from('!6\r\nERR no\r\n'), { error: 'ERR no' }],
  ['a list', bulks(['a', '', 'c']), ['a', '', 'c']],
  ['an empty list', Buffer.from('*0\r\n'), []],
  ['a set', Buffer.from('~1\r\n:1\r\n'), [{ number: '1' }]],
  ['a map', Buffer.concat([Buffer.from('%1\r\n'), bulk('k'), bulk('v')]), ['k', 'v']],
  [
    'lists in lists',
    Buffer.concat([Buffer.from('*3\r\n*0\r\n*2\r\n'), bulk('id'), bulks(['f', 'v']), Buffer.from('*1\r\n*1\r\n$-1\r\n')]),
    [[], ['id', ['f', 'v']], [[null]]],
  ],
  ['a long string', bulk('x'.repeat(300_000)), 'x'.repeat(300_000)],
];

describe('FlatReader', () => {
  it.each(SAMPLES)('reads %s, cut at any byte', (_, bytes, expected) => {
    const step = Math.max(1, bytes.length >> 9);
    for (let cut = 0; cut <= bytes.length; cut += step) {
      expect(readAll([bytes.subarray(0, cut), bytes.subarray(cut), bulk('next')])).toEqual([[expected], ['next']]);
    }
  });

  it('reads replies together, byte by byte', () => {
    const replies = SAMPLES.filter(([, bytes]) => bytes.length < 1000);
    const bytes = Buffer.concat(replies.map((sample) => sample[1]));
    const chunks = Array.from(bytes, (byte) => Buffer.from([byte]));
    expect(readAll(chunks, replies.length)).toEqual([replies.map((sample) => sample[2])]);
  });

  it('reads more tokens than it has room for at first, and finds the first error', () => {
    const names = Array.from({ length: 5000 }, (_, i) => `n${i}`);
    const reader = new FlatReader();
    const bytes = Buffer.concat([bulks(names), Buffer.from('-ERR a\r\n-ERR b\r\n')]);
    expect(reader.read(bytes, 0, bytes.length, 3)).toBe(true);
    expect(plainOf(reader, bytes)).toEqual([names, { error: 'ERR a' }, { error: 'ERR b' }]);
    expect(reader.errorToken).toBe(5001);
    expect(reader.read(bytes, 0, bytes.length, 1)).toBe(true);
    expect(reader.errorToken).toBe(-1);
  });

  it('reads any nesting, cut anywhere', () => {
    const { reply } = fc.letrec<{ reply: Plain }>((tie) => ({
      reply: fc.oneof(
        { depthSize: 'small' },
        fc.string({ unit: 'binary-ascii', maxLength: 20 }),
        fc.constant(null),
        fc.integer().map((value) => ({ number: String(value) })),
        fc.array(tie('reply'), { maxLength: 5 }),
      ),
    }));
    fc.assert(
      fc.property(fc.array(reply, { minLength: 1, maxLength: 4 }), fc.array(fc.nat(), { maxLength: 5 }), (replies, cuts) => {
        const bytes = Buffer.concat(replies.map(bytesOf));
        const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
        const chunks = places.slice(1).map((place, i) => bytes.subarray(places[i], place));
        expect(readAll(chunks, replies.length)).toEqual([replies]);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['?1\r\n', 'an unknown reply type'],
    ['$x\r\n', 'a length that is no number'],
    ['$1x\r\n', 'a length that is no number'],
    ['$99999999999\r\n', 'a string above'],
    ['$600000000\r\nx', 'a string above'],
    ['$-2\r\n', 'a length that cannot be'],
    ['$1\r\nabc', 'a string without its end'],
    ['*99999999\r\n', 'a count that cannot be'],
    ['*-2\r\n', 'a count that cannot be'],
    ['=2\r\nab\r\n', 'a verbatim string without its form'],
    ['+a\rb', 'CR without LF'],
    ['*1\r\n'.repeat(40), 'replies nested too deep'],
    [`+${'x'.repeat(70_000)}`, 'a line without an end'],
  ])('refuses bytes that are no reply: number %#', (text, message) => {
    const bytes = Buffer.from(text);
    expect(() => new FlatReader().read(bytes, 0, bytes.length, 1)).toThrow(message);
  });

  it('reads whole numbers', () => {
    const bytes = Buffer.concat([Buffer.from(':-42\r\n:0\r\n'), bulk('17'), bulk('x'), bulk(''), Buffer.from('*0\r\n')]);
    const reader = new FlatReader();
    expect(reader.read(bytes, 0, bytes.length, 6)).toBe(true);
    expect([0, 1, 2, 3, 4, 5].map((token) => reader.integerAt(bytes, token))).toEqual([-42, 0, 17, NaN, NaN, NaN]);
  });
});

function bytesOf(reply: Plain): Buffer {
  if (reply === null || typeof reply === 'string') return bulk(reply === null ? null : Buffer.from(reply, 'latin1'));
  if (Array.isArray(reply)) return Buffer.concat([Buffer.from(`*${reply.length}\r\n`), ...reply.map(bytesOf)]);
  return 'number' in reply ? Buffer.from(`:${reply.number}\r\n`) : Buffer.from(`-${reply.error}\r\n`);
}
