/**
 * Redis' glob patterns over bytes, exactly as the server matches them (util.c, stringmatchlen; SCAN and KEYS). Used to
 * decide without a server which named keys a pattern covers, and to read a literal key or prefix out of a pattern.
 */

const STAR = 0x2a;
const DASH = 0x2d;
const QUESTION = 0x3f;
const OPEN = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE = 0x5d;
const CARET = 0x5e;

/** The server gives up below this many nested stars (protection against abusive patterns): no match. */
const MAX_NESTING = 1000;

interface Match {
  readonly pattern: Uint8Array;
  readonly key: Uint8Array;
  /** Set by the innermost star that failed: outer stars need not try longer matches. */
  canSkipLonger: boolean;
}

/**
 * Tells whether Redis' SCAN MATCH would give this key for this pattern. A range with one end below 0x80 and one above
 * is read as on x86, where the server's chars are signed (hasSignedRange tells when it matters).
 */
export function globMatches(pattern: Uint8Array, key: Uint8Array): boolean {
  // The server never looks at keys when the pattern is a single star; `**` does not match the empty key.
  if (pattern.length === 1 && pattern[0] === STAR) return true;
  return matchFrom({ pattern, key, canSkipLonger: false }, 0, 0, 0);
}

/** Tells whether a pattern's meaning may depend on the server's processor: a class holds a byte from 0x80 up. */
export function hasSignedRange(pattern: Uint8Array): boolean {
  return pattern.includes(OPEN) && pattern.some((byte) => byte >= 0x80);
}

function matchFrom(match: Match, patternStart: number, keyStart: number, nesting: number): boolean {
  if (nesting > MAX_NESTING) return false;
  const { pattern, key } = match;
  let p = patternStart;
  let k = keyStart;
  while (p < pattern.length && k < key.length) {
    const byte = pattern[p];
    if (byte === STAR) return starMatches(match, p, k, nesting);
    if (byte === OPEN) {
      const found = classMatch(pattern, p, key[k] ?? 0);
      if (!found.isMatch) return false;
      p = found.next;
    } else if (byte === QUESTION) {
      p += 1;
    } else {
      if (byte === BACKSLASH && p + 1 < pattern.length) p += 1;
      if (pattern[p] !== key[k]) return false;
      p += 1;
    }
    k += 1;
    if (k === key.length) {
      while (pattern[p] === STAR) p += 1;
    }
  }
  return p === pattern.length && k === key.length;
}

function starMatches(match: Match, patternStart: number, keyStart: number, nesting: number): boolean {
  const { pattern, key } = match;
  let p = patternStart;
  while (pattern[p + 1] === STAR) p += 1;
  if (p + 1 === pattern.length) return true;
  for (let k = keyStart; k < key.length; k++) {
    if (matchFrom(match, p + 1, k, nesting + 1)) return true;
    if (match.canSkipLonger) return false;
  }
  match.canSkipLonger = true;
  return false;
}

/** Matches one byte with the class that opens at `open`; `next` is behind its bracket, or the end where it has none. */
export function classMatch(pattern: Uint8Array, open: number, byte: number): { isMatch: boolean; next: number } {
  const isNegated = pattern[open + 1] === CARET;
  let p = open + (isNegated ? 2 : 1);
  let isFound = false;
  for (; p < pattern.length && pattern[p] !== CLOSE; p++) {
    if (pattern[p] === BACKSLASH && p + 1 < pattern.length) {
      p += 1;
      if (pattern[p] === byte) isFound = true;
    } else if (p + 2 < pattern.length && pattern[p + 1] === DASH) {
      if (isInRange(byte, pattern[p] ?? 0, pattern[p + 2] ?? 0)) isFound = true;
      p += 2;
    } else if (pattern[p] === byte) {
      isFound = true;
    }
  }
  return { isMatch: isFound !== isNegated, next: Math.min(p + 1, pattern.length) };
}

function isInRange(byte: number, from: number, to: number): boolean {
  const [value, a, b] = [signed(byte), signed(from), signed(to)];
  return value >= Math.min(a, b) && value <= Math.max(a, b);
}

function signed(byte: number): number {
  return byte < 0x80 ? byte : byte - 0x100;
}

/** Gives the one key that a pattern without wildcards matches (escapes undone), null where it has wildcards. */
export function literalOf(pattern: Uint8Array): Uint8Array | null {
  const { literal, next } = literalStart(pattern);
  return next === pattern.length ? literal : null;
}

/** Gives the literal of `literal*` (escapes undone; empty for `*`), null for any other pattern. */
export function prefixOf(pattern: Uint8Array): Uint8Array | null {
  const { literal, next } = literalStart(pattern);
  const stars = pattern.subarray(next);
  if (stars.length === 0 || stars.some((byte) => byte !== STAR)) return null;
  // `**` alone is not `*`: it misses the empty key.
  return literal.length === 0 && stars.length > 1 ? null : literal;
}

/** Gives the pattern that matches exactly these bytes. */
export function escapeGlob(bytes: Uint8Array): Uint8Array {
  const escaped: number[] = [];
  for (const byte of bytes) {
    if (isSpecial(byte)) escaped.push(BACKSLASH);
    escaped.push(byte);
  }
  return Uint8Array.from(escaped);
}

function literalStart(pattern: Uint8Array): { literal: Uint8Array; next: number } {
  const literal: number[] = [];
  let next = 0;
  for (; next < pattern.length; next++) {
    const byte = pattern[next] ?? 0;
    const following = pattern[next + 1];
    if (byte === BACKSLASH && following !== undefined) {
      literal.push(following);
      next += 1;
    } else if (byte !== BACKSLASH && isSpecial(byte)) {
      break;
    } else {
      literal.push(byte);
    }
  }
  return { literal: Uint8Array.from(literal), next };
}

function isSpecial(byte: number): boolean {
  return byte === STAR || byte === QUESTION || byte === OPEN || byte === BACKSLASH;
}
