/** What every output format is: rows of one result in, bytes out, as they come. */
import type { Batch } from '../../arrow/index.ts';
import type { SqlField } from '../../types/index.ts';
import type { Output } from '../output.ts';

/** One result on its way out. */
export interface Rows {
  readonly schema: readonly SqlField[];
  readonly batches: AsyncIterable<Batch>;
}

/** Writes all rows; waits for the output after each piece, so that a slow reader slows the scan. */
export type FormatWriter = (rows: Rows, output: Output) => Promise<void>;

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
