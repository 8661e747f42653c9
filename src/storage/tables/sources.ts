/** The registry of table functions: every kind of table that SQL can name. */
import type { SourceName } from '../scan-words.ts';
import { hashSource } from './hash-source.ts';
import { jsonSource } from './json-source.ts';
import type { TableSource } from './table-source.ts';

/** In the order of the documents. */
export const TABLE_SOURCES: readonly TableSource[] = [hashSource, jsonSource];

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
