/**
 * A small frontend of the protocol (PostgreSQL, «Message Formats», 54.7): builds batches for the catalog's process and takes
 * its answers apart.
 */
import { PgError } from '../../pg-error.ts';
import type { BoundValue, Format, Notice, PgColumn } from '../../words.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Messages of one batch, one behind the other. */
export class BatchWriter {
  readonly #parts: Uint8Array[] = [];

  /** Simple Query: `text` may hold several statements. */
  query(text: string): void {
    this.#message('Q', [cString(text)]);
  }

  /** Into the unnamed statement. */
  parse(text: string, parameterTypes: readonly number[]): void {
    this.#message('P', [cString(''), cString(text), int16(parameterTypes.length), ...parameterTypes.map(int32)]);
  }

  describeStatement(): void {
    this.#message('D', [encoder.encode('S'), cString('')]);
  }

  /** The unnamed statement into the unnamed portal, and all its rows. */
  execute(values: readonly BoundValue[], formats: readonly Format[]): void {
    const parameters = values.flatMap(({ bytes }) => (bytes === null ? [int32(-1)] : [int32(bytes.length), bytes]));
    this.#message('B', [
      cString(''),
      cString(''),
      int16(values.length),
      ...values.map(({ format }) => int16(format)),
      int16(values.length),
      ...parameters,
      int16(formats.length),
      ...formats.map((format) => int16(format)),
    ]);
    this.#message('E', [cString(''), int32(0)]);
  }

  sync(): void {
    this.#message('S', []);
  }

  take(): Uint8Array {
    return concatenated(this.#parts);
  }

  #message(type: string, body: readonly Uint8Array[]): void {
    const bodyBytes = body.reduce((sum, part) => sum + part.length, 0);
    this.#parts.push(encoder.encode(type), int32(bodyBytes + 4), ...body);
  }
}

/** What came back up to one ReadyForQuery. */
export interface Answer {
  readonly parameterTypes: readonly number[];
  readonly columns: readonly PgColumn[] | null;
  /** DataRow or CopyData messages, whole. */
  readonly rows: readonly Uint8Array[];
  readonly error: PgError | null;
  readonly notices: readonly Notice[];
  readonly tag: string | null;
}

/** Takes an answer apart: one entry for each ReadyForQuery in it. Rows are views into `bytes`. */
export function readAnswers(bytes: Uint8Array): readonly Answer[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const answers: Answer[] = [];
  let answer = emptyAnswer();
  for (let at = 0; at + 5 <= bytes.length; ) {
    const end = at + 1 + view.getUint32(at + 1);
    const message = bytes.subarray(at, end);
    const type = String.fromCharCode(message[0] ?? 0);
    if (type === 'Z') {
      answers.push(answer);
      answer = emptyAnswer();
    } else {
      readMessage(type, message, answer);
    }
    at = end;
  }
  return answers;
}

type OpenAnswer = { -readonly [name in keyof Answer]: Answer[name] } & { rows: Uint8Array[]; notices: Notice[] };

function emptyAnswer(): OpenAnswer {
  return { parameterTypes: [], columns: null, rows: [], error: null, notices: [], tag: null };
}

function readMessage(type: string, message: Uint8Array, answer: OpenAnswer): void {
  const body = message.subarray(5);
  if (type === 'D' || type === 'd') answer.rows.push(message);
  else if (type === 'T') answer.columns = readColumns(body);
  else if (type === 't') answer.parameterTypes = readParameterTypes(body);
  else if (type === 'C') answer.tag = decoder.decode(body.subarray(0, -1));
  else if (type === 'E') answer.error ??= readError(readFields(body));
  else if (type === 'N') answer.notices.push(readNotice(readFields(body)));
}

function readColumns(body: Uint8Array): readonly PgColumn[] {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const columns: PgColumn[] = [];
  for (let at = 2, left = view.getUint16(0); left > 0; left -= 1) {
    const end = body.indexOf(0, at);
    columns.push({
      name: decoder.decode(body.subarray(at, end)),
      tableOid: view.getUint32(end + 1),
      columnNumber: view.getInt16(end + 5),
      typeOid: view.getUint32(end + 7),
      typeSize: view.getInt16(end + 11),
      typeModifier: view.getInt32(end + 13),
    });
    at = end + 19;
  }
  return columns;
}

function readParameterTypes(body: Uint8Array): readonly number[] {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  return Array.from({ length: view.getUint16(0) }, (_, index) => view.getUint32(2 + index * 4));
}

/** Error and notice fields by their letter (54.8). */
function readFields(body: Uint8Array): ReadonlyMap<string, string> {
  const words = decoder
    .decode(body)
    .split('\0')
    .filter((word) => word !== '');
  return new Map(words.map((word) => [word.slice(0, 1), word.slice(1)]));
}

/** `position` counts characters here; `errorAt` gives it its place in a text. */
function readError(fields: ReadonlyMap<string, string>): PgError {
  const field = <Name extends string>(name: Name, letter: string) => {
    const value = fields.get(letter);
    return value === undefined ? {} : ({ [name]: value } as Record<Name, string>); // A computed name widens to string.
  };
  const position = fields.get('P');
  return new PgError(fields.get('C') ?? 'XX000', fields.get('M') ?? 'unknown error of the catalog', {
    ...field('detail', 'D'),
    ...field('hint', 'H'),
    ...field('schema', 's'),
    ...field('table', 't'),
    ...field('column', 'c'),
    ...field('constraint', 'n'),
    ...(position === undefined ? {} : { position: Number(position) - 1 }),
  });
}

function readNotice(fields: ReadonlyMap<string, string>): Notice {
  const [detail, hint] = [fields.get('D'), fields.get('H')];
  const severity = fields.get('V');
  return {
    severity: severity === 'WARNING' || severity === 'INFO' || severity === 'LOG' ? severity : 'NOTICE',
    sqlState: fields.get('C') ?? '00000',
    message: fields.get('M') ?? '',
    ...(detail === undefined ? {} : { detail }),
    ...(hint === undefined ? {} : { hint }),
  };
}

/** The UTF-16 offset of character number `characters` of a text. */
export function offsetOfCharacter(text: string, characters: number): number {
  let offset = 0;
  for (let left = characters; left > 0 && offset < text.length; left -= 1) {
    offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  }
  return offset;
}

export function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A text with a NUL would end early: PostgreSQL refuses it, and so does the wire before. */
function cString(text: string): Uint8Array {
  return encoder.encode(`${text.replaceAll('\0', '')}\0`);
}

function int16(value: number): Uint8Array {
  return Uint8Array.of((value >> 8) & 255, value & 255);
}

function int32(value: number): Uint8Array {
  return Uint8Array.of((value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}
