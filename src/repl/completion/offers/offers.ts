/** Makes offers of what the catalogue knows: with the quotes and brackets that they need where they go in. */
import { escapeControls } from '../../../output/index.ts';
import { quoteIdentifier } from '../../../sql/index.ts';
import { COLUMN_KEYWORDS, COMMON_FUNCTIONS, FUNCTION_KEYWORDS, RESERVED_KEYWORDS } from '../../input/keywords.ts';
import { typeText } from '../../keyspace/draw-map.ts';
import type { Candidate } from '../../words.ts';
import type { ColumnFact, FunctionFact, IndexFact, KeyFact, SourceFact, TableFact } from '../facts/facts.ts';
import type { Word } from '../places/cursor.ts';
import type { Offer } from './matches.ts';
import { MOST_USED_FUNCTIONS, ROW_OF } from './values.ts';

const NO_FUNCTIONS: ReadonlySet<string> = new Set([...RESERVED_KEYWORDS, ...COLUMN_KEYWORDS]);
const QUOTED_WORDS: ReadonlySet<string> = new Set([...NO_FUNCTIONS, ...FUNCTION_KEYWORDS]);
const MOST_USED: ReadonlyMap<string, number> = new Map(MOST_USED_FUNCTIONS.map((name, place) => [name, place]));
const PLAIN_NAME = /^[\p{L}_][\p{L}\p{Nd}_$]*$/u;
const MOST_PARAMETERS = 4;
/** Syntax in the form of functions, which DuckDB does not list as such. */
const UNTOLD = ['coalesce', 'nullif', 'unnest'];
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

/** Gives a function's name as SQL takes it. `substring` is a word of syntax, too, and `coalesce` that alone: in quotes it is none. */
function functionText(name: string): string {
  return PLAIN_NAME.test(name) && (MOST_USED.has(name) || !NO_FUNCTIONS.has(name)) ? name : quoteIdentifier(name);
}

/** Names that the SELECT list gives. */
export function ownAliasOffers(names: readonly string[], word: Word): readonly Offer[] {
  return names.map((name) => nameOffer(name, 'of this SELECT', 'column', word));
}

/** What an offer becomes: `label` is the text without the quotes and brackets that it needs. */
interface Details {
  readonly label: string;
  readonly detail: string;
}

function offerOf(kind: Candidate['kind'], match: string, make: () => Details & { readonly text: string }): Offer {
  return {
    kind,
    match: match.toLowerCase(),
    make: () => {
      const { text, label, detail } = make();
      // No editor shows such a text as it is.
      if (escapeControls(text) !== text) return null;
      return { text, label: escapeControls(label), detail: escapeControls(detail), kind };
    },
  };
}

/** A name where `word` stands: within its quotes, where it has some. */
function nameOffer(name: string, detail: string, kind: Candidate['kind'], { quote, isClosed }: Word): Offer {
  return offerOf(kind, name, () => {
    const inside = name.replaceAll('"', '""');
    return { text: quote === '"' ? `${inside}${isClosed ? '' : '"'}` : nameText(name), label: name, detail };
  });
}

/** A text in single quotes where `word` stands. */
function textOffer(value: string, detail: string, kind: Candidate['kind'], { quote, isClosed }: Word): Offer {
  return offerOf(kind, value, () => {
    const inside = value.replaceAll("'", "''");
    return { text: quote === "'" ? `${inside}${isClosed ? '' : "'"}` : `'${inside}'`, label: value, detail };
  });
}

export function columnOffers(columns: readonly ColumnFact[], word: Word, of?: string): readonly Offer[] {
  return columns.map(({ name, type }) => nameOffer(name, of === undefined ? type : `${type} of ${of}`, 'column', word));
}

/** A column that only its table's name tells from another one: `u.name`. */
export function qualifiedColumnOffer(table: string, { name, type }: ColumnFact): Offer {
  const make = () => ({ text: `${nameText(table)}.${nameText(name)}`, label: `${table}.${name}`, detail: type });
  return offerOf('column', name, make);
}

export function tableOffers(tables: readonly TableFact[], word: Word): readonly Offer[] {
  return tables.map(({ name, kind }) => nameOffer(name, kind === 'view' ? 'a view' : '', 'table', word));
}

/** Names of the statement itself: aliases, those of WITH. */
export function ownNameOffers(names: readonly string[], detail: string, word: Word): readonly Offer[] {
  return names.map((name) => nameOffer(name, detail, 'table', word));
}

/** Functions are in small letters unless capitals are typed. */
function writtenLike(typed: string, name: string): string {
  return /[A-Z]{2}/.test(typed) && typed === typed.toUpperCase() ? name.toUpperCase() : name;
}

/** Table functions of Redis. `isCalled`: a bracket stands behind the word already. */
export function sourceOffers(sources: readonly SourceFact[], isCalled: boolean, typed: string): readonly Offer[] {
  return sources.map(({ name, positional }) =>
    offerOf('function', name, () => {
      const brackets = isCalled ? '' : positional.length === 0 ? '()' : "('";
      const label = `${name}(${positional.join(', ')})`;
      return { text: `${writtenLike(typed, name)}${brackets}`, label, detail: ROW_OF.get(name) ?? '' };
    }),
  );
}

export function functionOffers(functions: readonly FunctionFact[], isCalled: boolean, typed: string): readonly Offer[] {
  return functions.map(({ name, parameters, isBare, returnType, kind }) =>
    offerOf('function', name, () => {
      const brackets = isCalled ? '' : isBare ? '()' : '(';
      const shown = parameters.slice(0, MOST_PARAMETERS).join(', ');
      const label = `${name}(${shown}${parameters.length > MOST_PARAMETERS ? ', …' : ''})`;
      const detail = returnType ?? (kind === 'macro' ? 'a macro' : '');
      return { text: `${writtenLike(typed, functionText(name))}${brackets}`, label, detail };
    }),
  );
}

/** Until the session has told its functions. */
const COMMON: readonly FunctionFact[] = [...new Set([...MOST_USED_FUNCTIONS, ...COMMON_FUNCTIONS])].map((name) => ({
  name,
  kind: 'aggregate',
  parameters: [],
  isBare: false,
  returnType: null,
  isOwn: false,
}));

const rankedFunctions = new WeakMap<readonly FunctionFact[], readonly FunctionFact[]>();

/** Lists the functions of expressions: the session's own ones, those that are used most, the others. */
export function functionsByUse(functions: readonly FunctionFact[]): readonly FunctionFact[] {
  if (functions.length === 0) return COMMON;
  const known = rankedFunctions.get(functions);
  if (known !== undefined) return known;
  const told = functions.filter(({ kind }) => kind !== 'table');
  const names = new Set(told.map(({ name }) => name));
  const untold = COMMON.filter(({ name }) => UNTOLD.includes(name) && !names.has(name));
  const rankOf = ({ name, isOwn }: FunctionFact): number => (isOwn ? -1 : (MOST_USED.get(name) ?? MOST_USED.size));
  const ranked = [...told, ...untold].sort((a, b) => rankOf(a) - rankOf(b));
  rankedFunctions.set(functions, ranked);
  return ranked;
}

/** Offers of the same keys are made once: there may be thousands. */
const keyOffersOf = new WeakMap<readonly KeyFact[], Map<string, readonly Offer[]>>();

/** Patterns of keys for a table function, first the globs, then the templates. */
export function keyOffers(keys: readonly KeyFact[], functionName: string, word: Word): readonly Offer[] {
  const known = keyOffersOf.get(keys) ?? new Map<string, readonly Offer[]>();
  keyOffersOf.set(keys, known);
  const name = `${functionName} ${word.quote} ${word.isClosed}`;
  const offers = known.get(name) ?? madeKeyOffers(keys, functionName, word);
  known.set(name, offers);
  return offers;
}

function madeKeyOffers(keys: readonly KeyFact[], functionName: string, word: Word): readonly Offer[] {
  const type = TYPE_OF.get(functionName);
  const fitting = type === undefined ? keys : keys.filter((key) => key.type === type || key.type === 'unknown');
  const globs = fitting.map(({ pattern, type: of, count }) =>
    textOffer(pattern, `${typeText(of)}, about ${grouped(count)}`, 'key', word),
  );
  const templates = fitting
    .filter(({ pattern, template }) => pattern !== template)
    .map(({ template }) => textOffer(template, 'a template', 'key', word));
  return [...globs, ...templates];
}

/** Functions by the type of keys that they read. */
const FUNCTION_OF: ReadonlyMap<string, string> = new Map([...TYPE_OF].map(([name, type]) => [type, name]));

/** Patterns of keys as tables: `redis_hash('user:*')`. */
export function keyTableOffers(keys: readonly KeyFact[]): readonly Offer[] {
  return keys.flatMap(({ pattern, type, count }) => {
    const name = FUNCTION_OF.get(type);
    if (name === undefined) return [];
    const text = `${name}('${pattern.replaceAll("'", "''")}')`;
    return [offerOf('key', pattern, () => ({ text, label: text, detail: `about ${grouped(count)} keys` }))];
  });
}

/** 12,408. `toLocaleString` takes longer than all the rest. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

export function indexOffers(indexes: readonly IndexFact[], word: Word): readonly Offer[] {
  return indexes.map(({ name, keyType, documents }) =>
    textOffer(name, `${keyType}, ${grouped(documents)} documents`, 'index', word),
  );
}

export function attributeOffers(attributes: readonly ColumnFact[], word: Word): readonly Offer[] {
  return attributes.map(({ name, type }) => textOffer(name, type, 'column', word));
}

/** Values as they stand in SQL, `'skip'` or `100`; within quotes only those that have some. */
export function valueOffers(values: readonly string[], word: Word): readonly Offer[] {
  if (word.quote !== '') {
    return values.filter((value) => value.startsWith("'")).map((value) => textOffer(value.slice(1, -1), '', 'setting', word));
  }
  return values.map((value) => offerOf('setting', value.replace(/^'/, ''), () => ({ text: value, label: value, detail: '' })));
}

/** Plain texts: names of arguments, settings, types. */
export function plainOffers(
  texts: readonly string[],
  kind: Candidate['kind'],
  details: readonly string[] = [],
): readonly Offer[] {
  return texts.map((text, at) => offerOf(kind, text, () => ({ text, label: text.trim(), detail: details[at] ?? '' })));
}
