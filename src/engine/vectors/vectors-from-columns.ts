/**
 * Writes rows of a batch into the vectors of a DuckDB chunk: the way in of every scan. Fixed-width values go by one copy;
 * strings by one blob a chunk and `string_t` entries that point into it.
 *
 * string_t, 16 bytes: u32 length | length ≤ 12: the bytes, zero padded | else: first 4 bytes, u64 address.
 */
import { isAscii, isUtf8 } from 'node:buffer';
import type { ColumnData, ListData, StructData, VarlenData } from '../../arrow/index.ts';
import { RedQueryError } from '../../errors.ts';
import { CHUNK_ROWS, native, releaseView, type Vector } from '../duckdb.ts';

const STRING_BYTES = 16;
const INLINE_BYTES = 12;
const TWO_32 = 4294967296;
/** The entries of one vector on their way: copied before the next are made. */
const scratch = new ArrayBuffer(CHUNK_ROWS * STRING_BYTES);

/** Writes rows `[start, start + rowCount)` of a column into a vector's rows from 0. Checked text: VARCHAR must be valid UTF-8. */
export function writeColumn(vector: Vector, column: ColumnData, start: number, rowCount: number, isText: boolean): void {
  switch (column.layout) {
    case 'fixed':
      native.copy_data_to_vector(vector, 0, column.values, start * column.byteWidth, rowCount * column.byteWidth);
      break;
    case 'varlen':
      writeStrings(vector, column, start, rowCount, isText);
      break;
    case 'list':
      writeLists(vector, column, start, rowCount, isText);
      break;
    case 'struct':
      writeStruct(vector, column, start, rowCount, isText);
      break;
    case 'array':
      writeColumn(native.array_vector_get_child(vector), column.child, start * column.length, rowCount * column.length, isText);
      break;
    default:
      column satisfies never;
  }
  if (column.validity !== null) writeValidity(vector, column.validity, start, rowCount);
}

/** Copies validity bits; where `start` is no multiple of 8 they are shifted first. */
function writeValidity(vector: Vector, validity: ArrayBuffer, start: number, rowCount: number): void {
  native.vector_ensure_validity_writable(vector);
  const byteCount = (rowCount + 7) >> 3;
  if ((start & 7) === 0) {
    const available = Math.min(byteCount, validity.byteLength - (start >> 3));
    native.copy_data_to_vector_validity(vector, 0, validity, start >> 3, available);
    return;
  }
  const bits = new Uint8Array(validity);
  const shifted = new Uint8Array(byteCount);
  const shift = start & 7;
  for (let i = 0, from = start >> 3; i < byteCount; i++, from++) {
    shifted[i] = ((bits[from] ?? 0) >> shift) | ((bits[from + 1] ?? 0) << (8 - shift));
  }
  native.copy_data_to_vector_validity(vector, 0, shifted.buffer, 0, byteCount);
}

/**
 * Writes strings by one blob. A blob that is valid UTF-8 and whose values all begin on a code point is what DuckDB takes
 * without damage; anything else in a VARCHAR would make pointers stale, so it is refused here, whatever came before.
 */
function writeStrings(vector: Vector, column: VarlenData, start: number, rowCount: number, isText: boolean): void {
  const offsets = new Int32Array(column.offsets, start * 4, rowCount + 1);
  const base = offsets[0] ?? 0;
  const end = offsets[rowCount] ?? base;
  const blob = new Uint8Array(column.values, base, end - base);
  if (isText && !isWholeText(blob, offsets, base, rowCount)) {
    throw new RedQueryError('RQ_INTERNAL', 'a batch held text that is not valid UTF-8');
  }
  const byteCount = rowCount * STRING_BYTES;
  const entries = byteCount > scratch.byteLength ? new ArrayBuffer(byteCount) : scratch;
  const [low, high] = blob.length > INLINE_BYTES ? storeBlob(vector, blob) : NOWHERE;
  fillEntries(new Uint32Array(entries), new Uint8Array(entries), blob, offsets, rowCount, low, high);
  native.copy_data_to_vector(vector, 0, entries, 0, byteCount);
}

function isWholeText(blob: Uint8Array, offsets: Int32Array, base: number, rowCount: number): boolean {
  if (isAscii(blob)) return true;
  if (!isUtf8(blob)) return false;
  for (let row = 0; row < rowCount; row++) {
    const at = (offsets[row] ?? 0) - base;
    if (at < blob.length && ((blob[at] ?? 0) & 0xc0) === 0x80) return false;
  }
  return true;
}

/** An address as its low and its high 32 bits. */
type Address = readonly [low: number, high: number];

const NOWHERE: Address = [0, 0];

/** Gives the blob to the vector's string heap and reads back where it lies. */
function storeBlob(vector: Vector, blob: Uint8Array): Address {
  native.vector_assign_string_element_len(vector, 0, blob);
  const entry = native.vector_get_data(vector, STRING_BYTES);
  const words = new DataView(entry.buffer, entry.byteOffset, STRING_BYTES);
  const address: Address = [words.getUint32(8, true), words.getUint32(12, true)];
  releaseView(entry);
  return address;
}

/** Hot: runs once a string. `low`, `high`: where the blob lies. Bench: bench/micro/vectors.ts. */
function fillEntries(
  words: Uint32Array,
  bytes: Uint8Array,
  blob: Uint8Array,
  offsets: Int32Array,
  rowCount: number,
  low: number,
  high: number,
): void {
  // The loop reads typed arrays inside their bounds; the index signature's undefined cannot occur.
  const base = offsets[0] as number;
  let from = 0;
  for (let row = 0, word = 0; row < rowCount; row++, word += 4) {
    const to = (offsets[row + 1] as number) - base;
    const length = to - from;
    words[word] = length;
    if (length <= INLINE_BYTES) {
      words[word + 1] = 0;
      words[word + 2] = 0;
      words[word + 3] = 0;
      let at = row * STRING_BYTES + 4;
      for (let i = from; i < to; i++) bytes[at++] = blob[i] as number;
    } else {
      const place = low + from;
      const isCarried = place >= TWO_32;
      words[word + 1] =
        (blob[from] as number) |
        ((blob[from + 1] as number) << 8) |
        ((blob[from + 2] as number) << 16) |
        ((blob[from + 3] as number) << 24);
      words[word + 2] = isCarried ? place - TWO_32 : place;
      words[word + 3] = isCarried ? high + 1 : high;
    }
    from = to;
  }
}

/** list_entry, 16 bytes: u64 offset | u64 length. */
function writeLists(vector: Vector, column: ListData, start: number, rowCount: number, isText: boolean): void {
  const offsets = new Int32Array(column.offsets, start * 4, rowCount + 1);
  const base = offsets[0] ?? 0;
  const childCount = (offsets[rowCount] ?? base) - base;
  native.list_vector_reserve(vector, childCount);
  native.list_vector_set_size(vector, childCount);
  const entries = new BigUint64Array(rowCount * 2);
  for (let row = 0; row < rowCount; row++) {
    const from = offsets[row] ?? 0;
    entries[row * 2] = BigInt(from - base);
    entries[row * 2 + 1] = BigInt((offsets[row + 1] ?? from) - from);
  }
  native.copy_data_to_vector(vector, 0, entries.buffer, 0, entries.byteLength);
  if (childCount > 0) writeColumn(native.list_vector_get_child(vector), column.child, base, childCount, isText);
}

function writeStruct(vector: Vector, column: StructData, start: number, rowCount: number, isText: boolean): void {
  column.children.forEach((child, index) => {
    writeColumn(native.struct_vector_get_child(vector, index), child, start, rowCount, isText);
  });
}
