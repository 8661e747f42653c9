import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, calls, execute, native, openDatabase, readText } from '../../../src/engine/duckdb.ts';
import { BOUNDED_CATALOG, BOUNDED_NAMES, BOUNDED_STATEMENTS } from '../../../src/engine/thread/sandbox/bounded-functions.ts';

let connection: Connection;
beforeAll(async () => {
  connection = await calls.connect(await openDatabase({ autoload_known_extensions: 'false' }));
  for (const statement of BOUNDED_STATEMENTS) await execute(connection, statement);
  await execute(connection, `SET search_path = 'memory.main,${BOUNDED_CATALOG}.main'`);
});
afterAll(() => native.disconnect_sync(connection));

const valueOf = (expression: string): Promise<string | null> =>
  readText(connection, `SELECT CAST(${expression} AS VARCHAR) FROM range(1)`);

describe('a bounded function', () => {
  it.each([
    [
      "repeat('ab', 3)",
      "repeat('ab', 0)",
      'repeat(NULL::VARCHAR, 3)',
      "repeat('a', NULL)",
      'repeat([1, 2], 2)',
      "repeat('\\x00ab'::BLOB, 2)",
    ],
    ["lpad('x', 3, '0')", "lpad('xyz', 2, '0')", "rpad('x', 3, '-')", "rpad(NULL, 3, '-')", "bitstring('101', 5)"],
    [
      'range(3)',
      'range(1, 4)',
      'range(10, 1, -3)',
      'range(NULL)',
      'generate_series(1, 3)',
      'generate_series(1::UTINYINT, 9::UTINYINT, 4::UTINYINT)',
    ],
    [
      "range(DATE '2020-01-01', DATE '2020-02-01', INTERVAL 1 week)",
      "generate_series(TIMESTAMPTZ '2020-01-01 00:00:00+00', TIMESTAMPTZ '2020-01-03 00:00:00+00', INTERVAL 1 day)",
    ],
    ['list_resize([1, 2], 3)', 'list_resize([1, 2], 3, 7)', 'array_resize([1], 2)'],
    [
      "levenshtein('kitten', 'sitting')",
      "levenshtein(NULL, 'a')",
      "editdist3('a', 'b')",
      "damerau_levenshtein('ab', 'ba')",
      "jaro_similarity('ab', 'ac')",
      "jaro_winkler_similarity('abcd', 'abce', 0.5)",
    ],
  ])('gives what DuckDB gives: %s …', async (...expressions) => {
    for (const expression of expressions) {
      const own = expression.replace(/^\w+\(/, 'system.main.$&');
      expect([expression, await valueOf(expression)]).toEqual([expression, await valueOf(own)]);
    }
  });

  const making = [...BOUNDED_NAMES].filter((name) => !/leven|edit|jaro|~~|like/.test(name));
  it.each(making)('is not computed while a statement is planned: %s', async (name) => {
    const calls: Readonly<Record<string, string>> = {
      repeat: "repeat('a', 3)",
      lpad: "lpad('a', 3, 'b')",
      rpad: "rpad('a', 3, 'b')",
      bitstring: "bitstring('1', 3)",
      list_resize: 'list_resize([1], 2)',
      array_resize: 'array_resize([1], 2)',
      range: 'range(3)',
      generate_series: 'generate_series(1, 7, 2)',
    };
    const call = calls[name] ?? 'missing';
    const plan = await readText(
      connection,
      `SELECT json_serialize_plan('SELECT ${call.replaceAll("'", "''")} FROM range(1)', optimize := true)`,
    );
    expect(plan).toContain('"error":false');
    expect(plan).toContain('"random"');
  });

  it.each([
    ["repeat('abcd', 5000000)", 'requested length too large'],
    ["lpad('a', 5000000, 'b')", 'requested length too large'],
    ['generate_series(1, 20000000)', 'too many items'],
    ['range(0, -200000000, -2)', 'too many items'],
    ["levenshtein(repeat('a', 1001), 'b')", 'levenshtein() argument exceeds maximum length of 1000 characters'],
  ])('has its bound: %s', async (expression, message) => {
    await expect(valueOf(expression)).rejects.toThrow(message);
  });

  it.each([
    ['a LIKE b', `system.main."~~"(a, b)`],
    ['a NOT LIKE b', `system.main."!~~"(a, b)`],
    ['a ILIKE b', `system.main."~~*"(a, b)`],
    ['a NOT ILIKE b', `system.main."!~~*"(a, b)`],
    ["a LIKE b ESCAPE '\\'", "system.main.like_escape(a, b, '\\')"],
    ["a NOT LIKE b ESCAPE 'B'", "system.main.not_like_escape(a, b, 'B')"],
    ["a ILIKE b ESCAPE '$'", "system.main.ilike_escape(a, b, '$')"],
    ["a NOT ILIKE b ESCAPE '.'", "system.main.not_ilike_escape(a, b, '.')"],
  ])('matches as DuckDB does: %s', async (bounded, own) => {
    const letters = ['a', 'b', 'B', '.', '\\', '$', '%', '_', '\n', 'é', '('];
    let seed = 7;
    const word = (length: number): string =>
      Array.from({ length }, () => {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
        return letters[Math.floor(seed / 65_536) % letters.length];
      }).join('');
    const rows = Array.from({ length: 4000 }, (_, n) => `('${word(n % 7)}', '${word(n % 9)}%')`);
    // What ends by its escape character is an error.
    const valid = `(SELECT a, replace(replace(replace(replace(b, '\\', '\\%'), 'B', 'B_'), '$', '$$'), '.', '.%') AS b FROM (VALUES ${rows.join()}) v(a, b))`;
    const sql = `SELECT count(*) || ' ' || count(*) FILTER ((${bounded}) IS DISTINCT FROM ${own}) || ' ' || (count(*) FILTER (${own}) > 100) FROM ${valid}`;
    expect(await readText(connection, sql)).toBe('4000 0 true');
  });

  it.each([
    ["k LIKE 'user:%'", true],
    ["k NOT LIKE '%a%'", true],
    ["k LIKE 'a%b%'", true],
    ["k ILIKE '%A%'", true],
    ["k LIKE 'a!_%' ESCAPE '!'", true],
    ["k ILIKE '%a%b%'", false],
  ])('leaves the plan of a simple pattern as it is: %s', async (condition, isSame) => {
    const text = `SELECT json_serialize_plan('SELECT 1 FROM (SELECT range::VARCHAR AS k FROM range(9)) WHERE ${condition.replaceAll("'", "''")}', optimize := true)`;
    const bounded = await readText(connection, text);
    await execute(connection, "SET search_path = 'memory.main'");
    const own = await readText(connection, text);
    await execute(connection, `SET search_path = 'memory.main,${BOUNDED_CATALOG}.main'`);
    const plain = (plan: string | null) => plan?.replaceAll(/"(is_operator|query_location)":\w+/g, '');
    expect(plain(bounded) === plain(own)).toBe(isSame);
  });

  it('leaves table functions as they are', async () => {
    expect(await readText(connection, 'SELECT count(*)::VARCHAR FROM range(20000000)')).toBe('20000000');
  });
});
