/** `INSERT INTO t VALUES (…);`, a statement and a line a row, in literals that DuckDB reads back to the same values. */
import { literalReader } from '../../arrow/index.ts';
import { quoteIdentifier } from '../../sql/index.ts';
import { type FormatWriter, LineBuffer } from './format-writer.ts';

export const writeInsert: FormatWriter = async ({ schema, batches }, output, { tableName } = {}) => {
  const lines = new LineBuffer(output);
  const lead = `INSERT INTO ${tableName === undefined ? 't' : quoteIdentifier(tableName)} VALUES (`;
  for await (const batch of batches) {
    const readers = batch.columns.map((column, i) => literalReader(schema[i]?.type ?? { id: 'NULL' }, column));
    for (let row = 0; row < batch.rowCount; row++) {
      if (lines.add(`${lead}${readers.map((read) => read(row)).join(', ')});\n`)) await lines.flush();
    }
    await lines.flush();
  }
};
