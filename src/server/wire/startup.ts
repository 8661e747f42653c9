/** What a client sends before it has a session: packets of a length and a code, without a type byte (protocol chapter, «Start-up»). */
import { PgError } from '../pg-error.ts';
import { BodyReader } from './body-reader.ts';
import type { StartupRequest } from './messages.ts';
import { ReceiveQueue } from './receive-queue.ts';

const CANCEL_CODE = 80_877_102;
const SSL_CODE = 80_877_103;
const GSS_CODE = 80_877_104;
/** PostgreSQL's bounds for the length word: itself and a code, and MAX_STARTUP_PACKET_LENGTH. */
const MIN_PACKET_BYTES = 8;
const MAX_PACKET_BYTES = 10_000;
/** Keys are 4 bytes in 3.0 and up to 256 from 3.2 on. */
const MAX_SECRET_BYTES = 256;

/** Finds startup packets in a stream; what follows the last of them is taken by `takeRest`. */
export class StartupDecoder {
  readonly #queue = new ReceiveQueue();

  push(chunk: Uint8Array): void {
    this.#queue.push(chunk);
  }

  /** Bytes behind the packets that were given. */
  get heldBytes(): number {
    return this.#queue.heldBytes;
  }

  /**
   * Gives the next request; null until more bytes come.
   * @throws {PgError} 08P01, 0A000, 22021, FATAL. Where `sqlState` is 08P01 and the length was wrong, PostgreSQL says nothing: `isSilent`.
   */
  next(): StartupRequest | null {
    const queue = this.#queue;
    if (!queue.has(4)) return null;
    const length = queue.bytes.readInt32BE(queue.at);
    if (length < MIN_PACKET_BYTES || length > MAX_PACKET_BYTES) throw new SilentError('invalid length of startup packet');
    if (!queue.has(length)) return null;
    const body = queue.bytes.subarray(queue.at + 4, queue.at + length);
    const request = readStartup(body);
    queue.skip(length);
    return request;
  }

  takeRest(): Uint8Array {
    return this.#queue.takeRest();
  }
}

/** A client that speaks no PostgreSQL: it is dropped without a word, as PostgreSQL does. */
export class SilentError extends PgError {
  constructor(message: string) {
    super('08P01', message, { severity: 'FATAL' });
    this.name = 'SilentError';
  }
}

/**
 * Reads one packet from behind its length word.
 *
 * body: int32 code, then by code: nothing (SSLRequest, GSSENCRequest); int32 process id and 4..256 bytes of key
 * (CancelRequest); pairs of NUL-terminated names and values, ended by an empty name (StartupMessage). Bytes are copied.
 * @throws {PgError} FATAL: 0A000 for a major version that is not 3; 08P01, 22021 for a body that is none.
 */
export function readStartup(body: Uint8Array): StartupRequest {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const reader = new BodyReader();
  reader.open(bytes, 0, bytes.length);
  const code = reader.uint32();
  if (code === SSL_CODE || code === GSS_CODE) {
    if (reader.remaining > 0) throw new SilentError('invalid length of startup packet');
    return { kind: code === SSL_CODE ? 'ssl' : 'gss' };
  }
  if (code === CANCEL_CODE) return readCancel(reader);
  const major = code >>> 16;
  const minor = code & 0xffff;
  if (major !== 3) {
    throw fatal('0A000', `unsupported frontend protocol ${major}.${minor}: server supports 3.0 to 3.2`);
  }
  return { kind: 'startup', major, minor, parameters: readParameters(reader) };
}

function readCancel(reader: BodyReader): StartupRequest {
  const secretBytes = reader.remaining - 4;
  if (secretBytes < 4 || secretBytes > MAX_SECRET_BYTES) throw new SilentError('invalid length of cancel request packet');
  const processId = reader.int32();
  return { kind: 'cancel', processId, secret: new Uint8Array(reader.view(secretBytes)) };
}

function readParameters(reader: BodyReader): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  try {
    for (;;) {
      const name = reader.text();
      if (name === '') break;
      parameters.set(name, reader.text());
    }
  } catch (error) {
    if (error instanceof PgError && error.sqlState === '22021') throw fatal('22021', error.message);
    throw invalidLayout();
  }
  if (reader.remaining > 0) throw invalidLayout();
  return parameters;
}

function invalidLayout(): PgError {
  return fatal('08P01', 'invalid startup packet layout: expected terminator as last byte');
}

function fatal(sqlState: string, message: string): PgError {
  return new PgError(sqlState, message, { severity: 'FATAL' });
}
