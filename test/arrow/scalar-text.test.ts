import { describe, expect, it } from 'vitest';
import { bitText, decimalText, doubleText, shortestDoubleFromFloat } from '../../src/arrow/readers/number-text.ts';
import { dateText, intervalText, timestampText, timeText, timeTzText } from '../../src/arrow/readers/temporal-text.ts';

const DAY = 86_400_000_000n;

// Expected texts are what DuckDB 1.5.6 prints.
describe('numbers', () => {
  it.each([
    [1, '1.0'],
    [1e15, '1000000000000000.0'],
    [1e16, '1e+16'],
    [9999999999999998, '9999999999999998.0'],
    [1e-4, '0.0001'],
    [1e-5, '1e-05'],
    [2.2250738585072014e-308, '2.2250738585072014e-308'],
    [-0, '-0.0'],
    [0, '0.0'],
    [Number.NaN, 'nan'],
    [Number.NEGATIVE_INFINITY, '-inf'],
  ])('prints the DOUBLE %s as %s', (value, text) => {
    expect(doubleText(value)).toBe(text);
  });

  it.each([
    [0.1, '0.1'],
    [1e10, '10000000000.0'],
    [16_777_217, '16777216.0'],
    [123_456_789, '123456790.0'],
    [3.4e38, '3.4e+38'],
    [1e-45, '1e-45'],
    [1e-40, '1e-40'],
    [1.17e-38, '1.17e-38'],
  ])('prints the FLOAT %s as %s', (value, text) => {
    expect(doubleText(shortestDoubleFromFloat(Math.fround(value)))).toBe(text);
  });

  it.each([
    [0n, 2, '0.00'],
    [-5n, 2, '-0.05'],
    [-1230, 2, '-12.30'],
    [7n, 0, '7'],
    [10n ** 37n, 37, `1.${'0'.repeat(37)}`],
  ])('prints the DECIMAL %s with %s digits as %s', (unscaled, scale, text) => {
    expect(decimalText(unscaled, scale)).toBe(text);
  });

  it('prints a BIT that fills its bytes', () => {
    expect(bitText(Uint8Array.of(0, 0x0f, 0xf0))).toBe('0000111111110000');
  });
});

describe('dates', () => {
  it.each([
    [0, '1970-01-01', '1970-01-01'],
    [-1, '1969-12-31', '1969-12-31'],
    [11_016, '2000-02-29', '2000-02-29'],
    [-719_162, '0001-01-01', '0001-01-01'],
    [-719_163, '0001-12-31 (BC)', '0000-12-31'],
    [-735_160, '0044-03-15 (BC)', '-000043-03-15'],
    [3_789_391, '12345-01-01', '+012345-01-01'],
    [2_147_483_647, 'infinity', 'infinity'],
    [-2_147_483_647, '-infinity', '-infinity'],
  ])('prints day %s as %s, in ISO form %s', (days, sql, iso) => {
    expect(dateText(days, 'sql')).toBe(sql);
    expect(dateText(days, 'iso')).toBe(iso);
  });

  it('agrees with the ISO form of Date over eight centuries', () => {
    for (let days = -146_097; days < 146_097; days += 13) {
      expect(dateText(days, 'iso')).toBe(new Date(days * 86_400_000).toISOString().slice(0, 10));
    }
  });
});

describe('times', () => {
  it.each([
    [-1n, 6, false, '1969-12-31 23:59:59.999999'],
    [0n, 0, false, '1970-01-01 00:00:00'],
    [1_500n, 3, false, '1970-01-01 00:00:01.5'],
    [-1n, 9, false, '1969-12-31 23:59:59.999999999'],
    [DAY * 106_000_000n + 1n, 6, true, '292188-02-22 00:00:00.000001+00'],
    [2n ** 63n - 1n, 6, true, 'infinity'],
    [-(2n ** 63n) + 1n, 0, false, '-infinity'],
  ] as const)('prints the timestamp %s of %s digits', (ticks, digits, isZoned, text) => {
    expect(timestampText(ticks, digits, isZoned, 'sql')).toBe(text);
  });

  it('gives ISO forms that Date reads', () => {
    expect(new Date(timestampText(1_704_164_645_123_456n, 6, true, 'iso')).getTime()).toBe(1_704_164_645_123);
    expect(timestampText(-62_198_755_200_000_000n, 6, true, 'iso')).toBe('-000001-01-01T00:00:00Z');
  });

  it.each([
    [86_400_000_000n, 6, '24:00:00'],
    [1n, 9, '00:00:00.000000001'],
    [0n, 6, '00:00:00'],
  ] as const)('prints the time %s', (ticks, digits, text) => {
    expect(timeText(ticks, digits)).toBe(text);
  });

  it.each([
    [0, '+00'],
    [19_800, '+05:30'],
    [-19_800, '-05:30'],
    [-57_599, '-15:59:59'],
  ])('prints the offset of %s s as %s', (offset, text) => {
    expect(timeTzText((3_600_000_000n << 24n) | BigInt(57_599 - offset))).toBe(`01:00:00${text}`);
  });

  it.each([
    [0, 0, 0n, '00:00:00'],
    [-1, 0, 0n, '-1 month'],
    [25, 1, 0n, '2 years 1 month 1 day'],
    [0, 0, -1_000_000n, '-00:00:01'],
    [0, 0, 360_000_000_001n, '100:00:00.000001'],
  ])('prints the interval of %s months, %s days, %s µs as %s', (months, days, micros, text) => {
    expect(intervalText(months, days, micros)).toBe(text);
  });
});
