import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binaryFromText, boundText, DEFAULT_STYLE, normalText, OID, type TextStyle } from '../../../src/server/types/index.ts';

const roundTrip = (oid: number, text: string, style: TextStyle = DEFAULT_STYLE): string | null =>
  boundText({ typeOid: oid, format: 1, bytes: binaryFromText(oid, text, style) }, style);

const RUNS = { numRuns: 500 };

describe('text to binary to text', { timeout: 30_000 }, () => {
  it('keeps every int8', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        expect(roundTrip(OID.INT8, String(value))).toBe(String(value));
      }),
      RUNS,
    );
  });

  it('keeps every digit of a numeric', () => {
    const digits = fc.stringMatching(/^(?:0|[1-9]\d{0,40})(?:\.\d{1,30})?$/);
    fc.assert(
      fc.property(fc.boolean(), digits, (isNegative, text) => {
        const plain = isNegative && /[1-9]/.test(text) ? `-${text}` : text;
        expect(roundTrip(OID.NUMERIC, plain)).toBe(plain);
      }),
      RUNS,
    );
  });

  it('keeps every float8, and prints it as JavaScript reads it', () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        const text = normalText(OID.FLOAT8, Object.is(value, -0) ? '-0' : String(value));
        expect(roundTrip(OID.FLOAT8, text)).toBe(text);
        expect(Number(text)).toBe(value);
      }),
      RUNS,
    );
  });

  it('keeps every float4', () => {
    fc.assert(
      fc.property(fc.float(), (value) => {
        const text = normalText(OID.FLOAT4, Object.is(value, -0) ? '-0' : String(value));
        expect(roundTrip(OID.FLOAT4, text)).toBe(text);
        expect(Math.fround(Number(text))).toBe(value);
      }),
      RUNS,
    );
  });

  it('keeps every µs of a timestamp, in any zone and style', () => {
    const zones = fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'Asia/Kathmandu',
      'America/New_York',
      'Australia/Lord_Howe',
      '<+03>-03',
    );
    const styles = fc.constantFrom(
      { dateStyle: 'ISO', dateOrder: 'MDY' },
      { dateStyle: 'ISO', dateOrder: 'DMY' },
    ) satisfies fc.Arbitrary<Pick<TextStyle, 'dateStyle' | 'dateOrder'>>;
    // From 4713 BC to 294276 AD.
    const micros = fc.bigInt({ min: -210_866_803_200_000_000n, max: 9_223_371_331_199_999_999n });
    fc.assert(
      fc.property(micros, zones, styles, (value, timeZone, style) => {
        const bytes = Buffer.alloc(8);
        bytes.writeBigInt64BE(value - 946_684_800_000_000n);
        for (const oid of [OID.TIMESTAMP, OID.TIMESTAMPTZ]) {
          const session = { ...DEFAULT_STYLE, ...style, timeZone };
          const text = boundText({ typeOid: oid, format: 1, bytes }, session);
          expect(Buffer.from(binaryFromText(oid, text ?? '', session)).toString('hex')).toBe(bytes.toString('hex'));
        }
      }),
      RUNS,
    );
  });

  it('keeps every interval, in every style', () => {
    const int32 = fc.integer({ min: -100_000_000, max: 100_000_000 });
    const styles = fc.constantFrom<TextStyle['intervalStyle']>('postgres', 'postgres_verbose', 'sql_standard', 'iso_8601');
    fc.assert(
      fc.property(
        int32,
        int32,
        fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
        styles,
        (months, days, value, intervalStyle) => {
          const bytes = Buffer.alloc(16);
          bytes.writeBigInt64BE(value);
          bytes.writeInt32BE(days, 8);
          bytes.writeInt32BE(months, 12);
          const session = { ...DEFAULT_STYLE, intervalStyle };
          const text = boundText({ typeOid: OID.INTERVAL, format: 1, bytes }, session);
          expect(Buffer.from(binaryFromText(OID.INTERVAL, text ?? '', session)).toString('hex')).toBe(bytes.toString('hex'));
        },
      ),
      RUNS,
    );
  });

  it('keeps every text of an array', () => {
    const element = fc.option(fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0') && text.isWellFormed()));
    fc.assert(
      fc.property(fc.array(element, { maxLength: 5 }), (elements) => {
        const quoted = elements.map((text) => (text === null ? 'NULL' : `"${text.replaceAll(/["\\]/g, '\\$&')}"`));
        const text = normalText(1009, `{${quoted.join(',')}}`);
        expect(roundTrip(1009, text)).toBe(text);
        expect(roundTrip(1009, `{${quoted.join(',')}}`)).toBe(text);
      }),
      RUNS,
    );
  });
});
