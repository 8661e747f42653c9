/**
 * Text as PostgreSQL's COPY writes it: a header of names, tabs between values, `\N` for NULL; backslash, tab and line breaks
 * in a value as `\\`, `\t`, `\n`, so that a row is a line whatever it holds.
 */
import { textReader } from '../../arrow/index.ts';
import { escapeControls } from '../terminal-text.ts';
import { type FormatWriter, LineBuffer } from './format-writer.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

function tsvCell(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is escaped
  return text.replace(/[\\\u0008-\u000d]/g, (character) => ESCAPES[character] ?? character);
}

export const writeTsv: FormatWriter = async ({ schema, batches }, output) => {
  const cellOf = (text: string): string => (output.isTerminal ? escapeControls(tsvCell(text)) : tsvCell(text));
  const lines = new LineBuffer(output);
  lines.add(`${schema.map((field) => cellOf(field.name)).join('\t')}\n`);
  for await (const batch of batches) {
    const readers = batch.columns.map((column, i) => textReader(schema[i]?.type ?? { id: 'NULL' }, column));
    for (let row = 0; row < batch.rowCount; row++) {
      const cells = readers.map((read) => {
        const text = read(row);
        return text === null ? '\\N' : cellOf(text);
      });
      if (lines.add(`${cells.join('\t')}\n`)) await lines.flush();
    }
    await lines.flush();
  }
  await lines.flush();
};
