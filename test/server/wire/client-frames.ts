/** What a client sends, as bytes: builders for tests, written from the protocol chapter and not from the decoder. */

export function int16(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value & 0xffff, 2 * index);
  return bytes;
}

export function int32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeInt32BE(value | 0, 4 * index);
  return bytes;
}

export function text(...values: readonly string[]): Buffer {
  return Buffer.from(values.map((value) => `${value}\0`).join(''), 'utf8');
}

/** Type byte, length, body. */
export function frame(type: string, ...body: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.concat(body);
  return Buffer.concat([Buffer.from(type, 'latin1'), int32(bytes.length + 4), bytes]);
}

/** Length, code, body: a packet before the session. */
export function packet(code: number, ...body: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.concat(body);
  return Buffer.concat([int32(bytes.length + 8, code), bytes]);
}

export function startup(parameters: Readonly<Record<string, string>>, version = 0x30000): Buffer {
  return packet(version, text(...Object.entries(parameters).flat()), Buffer.from([0]));
}

export const SSL_REQUEST = packet(80877103);
export const GSS_REQUEST = packet(80877104);
export const SYNC = frame('S');
export const TERMINATE = frame('X');

export function cancelRequest(processId: number, secret: Uint8Array): Buffer {
  return packet(80877102, int32(processId), secret);
}

export function query(sql: string): Buffer {
  return frame('Q', text(sql));
}

export function parse(name: string, sql: string, types: readonly number[] = []): Buffer {
  return frame('P', text(name, sql), int16(types.length), int32(...types));
}

export interface BindParts {
  readonly portal?: string;
  readonly statement?: string;
  readonly parameterFormats?: readonly number[];
  readonly values?: readonly (string | Uint8Array | null)[];
  readonly resultFormats?: readonly number[];
}

export function bind(parts: BindParts): Buffer {
  const { portal = '', statement = '', parameterFormats = [], values = [], resultFormats = [] } = parts;
  const sized = values.flatMap((value) => {
    if (value === null) return [int32(-1)];
    const bytes = Buffer.from(value);
    return [int32(bytes.length), bytes];
  });
  return frame(
    'B',
    text(portal, statement),
    int16(parameterFormats.length, ...parameterFormats),
    int16(values.length),
    ...sized,
    int16(resultFormats.length, ...resultFormats),
  );
}

export function describe(target: 'S' | 'P', name = ''): Buffer {
  return frame('D', Buffer.from(target), text(name));
}

export function execute(portal = '', maxRows = 0): Buffer {
  return frame('E', text(portal), int32(maxRows));
}

export function close(target: 'S' | 'P', name = ''): Buffer {
  return frame('C', Buffer.from(target), text(name));
}
