/** Columns by hand, from plain values. */
import type { ColumnData } from '../../src/arrow/index.ts';

function validityOf(values: readonly unknown[]): ArrayBuffer | null {
  if (!values.includes(null)) return null;
  const bits = new Uint8Array((values.length + 7) >> 3);
  values.forEach((value, i) => {
    if (value !== null) bits[i >> 3] = (bits[i >> 3] ?? 0) | (1 << (i & 7));
  });
  return bits.buffer;
}

/** A VARCHAR, JSON or BLOB column. */
export function textColumn(values: readonly (string | Uint8Array | null)[]): ColumnData {
  const parts = values.map((value) => (value === null ? Buffer.alloc(0) : Buffer.from(value as string)));
  const offsets = new Int32Array(values.length + 1);
  parts.forEach((part, i) => {
    offsets[i + 1] = (offsets[i] ?? 0) + part.length;
  });
  const bytes = new Uint8Array(offsets[values.length] ?? 0);
  parts.forEach((part, i) => bytes.set(part, offsets[i]));
  return { layout: 'varlen', offsets: offsets.buffer, values: bytes.buffer, validity: validityOf(values) };
}

/** A BIGINT column. */
export function bigintColumn(values: readonly (number | bigint | null)[]): ColumnData {
  const cells = BigInt64Array.from(values, (value) => BigInt(value ?? 0));
  return { layout: 'fixed', byteWidth: 8, values: cells.buffer, validity: validityOf(values) };
}

/** A MAP(VARCHAR, VARCHAR) column. */
export function mapColumn(values: readonly (Readonly<Record<string, string>> | null)[]): ColumnData {
  const offsets = new Int32Array(values.length + 1);
  const entries = values.flatMap((value, i) => {
    const own = Object.entries(value ?? {});
    offsets[i + 1] = (offsets[i] ?? 0) + own.length;
    return own;
  });
  const children = [textColumn(entries.map(([key]) => key)), textColumn(entries.map(([, value]) => value))];
  const child: ColumnData = { layout: 'struct', children, validity: null };
  return { layout: 'list', offsets: offsets.buffer, child, childCount: entries.length, validity: validityOf(values) };
}
