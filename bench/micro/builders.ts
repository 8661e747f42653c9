/**
 * Nanoseconds a value for each builder: a million values, appended from one buffer in which they stand as in a reply,
 * finished each 10,000 rows. Medians of seven runs. Run: node bench/micro/builders.ts
 */
import { createBuilder } from '../../src/arrow/index.ts';
import { parseColumnType } from '../../src/types/index.ts';

const VALUE_COUNT = 1_000_000;
const BATCH_ROWS = 10_000;
const RUN_COUNT = 7;

type Case = readonly [type: string, name: string, text: (row: number) => string];

const CASES: readonly Case[] = [
  ['BIGINT', '2 digits', (row) => String(row % 100)],
  ['BIGINT', '13 digits', (row) => String(1_700_000_000_000 + row)],
  ['BIGINT', '19 digits', (row) => `1700000000000${String(row).padStart(6, '0')}`],
  ['DOUBLE', '1 place', (row) => `${row % 1000}.${row % 10}`],
  ['DOUBLE', '16 places', (row) => String(Math.sin(row + 1))],
  ['VARCHAR', '8 bytes', (row) => `user${String(row % 10_000).padStart(4, '0')}`],
  ['VARCHAR', '30 bytes', (row) => `user${row % 10}`.padEnd(30, 'abcdefgh')],
  ['VARCHAR', '200 bytes', (row) => `user${row % 10}`.padEnd(200, 'abcdefgh')],
  ['BOOLEAN', 'true/false', (row) => (row % 3 === 0 ? 'true' : 'false')],
  ['DECIMAL(10,2)', '2 places', (row) => `${row % 10_000}.25`],
  ['DECIMAL(18,3)', '3 places', (row) => `${row % 10_000}.125`],
  ['DATE', '', (row) => `20${10 + (row % 90)}-0${1 + (row % 9)}-1${row % 10}`],
  ['TIMESTAMP', 'ISO, ms, Z', (row) => `2024-01-02T03:04:${10 + (row % 50)}.678Z`],
  ['TIMESTAMP', 'seconds', (row) => String(1_700_000_000 + row)],
  ['TIMESTAMP_NS', 'text', (row) => `2024-01-02 03:04:05.${100_000_000 + row}`],
  ['UUID', '', (row) => `f81d4fae-7dec-11d0-a765-${String(row).padStart(12, '0')}`],
  ['JSON', '20 bytes', (row) => `{"a":${row % 10},"b":"text"}`],
];

/** As declared and as inferred types, under which a value must print back; after the others, so that both find the code warm. */
const INFERRED_CASES: readonly Case[] = [
  ['BIGINT', '2 digits', (row) => String(row % 100)],
  ['BIGINT', '13 digits', (row) => String(1_700_000_000_000 + row)],
  ['BIGINT', '19 digits', (row) => `1700000000000${String(row).padStart(6, '0')}`],
  ['DOUBLE', '1 place', (row) => `${row % 1000}.${1 + (row % 9)}`],
  ['DOUBLE', '16 places', (row) => String(Math.sin(row + 1) + 2)],
  ['BOOLEAN', 'true/false', (row) => (row % 3 === 0 ? 'true' : 'false')],
  ['TIMESTAMP', 'text, ms', (row) => `2024-01-02 03:04:${10 + (row % 50)}.678`],
];

/** Places of the values in `bytes`: value i is [places[2i], places[2i + 1]). */
interface Values {
  readonly bytes: Buffer;
  readonly places: Int32Array;
}

function layOut(text: (row: number) => string): Values {
  const places = new Int32Array(BATCH_ROWS * 2);
  let reply = '';
  for (let row = 0; row < BATCH_ROWS; row += 1) {
    const value = text(row);
    reply += `$${value.length}\r\n`;
    places[row * 2] = reply.length;
    reply += `${value}\r\n`;
    places[row * 2 + 1] = reply.length - 2;
  }
  return { bytes: Buffer.from(reply, 'latin1'), places };
}

function nanosAValue(type: string, { bytes, places }: Values, isInferred: boolean): number {
  const builder = createBuilder(parseColumnType(type), isInferred);
  const start = process.hrtime.bigint();
  for (let done = 0; done < VALUE_COUNT; done += BATCH_ROWS) {
    for (let row = 0; row < BATCH_ROWS; row += 1) {
      const isRead = builder.append(bytes, places[row * 2] ?? 0, places[row * 2 + 1] ?? 0, true);
      if (!isRead) throw new Error(`row ${row} was refused as ${type}`);
    }
    builder.finish();
  }
  return Number(process.hrtime.bigint() - start) / VALUE_COUNT;
}

function report([type, name, text]: Case, isInferred: boolean): void {
  const values = layOut(text);
  const runs = Array.from({ length: RUN_COUNT }, () => nanosAValue(type, values, isInferred)).toSorted(
    (left, right) => left - right,
  );
  const median = runs[RUN_COUNT >> 1] ?? Number.NaN;
  const title = `${type} ${name}${isInferred ? ', inferred' : ''}`;
  process.stdout.write(`${title.padEnd(32)} ${median.toFixed(1).padStart(7)} ns a value\n`);
}

for (const one of CASES) report(one, false);
for (const one of INFERRED_CASES) for (const isInferred of [false, true]) report(one, isInferred);
