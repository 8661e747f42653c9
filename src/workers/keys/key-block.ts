/**
 * Keys on their way from SCAN (or from a list) to the fetches: one buffer in the form in which a command names them, and
 * where each key lies in it. Requests are made from it without an object a key.
 */
import { isUtf8 } from 'node:buffer';
import { encodeBulk } from '../../resp/encode-command.ts';
import type { ColumnPart } from '../../storage/scan-words.ts';

/** `count` keys; key i is bytes[starts[i], ends[i]), preceded by `$length CR LF` and followed by CR LF. */
export interface KeyBlock {
  readonly bytes: Buffer;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly count: number;
  /** True where every key is UTF-8. */
  readonly isUtf8: boolean;
  /** What a search says of its documents, by the place `starts[i]` of their keys. */
  readonly extras?: ReadonlyMap<number, KeyExtras>;
}

/** Values of parts that come with the key, as text. */
export type KeyExtras = Readonly<Partial<Record<ColumnPart, Buffer>>>;

/** A block without keys. */
export const NO_KEYS: KeyBlock = {
  bytes: Buffer.alloc(0),
  starts: new Int32Array(),
  ends: new Int32Array(),
  count: 0,
  isUtf8: true,
};

/** Gives the block without the keys of which `isKept` says no; the block itself where that is none. */
export function keptOf(block: KeyBlock, isKept: (start: number, end: number) => boolean): KeyBlock {
  const { starts, ends } = block;
  const keeps = (key: number): boolean => isKept(starts[key] ?? 0, ends[key] ?? 0);
  let first = 0;
  while (first < block.count && keeps(first)) first += 1;
  if (first === block.count) return block;
  const keptStarts = starts.slice();
  const keptEnds = ends.slice();
  let count = first;
  for (let key = first + 1; key < block.count; key++) {
    if (!keeps(key)) continue;
    keptStarts[count] = starts[key] ?? 0;
    keptEnds[count] = ends[key] ?? 0;
    count += 1;
  }
  return { ...block, starts: keptStarts, ends: keptEnds, count };
}

/** A command that is the same for every key but for the key: what stands before and behind it. */
export interface KeyCommand {
  readonly before: Buffer;
  readonly after: Buffer;
}

/** Makes `name key args…` a template; `word` stands between name and key, as in `OBJECT ENCODING key`. */
export function keyCommand(name: string, args: readonly (string | Uint8Array)[] = [], word: string | null = null): KeyCommand {
  const bulks = args.map(encodeBulk);
  return {
    before: Buffer.concat([
      Buffer.from(`*${args.length + (word === null ? 2 : 3)}\r\n`),
      encodeBulk(name),
      ...(word === null ? [] : [encodeBulk(word)]),
    ]),
    after: Buffer.concat(bulks),
  };
}

/** Takes `keys` into one block. */
export function blockFromKeys(keys: readonly Uint8Array[]): KeyBlock {
  const starts = new Int32Array(keys.length);
  const ends = new Int32Array(keys.length);
  const parts: Buffer[] = [];
  let position = 0;
  for (const [index, key] of keys.entries()) {
    const bulk = encodeBulk(key);
    parts.push(bulk);
    starts[index] = position + headerLengthFor(key.length);
    ends[index] = position + bulk.length - 2;
    position += bulk.length;
  }
  const bytes = Buffer.concat(parts);
  return { bytes, starts, ends, count: keys.length, isUtf8: isUtf8(bytes) };
}

/**
 * Encodes all `commands` for the keys [from, to) of a block, key by key.
 * Byte loops: the pieces are some 10–60 bytes, where a call of `copy` costs more than the bytes. Bench: bench/micro/scan-loop.ts.
 */
export function encodeForKeys(block: KeyBlock, from: number, to: number, commands: readonly KeyCommand[]): Buffer {
  const { bytes, starts, ends } = block;
  let fixedBytes = 0;
  for (const { before, after } of commands) fixedBytes += before.length + after.length;
  let keyBytes = 0;
  for (let i = from; i < to; i++) keyBytes += (ends[i] ?? 0) - (starts[i] ?? 0) + MAX_HEADER_BYTES + 2;
  const out = Buffer.allocUnsafeSlow(keyBytes * commands.length + fixedBytes * (to - from));
  let at = 0;
  for (let i = from; i < to; i++) {
    const keyStart = starts[i] ?? 0;
    const keyEnd = ends[i] ?? 0;
    const bulkStart = keyStart - headerLengthFor(keyEnd - keyStart);
    for (let c = 0; c < commands.length; c++) {
      const command = commands[c];
      if (command === undefined) break;
      at = put(out, at, command.before, 0, command.before.length);
      at = put(out, at, bytes, bulkStart, keyEnd + 2);
      at = put(out, at, command.after, 0, command.after.length);
    }
  }
  return out.subarray(0, at);
}

/** Encodes one command for the keys [from, to) of a block together: `name key… args`. */
export function encodeTogether(
  block: KeyBlock,
  from: number,
  to: number,
  name: string,
  args: readonly (string | Uint8Array)[],
): Buffer {
  const { bytes, starts, ends } = block;
  const before = Buffer.concat([Buffer.from(`*${to - from + 1 + args.length}\r\n`), encodeBulk(name)]);
  const after = Buffer.concat(args.map(encodeBulk));
  let most = before.length + after.length;
  for (let i = from; i < to; i++) most += (ends[i] ?? 0) - (starts[i] ?? 0) + MAX_HEADER_BYTES + 2;
  const out = Buffer.allocUnsafeSlow(most);
  let at = put(out, 0, before, 0, before.length);
  for (let i = from; i < to; i++) {
    const keyStart = starts[i] ?? 0;
    const keyEnd = ends[i] ?? 0;
    at = put(out, at, bytes, keyStart - headerLengthFor(keyEnd - keyStart), keyEnd + 2);
  }
  at = put(out, at, after, 0, after.length);
  return out.subarray(0, at);
}

/** Longest `$length CR LF` of a bulk string of at most 512 MB. */
const MAX_HEADER_BYTES = 12;
const LOOP_BYTES = 64;

function put(out: Buffer, at: number, from: Buffer, start: number, end: number): number {
  if (end - start > LOOP_BYTES) return at + from.copy(out, at, start, end);
  for (let i = start; i < end; i++) out[at++] = from[i] ?? 0;
  return at;
}

function headerLengthFor(byteCount: number): number {
  if (byteCount < 10) return 4;
  if (byteCount < 100) return 5;
  if (byteCount < 1000) return 6;
  return 3 + String(byteCount).length;
}
