/**
 * Rows of batches as DataRow messages (protocol 54.7): 'D', int32 length, int16 count of columns, then for each column int32
 * byte count (-1: NULL) and the value. Bench: bench/micro/encode-pg-rows.ts.
 */
import type { Batch } from '../../arrow/index.ts';
import { RedQueryError } from '../../errors.ts';
import type { SqlField } from '../../types/index.ts';
import { PgError } from '../pg-error.ts';
import type { Format, PgColumn } from '../words.ts';
import { ByteSink } from './byte-sink.ts';
import type { CellWriter, ColumnWriter } from './columns/cell-writer.ts';
import { columnWriter } from './columns/column-writer.ts';
import type { TextStyle } from './text-style.ts';

/** Encodes rows [fromRow, toRow) of a batch; the bytes are the caller's. */
export type BatchEncoder = (batch: Batch, fromRow: number, toRow: number) => Uint8Array;

/** One column of a batch, ready to write. Validity bits null: no NULL in it; writer null: nothing but NULL. */
export interface BoundColumn {
  readonly write: CellWriter | null;
  readonly validity: Uint8Array | null;
}

/** Gives the format of column `index`: none sent: text; one: for all. */
export function formatOf(formats: readonly Format[], index: number): Format {
  return formats.length === 1 ? (formats[0] ?? 0) : (formats[index] ?? 0);
}

/** Makes what binds a batch to writers of its columns; the last batch is remembered, as it is read in slices. */
export function columnBinder(
  fields: readonly SqlField[],
  columns: readonly PgColumn[],
  formats: readonly Format[],
  style: TextStyle,
): (batch: Batch) => readonly BoundColumn[] {
  if (fields.length !== columns.length) {
    // A table has got other columns since the statement was described; PostgreSQL's words, by which drivers prepare it anew.
    throw new PgError('0A000', 'cached plan must not change result type', {
      detail: `The statement was described with ${columns.length} columns but gives ${fields.length}.`,
    });
  }
  const writers: (ColumnWriter | null)[] = fields.map(({ type }, i) => {
    const { typeOid = 0, typeModifier = -1 } = columns[i] ?? {};
    return columnWriter(type, { oid: typeOid, modifier: typeModifier }, formatOf(formats, i), style);
  });
  let last: Batch | null = null;
  let bound: readonly BoundColumn[] = [];
  return (batch) => {
    if (batch !== last) {
      bound = writers.map((writer, i) => {
        const column = batch.columns[i];
        if (column === undefined) throw new RedQueryError('RQ_INTERNAL', `the batch has no column ${i}`);
        return { write: writer?.(column) ?? null, validity: column.validity === null ? null : new Uint8Array(column.validity) };
      });
      last = batch;
    }
    return bound;
  };
}

const FIRST_BYTES_A_ROW = 64;
const DATA_ROW = 0x44;

/**
 * Makes the encoder of a result. `fields`: what the engine gives; `columns`: what the client was told; a value goes out as the
 * type that was told. `formats` as Bind has them: none, one for all, or one a column.
 * @throws {PgError} 0A000 where the two do not have as many columns; from the encoder 22003, 22P02, 42846, 2202E for values
 * that cannot be what was told.
 */
export function rowEncoder(
  fields: readonly SqlField[],
  columns: readonly PgColumn[],
  formats: readonly Format[],
  style: TextStyle,
): BatchEncoder {
  const bind = columnBinder(fields, columns, formats, style);
  let bytesARow = FIRST_BYTES_A_ROW;
  return (batch, fromRow, toRow) => {
    const bound = bind(batch);
    const rowCount = Math.max(toRow - fromRow, 0);
    const sink = new ByteSink(Math.ceil(rowCount * bytesARow * 1.05) + 64);
    for (let row = fromRow; row < toRow; row++) writeRow(sink, bound, row);
    if (rowCount > 0) bytesARow = sink.at / rowCount;
    return sink.take();
  };
}

function writeRow(sink: ByteSink, bound: readonly BoundColumn[], row: number): void {
  sink.need(7);
  const start = sink.at;
  sink.bytes[start] = DATA_ROW;
  sink.at = start + 5;
  sink.int16(bound.length);
  writeValues(sink, bound, row);
  sink.patchInt32(start + 1, sink.at - start - 1);
}

/** Writes the values of a row, each behind its length. */
export function writeValues(sink: ByteSink, bound: readonly BoundColumn[], row: number): void {
  for (const { write, validity } of bound) {
    const lengthAt = sink.at;
    if (write === null || (validity !== null && (((validity[row >> 3] ?? 0) >> (row & 7)) & 1) === 0)) {
      sink.int32(-1);
      continue;
    }
    sink.need(4);
    sink.at = lengthAt + 4;
    write(sink, row);
    sink.patchInt32(lengthAt, sink.at - lengthAt - 4);
  }
}
