import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ClosedOutput, outputFrom } from '../../src/output/output.ts';

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
