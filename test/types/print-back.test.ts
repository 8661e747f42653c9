import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBuilder, textReader } from '../../src/arrow/index.ts';
import { PhysicalViews, parseColumnType, printBackParserOf } from '../../src/types/index.ts';

const DOUBLE = parseColumnType('DOUBLE');
const views = new PhysicalViews(new ArrayBuffer(8));

/** The double that an inferred column reads from a text; null where it refuses. */
function inferredDouble(text: string): number | null {
  const bytes = Buffer.from(`x${text}9`);
  return printBackParserOf(DOUBLE)(bytes, 1, bytes.length - 1, views, 0) ? (views.float64[0] ?? null) : null;
}

function isTaken(typeText: string, text: string): boolean {
  // Bytes on both sides, which must not be looked at.
  const bytes = Buffer.from(`0${text}0`);
  return createBuilder(parseColumnType(typeText), true).append(bytes, 1, bytes.length - 1, true);
}

describe('an inferred column', () => {
  it.each<[type: string, taken: readonly string[], refused: readonly string[]]>([
    [
      'BIGINT',
      ['0', '7', '-7', '10', '9223372036854775807', '-9223372036854775808'],
      ['', '-', '00', '01234', '-0', '-01', '+7', ' 7', '7 ', '1e3', '7.0', '9223372036854775808', 'n/a'],
    ],
    [
      'DOUBLE',
      [
        '0',
        '0.0',
        '30',
        '30.0',
        '-30.0',
        '1.5',
        '-0.25',
        '0.0001',
        '9007199254740992',
        '0.1234567890123456',
        '123456789.12345678',
      ],
      [
        '',
        '-',
        '.',
        '-0',
        '-0.0',
        '.5',
        '5.',
        '1.50',
        '30.00',
        '030',
        '00.5',
        '+1',
        '1e3',
        '1e-7',
        '0.00001',
        '0.00009',
        'nan',
        'inf',
      ],
    ],
    ['DOUBLE', ['1234567890123.5'], ['9007199254740993', '9007199254740994', '0.12345678901234567890', '1.0000000000000000']],
    ['BOOLEAN', ['true', 'false'], ['', 'TRUE', 'True', 'tRUE', 'yes', 'no', 't', 'f', '1', '0', 'trux', 'fals', 'FALSE']],
    ['DATE', ['2024-02-29'], ['2023-02-29', '2024-2-9', '2024-01-02 00:00:00']],
    [
      'TIMESTAMP',
      ['2024-01-02 03:04:05', '2024-01-02 03:04:05.6', '2024-01-02 03:04:05.000001'],
      [
        '2024-01-02T03:04:05',
        '2024-01-02 03:04:05Z',
        '2024-01-02 03:04+01',
        '2024-01-02 03:04:05.1+01',
        '2024-01-02 03:04:05+00',
        '2024-01-02 03:04:05.',
        '2024-01-02 03:04:05.60',
        '2024-01-02 03:04:05.1234567',
        '2024-01-02 03:04',
        '2024-01-02',
        '1700000000',
        '2024-13-02 03:04:05',
      ],
    ],
    [
      'TIMESTAMPTZ',
      ['2024-01-02 03:04:05+00', '2024-01-02 03:04:05.6+00'],
      ['2024-01-02 03:04:05', '2024-01-02 03:04:05+01', '2024-01-02 03:04:05Z', '2024-01-02 03:04:05+00:00', '+00'],
    ],
  ])('of type %s takes what prints back, and nothing else', (type, taken, refused) => {
    expect(taken.filter((text) => !isTaken(type, text))).toEqual([]);
    expect(refused.filter((text) => isTaken(type, text))).toEqual([]);
  });

  it('reads the same DOUBLE as a declared one, whenever its text is a plain shortest form', () => {
    const plain = fc
      .oneof(fc.double({ noNaN: true }), fc.integer(), fc.double({ min: -1e6, max: 1e6, noNaN: true }))
      .map((value) => String(value));
    const decimal = fc.tuple(fc.boolean(), fc.nat(), fc.stringMatching(/^(\.[0-9]{0,18})?$/)).map(([isNegative, whole, rest]) => {
      return `${isNegative ? '-' : ''}${whole}${rest}`;
    });
    fc.assert(
      fc.property(fc.oneof(plain, decimal, fc.stringMatching(/^-?[0-9.]{1,20}$/)), (text) => {
        const value = Number(text);
        const isWhole = Number.isInteger(value);
        const prints = isWhole ? [String(value), `${value}.0`] : [String(value)];
        const isPlain = isWhole ? Math.abs(value) <= 2 ** 53 : Math.abs(value) >= 1e-4 && Math.abs(value) < 1e21;
        expect(inferredDouble(text)).toBe(isPlain && prints.includes(text) ? value : null);
      }),
      { numRuns: 5_000 },
    );
  });

  it('gives back the text of each BIGINT that it takes', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^-?0{0,2}[0-9]{0,19}$/), (text) => {
        const builder = createBuilder(parseColumnType('BIGINT'), true);
        const bytes = Buffer.from(text);
        const isPlain = /^(0|-?[1-9][0-9]*)$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text);
        expect(builder.append(bytes, 0, bytes.length, true)).toBe(isPlain);
        if (!isPlain) builder.appendNull();
        expect(textReader({ id: 'BIGINT' }, builder.finish())(0)).toBe(isPlain ? text : null);
      }),
    );
  });
});
