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

  const making = [...BOUNDED_NAMES].filter((name) => !/leven|edit|jaro/.test(name));
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

  it('leaves table functions as they are', async () => {
    expect(await readText(connection, 'SELECT count(*)::VARCHAR FROM range(20000000)')).toBe('20000000');
  });
});
