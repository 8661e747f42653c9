/** What every output format is: rows of one result in, bytes out, as they come. */
import type { Batch } from '../../arrow/index.ts';
import type { SqlField } from '../../types/index.ts';
import type { Output } from '../output.ts';
import type { Palette } from '../palette.ts';

/** One result on its way out. */
export interface Rows {
  readonly schema: readonly SqlField[];
  readonly batches: AsyncIterable<Batch>;
}

/** How a result is drawn. Each writer looks at what concerns it. */
export interface FormatOptions {
  /** Stands for NULL in box, table, markdown, line and html; `NULL` where it is not given. */
  readonly nullText?: string;
  /** Most rows of a box on a terminal, half of them the last ones; 0: all. */
  readonly mostRows?: number;
  /** One line a column instead of one line a row: 'auto' where rows are wider than the window. */
  readonly expanded?: 'on' | 'off' | 'auto';
  /** The colours of the place; without it those that the output has. */
  readonly palette?: Palette;
  /** The table of INSERT statements; `t` where it is not given. */
  readonly tableName?: string;
  /** What the person can do to see the rows, or the columns and values, that a box leaves out. */
  readonly advice?: { readonly rows: string; readonly columns: string };
}

/**
 * Writes all rows; waits for the output after each piece, so that a slow reader slows the scan. When the rows fail, what was
 * written of them are whole rows.
 */
export type FormatWriter = (rows: Rows, output: Output, options?: FormatOptions) => Promise<void>;

/** Characters after which a piece is written. */
const PIECE_LENGTH = 1 << 16;

/** Gathers lines into pieces of some 64 kB; the first line of a batch is never kept back longer than its batch. */
export class LineBuffer {
  readonly #output: Output;
  #text = '';

  constructor(output: Output) {
    this.#output = output;
  }

  /** True where the text is due: then `flush`. Adding itself never waits. */
  add(text: string): boolean {
    this.#text += text;
    return this.#text.length >= PIECE_LENGTH;
  }

  async flush(): Promise<void> {
    if (this.#text === '') return;
    const text = this.#text;
    this.#text = '';
    await this.#output.write(text);
  }
}
