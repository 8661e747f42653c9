/** Draws bars that lie: a label, its value, a bar in eighths of a block. Pure; gives lines. */
import { blockBar, cutToWidth, displayWidth, escapeControls, type Palette, padToWidth } from '../../output/index.ts';
import { numberTexts } from './number-text.ts';

export interface Bar {
  /** May hold control characters. */
  readonly label: string;
  readonly value: number;
  /** The value as it is shown; made from `value` where it is absent. */
  readonly text?: string;
}

export interface DrawSize {
  readonly columns: number;
  /** Lines that the drawing may have. */
  readonly rows: number;
  readonly palette: Palette;
}

/** Gives a line a bar; zero lies where the least negative value leaves room to its left. None is wider than the window. */
export function drawBar(
  bars: readonly Bar[],
  { columns, palette }: DrawSize,
  labelSide: 'left' | 'right' = 'left',
): readonly string[] {
  const numbers = numberTexts(bars.map(({ value }) => value));
  const values = bars.map(({ text }, at) => text ?? numbers[at] ?? '');
  const labels = bars.map(({ label }) => escapeControls(label));
  const valueWidth = Math.min(widest(values), Math.max(4, Math.floor(columns / 2)));
  const labelWidth = Math.min(widest(labels), Math.max(4, Math.floor((columns - valueWidth) / 2)));
  const room = Math.max(2, columns - labelWidth - valueWidth - 2);
  const most = bars.reduce((far, { value }) => Math.max(far, value), 0);
  const least = bars.reduce((far, { value }) => Math.min(far, value), 0);
  const leftWidth = leftWidthOf(least, most, room);
  const rightWidth = room - leftWidth;
  // One scale on both sides, so that bars of one length are numbers of one size.
  const columnSize = Math.max(most / Math.max(1, rightWidth), -least / Math.max(1, leftWidth));
  return bars.map(({ value }, at) => {
    const label = padToWidth(cutToWidth(labels[at] ?? '', labelWidth), labelWidth, labelSide);
    const number = padToWidth(cutToWidth(values[at] ?? '', valueWidth), valueWidth, 'right');
    const left = value < 0 ? negativeBar(-value / columnSize, leftWidth) : ' '.repeat(leftWidth);
    const right = value > 0 ? blockBar(value / columnSize / rightWidth, rightWidth) : '';
    return `${label} ${palette('number', number)} ${palette('bar', left + right)}`.trimEnd();
  });
}

/** Columns to the left of zero: as much of the room as its share of the range is, and some for either side that there is. */
function leftWidthOf(least: number, most: number, room: number): number {
  if (least >= 0) return 0;
  if (most <= 0) return room;
  // Halved, so that huge ranges stay finite.
  const share = -least / 2 / (most / 2 - least / 2);
  return Math.max(1, Math.min(room - 1, Math.round(share * room)));
}

/** There are blocks of an eighth and of a half that touch the right side, and no others. `size`: columns. */
function negativeBar(size: number, width: number): string {
  const halves = Math.min(width * 2, Math.round(size * 2));
  const bar = (halves % 2 === 1 ? '▐' : '') + '█'.repeat(Math.floor(halves / 2));
  return padToWidth(bar === '' ? '▕' : bar, width, 'right');
}

function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, displayWidth(text)), 0);
}
