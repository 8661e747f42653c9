/** Many values at once: a builder that takes them in one loop costs a call a run, not a value. */
import type { ColumnBuilder } from './column-builder.ts';

/**
 * Values at equal distances in two tables of offsets: value i is bytes[base + starts[first + i·step], base + ends[…]), NULL where
 * its start is below 0. With step 0 they are one value many times.
 */
export interface ValueRun {
  bytes: Buffer;
  base: number;
  starts: Int32Array;
  ends: Int32Array;
  first: number;
  step: number;
  /** The bytes from which the values were cut are known to be UTF-8 as a whole. */
  isUtf8: boolean;
}

/** Appends values [from, from + count) one by one; false where one does not parse: then those before it are appended. */
export function appendEach(builder: ColumnBuilder, run: ValueRun, from: number, count: number): boolean {
  const { bytes, base, starts, ends, step, isUtf8 } = run;
  let at = run.first + from * step;
  for (let i = 0; i < count; i++) {
    const start = starts[at] ?? -1;
    if (start < 0) builder.appendNull();
    else if (!builder.append(bytes, base + start, base + (ends[at] ?? 0), isUtf8)) return false;
    at += step;
  }
  return true;
}
