import { describe, expect, it } from 'vitest';
import type { ColumnData } from '../../../src/arrow/index.ts';
import { chartCommand } from '../../../src/repl/chart/chart-command.ts';
import { chartPlanFrom } from '../../../src/repl/chart/columns.ts';
import type { LastResult } from '../../../src/repl/words.ts';
import type { SqlField, SqlTypeId } from '../../../src/types/index.ts';
import { doubles, integers, varlen } from '../../support/plain-columns.ts';
import { MemoryShell } from '../../support/shell.ts';

type Column = readonly [name: string, id: SqlTypeId, data: ColumnData];

function resultOf(rowCount: number, columns: readonly Column[], more: Partial<LastResult> = {}): LastResult {
  const schema = columns.map(([name, id]): SqlField => ({ name, type: { id } }));
  const batch = { rowCount, columns: columns.map(([, , data]) => data) };
  return { text: 'SELECT …', schema, batches: [batch], rowCount, isWhole: true, ...more };
}

const DAYS = [20_000, 20_001, 20_002, 20_003];
const CITIES = resultOf(4, [
  ['city', 'VARCHAR', varlen(['London', null, 'Rome\u001b[31m', 'Oslo'])],
  ['total', 'BIGINT', integers(8, [40, 20, 10, null])],
]);
const WEEK = resultOf(4, [
  ['day', 'DATE', integers(4, DAYS)],
  ['n', 'DOUBLE', doubles([1, 2, 3, 4])],
  ['city', 'VARCHAR', varlen(['Oslo', 'Rome', 'Oslo', 'Rome'])],
]);

async function shownBy(argument: string, result: LastResult | null, options = {}): Promise<string[]> {
  const shell = new MemoryShell({ columns: 40, rows: 14, ...options });
  shell.lastResult = result;
  await chartCommand.run(argument, shell, new AbortController().signal, '.chart');
  return shell.shown.join('\n').split('\n');
}

describe('.chart', () => {
  it('draws bars of a label and a number, and tells which rows it left out', async () => {
    const lines = [
      'total by city',
      'London       40 ████████████████████████',
      'NULL         20 ████████████',
      'Rome\\x1b[31m 10 ██████',
      '1 row left out: NULL or not finite',
    ];
    expect(await shownBy('', CITIES)).toEqual(lines);
    expect(await shownBy('bar', CITIES)).toEqual(lines);
    expect(await shownBy('bar CITY, "total"', CITIES)).toEqual(lines);
    expect(await shownBy('bar total', CITIES)).toEqual(lines);
  });

  it('draws as many bars as fit the window and tells of the others', async () => {
    const many = resultOf(500, [['n', 'BIGINT', integers(8, [...Array(500).keys()])]]);
    const lines = await shownBy('bar', many);
    expect(lines).toHaveLength(12);
    expect(lines.at(-1)).toBe('the first 10 of 500 rows; ORDER BY and LIMIT choose others');
    expect(await shownBy('bar', many, { rows: 400 })).toHaveLength(398);
    expect(await shownBy('bar', many, { isInteractive: false })).toHaveLength(501);
  });

  it('draws a line over a time where there is one', async () => {
    const lines = await shownBy('', WEEK);
    expect(lines[0]).toBe('n by day');
    expect(lines.at(-1)).toMatch(/2024-10-0\d/);
  });

  it('draws a line for each value of a text column', async () => {
    const lines = await shownBy('line day n city', WEEK);
    expect(lines.slice(0, 2)).toEqual(['n by day and city', '* Oslo  + Rome']);
  });

  it("draws a line over the row's number", async () => {
    const lines = await shownBy('line total', CITIES);
    expect(lines[0]).toBe('total by row');
    expect(lines).toContain('1 point left out: NULL or not finite');
  });

  it('counts values in bins', async () => {
    const lines = await shownBy('hist total', CITIES);
    expect(lines[0]).toBe('total');
    expect(lines.at(-1)).toBe('3 rows · 1 row left out: NULL or not finite');
  });

  it('tells when only a part of the rows was kept', async () => {
    const part = { ...CITIES, isWhole: false, totalRows: 5_000 };
    expect((await shownBy('', part)).at(-1)).toContain('only the first 4 of 5,000 rows were kept');
  });

  it('draws with colours, and without them into a file', async () => {
    const coloured = await shownBy('', CITIES, { hasColour: true });
    expect(coloured.join('')).toContain('\u001b[34m');
    const shell = new MemoryShell({ hasColour: true });
    shell.lastResult = CITIES;
    shell.settings.once = '/tmp/chart.txt';
    await chartCommand.run('', shell, new AbortController().signal, '.chart');
    expect(shell.shown.join('')).not.toContain('\u001b');
  });

  it.each([
    ['pie', 'charts: bar, line, hist'],
    ['bar nowhere', 'columns: city, total'],
    ['bar city city', 'the last result has: total'],
    ['line city total', 'the last result has: total'],
    ['hist city', '"city" is VARCHAR'],
  ])('refuses %s and names what is valid', async (argument, message) => {
    await expect(shownBy(argument, CITIES)).rejects.toMatchObject({
      code: 'RQ_OPTION',
      message: expect.stringContaining(message),
    });
  });

  it('says so where there is no result and where there are no rows', async () => {
    await expect(shownBy('', null)).rejects.toMatchObject({ code: 'RQ_OPTION' });
    const empty = resultOf(0, [['n', 'BIGINT', integers(8, [])]]);
    for (const kind of ['bar', 'line', 'hist']) expect(await shownBy(kind, empty)).toContain('nothing to draw');
  });

  it('offers kinds, then columns', () => {
    const shell = new MemoryShell();
    shell.lastResult = resultOf(0, [
      ['my total', 'BIGINT', integers(8, [])],
      ['city', 'VARCHAR', varlen([])],
    ]);
    const offered = (text: string): unknown =>
      chartCommand.complete?.(text, text.length, shell)?.candidates.map((one) => one.text);
    expect(offered('')).toEqual(['bar', 'line', 'hist']);
    expect(offered('b')).toEqual(['bar']);
    expect(offered('bar ')).toEqual(['"my total"', 'city']);
    expect(offered('bar city "m')).toEqual(['"my total"']);
    expect(chartCommand.complete?.('bar city "m', 11, shell)?.from).toBe(9);
  });
});

describe('chartPlanFrom', () => {
  const fields = (...ids: SqlTypeId[]): SqlField[] => ids.map((id, at) => ({ name: `c${at}`, type: { id } }));

  it.each<[SqlTypeId[], object]>([
    [['VARCHAR', 'BIGINT'], { kind: 'bar', label: 0, value: 1 }],
    [['BIGINT', 'VARCHAR'], { kind: 'bar', label: 1, value: 0 }],
    [['BOOLEAN', 'DOUBLE'], { kind: 'bar', label: 0, value: 1 }],
    [['TIMESTAMP', 'DOUBLE', 'INTEGER'], { kind: 'line', x: 0, ys: [1, 2], by: null }],
    [['DOUBLE', 'DATE'], { kind: 'line', x: 1, ys: [0], by: null }],
    [['INTEGER', 'DOUBLE'], { kind: 'line', x: 0, ys: [1], by: null }],
    [['DECIMAL'], { kind: 'hist', value: 0 }],
    [['TIMESTAMP'], { kind: 'hist', value: 0 }],
  ])('chooses for columns of %j', (ids, plan) => {
    expect(chartPlanFrom('', fields(...ids))).toEqual(plan);
  });

  it.each<[string, SqlTypeId[], object]>([
    ['bar', ['INTEGER', 'BIGINT'], { label: 0, value: 1 }],
    ['bar', ['INTEGER', 'BIGINT', 'DOUBLE'], { label: 0, value: 1 }],
    ['bar c1', ['INTEGER', 'BIGINT'], { label: 0, value: 1 }],
    ['bar c0', ['INTEGER', 'BIGINT'], { label: 1, value: 0 }],
    ['bar', ['BIGINT'], { label: null, value: 0 }],
    ['bar', ['BIGINT', 'DATE'], { label: 1, value: 0 }],
  ])('%s of %j', (argument, ids, plan) => {
    expect(chartPlanFrom(argument, fields(...ids))).toEqual({ kind: 'bar', ...plan });
  });
});
