/** Two grids to draw lines on: dots of braille, eight a character, for one line; characters for several. */

/** A grid of dots: `width` × `height`, row 0 on top. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** What lies outside is not drawn. */
  set(x: number, y: number, series: number): void;
  /** The characters of a row of text with the series that drew each; −1 where nothing is. */
  row(at: number): readonly { readonly mark: string; readonly series: number }[];
}

/** Bits of the dots in a braille character, by row and column (Unicode, U+2800). */
const DOTS: readonly (readonly [number, number])[] = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
];

/** Two dots across and four down in each character. */
export function brailleCanvas(columns: number, rows: number): Canvas {
  const cells = new Uint8Array(columns * rows);
  const [width, height] = [columns * 2, rows * 4];
  return {
    width,
    height,
    set(x, y) {
      if (x < 0 || y < 0 || x >= width || y >= height) return;
      const at = (y >> 2) * columns + (x >> 1);
      cells[at] = (cells[at] ?? 0) | (DOTS[y & 3]?.[x & 1] ?? 0);
    },
    row(at) {
      return [...cells.subarray(at * columns, (at + 1) * columns)].map((bits) =>
        bits === 0 ? { mark: ' ', series: -1 } : { mark: String.fromCharCode(0x2800 + bits), series: 0 },
      );
    },
  };
}

/** What tells lines apart without colours. */
export const MARKS = ['*', '+', 'o', 'x', '#', '@'] as const;

/** One mark a character; where lines lie upon another, they take turns. */
export function markCanvas(columns: number, rows: number): Canvas {
  const cells: number[][] = Array.from({ length: columns * rows }, () => []);
  return {
    width: columns,
    height: rows,
    set(x, y, series) {
      if (x < 0 || y < 0 || x >= columns || y >= rows) return;
      const cell = cells[y * columns + x];
      if (cell !== undefined && !cell.includes(series)) cell.push(series);
    },
    row(at) {
      return cells.slice(at * columns, (at + 1) * columns).map((cell, x) => {
        const series = cell.length === 0 ? -1 : (cell[x % cell.length] ?? -1);
        return { mark: series < 0 ? ' ' : (MARKS[series % MARKS.length] ?? '*'), series };
      });
    },
  };
}

/** Draws a straight line between two dots (Bresenham). */
export function drawSegment(
  canvas: Canvas,
  from: readonly [number, number],
  to: readonly [number, number],
  series: number,
): void {
  let [x, y] = from;
  const [endX, endY] = to;
  const [dx, dy] = [Math.abs(endX - x), -Math.abs(endY - y)];
  const [stepX, stepY] = [x < endX ? 1 : -1, y < endY ? 1 : -1];
  let error = dx + dy;
  for (;;) {
    canvas.set(x, y, series);
    if (x === endX && y === endY) return;
    const twice = 2 * error;
    if (twice >= dy) {
      error += dy;
      x += stepX;
    }
    if (twice <= dx) {
      error += dx;
      y += stepY;
    }
  }
}
