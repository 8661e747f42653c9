/** Nanoseconds a row for writing name, age and score, nine columns in all, in each format that people read. Run: node bench/micro/write-box.ts */
import { type Format, type Output, writerFor } from '../../src/output/index.ts';
import { printNanosARow, SAMPLE_FIELDS, sampleBatch } from '../support/sample-batch.ts';

const ROWS = 40_000;
const COPIES = [0, 1, 2];
const sample = sampleBatch(ROWS);
const batch = { rowCount: ROWS, columns: COPIES.flatMap(() => sample.columns) };
const schema = COPIES.flatMap((copy) => SAMPLE_FIELDS.map((field) => ({ ...field, name: `${field.name}_${copy}` })));
const output: Output = {
  isTerminal: false,
  columns: null,
  hasColour: false,
  note: () => undefined,
  // As a file takes it: as bytes.
  write: async (chunk) => void Buffer.from(chunk).length,
};

for (const format of ['csv', 'tsv', 'box', 'line', 'html', 'insert', 'ndjson'] satisfies Format[]) {
  const write = await writerFor(format);
  await printNanosARow(format, ROWS, () => {
    const batches = (async function* () {
      yield batch;
    })();
    return write({ schema, batches }, output);
  });
}
