/** Messages of wire scripts: requests written as JSON to bytes, answers to JSON with what differs from run to run masked. */
import * as client from './client-frames.ts';
import { fieldsOf, type ServerMessage } from './server-messages.ts';

/** Text, `{ "hex": … }` for other bytes, null. */
type Value = string | { readonly hex: string } | null;

/** One message of a client. `describe` and `close` name a statement or a portal: `S:name`, `P:name`. */
export type Request =
  | { readonly query: string }
  | { readonly parse: string; readonly name?: string; readonly types?: readonly number[] }
  | {
      readonly bind: string;
      readonly portal?: string;
      readonly values?: readonly Value[];
      readonly formats?: readonly number[];
      readonly results?: readonly number[];
    }
  | { readonly describe: string }
  | { readonly execute: string; readonly maxRows?: number }
  | { readonly close: string }
  | { readonly function: number }
  /** Any frame: type byte and body, for what is malformed. */
  | { readonly frame: string; readonly hex: string }
  | 'sync'
  | 'flush'
  | 'copyDone';

export function bytesOf(request: Request): Buffer {
  if (request === 'sync') return client.SYNC;
  if (request === 'flush') return client.frame('H');
  if (request === 'copyDone') return client.frame('c');
  if ('query' in request) return client.query(request.query);
  if ('parse' in request) return client.parse(request.name ?? '', request.parse, request.types);
  if ('bind' in request) {
    return client.bind({
      statement: request.bind,
      portal: request.portal ?? '',
      values: (request.values ?? []).map(valueBytes),
      parameterFormats: request.formats ?? [],
      resultFormats: request.results ?? [],
    });
  }
  if ('describe' in request) return client.describe(...target(request.describe));
  if ('execute' in request) return client.execute(request.execute, request.maxRows);
  if ('close' in request) return client.close(...target(request.close));
  if ('function' in request) {
    return client.frame('F', client.int32(request.function), client.int16(0, 0), client.int16(0));
  }
  return client.frame(request.frame, Buffer.from(request.hex, 'hex'));
}

function target(words: string): [target: 'S' | 'P', name: string] {
  return [words.startsWith('S:') ? 'S' : 'P', words.slice(2)];
}

function valueBytes(value: Value): string | Buffer | null {
  return value === null || typeof value === 'string' ? value : Buffer.from(value.hex, 'hex');
}

const NAMES: Readonly<Record<string, string>> = {
  '1': 'ParseComplete',
  '2': 'BindComplete',
  '3': 'CloseComplete',
  A: 'NotificationResponse',
  C: 'CommandComplete',
  D: 'DataRow',
  E: 'ErrorResponse',
  G: 'CopyInResponse',
  H: 'CopyOutResponse',
  I: 'EmptyQueryResponse',
  N: 'NoticeResponse',
  S: 'ParameterStatus',
  T: 'RowDescription',
  V: 'FunctionCallResponse',
  Z: 'ReadyForQuery',
  c: 'CopyDone',
  d: 'CopyData',
  n: 'NoData',
  s: 'PortalSuspended',
  t: 'ParameterDescription',
};

/** File, line and routine of PostgreSQL's source, and its call stack, are nobody's business. */
const LEFT_OUT = new Set(['F', 'L', 'R', 'W']);

/** One answer as a line: its name, and what it holds as JSON. */
export function lineOf(message: ServerMessage): string {
  const name = NAMES[message.type] ?? message.type;
  const content = contentOf(message);
  return content === undefined ? name : `${name} ${JSON.stringify(content)}`;
}

function contentOf(message: ServerMessage): unknown {
  const { body, type } = message;
  switch (type) {
    case 'C':
      return body.toString('utf8', 0, body.length - 1);
    case 'D':
      return rowOf(body);
    case 'E':
    case 'N':
      return Object.fromEntries(Object.entries(fieldsOf(message)).filter(([code]) => !LEFT_OUT.has(code)));
    case 'H':
      return { format: body[0], columns: Array.from({ length: body.readUInt16BE(1) }, (_, at) => body.readUInt16BE(3 + 2 * at)) };
    case 'S':
      return body.toString('utf8').split('\0').slice(0, 2);
    case 'T':
      return columnsOf(body);
    case 'Z':
      return body.toString('latin1');
    case 'd':
      return shown(body);
    case 't':
      return Array.from({ length: body.readUInt16BE(0) }, (_, at) => body.readUInt32BE(2 + 4 * at));
    default:
      return body.length === 0 ? undefined : shown(body);
  }
}

function rowOf(body: Buffer): Value[] {
  const values: Value[] = [];
  let at = 2;
  for (let count = body.readUInt16BE(0); count > 0; count -= 1) {
    const length = body.readInt32BE(at);
    at += 4;
    if (length === -1) {
      values.push(null);
      continue;
    }
    values.push(shown(body.subarray(at, at + length)));
    at += length;
  }
  return values;
}

/** Each column: name, type, size, modifier, format; then where it is one of a table, that and its number. */
function columnsOf(body: Buffer): unknown[] {
  const columns: unknown[] = [];
  let at = 2;
  for (let count = body.readUInt16BE(0); count > 0; count -= 1) {
    const end = body.indexOf(0, at);
    const name = body.toString('utf8', at, end);
    const tableOid = body.readUInt32BE(end + 1);
    const number = body.readInt16BE(end + 5);
    const type = body.readUInt32BE(end + 7);
    const column = [name, type, body.readInt16BE(end + 11), body.readInt32BE(end + 13), body.readInt16BE(end + 17)];
    columns.push(tableOid === 0 && number === 0 ? column : [...column, 'table', number]);
    at = end + 19;
  }
  return columns;
}

/** Bytes as text where they read as such, else in hex. */
function shown(bytes: Buffer): Value {
  const text = bytes.toString('utf8');
  // Of control characters only tab and line feed pass.
  const isReadable = !/[\0-\x08\x0b-\x1f\ufffd]/.test(text);
  return isReadable ? text : { hex: bytes.toString('hex') };
}
