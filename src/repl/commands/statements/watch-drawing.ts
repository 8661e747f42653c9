/** One screen of `.watch`: the result as text, cut to the window, with what changed since the last one lit. */
import { stripVTControlCharacters } from 'node:util';
import { ClosedOutput, type Output, type Palette } from '../../../output/index.ts';
import type { LastResult, Shell } from '../../words.ts';

/** Lines of the window beside a box of rows: the head line, the frame, names, types, the line about the cut, the cursor. */
const LINES_BESIDE_ROWS = 10;
/** The head line, and the one that the cursor stands in. */
const OTHER_LINES = 2;

/** Draws a kept result in the present mode; gives its lines, no more than the window has room for. */
export async function drawnLines(result: LastResult, shell: Shell): Promise<readonly string[]> {
  const { settings, size, palette } = shell;
  const room = Math.max(2, size.rows - LINES_BESIDE_ROWS);
  const maxrows = settings.maxrows === 'auto' || settings.maxrows === 0 ? room : Math.min(settings.maxrows, room);
  const most = Math.max(4, size.rows - OTHER_LINES);
  const { output, lines } = linesOutput(size.columns, palette, most);
  const { writeResult } = await import('../../result/write-result.ts');
  const batches = (async function* () {
    yield* result.batches;
  })();
  try {
    await writeResult({ schema: result.schema, batches }, { settings: { ...settings, maxrows }, output, palette });
  } catch (error) {
    if (!(error instanceof ClosedOutput)) throw error;
  }
  const drawn = lines();
  return drawn.length > most ? [...drawn.slice(0, most - 1), palette('dim', '…')] : drawn;
}

/** An output that keeps text, and is closed once it has more lines than anybody sees. */
function linesOutput(columns: number, palette: Palette, most: number) {
  let text = '';
  let lineBreaks = 0;
  const output: Output = {
    isTerminal: true,
    columns,
    hasColour: palette('bold', 'x') !== 'x',
    note: (note) => {
      text += `${palette('dim', note)}\n`;
    },
    write: async (chunk) => {
      const piece = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      text += piece;
      lineBreaks += piece.split('\n').length - 1;
      if (lineBreaks > most) throw new ClosedOutput('the window is full');
    },
  };
  return { output, lines: () => text.replace(/\n$/, '').split('\n') };
}

const CELL_BORDER = '│';

/** Lights the cells that differ from those at the same place before. Lines of another shape are left as they are. */
export function withChanges(lines: readonly string[], before: readonly string[] | null, palette: Palette): readonly string[] {
  if (before === null || before.length !== lines.length) return lines;
  return lines.map((line, at) => {
    const old = before[at] ?? '';
    return line === old ? line : changedLine(line.split(CELL_BORDER), old.split(CELL_BORDER), palette);
  });
}

function changedLine(cells: readonly string[], before: readonly string[], palette: Palette): string {
  if (cells.length === 1 || cells.length !== before.length) return cells.join(CELL_BORDER);
  return cells.map((cell, at) => (valueOf(cell) === valueOf(before[at] ?? '') ? cell : lit(cell, palette))).join(CELL_BORDER);
}

function valueOf(cell: string): string {
  return stripVTControlCharacters(cell).trim();
}

/** The colours of the frame around the cell stay: they stand at the cell's ends. */
function lit(cell: string, palette: Palette): string {
  const [, head = '', body = '', tail = ''] = /^((?:\u001b\[[\d;]*m)*)([^]*?)((?:\u001b\[[\d;]*m)*)$/.exec(cell) ?? [];
  const [, left = '', value = '', right = ''] = /^(\s*)([^]*?)(\s*)$/.exec(stripVTControlCharacters(body)) ?? [];
  return `${head}${left}${palette('selected', value)}${right}${tail}`;
}
