/** The bodies of a client's messages (PostgreSQL, «Message Formats»): one function a message, body in, message out. */
import { PgError } from '../pg-error.ts';
import type { Format } from '../words.ts';
import { assertUtf8, type BodyReader } from './body-reader.ts';
import type { FrontendMessage } from './messages.ts';

/** Reads a body whose bytes all lie in the frame. @throws {PgError} 08P01, 22021, 22023 */
export type BodyOf = (body: BodyReader) => FrontendMessage;

const FLUSH: FrontendMessage = { kind: 'flush' };
const SYNC: FrontendMessage = { kind: 'sync' };
const TERMINATE: FrontendMessage = { kind: 'terminate' };
const COPY_DATA: FrontendMessage = { kind: 'copyData' };
const COPY_DONE: FrontendMessage = { kind: 'copyDone' };
const FUNCTION_CALL: FrontendMessage = { kind: 'functionCall' };

const STATEMENT = 0x53;
const PORTAL = 0x50;
const NULL_LENGTH = -1;

/** By the message's type byte, as a letter. Those that a session answers till Sync only are `isExtended`. */
export const BODIES: ReadonlyMap<string, { readonly read: BodyOf; readonly isExtended: boolean; readonly isLarge: boolean }> =
  new Map([
    ['Q', { read: readQuery, isExtended: false, isLarge: true }],
    ['P', { read: readParse, isExtended: true, isLarge: true }],
    ['B', { read: readBind, isExtended: true, isLarge: true }],
    ['D', { read: readDescribe, isExtended: true, isLarge: false }],
    ['E', { read: readExecute, isExtended: true, isLarge: false }],
    ['C', { read: readClose, isExtended: true, isLarge: false }],
    ['H', { read: (body) => whole(body, FLUSH), isExtended: true, isLarge: false }],
    ['S', { read: (body) => whole(body, SYNC), isExtended: false, isLarge: false }],
    ['X', { read: () => TERMINATE, isExtended: false, isLarge: false }],
    ['F', { read: () => FUNCTION_CALL, isExtended: false, isLarge: true }],
    ['d', { read: () => COPY_DATA, isExtended: false, isLarge: true }],
    ['c', { read: () => COPY_DONE, isExtended: false, isLarge: false }],
    ['f', { read: readCopyFail, isExtended: false, isLarge: false }],
  ]);

function whole(body: BodyReader, message: FrontendMessage): FrontendMessage {
  body.finish();
  return message;
}

function readQuery(body: BodyReader): FrontendMessage {
  return whole(body, { kind: 'query', text: body.text() });
}

/** name NUL · text NUL · int16 n · n × int32 type */
function readParse(body: BodyReader): FrontendMessage {
  const name = body.text();
  const text = body.text();
  const typeCount = body.uint16();
  assertHolds(body, typeCount, 4);
  const parameterTypes: number[] = [];
  for (let index = 0; index < typeCount; index += 1) parameterTypes.push(body.uint32());
  return whole(body, { kind: 'parse', name, text, parameterTypes });
}

/** portal NUL · statement NUL · int16 f · f × int16 format · int16 n · n × (int32 length, bytes) · int16 r · r × int16 format */
function readBind(body: BodyReader): FrontendMessage {
  const portal = body.text();
  const statement = body.text();
  const parameterFormats = readFormats(body);
  const valueCount = body.uint16();
  assertHolds(body, valueCount, 4);
  const formatCount = parameterFormats.length;
  if (formatCount > 1 && formatCount !== valueCount) {
    throw new PgError('08P01', `bind message has ${formatCount} parameter formats but ${valueCount} parameters`);
  }
  const values: (Uint8Array | null)[] = [];
  for (let index = 0; index < valueCount; index += 1) {
    values.push(readValue(body, parameterFormats[formatCount === 1 ? 0 : index] ?? 0));
  }
  return whole(body, { kind: 'bind', portal, statement, parameterFormats, values, resultFormats: readFormats(body) });
}

/** A copy: the receive buffer goes on to other messages. Text is checked here, once for all who read it. */
function readValue(body: BodyReader, format: Format): Uint8Array | null {
  const byteCount = body.int32();
  if (byteCount === NULL_LENGTH) return null;
  const bytes = body.view(byteCount);
  if (format === 0) assertUtf8(bytes);
  return new Uint8Array(bytes);
}

function readFormats(body: BodyReader): Format[] {
  const formatCount = body.uint16();
  assertHolds(body, formatCount, 2);
  const formats: Format[] = [];
  for (let index = 0; index < formatCount; index += 1) {
    const format = body.uint16();
    if (format !== 0 && format !== 1) throw new PgError('22023', `unsupported format code: ${format}`);
    formats.push(format);
  }
  return formats;
}

function readDescribe(body: BodyReader): FrontendMessage {
  const target = readTarget(body, 'DESCRIBE');
  return whole(body, { kind: 'describe', target, name: body.text() });
}

function readClose(body: BodyReader): FrontendMessage {
  const target = readTarget(body, 'CLOSE');
  return whole(body, { kind: 'close', target, name: body.text() });
}

function readTarget(body: BodyReader, message: string): 'statement' | 'portal' {
  const target = body.uint8();
  if (target === STATEMENT) return 'statement';
  if (target === PORTAL) return 'portal';
  throw new PgError('08P01', `invalid ${message} message subtype ${target}`);
}

function readExecute(body: BodyReader): FrontendMessage {
  const portal = body.text();
  // PostgreSQL takes a negative limit for none.
  const maxRows = Math.max(0, body.int32());
  return whole(body, { kind: 'execute', portal, maxRows });
}

function readCopyFail(body: BodyReader): FrontendMessage {
  return whole(body, { kind: 'copyFail', reason: body.text() });
}

/** A count is believed only where the frame is long enough for it. */
function assertHolds(body: BodyReader, count: number, bytesEach: number): void {
  if (body.remaining < count * bytesEach) throw new PgError('08P01', 'insufficient data left in message');
}
