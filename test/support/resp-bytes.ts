/** Replies as bytes, for decoder tests and stub servers: what a server would write. */
import { ReceiveBuffer, ROW, RowReader, type RowShape } from '../../src/resp/index.ts';

type Value = string | Uint8Array | null;

/** `$length CR LF value CR LF`, or a null of the protocol's version. */
export function bulk(value: Value, version: 2 | 3 = 2): Buffer {
  if (value === null) return Buffer.from(version === 2 ? '$-1\r\n' : '_\r\n');
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n')]);
}

/** An array of bulk strings. */
export function bulks(values: readonly Value[], version: 2 | 3 = 2): Buffer {
  return Buffer.concat([Buffer.from(`*${values.length}\r\n`), ...values.map((value) => bulk(value, version))]);
}

/** An HGETALL reply: `*2n`, or RESP3's `%n`. */
export function hash(entries: readonly (readonly [Value, Value])[], version: 2 | 3 = 2): Buffer {
  const head = version === 2 ? `*${entries.length * 2}\r\n` : `%${entries.length}\r\n`;
  return Buffer.concat([Buffer.from(head), ...entries.flat().map((value) => bulk(value))]);
}

/** A SCAN reply. */
export function scanReply(cursor: string, keys: readonly (string | Uint8Array)[]): Buffer {
  return Buffer.concat([Buffer.from('*2\r\n'), bulk(cursor), bulks(keys)]);
}

/** A decoded row in plain form: its status and, where there are any, its values (latin-1) and TTL. */
export interface PlainRow {
  readonly status: keyof typeof ROW;
  readonly values: readonly (string | null)[];
  readonly ttl: number;
}

/** Feeds chunks to a row reader as a socket would, and gives all rows it found. */
export function readRows(shape: RowShape, chunks: readonly Uint8Array[], maxRows = Infinity): PlainRow[] {
  const reader = new RowReader(shape);
  const buffer = new ReceiveBuffer();
  const rows: PlainRow[] = [];
  for (const chunk of chunks) {
    buffer.append(chunk);
    for (;;) {
      const count = reader.read(buffer.bytes, buffer.start, buffer.end, Math.min(maxRows - rows.length, 1000));
      for (let row = 0; row < count; row++) rows.push(plainRow(reader, row, buffer.bytes));
      buffer.consume(reader.position);
      if (reader.neededBytes > 0) buffer.reserve(reader.neededBytes);
      if (count === 0) break;
    }
  }
  return rows;
}

function plainRow(reader: RowReader, row: number, bytes: Buffer): PlainRow {
  const start = reader.rowStarts[row] ?? 0;
  const values: (string | null)[] = [];
  for (let span = reader.firstSpan[row] ?? 0; span < (reader.firstSpan[row + 1] ?? 0); span++) {
    const from = reader.spans[span * 2] ?? -1;
    values.push(from < 0 ? null : bytes.toString('latin1', start + from, start + (reader.spans[span * 2 + 1] ?? 0)));
  }
  const names = Object.keys(ROW) as (keyof typeof ROW)[]; // ROW is a literal: its keys are these
  const status = names.find((name) => ROW[name] === reader.statuses[row]) ?? 'ERROR';
  return { status, values, ttl: reader.ttls[row] ?? 0 };
}
