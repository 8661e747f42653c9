import { afterAll, describe, expect, it } from 'vitest';
import { connect } from '../../../src/index.ts';
import { nameText } from '../../../src/repl/completion/offers/offers.ts';
import * as keywords from '../../../src/repl/input/keywords.ts';

/** No Redis is needed: DuckDB is asked of itself. */
const session = await connect({ url: 'redis://127.0.0.1:1', isLazy: true });
afterAll(() => session.close());

async function textsOf(statement: string): Promise<string[]> {
  return (await session.query(statement).rows()).map((row) => String(Object.values(row)[0]));
}

describe('keywords', () => {
  it.each([
    ['unreserved', keywords.UNRESERVED_KEYWORDS],
    ['reserved', keywords.RESERVED_KEYWORDS],
    ['column_name', keywords.COLUMN_KEYWORDS],
    ['type_function', keywords.FUNCTION_KEYWORDS],
  ])('are those that DuckDB calls %s', async (category, words) => {
    const found = await textsOf(`SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category = '${category}' ORDER BY 1`);
    expect([...words]).toEqual(found);
  });

  it('has functions that there are', async () => {
    const found = new Set(await textsOf('SELECT DISTINCT function_name FROM duckdb_functions()'));
    expect(keywords.COMMON_FUNCTIONS.filter((name) => !found.has(name))).toEqual([]);
  });

  it('quotes every keyword that must not stand as a column or a table by itself', async () => {
    const words = [
      ...keywords.UNRESERVED_KEYWORDS,
      ...keywords.RESERVED_KEYWORDS,
      ...keywords.COLUMN_KEYWORDS,
      ...keywords.FUNCTION_KEYWORDS,
    ];
    const columns = words.map((word) => `1 AS "${word}"`).join(', ');
    const rows = await session.query(`SELECT ${words.map(nameText).join(', ')} FROM (SELECT ${columns})`).rows();
    expect(Object.keys(rows[0] ?? {})).toEqual(words);
    const tables = words.map((word) => `"${word}" AS (SELECT 1)`).join(', ');
    const queries = words.map((word) => `FROM ${nameText(word)}`).join(' UNION ALL ');
    expect(await session.query(`WITH ${tables} ${queries}`).rows()).toHaveLength(words.length);
  });
});
