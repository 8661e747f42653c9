/** The text of a JSON string: its escapes undone, as UTF-8. */

const BACKSLASH = 0x5c;
const SMALL_U = 0x75;

/** What stands behind a backslash, and what it stands for. */
const PLAIN_ESCAPES: Readonly<Record<number, number>> = {
  0x22: 0x22,
  0x2f: 0x2f,
  [BACKSLASH]: BACKSLASH,
  0x62: 0x08,
  0x66: 0x0c,
  0x6e: 0x0a,
  0x72: 0x0d,
  0x74: 0x09,
};

/** Tells whether bytes[start, end), the inside of a JSON string, hold an escape. */
export function hasEscape(bytes: Buffer, start: number, end: number): boolean {
  if (end - start > 64) {
    const at = bytes.indexOf(BACKSLASH, start);
    return at >= 0 && at < end;
  }
  for (let at = start; at < end; at += 1) if (bytes[at] === BACKSLASH) return true;
  return false;
}

/** Undoes escapes into a buffer of its own, which the next call writes over. */
export class JsonUnescaper {
  /** The text is bytes[0, length). */
  bytes: Buffer = Buffer.allocUnsafeSlow(256);
  length = 0;

  /**
   * Undoes the escapes of bytes[start, end), the inside of a JSON string. False where one of them is none, or stands for
   * half of a surrogate pair, which UTF-8 has no form for.
   */
  unescape(bytes: Buffer, start: number, end: number): boolean {
    // An escape is never shorter than what it stands for.
    if (this.bytes.length < end - start) this.bytes = Buffer.allocUnsafeSlow(Math.max(end - start, this.bytes.length * 2));
    const own = this.bytes;
    let to = 0;
    let at = start;
    while (at < end) {
      const byte = bytes[at] ?? 0;
      if (byte !== BACKSLASH) {
        own[to] = byte;
        to += 1;
        at += 1;
        continue;
      }
      const escape = bytes[at + 1] ?? 0;
      if (escape !== SMALL_U) {
        const plain = PLAIN_ESCAPES[escape];
        if (plain === undefined || at + 1 >= end) return false;
        own[to] = plain;
        to += 1;
        at += 2;
        continue;
      }
      const unit = unitAt(bytes, at, end);
      const isHigh = unit >= 0xd800 && unit <= 0xdbff;
      const low = isHigh ? unitAt(bytes, at + 6, end) : 0;
      if (unit < 0 || (unit >= 0xdc00 && unit <= 0xdfff) || (isHigh && (low < 0xdc00 || low > 0xdfff))) return false;
      to = putUtf8(own, to, isHigh ? 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00) : unit);
      at += isHigh ? 12 : 6;
    }
    this.length = to;
    return true;
  }
}

/** The UTF-16 unit of the `\uXXXX` at `at`; −1 where none stands there. */
function unitAt(bytes: Buffer, at: number, end: number): number {
  if (at + 6 > end || bytes[at] !== BACKSLASH || bytes[at + 1] !== SMALL_U) return -1;
  const hex = bytes.toString('latin1', at + 2, at + 6);
  return /^[0-9a-fA-F]{4}$/.test(hex) ? Number.parseInt(hex, 16) : -1;
}

function putUtf8(into: Buffer, at: number, point: number): number {
  if (point < 0x80) {
    into[at] = point;
    return at + 1;
  }
  return at + into.write(String.fromCodePoint(point), at, 'utf8');
}
