import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPrintableEscapeIn, printableKey } from '../../src/types/index.ts';

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
