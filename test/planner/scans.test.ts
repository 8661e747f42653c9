import { beforeAll, describe, expect, it } from 'vitest';
import { groupScans, planErrorFrom, scanKeyOf, scansOf } from '../../src/planner/index.ts';
import { offsetFromBytes, tagScans } from '../../src/sql/index.ts';
import { PlanningDuckDb } from '../support/planning-duckdb.ts';

describe('scansOf', () => {
  let duckdb: PlanningDuckDb;

  beforeAll(async () => {
    duckdb = await PlanningDuckDb.open();
  });

  it.each([
    "SELECT * FROM redis_hash('user:*')",
    "SELECT * FROM redis_hash('it''s é 😀')",
    "SELECT * FROM REDIS_HASH('a', sample_size => 5, all_varchar => true, on_error => 'skip', server := 's', batch_size = 3)",
    "SELECT * FROM redis_hash('a', columns => {'b': 'BIGINT', 'A b\"c': 'DECIMAL(3,1)', '10': 'DATE'})",
    "SELECT * FROM redis_hash('a' || ':' || '*', sample_size => 2 + 3)",
    "SELECT * FROM redis_hash('a') x JOIN redis_hash('a', all_varchar => false) y USING (age)",
  ])('gives the key under which the scan is bound: %s', async (text) => {
    const { text: tagged } = tagScans(text, () => 4);
    const planned = new Set(scansOf(await duckdb.planJson(tagged)).map((scan) => scan.key));
    duckdb.boundKeys.clear();
    await duckdb.run(tagged);
    expect(planned.size).toBeGreaterThan(0);
    expect(planned).toEqual(duckdb.boundKeys);
  });

  it('gives the arguments as plain values', async () => {
    const [scan] = scansOf(
      await duckdb.planJson(
        "SELECT 1 FROM redis_hash('a', sample_size => 5, all_varchar => NULL, columns => {'x': 'DATE'}, server => 's') WHERE age > 1",
      ),
    );
    expect(scan?.args).toEqual({
      functionName: 'redis_hash',
      positional: ['a'],
      named: { sample_size: 5, all_varchar: null, columns: { x: 'DATE' }, server: 's' },
    });
    expect(scan?.key).toBe(scanKeyOf(scan?.args ?? { functionName: '', positional: [], named: {} }));
    expect(scan?.columnIndexes).toEqual([2]);
  });

  it('leaves out a scan whose arguments have no plain form', async () => {
    const json = await duckdb.planJson("SELECT 1 FROM redis_hash('a', columns => ['x']) WHERE age > 1");
    expect(planErrorFrom(json)).toBeNull();
    expect(scansOf(json)).toEqual([]);
  });

  it.each([
    ['an error', '{"error":true,"error_type":"binder","error_message":"no","position":"3"}'],
    ['a plan that is cut off', '{"error":false,"plans":[{"type":"LOGICAL_GET","name":"redis_ha'],
    ['nothing', ''],
  ])('finds nothing in %s', (_title, json) => {
    expect(scansOf(json)).toEqual([]);
  });

  it('survives a plan that DuckDB cuts off at a BIT constant', async () => {
    const json = await duckdb.planJson("SELECT '101'::BIT FROM redis_hash('a') WHERE age > 1");
    expect(scansOf(json).every((scan) => scan.key.includes('redis_hash'))).toBe(true);
  });

  it('finds a scan that stands outside of children, without a filter', () => {
    const get = { type: 'LOGICAL_GET', name: 'redis_hash', parameters: [], named_parameters: [], column_indexes: [] };
    const json = JSON.stringify({ error: false, plans: [{ type: 'LOGICAL_ODD', children: [], source: { deep: [get] } }] });
    expect(scansOf(json)).toMatchObject([{ filter: null, rowLimit: null }]);
  });

  it('reads no filter through a reference into a struct', () => {
    const reference = { expression_class: 'BOUND_REF', return_type: { id: 'BIGINT' }, index: 0 };
    const one = { expression_class: 'BOUND_CONSTANT', value: { type: { id: 'BIGINT' }, is_null: false, value: 1 } };
    const plan = (childIndexes: unknown[]): string =>
      JSON.stringify({
        error: false,
        plans: [
          {
            type: 'LOGICAL_FILTER',
            expressions: [{ expression_class: 'BOUND_COMPARISON', type: 'COMPARE_EQUAL', left: reference, right: one }],
            projection_map: [],
            children: [
              {
                type: 'LOGICAL_GET',
                name: 'redis_hash',
                parameters: [],
                column_indexes: [{ index: 3, child_indexes: childIndexes }],
              },
            ],
          },
        ],
      });
    expect(scansOf(plan([]))[0]?.filter).toMatchObject({ kind: 'comparison', column: 3 });
    expect(scansOf(plan([{ index: 0 }]))[0]?.filter).toMatchObject({ kind: 'opaque' });
  });

  it('maps references through the projection of a filter below', () => {
    const compare = (index: number): object => ({
      expression_class: 'BOUND_COMPARISON',
      type: 'COMPARE_EQUAL',
      left: { expression_class: 'BOUND_REF', return_type: { id: 'BIGINT' }, index },
      right: { expression_class: 'BOUND_CONSTANT', value: { type: { id: 'BIGINT' }, is_null: false, value: 1 } },
    });
    const get = {
      type: 'LOGICAL_GET',
      name: 'redis_hash',
      parameters: [],
      column_indexes: [4, 5, 6].map((index) => ({ index, child_indexes: [] })),
    };
    const lower = { type: 'LOGICAL_FILTER', expressions: [compare(1)], projection_map: [2, 0], children: [get] };
    const upper = { type: 'LOGICAL_FILTER', expressions: [compare(0)], projection_map: [], children: [lower] };
    const [scan] = scansOf(JSON.stringify({ error: false, plans: [upper] }));
    expect(scan?.filter).toMatchObject({ kind: 'and', children: [{ column: 5 }, { column: 6 }] });
  });
});

describe('groupScans', () => {
  const args = { functionName: 'redis_hash', positional: ['a'], named: {} };
  const scan = { args, key: scanKeyOf(args), columnIndexes: [0], filter: { kind: 'isNull', column: 0 }, rowLimit: null } as const;

  it('joins equal filters into one', () => {
    expect(groupScans([scan, scan]).get(scan.key)).toEqual({ filter: { kind: 'isNull', column: 0 }, rowLimit: null, gets: 2 });
  });

  it('has no filter where one scan has none', () => {
    expect(groupScans([scan, { ...scan, filter: null }]).get(scan.key)?.filter).toBeNull();
  });

  it('keeps a limit only of a scan that is alone', () => {
    const limited = { ...scan, filter: null, rowLimit: 5 };
    expect(groupScans([limited]).get(scan.key)?.rowLimit).toBe(5);
    expect(groupScans([limited, limited]).get(scan.key)?.rowLimit).toBeNull();
  });

  it('keeps constants apart that print alike', () => {
    const filterOf = (value: number | bigint, type: string) =>
      ({ kind: 'comparison', op: '=', column: 3, value: { type, value } }) as const;
    const group = groupScans([NaN, Infinity, 0, -0].map((value) => ({ ...scan, filter: filterOf(value, 'DOUBLE') }))).get(
      scan.key,
    );
    expect(group?.filter).toMatchObject({ kind: 'or', children: [{}, {}, {}, {}] });
  });
});

describe('planErrorFrom', () => {
  it('gives type, message and byte position', async () => {
    const duckdb = await PlanningDuckDb.open();
    const text = "SELECT 'é😀', nam FROM redis_hash('a')";
    const error = planErrorFrom(await duckdb.planJson(text));
    expect(error).toMatchObject({ type: 'binder', message: expect.stringContaining('"nam" not found') });
    expect(text.slice(offsetFromBytes(text, error?.position ?? 0))).toMatch(/^nam /);
  });

  it('gives null for a plan', async () => {
    const duckdb = await PlanningDuckDb.open();
    expect(planErrorFrom(await duckdb.planJson('SELECT 1'))).toBeNull();
  });
});
