/** A batch of name, age and score for the benchmarks of inner loops, made by the builders that a scan uses. */
import { type Batch, createBuilder } from '../../src/arrow/index.ts';
import { parseColumnType, type SqlField } from '../../src/types/index.ts';
import { USER_COLUMNS, type UserColumn, userAt } from './seeded-users.ts';
import { median } from './statistics.ts';

const COLUMNS: readonly UserColumn[] = ['name', 'age', 'score'];
const RUN_COUNT = 7;

/** The fields of `sampleBatch`. */
export const SAMPLE_FIELDS: readonly SqlField[] = COLUMNS.map((name) => ({ name, type: parseColumnType(USER_COLUMNS[name]) }));

/** Gives `rowCount` users. */
export function sampleBatch(rowCount: number): Batch {
  const columns = COLUMNS.map((name) => {
    const builder = createBuilder(parseColumnType(USER_COLUMNS[name]));
    for (let row = 0; row < rowCount; row++) {
      const value = userAt(row)[name];
      const bytes = Buffer.from(String(value));
      if (value === null) builder.appendNull();
      else if (!builder.append(bytes, 0, bytes.length, true)) throw new Error(`${name}: ${value} was refused`);
    }
    return builder.finish();
  });
  return { rowCount, columns };
}

/** Prints the nanoseconds that a row costs: the median of some runs after one that does not count. */
export async function printNanosARow(name: string, rowCount: number, work: () => unknown): Promise<void> {
  const nanos: number[] = [];
  for (let run = 0; run <= RUN_COUNT; run++) {
    const startedAt = process.hrtime.bigint();
    await work();
    if (run > 0) nanos.push(Number(process.hrtime.bigint() - startedAt) / rowCount);
  }
  process.stdout.write(`${name.padEnd(40)} ${median(nanos).toFixed(1).padStart(8)} ns a row\n`);
}
