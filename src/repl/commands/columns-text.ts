/** Draws small lists in aligned columns: heads dim, no frame, one line a row, cut to the window. For facts, not for results. */
import { cutToWidth, displayWidth, escapeControls, type Palette, padToWidth, paletteOf, type Style } from '../../output/index.ts';
import type { Shell } from '../words.ts';

export interface TextColumn {
  readonly head: string;
  readonly align?: 'left' | 'right';
  readonly style?: Style;
  /** Goes on below, word by word, where it is too long; else it is cut. */
  readonly isWrapped?: boolean;
}

/** Where it is drawn: how wide it may be, and in which colours. */
export interface Drawing {
  readonly columns: number;
  readonly palette: Palette;
}

const GAP = '  ';
/** No column is cut to less. */
const LEAST = 8;

/** Gives the drawing for `shell.show`: a file and a program get all of it, without colours. */
export function drawingFor(shell: Shell): Drawing {
  const { output, once } = shell.settings;
  if (output !== null || once !== null) return { columns: Infinity, palette: paletteOf(false) };
  return { columns: shell.isInteractive ? shell.size.columns : Infinity, palette: shell.palette };
}

/** rows[i][j]: the text of row i under columns[j]. Control characters are escaped here. Gives lines without a last line break. */
export function columnsText(columns: readonly TextColumn[], rows: readonly (readonly string[])[], drawing: Drawing): string {
  const cells = rows.map((row) => row.map(escapeControls));
  const wanted = columns.map(({ head }, at) => Math.max(displayWidth(head), ...cells.map((row) => displayWidth(row[at] ?? ''))));
  const widths = fitting(wanted, drawing.columns - GAP.length * (columns.length - 1));
  const heads = columns.map(({ head, align }, at) => cell(head, widths[at] ?? 0, align));
  const hasHead = columns.some(({ head }) => head !== '');
  const lines = cells.flatMap((row) => linesOf(row, columns, widths, drawing.palette));
  return [...(hasHead ? [drawing.palette('dim', heads.join(GAP).trimEnd())] : []), ...lines].join('\n');
}

function linesOf(row: readonly string[], columns: readonly TextColumn[], widths: readonly number[], palette: Palette): string[] {
  const parts = columns.map(({ isWrapped }, at) => {
    const [text, width] = [row[at] ?? '', widths[at] ?? 0];
    return isWrapped === true ? wrapped(text, width) : [text];
  });
  const height = Math.max(...parts.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) => {
    const texts = columns.map(({ align, style }, at) => {
      const text = cell(parts[at]?.[line] ?? '', widths[at] ?? 0, align);
      return style === undefined ? text : palette(style, text);
    });
    return texts.join(GAP).trimEnd();
  });
}

/** Breaks a text at its blanks; a word that is longer than the width is cut later. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && displayWidth(longer) > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

function cell(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  return padToWidth(cutToWidth(text, width), width, align);
}

/** Takes from the widest column until all fit. */
function fitting(wanted: readonly number[], room: number): number[] {
  const widths = [...wanted];
  let over = widths.reduce((sum, width) => sum + width, 0) - room;
  while (over > 0) {
    const widest = Math.max(...widths);
    if (widest <= LEAST) break;
    const isAlone = widths.filter((width) => width === widest).length === 1;
    const next = Math.max(LEAST, ...widths.filter((width) => width < widest));
    const at = widths.lastIndexOf(widest);
    const taken = isAlone ? Math.min(over, widest - next) : 1;
    widths[at] = widest - taken;
    over -= taken;
  }
  return widths;
}
