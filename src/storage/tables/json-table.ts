/**
 * A call of `redis_json`, bound: paths into the documents as columns, each with its type, and the virtual columns that the
 * statement names. Plain data in and out; asks no server.
 */
import { RedQueryError } from '../../errors.ts';
import { memberPath, parseNestedType, type SqlType, splitTypeAndPath } from '../../types/index.ts';
import { parseTemplate } from '../keys/template.ts';
import type { TableColumn } from '../scan-words.ts';
import { COMMON_ARGUMENTS, type ColumnText, callArgumentsFrom, declaredType } from './call-arguments.ts';
import { captureColumns, inferredMark, keyColumns, namedColumns } from './table-columns.ts';
import type { BoundCall, SchemaNeed, TableCall } from './table-source.ts';

export const JSON_FUNCTION = 'redis_json';
export const JSON_ARGUMENTS = COMMON_ARGUMENTS;

/** The whole document. */
const JSON_COLUMN: TableColumn = { name: '_json', type: { id: 'VARCHAR', alias: 'JSON' }, role: 'part', part: 'json', path: '$' };

/**
 * Checks a call and gives its columns.
 * @throws {RedQueryError} RQ_ARGUMENT, RQ_COLUMN_TYPE, RQ_UNKNOWN_ARGUMENT: the value and what is valid.
 */
export function bindJsonTable(call: TableCall): BoundCall {
  const {
    columns: declared,
    onError,
    batchRows,
    server,
    index,
    accessChoice,
  } = callArgumentsFrom(JSON_FUNCTION, JSON_ARGUMENTS, call.named);
  const { pattern, template } = parseTemplate(call.positional[0] ?? '');
  const names = template?.captures ?? [];
  const ofCaptures = declared?.filter(({ name }) => names.includes(name)) ?? [];
  const { captures } = captureColumns(
    template,
    ofCaptures.map(({ name, text }) => ({ name, type: declaredType(name, text) })),
  );
  const paths =
    declared?.filter(({ name }) => !names.includes(name)).map(declaredPath) ??
    call.inferred?.columns.map(({ name, type }) => pathColumn(name, type, memberPath(name), inferredMark(type))) ??
    [];
  const back = call.mentions.has('_json') ? [JSON_COLUMN] : [];
  const columns = namedColumns([...keyColumns(call.mentions), ...captures], paths, back);
  return { server, pattern, template, columns, options: {}, index, accessChoice, onError, batchRows };
}

/** Says what to sample for a call without declared columns. */
export function jsonSampleFor(call: TableCall): SchemaNeed | null {
  const { columns, server, sampleSize, allVarchar } = callArgumentsFrom(JSON_FUNCTION, JSON_ARGUMENTS, call.named);
  if (columns !== null) return null;
  return { source: 'json', server, ...parseTemplate(call.positional[0] ?? ''), sampleSize, allVarchar };
}

/** `BIGINT`, `VARCHAR $.address.city`: without a path it is the member of the column's name. */
function declaredPath({ name, text }: ColumnText): TableColumn {
  try {
    const { type, path } = splitTypeAndPath(text);
    return pathColumn(name, parseNestedType(type), path ?? memberPath(name), {});
  } catch (error) {
    if (!(error instanceof RedQueryError)) throw error;
    throw new RedQueryError(error.code, `column «${name}»: ${error.message}`, { cause: error });
  }
}

/** `field` is what an index and a message know the value by. */
function pathColumn(name: string, type: SqlType, path: string, mark: { readonly isInferred?: true }): TableColumn {
  return { name, type, role: 'field', field: Buffer.from(name, 'utf8'), path, ...mark };
}
