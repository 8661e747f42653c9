/**
 * CSV as RFC 4180 has it, with line feeds: a header, commas, quotes where needed. NULL is nothing at all, an empty text is
 * `""`, so that the two can be told apart (DuckDB reads both back).
 */
import { textReader } from '../../arrow/index.ts';
import { escapeControls } from '../terminal-text.ts';
import { type FormatWriter, LineBuffer } from './format-writer.ts';

const NEEDS_QUOTES = /^$|[",\r\n]|^\s|\s$/;

function csvCell(text: string | null): string {
  if (text === null) return '';
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export const writeCsv: FormatWriter = async ({ schema, batches }, output) => {
  const shown = (text: string): string => (output.isTerminal ? escapeControls(text) : text);
  const lines = new LineBuffer(output);
  lines.add(`${schema.map((field) => csvCell(shown(field.name))).join(',')}\n`);
  // A lone NULL would be an empty line, which many readers skip; DuckDB writes quotes, too.
  const loneNull = schema.length === 1 ? '""' : '';
  for await (const batch of batches) {
    const readers = batch.columns.map((column, i) => textReader(schema[i]?.type ?? { id: 'NULL' }, column));
    for (let row = 0; row < batch.rowCount; row++) {
      const cells = readers.map((read) => {
        const text = read(row);
        return text === null ? loneNull : csvCell(shown(text));
      });
      if (lines.add(`${cells.join(',')}\n`)) await lines.flush();
    }
    await lines.flush();
  }
  await lines.flush();
};
