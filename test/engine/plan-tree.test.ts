import { describe, expect, it } from 'vitest';
import { type MarkedScan, planTreeFrom } from '../../src/engine/session/plan-tree.ts';

const scan = (title: string, mark: number | null): MarkedScan => ({
  ...{ title, mark, server: 'default', access: 'scan', lines: [], commands: [], index: null, actual: null, advice: null },
  ...{ estimatedRows: null, expectedKeys: 'all' as const },
});
const node = (name: string, estimate: number | null, children: readonly unknown[] = []): object => ({
  name,
  children,
  extra_info: estimate === null ? {} : { 'Estimated Cardinality': String(estimate) },
});
const titles = (json: unknown, scans: readonly MarkedScan[]): (string | undefined)[] =>
  planTreeFrom(JSON.stringify(json), scans).scans.map(({ title }) => title);

describe('planTreeFrom', () => {
  it('gives scans in the order of their operators, those of none last', () => {
    const plan = [node('UNION', null, [node('REDIS_HASH', 100_001), node('REDIS_AGG', 7), node('REDIS_HASH', 100_000)])];
    const scans = [scan('a', 100_000), scan('unplaced', 3), scan('b', 100_001), scan('grouped', 7)];
    expect(titles(plan, scans)).toEqual(['b', 'grouped', 'a', 'unplaced']);
    const { root } = planTreeFrom(JSON.stringify(plan), scans);
    expect(root?.children.map((child) => child.scan)).toEqual([0, 1, 2]);
  });

  it('gives each operator over one table a scan of its own', () => {
    const plan = [node('UNION', null, [node('REDIS_HASH', 100_000), node('REDIS_HASH', 100_000), node('REDIS_HASH', 100_000)])];
    const { root } = planTreeFrom(JSON.stringify(plan), [scan('first', 100_000), scan('second', 100_000)]);
    expect(root?.children.map((child) => child.scan)).toEqual([0, 1, null]);
  });

  it.each(['', '{"a":', '[]', '{}', '{"children":[]}', 'null', '[1]'])('has no root where there is no plan: %s', (json) => {
    expect(planTreeFrom(json, [scan('a', 1)])).toMatchObject({ root: null, scans: [{ title: 'a' }] });
  });

  it('reads a plan that ran from below EXPLAIN_ANALYZE', () => {
    const ran = {
      operator_name: 'PROJECTION ',
      operator_timing: 0.002,
      operator_cardinality: 3,
      children: [],
      extra_info: { a: ['x', 'y'] },
    };
    const json = { children: [{ operator_name: 'EXPLAIN_ANALYZE', children: [ran] }] };
    expect(planTreeFrom(JSON.stringify(json), []).root).toEqual({
      ...{ name: 'PROJECTION', details: [['a', 'x\ny']], estimatedRows: null, rows: 3, elapsedMs: 2, scan: null, children: [] },
    });
  });
});
