/** The named arguments of `redis_search`, checked, as the plain options of a request. */
import { RedQueryError } from '../../errors.ts';
import type { ScanRequest } from '../scan-words.ts';
import {
  booleanFrom,
  type GivenArgument,
  givenArgument,
  invalidArgument,
  type NamedCall,
  textFrom,
  wholeNumberFrom,
} from '../tables/call-arguments.ts';

export const SEARCH_FUNCTION = 'redis_search';

/** Named arguments that are this function's own. */
const OWN_ARGUMENTS = [
  'params',
  'vector',
  'knn',
  'vector_field',
  'highlight',
  'sort_by',
  'max_rows',
  'language',
  'verbatim',
] as const;

export const SEARCH_ARGUMENTS: readonly string[] = [
  'columns',
  'all_varchar',
  'on_error',
  'batch_size',
  'server',
  ...OWN_ARGUMENTS,
];

const MOST_ROWS = 1_000_000;

/** The options of a search; all of them plain, so that a request is. */
export interface SearchOptions {
  readonly query: string;
  /** JSON: [name, text][]. */
  readonly params: string;
  /** The vector's bytes as hex digits; it is the parameter `$vector`. */
  readonly vector: string | null;
  /** The name of the distance that the query gives; null where it gives none. */
  readonly distance: string | null;
  /** JSON: the attributes to mark, or true for all that are text; null for none. */
  readonly highlight: string | null;
  readonly sortBy: string | null;
  readonly isDescending: boolean;
  readonly maxRows: number | null;
  readonly language: string | null;
  readonly isVerbatim: boolean;
}

/**
 * Checks what is said besides the query, and puts `knn` into it.
 * @throws {RedQueryError} RQ_ARGUMENT: the value and what is valid.
 */
export function searchOptionsFrom(query: string, call: NamedCall): SearchOptions {
  const vector = vectorFrom(call);
  const sortBy = textFrom(call, 'sort_by', '', "an attribute, 'age' or 'age desc'");
  const [, attribute = sortBy, direction = 'asc'] = /^(.*?)\s+(asc|desc)$/i.exec(sortBy) ?? [];
  const full = queryWithKnn(query, call, vector !== null);
  const hasLimit = givenArgument(call, 'max_rows') !== undefined;
  return {
    query: full,
    params: JSON.stringify(paramsFrom(call)),
    vector,
    distance: distanceIn(full),
    highlight: highlightFrom(call),
    sortBy: attribute === '' ? null : attribute,
    isDescending: direction.toLowerCase() === 'desc',
    maxRows: hasLimit ? wholeNumberFrom(call, 'max_rows', MOST_ROWS, MOST_ROWS) : null,
    language: textFrom(call, 'language', '', "a language of RediSearch, 'german'") || null,
    isVerbatim: booleanFrom(call, 'verbatim'),
  };
}

/** Reads the options of a request back. */
export function searchOptionsOf({ options }: Pick<ScanRequest, 'options'>): SearchOptions {
  // Only `searchOptionsFrom` makes options of this source.
  return options as unknown as SearchOptions;
}

/** `vector => …, knn => 10, vector_field => 'embedding'`: the nearest of what the query finds. */
function queryWithKnn(query: string, call: NamedCall, hasVector: boolean): string {
  const knn = wholeNumberFrom(call, 'knn', 0, MOST_ROWS);
  const field = textFrom(call, 'vector_field', '', 'a vector attribute of the index');
  if (knn === 0 && field === '') return query;
  if (knn === 0 || field === '' || !hasVector) {
    throw new RedQueryError('RQ_ARGUMENT', `${SEARCH_FUNCTION} takes knn, vector_field and vector together`, {
      hint: "For example knn => 10, vector_field => 'embedding', vector => [0.1, 0.2].",
    });
  }
  const head = query.trim() === '*' ? '*' : `(${query})`;
  return `${head}=>[KNN ${knn} @${escapedName(field)} $vector AS ${DISTANCE}]`;
}

const DISTANCE = '__distance';

/** An attribute's name in a query: all but letters, digits and _ is escaped. */
function escapedName(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N}_]/gu, '\\$&');
}

/** The name under which a query gives distances: `… AS name]`, `$YIELD_DISTANCE_AS: name`, else `__field_score`. */
function distanceIn(query: string): string | null {
  const yielded = /\$YIELD_DISTANCE_AS\s*:\s*(\w+)/i.exec(query)?.[1];
  if (yielded !== undefined) return yielded;
  const [, field, rest = ''] = /=>\s*\[\s*KNN\s+\S+\s+@((?:\\.|[\p{L}\p{N}_])+)\s+\$\w+([^\]]*)\]/iu.exec(query) ?? [];
  if (field === undefined) return null;
  return /\bAS\s+(\w+)/i.exec(rest)?.[1] ?? `__${field.replaceAll(/\\(.)/gu, '$1')}_score`;
}

function paramsFrom(call: NamedCall): [string, string][] {
  const value = givenArgument(call, 'params');
  if (value === undefined) return [];
  if (typeof value !== 'object') throw invalidArgument(call, 'params', value, "a struct of texts, {'city': 'Paris'}");
  const members: [string, unknown][] = value instanceof Map ? [...value] : Object.entries(value);
  return members.map(([name, text]) => {
    if (!/^[A-Za-z_]\w*$/.test(name)) throw invalidArgument(call, 'params', name, 'names of letters, digits and _');
    return [name, String(text)];
  });
}

/** A BLOB arrives as `0x…`, a list of numbers as its text: these become 32-bit floats. */
function vectorFrom(call: NamedCall): string | null {
  const value = givenArgument(call, 'vector');
  if (value === undefined) return null;
  const text = String(value);
  const [, digits] = /^0x((?:[0-9a-f]{2})+)$/.exec(text) ?? [];
  if (digits !== undefined) return digits;
  const numbers = /^\[.*\]$/s.test(text) ? text.slice(1, -1).split(',').map(Number) : [];
  if (numbers.length === 0 || !numbers.every(Number.isFinite)) {
    throw invalidArgument(call, 'vector', text.slice(0, 60), 'a list of numbers, [0.1, 0.2], or the bytes of a vector as BLOB');
  }
  return Buffer.from(Float32Array.from(numbers).buffer).toString('hex');
}

function highlightFrom(call: NamedCall): string | null {
  const value: GivenArgument | undefined = givenArgument(call, 'highlight');
  if (value === undefined || value === false) return null;
  if (value === true) return 'true';
  if (typeof value !== 'string') throw invalidArgument(call, 'highlight', value, "true, or attributes, 'title, body'");
  const names = value.replace(/^\[(.*)\]$/s, '$1').split(',');
  return JSON.stringify(names.map((name) => name.trim()).filter((name) => name !== ''));
}
