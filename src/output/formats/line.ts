/** `name = value`, a line a column, an empty line between rows: for rows too wide for a table. Nothing is ever cut. */
import { textReader } from '../../arrow/index.ts';
import { paletteOf } from '../palette.ts';
import { counted } from '../quantities.ts';
import { displayWidth, escapeControls, padToWidth } from '../terminal-text.ts';
import { type FormatWriter, LineBuffer } from './format-writer.ts';

export const writeLine: FormatWriter = async ({ schema, batches }, output, options = {}) => {
  const palette = options.palette ?? paletteOf(output.hasColour);
  const nullText = palette('null', options.nullText ?? 'NULL');
  const names = schema.map((field) => escapeControls(field.name));
  const width = names.reduce((most, name) => Math.max(most, displayWidth(name)), 0);
  const leads = names.map((name) => `${palette('bold', padToWidth(name, width, 'right'))} = `);
  const lines = new LineBuffer(output);
  let rowCount = 0;
  for await (const batch of batches) {
    const readers = batch.columns.map((column, i) => textReader(schema[i]?.type ?? { id: 'NULL' }, column));
    for (let row = 0; row < batch.rowCount; row++) {
      const cells = readers.map((read, i) => {
        const text = read(row);
        return `${leads[i] ?? ''}${text === null ? nullText : escapeControls(text)}\n`;
      });
      if (lines.add(`${rowCount++ === 0 ? '' : '\n'}${cells.join('')}`)) await lines.flush();
    }
    await lines.flush();
  }
  output.note(counted(rowCount, 'row'));
};
