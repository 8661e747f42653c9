/** bytea as text, in the two styles of bytea_output. */

/** Prints `\x00ff`, or with 'escape' printable ASCII as it is, `\\` and three octal digits for the rest. */
export function hexText(bytes: Uint8Array, style: 'hex' | 'escape'): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (style === 'hex') return `\\x${buffer.toString('hex')}`;
  let text = '';
  for (const byte of bytes) {
    if (byte === 0x5c) text += '\\\\';
    else if (byte >= 0x20 && byte < 0x7f) text += String.fromCharCode(byte);
    else text += `\\${byte.toString(8).padStart(3, '0')}`;
  }
  return text;
}
