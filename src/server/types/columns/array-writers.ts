/**
 * LIST and ARRAY as arrays. Lists within lists are further dimensions; each value must then be rectangular. A NULL that
 * stands for a whole inner ARRAY counts as that many NULL elements.
 */
import type { ArrayData, ColumnData, ListData } from '../../../arrow/index.ts';
import type { SqlType } from '../../../types/index.ts';
import { PgError } from '../../pg-error.ts';
import type { Format } from '../../words.ts';
import type { ByteSink } from '../byte-sink.ts';
import { writeArrayHead } from '../values/arrays.ts';
import { type CellWriter, type ColumnWriter, layoutError } from './cell-writer.ts';

/** The type of the elements behind all levels of lists. */
export function leafTypeOf(type: SqlType): SqlType {
  let leaf = type;
  while (leaf.id === 'LIST' || leaf.id === 'ARRAY') leaf = leaf.child ?? { id: 'NULL' };
  return leaf;
}

interface Level {
  readonly column: ListData | ArrayData;
  readonly first: (row: number) => number;
  readonly end: (row: number) => number;
}

/** Gives the writer of arrays whose elements `leaf` writes. */
export function arrayWriter(type: SqlType, elementOid: number, format: Format, leaf: ColumnWriter | null): ColumnWriter {
  return (column) => {
    const levels: Level[] = [];
    let inner = column;
    for (let one: SqlType | undefined = type; one?.id === 'LIST' || one?.id === 'ARRAY'; one = one.child) {
      const level = levelOf(inner);
      levels.push(level);
      inner = level.column.child;
    }
    const isValid = validityOf(inner);
    const writeLeaf = leaf?.(inner);
    const hasLeaf = (row: number): boolean => writeLeaf !== undefined && row >= 0 && isValid(row);
    const write: CellWriter = writeLeaf ?? (() => undefined);
    return format === 0 ? textArrayWriter(levels, hasLeaf, write) : binaryArrayWriter(levels, hasLeaf, write, elementOid);
  };
}

function levelOf(column: ColumnData): Level {
  if (column.layout === 'array') {
    const { length } = column;
    return { column, first: (row) => row * length, end: (row) => (row + 1) * length };
  }
  if (column.layout !== 'list') throw layoutError(column, 'list');
  const offsets = new Int32Array(column.offsets);
  return { column, first: (row) => offsets[row] ?? 0, end: (row) => offsets[row + 1] ?? 0 };
}

/** Tells of each row whether it holds a value. */
export function validityOf(column: ColumnData): (row: number) => boolean {
  if (column.validity === null) return () => true;
  const bits = new Uint8Array(column.validity);
  return (row) => (((bits[row >> 3] ?? 0) >> (row & 7)) & 1) === 1;
}

interface Shape {
  readonly dimensions: readonly number[];
  /** Rows of the leaf column; -1: NULL. */
  readonly leaves: readonly number[];
}

/** @throws {PgError} 2202E where the value is not rectangular. */
function shapeOf(levels: readonly Level[], row: number): Shape {
  let rows: number[] = [row];
  const dimensions: number[] = [];
  for (const { column, first, end } of levels) {
    const isValid = validityOf(column);
    const next: number[] = [];
    let length = -1;
    for (const one of rows) {
      const isNull = dimensions.length > 0 && (one < 0 || !isValid(one));
      const count = isNull ? (column.layout === 'array' ? column.length : 0) : end(one) - first(one);
      if (length >= 0 && count !== length) throw unevenArray();
      length = count;
      for (let i = 0; i < count; i++) next.push(isNull ? -1 : first(one) + i);
    }
    if (length <= 0) return { dimensions: [], leaves: [] };
    dimensions.push(length);
    rows = next;
  }
  return { dimensions, leaves: rows };
}

function unevenArray(): PgError {
  return new PgError('2202E', 'multidimensional arrays must have array expressions with matching dimensions', {
    hint: 'Cast the value to JSON to see lists of different lengths.',
  });
}

function binaryArrayWriter(
  levels: readonly Level[],
  hasLeaf: (row: number) => boolean,
  write: CellWriter,
  elementOid: number,
): CellWriter {
  return (sink, row) => {
    const { dimensions, leaves } = shapeOf(levels, row);
    writeArrayHead(sink, dimensions, !leaves.every(hasLeaf), elementOid);
    for (const leaf of leaves) {
      const lengthAt = sink.at;
      sink.int32(-1);
      if (!hasLeaf(leaf)) continue;
      write(sink, leaf);
      sink.patchInt32(lengthAt, sink.at - lengthAt - 4);
    }
  };
}

const [OPEN, CLOSE, COMMA] = [0x7b, 0x7d, 0x2c];

function textArrayWriter(levels: readonly Level[], hasLeaf: (row: number) => boolean, write: CellWriter): CellWriter {
  return (sink, row) => {
    const { dimensions, leaves } = shapeOf(levels, row);
    if (leaves.length === 0) {
      sink.latin1('{}');
      return;
    }
    for (const [i, leaf] of leaves.entries()) {
      if (i > 0 && i % (dimensions.at(-1) ?? 1) !== 0) sink.byte(COMMA);
      else openLevels(sink, dimensions, i);
      if (!hasLeaf(leaf)) {
        sink.latin1('NULL');
        continue;
      }
      const start = sink.at;
      write(sink, leaf);
      quoteElement(sink, start);
    }
    for (const _ of dimensions) sink.byte(CLOSE);
  };
}

/** Closes the inner arrays that end before leaf `i` and opens those that begin with it. */
function openLevels(sink: ByteSink, dimensions: readonly number[], i: number): void {
  let depth = 0;
  for (let at = dimensions.length - 1, block = 1; at >= 0; at--) {
    block *= dimensions[at] ?? 1;
    if (i % block === 0) depth++;
  }
  if (i > 0) {
    for (let at = 0; at < depth; at++) sink.byte(CLOSE);
    sink.byte(COMMA);
  }
  for (let at = 0; at < depth; at++) sink.byte(OPEN);
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];

function needsQuotes(sink: ByteSink, start: number): boolean {
  const { bytes, at } = sink;
  if (at === start) return true;
  if (at - start === 4 && bytes.toString('latin1', start, at).toLowerCase() === 'null') return true;
  for (let i = start; i < at; i++) {
    const byte = bytes[i] ?? 0;
    const isSign = byte === OPEN || byte === CLOSE || byte === COMMA || byte === QUOTE || byte === BACKSLASH;
    if (isSign || byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)) return true;
  }
  return false;
}

/** Puts quotes around what was written from `start` on, where a literal needs them. */
function quoteElement(sink: ByteSink, start: number): void {
  if (!needsQuotes(sink, start)) return;
  const text = Buffer.from(sink.bytes.subarray(start, sink.at));
  sink.at = start;
  sink.need(text.length * 2 + 2);
  const { bytes } = sink;
  let at = start;
  bytes[at++] = QUOTE;
  for (const byte of text) {
    if (byte === QUOTE || byte === BACKSLASH) bytes[at++] = BACKSLASH;
    bytes[at++] = byte;
  }
  bytes[at++] = QUOTE;
  sink.at = at;
}
