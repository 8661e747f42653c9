/** Rows as a reader hands them on: one, or a run of rows whose values lie at equal distances. */
import { appendRun, type ValueRun } from '../../arrow/builders.ts';
import { type KeyBlock, NO_KEYS } from '../keys/key-block.ts';
import type { Builders } from './column-builders.ts';

/** One row as it is handed on; the same object is filled anew for each. */
export interface RowView {
  bytes: Buffer;
  /** True where each value is known to be UTF-8. */
  isText: boolean;
  block: KeyBlock;
  key: number;
  ttl: number;
  /** Offsets below count from here. */
  start: number;
  /** Field i's value is [slots[slotBase + 2i], slots[slotBase + 2i + 1]); absent below 0. */
  slots: Int32Array;
  slotBase: number;
  /** HGETALL, entries of a stream: spans [firstSpan, spanEnd) are field, value, … */
  spans: Int32Array;
  firstSpan: number;
  spanEnd: number;
  /** The parts position and rank. */
  position: number;
}

/** Makes a row with room for the values of `slots`. */
export function emptyRow(slots: Int32Array): RowView {
  return {
    bytes: NO_KEYS.bytes,
    isText: true,
    block: NO_KEYS,
    key: 0,
    ttl: -1,
    start: 0,
    slots,
    slotBase: 0,
    spans: slots,
    firstSpan: 0,
    spanEnd: 0,
    position: 0,
  };
}

const NO_VALUE = Int32Array.of(-1);

/**
 * `count` rows, of which a RowView is the first: bytes, block, TTL are its own. Row i has key + i·keyStep, position + i·positionStep,
 * and value i of `values[slot]`. `byteCount`: what the values of all rows weigh at most.
 */
export class RowRun {
  count = 0;
  byteCount = 0;
  keyStep: 0 | 1 = 0;
  positionStep: -1 | 0 | 1 = 0;
  readonly values: readonly ValueRun[];
  readonly #keys: ValueRun = noValues();

  constructor(slotCount: number) {
    this.values = Array.from({ length: slotCount }, noValues);
  }

  /** Lets a slot take value i from `first + i·step` of two tables of offsets; does nothing for slot −1. */
  setSlot(slot: number, starts: Int32Array, ends: Int32Array, first: number, step: number): void {
    const run = this.values[slot];
    if (run === undefined) return;
    run.starts = starts;
    run.ends = ends;
    run.first = first;
    run.step = step;
  }

  /** Lets no row have a value; the row's bytes are those of the values to come. */
  begin(row: RowView): void {
    for (let slot = 0; slot < this.values.length; slot++) {
      const run = this.values[slot];
      if (run === undefined) return;
      run.bytes = row.bytes;
      run.base = row.start;
      run.isUtf8 = row.isText;
      run.starts = NO_VALUE;
      run.first = 0;
      run.step = 0;
    }
  }

  /** Puts row i of the run into the view, which then is no longer its first. */
  put(i: number, row: RowView, firstKey: number, firstPosition: number): void {
    row.key = firstKey + i * this.keyStep;
    row.position = firstPosition + i * this.positionStep;
    for (let slot = 0; slot < this.values.length; slot++) {
      const run = this.values[slot];
      const at = run === undefined ? 0 : run.first + i * run.step;
      row.slots[slot * 2] = run?.starts[at] ?? -1;
      row.slots[slot * 2 + 1] = run?.ends[at] ?? -1;
    }
  }

  /** What the values of row i weigh. */
  weightOf(i: number): number {
    let byteCount = 0;
    for (let slot = 0; slot < this.values.length; slot++) {
      const run = this.values[slot];
      const at = run === undefined ? 0 : run.first + i * run.step;
      byteCount += (run?.ends[at] ?? 0) - (run?.starts[at] ?? 0);
    }
    return byteCount;
  }

  /** Appends rows [from, from + count) column by column; false where a value does not parse: then builders hold parts of them. */
  appendTo(builders: Builders, row: RowView, from: number, count: number): boolean {
    const { fields, keys, ttls, positions } = builders;
    for (let i = 0; i < fields.length; i++) {
      const target = fields[i];
      const run = this.values[(target?.slotOffset ?? 0) >> 1];
      if (target === undefined || run === undefined || !appendRun(target.builder, run, from, count)) return false;
    }
    for (let i = 0; i < keys.length; i++) {
      const builder = keys[i];
      if (builder === undefined || !appendRun(builder, this.#keysOf(row), from, count)) return false;
    }
    for (let i = 0; i < ttls.length; i++) {
      if (row.ttl >= 0) ttls[i]?.appendNumbers(row.ttl, 0, count);
      else for (let n = 0; n < count; n++) ttls[i]?.appendNull();
    }
    const position = row.position + from * this.positionStep;
    for (let i = 0; i < positions.length; i++) positions[i]?.appendNumbers(position, this.positionStep, count);
    return true;
  }

  #keysOf({ block, key }: RowView): ValueRun {
    const keys = this.#keys;
    keys.bytes = block.bytes;
    keys.starts = block.starts;
    keys.ends = block.ends;
    keys.isUtf8 = block.isUtf8;
    keys.first = key;
    keys.step = this.keyStep;
    return keys;
  }
}

function noValues(): ValueRun {
  return { bytes: NO_KEYS.bytes, base: 0, starts: NO_VALUE, ends: NO_VALUE, first: 0, step: 0, isUtf8: true };
}
