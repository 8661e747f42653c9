/** The rows of EXPLAIN: a drawing already, which no frame makes better. */
import { textReader } from '../../arrow/index.ts';
import type { SqlField } from '../../types/index.ts';
import type { Rows } from '../formats/format-writer.ts';
import type { Output } from '../output.ts';
import { escapeControlsKeepLines } from '../terminal-text.ts';

/** True for the columns that EXPLAIN gives. */
export function isExplain(schema: readonly SqlField[]): boolean {
  return schema.length === 2 && schema[0]?.name === 'explain_key' && schema[1]?.name === 'explain_value';
}

/** Writes the drawing as it is. */
export async function writeExplain({ batches }: Rows, output: Output): Promise<void> {
  for await (const batch of batches) {
    const column = batch.columns[1];
    if (column === undefined) return;
    const read = textReader({ id: 'VARCHAR' }, column);
    for (let row = 0; row < batch.rowCount; row++) {
      const text = escapeControlsKeepLines(read(row) ?? '');
      await output.write(text.endsWith('\n') ? text : `${text}\n`);
    }
  }
}
