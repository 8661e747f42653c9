import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Batch } from '../../src/arrow/index.ts';
import { writerFor } from '../../src/output/formats/index.ts';
import { displayWidth, type FormatOptions, type Output } from '../../src/output/index.ts';
import type { SqlField, SqlType } from '../../src/types/index.ts';
import { doubles, integers, table, varlen } from '../support/plain-columns.ts';
import { outputTo } from '../support/text-output.ts';

const VARCHAR: SqlType = { id: 'VARCHAR' };
const BIGINT: SqlType = { id: 'BIGINT' };
const ADVICE = { rows: '.maxrows 0', columns: '\\x or .mode line' };

interface Drawn {
  readonly lines: readonly string[];
  readonly notes: readonly string[];
}

async function* inTurn(batches: readonly Batch[]) {
  yield* batches;
}

async function drawn(
  { schema, batches }: { schema: readonly SqlField[]; batches: readonly Batch[] },
  terminal: Partial<Output>,
  options: FormatOptions = {},
  format: 'box' | 'table' = 'box',
): Promise<Drawn> {
  const { output, text, notes } = outputTo(terminal);
  await (await writerFor(format))({ schema, batches: inTurn(batches) }, output, { advice: ADVICE, ...options });
  return { lines: text().split('\n').slice(0, -1), notes };
}

/** Rows `from` to `to` (exclusive) of a number and a text as wide as the number says. */
function numbered(from: number, to: number): { schema: SqlField[]; batch: Batch } {
  const ids = Array.from({ length: to - from }, (_, i) => from + i);
  return table(ids.length, [
    ['id', BIGINT, integers(8, ids)],
    ['text', VARCHAR, varlen(ids.map((id) => 'x'.repeat(id % 10)))],
  ]);
}

function batchesOf(...sizes: number[]): { schema: SqlField[]; batches: Batch[] } {
  let at = 0;
  const all = sizes.map((size) => {
    at += size;
    return numbered(at - size, at);
  });
  return { schema: all[0]?.schema ?? [], batches: all.map(({ batch }) => batch) };
}

const window = (columns: number, hasColour = false): Partial<Output> => ({ isTerminal: true, columns, hasColour });

const PEOPLE = table(3, [
  ['name', VARCHAR, varlen(['Ada', null, '日本 👩‍👩‍👧 🇫🇷'])],
  ['note', VARCHAR, varlen(['', 'NULL', 'a\u001b[2Jb\u202e'])],
  ['score', { id: 'DOUBLE' }, doubles([1.5, -20, null])],
  ['since', { id: 'DATE' }, integers(4, [0, 19_000, null])],
]);

describe('a box on a terminal', () => {
  it('has names and types, numbers to the right, and no control character', async () => {
    const { lines, notes } = await drawn({ schema: PEOPLE.schema, batches: [PEOPLE.batch] }, window(80));
    expect(lines).toEqual([
      '┌────────────┬─────────────────┬────────┬────────────┐',
      '│ name       │ note            │  score │ since      │',
      '│ varchar    │ varchar         │ double │ date       │',
      '├────────────┼─────────────────┼────────┼────────────┤',
      '│ Ada        │                 │    1.5 │ 1970-01-01 │',
      '│ NULL       │ NULL            │  -20.0 │ 2022-01-08 │',
      '│ 日本 👩‍👩‍👧 🇫🇷 │ a\\x1b[2Jb\\u202e │   NULL │ NULL       │',
      '└────────────┴─────────────────┴────────┴────────────┘',
    ]);
    expect(notes).toEqual(['3 rows']);
  });

  it('draws names bold, types and NULL dim, and the text NULL plainly', async () => {
    const { lines } = await drawn({ schema: PEOPLE.schema, batches: [PEOPLE.batch] }, window(80, true));
    expect(lines[1]).toContain('\u001b[1mname      \u001b[22m');
    expect(lines[2]).toContain('\u001b[2mvarchar   \u001b[22m');
    expect(lines[5]).toContain('\u001b[2mNULL      \u001b[22m');
    expect(lines[5]).toContain(' NULL            \u001b');
  });

  it('draws NULL as it is told to, without control characters', async () => {
    const { lines } = await drawn({ schema: PEOPLE.schema, batches: [PEOPLE.batch] }, window(80), { nullText: '∅\u001b' });
    expect(lines[5]).toContain('│ ∅\\x1b      │');
  });

  it('shows the first and the last rows of many, and says so', async () => {
    const { lines, notes } = await drawn(batchesOf(30, 1_000, 174), window(40), { mostRows: 7 });
    expect(lines).toEqual([
      '┌────────┬─────────┐',
      '│     id │ text    │',
      '│ bigint │ varchar │',
      '├────────┼─────────┤',
      '│      0 │         │',
      '│      1 │ x       │',
      '│      2 │ xx      │',
      '│      3 │ xxx     │',
      '│      ⋮ │ ⋮       │',
      '│   1201 │ x       │',
      '│   1202 │ xx      │',
      '│   1203 │ xxx     │',
      '└────────┴─────────┘',
    ]);
    expect(notes).toEqual(['1,204 rows (7 shown) · all of it: .maxrows 0']);
  });

  it.each([
    [[40], 40],
    [[39, 1], 40],
    [[41], 40],
    [[1, 1, 1], 2],
    [[20, 1, 1, 400], 40],
    [[5, 5, 5], 0],
    [[100], 1],
  ])('of batches of %j rows shows %s at most, in order', async (sizes, mostRows) => {
    const { lines } = await drawn(batchesOf(...sizes), window(80), { mostRows });
    const total = sizes.reduce((sum, size) => sum + size, 0);
    const ids = lines.slice(4, -1).map((line) => line.split('│')[1]?.trim());
    const all = Array.from({ length: total }, (_, id) => String(id));
    const half = Math.ceil(mostRows / 2);
    const expected =
      mostRows === 0 || total <= mostRows ? all : [...all.slice(0, half), '⋮', ...all.slice(total - (mostRows >> 1))];
    expect(ids).toEqual(expected);
  });

  it('measures the last rows, too, where they are there at once', async () => {
    const many = batchesOf(50);
    const long = table(1, [
      ['id', BIGINT, integers(8, [50])],
      ['text', VARCHAR, varlen(['a last row that is wide'])],
    ]);
    const { lines, notes } = await drawn({ schema: many.schema, batches: [...many.batches, long.batch] }, window(60), {
      mostRows: 4,
    });
    expect(lines.at(-2)).toBe('│     50 │ a last row that is wide │');
    expect(notes).toEqual(['51 rows (4 shown) · all of it: .maxrows 0']);
  });

  it.each([13, 20, 40, 79, 200])('of 200 columns shows what fits in %s, first and last', async (columns) => {
    const names = Array.from({ length: 200 }, (_, i) => `c${i}`);
    const { schema, batch } = table(
      1,
      names.map((name) => [name, VARCHAR, varlen(['日本語日本語'])]),
    );
    const { lines, notes } = await drawn({ schema, batches: [batch] }, window(columns));
    const widths = new Set(lines.map(displayWidth));
    expect(widths.size).toBe(1);
    expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
    expect(lines[1]).toMatch(/^│ (?:c0|…).* │ … │ .*(?:c199|…) *│$/);
    expect(notes[0]).toMatch(/^1 row · \d+ of 200 columns shown · .*all of it: \\x or \.mode line$/);
  });

  it('cuts a very long value and says so', async () => {
    const { schema, batch } = table(1, [['x', VARCHAR, varlen(['é'.repeat(1_000_000)])]]);
    const { lines, notes } = await drawn({ schema, batches: [batch] }, window(20));
    expect(lines[4]).toBe(`│ ${'é'.repeat(15)}… │`);
    expect(notes).toEqual(['1 row · values cut · all of it: \\x or .mode line']);
  });

  it('has its head without rows', async () => {
    const { lines, notes } = await drawn({ schema: PEOPLE.schema, batches: [] }, window(80));
    expect(lines).toHaveLength(5);
    expect(notes).toEqual(['0 rows']);
  });

  it('draws the first half while later rows are still to come', async () => {
    const { schema, batches } = batchesOf(30, 1_000);
    const { output, text, notes } = outputTo(window(40));
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const stream = (async function* () {
      if (batches[0] !== undefined) yield batches[0];
      await held;
      if (batches[1] !== undefined) yield batches[1];
    })();
    const writing = (await writerFor('box'))({ schema, batches: stream }, output, {
      mostRows: 10,
      advice: { rows: '.maxrows 0', columns: '.maxrows 0' },
    });
    while (!text().includes(' 4 │ xxxx')) await wait(10);
    expect(text()).not.toContain('└');
    expect(text()).not.toContain(' 5 │ xxxxx');
    release();
    await writing;
    expect(text()).toContain(' 1029 │ xxxxxx… │');
    expect(notes).toEqual(['1,030 rows (10 shown) · values cut · all of it: .maxrows 0']);
  });

  it('draws fewer rows than a half after a second', async () => {
    const { schema, batches } = batchesOf(2);
    const { output, text } = outputTo(window(40));
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const stream = (async function* () {
      yield* batches;
      await held;
    })();
    const writing = (await writerFor('box'))({ schema, batches: stream }, output);
    const startedAt = performance.now();
    while (!text().includes(' 1 │ x')) await wait(10);
    expect(performance.now() - startedAt).toBeGreaterThan(900);
    release();
    await writing;
    expect(text().trimEnd().endsWith('┘')).toBe(true);
  });

  it.each([true, false])('closes its frame when the rows fail (terminal: %s)', async (isTerminal) => {
    const { schema, batches } = batchesOf(1_000);
    const { output, text, notes } = outputTo(isTerminal ? window(40) : {});
    const stream = (async function* () {
      yield* batches;
      await wait(150);
      throw new Error('lost');
    })();
    await expect((await writerFor('box'))({ schema, batches: stream }, output)).rejects.toThrow('lost');
    expect(text().endsWith('┘\n')).toBe(true);
    expect(notes).toEqual([]);
  });

  it('lets the rows go when nobody reads any more', async () => {
    const { schema, batches } = batchesOf(1_000);
    let isLetGo = false;
    const stream = (async function* () {
      try {
        yield* batches;
        yield* batches;
      } finally {
        isLetGo = true;
      }
    })();
    const output: Output = { ...outputTo().output, write: () => Promise.reject(new Error('gone')) };
    await expect((await writerFor('table'))({ schema, batches: stream }, output)).rejects.toThrow('gone');
    expect(isLetGo).toBe(true);
  });
});

describe('expanded', () => {
  it('draws one line a column, values uncut', async () => {
    const { schema, batch } = table(2, [
      ['name', VARCHAR, varlen(['Ada', null])],
      ['n', BIGINT, integers(8, [1, 2])],
      ['long', VARCHAR, varlen(['y'.repeat(100), ''])],
    ]);
    const { lines, notes } = await drawn({ schema, batches: [batch] }, window(30), { expanded: 'on' });
    expect(lines).toEqual([
      '── row 1 ─────────────────────',
      'name varchar │ Ada',
      'n    bigint  │ 1',
      `long varchar │ ${'y'.repeat(100)}`,
      '── row 2 ─────────────────────',
      'name varchar │ NULL',
      'n    bigint  │ 2',
      'long varchar │ ',
    ]);
    expect(notes).toEqual(['2 rows']);
  });

  it('counts the rows left out', async () => {
    const { lines, notes } = await drawn(batchesOf(1_500), window(20), { expanded: 'on', mostRows: 2 });
    expect(lines.filter((line) => !line.includes('│'))).toEqual(['── row 1 ───────────', '⋮', '── row 1,500 ───────']);
    expect(notes).toEqual(['1,500 rows (2 shown) · all of it: .maxrows 0']);
  });

  it.each([
    [80, '┌'],
    [15, '─'],
  ])('is chosen where rows are wider than the window: %s', async (columns, start) => {
    const { lines } = await drawn(batchesOf(12), window(columns), { expanded: 'auto' });
    expect(lines[0]?.[0]).toBe(start);
  });
});

describe('a box in a file', () => {
  it.each(['box', 'table'] as const)('has every row and column, nothing cut, as %s', async (format) => {
    const names = Array.from({ length: 60 }, (_, i) => `column_${i}`);
    const { schema, batch } = table(
      200,
      names.map((name) => [name, VARCHAR, varlen(Array.from({ length: 200 }, (_, row) => `日本 ${name} ${'y'.repeat(row)}`))]),
    );
    const { lines, notes } = await drawn({ schema, batches: [batch] }, {}, { mostRows: 10 }, format);
    expect(lines).toHaveLength(205);
    expect(new Set(lines.map(displayWidth)).size).toBe(1);
    expect(lines[203]).toContain(`日本 column_59 ${'y'.repeat(199)}`);
    expect(lines.join('')).not.toContain('…');
    expect(notes).toEqual(['200 rows']);
  });

  it('lets cells that are wider than the first ones push the border out', async () => {
    const first = table(1_000, [['x', VARCHAR, varlen(Array.from({ length: 1_000 }, () => 'short'))]]);
    const later = table(2, [['x', VARCHAR, varlen(['wider than those before', 'é\u0000'])]]);
    const { lines } = await drawn({ schema: first.schema, batches: [first.batch, later.batch] }, {});
    expect(lines.at(-3)).toBe('│ wider than those before │');
    expect(lines.at(-2)).toBe('│ é\\x00   │');
  });

  it('has no colours, and long values whole', async () => {
    const long = 'z'.repeat(300_000);
    const { schema, batch } = table(3, [
      ['x', VARCHAR, varlen([long, null, `é${long}`])],
      ['n', BIGINT, integers(8, [1, null, 3])],
    ]);
    const { lines } = await drawn({ schema, batches: [batch] }, {});
    expect(lines[4]).toBe(`│ ${long}  │      1 │`);
    expect(lines[5]).toBe(`│ NULL${' '.repeat(300_001 - 4)} │   NULL │`);
    expect(lines[6]).toBe(`│ é${long} │      3 │`);
  });
});
