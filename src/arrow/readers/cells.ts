/**
 * Single values out of a column's buffers, still in their physical form (number, bigint, bytes, text). It looks at
 * layouts and widths only; what a value means is for scalar-text.ts, values.ts and json.ts. Bench: bench/micro/read-rows.ts.
 */
import { isAscii } from 'node:buffer';
import { RedQueryError } from '../../errors.ts';
import type { ArrayData, ColumnData, FixedData, ListData, StructData, VarlenData } from '../column-data.ts';

/** Gives the value of one row; rows count from 0 within the column. */
export type Reader<T> = (row: number) => T;

function layoutError(column: ColumnData, expected: string): RedQueryError {
  return new RedQueryError('RQ_INTERNAL', `a column of layout ${column.layout} stands where its type needs layout ${expected}`);
}

/** @throws {RedQueryError} RQ_INTERNAL when the column has another layout. */
export function fixedOf(column: ColumnData): FixedData {
  if (column.layout !== 'fixed') throw layoutError(column, 'fixed');
  return column;
}

/** @throws {RedQueryError} RQ_INTERNAL when the column has another layout. */
export function varlenOf(column: ColumnData): VarlenData {
  if (column.layout !== 'varlen') throw layoutError(column, 'varlen');
  return column;
}

/** @throws {RedQueryError} RQ_INTERNAL when the column has another layout. */
export function structOf(column: ColumnData): StructData {
  if (column.layout !== 'struct') throw layoutError(column, 'struct');
  return column;
}

/** @throws {RedQueryError} RQ_INTERNAL when the column has another layout. */
export function sequenceOf(column: ColumnData): ListData | ArrayData {
  if (column.layout !== 'list' && column.layout !== 'array') throw layoutError(column, 'list');
  return column;
}

/** Tells of a row whether it holds a value; undefined where every row does. */
export function validityReader(column: ColumnData): Reader<boolean> | undefined {
  if (column.validity === null) return undefined;
  const bits = new Uint8Array(column.validity);
  return (row) => (((bits[row >> 3] ?? 0) >> (row & 7)) & 1) === 1;
}

/** Gives null for rows without a value and asks `read` for all others. */
export function nullable<T>(column: ColumnData, read: Reader<T>): Reader<T | null> {
  if (column.validity === null) return read;
  const bits = new Uint8Array(column.validity);
  return (row) => ((((bits[row >> 3] ?? 0) >> (row & 7)) & 1) === 1 ? read(row) : null);
}

/** Reads integers of 1, 2 or 4 bytes. */
export function integerReader(column: FixedData, isSigned: boolean): Reader<number> {
  const buffer = column.values;
  switch (column.byteWidth) {
    case 1:
      return at(isSigned ? new Int8Array(buffer) : new Uint8Array(buffer));
    case 2:
      return at(isSigned ? new Int16Array(buffer) : new Uint16Array(buffer));
    case 4:
      return at(isSigned ? new Int32Array(buffer) : new Uint32Array(buffer));
    default:
      throw new RedQueryError('RQ_INTERNAL', `an integer of ${column.byteWidth} bytes is no number; valid are 1, 2 and 4`);
  }
}

function at(values: Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array): Reader<number> {
  return (row) => values[row] ?? 0;
}

/** Reads FLOAT (4 bytes) or DOUBLE (8 bytes). */
export function floatReader(column: FixedData): Reader<number> {
  if (column.byteWidth === 4) {
    const floats = new Float32Array(column.values);
    return (row) => floats[row] ?? 0;
  }
  const doubles = new Float64Array(column.values);
  return (row) => doubles[row] ?? 0;
}

/** Reads integers of any width as bigint; 16 bytes are two little-endian words, low word first. */
export function bigintReader(column: FixedData, isSigned: boolean): Reader<bigint> {
  if (column.byteWidth < 8) {
    const read = integerReader(column, isSigned);
    return (row) => BigInt(read(row));
  }
  if (column.byteWidth === 8) {
    const values = isSigned ? new BigInt64Array(column.values) : new BigUint64Array(column.values);
    return (row) => values[row] ?? 0n;
  }
  const low = new BigUint64Array(column.values);
  const high = isSigned ? new BigInt64Array(column.values) : low;
  return (row) => ((high[2 * row + 1] ?? 0n) << 64n) | (low[2 * row] ?? 0n);
}

/** Reads the bytes of a value, as a view that shares the column's buffer. */
export function bytesReader(column: VarlenData): Reader<Uint8Array> {
  const offsets = new Int32Array(column.offsets);
  const bytes = new Uint8Array(column.values);
  return (row) => bytes.subarray(offsets[row] ?? 0, offsets[row + 1] ?? 0);
}

/** Most bytes of a column that are decoded in one piece; a kept substring keeps that piece alive. */
const PIECE_BYTES = 1 << 20;
/** Values longer than this on average are decoded one by one. */
const PIECE_BYTES_A_VALUE = 64;

/** Reads text. Short ASCII values are cut from one string decoded for the whole column: a native call a column, not a value. */
export function stringReader(column: VarlenData): Reader<string> {
  const offsets = new Int32Array(column.offsets);
  const bytes = Buffer.from(column.values);
  const start = offsets[0] ?? 0;
  const end = offsets[offsets.length - 1] ?? 0;
  const one: Reader<string> = (row) => bytes.toString('utf8', offsets[row] ?? 0, offsets[row + 1] ?? 0);
  if (end - start > Math.min(PIECE_BYTES, offsets.length * PIECE_BYTES_A_VALUE) || !isAscii(bytes.subarray(start, end)))
    return one;
  const piece = bytes.toString('latin1', start, end);
  return (row) => piece.slice((offsets[row] ?? 0) - start, (offsets[row + 1] ?? 0) - start);
}

/** Gives first and last child row (exclusive) of a LIST, MAP or ARRAY value. */
export function childRange(column: ListData | ArrayData): { first: Reader<number>; end: Reader<number> } {
  if (column.layout === 'array') {
    const { length } = column;
    return { first: (row) => row * length, end: (row) => (row + 1) * length };
  }
  const offsets = new Int32Array(column.offsets);
  return { first: (row) => offsets[row] ?? 0, end: (row) => offsets[row + 1] ?? 0 };
}

/** One INTERVAL. */
export interface Interval {
  readonly months: number;
  readonly days: number;
  readonly micros: bigint;
}

/** Reads INTERVALs, 16 bytes: i32 months, i32 days, i64 µs. */
export function intervalReader(column: FixedData): Reader<Interval> {
  const parts = new Int32Array(column.values);
  const micros = new BigInt64Array(column.values);
  return (row) => ({ months: parts[4 * row] ?? 0, days: parts[4 * row + 1] ?? 0, micros: micros[2 * row + 1] ?? 0n });
}
