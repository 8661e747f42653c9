/** What DESCRIBE of a table adds to what DuckDB says of it: how the sample found each column's type. */
import type { Batch, ColumnData } from '../../../arrow/index.ts';
import { valueReader } from '../../../arrow/readers/values.ts';
import type { SqlField } from '../../../types/index.ts';
import { typeName } from '../../../types/type-name.ts';
import type { DescribedColumn } from '../../protocol.ts';
import type { BoundTable } from './table-binder.ts';

/** The columns of DuckDB's DESCRIBE; the last one is NULL for a table function. */
const DESCRIBE_COLUMNS = 'column_name,column_type,null,key,default,extra';

/** Gives each column of the one table that is described, in bind order; null where there are several tables, or none. */
export function inferredIn(tables: readonly BoundTable[]): readonly DescribedColumn[] | null {
  const [table] = tables;
  if (table === undefined || tables.length > 1) return null;
  const samples = table.schema?.columns ?? [];
  return table.columns.map(({ name, type, field, part }) => {
    const what = field === undefined ? (part ?? null) : Buffer.from(field).toString('latin1');
    const sample = samples.find((one) => Buffer.from(one.field).toString('latin1') === what);
    if (sample === undefined) return { name, type, sample: null };
    const { leading = type, share, nullShare, examples, disagreeing } = sample;
    return {
      name,
      type,
      sample: { leading, share, nullShare, examples, disagreeing, sampledKeys: table.schema?.sampledKeys ?? 0 },
    };
  });
}

/** Puts what the sample said into the column `extra` of a DESCRIBE's rows. */
export function withInference(batch: Batch, fields: readonly SqlField[], tables: readonly BoundTable[]): Batch {
  if (fields.map(({ name }) => name).join() !== DESCRIBE_COLUMNS) return batch;
  const described = inferredIn(tables);
  // What is described may be a query over the table.
  const [names] = batch.columns;
  if (described === null || names === undefined) return batch;
  if (textsIn(names, batch.rowCount).join('\0') !== described.map(({ name }) => name).join('\0')) return batch;
  return { ...batch, columns: [...batch.columns.slice(0, -1), textColumn(described.map(textOf))] };
}

function textOf({ sample }: DescribedColumn): string | null {
  if (sample === null) return null;
  const { leading, share, nullShare, examples, disagreeing, sampledKeys } = sample;
  const others = disagreeing.length === 0 ? '' : ` (not: ${disagreeing.join(', ')})`;
  const agree = `${share === 1 ? 'all' : percent(share)} of the values are ${typeName(leading)}${others}`;
  const shown = examples.length === 0 ? '' : `; values such as ${examples.join(', ')}`;
  return `${sampledKeys} keys sampled: ${agree}, ${percent(nullShare)} NULL${shown}`;
}

/** Never rounds to 0 or 100 what is neither. */
function percent(share: number): string {
  if (share > 0 && share < 0.01) return 'below 1 %';
  if (share > 0.99 && share < 1) return 'over 99 %';
  return `${Math.round(share * 100)} %`;
}

function textsIn(column: ColumnData, rowCount: number): unknown[] {
  const read = valueReader({ id: 'VARCHAR' }, column, { integers: 'bigint' });
  return Array.from({ length: rowCount }, (_, row) => read(row));
}

function textColumn(texts: readonly (string | null)[]): ColumnData {
  const offsets = new Int32Array(texts.length + 1);
  const validity = new Uint8Array((texts.length + 7) >> 3);
  const parts = texts.map((text, row) => {
    const bytes = Buffer.from(text ?? '', 'utf8');
    offsets[row + 1] = (offsets[row] ?? 0) + bytes.length;
    if (text !== null) validity[row >> 3] = (validity[row >> 3] ?? 0) | (1 << (row & 7));
    return bytes;
  });
  const values = new Uint8Array(Buffer.concat(parts)).buffer;
  return { layout: 'varlen', offsets: offsets.buffer, values, validity: validity.buffer };
}
