/** Nanoseconds a row for taking values out of batches of name, age and score. Run: node bench/micro/read-rows.ts */
import { rowReader, textReader } from '../../src/arrow/index.ts';
import { printNanosARow, SAMPLE_FIELDS, sampleBatch } from '../support/sample-batch.ts';

const ROWS = 100_000;
const batch = sampleBatch(ROWS);

for (const integers of ['bigint', 'number', 'string'] as const) {
  await printNanosARow(`rows as objects, integers as ${integers}`, ROWS, () => {
    const read = rowReader(SAMPLE_FIELDS, batch, { integers });
    for (let row = 0; row < ROWS; row++) read(row);
  });
}
await printNanosARow('cells as text', ROWS, () => {
  const readers = SAMPLE_FIELDS.map(({ type }, index) => {
    const column = batch.columns[index];
    if (column === undefined) throw new Error(`no column ${index}`);
    return textReader(type, column);
  });
  for (let row = 0; row < ROWS; row++) for (const read of readers) read(row);
});
