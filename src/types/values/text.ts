/** VARCHAR and JSON: which bytes may stand in them. BLOB takes any. */
import { isUtf8 } from 'node:buffer';

/** Tells whether bytes[start, end) are valid UTF-8 by themselves. */
export function isUtf8Text(bytes: Uint8Array, start: number, end: number): boolean {
  for (let position = start; position < end; position += 1) {
    if ((bytes[position] ?? 0) >= 0x80) return isUtf8(bytes.subarray(position, end));
    if (position - start === 32) return isUtf8(bytes.subarray(position, end));
  }
  return true;
}

/**
 * Tells whether bytes[start, end), valid UTF-8, are one JSON text (RFC 8259, white space around it included) that DuckDB
 * reads too: it refuses an escaped lone surrogate, JSON.parse does not.
 */
export function isJsonText(bytes: Buffer, start: number, end: number): boolean {
  const text = bytes.toString('utf8', start, end);
  try {
    JSON.parse(text);
  } catch {
    return false;
  }
  return !/\\u[dD]/.test(text) || !hasLoneSurrogate(text);
}

/** text: valid JSON. Goes from escape to escape, so that an escaped backslash before a `u` is not taken for one. */
function hasLoneSurrogate(text: string): boolean {
  const escapes = text.matchAll(/\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u([0-9a-fA-F]{4})|[^u])/g);
  for (const [, hex] of escapes) {
    if (hex !== undefined && /^d[89a-f]/i.test(hex)) return true;
  }
  return false;
}
