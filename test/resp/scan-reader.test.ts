import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReceiveBuffer, ScanReader } from '../../src/resp/index.ts';
import { bulk, scanReply } from '../support/resp-bytes.ts';

interface Found {
  readonly cursor: string;
  readonly keys: readonly string[];
  readonly error: string | null;
}

function readScans(chunks: readonly Uint8Array[]): Found[] {
  const reader = new ScanReader();
  const buffer = new ReceiveBuffer();
  const found: Found[] = [];
  for (const chunk of chunks) {
    buffer.append(chunk);
    while (buffer.start < buffer.end && reader.read(buffer.bytes, buffer.start, buffer.end)) {
      const { start } = buffer;
      const keys = Array.from({ length: reader.keyCount }, (_, i) =>
        buffer.bytes.toString('latin1', start + (reader.keyStarts[i] ?? 0), start + (reader.keyEnds[i] ?? 0)),
      );
      found.push({ cursor: reader.cursor, keys, error: reader.error });
      buffer.consume(start + reader.byteCount);
    }
    if (reader.neededBytes > 0) buffer.reserve(reader.neededBytes);
  }
  return found;
}

describe('ScanReader', () => {
  const bytes = Buffer.concat([scanReply('17', ['user:1', 'a\r\nb', '', Buffer.from([0xff, 0])]), scanReply('0', [])]);
  const expected = [
    { cursor: '17', keys: ['user:1', 'a\r\nb', '', '\u00ff\u0000'], error: null },
    { cursor: '0', keys: [], error: null },
  ];

  it('reads cursor and keys cut at every byte', () => {
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(readScans([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(expected);
    }
  });

  it('reads cursor and keys byte by byte', () => {
    expect(readScans(Array.from(bytes, (byte) => Buffer.from([byte])))).toEqual(expected);
  });

  it('reads more keys than it has room for at first', () => {
    const keys = Array.from({ length: 5000 }, (_, i) => `key:${i}`);
    expect(readScans([scanReply('18446744073709551615', keys)])).toEqual([{ cursor: '18446744073709551615', keys, error: null }]);
  });

  it('gives the text of an error and reads on behind it', () => {
    const replies = Buffer.concat([Buffer.from('-NOPERM this user\r\n'), scanReply('0', ['k'])]);
    expect(readScans([replies])).toEqual([
      expect.objectContaining({ error: 'NOPERM this user' }),
      { cursor: '0', keys: ['k'], error: null },
    ]);
  });

  it.each([
    ['a cursor that is no number', Buffer.concat([Buffer.from('*2\r\n'), bulk('x1'), Buffer.from('*0\r\n')])],
    ['an integer', Buffer.from(':1\r\n')],
    ['three elements', Buffer.from('*3\r\n')],
    ['a null key', Buffer.concat([Buffer.from('*2\r\n'), bulk('0'), Buffer.from('*1\r\n$-1\r\n')])],
    ['a key without its end', Buffer.concat([Buffer.from('*2\r\n'), bulk('0'), Buffer.from('*1\r\n$1\r\nab\r\n')])],
  ])('refuses %s', (_, reply) => {
    expect(() => readScans([reply])).toThrow(expect.objectContaining({ code: 'RQ_PROTOCOL' }));
  });

  it('answers random bytes by replies or RQ_PROTOCOL', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('*2\r\n', '$1\r\n0\r\n', '*1\r\n', '$1\r\n', 'a\r\n', '\r\n', '-', '*0\r\n', '$', '9'), {
          maxLength: 20,
        }),
        (parts) => {
          let failure: unknown = null;
          try {
            readScans([Buffer.from(parts.join(''))]);
          } catch (error) {
            failure = error;
          }
          expect(failure === null || (failure as { code?: string }).code === 'RQ_PROTOCOL').toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});
