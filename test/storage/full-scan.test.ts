import { describe, expect, it } from 'vitest';
import { DEFAULT_SCAN_SETTINGS, type ScanPlan, type ScanRequest } from '../../src/storage/index.ts';
import { checkFullScan, isFullScan } from '../../src/storage/tables/full-scan.ts';
import { scanPlan, scanRequest, scanTask } from '../support/scans.ts';

const SCAN = { kind: 'scan', pattern: Buffer.from('user:*') } as const;

function planWith(
  onFullScan: ScanRequest['settings']['onFullScan'],
  given: Partial<ScanPlan> = {},
  rowLimit: number | null = null,
) {
  const access = given.access ?? SCAN;
  const request = scanRequest({ columns: [], settings: { ...DEFAULT_SCAN_SETTINGS, onFullScan } });
  const tasks = [scanTask({ access, columns: [], rowLimit })];
  return scanPlan({ request, access, accessText: 'user:*', tasks, ...given });
}

describe('a full scan', () => {
  it.each([
    ['a pattern', planWith('allow'), true],
    ['a pattern with a limit', planWith('allow', {}, 10), false],
    ['named keys', planWith('allow', { access: { kind: 'keys', keys: [] } }), false],
    ['series by label', planWith('allow', { access: { kind: 'series', filters: ['a=b'], pattern: SCAN.pattern } }), false],
  ])('is known: %s', (_, plan, is) => {
    expect(isFullScan(plan)).toBe(is);
  });

  it('passes, is noted or refused, as the session says', () => {
    expect(checkFullScan(planWith('allow'))).toBeNull();
    expect(checkFullScan(planWith('warn'))).toMatch(/reads every key that matches user:\*.*LIMIT/);
    expect(checkFullScan(planWith('refuse', {}, 5))).toBeNull();
    expect(() => checkFullScan(planWith('refuse'))).toThrow(
      expect.objectContaining({ code: 'RQ_SCAN_LIMIT', hint: expect.stringContaining("SET on_full_scan = 'allow'") }),
    );
  });

  it('names the index that would help', () => {
    const advice = { command: 'FT.CREATE idx …', saving: '90 %' };
    expect(checkFullScan(planWith('warn', { advice }))).toContain('FT.CREATE idx …');
  });
});
