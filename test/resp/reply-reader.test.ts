import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCommand, isReplyError, isReplyPush, ReceiveBuffer, type Reply, ReplyReader } from '../../src/resp/index.ts';

function readAll(chunks: readonly Uint8Array[]): Reply[] {
  const reader = new ReplyReader();
  const buffer = new ReceiveBuffer();
  const replies: Reply[] = [];
  for (const chunk of chunks) {
    buffer.append(chunk);
    for (let reply = reader.read(buffer); reply !== undefined; reply = reader.read(buffer)) replies.push(reply);
  }
  return replies;
}

const b = (text: string): Buffer => Buffer.from(text);
const CASES: readonly (readonly [string, string, Reply])[] = [
  ['a simple string', '+OK\r\n', b('OK')],
  ['an error', '-NOAUTH Authentication required.\r\n', { error: 'NOAUTH Authentication required.' }],
  ['an integer', ':-12\r\n', -12],
  ['an integer beyond 2^53', ':9223372036854775807\r\n', 9223372036854775807n],
  ['a bulk string', '$5\r\na\r\nbc\r\n', b('a\r\nbc')],
  ['an empty bulk string', '$0\r\n\r\n', b('')],
  ['a RESP2 null', '$-1\r\n', null],
  ['a RESP2 null array', '*-1\r\n', null],
  ['an array', '*2\r\n$1\r\na\r\n*1\r\n:1\r\n', [b('a'), [1]]],
  ['an empty array', '*0\r\n', []],
  ['a RESP3 null', '_\r\n', null],
  ['booleans', '*2\r\n#t\r\n#f\r\n', [true, false]],
  ['doubles', '*5\r\n,1.5\r\n,-inf\r\n,10\r\n,1e3\r\n,inf\r\n', [1.5, -Infinity, 10, 1000, Infinity]],
  ['a big number', '(3492890328409238509324850943850943825024385\r\n', 3492890328409238509324850943850943825024385n],
  ['a blob error', '!9\r\nERR a\r\nbc\r\n', { error: 'ERR a\r\nbc' }],
  ['a verbatim string', '=7\r\ntxt:abc\r\n', b('abc')],
  ['a set', '~2\r\n:1\r\n:2\r\n', [1, 2]],
  [
    'a map',
    '%2\r\n+a\r\n:1\r\n+b\r\n%0\r\n',
    new Map<Reply, Reply>([
      [b('a'), 1],
      [b('b'), new Map()],
    ]),
  ],
  ['a push', '>2\r\n+invalidate\r\n:1\r\n', { push: [b('invalidate'), 1] }],
  ['a reply behind its attribute', '|1\r\n+ttl\r\n:3600\r\n+value\r\n', b('value')],
  ['an attribute within an array', '*2\r\n|1\r\n+a\r\n:1\r\n:7\r\n:8\r\n', [7, 8]],
];

describe('ReplyReader', () => {
  it.each(CASES)('reads %s cut at every byte', (_, text, reply) => {
    const bytes = Buffer.from(`${text}${text}`, 'latin1');
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(readAll([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual([reply, reply]);
    }
  });

  it.each([
    ['an unknown type', 'HTTP/1.1 400 Bad Request\r\n'],
    ['a length that is no number', '$a\r\n'],
    ['a length above 512 MB', '$536870913\r\n'],
    ['an array above all bounds', '*9999999999\r\n'],
    ['a streamed string', '$?\r\n'],
    ['an integer that is none', ':1a\r\n'],
    ['a double that is none', ',1.2.3\r\n'],
    ['a boolean that is none', '#x\r\n'],
    ['a null with a value', '_1\r\n'],
    ['CR without LF', '+OK\rx'],
    ['a string without its end', '$1\r\nabc'],
    ['replies nested too deep', '*1\r\n'.repeat(40)],
    ['a line without an end', `+${'x'.repeat(70_000)}`],
  ])('refuses %s', (_, text) => {
    expect(() => readAll([Buffer.from(text)])).toThrow(expect.objectContaining({ code: 'RQ_PROTOCOL' }));
  });

  it('tells errors and pushes from replies', () => {
    const replies = readAll([b('-ERR x\r\n>1\r\n:1\r\n%0\r\n*0\r\n')]);
    expect(replies.map((reply) => isReplyError(reply))).toEqual([true, false, false, false]);
    expect(replies.map((reply) => isReplyPush(reply))).toEqual([false, true, false, false]);
  });

  it('answers random bytes by replies or RQ_PROTOCOL', () => {
    const part = fc.constantFrom(
      '*2\r\n',
      '%1\r\n',
      '|1\r\n',
      '$1\r\n',
      'a\r\n',
      '\r\n',
      ':1\r\n',
      '+',
      '-',
      '_\r\n',
      '#t\r\n',
      ',1\r\n',
      '(',
      '1',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
        let failure: unknown = null;
        try {
          readAll([Buffer.from(parts.join(''))]);
        } catch (error) {
          failure = error;
        }
        expect(failure === null || (failure as { code?: string }).code === 'RQ_PROTOCOL').toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('encodeCommand', () => {
  it('counts bytes, not characters, and escapes nothing', () => {
    expect(encodeCommand(['GET', 'é\r\n']).toString('latin1')).toBe('*2\r\n$3\r\nGET\r\n$4\r\n\u00c3\u00a9\r\n\r\n');
    expect(encodeCommand([Buffer.from([0xff, 0])])).toEqual(Buffer.from('*1\r\n$2\r\n\u00ff\u0000\r\n', 'latin1'));
  });
});
