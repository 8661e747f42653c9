/**
 * A box in a file or a pipe: every row and column, nothing cut, no colours. Widths are those of the first rows; later cells
 * that are wider push the border out. Bench: bench/micro/write-box.ts.
 */
import type { Batch } from '../../arrow/index.ts';
import { isNumber } from '../formats/numbers.ts';
import { displayWidth, padToWidth } from '../terminal-text.ts';
import { ByteRows } from './byte-rows.ts';
import { type ColumnText, columnText, isPlainText } from './column-text.ts';
import type { RowRange } from './kept-rows.ts';
import { type Drawing, frameLine, type Painter } from './painter.ts';

/** Adds one cell or row. */
type Adder = (row: number) => void;

const OPEN = Buffer.from('│ ');
const BETWEEN = Buffer.from(' │ ');
const CLOSE = Buffer.from(' │\n');

export class WholePainter implements Painter {
  readonly isCut = false;
  readonly columnCount: number;
  readonly #drawing: Drawing;
  readonly #bytes: ByteRows;

  constructor(drawing: Drawing) {
    this.#drawing = drawing;
    this.#bytes = new ByteRows(drawing.output);
    this.columnCount = drawing.schema.length;
  }

  async begin(): Promise<void> {
    const { names, types, layout } = this.#drawing;
    this.#bytes.text(`${frameLine(layout.widths, '┌', '┬', '┐')}\n`);
    this.#bytes.text(this.#heading(names));
    this.#bytes.text(this.#heading(types));
    this.#bytes.text(`${frameLine(layout.widths, '├', '┼', '┤')}\n`);
  }

  #heading(texts: readonly string[]): string {
    const { schema, layout } = this.#drawing;
    const cells = texts.map((text, i) => {
      const type = schema[i]?.type;
      return padToWidth(text, layout.widths[i] ?? 1, type !== undefined && isNumber(type) ? 'right' : 'left');
    });
    return `│ ${cells.join(' │ ')} │\n`;
  }

  async rows({ batch, from, to }: RowRange): Promise<void> {
    const bytes = this.#bytes;
    const add = this.#rowAdder(batch);
    for (let row = from; row < to; row++) {
      add(row);
      if (bytes.isDue) await bytes.flush();
    }
    await bytes.flush();
  }

  async gap(): Promise<void> {
    // No rows are left out.
  }

  async end(): Promise<void> {
    this.#bytes.text(`${frameLine(this.#drawing.layout.widths, '└', '┴', '┘')}\n`);
    await this.#bytes.flush();
  }

  #rowAdder(batch: Batch): Adder {
    const { schema, layout, nullText } = this.#drawing;
    const into = this.#bytes;
    const [first, ...others] = batch.columns.map((column, i) => {
      const type = schema[i]?.type ?? { id: 'NULL' };
      return cellAdder(columnText(type, column, null), isNumber(type), layout.widths[i] ?? 1, nullText, into);
    });
    return (row) => {
      into.bytes(OPEN);
      first?.(row);
      for (const add of others) {
        into.bytes(BETWEEN);
        add(row);
      }
      into.bytes(CLOSE);
    };
  }
}

function cellAdder({ read, isPlain }: ColumnText, isRight: boolean, width: number, nullText: string, into: ByteRows): Adder {
  const widthOf = widthMemory();
  const add = (text: string, isAscii: boolean): void => {
    const spaceCount = width - (isAscii ? text.length : widthOf(text));
    if (isRight) into.spaces(spaceCount);
    if (isAscii) into.plain(text);
    else into.text(text);
    if (!isRight) into.spaces(spaceCount);
  };
  return (row) => {
    const text = read(row);
    if (text === null) add(nullText, false);
    else add(text, isPlain || isPlainText(text));
  };
}

/** Texts of a column whose widths are remembered: names of places and kinds come again and again. */
const MOST_REMEMBERED = 1_024;

function widthMemory(): (text: string) => number {
  const widths = new Map<string, number>();
  return (text) => {
    const known = widths.get(text);
    if (known !== undefined) return known;
    const width = displayWidth(text);
    if (widths.size < MOST_REMEMBERED) widths.set(text, width);
    return width;
  };
}
