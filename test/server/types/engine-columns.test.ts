import { describe, expect, it } from 'vitest';
import type { Batch } from '../../../src/arrow/index.ts';
import { engineParameter, rowEncoder } from '../../../src/server/types/index.ts';
import type { Format } from '../../../src/server/words.ts';
import { quoteLiteral } from '../../../src/sql/index.ts';
import type { SqlField } from '../../../src/types/index.ts';
import { answer } from '../../support/duckdb-table.ts';
import { GOLDEN_VALUES, type GoldenValue, labelOf, styleOf } from './golden/golden-values.ts';
import { cellsOf, columnOf } from './support/rows.ts';

const NOTHING: Batch = { rowCount: 0, columns: [] };

/** What the engine cannot hold. */
function isBeyondEngine({ type, input, text }: GoldenValue): boolean {
  const isLongNumeric = type.startsWith('numeric') && text.replaceAll(/[-.]/g, '').length > 38;
  const isEmptyBit = (type === 'varbit' || type === 'bit') && text === '';
  // The numbers of a list have one scale; NULL in a JSON array is JSON's own null.
  const isUnlikeList = (type === 'numeric[]' || type === 'jsonb[]') && text.includes('NULL');
  return isLongNumeric || isEmptyBit || isUnlikeList || input.startsWith('294276');
}

const cases = GOLDEN_VALUES.filter((one) => !isBeyondEngine(one));

/** All cases as the columns of one row of DuckDB, each from the text that a parameter of it becomes. */
async function engineRow(format: Format): Promise<{ schema: readonly SqlField[]; batch: Batch }> {
  const casts = cases.map((one) => {
    const bytes = format === 0 ? Buffer.from(one.input) : Buffer.from(one.binary, 'hex');
    const { typeName, text } = engineParameter({ typeOid: one.oid, format, bytes }, styleOf(one));
    return `CAST(${quoteLiteral(text ?? '')} AS ${typeName})`;
  });
  return answer(`SELECT ${casts.join(', ')}`, [], NOTHING);
}

describe('a value that goes in as a parameter and comes back as a column of DuckDB', async () => {
  for (const inputFormat of [0, 1] as const) {
    const { schema, batch } = await engineRow(inputFormat);
    const cell = (index: number, one: GoldenValue, format: Format): Buffer | null | undefined => {
      const field = schema[index];
      const column = batch.columns[index];
      if (field === undefined || column === undefined) throw new Error(`no column ${index}`);
      const encode = rowEncoder([field], [columnOf(one.oid, one.modifier)], [format], styleOf(one));
      return cellsOf(encode({ rowCount: 1, columns: [column] }, 0, 1))[0]?.[0];
    };
    const name = inputFormat === 0 ? 'text' : 'binary';

    it.each(cases.map((one, i) => [labelOf(one), one, i] as const))(`is what PostgreSQL gives, as ${name}: %s`, (_, one, i) => {
      expect(cell(i, one, 0)?.toString()).toBe(one.text);
      expect(cell(i, one, 1)?.toString('hex')).toBe(one.binary);
    });
  }
});
