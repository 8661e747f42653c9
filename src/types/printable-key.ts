/**
 * The one text form of keys and field names that are not UTF-8, so that they can stand in a VARCHAR. It is for showing
 * and grouping; a text that may stand for other bytes is never sent to Redis as a key (isPrintableEscapeIn).
 */
import { isUtf8 } from 'node:buffer';

const BACKSLASH = 0x5c;
const LOWER_X = 0x78;
const HEX = Buffer.from('0123456789abcdef', 'latin1');

/**
 * Gives bytes[start, end) as UTF-8: each byte that belongs to no valid sequence becomes `\xHH` (lower-case hex), all else
 * stays. Valid input comes back as a view of `bytes`, else the result is a new buffer.
 */
export function printableKey(bytes: Buffer, start: number, end: number): Buffer {
  const key = bytes.subarray(start, end);
  if (isUtf8(key)) return key;
  const text = Buffer.allocUnsafe(key.length * 4);
  let length = 0;
  for (let position = 0; position < key.length; ) {
    const sequenceLength = sequenceLengthAt(key, position);
    if (sequenceLength > 0) {
      length += key.copy(text, length, position, position + sequenceLength);
      position += sequenceLength;
    } else {
      const byte = key[position] ?? 0;
      text[length] = BACKSLASH;
      text[length + 1] = LOWER_X;
      text[length + 2] = HEX[byte >> 4] ?? 0;
      text[length + 3] = HEX[byte & 15] ?? 0;
      length += 4;
      position += 1;
    }
  }
  return text.subarray(0, length);
}

/** Tells whether a text holds `\x` and two hex digits from 80 up: it may stand for a key of other bytes. */
export function isPrintableEscapeIn(text: string): boolean {
  return /\\x[89a-f][0-9a-f]/.test(text);
}

/** Bytes of the valid UTF-8 sequence that begins here, 0 where none does. */
function sequenceLengthAt(key: Buffer, position: number): number {
  const first = key[position] ?? 0;
  if (first < 0x80) return 1;
  const sequenceLength = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  const isWhole = position + sequenceLength <= key.length;
  return isWhole && isUtf8(key.subarray(position, position + sequenceLength)) ? sequenceLength : 0;
}
