/**
 * COPY … TO STDOUT: rows as CopyData messages ('d', int32 length, bytes), one a row, in the formats text, csv and binary
 * (PostgreSQL, «COPY», File Formats).
 */
import type { Batch } from '../../arrow/index.ts';
import type { SqlField } from '../../types/index.ts';
import type { CopyOptions, Format, PgColumn } from '../words.ts';
import { ByteSink } from './byte-sink.ts';
import { type BatchEncoder, type BoundColumn, columnBinder, writeValues } from './row-encoder.ts';
import type { TextStyle } from './text-style.ts';

/** The parts of a COPY; each gives whole CopyData messages, perhaps none. */
export interface CopyEncoder {
  /** Comes first, once. */
  header(): Uint8Array;
  readonly rows: BatchEncoder;
  /** Comes last, once. */
  trailer(): Uint8Array;
}

/**
 * Makes the encoder of a COPY. `fields`, `columns` and `style` as for `rowEncoder`.
 * @throws {PgError} as `rowEncoder`.
 */
export function copyEncoder(
  fields: readonly SqlField[],
  columns: readonly PgColumn[],
  options: CopyOptions,
  style: TextStyle,
): CopyEncoder {
  const formats: readonly Format[] = [options.format === 'binary' ? 1 : 0];
  const bind = columnBinder(fields, columns, formats, style);
  return options.format === 'binary' ? binaryCopy(bind, columns.length) : lineCopy(bind, columns, options);
}

const COPY_DATA = 0x64;

/** Begins a message; gives where it starts, for `endMessage`. */
function beginMessage(sink: ByteSink): number {
  sink.need(5);
  const start = sink.at;
  sink.bytes[start] = COPY_DATA;
  sink.at = start + 5;
  return start;
}

function endMessage(sink: ByteSink, start: number): void {
  sink.patchInt32(start + 1, sink.at - start - 1);
}

function messagesOf(bind: (batch: Batch) => readonly BoundColumn[], writeRow: RowWriter): BatchEncoder {
  let bytesARow = 64;
  return (batch, fromRow, toRow) => {
    const bound = bind(batch);
    const rowCount = Math.max(toRow - fromRow, 0);
    const sink = new ByteSink(Math.ceil(rowCount * bytesARow * 1.05) + 64);
    for (let row = fromRow; row < toRow; row++) {
      const start = beginMessage(sink);
      writeRow(sink, bound, row);
      endMessage(sink, start);
    }
    if (rowCount > 0) bytesARow = sink.at / rowCount;
    return sink.take();
  };
}

type RowWriter = (sink: ByteSink, bound: readonly BoundColumn[], row: number) => void;

/** Signature, int32 flags, int32 length of an extension. */
const BINARY_HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');

/** As PostgreSQL does it, the header shares the message of the first row, or of the trailer. */
function binaryCopy(bind: (batch: Batch) => readonly BoundColumn[], columnCount: number): CopyEncoder {
  let isHeaderDue = true;
  const writeHeader = (sink: ByteSink): void => {
    if (isHeaderDue) sink.copy(BINARY_HEADER, 0, BINARY_HEADER.length);
    isHeaderDue = false;
  };
  return {
    header: () => new Uint8Array(0),
    rows: messagesOf(bind, (sink, bound, row) => {
      writeHeader(sink);
      sink.int16(columnCount);
      writeValues(sink, bound, row);
    }),
    trailer() {
      const sink = new ByteSink(64);
      const start = beginMessage(sink);
      writeHeader(sink);
      sink.int16(-1);
      endMessage(sink, start);
      return sink.take();
    },
  };
}

/** What finishes a value that was written from `start` on: escapes or quotes it in place. */
type ValueFinisher = (sink: ByteSink, start: number) => void;

function lineCopy(
  bind: (batch: Batch) => readonly BoundColumn[],
  columns: readonly PgColumn[],
  options: CopyOptions,
): CopyEncoder {
  const isCsv = options.format === 'csv';
  const delimiter = (options.delimiter ?? (isCsv ? ',' : '\t')).charCodeAt(0);
  const nullText = Buffer.from(options.nullText ?? (isCsv ? '' : '\\N'));
  const isForced = (name: string): boolean => options.forceQuote === '*' || options.forceQuote.includes(name);
  const plain = isCsv ? csvFinisher(options, delimiter, nullText, columns.length === 1, false) : textFinisher(delimiter);
  const forced = csvFinisher(options, delimiter, nullText, false, true);
  const finishers = columns.map(({ name }) => (isCsv && isForced(name) ? forced : plain));
  return {
    header() {
      if (!options.hasHeader) return new Uint8Array(0);
      const sink = new ByteSink(256);
      const start = beginMessage(sink);
      for (const [i, { name }] of columns.entries()) {
        if (i > 0) sink.byte(delimiter);
        const valueAt = sink.at;
        sink.utf8(name);
        plain(sink, valueAt);
      }
      sink.byte(0x0a);
      endMessage(sink, start);
      return sink.take();
    },
    rows: messagesOf(bind, lineWriter(delimiter, nullText, finishers)),
    trailer: () => new Uint8Array(0),
  };
}

function lineWriter(delimiter: number, nullText: Uint8Array, finishers: readonly ValueFinisher[]): RowWriter {
  return (sink, bound, row) => {
    for (let i = 0; i < bound.length; i++) {
      if (i > 0) sink.byte(delimiter);
      const { write = null, validity = null } = bound[i] ?? {};
      if (write === null || (validity !== null && (((validity[row >> 3] ?? 0) >> (row & 7)) & 1) === 0)) {
        sink.copy(nullText, 0, nullText.length);
        continue;
      }
      const start = sink.at;
      write(sink, row);
      finishers[i]?.(sink, start);
    }
    sink.byte(0x0a);
  };
}

/** Letters of the escapes for \b \t \n \v \f \r, by byte. */
const LETTERS: ReadonlyMap<number, number> = new Map(
  Array.from('btnvfr', (letter, i) => [0x08 + i, letter.charCodeAt(0)] as const),
);
const BACKSLASH = 0x5c;

/** COPY's text format: control characters, the backslash and the delimiter behind a backslash. */
function textFinisher(delimiter: number): ValueFinisher {
  const escapes = new Uint8Array(256);
  for (const [byte, letter] of LETTERS) escapes[byte] = letter;
  escapes[BACKSLASH] = BACKSLASH;
  // A delimiter that is a control character has its letter already.
  if (escapes[delimiter] === 0) escapes[delimiter] = delimiter;
  return (sink, start) => {
    let count = 0;
    for (let i = start; i < sink.at; i++) if (escapes[sink.bytes[i] ?? 0] !== 0) count++;
    if (count === 0) return;
    sink.need(count);
    const { bytes } = sink;
    let to = sink.at + count;
    for (let i = sink.at - 1; i >= start; i--) {
      const byte = bytes[i] ?? 0;
      const escape = escapes[byte] ?? 0;
      bytes[--to] = escape === 0 ? byte : escape;
      if (escape !== 0) bytes[--to] = BACKSLASH;
    }
    sink.at += count;
  };
}

const END_MARK = Buffer.from('\\.');

/** CSV: quotes where the value holds delimiter, quote or a line break, is the text of NULL, or is a lone `\.`. */
function csvFinisher(
  options: CopyOptions,
  delimiter: number,
  nullText: Buffer,
  isSingle: boolean,
  isForced: boolean,
): ValueFinisher {
  const quote = (options.quote ?? '"').charCodeAt(0);
  const escape = (options.escape ?? options.quote ?? '"').charCodeAt(0);
  const marks = isSingle ? [nullText, END_MARK] : [nullText];
  const isSpecial = new Uint8Array(256);
  for (const byte of [delimiter, quote, 0x0a, 0x0d]) isSpecial[byte] = 1;
  const needsQuotes = ({ bytes, at }: ByteSink, start: number): boolean => {
    for (const mark of marks) if (mark.length === at - start && mark.equals(bytes.subarray(start, at))) return true;
    for (let i = start; i < at; i++) if (isSpecial[bytes[i] ?? 0] === 1) return true;
    return false;
  };
  return (sink, start) => {
    if (!isForced && !needsQuotes(sink, start)) return;
    const value = Buffer.from(sink.bytes.subarray(start, sink.at));
    sink.at = start;
    sink.need(value.length * 2 + 2);
    const { bytes } = sink;
    let at = start;
    bytes[at++] = quote;
    for (const byte of value) {
      if (byte === quote || byte === escape) bytes[at++] = escape;
      bytes[at++] = byte;
    }
    bytes[at++] = quote;
    sink.at = at;
  };
}
