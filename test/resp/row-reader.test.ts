import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RedQueryError } from '../../src/errors.ts';
import { ReceiveBuffer, RowReader, type RowShape } from '../../src/resp/index.ts';
import { bulk, bulks, hash, type PlainRow, readRows } from '../support/resp-bytes.ts';

const line = (text: string): Buffer => Buffer.from(`${text}\r\n`);
const HMGET2: RowShape = { main: 'hmget', fieldCount: 2, hasTtl: false };
const HMGET2_TTL: RowShape = { ...HMGET2, hasTtl: true };
const HGETALL: RowShape = { main: 'hgetall', fieldCount: 0, hasTtl: false };
const HLEN: RowShape = { main: 'hlen', fieldCount: 0, hasTtl: false };
const TTL: RowShape = { main: 'none', fieldCount: 0, hasTtl: true };
const row = (status: PlainRow['status'], values: PlainRow['values'] = [], ttl = 0): PlainRow => ({ status, values, ttl });

const CASES: readonly { name: string; shape: RowShape; replies: readonly Buffer[]; rows: readonly PlainRow[] }[] = [
  {
    name: 'values',
    shape: HMGET2,
    replies: [bulks(['34', '1.5']), bulks(['', '7'])],
    rows: [row('VALUES', ['34', '1.5']), row('VALUES', ['', '7'])],
  },
  { name: 'a null beside a value', shape: HMGET2, replies: [bulks([null, 'x'])], rows: [row('VALUES', [null, 'x'])] },
  { name: 'RESP3 nulls', shape: HMGET2, replies: [bulks(['x', null], 3)], rows: [row('VALUES', ['x', null])] },
  {
    name: 'nulls only',
    shape: HMGET2,
    replies: [bulks([null, null]), bulks([null, null], 3)],
    rows: [row('EMPTY', [null, null]), row('EMPTY', [null, null])],
  },
  {
    name: 'line ends within a value',
    shape: HMGET2,
    replies: [bulks(['a\r\n$1\r\nb', '\r\n'])],
    rows: [row('VALUES', ['a\r\n$1\r\nb', '\r\n'])],
  },
  {
    name: 'two-digit lengths',
    shape: HMGET2,
    replies: [bulks(['x'.repeat(99), 'y'.repeat(1000)])],
    rows: [row('VALUES', ['x'.repeat(99), 'y'.repeat(1000)])],
  },
  {
    name: 'a key of another type',
    shape: HMGET2,
    replies: [line('-WRONGTYPE Operation'), bulks(['a', 'b'])],
    rows: [row('WRONG_TYPE'), row('VALUES', ['a', 'b'])],
  },
  {
    name: 'a RESP3 blob error',
    shape: HMGET2,
    replies: [line('!14'), line('WRONGTYPE oops'), bulks(['a', 'b'])],
    rows: [row('WRONG_TYPE'), row('VALUES', ['a', 'b'])],
  },
  {
    name: 'other errors',
    shape: HMGET2,
    replies: [line('-LOADING Redis is loading'), bulks(['a', 'b'])],
    rows: [row('ERROR'), row('VALUES', ['a', 'b'])],
  },
  {
    name: 'times to live',
    shape: HMGET2_TTL,
    replies: [bulks(['a', 'b']), line(':-1'), bulks([null, null]), line(':-2'), line('-WRONGTYPE x'), line(':120')],
    rows: [row('VALUES', ['a', 'b'], -1), row('EMPTY', [null, null], -2), row('WRONG_TYPE', [], 120)],
  },
  {
    name: 'errors instead of times to live',
    shape: HMGET2_TTL,
    replies: [bulks(['a', 'b']), line('-NOPERM no'), bulks(['a', 'b']), line('!12'), line('WRONGTYPE ab')],
    rows: [row('ERROR', ['a', 'b'], -1), row('ERROR', ['a', 'b'], -1)],
  },
  {
    name: 'whole hashes',
    shape: HGETALL,
    replies: [
      hash([
        ['f', '1'],
        ['g', ''],
      ]),
      hash([]),
    ],
    rows: [row('VALUES', ['f', '1', 'g', '']), row('EMPTY')],
  },
  {
    name: 'RESP3 maps',
    shape: HGETALL,
    replies: [hash([['f', '1']], 3), hash([], 3)],
    rows: [row('VALUES', ['f', '1']), row('EMPTY')],
  },
  {
    name: 'lengths of hashes',
    shape: HLEN,
    replies: [line(':3'), line(':0'), line('-WRONGTYPE x')],
    rows: [row('VALUES'), row('EMPTY'), row('WRONG_TYPE')],
  },
  {
    name: 'times to live alone',
    shape: TTL,
    replies: [line(':9'), line(':-2')],
    rows: [row('VALUES', [], 9), row('VALUES', [], -2)],
  },
];

describe('RowReader', () => {
  it.each(CASES)('reads $name', ({ shape, replies, rows }) => {
    expect(readRows(shape, [Buffer.concat(replies)])).toEqual(rows);
  });

  it.each(CASES)('reads $name cut at every byte', ({ shape, replies, rows }) => {
    const bytes = Buffer.concat(replies);
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(readRows(shape, [bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(rows);
    }
  });

  it.each(CASES)('reads $name byte by byte', ({ shape, replies, rows }) => {
    const bytes = Buffer.concat(replies);
    expect(
      readRows(
        shape,
        Array.from(bytes, (byte) => Buffer.from([byte])),
      ),
    ).toEqual(rows);
  });

  it('keeps the text of an error reply', () => {
    const reader = new RowReader(HMGET2);
    const bytes = line('-NOPERM no permissions');
    expect(reader.read(bytes, 0, bytes.length, 1)).toBe(1);
    expect(reader.error).toBe('NOPERM no permissions');
  });

  it.each([
    ['TTL', [bulks(['a', 'b']), line('-NOPERM ttl'), line('-NOPERM later'), line(':1')], 'NOPERM ttl', true],
    ['the main command', [line('-NOPERM hmget'), line('-NOPERM ttl')], 'NOPERM hmget', false],
  ] as const)('tells that the first error was of %s', (_, replies, text, isErrorOfTtl) => {
    const reader = new RowReader(HMGET2_TTL);
    const bytes = Buffer.concat(replies);
    reader.read(bytes, 0, bytes.length, 2);
    expect(reader).toMatchObject({ error: text, isErrorOfTtl });
  });

  it('stops after as many rows as it is asked for', () => {
    const bytes = Buffer.concat([bulks(['a', 'b']), bulks(['c', 'd'])]);
    const reader = new RowReader(HMGET2);
    expect(reader.read(bytes, 0, bytes.length, 1)).toBe(1);
    expect(reader.position).toBe(bulks(['a', 'b']).length);
  });

  it.each([
    ['another count', bulks(['a'])],
    ['a null count', Buffer.from('*-1\r\n')],
    ['an odd type', Buffer.from('+OK\r\n')],
    ['a length that is no number', Buffer.from('*2\r\n$x\r\n')],
    ['a negative length', Buffer.from('*2\r\n$-2\r\n')],
    ['a length without an end', Buffer.from('*2\r\n$00000000000000001')],
    ['a length above 512 MB', Buffer.from('*2\r\n$536870913\r\n')],
    ['a value longer than it says', Buffer.from('*2\r\n$1\r\nabc\r\n$1\r\na\r\n')],
    ['a count above all bounds', Buffer.from('*99999999999\r\n')],
    ['an integer for a value', Buffer.from('*2\r\n:1\r\n:2\r\n')],
  ])('refuses %s', (_, bytes) => {
    expect(() => readRows(HMGET2, [bytes])).toThrow(expect.objectContaining({ code: 'RQ_PROTOCOL' }));
  });

  it('refuses a hash with half an entry, and one of nulls', () => {
    expect(() => readRows(HGETALL, [bulks(['f'])])).toThrow(expect.objectContaining({ code: 'RQ_PROTOCOL' }));
    expect(() => readRows(HGETALL, [bulks(['f', null])])).toThrow(expect.objectContaining({ code: 'RQ_PROTOCOL' }));
  });

  it('reads 10,000 fields in chunks of any size', () => {
    const values = Array.from({ length: 10_000 }, (_, i) => (i % 7 === 0 ? null : `value ${i}`));
    const bytes = Buffer.concat([bulks(values), bulks(values)]);
    const chunks = Array.from({ length: Math.ceil(bytes.length / 1000) }, (_, i) => bytes.subarray(i * 1000, (i + 1) * 1000));
    const expected = row('VALUES', values);
    expect(readRows({ main: 'hmget', fieldCount: 10_000, hasTtl: false }, chunks)).toEqual([expected, expected]);
  });

  it('moves a value of 64 MB at most a few times', () => {
    const reader = new RowReader({ main: 'hmget', fieldCount: 1, hasTtl: false });
    const buffer = new ReceiveBuffer();
    const bytes = Buffer.concat([Buffer.from('*1\r\n'), bulk(Buffer.alloc(64 << 20, 120))]);
    let moves = 0;
    let held = buffer.bytes;
    let rows = 0;
    for (let at = 0; at < bytes.length; at += 65_536) {
      buffer.append(bytes.subarray(at, at + 65_536));
      rows += reader.read(buffer.bytes, buffer.start, buffer.end, 1);
      if (reader.neededBytes > 0) buffer.reserve(reader.neededBytes);
      if (buffer.bytes !== held) moves += 1;
      held = buffer.bytes;
    }
    expect(rows).toBe(1);
    expect(moves).toBeLessThanOrEqual(2);
    buffer.consume(reader.position);
    buffer.writable();
    expect(buffer.bytes.length).toBeLessThan(1 << 20);
  });

  it('takes no memory for what is only claimed', () => {
    const reader = new RowReader(HGETALL);
    const bytes = Buffer.from('*60000000\r\n$1\r\na\r\n');
    expect(reader.read(bytes, 0, bytes.length, 1)).toBe(0);
    expect(reader.spans.length).toBeLessThan(10_000);
  });

  it('gives the same rows for any cuts', () => {
    const value = fc.option(
      fc.string({ unit: fc.constantFrom('a', '\r', '\n', '$', '*', 'é') }).map((text) => Buffer.from(text)),
    );
    const cuts = fc.array(fc.nat({ max: 2000 }), { maxLength: 6 });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { maxLength: 12 }), cuts, (rows, places) => {
        const bytes = Buffer.concat(rows.map((pair) => bulks(pair)));
        const edges = [0, ...places.filter((place) => place < bytes.length).sort((a, b) => a - b), bytes.length];
        const chunks = edges.slice(1).map((edge, i) => bytes.subarray(edges[i], edge));
        const expected = rows.map((pair) => pair.map((part) => part?.toString('latin1') ?? null));
        expect(readRows(HMGET2, chunks).map(({ values }) => values)).toEqual(expected);
      }),
    );
  });

  it.each([HMGET2, HMGET2_TTL, HGETALL, HLEN, TTL])('answers random bytes by rows or RQ_PROTOCOL ($main)', (shape) => {
    const noise = fc.array(
      fc.oneof(
        fc.constantFrom('*2\r\n', '$1\r\n', '$-1\r\n', 'a', '\r\n', ':1', '%1\r\n', '-E', '_', '$', '\u0000'),
        fc.string(),
      ),
    );
    fc.assert(
      fc.property(noise, (parts) => {
        let failure: unknown = null;
        try {
          readRows(shape, [Buffer.from(parts.join(''), 'latin1')]);
        } catch (error) {
          failure = error;
        }
        expect(failure === null || (failure instanceof RedQueryError && failure.code === 'RQ_PROTOCOL')).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
