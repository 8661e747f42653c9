/**
 * Collects the chunks of a result into batches of plain columns: the way out. A collector takes any number of chunks
 * (parts) and joins them when asked, so that a reader gets few large batches instead of many of 2,048 rows.
 */
import type { Batch, ColumnData } from '../../arrow/index.ts';
import type { SqlType } from '../../types/index.ts';
import { physicalOf } from '../../types/physical.ts';
import { type DataChunk, native, releaseView, type Vector } from '../duckdb.ts';
import { BitmapJoiner } from './bitmap-joiner.ts';
import { StringCollector } from './string-collector.ts';

/** Collects rows `[start, start + rowCount)` of vectors of one type; `take` joins what came and starts anew. */
export interface VectorCollector {
  append(vector: Vector, start: number, rowCount: number): void;
  /** Bytes collected so far, roughly. */
  readonly byteLength: number;
  take(): ColumnData;
}

/** Collects whole chunks; gives a Batch. */
export class BatchCollector {
  readonly #columns: VectorCollector[];
  rowCount = 0;

  constructor(types: readonly SqlType[]) {
    this.#columns = types.map(collectorFor);
  }

  get byteLength(): number {
    return this.#columns.reduce((sum, column) => sum + column.byteLength, 0);
  }

  append(chunk: DataChunk): void {
    const rowCount = native.data_chunk_get_size(chunk);
    this.#columns.forEach((column, index) => column.append(native.data_chunk_get_vector(chunk, index), 0, rowCount));
    this.rowCount += rowCount;
  }

  take(): Batch {
    const batch = { rowCount: this.rowCount, columns: this.#columns.map((column) => column.take()) };
    this.rowCount = 0;
    return batch;
  }
}

function collectorFor(type: SqlType): VectorCollector {
  const physical = physicalOf(type);
  switch (physical.layout) {
    case 'fixed':
      return new FixedCollector(physical.byteWidth);
    case 'varlen':
      return new StringCollector();
    case 'list':
      return new ListCollector(physical.child);
    case 'array':
      return new ArrayCollector(physical.child, physical.length);
    case 'struct':
      return new StructCollector(physical.children);
    default:
      return physical satisfies never;
  }
}

class FixedCollector implements VectorCollector {
  readonly #byteWidth: 1 | 2 | 4 | 8 | 16;
  #values = new Uint8Array(new ArrayBuffer(1024));
  readonly #validity = new BitmapJoiner();
  byteLength = 0;

  constructor(byteWidth: 1 | 2 | 4 | 8 | 16) {
    this.#byteWidth = byteWidth;
  }

  /** Copies at once: a view of a chunk does not keep the chunk. */
  append(vector: Vector, start: number, rowCount: number): void {
    const data = native.vector_get_data(vector, (start + rowCount) * this.#byteWidth);
    const needed = this.byteLength + rowCount * this.#byteWidth;
    if (needed > this.#values.length) {
      this.#values = new Uint8Array(this.#values.buffer.transfer(Math.max(needed, this.#values.length * 2)));
    }
    this.#values.set(start === 0 ? data : data.subarray(start * this.#byteWidth), this.byteLength);
    this.#validity.append(vector, start, rowCount);
    this.byteLength = needed;
    releaseView(data);
  }

  take(): ColumnData {
    const values = this.#values.buffer.transfer(this.byteLength);
    this.#values = new Uint8Array(new ArrayBuffer(Math.max(1024, this.byteLength)));
    this.byteLength = 0;
    return { layout: 'fixed', byteWidth: this.#byteWidth, values, validity: this.#validity.take() };
  }
}

/** Reads list_entry pairs (u64 offset, u64 length); entries of NULL lists are not to be trusted and count as empty. */
class ListCollector implements VectorCollector {
  readonly #child: VectorCollector;
  readonly #offsets: number[] = [0];
  readonly #validity = new BitmapJoiner();

  constructor(child: SqlType) {
    this.#child = collectorFor(child);
  }

  get byteLength(): number {
    return this.#child.byteLength + this.#offsets.length * 4;
  }

  append(vector: Vector, start: number, rowCount: number): void {
    const data = native.vector_get_data(vector, (start + rowCount) * 16);
    const entries = new DataView(data.buffer, data.byteOffset, data.byteLength);
    const isValid = this.#validity.append(vector, start, rowCount);
    const child = native.list_vector_get_child(vector);
    let total = this.#offsets[this.#offsets.length - 1] ?? 0;
    let run = { from: 0, count: 0 };
    for (let row = 0; row < rowCount; row++) {
      const from = Number(entries.getBigUint64((start + row) * 16, true));
      const count = isValid(row) ? Number(entries.getBigUint64((start + row) * 16 + 8, true)) : 0;
      if (count > 0 && from === run.from + run.count) run.count += count;
      else if (count > 0) {
        if (run.count > 0) this.#child.append(child, run.from, run.count);
        run = { from, count };
      }
      total += count;
      this.#offsets.push(total);
    }
    if (run.count > 0) this.#child.append(child, run.from, run.count);
    releaseView(data);
  }

  take(): ColumnData {
    const offsets = Int32Array.from(this.#offsets);
    const childCount = this.#offsets[this.#offsets.length - 1] ?? 0;
    this.#offsets.length = 1;
    return { layout: 'list', offsets: offsets.buffer, child: this.#child.take(), childCount, validity: this.#validity.take() };
  }
}

class ArrayCollector implements VectorCollector {
  readonly #child: VectorCollector;
  readonly #length: number;
  readonly #validity = new BitmapJoiner();

  constructor(child: SqlType, length: number) {
    this.#child = collectorFor(child);
    this.#length = length;
  }

  get byteLength(): number {
    return this.#child.byteLength;
  }

  append(vector: Vector, start: number, rowCount: number): void {
    this.#validity.append(vector, start, rowCount);
    this.#child.append(native.array_vector_get_child(vector), start * this.#length, rowCount * this.#length);
  }

  take(): ColumnData {
    return { layout: 'array', length: this.#length, child: this.#child.take(), validity: this.#validity.take() };
  }
}

class StructCollector implements VectorCollector {
  readonly #children: VectorCollector[];
  readonly #validity = new BitmapJoiner();

  constructor(types: readonly SqlType[]) {
    this.#children = types.map(collectorFor);
  }

  get byteLength(): number {
    return this.#children.reduce((sum, child) => sum + child.byteLength, 0);
  }

  append(vector: Vector, start: number, rowCount: number): void {
    this.#validity.append(vector, start, rowCount);
    this.#children.forEach((child, index) => child.append(native.struct_vector_get_child(vector, index), start, rowCount));
  }

  take(): ColumnData {
    return { layout: 'struct', children: this.#children.map((child) => child.take()), validity: this.#validity.take() };
  }
}
