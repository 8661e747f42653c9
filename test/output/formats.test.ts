import { tableFromIPC } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import type { Batch } from '../../src/arrow/index.ts';
import { FORMATS, type Format } from '../../src/output/formats/format.ts';
import { type FormatOptions, writerFor } from '../../src/output/formats/index.ts';
import type { Output } from '../../src/output/output.ts';
import { displayWidth } from '../../src/output/terminal-text.ts';
import type { SqlField, SqlType } from '../../src/types/index.ts';
import { doubles, integers, table, varlen } from '../support/plain-columns.ts';
import { outputTo } from '../support/text-output.ts';

const VARCHAR: SqlType = { id: 'VARCHAR' };

interface Written {
  readonly text: string;
  readonly bytes: Buffer;
  readonly notes: readonly string[];
  readonly writeCount: number;
}

async function written(
  format: Format,
  schema: readonly SqlField[],
  batches: readonly Batch[],
  terminal: Partial<Output> = {},
  options: FormatOptions = {},
): Promise<Written> {
  const { output, notes, bytes: bytesOf, writeCount } = outputTo(terminal);
  async function* stream() {
    yield* batches;
  }
  await (await writerFor(format))({ schema, batches: stream() }, output, options);
  const bytes = bytesOf();
  return { text: bytes.toString('utf8'), bytes, notes, writeCount: writeCount() };
}

const PEOPLE = table(3, [
  ['name', VARCHAR, varlen(['Ada', null, 'José "J", 日本'])],
  ['score', { id: 'DOUBLE' }, doubles([1.5, -2, null])],
]);
const HOSTILE = table(1, [['k\u001b[1m', VARCHAR, varlen(['a\u001b[2Jb\nc\u202e|<b>'])]]);
const TERMINAL = { isTerminal: true, columns: 40 };

describe('ndjson', () => {
  it('writes an object a line', async () => {
    const { text } = await written('ndjson', PEOPLE.schema, [PEOPLE.batch]);
    expect(text).toBe('{"name":"Ada","score":1.5}\n{"name":null,"score":-2}\n{"name":"José \\"J\\", 日本","score":null}\n');
  });

  it('writes each batch when it comes', async () => {
    const { writeCount } = await written('ndjson', PEOPLE.schema, [PEOPLE.batch, PEOPLE.batch, PEOPLE.batch]);
    expect(writeCount).toBe(3);
  });
});

describe('json', () => {
  it('writes one array over all batches', async () => {
    const { text } = await written('json', PEOPLE.schema, [PEOPLE.batch, PEOPLE.batch]);
    expect(JSON.parse(text)).toHaveLength(6);
    expect(text.startsWith('[\n{"name":"Ada"')).toBe(true);
  });

  it('writes an empty array without rows', async () => {
    expect((await written('json', PEOPLE.schema, [])).text).toBe('[]\n');
  });
});

describe('csv', () => {
  it('quotes what needs it, and tells NULL from nothing', async () => {
    const { schema, batch } = table(4, [
      ['a,b', VARCHAR, varlen(['plain', '', 'line\nbreak', ' edge'])],
      ['n', { id: 'INTEGER' }, integers(4, [1, null, 3, 4])],
    ]);
    expect((await written('csv', schema, [batch])).text).toBe('"a,b",n\nplain,1\n"",\n"line\nbreak",3\n" edge",4\n');
  });

  it('never writes an empty line for a NULL', async () => {
    const { schema, batch } = table(2, [['x', VARCHAR, varlen([null, 'a'])]]);
    expect((await written('csv', schema, [batch])).text).toBe('x\n""\na\n');
  });

  it('has its header without rows', async () => {
    expect((await written('csv', PEOPLE.schema, [])).text).toBe('name,score\n');
  });
});

describe('markdown', () => {
  it('writes a table, and no mark-up of a value', async () => {
    const { schema, batch } = table(2, [
      ['a|b', VARCHAR, varlen(['x|y\nz', '<b>*&`[1]_'])],
      ['n', { id: 'BIGINT' }, integers(8, [1, null])],
    ]);
    expect((await written('markdown', schema, [batch])).text).toBe(
      '| a\\|b | n |\n|---|---:|\n| x\\|y\\nz | 1 |\n| &lt;b&gt;\\*&amp;\\`\\[1\\]\\_ | NULL |\n',
    );
  });
});

describe('tsv', () => {
  it("escapes as PostgreSQL's COPY does, and writes NULL as \\N", async () => {
    const { schema, batch } = table(4, [
      ['a\tb', VARCHAR, varlen(['x\ty\nz\r', '', null, '\\N'])],
      ['n', { id: 'INTEGER' }, integers(4, [1, null, 3, 4])],
    ]);
    expect((await written('tsv', schema, [batch])).text).toBe('a\\tb\tn\nx\\ty\\nz\\r\t1\n\t\\N\n\\N\t3\n\\\\N\t4\n');
  });

  it('keeps other characters as they are in a file', async () => {
    const { schema, batch } = table(1, [['x', VARCHAR, varlen(['\u0001\u001b日本'])]]);
    expect((await written('tsv', schema, [batch])).text).toBe('x\n\u0001\u001b日本\n');
  });
});

describe('line', () => {
  it('writes a line a column and an empty line between rows', async () => {
    const { schema, batch } = table(3, [
      ['日本', VARCHAR, varlen(['Ada', null, ''])],
      ['n', { id: 'BIGINT' }, integers(8, [9_007_199_254_740_993n, 2, 3])],
    ]);
    const { text, notes } = await written('line', schema, [batch, batch]);
    const rows = ['日本 = Ada\n   n = 9007199254740993\n', '日本 = NULL\n   n = 2\n', '日本 = \n   n = 3\n'];
    expect(text).toBe([...rows, ...rows].join('\n'));
    expect(notes).toEqual(['6 rows']);
  });

  it('cuts nothing on a terminal, and dims NULL', async () => {
    const { schema, batch } = table(2, [['x', VARCHAR, varlen(['y'.repeat(5_000), null])]]);
    const { text } = await written('line', schema, [batch], { ...TERMINAL, hasColour: true });
    expect(text).toContain('y'.repeat(5_000));
    expect(text).toContain('\u001b[1mx\u001b[22m = \u001b[2mNULL\u001b[22m\n');
  });
});

describe('html', () => {
  it('writes a table in which nothing of a value is mark-up', async () => {
    const { schema, batch } = table(3, [
      ['<a>', VARCHAR, varlen([`<script>"&'</script>`, '', null])],
      ['n', { id: 'BIGINT' }, integers(8, [1, null, 3])],
      ['text', VARCHAR, varlen(['a\r\nb\u0000\u202e', '&amp;', '日本'])],
    ]);
    expect((await written('html', schema, [batch])).text).toBe(
      [
        '<table>',
        '<thead>',
        '<tr><th>&lt;a&gt;</th><th>n</th><th>text</th></tr>',
        '</thead>',
        '<tbody>',
        '<tr><td>&lt;script&gt;&quot;&amp;&#39;&lt;/script&gt;</td><td align="right">1</td><td>a<br>b\\x00\\u202e</td></tr>',
        '<tr><td></td><td align="right"><i>NULL</i></td><td>&amp;amp;</td></tr>',
        '<tr><td><i>NULL</i></td><td align="right">3</td><td>日本</td></tr>',
        '</tbody>',
        '</table>',
        '',
      ].join('\n'),
    );
  });
});

describe('NULL', () => {
  it.each(FORMATS.filter((format) => format !== 'arrow'))('is told from an empty text as %s', async (format) => {
    const [withNull, withEmpty] = [
      [null, 'x'],
      ['', 'x'],
    ].map((values) =>
      table(2, [
        ['a', VARCHAR, varlen(values)],
        ['b', VARCHAR, varlen(['y', 'y'])],
      ]),
    );
    const [one, other] = [withNull, withEmpty].map(
      async (rows) => (await written(format, rows?.schema ?? [], rows === undefined ? [] : [rows.batch])).text,
    );
    expect(await one).not.toBe(await other);
  });

  it.each(['box', 'table', 'line', 'html', 'markdown'] as const)('is drawn as one wants it as %s', async (format) => {
    const { schema, batch } = table(2, [['a', VARCHAR, varlen([null, 'x'])]]);
    expect((await written(format, schema, [batch], {}, { nullText: '∅' })).text).toMatch(/∅/);
  });
});

describe('without rows', () => {
  it.each([
    ['tsv', 'name\tscore\n'],
    ['line', ''],
    ['insert', ''],
    ['html', '<table>\n<thead>\n<tr><th>name</th><th>score</th></tr>\n</thead>\n<tbody>\n</tbody>\n</table>\n'],
    ['ndjson', ''],
    ['markdown', '| name | score |\n|---|---:|\n'],
  ] as const)('%s is %j', async (format, text) => {
    expect((await written(format, PEOPLE.schema, [])).text).toBe(text);
  });
});

describe('arrow', () => {
  it('writes a stream that reads back', async () => {
    const { bytes } = await written('arrow', PEOPLE.schema, [PEOPLE.batch, PEOPLE.batch]);
    expect(tableFromIPC(bytes).numRows).toBe(6);
  });

  it('is refused on a terminal', async () => {
    await expect(written('arrow', PEOPLE.schema, [PEOPLE.batch], TERMINAL)).rejects.toMatchObject({ code: 'RQ_OPTION' });
  });
});

describe('table', () => {
  it('draws names, types and values, numbers to the right', async () => {
    const { text, notes } = await written('table', PEOPLE.schema, [PEOPLE.batch]);
    expect(text.split('\n')).toEqual([
      '┌────────────────┬────────┐',
      '│ name           │  score │',
      '│ varchar        │ double │',
      '├────────────────┼────────┤',
      '│ Ada            │    1.5 │',
      '│ NULL           │   -2.0 │',
      '│ José "J", 日本 │   NULL │',
      '└────────────────┴────────┘',
      '',
    ]);
    expect(notes).toEqual(['3 rows']);
  });

  it('cuts nothing where there is no window', async () => {
    const { schema, batch } = table(1, [['x', VARCHAR, varlen(['y'.repeat(500)])]]);
    expect((await written('table', schema, [batch])).text).toContain('y'.repeat(500));
  });

  it.each([20, 40, 79, 200])('fits a window of %s columns', async (columns) => {
    const names = Array.from({ length: 12 }, (_, i) => `column_${i}`);
    const { schema, batch } = table(
      2,
      names.map((name) => [name, VARCHAR, varlen(['日本'.repeat(9), 'x'])]),
    );
    const { text, notes } = await written('table', schema, [batch], { isTerminal: true, columns });
    const widths = new Set(text.split('\n').filter(Boolean).map(displayWidth));
    expect(widths.size).toBe(1);
    expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
    expect(text).toContain('…');
    expect(notes[0]).toContain('all of it: --format csv');
  });

  it('streams rows beyond the measured ones in their widths', async () => {
    const wide = table(1, [['x', VARCHAR, varlen(['much wider than before'])]]);
    const many = table(1500, [['x', VARCHAR, varlen(Array.from({ length: 1500 }, () => 'short'))]]);
    const { text, notes } = await written('table', many.schema, [many.batch, wide.batch], TERMINAL);
    expect(text).toContain('│ much w… │');
    expect(notes[0]).toBe('1,501 rows · values cut · all of it: --format csv, ndjson, or into a pipe');
  });

  it('tells NULL from a text by colour only where there is colour', async () => {
    const { schema, batch } = table(2, [['x', VARCHAR, varlen([null, 'NULL'])]]);
    const coloured = await written('table', schema, [batch], { ...TERMINAL, hasColour: true });
    expect(coloured.text).toContain('\u001b[2mNULL   \u001b[22m');
    expect((await written('table', schema, [batch], TERMINAL)).text).not.toContain('\u001b');
  });

  it('prints EXPLAIN as it is drawn', async () => {
    const { schema, batch } = table(2, [
      ['explain_key', VARCHAR, varlen(['physical_plan', 'redis'])],
      ['explain_value', VARCHAR, varlen(['┌──┐\n│ x│\n', 'SCAN \u001b[1m'])],
    ]);
    expect((await written('table', schema, [batch])).text).toBe('┌──┐\n│ x│\nSCAN \\x1b[1m\n');
  });
});

describe('control characters', () => {
  it.each(FORMATS.filter((format) => format !== 'arrow'))('never reach a terminal as %s', async (format) => {
    const { text } = await written(format, HOSTILE.schema, [HOSTILE.batch], TERMINAL);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(text.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(text).toContain('2Jb');
  });
});
