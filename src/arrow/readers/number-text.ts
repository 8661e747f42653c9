/**
 * Numbers as text, in the form in which DuckDB prints them. Pure functions of one value; columns are not known here.
 */

/** Prints a DOUBLE as DuckDB does: the shortest digits that read back, `.0` behind whole numbers, `1e+16`, `nan`, `inf`. */
export function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (value === Number.POSITIVE_INFINITY) return 'inf';
  if (value === Number.NEGATIVE_INFINITY) return '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e16)) {
    const text = String(value);
    return Number.isInteger(value) ? `${text}.0` : text;
  }
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  const sign = exponent.slice(0, 1);
  return `${digits}e${sign}${exponent.slice(1).padStart(2, '0')}`;
}

const SMALLEST_NORMAL_FLOAT = 2 ** -126;

/** Gives the double whose shortest text is also the shortest text that reads back as this FLOAT: 0.1, not 0.10000000149011612. */
export function shortestDoubleFromFloat(value: number): number {
  if (!Number.isFinite(value) || (Number.isInteger(value) && Math.abs(value) < 1e6)) return value;
  // Six digits always survive a normal float; subnormal ones have fewer.
  const firstPrecision = Math.abs(value) < SMALLEST_NORMAL_FLOAT ? 1 : 6;
  for (let precision = firstPrecision; precision < 9; precision++) {
    const candidate = Number(value.toPrecision(precision));
    if (Math.fround(candidate) === value) return candidate;
  }
  return Number(value.toPrecision(9));
}

/** Puts the point of a DECIMAL into its unscaled integer: (-5n, 2) → '-0.05'. */
export function decimalText(unscaled: bigint | number, scale: number): string {
  const text = String(unscaled);
  if (scale === 0) return text;
  const isNegative = text.startsWith('-');
  const digits = (isNegative ? text.slice(1) : text).padStart(scale + 1, '0');
  const point = digits.length - scale;
  return `${isNegative ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/**
 * Reads DuckDB's BIGNUM bytes: three bytes of header (top bit set = not negative), then the magnitude, most significant
 * byte first; every bit of a negative number is inverted.
 */
export function bigintFromBignum(bytes: Uint8Array): bigint {
  const isNegative = ((bytes[0] ?? 0x80) & 0x80) === 0;
  let hex = '';
  for (let i = 3; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    hex += (isNegative ? byte ^ 0xff : byte).toString(16).padStart(2, '0');
  }
  const magnitude = hex === '' ? 0n : BigInt(`0x${hex}`);
  return isNegative ? -magnitude : magnitude;
}

/** Reads DuckDB's BIT bytes, one byte that counts the padding bits and then the bits, as '0101'. */
export function bitText(bytes: Uint8Array): string {
  let bits = '';
  for (let i = 1; i < bytes.length; i++) bits += (bytes[i] ?? 0).toString(2).padStart(8, '0');
  return bits.slice(bytes[0] ?? 0);
}

/** Prints a BLOB as DuckDB does: printable ASCII as it is, all else (quotes and the backslash included) as `\xAB`. */
export function blobText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    const isPlain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x27 && byte !== 0x5c;
    text += isPlain ? String.fromCharCode(byte) : `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}

/** Prints the 128 bits of a UUID (top bit already turned back) in its 8-4-4-4-12 form. */
export function uuidText(bits: bigint): string {
  const hex = bits.toString(16).padStart(32, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
