import headless from '@xterm/headless';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Progress, type ProgressOptions } from '../../src/output/progress.ts';
import { type ProgressNumbers, type ProgressView, progressText, scanTable } from '../../src/output/progress-text.ts';

const scan = {
  title: "redis_hash('user:*')",
  access: 'scan',
  keysScanned: 1_234_000,
  rows: 1_204,
  roundTrips: 3_104,
  bytesReceived: 96_400_000,
  redisMicros: 2_100_000,
  walkedMillionths: 308_500,
};
const numbers: ProgressNumbers = { ...scan, elapsedMs: 3_200, scans: [scan] };
const view: ProgressView = { scannedMs: 3_200, totalKeys: null, isQuiet: false };
const walked = (walkedMillionths: number) => ({ scans: [{ ...scan, walkedMillionths }] });
const NOTHING = { keysScanned: 0, rows: 0, bytesReceived: 0, roundTrips: 0, scans: [] };

describe('progressText', () => {
  it.each<[string, Partial<ProgressNumbers>, Partial<ProgressView>, string]>([
    [
      'of a scan',
      {},
      { totalKeys: 4_000_000 },
      '3.2s SCAN 1.2M/4.0M keys (30%) · 386k keys/s · 3,104 round trips · 96 MB in · 1,204 rows',
    ],
    ['without the size of the database', {}, {}, '3.2s SCAN 1.2M keys found (30%) · 3,104 round trips · 96 MB in · 1,204 rows'],
    [
      'of a scan of another server',
      { scans: [{ ...scan, server: 'eu' }] },
      { totalKeys: 4_000_000 },
      '3.2s SCAN 1.2M keys found (30%) · 3,104 round trips · 96 MB in · 1,204 rows',
    ],
    [
      'never 100% before the end',
      walked(1_000_000),
      { totalKeys: 1_234_000 },
      '3.2s SCAN 1.2M/1.2M keys (99%) · 386k keys/s · 3,104 round trips · 96 MB in · 1,204 rows',
    ],
    [
      'of a pattern that few keys match',
      { keysScanned: 12, ...walked(250_000) },
      { totalKeys: 4_000_000 },
      '3.2s SCAN 1.0M/4.0M keys (25%) · 313k keys/s · 3,104 round trips · 96 MB in · 1,204 rows',
    ],
    [
      'of two scans of one database',
      {
        scans: [
          { ...scan, walkedMillionths: 1_000_000 },
          { ...scan, walkedMillionths: 0 },
        ],
      },
      { totalKeys: 1_234_000 },
      '3.2s SCAN 1.2M/2.5M keys (50%) · 386k keys/s · 3,104 round trips · 96 MB in · 1,204 rows',
    ],
    [
      'by index without a percentage',
      { scans: [{ ...scan, access: 'search' }] },
      { totalKeys: 4_000_000 },
      '3.2s FT.SEARCH 1.2M keys · 386k keys/s · 3,104 round trips · 96 MB in · 1,204 rows',
    ],
    [
      'while DuckDB works on',
      walked(1_000_000),
      { scannedMs: 1_600, isQuiet: true },
      '3.2s DuckDB at work · SCAN 1.2M keys found (99%) · 3,104 round trips · 96 MB in · 1,204 rows',
    ],
    [
      'while Redis lets us wait',
      walked(900_000),
      { isQuiet: true },
      '3.2s SCAN 1.2M keys found (90%) · 3,104 round trips · 96 MB in · 1,204 rows',
    ],
    ['before the first scan', { ...NOTHING }, {}, '3.2s planning'],
    ['without Redis', { ...NOTHING, phase: 'DuckDB at work' }, {}, '3.2s DuckDB at work'],
    [
      'of one row',
      { ...NOTHING, scans: [{ ...scan, access: 'keys' }], rows: 1, roundTrips: 1, keysScanned: 1 },
      { scannedMs: 0 },
      '3.2s keys by name 1 key · 1 round trip · 0 B in · 1 row',
    ],
  ])('says what is done: %s', (_, changes, viewChanges, text) => {
    expect(progressText({ ...numbers, ...changes }, { ...view, ...viewChanges })).toBe(text);
  });
});

describe('scanTable', () => {
  it('has a line for each scan, within the window', () => {
    const wide = scanTable([scan, { ...scan, title: "redis_hash('\u001b[31m')", access: 'search', keysScanned: 12 }], 100);
    expect(wide).toEqual([
      '  scan                    access     keys  rows  round trips  bytes  waiting',
      "  redis_hash('user:*')    SCAN       1.2M  1.2k        3,104  96 MB    2.1 s",
      "  redis_hash('\\x1b[31m')  FT.SEARCH    12  1.2k        3,104  96 MB    2.1 s",
    ]);
    for (const line of scanTable([scan], 40)) expect(line.length).toBeLessThanOrEqual(40);
  });
});

describe('Progress', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
  afterEach(() => void vi.useRealTimers());

  function started(options: Partial<ProgressOptions> = {}) {
    const drawn: string[] = [];
    const progress = new Progress({
      write: (text) => void drawn.push(text),
      columns: () => 80,
      numbers: () => numbers,
      ...options,
    });
    return { drawn, progress };
  }

  it('draws after half a second, ten times a second, within the window, and erases itself', () => {
    const { drawn, progress } = started({ columns: () => 20 });
    vi.advanceTimersByTime(499);
    expect(drawn).toEqual([]);
    vi.advanceTimersByTime(301);
    expect(drawn).toHaveLength(4);
    expect(drawn[0]).toBe('\r\u001b[K⠋ 3.2s SCAN 1.2M k…');
    progress.stop();
    expect(drawn.at(-1)).toBe('\r\u001b[K');
    vi.advanceTimersByTime(1_000);
    expect(drawn).toHaveLength(5);
  });

  it('draws nothing for work that ends soon', () => {
    const { drawn, progress } = started();
    vi.advanceTimersByTime(400);
    progress.stop();
    vi.advanceTimersByTime(1_000);
    expect(drawn).toEqual([]);
  });

  it('keeps the rate of the scan while DuckDB works on, and says so', () => {
    let elapsedMs = 0;
    const ofIndex = { scans: [{ ...scan, access: 'search', walkedMillionths: 0 }] };
    // 100,000 keys a second, for three tenths of a second.
    const { drawn, progress } = started({
      numbers: () => ({ ...numbers, ...ofIndex, elapsedMs, keysScanned: Math.min(elapsedMs, 300) * 100 }),
    });
    for (; elapsedMs < 3_000; elapsedMs += 100) vi.advanceTimersByTime(100);
    progress.stop();
    expect(drawn.length).toBeGreaterThan(20);
    expect(drawn.slice(0, -1).filter((line) => !line.includes('30k keys · 100k keys/s'))).toEqual([]);
    expect(drawn[1]).not.toContain('DuckDB');
    expect(drawn.at(-2)).toContain('DuckDB at work');
  });

  it('asks for the size of the database once, when it first draws', async () => {
    const totalKeys = vi.fn<() => Promise<number>>(() => Promise.resolve(4_000_000));
    const { drawn, progress } = started({ totalKeys });
    vi.advanceTimersByTime(400);
    expect(totalKeys).not.toHaveBeenCalled();
    vi.advanceTimersByTime(200);
    await totalKeys.mock.results[0]?.value;
    vi.advanceTimersByTime(300);
    progress.stop();
    expect(totalKeys).toHaveBeenCalledTimes(1);
    expect(drawn.at(-2)).toContain('1.2M/4.0M keys (30%)');
  });

  it('goes on below what was written, half a second later', () => {
    const { drawn, progress } = started();
    vi.advanceTimersByTime(600);
    progress.erase();
    expect(drawn.at(-1)).toBe('\r\u001b[K');
    const before = drawn.length;
    vi.advanceTimersByTime(400);
    expect(drawn).toHaveLength(before);
    vi.advanceTimersByTime(200);
    expect(drawn.length).toBeGreaterThan(before);
    progress.stop();
  });

  it('says a hint where there is room for it', () => {
    const { drawn, progress } = started({ columns: () => 120, hint: 'space: details' });
    vi.advanceTimersByTime(500);
    progress.stop();
    expect(drawn[0]).toMatch(/1,204 rows · space: details$/);
  });

  it('draws a table below the line and takes all of it away', async () => {
    const window = new headless.Terminal({ cols: 100, rows: 12, allowProposedApi: true });
    const written = (text: string): Promise<void> => new Promise((resolve) => window.write(text, resolve));
    const screen = (): string[] =>
      Array.from({ length: 12 }, (_, row) => window.buffer.active.getLine(row)?.translateToString(true) ?? '');
    await written('redquery> select 1;\r\n');
    let last = Promise.resolve();
    const { progress } = started({
      columns: () => window.cols,
      rows: () => window.rows,
      write: (text) => {
        last = written(text);
      },
    });
    vi.advanceTimersByTime(600);
    progress.toggleTable();
    vi.advanceTimersByTime(300);
    await last;
    expect(screen().slice(0, 4)).toEqual([
      'redquery> select 1;',
      expect.stringContaining('SCAN 1.2M keys found (30%)'),
      expect.stringContaining('round trips  bytes'),
      expect.stringContaining("redis_hash('user:*')"),
    ]);
    progress.stop();
    await last;
    expect(screen().filter((line) => line !== '')).toEqual(['redquery> select 1;']);
  });

  it('erases nothing above itself in a window made narrower', async () => {
    const window = new headless.Terminal({ cols: 100, rows: 12, allowProposedApi: true });
    let last = Promise.resolve();
    const write = (text: string): void => {
      last = new Promise((resolve) => window.write(text, resolve));
    };
    write('above 1\r\nabove 2\r\nabove 3\r\n');
    const { progress } = started({ columns: () => window.cols, write });
    progress.toggleTable();
    vi.advanceTimersByTime(600);
    await last;
    window.resize(40, 12);
    vi.advanceTimersByTime(100);
    progress.stop();
    await last;
    const lines = Array.from({ length: 3 }, (_, row) => window.buffer.active.getLine(row)?.translateToString(true));
    expect(lines).toEqual(['above 1', 'above 2', 'above 3']);
  });
});
