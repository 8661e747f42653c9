/**
 * Arrays of any type: literals such as `{{1,2},{3,NULL}}` and the binary form: int32 dimensions, int32 1 where there is a
 * NULL, int32 oid of the elements, then for each dimension int32 length and int32 lower bound, then for each element int32
 * byte count (-1 NULL) and its bytes.
 */
import { PgError } from '../../pg-error.ts';
import type { ByteSink } from '../byte-sink.ts';
import type { PgCodec } from './codec.ts';
import { viewOf } from './numbers.ts';
import { badBinary } from './value-errors.ts';

/** `dimensions`: lengths from outside to inside, none for an empty array; elements in row-major order. */
export interface PgArray<T> {
  readonly dimensions: readonly number[];
  readonly elements: readonly (T | null)[];
}

const MOST_DIMENSIONS = 6;

/** @param elementName the engine's type of an element, where its values do not tell. */
export function arrayCodec<T>(element: PgCodec<T>, elementOid: number, elementName: string): PgCodec<PgArray<T>> {
  const { fit } = element;
  return {
    parse(text, style) {
      const { dimensions, elements } = parseArrayLiteral(text);
      return { dimensions, elements: elements.map((item) => (item === null ? null : element.parse(item, style))) };
    },
    print: ({ dimensions, elements }, style) =>
      arrayLiteral(
        dimensions,
        elements.map((item) => (item === null ? null : element.print(item, style))),
      ),
    read: (bytes) => readArray(bytes, element, elementOid),
    write: (array, sink) => writeArray(array, sink, element, elementOid),
    engineText: ({ dimensions, elements }) =>
      engineListText(
        dimensions,
        elements.map((item) => (item === null ? null : element.engineText(item))),
        element.isJson === true,
      ),
    engineName(arrays) {
      const items = arrays.flatMap(({ elements }) => elements.filter((item) => item !== null));
      const depth = Math.max(1, ...arrays.map(({ dimensions }) => dimensions.length));
      const name = items.length === 0 ? elementName : (element.engineName?.(items) ?? elementName);
      return name + '[]'.repeat(depth);
    },
    ...(fit === undefined
      ? {}
      : {
          fit: ({ dimensions, elements }, modifier) => ({
            dimensions,
            elements: elements.map((item) => (item === null ? null : fit(item, modifier))),
          }),
        }),
  };
}

function readArray<T>(bytes: Uint8Array, element: PgCodec<T>, elementOid: number): PgArray<T> {
  if (bytes.length < 12) throw badBinary();
  const view = viewOf(bytes);
  const count = view.getInt32(0);
  if (count < 0 || count > MOST_DIMENSIONS || bytes.length < 12 + 8 * count) throw badBinary();
  const sentOid = view.getInt32(8) >>> 0;
  if (sentOid !== elementOid)
    throw new PgError('42804', `binary data has array element type ${sentOid} instead of expected ${elementOid}`);
  const dimensions = Array.from({ length: count }, (_, i) => view.getInt32(12 + 8 * i));
  const total = count === 0 ? 0 : dimensions.reduce((product, length) => product * length, 1);
  if (dimensions.some((length) => length < 0)) throw badBinary();
  const elements: (T | null)[] = [];
  let at = 12 + 8 * count;
  for (let i = 0; i < total; i++) {
    if (at + 4 > bytes.length) throw badBinary();
    const byteCount = view.getInt32(at);
    at += 4;
    if (byteCount < -1 || at + byteCount > bytes.length) throw badBinary();
    elements.push(byteCount === -1 ? null : element.read(bytes.subarray(at, at + byteCount)));
    at += Math.max(byteCount, 0);
  }
  if (at !== bytes.length) throw badBinary();
  return total === 0 ? { dimensions: [], elements } : { dimensions, elements };
}

/** Writes what stands before the elements. */
export function writeArrayHead(sink: ByteSink, dimensions: readonly number[], hasNull: boolean, elementOid: number): void {
  sink.int32(dimensions.length);
  sink.int32(hasNull ? 1 : 0);
  sink.int32(elementOid);
  for (const length of dimensions) {
    sink.int32(length);
    sink.int32(1);
  }
}

function writeArray<T>(array: PgArray<T>, sink: ByteSink, element: PgCodec<T>, elementOid: number): void {
  writeArrayHead(sink, array.dimensions, array.elements.includes(null), elementOid);
  for (const item of array.elements) {
    const lengthAt = sink.at;
    sink.int32(-1);
    if (item === null) continue;
    element.write(item, sink);
    sink.patchInt32(lengthAt, sink.at - lengthAt - 4);
  }
}

/** Nothing, NULL, blanks, and what has a meaning in a literal. */
const NEEDS_QUOTES = /^$|^null$|[{},"\\ \t-\r]/i;

/** Prints `{a,"b c",NULL}` from the texts of the elements. */
export function arrayLiteral(dimensions: readonly number[], texts: readonly (string | null)[]): string {
  if (texts.length === 0) return '{}';
  return nested(
    dimensions,
    texts.map((text) => (text === null ? 'NULL' : NEEDS_QUOTES.test(text) ? quoted(text) : text)),
    '{',
    ',',
    '}',
  );
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** As the engine reads a list from text: `["a", NULL]`, every element in quotes; JSON bare. */
function engineListText(dimensions: readonly number[], texts: readonly (string | null)[], isJson: boolean): string {
  if (texts.length === 0) return '[]';
  return nested(
    dimensions,
    texts.map((text) => (isJson ? (text ?? 'null') : text === null ? 'NULL' : quoted(text))),
    '[',
    ', ',
    ']',
  );
}

function nested(dimensions: readonly number[], texts: readonly string[], open: string, comma: string, close: string): string {
  let level = texts;
  for (const length of dimensions.toReversed()) {
    const next: string[] = [];
    for (let at = 0; at < level.length; at += length) next.push(open + level.slice(at, at + length).join(comma) + close);
    level = next;
  }
  return level[0] ?? open + close;
}

function malformed(text: string, detail: string): PgError {
  return new PgError('22P02', `malformed array literal: "${text}"`, { detail });
}

/** One element or sign of a literal: a quoted text, a bare one, or `{`, `}`, `,`. */
const TOKEN = /[ \t-\r]*(?:"((?:[^"\\]|\\[^])*)"|([{},])|((?:[^{},"\\ \t-\r]|\\[^])(?:[^{},"\\]|\\[^])*))/y;
const BOUNDS = /^[ \t-\r]*((?:\[[+-]?\d+:[+-]?\d+\])+)[ \t-\r]*=/;

/**
 * Reads a literal into dimensions and texts; lower bounds are read and left out.
 * @throws {PgError} 22P02 `malformed array literal: "…"`.
 */
export function parseArrayLiteral(text: string): PgArray<string> {
  const reader = new LiteralReader(text, BOUNDS.exec(text)?.[0].length ?? 0);
  const { elements, dimensions } = reader.read();
  return elements.length === 0 ? { dimensions: [], elements } : { dimensions, elements };
}

class LiteralReader {
  private readonly elements: (string | null)[] = [];
  private readonly dimensions: number[] = [];
  private readonly text: string;
  private at: number;

  constructor(text: string, start: number) {
    this.text = text;
    this.at = start;
  }

  read(): { elements: (string | null)[]; dimensions: number[] } {
    const first = this.token();
    if (first.sign !== '{') throw malformed(this.text, 'Array value must start with "{" or dimension information.');
    this.level(0);
    if (/[^ \t-\r]/.test(this.text.slice(this.at))) throw malformed(this.text, 'Junk after closing right brace.');
    return { elements: this.elements, dimensions: this.dimensions };
  }

  /** Reads behind an opening brace to the closing one. */
  private level(depth: number): void {
    if (depth >= MOST_DIMENSIONS)
      throw new PgError('54000', `number of array dimensions (${depth + 1}) exceeds the maximum allowed (6)`);
    let count = 0;
    for (;;) {
      const token = this.token();
      if (token.sign === '}' && count === 0) break;
      if (token.sign === '{') this.level(depth + 1);
      else if (token.sign !== null) throw malformed(this.text, `Unexpected "${token.sign}" character.`);
      else this.leaf(token.value, depth);
      count++;
      const { sign } = this.token();
      if (sign === '}') break;
      if (sign !== ',') throw malformed(this.text, 'Unexpected array element.');
    }
    this.close(depth, count);
  }

  private leaf(value: string | null, depth: number): void {
    if (this.elements.length > 0 && depth !== this.depth) throw this.uneven();
    this.depth = depth;
    this.elements.push(value);
  }

  private depth = 0;

  private close(depth: number, count: number): void {
    const known = this.dimensions[depth];
    if (known !== undefined && known !== count) throw this.uneven();
    this.dimensions[depth] = count;
  }

  private uneven(): PgError {
    return malformed(this.text, 'Multidimensional arrays must have sub-arrays with matching dimensions.');
  }

  private token(): { sign: string | null; value: string | null } {
    TOKEN.lastIndex = this.at;
    const found = TOKEN.exec(this.text);
    if (found === null) throw malformed(this.text, 'Unexpected end of input.');
    this.at = TOKEN.lastIndex;
    const [, inQuotes, sign, bare] = found;
    if (sign !== undefined) return { sign, value: null };
    if (inQuotes !== undefined) return { sign: null, value: unescaped(inQuotes) };
    const word = (bare ?? '').replace(/[ \t-\r]+$/, '');
    return { sign: null, value: word.toLowerCase() === 'null' ? null : unescaped(word) };
  }
}

function unescaped(text: string): string {
  return text.replace(/\\([^])/g, '$1');
}
