/** Makes the one row that EXPLAIN adds to DuckDB's: (explain_key, explain_value), both VARCHAR. */
import type { Batch, ColumnData } from '../../arrow/index.ts';

export function explainBatch(key: string, text: string): Batch {
  return { rowCount: 1, columns: [textColumn(key), textColumn(text)] };
}

function textColumn(text: string): ColumnData {
  const bytes = new TextEncoder().encode(text);
  return { layout: 'varlen', offsets: Int32Array.of(0, bytes.length).buffer, values: bytes.slice().buffer, validity: null };
}
