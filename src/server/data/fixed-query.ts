/** Results that are known before anything runs: constants, the lines of an EXPLAIN, the answer of a command. */
import type { Batch, VarlenData } from '../../arrow/index.ts';
import type { SqlField } from '../../types/index.ts';
import { copyEncoder } from '../types/copy-encoder.ts';
import { rowEncoder } from '../types/row-encoder.ts';
import { textStyleOf } from '../types/text-style.ts';
import type { BoundValue, CopyOptions, EncodedRows, PgColumn, PlannedQuery, RowSource, Run } from '../words.ts';
import type { EncodeRows, RowForm } from './batch-rows.ts';

/** Rows of texts in PostgreSQL's own forms; null is NULL. */
export type TextRows = readonly (readonly (string | null)[])[];

export interface FixedQueryOptions {
  readonly columns: readonly PgColumn[] | null;
  readonly parameterTypes?: readonly number[];
  readonly tag?: string;
  readonly hasCount?: boolean;
  /** Who answers, for the log. */
  readonly route?: string;
  /** Gives the rows when the statement runs. */
  readonly rows: (values: readonly BoundValue[], run: Run) => Promise<TextRows> | TextRows;
}

const NO_BYTES = new Uint8Array(0);
const VARCHAR = { id: 'VARCHAR' } as const;

export class FixedQuery implements PlannedQuery {
  readonly parameterTypes: readonly number[];
  readonly columns: readonly PgColumn[] | null;
  readonly tag: string;
  readonly hasCount: boolean;
  readonly route: string;
  readonly #rows: FixedQueryOptions['rows'];

  constructor({ columns, parameterTypes = [], tag = 'SELECT', hasCount = true, route = 'instant', rows }: FixedQueryOptions) {
    this.columns = columns;
    this.parameterTypes = parameterTypes;
    this.tag = tag;
    this.hasCount = hasCount;
    this.route = route;
    this.#rows = rows;
  }

  open(values: readonly BoundValue[], run: Run): RowSource {
    const { columns, fields, style } = this.#shape(run);
    return new TextRowSource(async () => this.#rows(values, run), fields.length, {
      header: NO_BYTES,
      encode: (formats) => rowEncoder(fields, columns, formats, style),
      trailer: () => NO_BYTES,
    });
  }

  copy(values: readonly BoundValue[], options: CopyOptions, run: Run): RowSource {
    const { columns, fields, style } = this.#shape(run);
    const encoder = copyEncoder(fields, columns, options, style);
    return new TextRowSource(async () => this.#rows(values, run), fields.length, {
      header: encoder.header(),
      encode: () => encoder.rows,
      trailer: () => encoder.trailer(),
    });
  }

  #shape(run: Run) {
    const columns = this.columns ?? [];
    const fields: readonly SqlField[] = columns.map(({ name }) => ({ name, type: VARCHAR }));
    return { columns, fields, style: textStyleOf((name) => run.session.setting(name)) };
  }
}

class TextRowSource implements RowSource {
  readonly #start: () => Promise<TextRows>;
  readonly #columnCount: number;
  readonly #form: RowForm;
  #batch: Batch | null = null;
  #row = 0;
  #isClosed = false;

  constructor(start: () => Promise<TextRows>, columnCount: number, form: RowForm) {
    this.#start = start;
    this.#columnCount = columnCount;
    this.#form = form;
  }

  async next(maxRows: number, formats: Parameters<RowForm['encode']>[0]): Promise<EncodedRows> {
    if (this.#isClosed) return { bytes: NO_BYTES, rowCount: 0, isDone: true };
    const parts: Uint8Array[] = [];
    if (this.#batch === null) {
      this.#batch = batchOfTexts(await this.#start(), this.#columnCount);
      parts.push(this.#form.header);
    }
    const from = this.#row;
    this.#row = Math.min(this.#batch.rowCount, from + maxRows);
    const encode: EncodeRows = this.#form.encode(formats);
    if (this.#row > from) parts.push(encode(this.#batch, from, this.#row));
    const isDone = this.#row >= this.#batch.rowCount;
    if (isDone) parts.push(this.#form.trailer());
    this.#isClosed = isDone;
    return { bytes: parts.length === 1 ? (parts[0] ?? NO_BYTES) : Buffer.concat(parts), rowCount: this.#row - from, isDone };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }
}

/** Rows of texts as a batch of VARCHAR columns. */
function batchOfTexts(rows: TextRows, columnCount: number): Batch {
  const columns = Array.from({ length: columnCount }, (_, at) => textColumn(rows.map((row) => row[at] ?? null)));
  return { rowCount: rows.length, columns };
}

function textColumn(texts: readonly (string | null)[]): VarlenData {
  const encoded = texts.map((text) => Buffer.from(text ?? ''));
  const offsets = new Int32Array(texts.length + 1);
  const validity = new Uint8Array((texts.length + 7) >> 3);
  encoded.forEach((bytes, row) => {
    offsets[row + 1] = (offsets[row] ?? 0) + bytes.length;
    if (texts[row] !== null) validity[row >> 3] = (validity[row >> 3] ?? 0) | (1 << (row & 7));
  });
  const values = new Uint8Array(offsets.at(-1) ?? 0);
  encoded.forEach((bytes, row) => {
    values.set(bytes, offsets[row]);
  });
  return { layout: 'varlen', offsets: offsets.buffer, values: values.buffer, validity: validity.buffer };
}
