/**
 * Nanoseconds a row for giving batches of name, age and score as Arrow, whose buffers are shared where the layout is the same,
 * against building the same vectors value by value. Run: node bench/micro/arrow-table.ts
 */
import { vectorFromArray } from 'apache-arrow';
import { ipcFrom, recordBatchFrom, rowReader, tableFrom } from '../../src/arrow/index.ts';
import { printNanosARow, SAMPLE_FIELDS, sampleBatch } from '../support/sample-batch.ts';

const ROWS = 100_000;
const batch = sampleBatch(ROWS);

await printNanosARow('a record batch', ROWS, async () => await recordBatchFrom(SAMPLE_FIELDS, batch));
await printNanosARow('a table', ROWS, async () => await tableFrom(SAMPLE_FIELDS, [batch]));
await printNanosARow('an IPC stream', ROWS, async () => await ipcFrom(SAMPLE_FIELDS, [batch]));
await printNanosARow('vectorFromArray of the same values', ROWS, () => {
  const read = rowReader(SAMPLE_FIELDS, batch, { integers: 'bigint' });
  const rows = Array.from({ length: ROWS }, (_, row) => read(row));
  return SAMPLE_FIELDS.map(({ name }) => vectorFromArray(rows.map((row) => row[name])));
});
