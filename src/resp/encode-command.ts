/**
 * Commands to bytes: a RESP array of bulk strings, the one form in which clients speak to Redis.
 * Arguments are length-prefixed, so no byte in them needs escaping.
 */

/**
 * Encodes one command.
 *
 * args: the command's name and its arguments; strings are sent as UTF-8
 * Source: RESP protocol specification, «Sending commands to a Redis server».
 */
export function encodeCommand(args: readonly (string | Uint8Array)[]): Buffer {
  const parts: Uint8Array[] = [Buffer.from(`*${args.length}\r\n`, 'latin1')];
  for (const arg of args) {
    const bytes = encodeBulk(arg);
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}

/** Encodes one argument as a bulk string: `$length CR LF bytes CR LF`. */
export function encodeBulk(arg: string | Uint8Array): Buffer {
  const bytes = typeof arg === 'string' ? Buffer.from(arg, 'utf8') : arg;
  return Buffer.concat([Buffer.from(`$${bytes.length}\r\n`, 'latin1'), bytes, CRLF]);
}

const CRLF = Buffer.from('\r\n', 'latin1');
