/** A box on a terminal: it fits the window, in colours. Values and names that are too wide end in `…`. */
import { LineBuffer } from '../formats/format-writer.ts';
import { isNumber } from '../formats/numbers.ts';
import type { Style } from '../palette.ts';
import { cutToWidth, padToWidth } from '../terminal-text.ts';
import { columnText } from './column-text.ts';
import type { RowRange } from './kept-rows.ts';
import { type Drawing, frameLine, type Painter } from './painter.ts';

/** A cell is not read further than this: no window is wider. */
export const MOST_CELL_LENGTH = 4_096;

/** Gives the text of a cell; null for NULL. */
type CellOf = (place: number) => string | null;

export class FramedPainter implements Painter {
  isCut = false;
  readonly columnCount: number;
  readonly #drawing: Drawing;
  readonly #lines: LineBuffer;
  readonly #between: string;
  readonly #isRight: readonly boolean[];

  constructor(drawing: Drawing) {
    this.#drawing = drawing;
    this.#lines = new LineBuffer(drawing.output);
    this.#between = drawing.palette('frame', '│');
    this.#isRight = drawing.schema.map((field) => isNumber(field.type));
    this.columnCount = drawing.layout.places.filter((place) => place !== null).length;
  }

  async begin(): Promise<void> {
    const { names, types } = this.#drawing;
    await this.#frame('┌', '┬', '┐');
    await this.#row((place) => names[place] ?? '', 'bold');
    await this.#row((place) => types[place] ?? '', 'dim');
    await this.#frame('├', '┼', '┤');
  }

  async rows({ batch, from, to }: RowRange): Promise<void> {
    const { schema } = this.#drawing;
    const readers = batch.columns.map(
      (column, i) => columnText(schema[i]?.type ?? { id: 'NULL' }, column, MOST_CELL_LENGTH).read,
    );
    for (let row = from; row < to; row++) await this.#row((place) => readers[place]?.(row) ?? null, null);
    await this.#lines.flush();
  }

  async gap(): Promise<void> {
    await this.#row(() => '⋮', 'dim');
  }

  async end(): Promise<void> {
    await this.#frame('└', '┴', '┘');
    await this.#lines.flush();
  }

  async #frame(left: string, middle: string, right: string): Promise<void> {
    await this.#line(this.#drawing.palette('frame', frameLine(this.#drawing.layout.widths, left, middle, right)));
  }

  async #row(cellOf: CellOf, style: Style | null): Promise<void> {
    const { layout, palette, nullText } = this.#drawing;
    const cells = layout.places.map((place, i) => {
      if (place === null) return palette('dim', '…');
      const width = layout.widths[i] ?? 1;
      const text = cellOf(place);
      const padded = padToWidth(this.#fitted(text ?? nullText, width, style), width, this.#isRight[place] ? 'right' : 'left');
      if (text === null) return palette('null', padded);
      return style === null ? padded : palette(style, padded);
    });
    const between = this.#between;
    await this.#line(`${between} ${cells.join(` ${between} `)} ${between}`);
  }

  /** Types that are cut are not worth a word. */
  #fitted(text: string, width: number, style: Style | null): string {
    const cut = cutToWidth(text, width);
    if (cut !== text && style !== 'dim') this.isCut = true;
    return cut;
  }

  async #line(text: string): Promise<void> {
    if (this.#lines.add(`${text}\n`)) await this.#lines.flush();
  }
}
