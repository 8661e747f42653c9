/**
 * What a reply may claim at most, checked before memory is taken for it, and the error for bytes that are no RESP.
 * Limits follow Redis' own (proto-max-bulk-len 512 MB) with room for what its commands can really answer.
 */
import { RedQueryError } from '../errors.ts';

/** Bytes of one bulk string: Redis' proto-max-bulk-len default. */
export const MAX_BULK_BYTES = 512 * 1024 * 1024;
/** Elements of one aggregate (both halves of a map count). */
export const MAX_AGGREGATE_COUNT = 64 * 1024 * 1024;
/** Bytes of a simple string, an error or a number, CR LF included. */
export const MAX_LINE_BYTES = 64 * 1024;
/** Aggregates within aggregates. */
export const MAX_DEPTH = 32;
/** Bytes of one row's replies: offsets into a row are Int32. */
export const MAX_ROW_BYTES = 0x7fff_ffff;

/**
 * Gives the error for bytes that are no RESP, with the byte's place shown in a printable form.
 * `bytes[at]` is the first byte that is wrong.
 */
export function protocolError(what: string, bytes: Uint8Array, at: number): RedQueryError {
  const shown = Buffer.from(bytes.subarray(at, Math.min(at + 16, bytes.length))).toString('latin1');
  return new RedQueryError('RQ_PROTOCOL', `the server's reply is not valid RESP: ${what} at ${JSON.stringify(shown)}`, {
    hint: 'Check that the address is that of a Redis server and not of a proxy or another service.',
  });
}
