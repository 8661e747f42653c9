/**
 * Looks whether an attribute holds the values that its keys have. FT.ALTER … SKIPINITIALSCAN adds one that knows only what is
 * written later, and FT.INFO does not tell it from a whole one (measured): so each of some keys is looked for by its own value.
 */
import { RedQueryError } from '../../../errors.ts';
import type { Reply } from '../../../resp/index.ts';
import { PhysicalViews, parserOf, printBackParserOf } from '../../../types/index.ts';
import type { TableColumn } from '../../scan-words.ts';
import { attributeName, type Fragment, queryTextOf } from '../query/fragment.ts';
import { tagEquals, tagIn } from '../query/tag.ts';
import type { SearchConnections } from './index-catalog.ts';
import type { IndexAttribute, IndexInfo } from './index-info.ts';
import { attributesOf, itemsOf, numberOf, searchReplyFrom, textOf } from './replies.ts';
import type { ServerFacts } from './server-facts.ts';

/** Keys of one question. */
const MOST_KEYS = 200;
/** Circles and words of one question: each costs more than a tag. */
const MOST_DEAR = 40;
/** A place is kept to 0.6 m; far north the module loses points. */
const CIRCLE_M = 2;
const MOST_LATITUDE = 75;
/** Found as it is, whatever the module's words to leave out and stems are. */
const PLAIN_WORD = /(?<=^|\s)[A-Za-z]{6,}(?=\s|$)/g;

/** A key with the texts of its value; none: it has no value. */
interface Held {
  readonly key: Buffer;
  readonly texts: readonly string[];
  readonly isText: boolean;
}

/** Gives the attributes that a query's words name. */
export function attributesIn(index: IndexInfo, words: string): IndexAttribute[] {
  return index.attributes.filter(({ alias }) => {
    const names = [attributeName(alias), `@${alias}`];
    return names.some((name) => name !== null && isNamed(name, words));
  });
}

function isNamed(name: string, words: string): boolean {
  for (let at = words.indexOf(name); at >= 0; at = words.indexOf(name, at + 1))
    if (!/[A-Za-z0-9_]/.test(words[at + name.length] ?? ' ')) return true;
  return false;
}

/** What was seen of an attribute. */
export interface AttributeLook {
  /** False where one of the keys has a value, or none, that the attribute does not know of. */
  readonly isHeld: boolean;
  /** The different values of a hash's NUMERIC attribute. */
  readonly numbers: ReadonlySet<string>;
}

/** Looks for keys by their own values of an attribute. */
export async function lookAt(
  index: IndexInfo,
  attribute: IndexAttribute,
  keys: readonly Buffer[],
  facts: ServerFacts,
  connections: SearchConnections,
): Promise<AttributeLook> {
  const numbers = new Set<string>();
  const isNumber = attribute.type === 'NUMERIC' && index.keyType === 'HASH';
  const onText = (text: string): void => {
    if (isNumber) numbers.add(text);
  };
  const unknown = await unknownOf(index, attribute, keys, facts, connections, onText);
  // What was written between the two looks is looked at once more.
  const isHeld = unknown.length === 0 || (await unknownOf(index, attribute, unknown, facts, connections, onText)).length === 0;
  return { isHeld, numbers };
}

/** Gives the first of the values that the column's parser refuses, which the index took for a number: `0x10`, `1e3`. */
export function badNumber(numbers: ReadonlySet<string>, { type, isInferred }: TableColumn): string | null {
  const parse = isInferred === true ? printBackParserOf(type) : parserOf(type);
  const views = new PhysicalViews(new ArrayBuffer(16));
  const isBad = (text: string): boolean => {
    const bytes = Buffer.from(text, 'utf8');
    return !parse(bytes, 0, bytes.length, views, 0);
  };
  return [...numbers].find(isBad) ?? null;
}

async function unknownOf(
  index: IndexInfo,
  attribute: IndexAttribute,
  keys: readonly Buffer[],
  facts: ServerFacts,
  connections: SearchConnections,
  onText: (text: string) => void,
): Promise<Buffer[]> {
  const unknown: Buffer[] = [];
  for (let from = 0; from < keys.length; from += MOST_KEYS) {
    const held = await valuesOf(index, attribute, keys.slice(from, from + MOST_KEYS), connections);
    for (const { texts } of held) texts.forEach(onText);
    const found = await Promise.all([
      isKnown(index, attribute, held, connections),
      isKnownAsMissing(index, attribute, held, facts, connections),
    ]);
    if (found.includes(false)) unknown.push(...held.map(({ key }) => key));
  }
  return unknown;
}

async function valuesOf(
  { keyType }: IndexInfo,
  { identifier }: IndexAttribute,
  keys: readonly Buffer[],
  { query }: SearchConnections,
): Promise<Held[]> {
  const isDocument = keyType === 'JSON';
  const held = await Promise.all(
    keys.map(async (key): Promise<Held[]> => {
      const reply = await orNull(query.call(isDocument ? ['JSON.GET', key, identifier] : ['HMGET', key, identifier]));
      if (reply === null) return [];
      if (isDocument) return heldInDocument(key, textOf(reply));
      const [value] = itemsOf(reply);
      if (Buffer.isBuffer(value)) return [{ key, texts: [value.toString('utf8')], isText: isUtf8(value) }];
      // A key that has ended or is gone has no fields either.
      return (await query.call(['EXISTS', key])) === 1 ? [{ key, texts: [], isText: false }] : [];
    }),
  );
  return held.flat();
}

/** A path that finds one text or number, or nothing: of all others the module has its own mind. */
function heldInDocument(key: Buffer, json: string): Held[] {
  const found: unknown = JSON.parse(json === '' ? 'null' : json);
  const [value, ...others]: unknown[] = Array.isArray(found) ? found : [found];
  if (others.length > 0) return [];
  if (value === undefined) return [{ key, texts: [], isText: false }];
  if (typeof value !== 'string' && typeof value !== 'number') return [];
  return [{ key, texts: [String(value)], isText: typeof value === 'string' }];
}

async function isKnown(
  index: IndexInfo,
  attribute: IndexAttribute,
  held: readonly Held[],
  connections: SearchConnections,
): Promise<boolean> {
  const valued = held.filter(({ texts }) => texts.length > 0);
  // Neither is found by its value for sure.
  const isUnlikely = attribute.isUnsearchable || attribute.type === 'TEXT';
  if (attribute.isSortable && isUnlikely && index.keyType === 'HASH') {
    const plain = /^[A-Za-z_][A-Za-z0-9_]*$/.test(attribute.alias);
    const known = valued.filter(({ texts }) => texts[0] !== '');
    if (plain) return (await countSortable(index, attribute.alias, known, connections)) >= known.length;
  }
  const name = attributeName(attribute.alias);
  if (attribute.isUnsearchable || name === null) return true;
  const most = attribute.type === 'GEO' || attribute.type === 'TEXT' ? MOST_DEAR : MOST_KEYS;
  const queries = valued.map((one) => ({ ...one, fragment: ownQuery(name, attribute, one) }));
  const asked = queries.filter(({ fragment }) => fragment !== null).slice(0, most);
  if (asked.length === 0) return true;
  const texts = asked.flatMap((one) => one.texts);
  const fragment = attribute.type === 'TAG' ? tagIn(name, attribute, texts) : anyOf(asked.map((one) => one.fragment ?? []));
  return fragment === null || (await countKeys(index, fragment, asked, connections)) >= asked.length;
}

/** Rows without a value are found by ismissing() of a whole attribute. A field that has ended is in the index for a while. */
async function isKnownAsMissing(
  index: IndexInfo,
  { alias, hasMissing, isUnsearchable }: IndexAttribute,
  held: readonly Held[],
  { expiringCount, fieldExpiringCount }: ServerFacts,
  connections: SearchConnections,
): Promise<boolean> {
  const name = attributeName(alias);
  const without = held.filter(({ texts }) => texts.length === 0);
  if (name === null || !hasMissing || isUnsearchable || without.length === 0) return true;
  if (expiringCount > 0 || fieldExpiringCount !== 0) return true;
  return (await countKeys(index, [`ismissing(${name})`], without, connections)) >= without.length;
}

/** The query that a document with this value is found by; null where there is none for sure. */
function ownQuery(name: string, attribute: IndexAttribute, { texts: [text = ''], isText }: Held): Fragment | null {
  switch (attribute.type) {
    case 'NUMERIC':
      // NaN is in no range.
      return isText && !Number.isFinite(Number(text)) && !/^[-+]?inf/i.test(text) ? null : [`${name}:[-inf +inf]`];
    case 'TAG':
      return isText ? tagEquals(name, attribute, text) : null;
    case 'TEXT': {
      const words = text.match(PLAIN_WORD)?.slice(0, 3) ?? [];
      return words.length === 0 || !isText ? null : [`${name}:(${words.join('|')})`];
    }
    case 'GEO': {
      const [longitude, latitude] = /^(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)$/.exec(text)?.slice(1) ?? [];
      const isSafe = latitude !== undefined && Math.abs(Number(latitude)) <= MOST_LATITUDE;
      return isSafe ? [`${name}:[${longitude} ${latitude} ${CIRCLE_M} m]`] : null;
    }
    default:
      return null;
  }
}

function anyOf(fragments: readonly Fragment[]): Fragment {
  const different = new Map(fragments.map((fragment) => [JSON.stringify(fragment), fragment]));
  return [...different.values()].flatMap((fragment, i) => [i === 0 ? '(' : ' | (', ...fragment, ')']);
}

async function countKeys(
  { name }: IndexInfo,
  fragment: Fragment,
  held: readonly Held[],
  { query }: SearchConnections,
): Promise<number> {
  const text = queryTextOf(fragment);
  const params = text.params.length === 0 ? [] : ['PARAMS', text.params.length * 2, ...text.params.flat()];
  const keys = held.map(({ key }) => key);
  const command = ['FT.SEARCH', name, text.query, 'INKEYS', keys.length, ...keys, 'LIMIT', 0, 0];
  return searchReplyFrom(await query.call([...command, ...params, 'TIMEOUT', 0, 'DIALECT', 2])).total;
}

async function countSortable(
  { name }: IndexInfo,
  alias: string,
  held: readonly Held[],
  { query }: SearchConnections,
): Promise<number> {
  if (held.length === 0) return 0;
  const keys = held.map(({ key }) => key);
  const count = ['FILTER', `exists(@${alias})`, 'GROUPBY', 0, 'REDUCE', 'COUNT', 0, 'AS', 'c', 'TIMEOUT', 0, 'DIALECT', 2];
  const reply = await query.call(['FT.AGGREGATE', name, '*', 'INKEYS', keys.length, ...keys, ...count]);
  const [result = null] = searchReplyFrom(reply).results;
  return numberOf(attributesOf(result).get('c'), 0);
}

/** A key that has another type by now, or a document without the path. */
async function orNull(reply: Promise<Reply>): Promise<Reply> {
  try {
    return await reply;
  } catch (error) {
    if (error instanceof RedQueryError && error.code === 'RQ_REDIS_ERROR') return null;
    throw error;
  }
}

function isUtf8(bytes: Buffer): boolean {
  return Buffer.compare(Buffer.from(bytes.toString('utf8'), 'utf8'), bytes) === 0;
}
