/** An HTML table, to be put into a page. Nothing of a value is mark-up; a line break in it becomes `<br>`. */
import { textReader } from '../../arrow/index.ts';
import { escapeControlsKeepLines } from '../terminal-text.ts';
import { type FormatWriter, LineBuffer } from './format-writer.ts';
import { isNumber } from './numbers.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function htmlText(text: string): string {
  const escaped = escapeControlsKeepLines(text.replaceAll('\r\n', '\n'));
  return escaped.replace(/[&<>"']/g, (mark) => ENTITIES[mark] ?? mark).replaceAll('\n', '<br>');
}

export const writeHtml: FormatWriter = async ({ schema, batches }, output, { nullText = 'NULL' } = {}) => {
  const lines = new LineBuffer(output);
  const headings = schema.map((field) => `<th>${htmlText(field.name)}</th>`);
  lines.add(`<table>\n<thead>\n<tr>${headings.join('')}</tr>\n</thead>\n<tbody>\n`);
  const opens = schema.map((field) => (isNumber(field.type) ? '<td align="right">' : '<td>'));
  const nullCell = `<i>${htmlText(nullText)}</i></td>`;
  try {
    for await (const batch of batches) {
      const readers = batch.columns.map((column, i) => textReader(schema[i]?.type ?? { id: 'NULL' }, column));
      for (let row = 0; row < batch.rowCount; row++) {
        const cells = readers.map((read, i) => {
          const text = read(row);
          return `${opens[i] ?? '<td>'}${text === null ? nullCell : `${htmlText(text)}</td>`}`;
        });
        if (lines.add(`<tr>${cells.join('')}</tr>\n`)) await lines.flush();
      }
      await lines.flush();
    }
    lines.add('</tbody>\n</table>\n');
  } finally {
    await lines.flush();
  }
};
