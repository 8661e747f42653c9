/**
 * Which keys a filter over `_key` can reach, as data that can be intersected (AND) and united (OR). A reach always covers
 * the true keys; `isExact` says that it covers no others. Knows nothing of servers and patterns other than `prefix*`.
 */

/** Every key, the named ones (each once), or those that begin with a prefix (at least one byte). */
export type Reach =
  | { readonly kind: 'all' }
  | { readonly kind: 'keys'; readonly keys: readonly Uint8Array[] }
  | { readonly kind: 'prefix'; readonly prefix: Uint8Array };

export interface KeySet {
  readonly reach: Reach;
  readonly isExact: boolean;
}

export const ALL: Reach = { kind: 'all' };
export const NONE: Reach = { kind: 'keys', keys: [] };

/** Gives the reach of a prefix; the empty one reaches all. */
export function prefixReach(prefix: Uint8Array): Reach {
  return prefix.length === 0 ? ALL : { kind: 'prefix', prefix };
}

/** Gives the keys that both sets hold; never loses exactness. */
export function intersect(a: KeySet, b: KeySet): KeySet {
  return { reach: intersectReach(a.reach, b.reach), isExact: a.isExact && b.isExact };
}

/** Gives the keys that one of the sets holds; two prefixes become the longest they have in common, which may be more. */
export function unite(a: KeySet, b: KeySet): KeySet {
  const { reach, isWhole } = uniteReach(a.reach, b.reach);
  const isEverything = (a.isExact && a.reach.kind === 'all') || (b.isExact && b.reach.kind === 'all');
  return { reach, isExact: isEverything || (isWhole && a.isExact && b.isExact) };
}

/** Drops repeated keys; the first of each stays where it is. */
export function distinctKeys(keys: readonly Uint8Array[]): Uint8Array[] {
  const seen = new Map<string, Uint8Array>();
  for (const key of keys) {
    const text = textOf(key);
    if (!seen.has(text)) seen.set(text, key);
  }
  return [...seen.values()];
}

/** One character a byte: equal for equal bytes. */
function textOf(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1');
}

export function startsWith(key: Uint8Array, prefix: Uint8Array): boolean {
  return key.length >= prefix.length && Buffer.compare(key.subarray(0, prefix.length), prefix) === 0;
}

function intersectReach(a: Reach, b: Reach): Reach {
  if (a.kind === 'all') return b;
  if (b.kind === 'all') return a;
  if (a.kind === 'keys' && b.kind === 'keys') {
    const others = new Set(b.keys.map(textOf));
    return { kind: 'keys', keys: a.keys.filter((key) => others.has(textOf(key))) };
  }
  if (a.kind === 'keys') return intersectReach(b, a);
  if (b.kind === 'keys') return { kind: 'keys', keys: b.keys.filter((key) => startsWith(key, a.prefix)) };
  if (startsWith(a.prefix, b.prefix)) return a;
  return startsWith(b.prefix, a.prefix) ? b : NONE;
}

/** `isWhole`: the union holds nothing that neither side holds. */
function uniteReach(a: Reach, b: Reach): { reach: Reach; isWhole: boolean } {
  if (a.kind === 'keys' && b.kind === 'keys')
    return { reach: { kind: 'keys', keys: distinctKeys([...a.keys, ...b.keys]) }, isWhole: true };
  if (a.kind === 'all' || b.kind === 'all') return { reach: ALL, isWhole: true };
  const starts = [...startsOf(a), ...startsOf(b)];
  const [first = new Uint8Array(0)] = starts;
  const common = starts.reduce((prefix, start) => prefix.subarray(0, commonLength(prefix, start)), first);
  const isWhole = [a, b].some((side) => side.kind === 'prefix' && side.prefix.length === common.length);
  return { reach: prefixReach(common), isWhole };
}

function startsOf(reach: Reach): readonly Uint8Array[] {
  if (reach.kind === 'prefix') return [reach.prefix];
  return reach.kind === 'keys' ? reach.keys : [];
}

function commonLength(a: Uint8Array, b: Uint8Array): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return length;
}
