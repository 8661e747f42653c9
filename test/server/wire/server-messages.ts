/** What a server sent, taken apart for tests: type byte, body, and errors by field. */

export interface ServerMessage {
  readonly type: string;
  readonly body: Buffer;
}

/** Splits whole messages off; what is left is a cut one. */
export function splitMessages(bytes: Buffer): { readonly messages: ServerMessage[]; readonly rest: Buffer } {
  const messages: ServerMessage[] = [];
  let at = 0;
  while (bytes.length - at >= 5) {
    const end = at + 1 + bytes.readInt32BE(at + 1);
    if (end > bytes.length) break;
    messages.push({ type: String.fromCharCode(bytes[at] ?? 0), body: bytes.subarray(at + 5, end) });
    at = end;
  }
  return { messages, rest: bytes.subarray(at) };
}

/** The fields of ErrorResponse or NoticeResponse by their letter. */
export function fieldsOf({ body }: ServerMessage): Record<string, string> {
  const parts = body.toString('utf8').split('\0');
  return Object.fromEntries(parts.filter((part) => part !== '').map((part) => [part[0] ?? '', part.slice(1)]));
}
