/** Rows that a cursor keeps so that they can be read again or later: DataRow messages, one behind the other. */
import { PgError } from '../../pg-error.ts';
import { binaryFromText } from '../../types/parameters.ts';
import type { TextStyle } from '../../types/text-style.ts';
import type { Format, PgColumn } from '../../words.ts';

/** Bytes that all cursors of one session may keep together. */
export const KEPT_BYTES_LIMIT = 64 * 2 ** 20;
/** Up to here rows are kept that need not be: half is left to those of SCROLL cursors, which cannot be read again. */
const READ_AHEAD_BYTES_LIMIT = KEPT_BYTES_LIMIT / 2;

/** Counts what the cursors of a session keep. */
export interface KeptBudget {
  keptBytes: number;
}

export class KeptRows {
  readonly #budget: KeptBudget;
  /** One DataRow message each; views into the pieces that came. */
  #rows: Uint8Array[] = [];
  /** Rows that were taken off the front. */
  #dropped = 0;
  #bytes = 0;

  constructor(budget: KeptBudget) {
    this.#budget = budget;
  }

  /** Rows so far, those that were dropped included. */
  get rowCount(): number {
    return this.#dropped + this.#rows.length;
  }

  get byteLength(): number {
    return this.#bytes;
  }

  /** There is room for rows that are read before they are asked for. */
  get canReadAhead(): boolean {
    return this.#budget.keptBytes < READ_AHEAD_BYTES_LIMIT;
  }

  /** @throws {PgError} 53200 over the limit */
  assertWithinLimit(): void {
    if (this.#budget.keptBytes > KEPT_BYTES_LIMIT) {
      throw new PgError('53200', 'out of memory for the rows of scrollable cursors', {
        detail: `The cursors of one session may keep ${KEPT_BYTES_LIMIT / 2 ** 20} MB.`,
        hint: 'Declare the cursor with NO SCROLL, or close those that are no longer read.',
      });
    }
  }

  /** Takes whole DataRow messages (type byte, then a length that counts itself). */
  add(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    this.#budget.keptBytes += bytes.length;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at < bytes.length; ) {
      const end = at + 1 + view.getInt32(at + 1);
      this.#rows.push(bytes.subarray(at, end));
      at = end;
    }
  }

  /** Gives rows `from` to `to` (numbers from 1, both included), the last first where `from` is the greater. */
  slice(from: number, to: number): Uint8Array[] {
    const first = Math.min(from, to) - 1 - this.#dropped;
    const rows = this.#rows.slice(first, Math.max(from, to) - this.#dropped);
    return from <= to ? rows : rows.reverse();
  }

  /** Forgets the rows up to number `last`: a cursor that only goes forward does not come back to them. */
  dropTo(last: number): void {
    const gone = this.#rows.splice(0, Math.max(0, last - this.#dropped));
    this.#dropped += gone.length;
    this.#release(gone.reduce((sum, row) => sum + row.length, 0));
  }

  /** Begins behind rows that were read before anything was kept. */
  skip(rowCount: number): void {
    this.#dropped += rowCount;
  }

  clear(): void {
    this.#dropped += this.#rows.length;
    this.#rows = [];
    this.#release(this.#bytes);
  }

  #release(byteCount: number): void {
    this.#bytes -= byteCount;
    this.#budget.keptBytes -= byteCount;
  }
}

/**
 * Gives kept rows in the formats that are asked for now.
 * @param style in which the texts were printed
 * @throws {PgError} 0A000 where a column was kept in binary and is asked for as text.
 */
export function inFormats(
  rows: readonly Uint8Array[],
  columns: readonly PgColumn[],
  kept: readonly Format[],
  wanted: readonly Format[],
  style: TextStyle,
): Uint8Array {
  const formatOf = (formats: readonly Format[], at: number): Format => formats[formats.length === 1 ? 0 : at] ?? 0;
  const changed = columns.map((_, at) => formatOf(wanted, at) - formatOf(kept, at));
  if (changed.every((change) => change === 0)) return Buffer.concat(rows);
  if (changed.some((change) => change < 0)) {
    throw new PgError('0A000', 'the rows of this cursor were read in binary and are kept so', {
      hint: 'Fetch all rows of a SCROLL cursor in the same format.',
    });
  }
  const toBinary = columns.map(({ typeOid }, at) => (changed[at] === 1 ? typeOid : null));
  return Buffer.concat(rows.map((row) => convertedRow(row, toBinary, style)));
}

/** DataRow: 'D', length, number of values, then each value's length (-1: NULL) and bytes. */
function convertedRow(row: Uint8Array, toBinary: readonly (number | null)[], style: TextStyle): Uint8Array {
  const source = Buffer.from(row.buffer, row.byteOffset, row.byteLength);
  const parts: Uint8Array[] = [];
  let at = 7;
  for (const oid of toBinary) {
    const length = source.readInt32BE(at);
    const end = at + 4 + Math.max(0, length);
    if (oid === null || length < 0) parts.push(source.subarray(at, end));
    else {
      const value = binaryFromText(oid, source.toString('utf8', at + 4, end), style);
      const size = Buffer.alloc(4);
      size.writeInt32BE(value.length);
      parts.push(size, value);
    }
    at = end;
  }
  const body = Buffer.concat([source.subarray(0, 7), ...parts]);
  body.writeInt32BE(body.length - 1, 1);
  return body;
}
