import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLosslessJson } from '../../src/planner/index.ts';

describe('parseLosslessJson', () => {
  it.each([
    ['{"value":999999999999999}', { value: 999_999_999_999_999 }],
    ['{"value":9007199254740993}', { value: '9007199254740993' }],
    ['{"value":-9223372036854775808,"a":1}', { value: '-9223372036854775808', a: 1 }],
    ['{"upper":-1,"lower":18446744073709551615}', { upper: -1, lower: '18446744073709551615' }],
    ['{"value":50.0,"b":0.1,"c":1e300}', { value: 50, b: 0.1, c: 1e300 }],
    ['{"value":12345678901234567890.0}', { value: Number('12345678901234567890') }],
    ['{"query_location":18446744073709551615,"a":1}', { query_location: 2 ** 64, a: 1 }],
    ['{"x":"\\"value\\":18446744073709551615,"}', { x: '"value":18446744073709551615,' }],
    ['{"value":NaN}', { value: 'NaN' }],
    ['[{"value":-Infinity},{"value":Infinity}]', [{ value: '-Infinity' }, { value: 'Infinity' }]],
    ['{"x":"a \\"value\\":NaN b"}', { x: 'a "value":NaN b' }],
    ['{"x":"\\u0000\\n"}', { x: '\0\n' }],
    ['{"a":[', undefined],
    ['', undefined],
  ])('reads %s', (text, value) => {
    expect(parseLosslessJson(text)).toEqual(value);
  });

  it('keeps all else as it is, whatever texts look like', () => {
    const odd = fc.constantFrom('"value":1234567890123456,', '"value":NaN}', '\\"value":12345678901234567', ',"lower":Infinity,');
    const name = fc.oneof(fc.string(), fc.constantFrom('value', 'upper', 'lower'));
    const { json } = fc.letrec<{ json: unknown }>((tie) => ({
      json: fc.oneof(
        { maxDepth: 4 },
        fc.oneof(
          fc.string(),
          odd,
          fc.double({ min: -9e14, max: 9e14, noNaN: true }).map((value) => value + 0),
          fc.boolean(),
        ),
        fc.array(tie('json'), { maxLength: 4 }),
        fc.array(fc.tuple(name, tie('json')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
      ),
    }));
    fc.assert(
      fc.property(json, (value) => {
        expect(parseLosslessJson(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps every digit of a value', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }),
        fc.constantFrom('value', 'upper', 'lower'),
        (digits, name) => {
          const read = parseLosslessJson(`[{"is_null":false,"${name}":${digits}}]`);
          expect(read).toEqual([{ is_null: false, [name]: expect.toSatisfy((value) => BigInt(String(value)) === digits) }]);
        },
      ),
    );
  });

  it('reads what nests 100,000 deep', () => {
    const text = `${'{"value":1234567890123456,"children":['.repeat(100_000)}${']}'.repeat(100_000)}`;
    expect(parseLosslessJson(text)).toMatchObject({ value: '1234567890123456' });
  });
});
