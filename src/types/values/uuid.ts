/** UUID: 8-4-4-4-12 hex digits in either case, with their hyphens; no braces. */
import type { ValueParser } from './views.ts';

const HYPHEN = 0x2d;
const TEXT_LENGTH = 36;

/** Writes DuckDB's form: a 128-bit integer, little-endian, the top bit flipped so that signed order is text order. */
export const parseUuid: ValueParser = (bytes, start, end, into, row) => {
  if (end - start !== TEXT_LENGTH) return false;
  let position = start;
  for (let index = 15; index >= 0; index -= 1) {
    if (index === 11 || index === 9 || index === 7 || index === 5) {
      if (bytes[position] !== HYPHEN) return false;
      position += 1;
    }
    const high = hexDigit(bytes[position] ?? 0);
    const low = hexDigit(bytes[position + 1] ?? 0);
    if (high < 0 || low < 0) return false;
    into.bytes[row * 16 + index] = high * 16 + low;
    position += 2;
  }
  into.bytes[row * 16 + 15] = (into.bytes[row * 16 + 15] ?? 0) ^ 0x80;
  return true;
};

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  if (byte >= 0x61 && byte <= 0x66) return byte - 0x57;
  return byte >= 0x41 && byte <= 0x46 ? byte - 0x37 : -1;
}
