/**
 * Nanoseconds a row for the ways into and out of DuckDB's vectors: one blob a chunk against a call a string, runs of strings
 * against a call a string. Run: node bench/micro/vectors.ts
 */
import type { ColumnData } from '../../src/arrow/index.ts';
import { CHUNK_ROWS, native } from '../../src/engine/duckdb.ts';
import { BatchCollector } from '../../src/engine/vectors/columns-from-vectors.ts';
import { logicalTypeFrom } from '../../src/engine/vectors/sql-types.ts';
import { writeColumn } from '../../src/engine/vectors/vectors-from-columns.ts';
import { printNanosARow, SAMPLE_FIELDS, sampleBatch } from '../support/sample-batch.ts';

const CHUNK_COUNT = 50;
const ROWS = CHUNK_ROWS * CHUNK_COUNT;
const types = SAMPLE_FIELDS.map(({ type }) => type);
const { columns } = sampleBatch(ROWS);
const chunks = Array.from({ length: CHUNK_COUNT }, (_, index) => filledChunk(index * CHUNK_ROWS));

for (const [index, { name }] of SAMPLE_FIELDS.entries()) {
  await printNanosARow(`into a vector: ${name}`, ROWS, () => {
    for (let start = 0; start < ROWS; start += CHUNK_ROWS)
      writeColumn(vectorOf(start, index), columnAt(index), start, CHUNK_ROWS, name === 'name');
  });
}
await printNanosARow('out of vectors: name, age, score', ROWS, () => {
  const collector = new BatchCollector(types);
  for (const chunk of chunks) collector.append(chunk);
  return collector.take();
});
// Last, since it leaves strings behind that adjoin no more.
await printNanosARow('into a vector: name, a call a string', ROWS, () => {
  const names = columnAt(0);
  if (names.layout !== 'varlen') throw new Error('names are strings');
  const offsets = new Int32Array(names.offsets);
  for (let row = 0; row < ROWS; row++) {
    const text = new Uint8Array(names.values, offsets[row], (offsets[row + 1] ?? 0) - (offsets[row] ?? 0));
    native.vector_assign_string_element_len(vectorOf(row, 0), row % CHUNK_ROWS, text);
  }
});
function filledChunk(start: number) {
  const chunk = native.create_data_chunk(types.map(logicalTypeFrom));
  for (const [index, { name }] of SAMPLE_FIELDS.entries()) {
    writeColumn(native.data_chunk_get_vector(chunk, index), columnAt(index), start, CHUNK_ROWS, name === 'name');
  }
  native.data_chunk_set_size(chunk, CHUNK_ROWS);
  return chunk;
}

function vectorOf(row: number, column: number) {
  const chunk = chunks[Math.floor(row / CHUNK_ROWS)];
  if (chunk === undefined) throw new Error(`no chunk for row ${row}`);
  return native.data_chunk_get_vector(chunk, column);
}

function columnAt(index: number): ColumnData {
  const column = columns[index];
  if (column === undefined) throw new Error(`no column ${index}`);
  return column;
}
