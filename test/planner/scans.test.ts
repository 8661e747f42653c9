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
    "SELECT * FROM redis_hash('a', columns => {'b': 'BIGINT', 'A b\"c': 'DECIMAL(3,1)', 'ten': 'DATE'})",
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
      named: { sample_size: 5, all_varchar: null, columns: new Map([['x', 'DATE']]), server: 's' },
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
  const scan = {
    args,
    key: scanKeyOf(args),
    columnIndexes: [0],
    filter: { kind: 'isNull', column: 0 },
    rowLimit: null,
    topN: null,
  } as const;

  it('joins equal filters into one', () => {
    expect(groupScans([scan, scan]).get(scan.key)).toEqual({
      filter: { kind: 'isNull', column: 0 },
      rowLimit: null,
      topN: null,
      gets: 2,
    });
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

describe('the reading of expressions', () => {
  const COLUMN = { expression_class: 'BOUND_REF', return_type: { id: 'BIGINT' }, index: 0 };
  const valueOf = (id: string, value: unknown, type_info: unknown = null): object => ({
    expression_class: 'BOUND_CONSTANT',
    value: { type: { id, type_info }, is_null: value === null, value },
  });
  const columnOf = (id: string): object => ({ ...COLUMN, return_type: { id } });

  function filterOf(expression: unknown): unknown {
    const get = { type: 'LOGICAL_GET', name: 'redis_hash', parameters: [], column_indexes: [{ index: 9, child_indexes: [] }] };
    const plans = [{ type: 'LOGICAL_FILTER', expressions: [expression], projection_map: [], children: [get] }];
    return scansOf(JSON.stringify({ error: false, plans }))[0]?.filter;
  }

  it.each([
    ['COMPARE_LESSTHAN', '>'],
    ['COMPARE_LESSTHANOREQUALTO', '>='],
    ['COMPARE_GREATERTHAN', '<'],
    ['COMPARE_GREATERTHANOREQUALTO', '<='],
    ['COMPARE_EQUAL', '='],
    ['COMPARE_NOTEQUAL', '<>'],
  ])('turns %s with the constant on the left around', (type, op) => {
    const expression = { expression_class: 'BOUND_COMPARISON', type, left: valueOf('BIGINT', 5), right: COLUMN };
    expect(filterOf(expression)).toEqual({ kind: 'comparison', op, column: 9, value: { type: 'BIGINT', value: 5n } });
  });

  it.each([
    ['HUGEINT', { upper: -1, lower: 0 }, null, { type: 'HUGEINT', value: -(2n ** 64n) }],
    ['DECIMAL', { upper: 1, lower: 2 }, { width: 38, scale: 2 }, { type: 'DECIMAL(38,2)', value: 2n ** 64n + 2n }],
    ['UUID', { upper: 0, lower: 1 }, null, { type: 'UUID', value: '80000000-0000-0000-0000-000000000001' }],
    ['TIMESTAMP WITH TIME ZONE', 7, null, { type: 'TIMESTAMP WITH TIME ZONE', value: 7n }],
    ['DOUBLE', 'NaN', null, { type: 'DOUBLE', value: NaN }],
    ['BOOLEAN', false, null, { type: 'BOOLEAN', value: false }],
  ])('reads a constant of %s', (id, value, info, constant) => {
    const expression = {
      expression_class: 'BOUND_COMPARISON',
      type: 'COMPARE_EQUAL',
      left: { ...columnOf(id), return_type: { id, type_info: info } },
      right: valueOf(id, value, info),
    };
    expect(filterOf(expression)).toEqual({ kind: 'comparison', op: '=', column: 9, value: constant });
  });

  it.each([
    ['a constant of another type', { left: columnOf('VARCHAR'), right: valueOf('BLOB', 'a') }],
    ['a constant without a form here', { left: columnOf('INTERVAL'), right: valueOf('INTERVAL', { months: 1 }) }],
    ['a column that is not there', { left: { ...COLUMN, index: 7 }, right: valueOf('BIGINT', 1) }],
  ])('leaves alone %s', (_title, sides) => {
    const expression = { expression_class: 'BOUND_COMPARISON', type: 'COMPARE_EQUAL', ...sides };
    expect(filterOf(expression)).toMatchObject({ kind: 'opaque' });
  });

  it('never takes NULL for false under NOT', () => {
    const not = (child: object): object => ({ expression_class: 'BOUND_OPERATOR', type: 'OPERATOR_NOT', children: [child] });
    const equal = { expression_class: 'BOUND_COMPARISON', type: 'COMPARE_EQUAL', left: COLUMN, right: valueOf('BIGINT', null) };
    expect(filterOf(equal)).toEqual({ kind: 'in', column: 9, values: [] });
    expect(filterOf(not(equal))).toMatchObject({ kind: 'not', child: { kind: 'opaque' } });
    const same = { ...equal, type: 'COMPARE_NOT_DISTINCT_FROM', right: valueOf('BIGINT', 1) };
    expect(filterOf(same)).toMatchObject({ kind: 'comparison', op: '=' });
    expect(filterOf(not(same))).toMatchObject({ kind: 'not', child: { kind: 'opaque' } });
  });
});
