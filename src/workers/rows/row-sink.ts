/**
 * Rows that a reader found, into columns, and columns into batches: applies `on_error`, sizes the batches, stops at the row
 * limit. It asks nothing of Redis.
 */
import { isUtf8 } from 'node:buffer';
import type { ColumnBuilder, MapBuilder } from '../../arrow/builders.ts';
import type { ColumnData } from '../../arrow/column-data.ts';
import { RedQueryError } from '../../errors.ts';
import { ROW, type RowReader, type RowShape } from '../../resp/row-reader.ts';
import type { ScanTask, TableColumn } from '../../storage/scan-words.ts';
import { printableKey } from '../../types/printable-key.ts';
import { JsonFinder, RefusedPathError } from '../elements/json-finder.ts';
import { CaptureFinder } from '../keys/captures.ts';
import type { KeyBlock } from '../keys/key-block.ts';
import type { ScanCounters } from '../scan-counters.ts';
import { badValueError } from './bad-value.ts';
import type { BatchWriter } from './batch-writer.ts';
import { type Builders, makeBuilders } from './column-builders.ts';
import { FieldFinder } from './field-finder.ts';
import { emptyRow, type RowRun, type RowView } from './row-run.ts';
import type { ScanLayout } from './scan-layout.ts';

/** What DuckDB takes at a time; batches are multiples of it where they can be. */
const CHUNK_ROWS = 2048;
/** Bytes of replies after which a batch goes out, whatever its rows. */
const MAX_BATCH_BYTES = 1 * 1024 * 1024;
/** A batch that has waited so long goes out, whatever its size: rows may come in slowly. */
const MAX_WAIT_MS = 50;
/** Builders keep their room from batch to batch, but not that of one huge value. */
const KEEP_BUILDER_BYTES = 8 * 1024 * 1024;

export class RowSink {
  /** Rows that may still come; Infinity without a limit. */
  rowsLeft: number;
  readonly #task: ScanTask;
  readonly #layout: ScanLayout;
  readonly #writer: BatchWriter;
  readonly #counters: ScanCounters;
  readonly #finder: FieldFinder;
  readonly #jsonFinder: JsonFinder;
  readonly #noValues: Int32Array;
  readonly #row: RowView;
  /** Null without a template. */
  readonly #captures: CaptureFinder | null;
  #builders: Builders;
  #rowCount = 0;
  #heldBytes = 0;
  /** Rows after which the next batch goes out; the first goes when its reply is done. */
  #batchRows: number;
  #isFirst = true;
  #flushedAtMs = performance.now();

  constructor(task: ScanTask, layout: ScanLayout, writer: BatchWriter, counters: ScanCounters) {
    this.#task = task;
    this.#layout = layout;
    this.#writer = writer;
    this.#counters = counters;
    this.#finder = new FieldFinder(layout.fields);
    this.#jsonFinder = new JsonFinder(layout.paths ?? []);
    this.#noValues = new Int32Array(layout.fields.length * 2).fill(-1);
    this.#builders = makeBuilders(task, layout);
    this.#batchRows = Math.min(CHUNK_ROWS, task.batchRows);
    this.rowsLeft = task.rowLimit ?? Infinity;
    this.#captures = task.template === null ? null : new CaptureFinder(task.template);
    this.#row = emptyRow(this.#noValues);
  }

  /** Makes a row for `addElement`, with room for a value a slot. */
  newRow(slotCount: number): RowView {
    return emptyRow(new Int32Array(slotCount * 2).fill(-1));
  }

  /**
   * Takes a row as an element reader filled it.
   * @throws {RedQueryError} RQ_BAD_VALUE, RQ_BAD_UTF8
   */
  addElement(row: RowView): void {
    const { slots, spans } = row;
    let byteCount = (row.block.ends[row.key] ?? 0) - (row.block.starts[row.key] ?? 0);
    for (let i = 0; i < slots.length; i += 2) byteCount += (slots[i + 1] ?? 0) - (slots[i] ?? 0);
    if (row.spanEnd > row.firstSpan) byteCount += (spans[row.spanEnd * 2 - 1] ?? 0) - (spans[row.firstSpan * 2] ?? 0);
    this.#heldBytes += byteCount;
    this.#addRow(row);
  }

  /**
   * Takes rows as an element reader found them, `row` being the first; gives how many, the task's limit cutting them short.
   * @throws {RedQueryError} RQ_BAD_VALUE, RQ_BAD_UTF8
   */
  addRun(row: RowView, run: RowRun): number {
    const { key, position, block } = row;
    const keyBytes = (block.ends[key] ?? 0) - (block.starts[key] ?? 0);
    let done = 0;
    while (done < run.count && this.rowsLeft > 0) {
      const rows = this.#rowsOf(run, done);
      // What a run adds to a batch beyond its measure is no more than the measure.
      const isLight = run.byteCount + keyBytes * rows <= MAX_BATCH_BYTES;
      if (isLight && this.#builders.isPlain && run.appendTo(this.#builders, row, done, rows)) {
        this.#heldBytes += keyBytes * rows + Math.round((run.byteCount * rows) / run.count);
        this.#tookRows(rows);
      } else {
        this.#addEach(row, run, done, rows, keyBytes);
        row.key = key;
        row.position = position;
      }
      done += rows;
    }
    return done;
  }

  /** How many rows of a run, from `done` on, this batch has room for before it has to be looked at. */
  #rowsOf(run: RowRun, done: number): number {
    const room = Math.min(this.#batchRows - this.#rowCount, CHUNK_ROWS - (this.#rowCount % CHUNK_ROWS));
    return Math.min(run.count - done, room, this.rowsLeft);
  }

  /** Row by row: where rows are heavy, a value does not parse, or a column is no plain one. */
  #addEach(row: RowView, run: RowRun, from: number, count: number, keyBytes: number): void {
    const { key, position } = row;
    this.#dropRow();
    for (let i = from; i < from + count; i++) {
      run.put(i, row, key, position);
      this.#heldBytes += keyBytes + run.weightOf(i);
      this.#addRow(row);
    }
  }

  /**
   * Takes `rowCount` rows that `reader` found in `bytes`, those of the keys from `firstKey` on. `onUnknown` is told of keys
   * whose reply does not say whether they live.
   * @throws {RedQueryError} RQ_BAD_VALUE, RQ_BAD_UTF8
   */
  addRows(
    reader: RowReader,
    rowCount: number,
    bytes: Buffer,
    block: KeyBlock,
    firstKey: number,
    onUnknown: (key: number) => void,
  ): void {
    if (rowCount === 0) return;
    const { main, hasTtl } = reader.shape;
    const { statuses, rowStarts, rowEnds, firstSpan, ttls } = reader;
    const row = this.#row;
    row.bytes = bytes;
    row.block = block;
    row.spans = reader.spans;
    // Replies are whole and their values stand between CR LF, so that no character reaches over a value's edge: if all of
    // it is UTF-8, so is each value.
    row.isText = isUtf8(bytes.subarray(rowStarts[0], rowEnds[rowCount - 1]));
    for (let r = 0; r < rowCount && this.rowsLeft > 0; r++) {
      const status = statuses[r];
      row.key = firstKey + r;
      row.ttl = hasTtl ? (ttls[r] ?? 0) : 0;
      if (status === ROW.WRONG_TYPE) {
        this.#counters.skippedKeys += 1;
        continue;
      }
      if (row.ttl === -2 || (status === ROW.EMPTY && main !== 'hmget')) {
        this.#counters.vanishedKeys += 1;
        continue;
      }
      if (status === ROW.EMPTY) {
        onUnknown(row.key);
        continue;
      }
      row.start = rowStarts[r] ?? 0;
      row.firstSpan = firstSpan[r] ?? 0;
      this.#heldBytes += (rowEnds[r] ?? 0) - row.start;
      if (main === 'hmget') {
        row.slots = row.spans;
        row.slotBase = row.firstSpan * 2;
      } else {
        row.spanEnd = firstSpan[r + 1] ?? 0;
        row.slots = this.#findValues(row, main);
        row.slotBase = 0;
      }
      this.#addRow(row);
    }
  }

  #findValues(row: RowView, main: RowShape['main']): Int32Array {
    const { bytes, start, spans, firstSpan, spanEnd } = row;
    if (main === 'hgetall') return this.#finder.find(bytes, start, spans, firstSpan, spanEnd);
    if (main !== 'json') return this.#noValues;
    const span = firstSpan * 2;
    const slots = this.#jsonFinder.find(bytes, start, start + (spans[span] ?? 0), start + (spans[span + 1] ?? 0));
    for (const { column, slot } of this.#layout.fieldColumns) {
      if ((slots[slot * 2] ?? -1) >= 0) continue;
      const { block, key } = row;
      throw new RefusedPathError(column.name, column.path ?? '', block.bytes.slice(block.starts[key], block.ends[key]), null);
    }
    return slots;
  }

  /** Takes keys that are rows as they are: no field is read. */
  addKeys(block: KeyBlock): void {
    const row = this.#row;
    row.block = block;
    row.slots = this.#noValues;
    row.slotBase = 0;
    for (let key = 0; key < block.count && this.rowsLeft > 0; key++) {
      row.key = key;
      this.#heldBytes += (block.ends[key] ?? 0) - (block.starts[key] ?? 0);
      this.#addRow(row);
    }
  }

  /** Sends what is held where a reader should not wait for more; to be called when a reply has been worked through. */
  settle(): void {
    if (this.#rowCount === 0) return;
    if (this.#isFirst || (this.#rowCount < CHUNK_ROWS && this.#hasWaited())) this.flush();
  }

  /** Sends what is held. */
  flush(): void {
    if (this.#rowCount === 0) return;
    const columns: ColumnData[] = this.#builders.all.map((builder) => builder.finish());
    this.#writer.post({ rowCount: this.#rowCount, columns });
    if (this.#heldBytes > KEEP_BUILDER_BYTES) this.#builders = makeBuilders(this.#task, this.#layout);
    if (!this.#isFirst) this.#batchRows = nextBatchRows(this.#batchRows, this.#task.batchRows);
    this.#isFirst = false;
    this.#rowCount = 0;
    this.#heldBytes = 0;
    this.#flushedAtMs = performance.now();
  }

  #addRow(row: RowView): void {
    if (!this.#addFields(row) || !this.#addMaps(row) || !this.#addCaptures(row)) {
      this.#dropRow();
      return;
    }
    const { keys, ttls, positions } = this.#builders;
    for (let i = 0; i < keys.length; i++) {
      const builder = keys[i];
      if (builder !== undefined) addKey(builder, row.block, row.key);
    }
    for (let i = 0; i < ttls.length; i++) {
      if (row.ttl < 0) ttls[i]?.appendNull();
      else ttls[i]?.appendNumber(row.ttl);
    }
    for (let i = 0; i < positions.length; i++) positions[i]?.appendNumber(row.position);
    this.#addExtras(row);
    this.#tookRows(1);
  }

  /** Counts rows that stand in the builders; sends the batch where it is due. */
  #tookRows(count: number): void {
    this.#rowCount += count;
    this.rowsLeft -= count;
    const isDue = this.#rowCount >= this.#batchRows || this.#heldBytes >= MAX_BATCH_BYTES;
    if (isDue || (this.#rowCount % CHUNK_ROWS === 0 && this.#hasWaited())) this.flush();
  }

  #hasWaited(): boolean {
    return performance.now() - this.#flushedAtMs >= MAX_WAIT_MS;
  }

  #addFields(row: RowView): boolean {
    const { fields } = this.#builders;
    for (let i = 0; i < fields.length; i++) {
      const target = fields[i];
      if (target === undefined) break;
      const at = row.slotBase + target.slotOffset;
      const start = row.slots[at] ?? -1;
      if (start < 0) {
        if (!target.isCheckedOnly) target.builder.appendNull();
      } else {
        const end = row.start + (row.slots[at + 1] ?? 0);
        const isGood = target.builder.append(row.bytes, row.start + start, end, row.isText);
        if (!isGood && !this.#takeBadValue(row, target, row.start + start, end)) return false;
        if (target.isCheckedOnly) target.builder.truncate(0);
      }
    }
    return true;
  }

  #addMaps(row: RowView): boolean {
    for (const target of this.#builders.maps) {
      const { builder } = target;
      let isGood = true;
      for (let span = row.firstSpan; isGood && span < row.spanEnd; span += 2) {
        const [keyStart = 0, keyEnd = 0, valueStart = 0, valueEnd = 0] = row.spans.subarray(span * 2, span * 2 + 4);
        const base = row.start;
        isGood = builder.appendEntry(row.bytes, base + keyStart, base + keyEnd, base + valueStart, base + valueEnd, row.isText);
        if (isGood) continue;
        // The entry's own field is what the error has to name.
        const field = row.bytes.subarray(base + keyStart, base + keyEnd);
        const bad = { column: { ...target.column, field }, builder };
        if (!this.#takeBadValue(row, bad, base + valueStart, base + valueEnd)) return false;
      }
      if (isGood) builder.endRow();
    }
    return true;
  }

  /** What a template's captures took of the key, each as a value of its column's type. */
  #addCaptures(row: RowView): boolean {
    const { captures } = this.#builders;
    const finder = this.#captures;
    if (captures.length === 0 || finder === null) return true;
    const { block, key } = row;
    const base = block.starts[key] ?? 0;
    const spans = finder.find(block, key);
    for (let i = 0; i < captures.length; i++) {
      const target = captures[i];
      if (target === undefined) break;
      const start = base + (spans[target.capture * 2] ?? 0);
      const end = base + (spans[target.capture * 2 + 1] ?? 0);
      if (target.builder.append(block.bytes, start, end, block.isUtf8)) continue;
      if (target.isText) appendPrintable(target.builder, block.bytes, start, end);
      else if (!this.#takeBadValue(keyRow(row), target, start, end)) return false;
    }
    return true;
  }

  /** What came with the key; its maker made it, so that it parses. */
  #addExtras({ block, key }: RowView): void {
    const { extras } = this.#builders;
    for (let i = 0; i < extras.length; i++) {
      const target = extras[i];
      if (target === undefined) break;
      const value = block.extras?.get(block.starts[key] ?? 0)?.[target.part];
      if (value === undefined || !target.builder.append(value, 0, value.length, false)) target.builder.appendNull();
    }
  }

  /** Does with a value that does not parse what `on_error` says; false where its row has to go. */
  #takeBadValue(
    row: RowView,
    target: { column: TableColumn; builder: ColumnBuilder | MapBuilder },
    start: number,
    end: number,
  ): boolean {
    switch (this.#task.onError) {
      case 'null':
        this.#counters.badValues += 1;
        target.builder.appendNull();
        return true;
      case 'skip':
        this.#counters.badValues += 1;
        return false;
      case 'error': {
        const { block, key } = row;
        throw badValueError({
          key: block.bytes.subarray(block.starts[key], block.ends[key]),
          column: target.column,
          value: row.bytes.subarray(start, end),
        });
      }
      default:
        throw new RedQueryError('RQ_INTERNAL', `no such on_error: ${String(this.#task.onError satisfies never)}`);
    }
  }

  /** Takes back what was appended of a row. */
  #dropRow(): void {
    for (const builder of this.#builders.all) builder.truncate(this.#rowCount);
    for (const { builder, isCheckedOnly } of this.#builders.fields) if (isCheckedOnly) builder.truncate(0);
  }
}

function nextBatchRows(rows: number, most: number): number {
  const next = Math.min(rows * 2, most);
  return next > CHUNK_ROWS ? next - (next % CHUNK_ROWS) : next;
}

function addKey(builder: ColumnBuilder, block: KeyBlock, key: number): void {
  const start = block.starts[key] ?? 0;
  const end = block.ends[key] ?? 0;
  if (!builder.append(block.bytes, start, end, block.isUtf8)) appendPrintable(builder, block.bytes, start, end);
}

/** Names that are not UTF-8 have one stated form. */
function appendPrintable(builder: ColumnBuilder, bytes: Buffer, start: number, end: number): void {
  const text = printableKey(bytes, start, end);
  builder.append(text, 0, text.length, true);
}

/** The row with the key's bytes in the place of its values': what a capture that does not parse was read from. */
function keyRow(row: RowView): RowView {
  return { ...row, bytes: row.block.bytes };
}
