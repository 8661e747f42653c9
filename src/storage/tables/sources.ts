/** The registry of table functions: every kind of table that SQL can name. */

import { elementSource } from '../elements/element-source.ts';
import { listKind } from '../elements/list-kind.ts';
import { keysKind, setKind, stringKind } from '../elements/plain-kinds.ts';
import { streamKind } from '../elements/stream-kind.ts';
import { zsetKind } from '../elements/zset-kind.ts';
import { searchSource } from '../queries/search-source.ts';
import { indexesSource, infoSource } from '../queries/server-sources.ts';
import type { SourceName } from '../scan-words.ts';
import { timeseriesSource } from '../timeseries/timeseries-source.ts';
import { hashSource } from './hash-source.ts';
import { jsonSource } from './json-source.ts';
import type { TableSource } from './table-source.ts';

/** In the order of the documents. */
export const TABLE_SOURCES: readonly TableSource[] = [
  hashSource,
  jsonSource,
  elementSource(stringKind),
  elementSource(setKind),
  elementSource(listKind),
  elementSource(zsetKind),
  elementSource(streamKind),
  timeseriesSource,
  searchSource,
  elementSource(keysKind),
  indexesSource,
  infoSource,
];

const BY_FUNCTION: ReadonlyMap<string, TableSource> = new Map(TABLE_SOURCES.map((source) => [source.functionName, source]));
const BY_NAME: ReadonlyMap<SourceName, TableSource> = new Map(TABLE_SOURCES.map((source) => [source.source, source]));

/** Gives the source of a table function, by its name in lower case. */
export function sourceOfFunction(functionName: string): TableSource | undefined {
  return BY_FUNCTION.get(functionName);
}

/** Gives the source that a request names. */
export function sourceNamed(name: SourceName): TableSource | undefined {
  return BY_NAME.get(name);
}
