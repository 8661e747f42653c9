/** Columns and batches made by hand, for tests of what reads them. NULL stands where a value is null. */
import type { Batch, ColumnData } from '../../src/arrow/index.ts';
import type { SqlField, SqlType } from '../../src/types/index.ts';

type Integers = readonly (number | bigint | null)[];

/** Validity bits of values; null where none is missing. */
export function validityOf(values: readonly unknown[]): ArrayBuffer | null {
  if (!values.includes(null)) return null;
  const bits = new Uint8Array((values.length + 7) >> 3);
  values.forEach((value, i) => {
    if (value !== null) bits[i >> 3] = (bits[i >> 3] ?? 0) | (1 << (i & 7));
  });
  return bits.buffer;
}

/** Little-endian integers of 1 to 16 bytes, two's complement. */
export function integers(byteWidth: 1 | 2 | 4 | 8 | 16, values: Integers): ColumnData {
  const bytes = new Uint8Array(values.length * byteWidth);
  values.forEach((value, i) => {
    let rest = BigInt.asUintN(byteWidth * 8, BigInt(value ?? 0));
    for (let b = 0; b < byteWidth; b++, rest >>= 8n) bytes[i * byteWidth + b] = Number(rest & 0xffn);
  });
  return { layout: 'fixed', byteWidth, values: bytes.buffer, validity: validityOf(values) };
}

export function booleans(values: readonly (boolean | null)[]): ColumnData {
  return integers(
    1,
    values.map((value) => (value === null ? null : Number(value))),
  );
}

export function floats(values: readonly (number | null)[]): ColumnData {
  const data = Float32Array.from(values, (value) => value ?? 0);
  return { layout: 'fixed', byteWidth: 4, values: data.buffer, validity: validityOf(values) };
}

export function doubles(values: readonly (number | null)[]): ColumnData {
  const data = Float64Array.from(values, (value) => value ?? 0);
  return { layout: 'fixed', byteWidth: 8, values: data.buffer, validity: validityOf(values) };
}

/** Text or bytes. `leadBytes` stand before the first value, so that offsets do not begin at 0. */
export function varlen(values: readonly (string | Uint8Array | null)[], leadBytes = 0): ColumnData {
  const chunks = values.map((value) =>
    value === null ? new Uint8Array(0) : typeof value === 'string' ? new TextEncoder().encode(value) : value,
  );
  const offsets = new Int32Array(values.length + 1);
  offsets[0] = leadBytes;
  chunks.forEach((chunk, i) => {
    offsets[i + 1] = (offsets[i] ?? 0) + chunk.length;
  });
  const bytes = new Uint8Array(leadBytes + chunks.reduce((sum, chunk) => sum + chunk.length, 0)).fill(0x3f, 0, leadBytes);
  chunks.forEach((chunk, i) => {
    bytes.set(chunk, offsets[i]);
  });
  return { layout: 'varlen', offsets: offsets.buffer, values: bytes.buffer, validity: validityOf(values) };
}

/** INTERVALs as [months, days, µs]. */
export function intervals(values: readonly (readonly [number, number, bigint] | null)[]): ColumnData {
  const buffer = new ArrayBuffer(values.length * 16);
  const view = new DataView(buffer);
  values.forEach((value, i) => {
    const [months, days, micros] = value ?? [0, 0, 0n];
    view.setInt32(i * 16, months, true);
    view.setInt32(i * 16 + 4, days, true);
    view.setBigInt64(i * 16 + 8, micros, true);
  });
  return { layout: 'fixed', byteWidth: 16, values: buffer, validity: validityOf(values) };
}

/** A LIST (or MAP) whose value i takes `lengths[i]` rows of `child`; null is a NULL without rows. */
export function lists(lengths: readonly (number | null)[], child: ColumnData): ColumnData {
  const offsets = new Int32Array(lengths.length + 1);
  lengths.forEach((length, i) => {
    offsets[i + 1] = (offsets[i] ?? 0) + (length ?? 0);
  });
  return {
    layout: 'list',
    offsets: offsets.buffer,
    child,
    childCount: offsets[lengths.length] ?? 0,
    validity: validityOf(lengths),
  };
}

/** ARRAYs of `length` elements; `present[i]` null makes row i NULL. */
export function arrays(length: number, present: readonly unknown[], child: ColumnData): ColumnData {
  return { layout: 'array', length, child, validity: validityOf(present) };
}

/** STRUCTs, or UNIONs with the tags as first child; `present[i]` null makes row i NULL. */
export function structs(present: readonly unknown[], ...children: ColumnData[]): ColumnData {
  return { layout: 'struct', children, validity: validityOf(present) };
}

/** Makes a schema and a batch of columns by name. */
export function table(
  rowCount: number,
  columns: readonly (readonly [string, SqlType, ColumnData])[],
): { schema: SqlField[]; batch: Batch } {
  return {
    schema: columns.map(([name, type]) => ({ name, type })),
    batch: { rowCount, columns: columns.map(([, , column]) => column) },
  };
}
