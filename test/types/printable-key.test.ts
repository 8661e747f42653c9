import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { badValueError, isPrintableEscapeIn, printableKey } from '../../src/types/index.ts';

describe('printableKey', () => {
  it.each<[readonly number[], string]>([
    [[0x61, 0x62], 'ab'],
    [[], ''],
    [[0x61, 0xff, 0x62], 'a\\xffb'],
    [[0xc3, 0xa9, 0xc3], 'é\\xc3'],
    [[0xe2, 0x82, 0x41], '\\xe2\\x82A'],
    [[0xf0, 0x9f, 0x99, 0x82, 0xf0, 0x9f, 0x99], '🙂\\xf0\\x9f\\x99'],
    [[0xc0, 0x80], '\\xc0\\x80'],
    [[0xed, 0xa0, 0x80], '\\xed\\xa0\\x80'],
    [[0x00, 0x80], '\0\\x80'],
  ])('shows %j', (bytes, text) => {
    const around = Buffer.from([0xc3, ...bytes, 0xa9]);
    expect(printableKey(around, 1, around.length - 1).toString()).toBe(text);
  });

  it('gives UTF-8 for any bytes, keeps what was UTF-8, and marks what was not', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (array) => {
        const bytes = Buffer.from(array);
        const text = printableKey(bytes, 0, bytes.length);
        expect(isUtf8(text)).toBe(true);
        expect(text.equals(bytes)).toBe(isUtf8(bytes));
        expect(isUtf8(bytes) || isPrintableEscapeIn(text.toString())).toBe(true);
      }),
    );
  });

  it.each([
    ['a\\xff', true],
    ['\\x80', true],
    ['\\x7f', false],
    ['\\xFF', false],
    ['\\x8', false],
    ['x80', false],
  ])('knows whether %j may stand for bytes', (text, expected) => {
    expect(isPrintableEscapeIn(text)).toBe(expected);
  });
});

describe('badValueError', () => {
  const place = { key: Buffer.from('user:1'), field: Buffer.from('age') };

  it('names key, field, value, type and what is valid', () => {
    const error = badValueError({ ...place, value: Buffer.from('abc'), type: { id: 'BIGINT' } });
    expect(error).toMatchObject({ code: 'RQ_BAD_VALUE', hint: expect.stringContaining('on_error') });
    expect(error.message).toBe(
      'the value «abc» of field «age» in key «user:1» is no BIGINT; valid: an integer, -9223372036854775808 to 9223372036854775807',
    );
  });

  it('tells bytes that are no UTF-8 apart', () => {
    const error = badValueError({ ...place, value: Buffer.from([0x61, 0xff]), type: { id: 'VARCHAR' } });
    expect(error.code).toBe('RQ_BAD_UTF8');
    expect(error.message).toContain('«a\\xff»');
  });

  it('shortens long values and lets no control character through', () => {
    const error = badValueError({
      ...place,
      value: Buffer.from(`\u001b[31m\u009b${'x'.repeat(1000)}`),
      type: { id: 'DECIMAL', width: 4, scale: 2 },
    });
    expect(error.message).not.toMatch(/\p{Cc}/u);
    expect(error.message.length).toBeLessThan(250);
    expect(error.message).toContain('DECIMAL(4,2); valid: at most 2 digits before the point and 2 behind it');
  });
});
