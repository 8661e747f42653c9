/** Bytes of keys, fields and patterns as text for people and for SQL names. */
import { printableKey } from '../../types/index.ts';

const MAX_CHARS = 120;

/** Gives the form that `_key` and column names have (bytes that are no UTF-8 as `\xHH`). */
export function textOfKey(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return printableKey(buffer, 0, buffer.length).toString('utf8');
}

/** As textOfKey, on one line without control characters, and cut after 120 characters. */
export function printableBytes(bytes: Uint8Array): string {
  const text = textOfKey(bytes).replace(/\p{Cc}/gu, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS)}…` : text;
}

/** Undoes textOfKey: a text with `\xHH` from 80 up stands for those bytes. */
export function keyBytesOf(text: string): Uint8Array {
  const parts = text.split(/\\x([89a-f][0-9a-f])/);
  return Buffer.concat(parts.map((part, index) => (index % 2 === 0 ? Buffer.from(part, 'utf8') : Buffer.from(part, 'hex'))));
}
