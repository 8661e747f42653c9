/** What writes the values of a column: made once a column of a batch, then called once a value. */

import type { ColumnData, FixedData, VarlenData } from '../../../arrow/index.ts';
import { RedQueryError } from '../../../errors.ts';
import type { ByteSink } from '../byte-sink.ts';

/** Writes the value of one row, which holds one, without its length. */
export type CellWriter = (sink: ByteSink, row: number) => void;

/** Binds a way of writing to a column's buffers. @throws {RedQueryError} RQ_INTERNAL when the layout is not the type's. */
export type ColumnWriter = (column: ColumnData) => CellWriter;

/** Where a value goes: the described type. */
export interface Target {
  readonly oid: number;
  readonly modifier: number;
}

export function fixedOf(column: ColumnData): FixedData {
  if (column.layout !== 'fixed') throw layoutError(column, 'fixed');
  return column;
}

export function varlenOf(column: ColumnData): VarlenData {
  if (column.layout !== 'varlen') throw layoutError(column, 'varlen');
  return column;
}

export function layoutError(column: ColumnData, expected: string): RedQueryError {
  return new RedQueryError('RQ_INTERNAL', `a column of layout ${column.layout} stands where its type needs layout ${expected}`);
}

/** Reads integers of 1, 2 or 4 bytes. */
export function smallIntegers(column: FixedData, isSigned: boolean): (row: number) => number {
  const { values, byteWidth } = column;
  if (byteWidth === 1) {
    const bytes = isSigned ? new Int8Array(values) : new Uint8Array(values);
    return (row) => bytes[row] ?? 0;
  }
  if (byteWidth === 2) {
    const words = isSigned ? new Int16Array(values) : new Uint16Array(values);
    return (row) => words[row] ?? 0;
  }
  const words = isSigned ? new Int32Array(values) : new Uint32Array(values);
  return (row) => words[row] ?? 0;
}

/** Reads integers of 8 or 16 bytes, exact. */
export function wideIntegers(column: FixedData, isSigned: boolean): (row: number) => bigint {
  const low = new BigUint64Array(column.values);
  if (column.byteWidth === 16) {
    const high = isSigned ? new BigInt64Array(column.values) : low;
    return (row) => ((high[2 * row + 1] ?? 0n) << 64n) | (low[2 * row] ?? 0n);
  }
  const values = isSigned ? new BigInt64Array(column.values) : low;
  return (row) => values[row] ?? 0n;
}

/** High words of a 64-bit integer between which it is an exact number. */
export const SAFE_HIGH = 0x20_0000;
export const WORD = 4_294_967_296;
