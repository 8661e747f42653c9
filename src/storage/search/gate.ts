/**
 * May an index answer for a pattern of keys at all (invariant 3)? Every reason against it is a remark. What a reply says
 * later (warnings, fewer keys than were counted) is looked at where the reply is read.
 */
import { prefixOf } from '../keys/glob.ts';
import { startsWith } from '../keys/key-reach.ts';
import { printableBytes } from '../keys/printable.ts';
import type { ScanRequest } from '../scan-words.ts';
import type { IndexInfo } from './catalog/index-info.ts';

/** `isSame`: the index holds the keys of the pattern and no others, so that counts of it are counts of rows. */
export type GateVerdict =
  | { readonly isOpen: true; readonly isSame: boolean }
  /** `isNear`: it holds keys of the pattern, so that one may wonder why it is not used. */
  | { readonly isOpen: false; readonly why: string; readonly isNear: boolean };

/** Says whether the index holds every key of the request's pattern and type. */
export function gateOf(index: IndexInfo, request: Pick<ScanRequest, 'source' | 'pattern' | 'template'>): GateVerdict {
  const why = refusalOf(index, request);
  if (why !== null) return { isOpen: false, why, isNear: isNear(index, request) };
  return { isOpen: true, isSame: request.template === null && isSamePattern(index, Buffer.from(request.pattern, 'utf8')) };
}

function refusalOf(index: IndexInfo, { source, pattern }: Pick<ScanRequest, 'source' | 'pattern'>): string | null {
  const wanted = source === 'json' ? 'JSON' : 'HASH';
  if (index.keyType !== wanted) return `it is on ${index.keyType}, not on ${wanted}`;
  const start = literalStartOf(Buffer.from(pattern, 'utf8'));
  if (!index.prefixes.some((prefix) => startsWith(start, prefix))) {
    const prefixes = index.prefixes.map((prefix) => JSON.stringify(printableBytes(prefix))).join(', ');
    return `its keys begin with ${prefixes}, which leaves out keys of ${JSON.stringify(pattern)}`;
  }
  if (index.hasFilter) return 'it has a FILTER';
  if (index.isIndexing || index.percentIndexed < 1) return `it is being built (${Math.floor(index.percentIndexed * 100)} %)`;
  if (Number.isNaN(index.failureCount)) return 'the server does not tell how many documents failed to be indexed';
  const failed = index.attributes.filter(({ failureCount }) => failureCount > 0).map(({ alias }) => alias);
  const failureCount = Math.max(index.failureCount, ...index.attributes.map((attribute) => attribute.failureCount));
  if (failureCount > 0) {
    const where = failed.length === 0 ? '' : ` in ${failed.join(', ')}`;
    return `it lacks ${failureCount} documents with values that are not of its types${where}`;
  }
  return null;
}

/** Of the type, and one of prefix and pattern begins with the other. */
function isNear({ keyType, prefixes }: IndexInfo, { source, pattern }: Pick<ScanRequest, 'source' | 'pattern'>): boolean {
  if ((keyType === 'JSON') !== (source === 'json')) return false;
  const start = literalStartOf(Buffer.from(pattern, 'utf8'));
  return prefixes.some((prefix) => startsWith(start, prefix) || startsWith(prefix, start));
}

/** The bytes that every key of a pattern begins with. */
export function literalStartOf(pattern: Uint8Array): Uint8Array {
  const start: number[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const byte = pattern[i] ?? 0;
    const following = pattern[i + 1];
    if (byte === 0x5c && following !== undefined) {
      start.push(following);
      i += 1;
    } else if (byte === 0x2a || byte === 0x3f || byte === 0x5b) break;
    else start.push(byte);
  }
  return Uint8Array.from(start);
}

/** One prefix is the pattern's own, others lie within it. */
function isSamePattern({ prefixes }: IndexInfo, pattern: Uint8Array): boolean {
  const own = prefixOf(pattern);
  if (own === null) return false;
  return prefixes.every((prefix) => startsWith(prefix, own));
}
