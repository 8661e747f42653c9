/** Columns of a kept result as numbers and labels, read from its batches. */
import { textReader, valueReader } from '../../arrow/index.ts';
import type { SqlType } from '../../types/index.ts';
import type { LastResult } from '../words.ts';
import { numericKindOf } from './columns.ts';

/** Gives the text of the first `most` values of a column; null for NULL. */
export function textsOf(result: LastResult, column: number, most: number): readonly (string | null)[] {
  const texts: (string | null)[] = [];
  for (const batch of result.batches) {
    const read = readerOf(result, column, batch.columns[column], textReader);
    for (let row = 0; row < batch.rowCount && texts.length < most; row++) texts.push(read(row));
  }
  return texts;
}

/** Gives a column of numbers or times as numbers (scale.ts, AxisKind): NaN for NULL and what is not finite. */
export function numbersOf(result: LastResult, column: number): Float64Array {
  const numbers = new Float64Array(result.rowCount);
  const type = result.schema[column]?.type;
  const toNumber = type === undefined || numericKindOf(type) === 'number' ? Number : millisFrom;
  let at = 0;
  for (const batch of result.batches) {
    const read = readerOf(result, column, batch.columns[column], (one, data) => valueReader(one, data, { integers: 'bigint' }));
    for (let row = 0; row < batch.rowCount; row++) {
      const value = read(row);
      const number = value === null ? Number.NaN : toNumber(value);
      numbers[at++] = Number.isFinite(number) ? number : Number.NaN;
    }
  }
  return numbers;
}

function readerOf<Column, Value>(
  result: LastResult,
  column: number,
  data: Column | undefined,
  make: (type: SqlType, data: Column) => (row: number) => Value,
): (row: number) => Value | null {
  const type = result.schema[column]?.type;
  return type === undefined || data === undefined ? () => null : make(type, data);
}

/** Milliseconds of `2026-11-21`, `2026-11-21 10:20:30.5`, `… +00`, `10:20:30`; NaN for infinities. */
function millisFrom(value: unknown): number {
  const text = String(value);
  if (/^\d\d:/.test(text)) return Date.parse(`1970-01-01T${text.slice(0, 12)}Z`);
  const [date = '', time = '00:00:00'] = text.replace(/[+]00(:00)?$/, '').split(' ');
  return Date.parse(`${date}T${time.slice(0, 12)}Z`);
}
