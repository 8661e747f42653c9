/** Makes offers of what the catalogue knows: with the quotes and brackets that they need where they go in. */
import { escapeControls } from '../../../output/index.ts';
import { quoteIdentifier, quoteLiteral } from '../../../sql/index.ts';
import { COLUMN_KEYWORDS, COMMON_FUNCTIONS, FUNCTION_KEYWORDS, RESERVED_KEYWORDS } from '../../input/keywords.ts';
import type { Candidate } from '../../words.ts';
import type { ColumnFact, FunctionFact, IndexFact, KeyFact, SourceFact, TableFact } from '../facts/facts.ts';
import type { Word } from '../places/cursor.ts';
import type { Offer } from './matches.ts';
import { ROW_OF } from './values.ts';

const QUOTED_WORDS: ReadonlySet<string> = new Set([...RESERVED_KEYWORDS, ...COLUMN_KEYWORDS, ...FUNCTION_KEYWORDS]);
const PLAIN_NAME = /^[\p{L}_][\p{L}\p{Nd}_$]*$/u;
const MOST_PARAMETERS = 4;
/** The type of keys that a table function reads, as TYPE gives it; of others every key fits. */
const TYPE_OF: ReadonlyMap<string, string> = new Map([
  ['redis_hash', 'hash'],
  ['redis_json', 'ReJSON-RL'],
  ['redis_string', 'string'],
  ['redis_set', 'set'],
  ['redis_list', 'list'],
  ['redis_zset', 'zset'],
  ['redis_stream', 'stream'],
  ['redis_timeseries', 'TSDB-TYPE'],
]);

/** Gives a name as SQL takes it: in quotes where it needs them. */
export function nameText(name: string): string {
  return PLAIN_NAME.test(name) && !QUOTED_WORDS.has(name.toLowerCase()) ? name : quoteIdentifier(name);
}

/** Names that the SELECT list gives. */
export function ownAliasOffers(names: readonly string[], word: Word): readonly Offer[] {
  return names.flatMap((name) => nameOffer(name, 'of this SELECT', 'column', word));
}

/** Makes an offer; none of a text with control characters, which no editor shows as it is. */
function offerOf(candidate: Candidate, match: string): readonly Offer[] {
  if (escapeControls(candidate.text) !== candidate.text) return [];
  const { label, detail } = candidate;
  return [
    { candidate: { ...candidate, label: escapeControls(label), detail: escapeControls(detail) }, match: match.toLowerCase() },
  ];
}

/** A name where `word` stands: within its quotes, where it has some. */
function nameOffer(name: string, detail: string, kind: Candidate['kind'], { quote, isClosed }: Word): readonly Offer[] {
  if (name === '' || name.includes('\0')) return [];
  const inside = name.replaceAll('"', '""');
  const text = quote === '"' ? `${inside}${isClosed ? '' : '"'}` : nameText(name);
  return offerOf({ text, label: name, detail, kind }, name);
}

/** A text in single quotes where `word` stands. */
function textOffer(value: string, { label = value, detail, kind }: TextDetails, { quote, isClosed }: Word): readonly Offer[] {
  if (value.includes('\0')) return [];
  const inside = value.replaceAll("'", "''");
  const text = quote === "'" ? `${inside}${isClosed ? '' : "'"}` : quoteLiteral(value);
  return offerOf({ text, label, detail, kind }, value);
}

interface TextDetails {
  readonly label?: string;
  readonly detail: string;
  readonly kind: Candidate['kind'];
}

export function columnOffers(columns: readonly ColumnFact[], word: Word, of?: string): readonly Offer[] {
  return columns.flatMap(({ name, type }) => nameOffer(name, of === undefined ? type : `${type} of ${of}`, 'column', word));
}

/** A column that only its table's name tells from another one: `u.name`. */
export function qualifiedColumnOffer(table: string, { name, type }: ColumnFact): readonly Offer[] {
  if (name === '') return [];
  const text = `${nameText(table)}.${nameText(name)}`;
  return offerOf({ text, label: `${table}.${name}`, detail: type, kind: 'column' }, name);
}

export function tableOffers(tables: readonly TableFact[], word: Word): readonly Offer[] {
  return tables.flatMap(({ name, kind }) => nameOffer(name, kind === 'view' ? 'a view' : '', 'table', word));
}

/** Names of the statement itself: aliases, those of WITH. */
export function ownNameOffers(names: readonly string[], detail: string, word: Word): readonly Offer[] {
  return names.flatMap((name) => nameOffer(name, detail, 'table', word));
}

/** Functions are in small letters unless capitals are typed. */
function writtenLike(typed: string, name: string): string {
  return /[A-Z]{2}/.test(typed) && typed === typed.toUpperCase() ? name.toUpperCase() : name;
}

/** Table functions of Redis. `isCalled`: a bracket stands behind the word already. */
export function sourceOffers(sources: readonly SourceFact[], isCalled: boolean, typed: string): readonly Offer[] {
  return sources.flatMap(({ name, positional }) => {
    const written = writtenLike(typed, name);
    const text = isCalled ? written : positional.length === 0 ? `${written}()` : `${written}('`;
    return offerOf({ text, label: `${name}(${positional.join(', ')})`, detail: ROW_OF.get(name) ?? '', kind: 'function' }, name);
  });
}

export function functionOffers(functions: readonly FunctionFact[], isCalled: boolean, typed: string): readonly Offer[] {
  return functions.flatMap(({ name, parameters, isBare, returnType, kind }) => {
    const written = writtenLike(typed, nameText(name));
    const brackets = isBare ? '()' : '(';
    const shown = parameters.slice(0, MOST_PARAMETERS).join(', ');
    const label = `${name}(${shown}${parameters.length > MOST_PARAMETERS ? ', …' : ''})`;
    const detail = returnType === null ? (kind === 'macro' ? 'a macro' : '') : returnType;
    return offerOf({ text: isCalled ? written : `${written}${brackets}`, label, detail, kind: 'function' }, name);
  });
}

/** Until the session has told its functions. */
export const COMMON: readonly FunctionFact[] = [...COMMON_FUNCTIONS, 'coalesce', 'nullif', 'unnest'].map((name) => ({
  name,
  kind: 'aggregate',
  parameters: [],
  isBare: false,
  returnType: null,
  isOwn: false,
}));

/** Patterns of keys for a table function, first the globs, then the templates. */
export function keyOffers(keys: readonly KeyFact[], functionName: string, word: Word): readonly Offer[] {
  const type = TYPE_OF.get(functionName);
  const fitting = type === undefined ? keys : keys.filter((key) => key.type === type || key.type === 'unknown');
  const detail = ({ type: of, count }: KeyFact): string => `${of}, about ${count.toLocaleString('en')}`;
  const globs = fitting.flatMap((key) => textOffer(key.pattern, { detail: detail(key), kind: 'key' }, word));
  const templates = fitting
    .filter(({ pattern, template }) => pattern !== template)
    .flatMap((key) => textOffer(key.template, { detail: 'a template', kind: 'key' }, word));
  return [...globs, ...templates];
}

export function indexOffers(indexes: readonly IndexFact[], word: Word): readonly Offer[] {
  return indexes.flatMap(({ name, keyType, documents }) =>
    textOffer(name, { detail: `${keyType}, ${documents.toLocaleString('en')} documents`, kind: 'index' }, word),
  );
}

export function attributeOffers(attributes: readonly ColumnFact[], word: Word): readonly Offer[] {
  return attributes.flatMap(({ name, type }) => textOffer(name, { detail: type, kind: 'column' }, word));
}

/** Values as they stand in SQL, `'skip'` or `100`; within quotes only those that have some. */
export function valueOffers(values: readonly string[], word: Word): readonly Offer[] {
  return values.flatMap((value) => {
    if (word.quote === '') return offerOf({ text: value, label: value, detail: '', kind: 'setting' }, value.replace(/^'/, ''));
    if (!/^'.*'$/.test(value)) return [];
    return textOffer(value.slice(1, -1), { detail: '', kind: 'setting' }, word);
  });
}

/** Plain texts: names of arguments, settings, types. */
export function plainOffers(
  texts: readonly string[],
  kind: Candidate['kind'],
  details: readonly string[] = [],
): readonly Offer[] {
  return texts.flatMap((text, at) => offerOf({ text, label: text.trim(), detail: details[at] ?? '', kind }, text));
}
