/** Rows as records, one line a column, for rows that are wider than the window: `\x`. Values are never cut. */
import { LineBuffer } from '../formats/format-writer.ts';
import { grouped } from '../quantities.ts';
import { cutToWidth, displayWidth, padToWidth } from '../terminal-text.ts';
import { columnText } from './column-text.ts';
import type { RowRange } from './kept-rows.ts';
import type { Drawing, Painter } from './painter.ts';

/** Width of the line between two records where there is no window. */
const RULE_WIDTH = 60;
/** Longer types are cut: those of nested columns would push the values away. */
const MOST_TYPE_WIDTH = 24;

export class RecordPainter implements Painter {
  readonly isCut = false;
  readonly columnCount: number;
  readonly #drawing: Drawing;
  readonly #lines: LineBuffer;
  /** Name, type and border of each column. */
  readonly #leads: readonly string[];
  readonly #ruleWidth: number;
  #rowCount = 0;

  constructor(drawing: Drawing) {
    const { names, palette, output } = drawing;
    this.#drawing = drawing;
    this.#lines = new LineBuffer(output);
    this.columnCount = names.length;
    this.#ruleWidth = output.columns ?? RULE_WIDTH;
    const types = drawing.types.map((type) => cutToWidth(type, MOST_TYPE_WIDTH));
    const nameWidth = Math.max(0, ...names.map(displayWidth));
    const typeWidth = Math.max(0, ...types.map(displayWidth));
    this.#leads = names.map((name, i) => {
      const label = palette('bold', padToWidth(name, nameWidth, 'left'));
      return `${label} ${palette('dim', padToWidth(types[i] ?? '', typeWidth, 'left'))} ${palette('frame', '│')} `;
    });
  }

  async begin(): Promise<void> {
    // The first record brings its own line.
  }

  async rows({ batch, from, to }: RowRange): Promise<void> {
    const { schema, palette, nullText } = this.#drawing;
    const readers = batch.columns.map((column, i) => columnText(schema[i]?.type ?? { id: 'NULL' }, column, null).read);
    for (let row = from; row < to; row++) {
      const cells = readers.map((read, i) => `${this.#leads[i] ?? ''}${read(row) ?? palette('null', nullText)}\n`);
      if (this.#lines.add(`${this.#rule(++this.#rowCount)}${cells.join('')}`)) await this.#lines.flush();
    }
    await this.#lines.flush();
  }

  #rule(rowNumber: number): string {
    const title = `── row ${grouped(rowNumber)} `;
    return `${this.#drawing.palette('frame', title.padEnd(this.#ruleWidth, '─'))}\n`;
  }

  async gap(rowCount: number): Promise<void> {
    this.#rowCount += rowCount;
    this.#lines.add(`${this.#drawing.palette('dim', '⋮')}\n`);
  }

  async end(): Promise<void> {
    await this.#lines.flush();
  }
}
