import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { copyEncoder, DEFAULT_STYLE, engineParameter } from '../../../src/server/types/index.ts';
import { quoteLiteral } from '../../../src/sql/index.ts';
import { answer } from '../../support/duckdb-table.ts';
import { COPY_CASES, type CopyColumn } from './golden/copy-cases.ts';
import { bodiesOf, columnOf } from './support/rows.ts';

// generate-copy.ts wrote it: bytes in base64 by the name of the case.
const golden = JSON.parse(readFileSync(new URL('golden/copy.json', import.meta.url), 'utf8')) as Record<string, string>;

async function engineRows(columns: readonly CopyColumn[]) {
  const rowCount = columns[0]?.values.length ?? 0;
  const rows = Array.from({ length: Math.max(rowCount, 1) }, (_, row) => {
    const cells = columns.map(({ oid, values }) => {
      const value = values[row] ?? null;
      const { typeName, text } = engineParameter({ typeOid: oid, format: 0, bytes: value === null ? null : Buffer.from(value) });
      return `CAST(${text === null ? 'NULL' : quoteLiteral(text)} AS ${oid === 1700 ? 'DECIMAL(18,2)' : typeName})`;
    });
    return `SELECT ${cells.join(', ')}${rowCount === 0 ? ' WHERE false' : ''}`;
  });
  return answer(rows.join(' UNION ALL '), [], { rowCount: 0, columns: [] });
}

async function copied(
  columns: readonly CopyColumn[],
  options: Parameters<typeof copyEncoder>[2],
  slices: number,
): Promise<Buffer[]> {
  const { schema, batch } = await engineRows(columns);
  const told = columns.map(({ oid, name }) => columnOf(oid, -1, name));
  const encoder = copyEncoder(schema, told, options, DEFAULT_STYLE);
  const parts = [encoder.header()];
  for (let from = 0; from < batch.rowCount; from += slices) {
    parts.push(encoder.rows(batch, from, Math.min(from + slices, batch.rowCount)));
  }
  return bodiesOf(Buffer.concat([...parts, encoder.trailer()]), 'd');
}

describe('COPY TO STDOUT', () => {
  it.each(COPY_CASES)('writes the bytes of PostgreSQL: $name', async ({ name, columns, options }) => {
    const bodies = await copied(columns, options, 5);
    expect(Buffer.concat(bodies).toString('latin1')).toBe(Buffer.from(golden[name] ?? '', 'base64').toString('latin1'));
  });

  it('gives a message a row, and the header of binary together with the first', async () => {
    const [first] = COPY_CASES.filter(({ name }) => name === 'binary');
    if (first === undefined) throw new Error('no such case');
    const bodies = await copied(first.columns, first.options, 100);
    expect(bodies).toHaveLength((first.columns[0]?.values.length ?? 0) + 1);
    expect(bodies[0]?.subarray(0, 6).toString()).toBe('PGCOPY');
    expect(bodies.at(-1)?.toString('hex')).toBe('ffff');
  });
});
