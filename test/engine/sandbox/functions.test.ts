import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, calls, native, openDatabase, readText } from '../../../src/engine/duckdb.ts';
import { judgeScalar, judgeTable } from '../../../src/engine/thread/sandbox/functions.ts';

const OURS = new Set(['redis_hash']);
let connection: Connection;
beforeAll(async () => {
  connection = await calls.connect(await openDatabase({ autoload_known_extensions: 'false' }));
});
afterAll(() => native.disconnect_sync(connection));

async function namesOf(...types: readonly string[]): Promise<readonly string[]> {
  const list = types.map((type) => `'${type}'`).join();
  const sql = `SELECT to_json(list(DISTINCT lower(function_name))) FROM duckdb_functions() WHERE function_type IN (${list})`;
  // JSON of DuckDB's: a list of texts.
  return JSON.parse((await readText(connection, sql)) ?? '[]') as string[];
}

describe('the lists of functions', () => {
  it('judge every scalar function, aggregate and macro that DuckDB has', async () => {
    const names = await namesOf('scalar', 'aggregate', 'macro');
    expect(names.length).toBeGreaterThan(700);
    expect(names.filter((name) => judgeScalar(name).kind === 'unknown')).toEqual([]);
  });

  it('judge every table function, table macro and pragma that DuckDB has', async () => {
    const names = await namesOf('table', 'table_macro');
    expect(names.length).toBeGreaterThan(80);
    expect(names.filter((name) => judgeTable(name, OURS).kind === 'unknown')).toEqual([]);
  });

  it('allow no table function but these', async () => {
    const names = await namesOf('table', 'table_macro');
    const allowed = names.filter((name) => judgeTable(name, OURS).kind === 'allowed');
    expect(allowed.sort()).toEqual(
      'duckdb_keywords generate_series icu_calendar_names json_each json_tree pg_timezone_names range repeat repeat_row unnest'.split(
        ' ',
      ),
    );
    expect(judgeTable('redis_hash', OURS)).toEqual({ kind: 'allowed' });
    expect(judgeTable('redis_agg', OURS)).toEqual({ kind: 'unknown' });
  });

  it.each([
    ['current_setting', 'getenv', 'nextval', 'currval', 'write_log', 'txid_current', 'current_database', 'pg_get_viewdef'],
    [
      'json_serialize_plan',
      'json_execute_serialized_sql',
      'sleep_ms',
      'pg_sleep',
      'finalize',
      '__internal_compress_string_uhugeint',
    ],
  ])('refuse what reads or does more than compute: %s …', (...names) => {
    const isRefused = (name: string): boolean =>
      judgeScalar(name).kind === 'refused' || judgeTable(name, OURS).kind === 'refused';
    expect(names.filter((name) => !isRefused(name))).toEqual([]);
  });

  it('allow no macro of DuckDB that reads tables of its catalog', async () => {
    const sql = `SELECT to_json(list(DISTINCT lower(function_name))) FROM duckdb_functions()
      WHERE function_type = 'macro' AND regexp_matches(macro_definition, '\\bFROM\\b')`;
    // JSON of DuckDB's: a list of texts.
    const names = JSON.parse((await readText(connection, sql)) ?? '[]') as string[];
    expect(names).toContain('pg_get_viewdef');
    expect(names.filter((name) => judgeScalar(name).kind !== 'refused')).toEqual([]);
  });
});
