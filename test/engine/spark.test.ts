import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type Session } from '../../src/index.ts';

const DRAWN: readonly (readonly [sql: string, drawn: string | null])[] = [
  ['[1, 2, 3, 4, 5, 6, 7, 8]', '▁▂▃▄▅▆▇█'],
  ['[3, 1]', '█▁'],
  ['[5, 5, NULL]', '▄▄ '],
  ['[7]', '▄'],
  ['[]', ''],
  ['[NULL]::INTEGER[]', ' '],
  ['NULL', null],
  ['[1.5, 2.25]::DECIMAL(5,2)[]', '▁█'],
  ['[-170141183460469231731687303715884105727::HUGEINT, 0, 170141183460469231731687303715884105727]', '▁▅█'],
  ['[-1e308, 0, 1e308]', '▁▅█'],
  ["['nan'::DOUBLE, '-inf', 1, 2, 'inf']", ' ▁▁██'],
  ['[1, 2, 3]::INTEGER[3]', '▁▅█'],
];

describe('spark()', () => {
  let sql: Session;
  beforeAll(async () => {
    sql = await connect({ isLazy: true });
  });
  afterAll(() => sql.close());

  it.each(DRAWN)('draws %s as «%s»', async (list, drawn) => {
    expect(await sql.query(`SELECT spark(${list}) AS line`).rows()).toEqual([{ line: drawn }]);
  });

  it('draws a line a row, whatever their number and NULLs', async () => {
    const text = `SELECT i, spark(CASE WHEN i % 3 = 0 THEN NULL ELSE list_transform(range(i % 20), lambda x: (x * x) % 7) END) AS line
      FROM range(10000) t(i)`;
    const rows = await sql.query(text).rows();
    expect(rows).toHaveLength(10_000);
    const lengths = rows.map(({ line }) => (line === null ? null : [...String(line)].length));
    expect(lengths).toEqual(rows.map(({ i }) => (Number(i) % 3 === 0 ? null : Number(i) % 20)));
    expect(rows[4]).toEqual({ i: 4n, line: '▁▃█▅' });
  });

  it('takes an ordered aggregate', async () => {
    const rows = await sql
      .query(
        'SELECT k, spark(list(n ORDER BY d DESC)) AS line FROM (SELECT i % 2 AS k, i AS d, i AS n FROM range(16) t(i)) GROUP BY k ORDER BY k',
      )
      .rows();
    expect(rows).toEqual([
      { k: 0n, line: '█▇▆▅▄▃▂▁' },
      { k: 1n, line: '█▇▆▅▄▃▂▁' },
    ]);
  });

  it.each(["'abc'", "[DATE '2024-01-01']", '[true]', "['a']", '1, 2'])('is an error for %s', async (args) => {
    await expect(sql.query(`SELECT spark(${args})`).rows()).rejects.toMatchObject({ kind: expect.stringMatching(/input|data/) });
  });

  it("is DuckDB's own to a list of the user's functions, and gives way to a macro of theirs", async () => {
    const own = "SELECT count(*) AS n FROM duckdb_functions() WHERE NOT internal AND function_name IN ('spark', 'bar')";
    expect(await sql.query(own).rows()).toEqual([{ n: 0n }]);
    await using other = await connect({ isLazy: true });
    await other.query("CREATE MACRO spark(l) AS 'mine'").rows();
    expect(await other.query('SELECT spark([1]) AS line').rows()).toEqual([{ line: 'mine' }]);
    expect(await sql.query('SELECT spark([1]) AS line').rows()).toEqual([{ line: '▄' }]);
  });

  it("stands beside DuckDB's bar()", async () => {
    const text = "SELECT bar(5, 0, 10, 8) || '|' AS half, bar(0.5, 0, 10, 4) || '|' AS little, bar(50, 0, 10, 4) || '|' AS much";
    expect(await sql.query(text).rows()).toEqual([{ half: '████    |', little: '▏   |', much: '████|' }]);
  });
});
