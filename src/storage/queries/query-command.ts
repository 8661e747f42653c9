/** The FT.SEARCH of `redis_search`, as arguments: what the user wrote is one of them, values stand in PARAMS. */
import type { QueryAccess } from '../scan-words.ts';

type Arguments = readonly (string | Uint8Array)[];

/** Asks for the first `rowCount` documents and what is read of the search itself, not for their values. */
export function queryCommand(access: QueryAccess, rowCount: number): Arguments {
  const { index, query, sortBy, hasScores, isVerbatim, language } = access;
  return [
    ...['FT.SEARCH', index, query, ...(isVerbatim ? ['VERBATIM'] : []), ...(hasScores ? ['WITHSCORES'] : [])],
    ...contentOf(access),
    ...(language === null ? [] : ['LANGUAGE', language]),
    ...(sortBy === null ? [] : ['SORTBY', sortBy.attribute, sortBy.isDescending ? 'DESC' : 'ASC']),
    ...['LIMIT', '0', String(rowCount)],
    ...paramsOf(access),
    ...['TIMEOUT', '0', 'DIALECT', '2'],
  ];
}

function contentOf({ distance, highlighted }: QueryAccess): Arguments {
  const names = [...(distance === null ? [] : [distance]), ...highlighted];
  if (names.length === 0) return ['NOCONTENT'];
  const marks = highlighted.length === 0 ? [] : ['HIGHLIGHT', 'FIELDS', String(highlighted.length), ...highlighted];
  return ['RETURN', String(names.length), ...names, ...marks];
}

function paramsOf({ params }: QueryAccess): Arguments {
  return params.length === 0 ? [] : ['PARAMS', String(params.length * 2), ...params.flat()];
}
