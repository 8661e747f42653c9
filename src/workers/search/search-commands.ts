/** The commands by which keys come out of a search index, as arguments: values stand in PARAMS, never in the query. */
import type { SearchAccess } from '../../storage/scan-words.ts';

type Arguments = readonly (string | Uint8Array)[];

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
