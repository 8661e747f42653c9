import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Batch, ColumnData } from '../../../src/arrow/index.ts';
import {
  binaryFromText,
  DEFAULT_STYLE,
  normalText,
  OID,
  pgTypeOf,
  rowEncoder,
  type TextStyle,
} from '../../../src/server/types/index.ts';
import type { Format } from '../../../src/server/words.ts';
import type { SqlType } from '../../../src/types/index.ts';
import { bigintColumn, textColumn } from '../../support/columns.ts';
import { bodiesOf, cellsOf, columnOf } from './support/rows.ts';

const INT8 = { id: 'BIGINT' } as const;
const TEXT = { id: 'VARCHAR' } as const;
const fields = [
  { name: 'id', type: INT8 },
  { name: 'name', type: TEXT },
];
const told = [columnOf(OID.INT8), columnOf(OID.TEXT)];
const people: Batch = {
  rowCount: 4,
  columns: [bigintColumn([1, null, -3, 2n ** 63n - 1n]), textColumn(['ä', '', null, 'x'.repeat(200)])],
};

describe('DataRow messages', () => {
  it('have type, length, count of columns, and each value behind its length', () => {
    const bytes = rowEncoder(fields, told, [], DEFAULT_STYLE)(people, 0, 2);
    const [first = Buffer.alloc(0), second] = bodiesOf(bytes, 'D');
    expect(Buffer.from(bytes).subarray(0, 5).toString('hex')).toBe('4400000011');
    expect(first.toString('hex')).toBe('0002' + '0000000131' + '00000002c3a4');
    // NULL has the length -1, an empty text the length 0.
    expect(second?.toString('hex')).toBe('0002' + 'ffffffff' + '00000000');
  });

  it('take a format for all columns, or one for each', () => {
    const cells = (formats: readonly Format[]) => cellsOf(rowEncoder(fields, told, formats, DEFAULT_STYLE)(people, 0, 1))[0];
    expect(cells([1])?.map((cell) => cell?.toString('hex'))).toEqual(['0000000000000001', 'c3a4']);
    expect(cells([0, 1])?.[0]?.toString()).toBe('1');
    expect(cells([1, 0])?.[0]?.toString('hex')).toBe('0000000000000001');
  });

  it('are the same in slices as in one piece', () => {
    const encode = rowEncoder(fields, told, [], DEFAULT_STYLE);
    const whole = Buffer.from(encode(people, 0, 4));
    const slices = [0, 1, 2, 3].map((row) => encode(people, row, row + 1));
    expect(Buffer.concat(slices).equals(whole)).toBe(true);
    expect(encode(people, 2, 2)).toHaveLength(0);
  });

  it('belong to the caller: a later call does not write over them', () => {
    const encode = rowEncoder(fields, told, [], DEFAULT_STYLE);
    const first = encode(people, 0, 1);
    const copy = Buffer.from(first);
    const others = { ...people, columns: [bigintColumn([9, 9, 9, 9]), textColumn(['o', 'o', 'o', 'o'])] };
    expect(cellsOf(encode(others, 3, 4))[0]?.map(String)).toEqual(['9', 'o']);
    expect(Buffer.from(first).equals(copy)).toBe(true);
  });

  it('read texts whose offsets do not begin at 0', () => {
    const column: ColumnData = {
      layout: 'varlen',
      offsets: Int32Array.of(2, 3, 5).buffer,
      values: Uint8Array.from(Buffer.from('xxabc')).buffer,
      validity: null,
    };
    const encode = rowEncoder([{ name: 'c', type: TEXT }], [columnOf(OID.TEXT)], [], DEFAULT_STYLE);
    expect(cellsOf(encode({ rowCount: 2, columns: [column] }, 0, 2)).map(([cell]) => cell?.toString())).toEqual(['a', 'bc']);
  });

  it('hold no column where there is none', () => {
    const bytes = rowEncoder([], [], [], DEFAULT_STYLE)({ rowCount: 2, columns: [] }, 0, 2);
    expect(bodiesOf(bytes, 'D').map((body) => body.toString('hex'))).toEqual(['0000', '0000']);
  });
});

describe('a list of arrays', () => {
  it('has as many NULLs as an inner array that is NULL has places, whatever stands there', () => {
    const inner: ColumnData = {
      layout: 'array',
      length: 2,
      child: bigintColumn([1, 2, 8, 9]),
      validity: Uint8Array.of(1).buffer,
    };
    const column: ColumnData = { layout: 'array', length: 2, child: inner, validity: null };
    const type: SqlType = { id: 'ARRAY', length: 2, child: { id: 'ARRAY', length: 2, child: INT8 } };
    const encode = rowEncoder([{ name: 'c', type }], [columnOf(1016)], [], DEFAULT_STYLE);
    expect(cellsOf(encode({ rowCount: 1, columns: [column] }, 0, 1))[0]?.map(String)).toEqual(['{{1,2},{NULL,NULL}}']);
  });
});

/** One value through a column, by the fast ways. */
function throughColumn(
  type: SqlType,
  values: ArrayBuffer,
  format: Format,
  style: TextStyle = DEFAULT_STYLE,
): Buffer | null | undefined {
  const { oid } = pgTypeOf(type);
  const byteWidth = type.id === 'DATE' ? 4 : 8;
  const column: ColumnData = { layout: 'fixed', byteWidth, values, validity: null };
  return cellsOf(
    rowEncoder([{ name: 'c', type }], [columnOf(oid)], [format], style)({ rowCount: 1, columns: [column] }, 0, 1),
  )[0]?.[0];
}

function checkAgainstText(type: SqlType, values: ArrayBuffer, text: string, style: TextStyle = DEFAULT_STYLE): void {
  const { oid } = pgTypeOf(type);
  expect(throughColumn(type, values, 0, style)?.toString()).toBe(normalText(oid, text, style));
  expect(throughColumn(type, values, 1, style)?.toString('hex')).toBe(
    Buffer.from(binaryFromText(oid, text, style)).toString('hex'),
  );
}

const RUNS = { numRuns: 1000 };

describe('the fast ways of a column', { timeout: 30_000 }, () => {
  it('write every BIGINT exactly', () => {
    const anyWidth = fc.tuple(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.integer({ min: 0, max: 63 }));
    fc.assert(
      fc.property(anyWidth, ([value, shift]) => {
        const shifted = value >> BigInt(shift);
        const values = BigInt64Array.of(shifted).buffer;
        expect(throughColumn(INT8, values, 0)?.toString()).toBe(String(shifted));
        checkAgainstText(INT8, values, String(shifted));
      }),
      RUNS,
    );
  });

  it('write every DOUBLE with the shortest digits', () => {
    const short = fc.tuple(fc.integer(), fc.integer({ min: 0, max: 8 })).map(([value, scale]) => value / 10 ** scale);
    fc.assert(
      fc.property(fc.oneof(fc.double(), short), (value) => {
        const shown = throughColumn({ id: 'DOUBLE' }, Float64Array.of(value).buffer, 0)?.toString() ?? '';
        expect(Number(shown)).toBe(value);
        checkAgainstText({ id: 'DOUBLE' }, Float64Array.of(value).buffer, Object.is(value, -0) ? '-0' : String(value));
      }),
      RUNS,
    );
  });

  it('write every DECIMAL of 18 digits', () => {
    const unscaled = fc.tuple(fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n }), fc.integer({ min: 0, max: 17 }));
    fc.assert(
      fc.property(unscaled, fc.integer({ min: 0, max: 18 }), ([value, drop], scale) => {
        const number = value / 10n ** BigInt(drop);
        const digits = String(number < 0n ? -number : number).padStart(scale + 1, '0');
        const point = digits.length - scale;
        const plain = `${number < 0n ? '-' : ''}${digits.slice(0, point)}${scale === 0 ? '' : '.'}${digits.slice(point)}`;
        const type = { id: 'DECIMAL', width: 18, scale } as const;
        const values = BigInt64Array.of(number).buffer;
        expect(throughColumn(type, values, 0)?.toString()).toBe(plain);
        expect(throughColumn(type, values, 1)?.toString('hex')).toBe(
          Buffer.from(binaryFromText(OID.NUMERIC, plain)).toString('hex'),
        );
      }),
      RUNS,
    );
  });

  it('write every timestamp as the long way does', () => {
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Apia');
    const near = fc.bigInt({ min: -4_000_000_000_000_000n, max: 8_000_000_000_000_000n });
    const far = fc.bigInt({ min: -210_866_803_200_000_000n, max: 9_223_371_331_199_999_999n });
    fc.assert(
      fc.property(fc.oneof(near, far), zones, (micros, timeZone) => {
        const values = BigInt64Array.of(micros).buffer;
        const style = { ...DEFAULT_STYLE, timeZone };
        for (const id of ['TIMESTAMP', 'TIMESTAMPTZ'] as const) {
          const binary = throughColumn({ id }, values, 1);
          expect(binary?.readBigInt64BE()).toBe(micros - 946_684_800_000_000n);
          checkAgainstText({ id }, values, throughColumn({ id }, values, 0, style)?.toString() ?? '', style);
        }
      }),
      RUNS,
    );
  });

  it('write every date as the long way does', () => {
    fc.assert(
      fc.property(fc.integer({ min: -2_440_588, max: 2_145_031_948 }), (days) => {
        const values = Int32Array.of(days).buffer;
        expect(throughColumn({ id: 'DATE' }, values, 1)?.readInt32BE()).toBe(days - 10_957);
        checkAgainstText({ id: 'DATE' }, values, throughColumn({ id: 'DATE' }, values, 0)?.toString() ?? '');
      }),
      RUNS,
    );
  });
});
