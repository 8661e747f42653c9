/** Finds the shapes of keys in a sample: `user:17`, `user:18`, … are `user:{id}`. Pure: takes names, gives patterns. */
import { escapeGlob } from './glob.ts';

/** A key as the sample has it. */
export interface SampledKey {
  readonly key: string;
  /** As TYPE gives it: 'hash', 'string', 'list', … */
  readonly type: string;
}

/** Keys of one type whose names differ only where they vary. */
export interface KeyShape {
  readonly type: string;
  /** What stands between the parts: mostly a colon. */
  readonly separator: string;
  /** The parts of the name; null where they vary. */
  readonly parts: readonly (string | null)[];
  /** A cluster's hash tag, `{user:1}:cart`: its braces are no part of the parts. */
  readonly tag?: TagBraces;
  /** How many of the sampled keys have it. */
  readonly count: number;
}

/** The part before which a tag opens, and the part behind which it closes. */
export interface TagBraces {
  readonly open: number;
  readonly close: number;
}

/** A shape with the sampled keys that have it. */
export interface ShapedKeys<Key extends SampledKey> {
  readonly shape: KeyShape;
  readonly keys: readonly Key[];
}

/** More different words than this in one place are values, not names; first parts are kinds of things, and there are many. */
const MOST_NAMES = 24;
const MOST_FIRST_NAMES = 500;
/** A first word with so many sampled keys may be a kind of keys, though most are none. */
const KIND_KEYS = 3;
/** What looks like an identifier: numbers, dates, UUIDs, long hexadecimal words; . */
const ID_LIKE = /^(?:[0-9][0-9.\-_T]*|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{8,})$/i;
/** Bytes that are no text, as a key's printable form has them, are values. */
const BINARY = /\\x[89a-f][0-9a-f]|\p{Cc}/u;

/** Gives the shapes of these keys, those with the most keys first. */
export function keyShapesIn(keys: readonly SampledKey[]): readonly KeyShape[] {
  return shapedKeysIn(keys).map(({ shape }) => shape);
}

/** As keyShapesIn, each shape with its keys. */
export function shapedKeysIn<Key extends SampledKey>(keys: readonly Key[]): readonly ShapedKeys<Key>[] {
  const groups = new Map<string, Split<Key>[]>();
  for (const key of keys) {
    const separator = separatorOf(key.key);
    const { parts, tag } = partsOf(key.key, separator);
    const name = `${key.type}\0${separator}\0${parts.length}\0${tag === undefined ? '' : `${tag.open}-${tag.close}`}`;
    const group = groups.get(name) ?? [];
    group.push({ parts, key, tag });
    groups.set(name, group);
  }
  const shaped = [...groups].flatMap(([name, group]) => {
    const [type = '', separator = ':'] = name.split('\0');
    return shapesOf(group, 0, []).map(({ parts, keys: own }) => ({
      shape: { type, separator, parts, count: own.length, ...(own[0]?.tag === undefined ? {} : { tag: own[0].tag }) },
      keys: own.map(({ key }) => key),
    }));
  });
  return shaped.sort(({ shape: a }, { shape: b }) => b.count - a.count || (a.parts.join() < b.parts.join() ? -1 : 1));
}

/** Splits a name, and takes the braces of its tag off where they stand around whole parts. */
function partsOf(key: string, separator: string): { readonly parts: readonly string[]; readonly tag: TagBraces | undefined } {
  const parts = key.split(separator);
  const open = parts.findIndex((part) => part.startsWith('{'));
  const close = open < 0 ? -1 : parts.findIndex((part, at) => at >= open && part.endsWith('}'));
  if (close < 0) return { parts, tag: undefined };
  const bare = parts.map((part, at) => part.slice(at === open ? 1 : 0, at === close ? -1 : undefined));
  return bare[open] === '' || bare[close] === '' ? { parts, tag: undefined } : { parts: bare, tag: { open, close } };
}

/** Puts the braces of the tag back on, as they are written there. */
function withBraces({ tag }: KeyShape, parts: readonly string[], open: string, close: string): readonly string[] {
  if (tag === undefined) return parts;
  return parts.map((part, at) => (at === tag.open ? open : '') + part + (at === tag.close ? close : ''));
}

/** Colons are the custom; some write paths, some put a number behind a dot or an underscore. */
function separatorOf(key: string): string {
  if (key.includes(':')) return ':';
  if (key.includes('/')) return '/';
  return ['.', '_'].find((mark) => key.includes(mark) && isIdLike(key.slice(key.lastIndexOf(mark) + 1))) ?? ':';
}

function isIdLike(word: string): boolean {
  return ID_LIKE.test(word) || BINARY.test(word);
}

interface Split<Key> {
  readonly parts: readonly string[];
  readonly key: Key;
  readonly tag: TagBraces | undefined;
}

interface Found<Key> {
  readonly parts: readonly (string | null)[];
  readonly keys: readonly Split<Key>[];
}

/** Splits keys of equal length by their part at `at`, unless it varies. */
function shapesOf<Key>(keys: readonly Split<Key>[], at: number, before: readonly (string | null)[]): Found<Key>[] {
  const length = keys[0]?.parts.length ?? 0;
  if (at === length) return [{ parts: before, keys }];
  const byWord = new Map<string, Split<Key>[]>();
  for (const key of keys) {
    const word = key.parts[at] ?? '';
    const same = byWord.get(word) ?? [];
    same.push(key);
    byWord.set(word, same);
  }
  const isTenant = at === 0 && byWord.size > MOST_NAMES && areNames(keys.map(({ parts }) => parts[1]));
  if (!isTenant && !varies([...byWord.keys()], at, length)) {
    return [...byWord].flatMap(([word, same]) => shapesOf(same, at + 1, [...before, word]));
  }
  const kinds = at === 0 && !isTenant ? kindsOf(byWord) : new Set<string>();
  const rest = keys.filter(({ parts }) => !kinds.has(parts[at] ?? ''));
  return [
    ...[...kinds].flatMap((word) => shapesOf(byWord.get(word) ?? [], at + 1, [...before, word])),
    ...(rest.length === 0 ? [] : shapesOf(rest, at + 1, [...before, null])),
  ];
}

/**
 * True for the few names that follow a part which varies: `acme:user:1`, `globex:user:1` are of tenants, `zoe:profile` is of
 * a person. What follows a kind of keys are identifiers.
 */
function areNames(words: readonly (string | undefined)[]): boolean {
  const different = [...new Set(words)].filter((word) => word !== undefined);
  const ids = different.filter(isIdLike).length;
  return different.length > 0 && different.length <= MOST_NAMES && ids <= different.length / 2;
}

/** Gives the first words that are kinds of keys though most are none: they have many keys. */
function kindsOf(byWord: ReadonlyMap<string, readonly unknown[]>): ReadonlySet<string> {
  const kinds = [...byWord].filter(([word, { length }]) => length >= KIND_KEYS && !isIdLike(word));
  return new Set(kinds.length > MOST_FIRST_NAMES ? [] : kinds.map(([word]) => word));
}

/** The first part is a name where it can be one; the last varies as soon as there are two of it. */
function varies(words: readonly string[], at: number, length: number): boolean {
  const ids = words.filter(isIdLike).length;
  if (ids > words.length / 2) return true;
  if (words.length > (at === 0 ? MOST_FIRST_NAMES : MOST_NAMES)) return true;
  return at > 0 && at === length - 1 && words.length > 1;
}

/**
 * The pattern that a table of the shape is made with: a template where a glob would take other keys in, too, else the glob;
 * braces of the keys themselves escaped. `all`: the shapes of the database.
 */
export function patternOf(shape: KeyShape, all: readonly KeyShape[]): string {
  if (needsTemplate(shape, all)) return templateOf(shape, new Set());
  return globOf(shape).replace(/[{}]/g, '\\$&');
}

/** The shape as a glob: `user:*`. */
export function globOf(shape: KeyShape): string {
  const parts = shape.parts.map((part) => (part === null ? '*' : literalGlob(part)));
  return withBraces(shape, parts, '{', '}').join(shape.separator);
}

/**
 * The shape as a key template: `user:{id}`. Captures are named behind the word before them, unless that is taken.
 * @param taken names of columns, lower case.
 */
export function templateOf(shape: KeyShape, taken: ReadonlySet<string>): string {
  const parts = templatePartsOf(shape, taken, (part) => literalGlob(part).replace(/[{}]/g, '\\$&'));
  return withBraces(shape, parts, '\\{', '\\}').join(shape.separator);
}

/** The parts of the template as people read them: nothing is escaped. */
export function shownPartsOf(shape: KeyShape): readonly string[] {
  return withBraces(
    shape,
    templatePartsOf(shape, new Set(), (part) => part),
    '{',
    '}',
  );
}

function templatePartsOf({ parts }: KeyShape, taken: ReadonlySet<string>, literal: (part: string) => string): readonly string[] {
  const used = new Set(taken);
  const last = parts.length - 1;
  return parts.map((part, at) => {
    if (part !== null) return literal(part);
    const before = parts[at - 1];
    const wanted = at === last || typeof before !== 'string' ? 'id' : `${identifierFrom(before)}_id`;
    return `{${free(wanted, used)}}`;
  });
}

/**
 * A glob's `*` goes over colons: where longer keys of the type lie behind it, or parts vary in the middle, a template tells
 * them apart. `all`: the shapes of the database.
 */
export function needsTemplate(shape: KeyShape, all: readonly KeyShape[]): boolean {
  const { parts, type } = shape;
  if (parts.slice(0, -1).includes(null)) return true;
  return all.some(
    (other) =>
      other.type === type &&
      other.parts.length > parts.length &&
      parts.every((part, at) => part === null || part === other.parts[at]),
  );
}

/** A table's name: the parts that do not vary. */
export function tableNameOf({ parts }: KeyShape): string {
  const words = parts.filter((part) => part !== null).map(identifierFrom);
  return words.filter((word) => word !== '').join('_');
}

/** A word as a name that needs no quotes: letters of any script in lower case, digits and _. */
export function identifierFrom(word: string): string {
  const plain = word
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{Nd}_]+/gu, '_')
    .replace(/^_+|_+$/g, '');
  return /^\p{Nd}/u.test(plain) ? `_${plain}` : plain;
}

function free(wanted: string, used: Set<string>): string {
  let name = wanted;
  for (let n = 1; used.has(name); n++) name = n === 1 ? `key_${wanted}` : `key_${wanted}_${n}`;
  used.add(name);
  return name;
}

/** The glob that matches this text and nothing else. */
export function literalGlob(text: string): string {
  return Buffer.from(escapeGlob(Buffer.from(text))).toString();
}
