/**
 * A search in RediSearch's own language as a table: a row a document, its columns the index's attributes. The search finds keys
 * (and says scores, distances, marked texts); values are then read from the keys, so that they are what was stored.
 */
import { parseNestedType, type SqlType, splitTypeAndPath } from '../../types/index.ts';
import { keyBytesOf } from '../keys/printable.ts';
import type { InferredColumn } from '../sampling/inferred-schema.ts';
import type { QueryAccess, ScanPlan, ScanRequest, TableColumn } from '../scan-words.ts';
import { type ColumnText, callArgumentsFrom, declaredType } from '../tables/call-arguments.ts';
import { argumentTexts, commandsOfKeys, commandText } from '../tables/command-text.ts';
import { projectedColumns, rowLimitOf, scanPlanOf } from '../tables/scan-plan.ts';
import { keyColumns, namedColumns } from '../tables/table-columns.ts';
import type { BoundCall, SchemaNeed, TableCall, TableSource } from '../tables/table-source.ts';
import { queryCommand } from './query-command.ts';
import { SEARCH_ARGUMENTS, SEARCH_FUNCTION, type SearchOptions, searchOptionsFrom, searchOptionsOf } from './search-arguments.ts';

const DOUBLE: SqlType = { id: 'DOUBLE' };
const SCORE: TableColumn = { name: '_score', type: DOUBLE, role: 'part', part: 'score' };
const DISTANCE: TableColumn = { name: '_distance', type: DOUBLE, role: 'part', part: 'distance' };
const HIGHLIGHT: TableColumn = {
  name: '_highlight',
  type: { id: 'VARCHAR', alias: 'JSON' },
  role: 'part',
  part: 'highlight',
};
/** Documents that are asked for at first. */
const FIRST_ROWS = 1000;

/** The table of `redis_search`. No filter goes down: the query is the user's. A LIMIT is what is asked for at first. */
export const searchSource: TableSource = {
  source: 'search',
  functionName: SEARCH_FUNCTION,
  positional: ['index', 'query'],
  argumentNames: SEARCH_ARGUMENTS,
  sampleFor,
  bind,
  classify: () => 'unsupported',
  plan,
};

function sampleFor({ positional, named }: TableCall): SchemaNeed {
  const { server, allVarchar } = callArgumentsFrom(SEARCH_FUNCTION, SEARCH_ARGUMENTS, named);
  return { source: 'search', server, pattern: positional[0] ?? '', sampleSize: 0, allVarchar };
}

function bind(call: TableCall): BoundCall {
  const { positional, named, inferred, mentions } = call;
  const common = callArgumentsFrom(SEARCH_FUNCTION, SEARCH_ARGUMENTS, named);
  const [pattern = '', query = ''] = positional;
  const options = searchOptionsFrom(query, { functionName: SEARCH_FUNCTION, named });
  const attributes = inferred?.columns ?? [];
  const isDocuments = inferred?.keyType === 'JSON';
  const fields = common.columns?.map((text) => declaredColumn(text, attributes, isDocuments)) ?? attributes.map(columnFrom);
  const back = [SCORE, ...(options.distance === null ? [] : [DISTANCE]), ...(options.highlight === null ? [] : [HIGHLIGHT])];
  return {
    server: common.server,
    pattern,
    template: null,
    columns: namedColumns(keyColumns(mentions), fields, back),
    options: { ...options },
    index: 'auto',
    accessChoice: 'auto',
    onError: common.onError,
    batchRows: common.batchRows,
  };
}

function columnFrom({ name, field, path, type }: InferredColumn): TableColumn {
  return { name, type, role: 'field', field, ...(path === undefined ? {} : { path }) };
}

/** A declared column is the attribute of that name, else a field of the hash; of a document with its path: `BIGINT $.age`. */
function declaredColumn({ name, text }: ColumnText, attributes: readonly InferredColumn[], isDocuments: boolean): TableColumn {
  const known = attributes.find((attribute) => attribute.name === name);
  if (!isDocuments) return { name, type: declaredType(name, text), role: 'field', field: known?.field ?? keyBytesOf(name) };
  const { type, path } = splitTypeAndPath(text);
  const field = Buffer.from(name, 'utf8');
  return { name, type: parseNestedType(type), role: 'field', field, path: path ?? known?.path ?? `$.${name}` };
}

function plan(request: ScanRequest): ScanPlan {
  const access = accessOf(request);
  const limit = access.limit;
  const filterAnswer = request.filter === null ? 'exact' : 'unsupported';
  const rowLimit = rowLimitOf(request, filterAnswer);
  const planned = scanPlanOf(request, {
    access,
    filterAnswer,
    conjuncts: [],
    rowLimit,
    commands: commandsOf(request, access),
    estimatedRows: limit,
    options: {},
  });
  // The rows' values are read as those of any hash or document.
  const source = request.columns.some(({ path }) => path !== undefined) ? 'json' : 'hash';
  return { ...planned, tasks: planned.tasks.map((task) => ({ ...task, source })) };
}

function accessOf(request: ScanRequest): QueryAccess {
  const options = searchOptionsOf(request);
  const read = new Set(projectedColumns(request).map(({ part }) => part));
  // JSON that `searchOptionsFrom` wrote.
  const params = JSON.parse(options.params) as [string, string][];
  const vector = options.vector === null ? [] : [['vector', Buffer.from(options.vector, 'hex')] as const];
  const given = request.filter === null ? request.rowLimit : null;
  return {
    kind: 'query',
    index: request.pattern,
    query: options.query,
    params: [...params, ...vector],
    sortBy: sortOf(options),
    language: options.language,
    isVerbatim: options.isVerbatim,
    limit: options.maxRows,
    firstRows: Math.min(given ?? FIRST_ROWS, FIRST_ROWS),
    hasScores: read.has('score'),
    distance: read.has('distance') ? options.distance : null,
    highlighted: read.has('highlight') ? highlightedIn(request, options.highlight) : [],
  };
}

/** The best first: the module gives what it found by a vector in the order in which it came. */
function sortOf({ sortBy, isDescending, distance }: SearchOptions): QueryAccess['sortBy'] {
  if (sortBy !== null) return { attribute: sortBy, isDescending };
  return distance === null ? null : { attribute: distance, isDescending: false };
}

function highlightedIn({ columns }: ScanRequest, highlight: string | null): string[] {
  if (highlight === 'true') {
    return columns.flatMap(({ role, type, name }) => (role === 'field' && type.id === 'VARCHAR' ? [name] : []));
  }
  // JSON that `searchOptionsFrom` wrote.
  return highlight === null ? [] : (JSON.parse(highlight) as string[]);
}

function commandsOf(request: ScanRequest, access: QueryAccess): string[] {
  const fields = projectedColumns(request).filter(({ role }) => role === 'field');
  const isDocuments = request.columns.some(({ path }) => path !== undefined);
  const search = commandText(queryCommand(access, Math.min(access.limit ?? Infinity, access.firstRows)));
  const ofKey = (key: string): string[] => {
    if (fields.length === 0) return [isDocuments ? `JSON.GET ${key} $._` : `HLEN ${key}`];
    if (isDocuments) return [`JSON.GET ${key} ${argumentTexts(fields.map(({ path, name }) => path ?? name))}`];
    return [`HMGET ${key} ${argumentTexts(fields.map(({ field, name }) => field ?? name))}`];
  };
  return [search, ...commandsOfKeys(access, ofKey)];
}
