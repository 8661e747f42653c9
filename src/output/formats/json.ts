/** NDJSON, one object a line, and JSON, one array of them; docs/api.md, «Types», says how each type is written. */
import { jsonWriter } from '../../arrow/index.ts';
import { escapeControlsInJson } from '../terminal-text.ts';
import { type FormatWriter, LineBuffer } from './format-writer.ts';

export const writeNdjson: FormatWriter = async ({ schema, batches }, output) => {
  const lines = new LineBuffer(output);
  for await (const batch of batches) {
    const lineOf = jsonWriter(schema, batch);
    for (let row = 0; row < batch.rowCount; row++) {
      const line = lineOf(row);
      if (lines.add(`${output.isTerminal ? escapeControlsInJson(line) : line}\n`)) await lines.flush();
    }
    await lines.flush();
  }
};

export const writeJson: FormatWriter = async ({ schema, batches }, output) => {
  const lines = new LineBuffer(output);
  let lead = '[\n';
  for await (const batch of batches) {
    const lineOf = jsonWriter(schema, batch);
    for (let row = 0; row < batch.rowCount; row++) {
      const line = lineOf(row);
      if (lines.add(`${lead}${output.isTerminal ? escapeControlsInJson(line) : line}`)) await lines.flush();
      lead = ',\n';
    }
    await lines.flush();
  }
  await output.write(lead === '[\n' ? '[]\n' : '\n]\n');
};
