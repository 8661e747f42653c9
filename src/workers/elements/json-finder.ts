/**
 * Finds what each path matched in a reply of JSON.GET. One path is answered by the matches alone, several by an object of
 * them by path, in no certain order; a path that the server cannot read is an error alone, and left out among several.
 *
 * JSON.GET key $.a      → [v, …]
 * JSON.GET key $.a $.b  → {"$.b":[…],"$.a":[v, …]}
 */
import { RedQueryError } from '../../errors.ts';
import { endOfString, endOfValue, skipSpace } from '../../types/json/json-scan.ts';

const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;
/** Above this a lookup by name is faster than comparing with each. */
const MAX_COMPARED_PATHS = 8;

export class JsonFinder {
  readonly #slots: Int32Array;
  /** The paths as JSON prints them, without quotes. */
  readonly #names: readonly Buffer[];
  readonly #slotByName: ReadonlyMap<string, number> | null;

  constructor(paths: readonly string[]) {
    this.#slots = new Int32Array(paths.length * 2);
    this.#names = paths.map((path) => Buffer.from(JSON.stringify(path).slice(1, -1), 'utf8'));
    this.#slotByName =
      paths.length > MAX_COMPARED_PATHS ? new Map(this.#names.map((name, slot) => [name.toString('latin1'), slot])) : null;
  }

  /**
   * Gives where the matches of each path stand in the reply's text, bytes[start, end): slots[2i, 2i + 1) from `rowStart`, the
   * brackets around them left out; −1 for a path that the server left out. Valid until the next call.
   * @throws {RedQueryError} RQ_PROTOCOL
   */
  find(bytes: Buffer, rowStart: number, start: number, end: number): Int32Array {
    const slots = this.#slots.fill(-1);
    if (this.#names.length === 0) return slots;
    if (this.#names.length === 1) {
      this.#put(bytes, rowStart, 0, start, end);
      return slots;
    }
    if (bytes[start] !== OPEN_BRACE) throw unlikeError(bytes, start, end);
    let at = skipSpace(bytes, start + 1, end - 1);
    while (at < end - 1) {
      const nameEnd = endOfString(bytes, at, end);
      const slot = this.#slotOf(bytes, at + 1, nameEnd - 1);
      at = skipSpace(bytes, nameEnd, end);
      if (bytes[at] !== COLON) throw unlikeError(bytes, at, end);
      at = skipSpace(bytes, at + 1, end);
      const valueEnd = endOfValue(bytes, at, end);
      if (slot >= 0) this.#put(bytes, rowStart, slot, at, valueEnd);
      at = skipSpace(bytes, valueEnd, end);
      if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1, end);
    }
    return slots;
  }

  #put(bytes: Buffer, rowStart: number, slot: number, start: number, end: number): void {
    if (bytes[start] !== OPEN_BRACKET) throw unlikeError(bytes, start, end);
    this.#slots[slot * 2] = start + 1 - rowStart;
    this.#slots[slot * 2 + 1] = end - 1 - rowStart;
  }

  #slotOf(bytes: Buffer, start: number, end: number): number {
    if (this.#slotByName !== null) return this.#slotByName.get(bytes.toString('latin1', start, end)) ?? -1;
    return this.#names.findIndex((name) => name.length === end - start && isAt(name, bytes, start));
  }
}

/**
 * A path that the server cannot read. Among several it is left out without a word; asked for alone, the server says why.
 */
export class RefusedPathError extends RedQueryError {
  readonly columnName: string;
  readonly path: string;
  /** A key that holds a document; empty where the server has said what is wrong. */
  readonly key: Uint8Array;

  constructor(columnName: string, path: string, key: Uint8Array, complaint: string | null) {
    const why = complaint === null ? '' : `: ${complaint}`;
    super('RQ_ARGUMENT', `column «${columnName}»: the server cannot read the path «${path}»${why}`, {
      hint: 'Paths are JSONPath from the document down: $.name, $["na me"], $.list[0], $.list[*].name, $..name.',
    });
    this.columnName = columnName;
    this.path = path;
    this.key = key;
  }
}

function isAt(name: Buffer, bytes: Buffer, start: number): boolean {
  for (let i = 0; i < name.length; i += 1) if (name[i] !== bytes[start + i]) return false;
  return true;
}

function unlikeError(bytes: Buffer, at: number, end: number): RedQueryError {
  const shown = JSON.stringify(bytes.toString('latin1', at, Math.min(at + 16, end)));
  return new RedQueryError('RQ_PROTOCOL', `the reply is none of JSON.GET: ${shown}`);
}
