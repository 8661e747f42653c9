import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ClosedOutput, paletteOf } from '../../../src/output/index.ts';
import { openSink, renewOutput } from '../../../src/repl/result/open-sink.ts';
import { heightOf } from '../../../src/repl/result/paged-sink.ts';
import { missingProgram, pagerFrom } from '../../../src/repl/result/pager.ts';
import type { SinkNeeds } from '../../../src/repl/result/sink.ts';
import { writeResult } from '../../../src/repl/result/write-result.ts';
import { DEFAULT_SETTINGS, type TerminalSettings } from '../../../src/repl/settings.ts';
import { integers, table, varlen } from '../../support/plain-columns.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'redquery-sinks-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

interface Place {
  readonly needs: SinkNeeds;
  readonly settings: TerminalSettings;
  readonly said: string[];
  /** What happened to the terminal, in order. */
  readonly events: string[];
  readonly text: () => string;
}

function placeWith(settings: Partial<TerminalSettings> = {}, size = { columns: 40, rows: 10 }, isTTY = true): Place {
  const said: string[] = [];
  const events: string[] = [];
  const chunks: Buffer[] = [];
  const stream = new PassThrough();
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  const window = Object.assign(stream, { isTTY, ...size });
  const own = { ...DEFAULT_SETTINGS, ...settings };
  const needs: SinkNeeds = {
    settings: own,
    palette: paletteOf(true),
    window,
    isInteractive: isTTY,
    say: (text) => void said.push(text),
    lend: async (work) => {
      events.push('lent');
      try {
        return await work();
      } finally {
        events.push('given back');
      }
    },
  };
  return { needs, settings: own, said, events, text: () => Buffer.concat(chunks).toString('utf8') };
}

const file = (name: string): string => path.join(folder, name);
const contentOf = (name: string): string => readFileSync(file(name), 'utf8');

/** A pager that keeps what it is given; `script` may do more. */
function pagerInto(name: string): void {
  vi.stubEnv('REDQUERY_PAGER', `cat > '${file(name)}'`);
}

const lines = (count: number): string => Array.from({ length: count }, (_, i) => `line ${i}\n`).join('');

describe('the window', () => {
  it('is written to at once, after the progress line is gone', async () => {
    const { needs, text } = placeWith();
    let clearedCount = 0;
    const sink = await openSink(needs, { beforeWrite: () => void clearedCount++ });
    await sink.write('a\n');
    expect(text()).toBe('a\n');
    expect(clearedCount).toBe(1);
    expect([sink.isTerminal, sink.columns, sink.hasColour]).toEqual([true, 40, true]);
    await sink.close();
  });

  it('ends a line that was begun', async () => {
    const { needs, text } = placeWith();
    const sink = await openSink(needs);
    await sink.write('half a li');
    await sink.close();
    expect(text()).toBe('half a li\n');
  });

  it('has no colours and no width where it is no terminal', async () => {
    const { needs } = placeWith({}, { columns: 40, rows: 10 }, false);
    const sink = await openSink(needs);
    expect([sink.isTerminal, sink.columns, sink.hasColour]).toEqual([false, null, false]);
    await sink.close();
  });
});

describe('.output FILE', () => {
  it('takes every result, one behind the other, until it is named anew', async () => {
    const { needs, settings, events } = placeWith({ output: file('out') });
    for (const text of ['one\n', 'two\n']) {
      const sink = await openSink(needs);
      expect([sink.isTerminal, sink.columns, sink.hasColour]).toEqual([false, null, false]);
      await sink.write(text);
      await sink.close();
    }
    expect(contentOf('out')).toBe('one\ntwo\n');
    renewOutput(settings);
    await (await openSink(needs)).close();
    expect(contentOf('out')).toBe('');
    expect(events).toEqual([]);
  });

  it('begins a file that was there before anew', async () => {
    writeFileSync(file('out'), 'old\n');
    const { needs } = placeWith({ output: file('out') });
    const sink = await openSink(needs);
    await sink.write(Buffer.from('new'));
    await sink.close();
    await sink.close();
    expect(contentOf('out')).toBe('new\n');
  });

  it.each(['once', 'output'] as const)('says which file cannot be made, once: .%s', async (name) => {
    const { needs, settings } = placeWith({ [name]: file('none/out\u001b') });
    await expect(openSink(needs)).rejects.toMatchObject({
      code: 'RQ_FILE',
      message: expect.stringMatching(/none\/out\\x1b.*ENOENT/),
    });
    expect([settings.once, settings.output]).toEqual([null, null]);
  });
});

describe('.once FILE', () => {
  it('takes one result', async () => {
    const { needs, settings, text } = placeWith({ once: file('once') });
    const first = await openSink(needs);
    await first.write('one\n');
    await first.close();
    expect(settings.once).toBeNull();
    const second = await openSink(needs);
    await second.write('two\n');
    await second.close();
    expect([contentOf('once'), text()]).toEqual(['one\n', 'two\n']);
  });
});

describe('|command', () => {
  it('is fed through the shell and has the terminal while it runs', async () => {
    const { needs, events, said } = placeWith({ output: `| sort -r > '${file('out')}'; echo done >> '${file('out')}'` });
    for (const text of ['a\nb\n', 'c\n']) {
      const sink = await openSink(needs);
      expect(sink.isTerminal).toBe(false);
      await sink.write(text);
      await sink.close();
      expect(contentOf('out')).toBe(text === 'c\n' ? 'c\ndone\n' : 'b\na\ndone\n');
    }
    expect(events).toEqual(['lent', 'given back', 'lent', 'given back']);
    expect(said).toEqual([]);
  });

  it('tells a status that is not 0', async () => {
    const { needs, said } = placeWith({ once: '|cat > /dev/null; exit 3' });
    const sink = await openSink(needs);
    await sink.write('a\n');
    await sink.close();
    expect(said.join()).toContain('the command |cat > /dev/null; exit 3 ended with status 3');
  });

  it('may stop reading: that is no failure', async () => {
    const { needs, said } = placeWith({ once: `|head -1 > '${file('out')}'` });
    const sink = await openSink(needs);
    const write = async (): Promise<void> => {
      while (!sink.gone.aborted) await sink.write('x'.repeat(10_000).concat('\n'));
      await sink.write('more');
    };
    await expect(write()).rejects.toBeInstanceOf(ClosedOutput);
    await sink.close();
    expect(contentOf('out')).toHaveLength(10_001);
    expect(said).toEqual([]);
  });
});

describe('the pager', () => {
  it('gets what is higher than the window, coloured or not as it can', async () => {
    pagerInto('paged');
    const { needs, text, events } = placeWith({ mode: 'csv' });
    const sink = await openSink(needs, { beforeLend: () => void events.push('progress ends') });
    await sink.write(`\u001b[1mhead\u001b[22m\n${lines(5)}`);
    expect(events).toEqual([]);
    await sink.write(lines(5));
    await sink.write(lines(1));
    sink.note('11 rows');
    await sink.close();
    expect(contentOf('paged')).toContain(`head\u001b[22m\n${lines(5)}${lines(5)}${lines(1)}`);
    expect(contentOf('paged')).toContain('11 rows');
    expect(text()).toBe('');
    expect(events).toEqual(['progress ends', 'lent', 'given back']);
    expect(sink.gone.aborted).toBe(true);
  });

  it('gets no colours where it is not known to draw them', async () => {
    vi.stubEnv('REDQUERY_PAGER', `tee '${file('paged')}' > /dev/null`);
    const { needs } = placeWith({ mode: 'csv', pager: 'on' });
    const sink = await openSink(needs);
    await sink.write('\u001b[1mhead\u001b[22m\n');
    await sink.close();
    expect(contentOf('paged')).toBe('head\n');
  });

  it.each<[string, Partial<TerminalSettings>, number, boolean, boolean]>([
    ['a short result', { mode: 'csv' }, 8, true, false],
    ['a long one', { mode: 'csv' }, 9, true, true],
    ['a long one where pagers are off', { mode: 'csv', pager: 'off' }, 9, true, false],
    ['a short one where they are on', { mode: 'box', pager: 'on' }, 1, true, true],
    ['a box, which fits', { mode: 'box' }, 46, true, false],
    ['a box of more rows than fit', { mode: 'box', maxrows: 40 }, 9, true, true],
    ['a box with all rows', { mode: 'box', maxrows: 0 }, 46, true, true],
    ['records of a box', { mode: 'box', expanded: 'on' }, 9, true, true],
    ['a box that might be records', { mode: 'box', expanded: 'auto' }, 8, true, false],
    ['what turned out to be records', { mode: 'box', expanded: 'auto' }, 100, true, true],
    ['a long one without a terminal', { mode: 'csv', pager: 'on' }, 9, false, false],
  ])('is asked for %s only if it helps', async (_, settings, count, isTTY, isPaged) => {
    pagerInto('paged');
    const { needs, text } = placeWith(settings, { columns: 40, rows: 10 }, isTTY);
    const sink = await openSink(needs);
    await sink.write(lines(count));
    await sink.close();
    expect(existsSync(file('paged'))).toBe(isPaged);
    expect(isPaged ? contentOf('paged') : text()).toBe(lines(count));
  });

  it('counts long lines as they wrap, and text of any mode', async () => {
    pagerInto('paged');
    const { needs } = placeWith();
    const sink = await openSink(needs, { isText: true });
    await sink.write(`${'日本'.repeat(90)}\n`);
    await sink.close();
    expect(contentOf('paged')).toBe(`${'日本'.repeat(90)}\n`);
  });

  it('stops the statement when it is left', async () => {
    vi.stubEnv('REDQUERY_PAGER', 'head -1 > /dev/null');
    const { needs, said, events } = placeWith({ mode: 'csv' });
    const sink = await openSink(needs);
    const write = async (): Promise<void> => {
      for (;;) await sink.write(lines(10_000));
    };
    await expect(write()).rejects.toBeInstanceOf(ClosedOutput);
    expect(sink.gone.aborted).toBe(true);
    await sink.close();
    expect(said).toEqual([]);
    expect(events).toEqual(['lent', 'given back']);
  });

  it('shows what is there after a second, and later lines at once', async () => {
    pagerInto('paged');
    const { needs, text } = placeWith({ mode: 'csv' });
    const sink = await openSink(needs);
    await sink.write('first\n');
    expect(text()).toBe('');
    await vi.waitUntil(() => text() === 'first\n', { timeout: 3_000 });
    await sink.write('second\n');
    expect(text()).toBe('first\nsecond\n');
    await sink.write(lines(20));
    await sink.close();
    expect(contentOf('paged')).toBe(`first\nsecond\n${lines(20)}`);
  });

  it('that is not installed is done without, and said once', async () => {
    vi.stubEnv('REDQUERY_PAGER', 'no-such-pager -R');
    const { needs, said, text, events } = placeWith({ mode: 'csv' });
    for (let i = 0; i < 2; i++) {
      const sink = await openSink(needs);
      await sink.write(lines(10));
      await sink.write(lines(10));
      await sink.close();
    }
    expect(text()).toBe(lines(10).repeat(4));
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('no-such-pager is not installed');
    expect(events).toEqual([]);
  });
});

describe('pagerFrom', () => {
  it.each([
    [{}, 'less -RSFX', 'RSFX', true],
    [{ PAGER: 'less' }, 'less', 'RSFX', true],
    [{ PAGER: 'less', LESS: '-iM' }, 'less', '-R -iM', true],
    [{ PAGER: 'less', LESS: 'iM' }, 'less', '-R -iM', true],
    [{ PAGER: 'less', REDQUERY_PAGER: '/usr/bin/more' }, '/usr/bin/more', undefined, false],
    [{ PAGER: 'bat -p' }, 'bat -p', undefined, true],
  ])('of %j is %s', (environment, line, less, hasColour) => {
    const pager = pagerFrom(environment);
    expect([pager?.line, pager?.environment['LESS'], pager?.hasColour]).toEqual([line, less, hasColour]);
  });

  it('is none where the variable is empty', () => {
    expect(pagerFrom({ PAGER: 'less', REDQUERY_PAGER: '' })).toBeNull();
  });

  it('knows what is installed', () => {
    const program = file('my-pager');
    writeFileSync(program, '#!/bin/sh\ncat\n');
    const missingOf = (line: string) => missingProgram({ line, environment: { PATH: `/none:${folder}` } });
    expect(missingOf('my-pager -x')).toBe('my-pager');
    chmodSync(program, 0o755);
    expect([missingOf('my-pager -x'), missingOf(program), missingOf('other'), missingOf("LESS=R 'less'")]).toEqual([
      null,
      null,
      'other',
      null,
    ]);
  });
});

describe('heightOf', () => {
  it.each([
    ['a\nb\n', 10, 2],
    ['', 10, 0],
    ['\n\n', 10, 2],
    ['x'.repeat(21), 10, 3],
    ['\u001b[1m0123456789\u001b[22m\n', 10, 1],
    ['日本語\n', 5, 2],
  ])('of %j in %s columns is %s', (text, columns, height) => {
    expect(heightOf(text, columns, 100)).toBe(height);
  });

  it('does not count further than it is asked to', () => {
    expect(heightOf(lines(100), 10, 7)).toBe(7);
  });
});

describe('writeResult', () => {
  const rows = () => {
    const { schema, batch } = table(100, [
      [
        'n',
        { id: 'BIGINT' },
        integers(
          8,
          Array.from({ length: 100 }, (_, i) => i),
        ),
      ],
      ['x', { id: 'VARCHAR' }, varlen(Array.from({ length: 100 }, (_, i) => (i === 0 ? null : 'y'.repeat(60))))],
    ]);
    const batches = (async function* () {
      yield batch;
    })();
    return { schema, batches };
  };

  it('draws as the settings say, and counts the rows', async () => {
    const { needs, settings, text, said } = placeWith({ maxrows: 4, null: '∅' }, { columns: 40, rows: 24 });
    const sink = await openSink(needs);
    expect(await writeResult(rows(), { settings, output: sink, palette: needs.palette })).toEqual({ rowCount: 100 });
    await sink.close();
    expect(text().split('\n')).toHaveLength(10 + 1);
    expect(text()).toContain('\u001b[2m∅');
    expect(said.join()).toContain('100 rows (4 shown) · values cut · all of it: .maxrows 0, \\x or .mode line');
  });

  it.each(['box', 'table'] as const)('leaves nothing out in a file as %s, and draws no colours there', async (mode) => {
    const { needs, settings } = placeWith({ mode, maxrows: 4, once: file('out') });
    const sink = await openSink(needs);
    await writeResult(rows(), { settings, output: sink, palette: needs.palette });
    await sink.close();
    expect(contentOf('out').split('\n')).toHaveLength(105 + 1);
    expect(contentOf('out')).toContain('y'.repeat(60));
    expect(contentOf('out')).not.toContain('\u001b');
  });

  it('takes another mode than the one that is set', async () => {
    const { needs, settings } = placeWith({ once: file('out') });
    const sink = await openSink(needs);
    await writeResult(rows(), { settings, output: sink, palette: needs.palette, mode: 'csv' });
    await sink.close();
    expect(contentOf('out').startsWith('n,x\n0,\n1,yyy')).toBe(true);
  });

  it('ends the last line of JSON when the rows fail', async () => {
    const { needs, settings } = placeWith({ mode: 'json', once: file('out') });
    const { schema, batches } = rows();
    const failing = (async function* () {
      yield* batches;
      throw new Error('lost');
    })();
    const sink = await openSink(needs);
    await expect(writeResult({ schema, batches: failing }, { settings, output: sink, palette: needs.palette })).rejects.toThrow(
      'lost',
    );
    await sink.close();
    expect(contentOf('out').endsWith('}\n')).toBe(true);
  });
});
