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
  const room = Math.max(1, columns - labelWidth - valueWidth - 2);
  const most = bars.reduce((far, { value }) => Math.max(far, value), 0);
  const least = bars.reduce((far, { value }) => Math.min(far, value), 0);
  // Halved, so that the width of huge ranges stays finite.
  const span = most / 2 - least / 2;
  const leftWidth = least < 0 ? Math.max(1, Math.round((-least / 2 / span) * room)) : 0;
  const rightWidth = Math.max(most > 0 ? 1 : 0, room - leftWidth);
  return bars.map(({ value }, at) => {
    const label = padToWidth(cutToWidth(labels[at] ?? '', labelWidth), labelWidth, labelSide);
    const number = padToWidth(cutToWidth(values[at] ?? '', valueWidth), valueWidth, 'right');
    const left = value < 0 ? negativeBar(value / least, leftWidth) : ' '.repeat(leftWidth);
    const right = value > 0 ? blockBar(value / most, rightWidth) : '';
    return `${label} ${palette('number', number)} ${palette('bar', left + right)}`.trimEnd();
  });
}

/** There are blocks of an eighth and of a half that touch the right side, and no others. */
function negativeBar(share: number, width: number): string {
  const halves = Math.round(share * width * 2);
  const end = halves % 2 === 1 ? '▐' : '';
  const bar = end + '█'.repeat(Math.floor(halves / 2));
  return padToWidth(bar === '' && share > 0 ? '▕' : bar, width, 'right');
}

function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, displayWidth(text)), 0);
}
