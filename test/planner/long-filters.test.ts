/** Filters of many terms: that they are read in full, whatever they nest like, and shown in part. */
import { describe, expect, it } from 'vitest';
import { explainScan, groupScans, readPlan, scansOf } from '../../src/planner/index.ts';
import { MOST_DEPTH, MOST_PLAN_CHARACTERS, MOST_SHOWN_CHARACTERS, MOST_SHOWN_TERMS } from '../../src/planner/plan/limits.ts';
import type { Predicate, ScanPlan, TableColumn } from '../../src/storage/index.ts';
import { COLUMN_NAMES, PlanningDuckDb } from '../support/planning-duckdb.ts';
import { scanRequest, source } from '../support/scans.ts';

const COLUMNS = COLUMN_NAMES.map((name, index): TableColumn => {
  return { name, type: { id: 'VARCHAR' }, role: index === 0 ? 'key' : 'field', field: Buffer.from(name) };
});
const KEY = { expression_class: 'BOUND_REF', alias: '_key', return_type: { id: 'VARCHAR' }, index: 0 };

/** The JSON is put together as text, since JSON.stringify recurses. */
const isKey = (key: string): string =>
  `{"expression_class":"BOUND_COMPARISON","type":"COMPARE_EQUAL","left":${JSON.stringify(KEY)},"right":{"expression_class":"BOUND_CONSTANT","value":{"type":{"id":"VARCHAR"},"is_null":false,"value":${JSON.stringify(key)}}}}`;
const conjunction = (type: 'AND' | 'OR', terms: readonly string[]): string =>
  `{"expression_class":"BOUND_CONJUNCTION","type":"CONJUNCTION_${type}","children":[${terms.join(',')}]}`;
const keysTo = (count: number): string[] => Array.from({ length: count }, (_, index) => `user:${index}`);

/** `[[[a, b], c], d]`, as the optimiser nests the ORs that it rewrote. */
function nestedLeft(type: 'AND' | 'OR', terms: readonly string[]): string {
  const [first = '', ...others] = terms;
  const opening = `{"expression_class":"BOUND_CONJUNCTION","type":"CONJUNCTION_${type}","children":[`;
  return `${opening.repeat(others.length)}${first}${others.map((term) => `,${term}]}`).join('')}`;
}

function nestedRight(type: 'AND' | 'OR', terms: readonly string[]): string {
  const opening = `{"expression_class":"BOUND_CONJUNCTION","type":"CONJUNCTION_${type}","children":[`;
  return `${terms
    .slice(0, -1)
    .map((term) => `${opening}${term},`)
    .join('')}${terms.at(-1)}${']}'.repeat(terms.length - 1)}`;
}

function planOf(expression: string): string {
  const get =
    '{"type":"LOGICAL_GET","name":"redis_hash","parameters":[],"named_parameters":[],"column_indexes":[{"index":0,"child_indexes":[]}]}';
  return `{"error":false,"plans":[{"type":"LOGICAL_FILTER","expressions":[${expression}],"projection_map":[],"children":[${get}]}]}`;
}

function filterOf(planJson: string): Predicate | null {
  const [group] = groupScans(readPlan(planJson).scans).values();
  return group?.filter ?? null;
}

function scanPlanOf(filter: Predicate | null): ScanPlan {
  return source('hash').plan(scanRequest({ columns: COLUMNS, projection: [0], filter, batchRows: 1000 }), null);
}

function keysOf(plan: ScanPlan): unknown {
  return plan.access.kind === 'keys' ? plan.access.keys.map((key) => Buffer.from(key).toString()) : plan.access.kind;
}

describe('a filter of many terms', () => {
  it.each([
    ['side by side', conjunction],
    ['nested to the left', nestedLeft],
    ['nested to the right', nestedRight],
  ])('gives 20,000 keys of ORs %s', (_title, nest) => {
    const keys = keysTo(20_000);
    const plan = scanPlanOf(filterOf(planOf(nest('OR', [...keys, 'user:7'].map(isKey)))));
    expect(keysOf(plan)).toEqual(keys);
    expect(plan.filterAnswer).toBe('exact');
  });

  it('gives the keys of ORed ANDs', () => {
    const keys = keysTo(5000);
    const terms = keys.map((key) => conjunction('AND', [isKey(key), '{"expression_class":"BOUND_FUNCTION"}']));
    const plan = scanPlanOf(filterOf(planOf(nestedLeft('OR', terms))));
    expect(keysOf(plan)).toEqual(keys);
    expect(plan.filterAnswer).toBe('inexact');
  });

  it('shows its first terms and how many more there are', () => {
    const text = explainScan(scanPlanOf(filterOf(planOf(nestedLeft('OR', keysTo(5000).map(isKey))))), null, null);
    const shown = keysTo(MOST_SHOWN_TERMS).map((key) => `_key = '${key}'`);
    expect(text).toContain(`  filter    ${shown.join(' OR ')} … and ${5000 - MOST_SHOWN_TERMS} more → keys, exact`);
    expect(text).toContain('  access    5,000 keys, no SCAN: user:0, user:1, user:2 and 4997 more');
  });

  it('cuts off a constant that is too long to show', () => {
    const filter: Predicate = { kind: 'prefix', column: 0, prefix: 'x'.repeat(1 << 20) };
    const line = explainScan(scanPlanOf(filter), null, null).split('\n').at(-1) ?? '';
    expect(line).toMatch(/x… → keys, exact/);
    expect(line.length).toBeLessThan(MOST_SHOWN_CHARACTERS + 100);
  });

  it.each([
    ['to the left', nestedLeft],
    ['to the right', nestedRight],
  ])('shows, in part, what is not understood and nests %s', (_title, nest) => {
    const terms = nest('OR', keysTo(5000).map(isKey));
    const wrapped = `{"expression_class":"BOUND_FUNCTION","name":"f","children":[${terms}]}`;
    expect(filterOf(planOf(wrapped))).toMatchObject({
      kind: 'opaque',
      text: expect.stringMatching(/^f\(\(_key = 'user:0' OR _key = 'user:1' OR .{100,160}…$/),
    });
  });

  it('shows no more than the top of a deep expression', () => {
    const deep = `${'{"expression_class":"BOUND_FUNCTION","name":"f","children":['.repeat(50_000)}${']}'.repeat(50_000)}`;
    expect(filterOf(planOf(deep))).toMatchObject({ kind: 'opaque', text: expect.stringMatching(/^(?:f\(){21}…\){21}$/) });
  });

  it('reads a limited depth of what takes turns, and pushes the rest that surely holds', () => {
    const called = (name: string): string => `{"expression_class":"BOUND_FUNCTION","name":"${name}","children":[]}`;
    const turns = (count: number): string =>
      keysTo(count).reduce((inner, key, index) => conjunction(index % 2 === 0 ? 'OR' : 'AND', [called(key), inner]), called('x'));
    const pushed = filterOf(planOf(conjunction('AND', [isKey('user:1'), turns(1001)])));
    expect(keysOf(scanPlanOf(pushed))).toEqual(['user:1']);
    expect(JSON.stringify(pushed).match(/"kind":"(?:and|or)"/g)).toHaveLength(MOST_DEPTH + 1);
  });

  it('finds a scan below 50,000 levels of anything', () => {
    const get = '{"type":"LOGICAL_GET","name":"redis_hash","parameters":[],"column_indexes":[]}';
    const json = `{"error":false,"plans":[${'{"type":"LOGICAL_ODD","children":['.repeat(50_000)}${get}${']}'.repeat(50_000)}]}`;
    expect(scansOf(json)).toHaveLength(1);
  });
});

describe('readPlan', () => {
  it('gives the error, and no scans', () => {
    const json = '{"error":true,"error_type":"binder","error_message":"no","position":"3"}';
    expect(readPlan(json)).toMatchObject({ error: { type: 'binder', message: 'no', position: 3 }, scans: [] });
  });

  it('gives the scans of a plan, in plan order, and no error', async () => {
    const duckdb = await PlanningDuckDb.open();
    const json = await duckdb.planJson(
      "SELECT 1 FROM redis_hash('a') WHERE 9007199254740993 = age UNION ALL SELECT 2 FROM redis_hash('b')",
    );
    const { error, scans } = readPlan(json);
    expect(error).toBeNull();
    expect(scans).toEqual(scansOf(json));
    expect(scans.map((scan) => scan.args.positional)).toEqual([['a'], ['b']]);
    expect(scans[0]?.filter).toMatchObject({ kind: 'comparison', value: { type: 'BIGINT', value: 9_007_199_254_740_993n } });
  });

  it.each([2000, 500])('gives every key of %d terms that DuckDB planned', async (count) => {
    const duckdb = await PlanningDuckDb.open();
    const term = (key: string): string => (count > 1000 ? `_key = '${key}'` : `(_key = '${key}' AND age = ${key.slice(5)})`);
    const json = await duckdb.planJson(`SELECT 1 FROM redis_hash('user:*') WHERE ${keysTo(count).map(term).join(' OR ')}`);
    const keys = keysOf(scanPlanOf(filterOf(json)));
    expect(Array.isArray(keys) ? new Set<unknown>(keys) : keys).toEqual(new Set(keysTo(count)));
  });

  it('reads no scan out of a plan that is too long', () => {
    const json = planOf(isKey('user:1'));
    const fitting = json.slice(0, -1).padEnd(MOST_PLAN_CHARACTERS - 1, ' ');
    expect(readPlan(`${fitting}}`).scans).toHaveLength(1);
    expect(readPlan(`${fitting} }`)).toMatchObject({ error: null, scans: [] });
  });
});
