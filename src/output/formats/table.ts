/**
 * A table with a frame, for people. The first rows are held back to learn how wide columns are; later rows stream in
 * those widths. On a terminal the table fits the window and says where it cut; elsewhere nothing is ever cut.
 */
import { styleText } from 'node:util';
import { type Batch, textReader } from '../../arrow/index.ts';
import { type SqlField, typeName } from '../../types/index.ts';
import type { Output } from '../output.ts';
import { cutToWidth, displayWidth, escapeControls, escapeControlsKeepLines, padToWidth } from '../terminal-text.ts';
import { type FormatWriter, LineBuffer, type Rows } from './format-writer.ts';
import { isNumber } from './numbers.ts';
import { layOut, type TableLayout } from './table-layout.ts';

/** Rows that are looked at before the first is shown. */
const MEASURED_ROWS = 1_000;
/** How long rows are held back, if fewer come. */
const MEASURED_MS = 1_000;
/** A cell is not read further than this on a terminal: no window is wider. */
const MOST_CELL_LENGTH = 4_096;

/** NULL is null until it is drawn, so that it can be told from the text 'NULL'. */
type Cells = readonly (string | null)[];

export const writeTable: FormatWriter = async (rows, output) => {
  if (isExplain(rows.schema)) return writeExplain(rows, output);
  const table = new Table(rows.schema, output);
  for await (const batch of rows.batches) await table.add(batch);
  await table.end();
};

function isExplain(schema: readonly SqlField[]): boolean {
  return schema.length === 2 && schema[0]?.name === 'explain_key' && schema[1]?.name === 'explain_value';
}

/** A plan is a drawing already. */
async function writeExplain({ batches }: Rows, output: Output): Promise<void> {
  for await (const batch of batches) {
    const column = batch.columns[1];
    if (column === undefined) return;
    const read = textReader({ id: 'VARCHAR' }, column);
    for (let row = 0; row < batch.rowCount; row++) {
      const text = escapeControlsKeepLines(read(row) ?? '');
      await output.write(text.endsWith('\n') ? text : `${text}\n`);
    }
  }
}

class Table {
  readonly #schema: readonly SqlField[];
  readonly #output: Output;
  readonly #lines: LineBuffer;
  readonly #startedAt = performance.now();
  #held: Cells[] = [];
  #layout: TableLayout | null = null;
  #rowCount = 0;
  #isCut = false;

  constructor(schema: readonly SqlField[], output: Output) {
    this.#schema = schema;
    this.#output = output;
    this.#lines = new LineBuffer(output);
  }

  async add(batch: Batch): Promise<void> {
    const readers = batch.columns.map((column, i) => textReader(this.#schema[i]?.type ?? { id: 'NULL' }, column));
    for (let row = 0; row < batch.rowCount; row++) {
      const cells = readers.map((read) => this.#shown(read(row)));
      this.#rowCount++;
      if (this.#layout !== null) await this.#line(this.#drawn(cells, this.#layout));
      else if (this.#held.push(cells) >= MEASURED_ROWS) await this.#begin();
    }
    if (this.#layout === null && performance.now() - this.#startedAt > MEASURED_MS && this.#held.length > 0) await this.#begin();
    await this.#lines.flush();
  }

  async end(): Promise<void> {
    const layout = this.#layout ?? (await this.#begin());
    await this.#line(frameLine(layout.widths, '└', '┴', '┘'));
    await this.#lines.flush();
    this.#output.note(this.#footer(layout));
  }

  #shown(text: string | null): string | null {
    if (text === null) return null;
    return escapeControls(this.#output.isTerminal ? text.slice(0, MOST_CELL_LENGTH) : text);
  }

  /** Settles the widths, and draws the head and all rows held back. */
  async #begin(): Promise<TableLayout> {
    const names = this.#schema.map((field) => escapeControls(field.name));
    const types = this.#schema.map((field) => escapeControls(typeName(field.type).toLowerCase()));
    const wanted = names.map((name, i) => {
      const cells = this.#held.map((row) => displayWidth(row[i] ?? 'NULL'));
      return Math.max(
        displayWidth(name),
        this.#widthOfType(types[i] ?? ''),
        cells.reduce((most, width) => Math.max(most, width), 0),
      );
    });
    const layout = layOut(wanted, this.#output.columns);
    this.#layout = layout;
    this.#isCut = layout.isCut;
    await this.#line(frameLine(layout.widths, '┌', '┬', '┐'));
    await this.#line(this.#drawn(names, layout, 'bold'));
    await this.#line(this.#drawn(types, layout, 'dim'));
    await this.#line(frameLine(layout.widths, '├', '┼', '┤'));
    for (const cells of this.#held) await this.#line(this.#drawn(cells, layout));
    this.#held = [];
    return layout;
  }

  /** The types of nested columns can be long; they are not worth making a column wide. */
  #widthOfType(type: string): number {
    const width = displayWidth(type);
    return this.#output.isTerminal ? Math.min(width, 24) : width;
  }

  #drawn(cells: Cells, { places, widths }: TableLayout, style?: 'bold' | 'dim'): string {
    const drawn = places.map((place, i) => {
      const width = widths[i] ?? 1;
      if (place === null) return '…';
      const cell = cells[place] ?? null;
      const text = this.#fitted(cell ?? 'NULL', width, style !== 'dim');
      const type = this.#schema[place]?.type;
      const padded = padToWidth(text, width, type !== undefined && isNumber(type) ? 'right' : 'left');
      return this.#styled(padded, cell === null ? 'dim' : style);
    });
    return `│ ${drawn.join(' │ ')} │`;
  }

  #fitted(text: string, width: number, isData: boolean): string {
    if (!this.#output.isTerminal) return text;
    const cut = cutToWidth(text, width);
    if (isData && cut !== text) this.#isCut = true;
    return cut;
  }

  #styled(text: string, style: 'bold' | 'dim' | undefined): string {
    return style === undefined || !this.#output.hasColour ? text : styleText(style, text, { validateStream: false });
  }

  #footer(layout: TableLayout): string {
    const rows = `${this.#rowCount.toLocaleString('en')} row${this.#rowCount === 1 ? '' : 's'}`;
    const shown = layout.places.filter((place) => place !== null).length;
    const columns = shown < this.#schema.length ? `, ${shown} of ${this.#schema.length} columns shown` : '';
    return `${rows}${columns}${this.#isCut ? ' (cut to fit the window; all of it: --format csv, ndjson, or into a pipe)' : ''}`;
  }

  async #line(text: string): Promise<void> {
    if (this.#lines.add(`${text}\n`)) await this.#lines.flush();
  }
}

function frameLine(widths: readonly number[], left: string, middle: string, right: string): string {
  return left + widths.map((width) => '─'.repeat(width + 2)).join(middle) + right;
}
