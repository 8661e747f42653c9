/**
 * Columns and batches as plain buffers: the one form in which rows move between workers, the engine and the reader of a
 * result. Buffers are Arrow's (validity bit i of byte i>>3, least significant first, 1 = valid; Int32 offsets), with two
 * liberties that keep them copyable into DuckDB's vectors: BOOLEAN is one byte a value (0/1), and every fixed-width value
 * has DuckDB's physical form (HUGEINT 16 bytes little-endian, UUID the same with its top bit flipped, INTERVAL
 * {i32 months, i32 days, i64 µs}, TIMETZ packed 64 bits, DECIMAL unscaled in 2/4/8/16 bytes by width, DATE i32 days,
 * TIME/TIMESTAMP/TIMESTAMPTZ i64 µs, TIMESTAMP_S/_MS/_NS i64 of that unit, ENUM the index in 1/2/4 bytes).
 * All multi-byte numbers are little-endian.
 */

/** Value i is `values[i * byteWidth, (i + 1) * byteWidth)`. */
export interface FixedData {
  readonly layout: 'fixed';
  readonly byteWidth: 1 | 2 | 4 | 8 | 16;
  readonly values: ArrayBuffer;
  /** Null where every value is valid. */
  readonly validity: ArrayBuffer | null;
}

/** VARCHAR (valid UTF-8, always), JSON, BLOB, BIT, BIGNUM: value i is `values[offsets[i], offsets[i + 1])`. */
export interface VarlenData {
  readonly layout: 'varlen';
  /** Int32, rowCount + 1 entries, ascending; offsets[0] may be above 0. */
  readonly offsets: ArrayBuffer;
  readonly values: ArrayBuffer;
  readonly validity: ArrayBuffer | null;
}

/** LIST, and MAP as a list of STRUCT(key, value): value i is child rows `[offsets[i], offsets[i + 1])`. */
export interface ListData {
  readonly layout: 'list';
  /** Int32, rowCount + 1 entries, ascending. */
  readonly offsets: ArrayBuffer;
  readonly child: ColumnData;
  readonly childCount: number;
  readonly validity: ArrayBuffer | null;
}

/** ARRAY: value i is child rows `[i * length, (i + 1) * length)`. */
export interface ArrayData {
  readonly layout: 'array';
  readonly length: number;
  readonly child: ColumnData;
  readonly validity: ArrayBuffer | null;
}

/** STRUCT; UNION with a first child of one-byte tags, then one child an alternative. */
export interface StructData {
  readonly layout: 'struct';
  readonly children: readonly ColumnData[];
  readonly validity: ArrayBuffer | null;
}

export type ColumnData = FixedData | VarlenData | ListData | ArrayData | StructData;

/** rows × columns; columns[i] belongs to field i of a schema that travels beside it. Plain data: structured-clones, transfers. */
export interface Batch {
  readonly rowCount: number;
  readonly columns: readonly ColumnData[];
}

/** Lists every buffer of a batch once, for a transfer list. */
export function buffersOf(batch: Batch): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const column of batch.columns) collectBuffers(column, buffers);
  return [...buffers];
}

/** Sums the bytes of every buffer of a batch. */
export function byteLengthOf(batch: Batch): number {
  return buffersOf(batch).reduce((sum, buffer) => sum + buffer.byteLength, 0);
}

function collectBuffers(column: ColumnData, into: Set<ArrayBuffer>): void {
  if (column.validity !== null) into.add(column.validity);
  switch (column.layout) {
    case 'fixed':
      into.add(column.values);
      return;
    case 'varlen':
      into.add(column.offsets).add(column.values);
      return;
    case 'list':
      into.add(column.offsets);
      collectBuffers(column.child, into);
      return;
    case 'array':
      collectBuffers(column.child, into);
      return;
    case 'struct':
      for (const child of column.children) collectBuffers(child, into);
      return;
    default:
      column satisfies never;
  }
}
