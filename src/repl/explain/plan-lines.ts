/** Lines of a drawn plan: pieces of text in styles, numbers in columns to the right. Knows widths, not plans. */
import { cutToWidth, displayWidth, type Palette, padToWidth, type Style } from '../../output/index.ts';

/** A piece of a line; null: plain. */
export type Piece = readonly [style: Style | null, text: string];

/** A line, and what stands to the right of it. */
export interface PlanLine {
  readonly left: readonly Piece[];
  /** `12.3 ms`; '' where there is none. */
  readonly time: string;
  /** Eighths of blocks. */
  readonly bar: string;
  readonly rows: string;
  /** True where the rows are far from what was expected. */
  readonly isOff: boolean;
}

/** A line without numbers. */
export function plainLine(left: readonly Piece[]): PlanLine {
  return { left, time: '', bar: '', rows: '', isOff: false };
}

const BAR_WIDTH = 8;
/** The tree keeps at least so much of the window; below it numbers go without their bar, then under their node. */
const LEAST_LEFT = 30;
const GAP = 2;

/** Draws the lines, none wider than `columns`; no line ends in blanks. */
export function drawLines(lines: readonly PlanLine[], columns: number, palette: Palette): string[] {
  const time = widest(lines, 'time');
  const bar = lines.some((line) => line.bar !== '') ? BAR_WIDTH : 0;
  const rows = widest(lines, 'rows');
  const numbers = (time === 0 ? 0 : GAP + time) + (rows === 0 ? 0 : GAP + rows);
  const hasBar = bar > 0 && columns - numbers - GAP - bar >= LEAST_LEFT;
  const isBeside = columns - numbers >= LEAST_LEFT;
  const available = isBeside ? columns - numbers - (hasBar ? GAP + bar : 0) : columns;
  const left = Math.min(available, Math.max(...lines.filter(hasNumbers).map(widthOf), LEAST_LEFT));
  return lines.flatMap((line) => {
    if (!hasNumbers(line)) return wrapped(line.left, columns).map((pieces) => drawPieces(pieces, columns, palette));
    if (!isBeside) return [drawPieces(line.left, columns, palette), underneath(line, columns, palette)];
    const width = Math.min(widthOf(line), left);
    const text = drawPieces(line.left, left, palette) + ' '.repeat(left - width);
    const drawn = [
      ...(time === 0 ? [] : [padToWidth(line.time, time, 'right')]),
      ...(hasBar ? [palette('bar', line.bar) + ' '.repeat(Math.max(0, bar - displayWidth(line.bar)))] : []),
      ...(rows === 0 ? [] : [rowsText(line, padToWidth(line.rows, rows, 'right'), palette)]),
    ];
    return [`${text}${' '.repeat(GAP)}${drawn.join(' '.repeat(GAP))}`.trimEnd()];
  });
}

function hasNumbers({ time, rows }: PlanLine): boolean {
  return time !== '' || rows !== '';
}

function widthOf({ left }: Pick<PlanLine, 'left'>): number {
  return left.reduce((sum, [, text]) => sum + displayWidth(text), 0);
}

function widest(lines: readonly PlanLine[], member: 'time' | 'rows'): number {
  return lines.reduce((most, line) => Math.max(most, displayWidth(line[member])), 0);
}

function rowsText(line: PlanLine, text: string, palette: Palette): string {
  return line.isOff ? palette('warning', text) : text;
}

/** The numbers on a line of their own, behind the frame of their node. */
function underneath(line: PlanLine, columns: number, palette: Palette): string {
  const frame = line.left[0]?.[0] === 'frame' ? line.left[0][1].replaceAll('├─', '│ ').replaceAll('└─', '  ') : '';
  const text = [line.time, line.rows].filter((part) => part !== '').join(' · ');
  const shown = cutToWidth(`${' '.repeat(2)}${text}`, Math.max(1, columns - displayWidth(frame)));
  return palette('frame', frame) + (line.isOff ? palette('warning', shown) : palette('dim', shown));
}

/** Breaks a line at its blanks; further lines begin with its frame and are indented below it. */
function wrapped(pieces: readonly Piece[], width: number): Piece[][] {
  const frame = pieces.filter(([style], at) => at === 0 && style === 'frame');
  const lines: Piece[][] = [];
  let line: Piece[] = [];
  let used = 0;
  const begin = (start: readonly Piece[]): void => {
    line = [...start];
    used = widthOf({ left: start });
    lines.push(line);
  };
  begin(frame);
  for (const [style, text] of pieces.slice(frame.length)) {
    for (const word of text.split(/(?<= )(?=[^ ])/)) {
      const needed = displayWidth(word.trimEnd());
      if (used + needed > width && line.length > frame.length) begin([...frame, [null, '  ']]);
      line.push([style, word]);
      used += displayWidth(word);
    }
  }
  return lines.map((pieces) =>
    pieces.map(([style, text], at) => [style, at === pieces.length - 1 ? text.trimEnd() : text] as const),
  );
}

/** Cuts the pieces to `width` columns together. */
function drawPieces(pieces: readonly Piece[], width: number, palette: Palette): string {
  let room = width;
  let drawn = '';
  for (const [at, [style, text]] of pieces.entries()) {
    const needed = displayWidth(text);
    const hasMore = pieces.slice(at + 1).some(([, later]) => later !== '');
    // One column is kept for the mark of the cut.
    const isCut = needed > room || (needed === room && hasMore);
    const shown = !isCut ? text : needed < room ? text : room <= 0 ? '' : `${cutToWidth(`${text} `, room)}`;
    drawn += style === null ? shown : palette(style, shown);
    room -= displayWidth(shown);
    if (isCut) break;
  }
  return drawn;
}
