/** The commands by which keys come out of a search index, as arguments: values stand in PARAMS, never in the query. */
import type { SearchAccess } from '../scan-words.ts';

type Arguments = readonly (string | Uint8Array)[];

/** Rows of the first page: the first rows should come soon. */
export const FIRST_COUNT = 100;
/** A page of a search walks over what stands before it, too: 40,000 keys behind 150,000 take 70 ms. Bench: bench/micro/search-keys.ts. */
export const PAGE_COUNT = 40_000;

/** How the first keys are asked for, and how many. */
export function firstQuestionOf({ form, limit, expectedKeys, pageKeys = PAGE_COUNT }: SearchAccess): {
  readonly isPaged: boolean;
  readonly count: number;
} {
  const isPaged = form === 'pages' && limit !== null && limit > pageKeys;
  const count = isPaged ? pageKeys : (limit ?? (form === 'blocking' ? roomFor(expectedKeys) : FIRST_COUNT));
  return { isPaged, count };
}

/** A limit that leaves room for documents that came since they were counted. */
export function roomFor(expectedKeys: number): number {
  return Math.max(1000, Math.ceil(expectedKeys * 1.25));
}

/** The first command of a search. */
export function searchKeysCommand(access: SearchAccess): Arguments {
  const { count } = firstQuestionOf(access);
  return access.form === 'cursor' ? cursorCommand(access, count) : searchCommand(access, 0, count, access.sortBy !== null);
}

/**
 * The keys from place `offset` on, as they are at one moment: nobody else is served meanwhile. Without a count the server
 * sorts by no score either, and takes half the time (138 against 272 ms for 187,500 keys); the reply's total then says nothing.
 */
export function searchCommand(access: SearchAccess, offset: number, rowCount: number, isCounted: boolean): Arguments {
  const { index, query, sortBy } = access;
  const order = sortBy === null ? [] : ['SORTBY', sortBy.attribute, sortBy.isDescending ? 'DESC' : 'ASC'];
  const count = isCounted ? [] : ['WITHOUTCOUNT'];
  const limit = ['LIMIT', String(offset), String(rowCount)];
  return ['FT.SEARCH', index, query, 'NOCONTENT', ...count, ...order, ...limit, ...optionsOf(access)];
}

/** The first keys, and a cursor for the others. */
export function cursorCommand(access: SearchAccess, rowCount: number): Arguments {
  const { index, query, sortBy } = access;
  // Without MAX a sort gives ten rows.
  const order =
    sortBy === null
      ? []
      : ['SORTBY', '2', `@${sortBy.attribute}`, sortBy.isDescending ? 'DESC' : 'ASC', 'MAX', String(MAX_SORTED_ROWS)];
  return [
    'FT.AGGREGATE',
    index,
    query,
    'LOAD',
    '1',
    '@__key',
    ...order,
    'WITHCURSOR',
    'COUNT',
    String(rowCount),
    ...optionsOf(access),
  ];
}

const MAX_SORTED_ROWS = 0x7fff_ffff;

/** TIMEOUT 0: none, else a search that takes longer gives what it has. */
function optionsOf({ params }: SearchAccess): Arguments {
  const values = params.length === 0 ? [] : ['PARAMS', String(params.length * 2), ...params.flat()];
  return [...values, 'TIMEOUT', '0', 'DIALECT', '2'];
}
