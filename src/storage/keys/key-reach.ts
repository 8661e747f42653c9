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

/** More keys than these are not named one by one: so many take some 0.2 s before the first is asked for. */
export const MOST_KEYS = 50_000;

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

/**
 * Gives the keys that one of the sets holds, in time linear in all their keys; the union of no sets holds none. Prefixes become
 * the longest they have in common, more than `MOST_KEYS` keys become all: both may be more than what the sets hold.
 */
export function unite(sets: readonly KeySet[]): KeySet {
  if (sets.some(({ reach }) => reach.kind === 'all'))
    return { reach: ALL, isExact: sets.some(({ reach, isExact }) => isExact && reach.kind === 'all') };
  const reaches = sets.map(({ reach }) => reach);
  const isExact = sets.every((set) => set.isExact);
  const keys = distinctKeys(reaches.flatMap((reach) => (reach.kind === 'keys' ? reach.keys : [])));
  const prefixes = reaches.flatMap((reach) => (reach.kind === 'prefix' ? [reach.prefix] : []));
  if (keys.length > MOST_KEYS) return { reach: ALL, isExact: false };
  if (prefixes.length === 0) return { reach: { kind: 'keys', keys }, isExact };
  const common = commonPrefix([...prefixes, ...keys]);
  // Whole: the common prefix is one of the prefixes, so that it holds nothing that no set holds.
  return { reach: prefixReach(common), isExact: isExact && prefixes.some((prefix) => prefix.length === common.length) };
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

/** Gives the longest prefix of all texts. */
export function commonPrefix(texts: readonly Uint8Array[]): Uint8Array {
  const [first = new Uint8Array(0)] = texts;
  let length = first.length;
  for (const text of texts) length = Math.min(length, commonLength(first, text));
  return first.subarray(0, length);
}

function commonLength(a: Uint8Array, b: Uint8Array): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return length;
}
