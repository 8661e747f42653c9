/** Rows that the server has as text (answers of its own, SHOW) as DataRow messages, text or binary. */
import type { Format, PgColumn } from '../words.ts';
import { ByteSink } from './byte-sink.ts';
import { writeBinaryFromText } from './codec-table.ts';
import { formatOf } from './row-encoder.ts';
import type { TextStyle } from './text-style.ts';

const DATA_ROW = 0x44;

/**
 * Makes the encoder of rows whose values are their types' text; null is NULL. Text goes out as it is.
 * @throws {PgError} from the encoder, for binary only: 22P02 and its kin, 42883 for a type without a binary form here.
 */
export function textRowEncoder(
  columns: readonly PgColumn[],
  formats: readonly Format[],
  style: TextStyle,
): (rows: readonly (readonly (string | null)[])[]) => Uint8Array {
  return (rows) => {
    const sink = new ByteSink(256);
    for (const row of rows) {
      const start = sink.at;
      sink.byte(DATA_ROW);
      sink.int32(0);
      sink.int16(columns.length);
      for (const [i, { typeOid, typeModifier }] of columns.entries()) {
        const value = row[i] ?? null;
        const lengthAt = sink.at;
        sink.int32(-1);
        if (value === null) continue;
        if (formatOf(formats, i) === 0) sink.utf8(value);
        else writeBinaryFromText(typeOid, value, sink, style, typeModifier);
        sink.patchInt32(lengthAt, sink.at - lengthAt - 4);
      }
      sink.patchInt32(start + 1, sink.at - start - 1);
    }
    return sink.take();
  };
}
