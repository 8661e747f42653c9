/**
 * Nanoseconds a row of name, age and score (VARCHAR, BIGINT, DOUBLE) as PostgreSQL's messages, and a value of other types.
 * Run: node bench/micro/encode-pg-rows.ts
 */
import type { Batch } from '../../src/arrow/index.ts';
import { copyEncoder, DEFAULT_STYLE, pgTypeOf, rowEncoder } from '../../src/server/types/index.ts';
import type { CopyOptions, PgColumn } from '../../src/server/words.ts';
import type { SqlField, SqlType } from '../../src/types/index.ts';
import { printNanosARow, SAMPLE_FIELDS, sampleBatch } from '../support/sample-batch.ts';

const ROWS = 100_000;
/** Rows of a message block as the server sends them. */
const SLICE_ROWS = 2048;
const COPY: CopyOptions = {
  format: 'text',
  hasHeader: false,
  delimiter: null,
  nullText: null,
  quote: null,
  escape: null,
  forceQuote: [],
};

function toldColumn({ name, type }: SqlField): PgColumn {
  const { oid, size, modifier } = pgTypeOf(type);
  return { name, tableOid: 0, columnNumber: 0, typeOid: oid, typeSize: size, typeModifier: modifier };
}

function inSlices(encode: (batch: Batch, from: number, to: number) => unknown, batch: Batch): void {
  for (let row = 0; row < batch.rowCount; row += SLICE_ROWS) encode(batch, row, Math.min(row + SLICE_ROWS, batch.rowCount));
}

const users = sampleBatch(ROWS);
const told = SAMPLE_FIELDS.map(toldColumn);
for (const format of [0, 1] as const) {
  const encode = rowEncoder(SAMPLE_FIELDS, told, [format], DEFAULT_STYLE);
  await printNanosARow(`DataRow, ${format === 0 ? 'text' : 'binary'}: name, age, score`, ROWS, () => inSlices(encode, users));
}
for (const format of ['text', 'csv', 'binary'] as const) {
  const { rows } = copyEncoder(SAMPLE_FIELDS, told, { ...COPY, format }, DEFAULT_STYLE);
  await printNanosARow(`COPY, ${format}: name, age, score`, ROWS, () => inSlices(rows, users));
}

const micros = BigInt64Array.from({ length: ROWS }, (_, i) => 1_700_000_000_000_000n + BigInt(i) * 977_777_777n).buffer;
const decimals = BigInt64Array.from({ length: ROWS }, (_, i) => BigInt(i) * 1_234_567n).buffer;
const days = Int32Array.from({ length: ROWS }, (_, i) => i).buffer;
const doubles = Float64Array.from({ length: ROWS }, (_, i) => Math.sin(i) * 1000).buffer;
const OTHERS: readonly (readonly [name: string, type: SqlType, values: ArrayBuffer, zone?: string])[] = [
  ['BIGINT of 16 digits', { id: 'BIGINT' }, micros],
  ['DOUBLE of 16 digits', { id: 'DOUBLE' }, doubles],
  ['DECIMAL(18,2)', { id: 'DECIMAL', width: 18, scale: 2 }, decimals],
  ['DATE', { id: 'DATE' }, days],
  ['TIMESTAMP', { id: 'TIMESTAMP' }, micros],
  ['TIMESTAMPTZ in Berlin', { id: 'TIMESTAMPTZ' }, micros, 'Europe/Berlin'],
];
for (const [name, type, values, timeZone = 'UTC'] of OTHERS) {
  const field = { name, type };
  const byteWidth = type.id === 'DATE' ? 4 : 8;
  const batch: Batch = { rowCount: ROWS, columns: [{ layout: 'fixed', byteWidth, values, validity: null }] };
  for (const format of [0, 1] as const) {
    const encode = rowEncoder([field], [toldColumn(field)], [format], { ...DEFAULT_STYLE, timeZone });
    await printNanosARow(`${name}, ${format === 0 ? 'text' : 'binary'}`, ROWS, () => inSlices(encode, batch));
  }
}
