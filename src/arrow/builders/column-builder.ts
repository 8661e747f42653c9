/** What every column builder does, and the sizes they start with. */
import type { ColumnData } from '../column-data.ts';

/** Rows and bytes for which a new builder has room: little, so that LIMIT 10 is cheap; both grow by doubling. */
export const FIRST_ROWS = 256;
export const FIRST_BYTES = 4096;

export interface ColumnBuilder {
  readonly rowCount: number;
  /** Bytes held so far, offsets and validity included. */
  readonly byteLength: number;
  /**
   * Appends the value in bytes[start, end). False when it does not parse: then nothing is appended. isUtf8: the bytes from
   * which the value was cut are known to be valid UTF-8 as a whole; else VARCHAR and JSON check the value themselves.
   * @throws {RedQueryError} RQ_OUT_OF_MEMORY when one batch's column would pass 2 GB.
   */
  append(bytes: Buffer, start: number, end: number, isUtf8: boolean): boolean;
  appendNull(): void;
  /** Drops rows from the end, so that `rowCount` are left. */
  truncate(rowCount: number): void;
  /** Hands over the column, its buffers trimmed and free to be transferred, and starts anew with room for as many. */
  finish(): ColumnData;
}
