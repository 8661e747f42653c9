import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { ClosedOutput, outputFrom } from '../../src/output/output.ts';
import { Progress, progressText } from '../../src/output/progress.ts';

const silent = { beforeWrite: () => undefined, note: () => undefined };

describe('outputFrom', () => {
  it('waits until the stream has taken a chunk', async () => {
    let release: (() => void) | undefined;
    const slow = new Writable({
      write: (_chunk, _encoding, done) => {
        release = done;
      },
    });
    let isWritten = false;
    const writing = outputFrom(slow, silent)
      .write('x')
      .then(() => {
        isWritten = true;
      });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isWritten).toBe(false);
    release?.();
    await writing;
    expect(isWritten).toBe(true);
  });

  it('tells a reader that has gone from other errors', async () => {
    const broken = (code: string) =>
      new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })) });
    const gone = outputFrom(broken('EPIPE'), silent);
    await expect(gone.write('x')).rejects.toBeInstanceOf(ClosedOutput);
    await expect(gone.write('y')).rejects.toBeInstanceOf(ClosedOutput);
    await expect(outputFrom(broken('ENOSPC'), silent).write('x')).rejects.toMatchObject({
      code: 'RQ_FILE',
      message: expect.stringContaining('ENOSPC'),
    });
  });

  it('knows a terminal', () => {
    const terminal = Object.assign(new PassThrough(), { isTTY: true, columns: 99, hasColors: () => false });
    const output = outputFrom(terminal, silent);
    expect([output.isTerminal, output.columns, output.hasColour]).toEqual([true, 99, false]);
    expect(outputFrom(Object.assign(new PassThrough(), { isTTY: true, columns: 0 }), silent).columns).toBe(80);
    const pipe = outputFrom(new PassThrough(), silent);
    expect([pipe.isTerminal, pipe.columns, pipe.hasColour]).toEqual([false, null, false]);
  });
});

describe('Progress', () => {
  const numbers = { keysScanned: 1_234_000, rows: 1_204, bytesReceived: 96_400_000, elapsedMs: 3_200 };

  it('says keys, rate, rows and bytes', () => {
    expect(progressText(numbers)).toBe('3.2 s · 1,234,000 keys · 386k keys/s · 1,204 rows · 96.4MB');
    expect(progressText({ keysScanned: 0, rows: 0, bytesReceived: 0, elapsedMs: 0 })).toBe(
      '0.0 s · 0 keys · 0 keys/s · 0 rows · 0B',
    );
  });

  it('draws after half a second, ten times a second, within the window, and erases itself', () => {
    vi.useFakeTimers();
    try {
      const drawn: string[] = [];
      const progress = new Progress({ write: (text) => void drawn.push(text), columns: () => 20, numbers: () => numbers });
      vi.advanceTimersByTime(499);
      expect(drawn).toEqual([]);
      vi.advanceTimersByTime(301);
      expect(drawn).toHaveLength(4);
      expect(drawn[0]).toBe('\r\u001b[K⠋ 3.2 s · 1,234,00…');
      progress.stop();
      expect(drawn.at(-1)).toBe('\r\u001b[K');
      vi.advanceTimersByTime(1_000);
      expect(drawn).toHaveLength(5);
    } finally {
      vi.useRealTimers();
    }
  });

  it('keeps the rate of the scan while DuckDB works on', () => {
    vi.useFakeTimers();
    try {
      const drawn: string[] = [];
      let elapsedMs = 0;
      // 100,000 keys a second, for three tenths of a second.
      const live = () => ({ ...numbers, elapsedMs, keysScanned: Math.min(elapsedMs, 300) * 100 });
      const progress = new Progress({ write: (text) => void drawn.push(text), columns: () => 80, numbers: live });
      for (; elapsedMs < 3_000; elapsedMs += 100) vi.advanceTimersByTime(100);
      progress.stop();
      expect(drawn.length).toBeGreaterThan(20);
      expect(drawn.slice(0, -1).filter((line) => !line.includes('30,000 keys · 100k keys/s'))).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('draws nothing for work that ends soon', () => {
    vi.useFakeTimers();
    try {
      const drawn: string[] = [];
      const progress = new Progress({ write: (text) => void drawn.push(text), columns: () => 80, numbers: () => numbers });
      vi.advanceTimersByTime(400);
      progress.stop();
      vi.advanceTimersByTime(1_000);
      expect(drawn).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });
});
