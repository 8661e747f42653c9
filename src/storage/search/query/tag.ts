/**
 * Equality and prefixes of texts over TAG attributes. The module splits a value at the separator and trims each piece of white
 * space (neither where there is no separator, as documents have it), cuts it at 4,096 bytes and at a zero byte, and folds ASCII
 * case unless told not to. So a row with the value always has these tags, and other rows may have them, too: never exact for
 * VARCHAR (measured; traps 1 to 8).
 */
import type { IndexAttribute } from '../catalog/index-info.ts';
import type { Fragment } from './fragment.ts';

/** The module cuts here. */
const MAX_TAG_BYTES = 4096;
/** What isspace() takes off both ends in the C locale. */
const EDGE_SPACE = /^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g;

/** Gives the query for the tags that every row with this value has; null where there is none to look for. */
export function tagEquals(name: string, attribute: IndexAttribute, value: string): Fragment | null {
  if (value === '') return attribute.hasEmpty ? [`${name}:{""}`] : null;
  const tags = tagsOf(attribute, value);
  return tags === null ? null : conjunction(tags.map((tag) => [`${name}:{`, { param: tag }, '}']));
}

/** Gives one query for any of the values; null where one of them has none. */
export function tagIn(name: string, attribute: IndexAttribute, values: readonly string[]): Fragment | null {
  const single: string[] = [];
  const others: Fragment[] = [];
  for (const value of values) {
    const tags = value === '' ? null : tagsOf(attribute, value);
    const [only] = tags ?? [];
    const fragment = tags?.length === 1 ? null : tagEquals(name, attribute, value);
    if (tags?.length === 1 && only !== undefined) single.push(only);
    else if (fragment === null) return null;
    else others.push(fragment);
  }
  const together = single.flatMap((tag, i) => [i === 0 ? '' : '|', { param: tag }]);
  const parts = single.length === 0 ? others : [[`${name}:{`, ...together, '}'], ...others];
  const [first] = parts;
  if (first === undefined) return null;
  return parts.length === 1 ? first : ['(', ...parts.flatMap((part, i) => (i === 0 ? part : [' | ', ...part])), ')'];
}

/**
 * Gives the query for values that begin with a text: all pieces but the last are whole tags, the last is a prefix. Null
 * where nothing is left to look for.
 */
export function tagPrefix(name: string, attribute: IndexAttribute, prefix: string, minPrefixBytes: number): Fragment | null {
  if (!isPlain(prefix) || Buffer.byteLength(prefix) >= MAX_TAG_BYTES) return null;
  const pieces = piecesOf(attribute, prefix);
  // Behind the prefix the value goes on: white space at its own end is inside the tag, or it is cut off.
  const last = pieces.pop() ?? '';
  const whole = pieces.filter((piece) => piece !== '');
  const parts: Fragment[] = whole.map((tag) => [`${name}:{`, { param: tag }, '}']);
  if (Buffer.byteLength(last) >= Math.max(1, minPrefixBytes)) parts.push([`${name}:{`, { param: last }, '*}']);
  return parts.length === 0 ? null : conjunction(parts);
}

/** The tags of a value, at least one; null where it has none, or where the module may see another text than we do. */
function tagsOf(attribute: IndexAttribute, value: string): string[] | null {
  if (!isPlain(value)) return null;
  const tags = piecesOf(attribute, value).filter((piece) => piece !== '');
  const isShort = tags.every((tag) => Buffer.byteLength(tag) < MAX_TAG_BYTES);
  return tags.length === 0 || !isShort ? null : tags;
}

function piecesOf({ separator }: IndexAttribute, value: string): string[] {
  return separator === '' ? [value] : value.split(separator).map(trimmed);
}

function trimmed(piece: string): string {
  return piece.replace(EDGE_SPACE, '');
}

function isPlain(value: string): boolean {
  return !value.includes('\0') && value.isWellFormed();
}

function conjunction(parts: readonly Fragment[]): Fragment {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  return ['(', ...parts.flatMap((part, i) => (i === 0 ? part : [' ', ...part])), ')'];
}
