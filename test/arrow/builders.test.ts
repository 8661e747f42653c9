import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appendRun } from '../../src/arrow/builders.ts';
import {
  type ColumnBuilder,
  type ColumnData,
  createBuilder,
  Int64Builder,
  MapBuilder,
  textReader,
} from '../../src/arrow/index.ts';
import { parseColumnType, type SqlType } from '../../src/types/index.ts';

const MAP: SqlType = { id: 'MAP', key: { id: 'VARCHAR' }, value: { id: 'VARCHAR' } };

function append(builder: ColumnBuilder, value: string | Buffer | null, isKnownUtf8 = false): boolean {
  if (value === null) {
    builder.appendNull();
    return true;
  }
  const bytes = Buffer.from(value);
  return builder.append(bytes, 0, bytes.length, isKnownUtf8);
}

function textsOf(type: SqlType, column: ColumnData, rowCount: number): (string | null)[] {
  const read = textReader(type, column);
  return Array.from({ length: rowCount }, (_, row) => read(row));
}

describe('createBuilder', () => {
  it.each(['BIGINT', 'VARCHAR', 'BOOLEAN', 'DECIMAL(38,0)', 'SMALLINT', 'BLOB', 'JSON'])(
    'gives an empty column of %s',
    (typeText) => {
      const builder = createBuilder(parseColumnType(typeText));
      expect(builder.rowCount).toBe(0);
      const column = builder.finish();
      expect(column.validity).toBeNull();
      expect(column).toMatchObject({ values: { byteLength: 0 } });
    },
  );

  it('gives an empty varlen column its one offset', () => {
    expect(createBuilder({ id: 'VARCHAR' }).finish()).toMatchObject({ offsets: new Int32Array([0]).buffer });
  });

  it('has no builder for types that no value is read as', () => {
    for (const type of [MAP, { id: 'INTERVAL' }, { id: 'BIT' }] as const) {
      expect(() => createBuilder(type)).toThrow(expect.objectContaining({ code: 'RQ_INTERNAL' }));
    }
  });

  it.each<[string, readonly (string | null)[]]>([
    ['BIGINT', ['1', null, '-3', '9223372036854775807', null]],
    ['BOOLEAN', [null, 'true', 'false']],
    ['DECIMAL(38,0)', ['1', null, '99999999999999999999999999999999999999']],
    ['UUID', [null, 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6']],
    ['VARCHAR', ['a', null, '', 'x'.repeat(100), 'é']],
    ['JSON', ['{"a":1}', null, '[]']],
  ])('builds rows and NULLs of %s', (typeText, values) => {
    const type = parseColumnType(typeText);
    const builder = createBuilder(type);
    for (const value of values) expect(append(builder, value)).toBe(true);
    expect(builder.rowCount).toBe(values.length);
    expect(textsOf(type, builder.finish(), values.length)).toEqual(values);
  });

  it.each(['BIGINT', 'VARCHAR', 'JSON', 'UUID'])('appends nothing of %s when a value does not parse', (typeText) => {
    const type = parseColumnType(typeText);
    const good = { BIGINT: '1', VARCHAR: 'a', JSON: '1', UUID: '00000000-0000-0000-0000-000000000000' }[typeText] ?? '';
    const builder = createBuilder(type);
    append(builder, good);
    const { byteLength } = builder;
    expect(append(builder, Buffer.from([0x22, 0xff, 0x22]))).toBe(false);
    expect(append(builder, Buffer.from(`${'9'.repeat(5000)}\xff`, 'latin1'))).toBe(false);
    expect(builder).toMatchObject({ rowCount: 1, byteLength });
    append(builder, good);
    expect(textsOf(type, builder.finish(), 2)).toEqual([good, good]);
  });
});

describe('finish', () => {
  it('hands over trimmed buffers that can be transferred, and starts anew', () => {
    const builder = createBuilder({ id: 'VARCHAR' });
    for (const value of ['ab', null, 'c']) append(builder, value);
    const column = builder.finish();
    if (column.layout !== 'varlen' || column.validity === null) throw new Error('a varlen column with a bitmap is expected');
    expect([column.values.byteLength, column.offsets.byteLength, column.validity.byteLength]).toEqual([3, 16, 1]);
    expect((new Uint8Array(column.validity)[0] ?? 0) & 0b111).toBe(0b101);
    const moved = structuredClone(column, { transfer: [column.values, column.offsets, column.validity] });
    expect(column.values.detached).toBe(true);
    expect(textsOf({ id: 'VARCHAR' }, moved, 3)).toEqual(['ab', null, 'c']);

    expect(builder.rowCount).toBe(0);
    append(builder, 'next');
    const next = builder.finish();
    expect(next.validity).toBeNull();
    expect(textsOf({ id: 'VARCHAR' }, next, 1)).toEqual(['next']);
  });

  it('gives each column a validity bitmap of its own rows', () => {
    const builder = createBuilder({ id: 'BIGINT' });
    append(builder, null);
    for (let row = 1; row < 1000; row += 1) append(builder, String(row));
    const first = builder.finish();
    expect(first.validity?.byteLength).toBe(125);
    expect(textsOf({ id: 'BIGINT' }, first, 1000)).toEqual([null, ...Array.from({ length: 999 }, (_, row) => String(row + 1))]);
    append(builder, '1');
    expect(builder.finish().validity).toBeNull();
  });

  it('zeroes the slot of a NULL, whatever was there before', () => {
    const builder = createBuilder({ id: 'BIGINT' });
    append(builder, '-1');
    builder.truncate(0);
    append(builder, null);
    const column = builder.finish();
    expect(column.layout === 'fixed' && [...new BigInt64Array(column.values)]).toEqual([0n]);
  });
});

describe('truncate', () => {
  const types = ['BIGINT', 'VARCHAR', 'BOOLEAN'].map(parseColumnType);
  const valueOf = (type: SqlType) =>
    type.id === 'BOOLEAN' ? fc.constantFrom('true', 'false', null) : fc.option(fc.integer().map(String), { nil: null });
  const steps = fc.constantFrom(...types).chain((type) =>
    fc.record({
      type: fc.constant(type),
      steps: fc.array(fc.oneof({ weight: 9, arbitrary: valueOf(type) }, { weight: 1, arbitrary: fc.nat(400) }), {
        maxLength: 600,
        size: 'max',
      }),
    }),
  );

  it('leaves what a list would have left, over any appends, NULLs and truncations', () => {
    fc.assert(
      fc.property(steps, ({ type, steps: actions }) => {
        const builder = createBuilder(type);
        const rows: (string | null)[] = [];
        for (const action of actions) {
          if (typeof action === 'number') {
            builder.truncate(action);
            rows.length = Math.min(rows.length, action);
          } else {
            append(builder, action);
            rows.push(action);
          }
        }
        const column = builder.finish();
        expect(textsOf(type, column, rows.length)).toEqual(rows);
        expect(column.validity === null).toBe(!rows.includes(null));
      }),
      { numRuns: 100 },
    );
  });
});

describe('text columns hold valid UTF-8 only', () => {
  it.each([
    ['the first value', 0],
    ['a middle value', 1],
    ['the last value', 2],
  ])('refuses bad bytes in %s', (_, badRow) => {
    const builder = createBuilder({ id: 'VARCHAR' });
    const read = [0, 1, 2].map((row) => append(builder, row === badRow ? Buffer.from([0x61, 0xff]) : 'ok'));
    expect(read).toEqual([0, 1, 2].map((row) => row !== badRow));
    expect(textsOf({ id: 'VARCHAR' }, builder.finish(), 2)).toEqual(['ok', 'ok']);
  });

  it.each([1, 2])('refuses both halves of a character cut after byte %i, though the whole is valid', (cut) => {
    for (const isKnownUtf8 of [false, true]) {
      for (const padding of ['', 'x'.repeat(100)]) {
        const bytes = Buffer.from(`${padding}€${padding}`);
        const at = padding.length + cut;
        const builder = createBuilder({ id: 'VARCHAR' });
        expect(builder.append(bytes, 0, at, isKnownUtf8)).toBe(false);
        expect(builder.append(bytes, at, bytes.length, isKnownUtf8)).toBe(false);
        expect(builder.rowCount).toBe(0);
      }
    }
  });

  it('refuses bad bytes at every place of a short and a long value', () => {
    for (const length of [1, 31, 32, 33, 34, 200]) {
      for (let place = 0; place < length; place += 1) {
        const value = Buffer.alloc(length, 'a');
        value[place] = 0xff;
        expect(append(createBuilder({ id: 'VARCHAR' }), value)).toBe(false);
        expect(append(createBuilder({ id: 'BLOB' }), value)).toBe(true);
      }
    }
  });

  it('accepts a value exactly when it is valid UTF-8', () => {
    const pieces = ['a', 'é', '€', '🙂', 'x'.repeat(31)].map((text) => Buffer.from(text));
    const cuts = pieces.slice(1, 4).flatMap((piece) => [piece.subarray(0, -1), piece.subarray(1)]);
    const bytes = fc.array(fc.constantFrom(...pieces, ...cuts), { maxLength: 4 }).map((parts) => Buffer.concat(parts));
    fc.assert(
      fc.property(bytes, (value) => {
        expect(append(createBuilder({ id: 'VARCHAR' }), Buffer.from(value))).toBe(isUtf8(value));
      }),
      { numRuns: 300 },
    );
  });
});

describe('byteLength', () => {
  it('counts values, offsets and the bitmap', () => {
    const text = createBuilder({ id: 'VARCHAR' });
    append(text, 'abc');
    expect(text.byteLength).toBe(3 + 8);
    const number = createBuilder({ id: 'SMALLINT' });
    append(number, '1');
    expect(number.byteLength).toBe(2);
    append(number, null);
    expect(number.byteLength).toBeGreaterThan(4);
  });

  it('grows to values far above the first room', () => {
    const builder = createBuilder({ id: 'VARCHAR' });
    const large = 'é'.repeat(3_000_000);
    append(builder, 'a');
    append(builder, large);
    append(builder, 'b');
    expect(textsOf({ id: 'VARCHAR' }, builder.finish(), 3)).toEqual(['a', large, 'b']);
  });
});

describe('Int64Builder', () => {
  it('takes numbers beside texts', () => {
    const builder = new Int64Builder();
    for (const value of [-1, 0, 4_294_967_296, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]) builder.appendNumber(value);
    builder.appendNull();
    append(builder, '7');
    expect(textsOf({ id: 'BIGINT' }, builder.finish(), 7)).toEqual([
      '-1',
      '0',
      '4294967296',
      '-9007199254740991',
      '9007199254740991',
      null,
      '7',
    ]);
  });

  it('grows with numbers', () => {
    const builder = new Int64Builder();
    for (let value = 0; value < 1000; value += 1) builder.appendNumber(value);
    expect(textsOf({ id: 'BIGINT' }, builder.finish(), 1000).at(-1)).toBe('999');
  });
});

describe('MapBuilder', () => {
  /** The bytes of one entry are key, then value. */
  function appendEntry(builder: MapBuilder, key: string | Buffer, value: string | Buffer): boolean {
    const keyBytes = Buffer.from(key);
    const bytes = Buffer.concat([keyBytes, Buffer.from('|'), Buffer.from(value)]);
    return builder.appendEntry(bytes, 0, keyBytes.length, keyBytes.length + 1, bytes.length, false);
  }

  it('builds rows of entries, empty rows and NULLs', () => {
    const builder = new MapBuilder();
    appendEntry(builder, 'a', '1');
    appendEntry(builder, 'b', '');
    builder.endRow();
    builder.endRow();
    builder.appendNull();
    appendEntry(builder, 'c', 'é');
    builder.appendNullEntry(Buffer.from('d'), 0, 1, true);
    builder.endRow();
    expect(builder.rowCount).toBe(4);
    const column = builder.finish();
    expect(column).toMatchObject({
      childCount: 4,
      child: { layout: 'struct', children: [{ layout: 'varlen' }, { layout: 'varlen' }] },
    });
    expect(textsOf(MAP, column, 4)).toEqual(["{a=1, b=''}", '{}', null, '{c=é, d=NULL}']);
    expect(builder.finish()).toMatchObject({ childCount: 0, validity: null });
  });

  it('shows keys that are no UTF-8, and refuses such values', () => {
    const builder = new MapBuilder();
    expect(appendEntry(builder, Buffer.from([0x6b, 0xff]), 'v')).toBe(true);
    expect(appendEntry(builder, 'w', Buffer.from([0xff]))).toBe(false);
    builder.endRow();
    expect(textsOf(MAP, builder.finish(), 1)).toEqual(['{k\\xff=v}']);
  });

  it('drops the open row and rows from the end', () => {
    const builder = new MapBuilder();
    for (const key of ['a', 'b', 'c']) {
      appendEntry(builder, key, '1');
      builder.endRow();
    }
    appendEntry(builder, 'open', '1');
    builder.truncate(3);
    builder.endRow();
    builder.truncate(2);
    appendEntry(builder, 'z', '2');
    builder.endRow();
    appendEntry(builder, 'open', '1');
    builder.appendNull();
    appendEntry(builder, 'never ended', '1');
    expect(textsOf(MAP, builder.finish(), 4)).toEqual(['{a=1}', '{b=1}', '{z=2}', null]);
  });

  it('grows over many rows', () => {
    const builder = new MapBuilder();
    for (let row = 0; row < 1000; row += 1) {
      appendEntry(builder, 'k', String(row));
      builder.endRow();
    }
    expect(textsOf(MAP, builder.finish(), 1000).at(-1)).toBe('{k=999}');
  });
});

describe('appendRun', () => {
  const value = fc.oneof(
    fc.constantFrom('', '7', '-12', 'x'.repeat(100), 'é', '日本'),
    fc.integer().map(String),
    fc.constant(null),
    fc.uint8Array({ maxLength: 3 }).map((bytes) => Buffer.from(bytes)),
  );
  const stepped = fc.record({
    values: fc.array(value, { maxLength: 40 }),
    step: fc.constantFrom(-1, 0, 1, 2),
    isKnown: fc.boolean(),
  });

  it.each(['VARCHAR', 'BLOB', 'BIGINT', 'JSON', 'BOOLEAN'])('builds of %s what append builds value by value', (typeText) => {
    const type = parseColumnType(typeText);
    fc.assert(
      fc.property(fc.array(stepped, { maxLength: 6 }), (runs) => {
        const together = createBuilder(type);
        const one = createBuilder(type);
        for (const { values, step, isKnown } of runs) {
          const { run, texts } = layOut(values, step, isKnown);
          const isGood = texts.every((text) => append(one, text, run.isUtf8));
          expect(appendRun(together, run, 0, texts.length)).toBe(isGood);
          if (!isGood) together.truncate(one.rowCount);
        }
        const rowCount = one.rowCount;
        expect(together.rowCount).toBe(rowCount);
        expect(textsOf(type, together.finish(), rowCount)).toEqual(textsOf(type, one.finish(), rowCount));
      }),
    );
  });

  it('goes on within a run', () => {
    const builder = createBuilder({ id: 'VARCHAR' });
    const { run } = layOut(['a', 'b', 'c', 'd'], 1, true);
    expect(appendRun(builder, run, 2, 2) && appendRun(builder, run, 0, 1)).toBe(true);
    expect(textsOf({ id: 'VARCHAR' }, builder.finish(), 3)).toEqual(['c', 'd', 'a']);
  });

  /** Lays values out as a reply does, each between CR LF; `texts`: those that a run of this step has. */
  function layOut(values: readonly (string | Buffer | null)[], step: number, isKnown: boolean) {
    const parts = values.map((one) => Buffer.from(one ?? ''));
    const bytes = Buffer.concat([Buffer.from('head'), ...parts.flatMap((part) => [part, Buffer.from('\r\n')])]);
    const starts = new Int32Array(values.length);
    const ends = new Int32Array(values.length);
    let at = 0;
    for (const [i, part] of parts.entries()) {
      starts[i] = values[i] === null ? -1 : at;
      ends[i] = at + part.length;
      at += part.length + 2;
    }
    const first = step < 0 ? Math.max(0, values.length - 1) : 0;
    const count = step === 2 ? Math.ceil(values.length / 2) : values.length;
    const texts = Array.from({ length: count }, (_, i) => values[first + i * step] ?? null);
    return { run: { bytes, base: 4, starts, ends, first, step, isUtf8: isKnown && isUtf8(bytes) }, texts };
  }
});
