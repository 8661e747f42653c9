/** Properties of the parsers: what a value prints as parses as that value, and nothing that is no value parses. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBuilder } from '../../src/arrow/index.ts';
import { parseColumnType, type SqlType } from '../../src/types/index.ts';

const MS_A_DAY = 86_400_000;

/** The values of a column built from these texts; null where one was refused. */
function valuesOf(type: SqlType, texts: readonly string[]): ArrayBuffer | null {
  const builder = createBuilder(type);
  for (const text of texts) {
    const bytes = Buffer.from(text);
    if (!builder.append(bytes, 0, bytes.length, true)) return null;
  }
  const column = builder.finish();
  return column.layout === 'fixed' ? column.values : null;
}

function bigintsOf(typeText: string, ...texts: string[]): bigint[] | null {
  const values = valuesOf(parseColumnType(typeText), texts);
  return values === null ? null : [...new BigInt64Array(values)];
}

describe('integers', () => {
  /** Lengths evenly, not only the longest. */
  const anyBigint = fc
    .tuple(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), fc.integer({ min: 0, max: 70 }))
    .map(([value, shift]) => value >> BigInt(shift));

  it('reads every BIGINT of any length, and refuses what is out of range', () => {
    fc.assert(
      fc.property(anyBigint, fc.nat(3), (value, zeros) => {
        const text = value < 0n ? `-${'0'.repeat(zeros)}${-value}` : `${'0'.repeat(zeros)}${value}`;
        const isInRange = value === BigInt.asIntN(64, value);
        expect(bigintsOf('BIGINT', text)).toEqual(isInRange ? [value] : null);
      }),
      { numRuns: 1000 },
    );
  });

  it('takes nothing but an optional minus and digits', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789-+.e x_'), maxLength: 21 }), (text) => {
        fc.pre(!/^-?[0-9]+$/.test(text));
        for (const type of ['BIGINT', 'INTEGER', 'HUGEINT']) expect(valuesOf(parseColumnType(type), [text])).toBeNull();
      }),
      { numRuns: 1000 },
    );
  });
});

describe('DOUBLE', () => {
  it('reads each text as the nearest double', () => {
    const digits = fc.stringMatching(/^-?[0-9]{1,18}(\.[0-9]{0,18})?(e-?[0-9]{1,3})?$/);
    fc.assert(
      fc.property(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }).map(String), digits), (text) => {
        const expected = Number(text);
        const values = valuesOf({ id: 'DOUBLE' }, [text]);
        const read = values === null ? null : new Float64Array(values)[0];
        expect(read).toBe(Number.isFinite(expected) ? expected : null);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('DECIMAL', () => {
  it.each([
    [4, 2],
    [9, 9],
    [15, 0],
    [18, 3],
    [38, 10],
    [38, 38],
  ])('keeps every digit of DECIMAL(%i,%i)', (width, scale) => {
    const limit = 10n ** BigInt(width) - 1n;
    fc.assert(
      fc.property(fc.bigInt({ min: -limit, max: limit }), fc.nat(2), (unscaled, zeros) => {
        const digits = `${unscaled < 0n ? -unscaled : unscaled}`.padStart(scale + 1, '0');
        const fraction = digits.slice(digits.length - scale) + '0'.repeat(zeros);
        const text = `${unscaled < 0n ? '-' : ''}${digits.slice(0, digits.length - scale)}${scale + zeros > 0 ? `.${scale === 0 ? '0'.repeat(zeros) : fraction}` : ''}`;
        const values = valuesOf({ id: 'DECIMAL', width, scale }, [text]);
        expect(values === null ? null : unscaledOf(values)).toBe(unscaled);
      }),
    );
  });
});

function unscaledOf(values: ArrayBuffer): bigint {
  const bytes = [...new Uint8Array(values)].toReversed();
  return BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`));
}

describe('dates and times', () => {
  const first = new Date('0001-01-01');
  first.setUTCFullYear(1);
  const anyDate = fc.date({ noInvalidDate: true, min: first, max: new Date('9999-12-31T23:59:59.999Z') });

  it('reads the days and moments that JavaScript prints', () => {
    fc.assert(
      fc.property(anyDate, (date) => {
        const text = date.toISOString();
        const days = valuesOf({ id: 'DATE' }, [text.slice(0, 10)]);
        expect(days === null ? null : new Int32Array(days)[0]).toBe(Math.floor(date.getTime() / MS_A_DAY));
        expect(bigintsOf('TIMESTAMP', text)).toEqual([BigInt(date.getTime()) * 1000n]);
        expect(bigintsOf('TIMESTAMP_MS', text)).toEqual([BigInt(date.getTime())]);
      }),
      { numRuns: 1000 },
    );
  });

  it('takes a day just where the calendar has it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9999 }),
        fc.integer({ min: 0, max: 13 }),
        fc.integer({ min: 0, max: 32 }),
        (year, month, day) => {
          const date = new Date(0);
          date.setUTCFullYear(year, month - 1, day);
          const isReal = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
          const text = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
          expect(valuesOf({ id: 'DATE' }, [text]) !== null).toBe(isReal);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('holds every nanosecond of TIMESTAMP_NS', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -9_223_286_400_000_000_000n, max: 9_223_372_035_999_999_999n }), (nanos) => {
        const rest = ((nanos % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
        const seconds = new Date(Number((nanos - rest) / 1_000_000n)).toISOString().slice(0, 19);
        expect(bigintsOf('TIMESTAMP_NS', `${seconds}.${String(rest).padStart(9, '0')}Z`, String(nanos))).toEqual([nanos, nanos]);
      }),
    );
  });

  it('applies every offset', () => {
    fc.assert(
      fc.property(fc.integer({ min: -959, max: 959 }), (minutes) => {
        const size = Math.abs(minutes);
        const offset = `${minutes < 0 ? '-' : '+'}${String(Math.floor(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`;
        expect(bigintsOf('TIMESTAMPTZ', `1970-01-01T00:00${offset}`)).toEqual([BigInt(-minutes) * 60_000_000n]);
      }),
    );
  });
});
