/** A Markdown table (GitHub's form), written as rows come: columns are not padded. Numbers are set to the right. */
import { textReader } from '../../arrow/index.ts';
import { escapeControls } from '../terminal-text.ts';
import { type FormatWriter, LineBuffer } from './format-writer.ts';
import { isNumber } from './numbers.ts';

/** Nothing in a cell may end it, begin a tag, or be drawn as mark-up. */
function markdownCell(text: string): string {
  return escapeControls(text.replaceAll('\\', '\\\\'))
    .replaceAll('|', '\\|')
    .replace(/[<>&*_`[\]]/g, (mark) => (mark === '<' ? '&lt;' : mark === '>' ? '&gt;' : mark === '&' ? '&amp;' : `\\${mark}`));
}

export const writeMarkdown: FormatWriter = async ({ schema, batches }, output, { nullText = 'NULL' } = {}) => {
  const lines = new LineBuffer(output);
  const nullCell = markdownCell(nullText);
  lines.add(`| ${schema.map((field) => markdownCell(field.name)).join(' | ')} |\n`);
  lines.add(`|${schema.map((field) => (isNumber(field.type) ? '---:' : '---')).join('|')}|\n`);
  for await (const batch of batches) {
    const readers = batch.columns.map((column, i) => textReader(schema[i]?.type ?? { id: 'NULL' }, column));
    for (let row = 0; row < batch.rowCount; row++) {
      const cells = readers.map((read) => {
        const text = read(row);
        return text === null ? nullCell : markdownCell(text);
      });
      if (lines.add(`| ${cells.join(' | ')} |\n`)) await lines.flush();
    }
    await lines.flush();
  }
  await lines.flush();
};
