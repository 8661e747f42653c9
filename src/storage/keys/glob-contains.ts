/**
 * Tells whether one glob pattern lies inside of another: every key that the inner one matches, the outer one matches, too. Decided
 * by walking both at once: for every word that leads to a place of the inner pattern, the set of places of the outer one. Where
 * that takes too long, or a pattern's meaning depends on the server, the answer is no.
 */
import { classMatch, globMatches, hasSignedRange } from './glob.ts';

const STAR = 0x2a;
const QUESTION = 0x3f;
const OPEN = 0x5b;
const BACKSLASH = 0x5c;

/** Pairs of places that are looked at, at most. */
const MOST_STEPS = 20_000;
/** Longer patterns, and those that the server itself gives up on, are compared byte by byte only. */
const MOST_ELEMENTS = 200;

/** What a place of a pattern takes: any number of any bytes, or one byte of a set (256 flags). */
type Element = 'star' | Uint8Array;

/** @returns true only where it is certain. */
export function globContains(outer: Uint8Array, inner: Uint8Array): boolean {
  if (Buffer.compare(outer, inner) === 0) return true;
  if (outer.length === 1 && outer[0] === STAR) return true;
  if (hasSignedRange(outer) || hasSignedRange(inner)) return false;
  // To the server `*` matches the empty key, `**` does not.
  const empty = new Uint8Array();
  if (globMatches(inner, empty) && !globMatches(outer, empty)) return false;
  const within = elementsOf(inner);
  const around = elementsOf(outer);
  if (within.length > MOST_ELEMENTS || around.length > MOST_ELEMENTS) return false;
  return new Walk(within, around).isContained();
}

/** Reads a pattern; stars in a row are one. */
function elementsOf(pattern: Uint8Array): Element[] {
  const elements: Element[] = [];
  for (let p = 0; p < pattern.length; ) {
    const byte = pattern[p] ?? 0;
    if (byte === STAR) {
      if (elements.at(-1) !== 'star') elements.push('star');
      p += 1;
    } else if (byte === QUESTION) {
      elements.push(new Uint8Array(256).fill(1));
      p += 1;
    } else if (byte === OPEN) {
      elements.push(Uint8Array.from({ length: 256 }, (_, value) => Number(classMatch(pattern, p, value).isMatch)));
      p = classMatch(pattern, p, 0).next;
    } else {
      if (byte === BACKSLASH && p + 1 < pattern.length) p += 1;
      const only = new Uint8Array(256);
      only[pattern[p] ?? 0] = 1;
      elements.push(only);
      p += 1;
    }
  }
  return elements;
}

class Walk {
  readonly #within: readonly Element[];
  readonly #around: readonly Element[];
  /** One byte for all that no element tells apart. */
  readonly #bytes: readonly number[];
  readonly #seen = new Set<string>();
  readonly #waiting: (readonly [place: number, around: bigint])[] = [];

  constructor(within: readonly Element[], around: readonly Element[]) {
    this.#within = within;
    this.#around = around;
    this.#bytes = differentBytes([...within, ...around]);
  }

  isContained(): boolean {
    this.#add(0, this.#closed(1n));
    for (let steps = 0; steps < MOST_STEPS; steps++) {
      const next = this.#waiting.pop();
      if (next === undefined) return true;
      const [place, around] = next;
      if (place === this.#within.length && !this.#isEnd(around)) return false;
      this.#stepFrom(place, around);
    }
    return false;
  }

  #stepFrom(place: number, around: bigint): void {
    const element = this.#within[place];
    if (element === undefined || this.#takesAll(around)) return;
    if (element === 'star') this.#add(place + 1, around);
    for (const byte of this.#bytes) {
      if (element !== 'star' && element[byte] !== 1) continue;
      this.#add(element === 'star' ? place : place + 1, this.#closed(this.#after(around, byte)));
    }
  }

  #add(place: number, around: bigint): void {
    const key = `${place} ${around}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#waiting.push([place, around]);
  }

  /** Places of the outer pattern behind one more byte. */
  #after(around: bigint, byte: number): bigint {
    let next = 0n;
    for (const [at, element] of this.#around.entries()) {
      if (((around >> BigInt(at)) & 1n) === 0n) continue;
      if (element === 'star') next |= 1n << BigInt(at);
      else if (element[byte] === 1) next |= 1n << BigInt(at + 1);
    }
    return next;
  }

  /** A star takes no byte, too. */
  #closed(around: bigint): bigint {
    let closed = around;
    for (const [at, element] of this.#around.entries()) {
      if (element === 'star' && ((closed >> BigInt(at)) & 1n) === 1n) closed |= 1n << BigInt(at + 1);
    }
    return closed;
  }

  #isEnd(around: bigint): boolean {
    return ((around >> BigInt(this.#around.length)) & 1n) === 1n;
  }

  /** The outer pattern ends by a star that has been reached: whatever follows, it matches. */
  #takesAll(around: bigint): boolean {
    const last = this.#around.length - 1;
    return this.#around[last] === 'star' && ((around >> BigInt(last)) & 1n) === 1n;
  }
}

function differentBytes(elements: readonly Element[]): number[] {
  const sets = elements.filter((element): element is Uint8Array => element !== 'star');
  const byTraits = new Map<string, number>();
  for (let byte = 0; byte < 256; byte++) {
    const traits = sets.map((set) => set[byte]).join('');
    if (!byTraits.has(traits)) byTraits.set(traits, byte);
  }
  return [...byTraits.values()];
}
