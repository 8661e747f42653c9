/** The cells of a column as a box shows them: control characters escaped, and known to be plain where they all are. */
import { type ColumnData, textReader } from '../../arrow/index.ts';
import type { SqlType } from '../../types/index.ts';
import { escapeControls } from '../terminal-text.ts';

export interface ColumnText {
  /** Null for NULL. */
  readonly read: (row: number) => string | null;
  /** True where every cell is printable ASCII: as many columns wide as it is long. */
  readonly isPlain: boolean;
}

const PLAIN = /^[\x20-\x7e]*$/;

/** True for printable ASCII. */
export function isPlainText(text: string): boolean {
  return PLAIN.test(text);
}

/** Bytes of a column that are looked at together; cells of larger columns are looked at one by one. */
const MOST_BYTES = 1 << 23;

const PLAIN_TYPES: ReadonlySet<SqlType['id']> = new Set<SqlType['id']>(['BLOB', 'BIT', 'BIGNUM', 'UUID', 'NULL']);

/**
 * Makes the text of a column. Cells of a terminal are not read beyond `mostLength` characters (null: no limit). One look at
 * a column's bytes spares two at each cell. Bench: bench/micro/write-box.ts.
 */
export function columnText(type: SqlType, column: ColumnData, mostLength: number | null): ColumnText {
  const read = textReader(type, column);
  if (isPlain(type, column) && mostLength === null) return { read, isPlain: true };
  return {
    isPlain: false,
    read: (row) => {
      const text = read(row);
      if (text === null) return null;
      const shown = mostLength === null ? text : text.slice(0, mostLength);
      return isPlainText(shown) ? shown : escapeControls(shown);
    },
  };
}

function isPlain(type: SqlType, column: ColumnData): boolean {
  // Numbers, dates and times are digits and English words.
  if (column.layout === 'fixed') return type.id !== 'ENUM';
  if (PLAIN_TYPES.has(type.id)) return true;
  if (column.layout !== 'varlen') return false;
  const offsets = new Int32Array(column.offsets);
  const start = offsets[0] ?? 0;
  const end = offsets[offsets.length - 1] ?? 0;
  return end - start <= MOST_BYTES && PLAIN.test(Buffer.from(column.values, start, end - start).toString('latin1'));
}
