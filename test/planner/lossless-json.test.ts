import { describe, expect, it } from 'vitest';
import { parseLosslessJson } from '../../src/planner/index.ts';

describe('parseLosslessJson', () => {
  it.each([
    ['{"a":9007199254740991}', { a: 9_007_199_254_740_991 }],
    ['{"a":9007199254740993}', { a: 9_007_199_254_740_993n }],
    ['{"a":-9223372036854775808}', { a: -(2n ** 63n) }],
    ['{"a":18446744073709551615}', { a: 2n ** 64n - 1n }],
    ['{"a":50.0,"b":0.1,"c":1e300}', { a: 50, b: 0.1, c: 1e300 }],
    ['{"query_location":18446744073709551615,"a":1}', { query_location: null, a: 1 }],
    ['{"x":"\\"query_location\\":18446744073709551615"}', { x: '"query_location":18446744073709551615' }],
    ['{"lower":18446744073709551615}', { lower: 2n ** 64n - 1n }],
    ['{"value":NaN}', { value: 'NaN' }],
    ['[{"value":-Infinity},{"value":Infinity}]', [{ value: '-Infinity' }, { value: 'Infinity' }]],
    ['{"x":"a \\"value\\":NaN b"}', { x: 'a "value":NaN b' }],
    ['{"x":"\\u0000\\n"}', { x: '\0\n' }],
    ['{"a":[', undefined],
  ])('reads %s', (text, value) => {
    expect(parseLosslessJson(text)).toEqual(value);
  });
});
