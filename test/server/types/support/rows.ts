/** DataRow and CopyData messages taken apart, and columns as a client is told of them. */
import { pgTypeByOid } from '../../../../src/server/types/index.ts';
import type { PgColumn } from '../../../../src/server/words.ts';

export function columnOf(typeOid: number, typeModifier = -1, name = 'c'): PgColumn {
  return { name, tableOid: 0, columnNumber: 0, typeOid, typeSize: pgTypeByOid(typeOid)?.size ?? -1, typeModifier };
}

/** The bodies of messages of one kind, one behind the other. @throws where another kind or a wrong length stands. */
export function bodiesOf(bytes: Uint8Array, kind: 'D' | 'd'): Buffer[] {
  const buffer = Buffer.from(bytes);
  const bodies: Buffer[] = [];
  for (let at = 0; at < buffer.length; ) {
    if (buffer[at] !== kind.charCodeAt(0)) throw new Error(`no ${kind} at ${at}`);
    const end = at + 1 + buffer.readInt32BE(at + 1);
    if (end > buffer.length) throw new Error(`the message at ${at} ends at ${end} of ${buffer.length}`);
    bodies.push(buffer.subarray(at + 5, end));
    at = end;
  }
  return bodies;
}

/** The values of rows. */
export function cellsOf(bytes: Uint8Array): (Buffer | null)[][] {
  return bodiesOf(bytes, 'D').map((body) => {
    const cells: (Buffer | null)[] = [];
    let at = 2;
    for (let i = 0; i < body.readInt16BE(0); i++) {
      const byteCount = body.readInt32BE(at);
      at += 4;
      cells.push(byteCount < 0 ? null : body.subarray(at, at + byteCount));
      at += Math.max(byteCount, 0);
    }
    if (at !== body.length) throw new Error(`the row ends at ${at} of ${body.length}`);
    return cells;
  });
}
