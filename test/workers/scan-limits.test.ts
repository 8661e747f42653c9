import { describe, expect, it, vi } from 'vitest';
import type { ScanBudget } from '../../src/storage/index.ts';
import { ScanLimits } from '../../src/workers/scan-limits.ts';

const NONE: ScanBudget = { maxKeys: null, maxBytes: null, keysPerSecond: null };

describe('ScanLimits', () => {
  it('lets everything pass without a budget', () => {
    const limits = new ScanLimits(NONE, () => undefined);
    limits.spend(1e9);
    expect([limits.mayAsk(), limits.found(1e9), limits.received(1e12), limits.scanCount]).toEqual([true, null, null, 1000]);
  });

  it('says what was reached and what to add', () => {
    const limits = new ScanLimits({ ...NONE, maxKeys: 100, maxBytes: 5000 }, () => undefined);
    expect([limits.found(60), limits.found(40), limits.received(5000)]).toEqual([null, null, null]);
    expect(limits.found(1)).toMatchObject({
      code: 'RQ_SCAN_LIMIT',
      message: 'the scan was stopped at more than 100 keys: max_scan_keys is 100',
      hint: expect.stringContaining('SET max_scan_keys = 1000'),
    });
    expect(limits.received(5001)).toMatchObject({
      code: 'RQ_SCAN_LIMIT',
      message: expect.stringContaining('max_scan_bytes is 5000'),
    });
  });

  it.each([
    [5, 10],
    [1000, 50],
    [1_000_000, 1000],
  ])('asks for little at a time at %d keys a second', (keysPerSecond, count) => {
    expect(new ScanLimits({ ...NONE, keysPerSecond }, () => undefined).scanCount).toBe(count);
  });

  it('keeps the pace by the clock, and wakes whoever was told to wait', () => {
    vi.useFakeTimers();
    let nowMs = 0;
    let wakeCount = 0;
    const limits = new ScanLimits(
      { ...NONE, keysPerSecond: 1000 },
      () => void (wakeCount += 1),
      () => nowMs,
    );
    let walked = 0;
    for (; nowMs < 10_000; nowMs += 5) {
      vi.advanceTimersByTime(5);
      if (!limits.mayAsk()) continue;
      limits.spend(limits.scanCount);
      walked += limits.scanCount;
    }
    expect(walked).toBeGreaterThan(9_800);
    expect(walked).toBeLessThanOrEqual(10_100);
    expect(wakeCount).toBeGreaterThan(100);
    limits.close();
    vi.useRealTimers();
  });
});
