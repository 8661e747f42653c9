/** Results that are known before anything runs: constants, the lines of an EXPLAIN, the answer of a command. */
import { PgError } from '../pg-error.ts';
import { binaryFromText } from '../types/binary-from-text.ts';
import { copyTextRows } from '../types/copy-encoder.ts';
import type { BoundValue, CopyOptions, EncodedRows, Format, PgColumn, PlannedQuery, RowSource, Run } from '../words.ts';

/** Rows of texts in PostgreSQL's own forms; null is NULL. */
export type TextRows = readonly (readonly (string | null)[])[];

export interface FixedQueryOptions {
  readonly columns: readonly PgColumn[] | null;
  readonly parameterTypes?: readonly number[];
  readonly tag?: string;
  readonly hasCount?: boolean;
  /** Gives the rows when the statement runs. */
  readonly rows: (values: readonly BoundValue[], run: Run) => Promise<TextRows> | TextRows;
}

export class FixedQuery implements PlannedQuery {
  readonly parameterTypes: readonly number[];
  readonly columns: readonly PgColumn[] | null;
  readonly tag: string;
  readonly hasCount: boolean;
  readonly #rows: FixedQueryOptions['rows'];

  constructor({ columns, parameterTypes = [], tag = 'SELECT', hasCount = true, rows }: FixedQueryOptions) {
    this.columns = columns;
    this.parameterTypes = parameterTypes;
    this.tag = tag;
    this.hasCount = hasCount;
    this.#rows = rows;
  }

  open(values: readonly BoundValue[], run: Run): RowSource {
    return new TextRowSource(async () => this.#rows(values, run), this.columns ?? []);
  }

  copy(values: readonly BoundValue[], options: CopyOptions, run: Run): RowSource {
    const columns = this.columns;
    if (columns === null) throw new PgError('0A000', 'COPY query must have a RETURNING clause');
    let isDone = false;
    return {
      next: async () => {
        const rows = isDone ? [] : await this.#rows(values, run);
        const bytes = isDone ? new Uint8Array(0) : copyTextRows(columns, rows, options);
        isDone = true;
        return { bytes, rowCount: rows.length, isDone };
      },
      close: async () => {
        isDone = true;
      },
    };
  }
}

class TextRowSource implements RowSource {
  readonly #start: () => Promise<TextRows>;
  readonly #columns: readonly PgColumn[];
  #rows: TextRows | null = null;
  #at = 0;

  constructor(start: () => Promise<TextRows>, columns: readonly PgColumn[]) {
    this.#start = start;
    this.#columns = columns;
  }

  async next(maxRows: number, formats: readonly Format[]): Promise<EncodedRows> {
    this.#rows ??= await this.#start();
    const rows = this.#rows.slice(this.#at, this.#at + maxRows);
    this.#at += rows.length;
    const messages = rows.map((row) => dataRow(row.map((text, at) => this.#encoded(text, at, formats))));
    return { bytes: Buffer.concat(messages), rowCount: rows.length, isDone: this.#at >= this.#rows.length };
  }

  #encoded(text: string | null, at: number, formats: readonly Format[]): Uint8Array | null {
    if (text === null) return null;
    const format = (formats.length === 1 ? formats[0] : formats[at]) ?? 0;
    return format === 0 ? Buffer.from(text) : binaryFromText(this.#columns[at]?.typeOid ?? 25, text);
  }

  async close(): Promise<void> {
    this.#rows = [];
  }
}

/** DataRow (54.7): 'D', length, number of values, then each value's length (-1: NULL) and bytes. */
function dataRow(values: readonly (Uint8Array | null)[]): Buffer {
  const byteCount = values.reduce((sum, value) => sum + 4 + (value?.length ?? 0), 7);
  const row = Buffer.allocUnsafe(byteCount);
  row.write('D', 0, 'latin1');
  row.writeInt32BE(byteCount - 1, 1);
  row.writeInt16BE(values.length, 5);
  let at = 7;
  for (const value of values) {
    at = row.writeInt32BE(value === null ? -1 : value.length, at);
    if (value !== null) {
      row.set(value, at);
      at += value.length;
    }
  }
  return row;
}
