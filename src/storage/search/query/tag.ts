/**
 * Equality and prefixes of texts over TAG attributes. The module splits a value at the separator and trims each piece of white
 * space (neither where there is no separator, as documents have it), cuts it at 4,096 bytes and at a zero byte, and folds ASCII
 * case unless told not to. So a row with the value always has these tags, and other rows may have them, too: never exact for
 * VARCHAR (measured; traps 1 to 8). In a query it also takes a backslash before ASCII punctuation or white space out of a tag, even
 * of a parameter (measured).
 */
import type { IndexAttribute } from '../catalog/index-info.ts';
import type { Fragment } from './fragment.ts';

/** The module cuts here. */
const MAX_TAG_BYTES = 4096;
/** What isspace() takes off both ends in the C locale. */
const EDGE_SPACE = /^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g;
/** What ispunct() and isspace() know behind a backslash. */
const ESCAPE = /\\[\t-\r !-/:-@[-`{-~]/;

/** Gives the query for the tags that every row with this value has; null where there is none to look for. */
export function tagEquals(name: string, attribute: IndexAttribute, value: string): Fragment | null {
  if (value === '') return attribute.hasEmpty ? [`${name}:{""}`] : null;
  const tags = tagsOf(attribute, value);
  return tags === null ? null : conjunction(tags.map((tag) => anyOf(name, spellingsOf(tag))));
}

/** Gives one query for any of the values; null where one of them has none. */
export function tagIn(name: string, attribute: IndexAttribute, values: readonly string[]): Fragment | null {
  const single: string[] = [];
  const others: Fragment[] = [];
  for (const value of values) {
    const tags = value === '' ? null : tagsOf(attribute, value);
    const [only] = tags ?? [];
    const fragment = tags?.length === 1 ? null : tagEquals(name, attribute, value);
    if (tags?.length === 1 && only !== undefined) single.push(...spellingsOf(only));
    else if (fragment === null) return null;
    else others.push(fragment);
  }
  const parts = single.length === 0 ? others : [anyOf(name, single), ...others];
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
  const parts: Fragment[] = whole.map((tag) => anyOf(name, spellingsOf(tag)));
  if (Buffer.byteLength(last) >= Math.max(1, minPrefixBytes)) parts.push(anyOf(name, spellingsOf(last), '*'));
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

/** Gives the query for any of the tags, or of those that begin with them. */
function anyOf(name: string, tags: readonly string[], end: '' | '*' = ''): Fragment {
  return [`${name}:{`, ...tags.flatMap((tag, i) => [i === 0 ? '' : '|', { param: tag }, end]), '}'];
}

/** How to ask for a tag: with its backslashes doubled, and as it is, should a version of the module take none out. */
function spellingsOf(tag: string): string[] {
  return ESCAPE.test(tag) ? [tag.replaceAll('\\', '\\\\'), tag] : [tag];
}

function isPlain(value: string): boolean {
  return !value.includes('\0') && value.isWellFormed();
}

function conjunction(parts: readonly Fragment[]): Fragment {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  return ['(', ...parts.flatMap((part, i) => (i === 0 ? part : [' ', ...part])), ')'];
}
