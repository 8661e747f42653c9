import { describe, expect, it } from 'vitest';
import { explainScan } from '../../src/planner/index.ts';
import type { ScanPlan, ScanRequest, TableColumn } from '../../src/storage/index.ts';
import { scanPlan, scanRequest } from '../support/scans.ts';

const COLUMNS: readonly TableColumn[] = [
  { name: '_key', type: { id: 'VARCHAR' }, role: 'key' },
  { name: '_ttl', type: { id: 'BIGINT' }, role: 'ttl' },
  { name: 'age', type: { id: 'BIGINT' }, role: 'field' },
  { name: 'score', type: { id: 'DOUBLE' }, role: 'field' },
  { name: '_fields', type: { id: 'MAP', key: { id: 'VARCHAR' }, value: { id: 'VARCHAR' } }, role: 'fields' },
];
const REQUEST = scanRequest({ columns: COLUMNS, projection: [2, 3] });

function planOf(request: Partial<ScanRequest>, rest: Partial<ScanPlan> = {}): ScanPlan {
  const access = { kind: 'scan', pattern: Buffer.from('user:*') } as const;
  return scanPlan({ request: { ...REQUEST, ...request }, access, accessText: 'user:*', ...rest });
}

describe('explainScan', () => {
  it('says what will be asked', () => {
    expect(explainScan(planOf({}), null, null)).toBe(
      ["redis_hash('user:*')  server default", '  access    SCAN MATCH user:*', '  fields    age, score (HMGET)'].join('\n'),
    );
  });

  it('says that Redis leaves out other types where no field tells them', () => {
    expect(explainScan(planOf({ projection: [0] }), null, null)).toContain('  access    SCAN MATCH user:* TYPE hash\n');
    expect(explainScan(planOf({ projection: [0], onError: 'skip' }), null, null)).toContain('  access    SCAN MATCH user:*\n');
  });

  it('says what was read', () => {
    const counters = {
      keysScanned: 1_000_000n,
      rows: 12,
      bytesReceived: 5,
      roundTrips: 3n,
      batches: 1,
      skippedKeys: 0,
      vanishedKeys: 2,
    };
    const text = explainScan(planOf({ rowLimit: 10, onError: 'skip' }), counters, 1234.4);
    expect(text).toContain('  limit     stops after 10 rows\n  on error  skip\n');
    expect(text).toContain(
      '  read      keys scanned 1,000,000, rows 12, bytes received 5, round trips 3, batches 1, skipped keys (another type) 0, vanished keys 2\n',
    );
    expect(text).toMatch(/ {2}time {6}1,234 ms$/);
  });

  it.each([
    [[0], 'none'],
    [[], 'none'],
    [[1], 'none; time to live (TTL)'],
    [[2, 4], 'all fields (HGETALL)'],
  ])('names the fields of %j', (projection, fields) => {
    expect(explainScan(planOf({ projection }), null, null)).toContain(`  fields    ${fields}`);
  });

  it('shows filter and keys', () => {
    const filter = { kind: 'in', column: 0, values: [{ type: 'VARCHAR', value: "it's" }] } as const;
    const access = { kind: 'keys', keys: [Buffer.from("it's")] } as const;
    const text = explainScan(planOf({ filter }, { access, accessText: "it's", filterAnswer: 'exact' }), null, null);
    expect(text).toContain("  access    1 key, no SCAN: it's\n");
    expect(text).toContain("  filter    _key IN ('it''s')  (pushed, exact; re-checked by DuckDB)");
  });

  it('keeps to its own lines whatever the pattern holds', () => {
    const text = explainScan(planOf({ pattern: "a\n'\u001b[31m" }, { accessText: 'a\r\n' }), null, null);
    expect(text.split('\n')).toHaveLength(3);
    expect(text).toContain(String.raw`redis_hash('a\x0a''\x1b[31m')`);
  });
});
